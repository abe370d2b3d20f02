-- Records one order in its mart's log, once. The outcome is new; used: new, with a number that
-- another order has had; repeat; differs: a repeat of which some field differs; withdrawn: before it
-- was recorded. A fourth part of the answer is 1 if the order is remembered for an hour only.
local records = load()

-- outcomeOf returns whether this order repeats that of a record, by the rule of order.Earlier.
local function outcomeOf(r)
  local event = eventOf(r)
  if event.key and mine().key then
    return event.key == mine().key and (differs(event) and 'differs' or 'repeat')
  end
  local samePlacedAt = event.placedAt and event.placedAt == mine().placedAt
  return not differs(event) and (not r.ended or now() - ms(r.ended) < hour or samePlacedAt) and 'repeat'
end

local function again(id, outcome)
  return unchanged(id, id == unrecorded and 'withdrawn' or outcome)
end

-- name lets the key alone name the order, in a withdrawal.
local function name(id)
  if KEYS[5] then
    redis.call('SET', KEYS[5], id, 'PX', life())
  end
end

local keyed = KEYS[5] and redis.call('GET', KEYS[5])
if keyed then
  local event = read(keyed)
  local differ = differs(event) or event.order and event.order ~= ARGV[3]
  return again(keyed, differ and 'differs' or 'repeat')
end
for i = #records, 1, -1 do
  local outcome = outcomeOf(records[i])
  if outcome then
    if KEYS[5] and life() and not spent then -- else one order could have any number of keys
      name(records[i].id)
    end
    return again(records[i].id, outcome)
  end
end

local outcome = #records > 0 and 'used' or 'new'
local prev = last()
save(records, life(), '?' .. prev)
local id = append(prev, ARGV[4])
open(id)
remember(records, {id = id}, life())
name(id)
limitOpen()
tidy(prev, id)
return {id, outcome, announce(prev, id, ARGV[4]), spent and 1 or 0}
