-- Records, once, that people outside of the store were told of an open order.
-- KEYS  5 what people were told about the mart (hash)
-- ARGV  11 the ID of the order's event
-- The outcome is new, repeat, or unknown: it is not open.
if not memberOf(ARGV[11]) then
  return unchanged('', 'unknown')
end
if redis.call('HSETNX', KEYS[5], 'shown:' .. ARGV[11], '1') == 0 then
  return unchanged(ARGV[11], 'repeat')
end
local id, prev, body = change(ARGV[11])
tidy(prev, id)
return {id, 'new', announce(prev, id, body)}
