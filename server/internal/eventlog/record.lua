-- Records one order in its mart's log, once. An order that was only acked here was
-- recorded before a failover forgot it: it must not ring again.
local seen = redis.call('GET', KEYS[3])
if seen then
  return again(seen, string.match(seen, '^%S+'))
end
local id = append(true)
remember(id)
return {id, 0}
