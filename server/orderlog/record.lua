-- Records one order in its mart's log, once: check, append, announce.
-- All of it happens or none of it, whichever pods run this at the same time.
--
-- KEYS  1 the mart's log (stream)  2 its open orders (sorted set: order by time)
--       3 whether this order was seen (string: the ID of its event)
-- ARGV  1 the mart's channel  2 the event, as the log holds it  3 the order's ID
--       4 how long seen is remembered, ms  5 how long the log reaches back, ms
--       6 how many events and open orders are kept at most
-- Answers the ID of the order's event, and 1 if it was recorded before.
local first = redis.call('GET', KEYS[3])
if first then
  return {first, 1}
end

local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local prev = '0-0'
if newest[1] then
  prev = newest[1][1]
end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[6], '*', 'event', ARGV[2])

-- Age and length both bound the log; "~" lets Redis drop whole nodes, at almost no cost.
local ms = string.match(id, '^%d+')
local oldest = string.format('%.0f', tonumber(ms) - tonumber(ARGV[5]))
redis.call('XTRIM', KEYS[1], 'MINID', '~', oldest)

redis.call('ZADD', KEYS[2], ms, ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. oldest)
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - tonumber(ARGV[6]))

-- A mart that closed leaves nothing behind.
redis.call('SET', KEYS[3], id, 'PX', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[5])

redis.call('PUBLISH', ARGV[1], prev .. ' ' .. id .. ' ' .. ARGV[2])
return {id, 0}
