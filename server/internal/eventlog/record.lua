-- Records one order in its mart's log, once. The outcome is new; used: new, with a number that
-- another order has had; repeat; differs: a repeat of which some field differs; withdrawn: before it
-- was recorded.
local records = load()

-- outcomeOf returns whether this order repeats that of a record, by the rule of order.Earlier.
local function outcomeOf(r)
  local event = eventOf(r)
  if event.key and mine().key then
    return event.key == mine().key and (differs(event) and 'differs' or 'repeat')
  end
  local samePlacedAt = event.placedAt and event.placedAt == mine().placedAt
  return not differs(event) and (not r.ended or now() - ms(r.ended) < 3600000 or samePlacedAt) and 'repeat'
end

local function again(id, outcome)
  return unchanged(id, id == unrecorded and 'withdrawn' or outcome)
end

-- name lets the key alone name the order, in a withdrawal.
local function name(id)
  if KEYS[4] then
    redis.call('SET', KEYS[4], id, 'PX', ARGV[5])
  end
end

local keyed = KEYS[4] and redis.call('GET', KEYS[4])
if keyed then
  local event = read(keyed)
  local differ = differs(event) or event.order and event.order ~= ARGV[3]
  return again(keyed, differ and 'differs' or 'repeat')
end
for i = #records, 1, -1 do
  local outcome = outcomeOf(records[i])
  if outcome then
    name(records[i].id)
    return again(records[i].id, outcome)
  end
end

local outcome = #records > 0 and 'used' or 'new'
local prev = last()
save(records, '?' .. prev)
local id = append(prev, ARGV[4])
open(id)
remember(records, {id = id})
name(id)
limitOpen()
tidy(prev, id)
return {id, outcome, announce(prev, id, ARGV[4])}
