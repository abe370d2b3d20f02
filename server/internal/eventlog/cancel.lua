-- Withdraws the newest order of the number, or of the key, of which no field differs. Withdrawn
-- before it was recorded, it never rings.
-- ARGV  11 the ID of the order's event, if a key named it; '': the number names it
-- The outcome is new, repeat, or withdrawn: no such order was recorded.
local records = load()

local function isMeant(r)
  if ARGV[11] ~= '' then
    return r.id == ARGV[11]
  end
  local event = eventOf(r)
  return not (event.key and mine().key and event.key ~= mine().key) and not differs(event)
end

-- meant returns the newest record that is meant, or one for an order that is no longer remembered.
local function meant()
  for i = #records, 1, -1 do
    if isMeant(records[i]) then
      return records[i]
    end
  end
  if ARGV[11] ~= '' then
    return {id = ARGV[11]}
  end
  local forgotten = newestOpen({})
  return forgotten and isMeant(forgotten) and forgotten
end

local r = meant()
if r and r.withdrawn then
  return unchanged(r.ended, 'repeat')
end
if not r then
  if KEYS[5] then
    redis.call('SET', KEYS[5], unrecorded, 'PX', life())
  end
  remember(records, {id = unrecorded, ended = string.format('%.0f-0', now()), withdrawn = 'c', said = ARGV[4]}, life())
  return {unrecorded, 'withdrawn', ''}
end
local id, prev, body = change(r.id)
close(r.id)
r.ended, r.withdrawn = id, 'c'
remember(records, r, lifeOf(KEYS[3]))
tidy(prev, id)
return {id, 'new', announce(prev, id, body)}
