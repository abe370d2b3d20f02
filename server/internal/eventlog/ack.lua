-- Ends the ringing of one order, once: the first ack wins. An order that was never
-- recorded here (lost in a failover, or forgotten) is acked all the same, because other
-- PCs may be ringing for it; recording it later is then a repeat.
local seen = redis.call('GET', KEYS[3])
local acked = seen and string.match(seen, ' (%S+)$')
if acked then
  return again(seen, acked)
end
local id = append(false)
if seen then
  -- Its time goes on from when the order was recorded: then its number is free again.
  redis.call('SET', KEYS[3], seen .. ' ' .. id, 'KEEPTTL')
else
  remember('0-0 ' .. id)
end
return {id, 0}
