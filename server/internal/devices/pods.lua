-- Notes that a server lives, and answers the time in ms and the servers, each with when it was heard of last.
-- KEYS  1 the servers (sorted set: name by ms)
-- ARGV  1 the server, or nothing to ask only  2 1: it ends
--       3 how long the name of a server that ended without a word is kept, ms
if ARGV[2] == '1' then
  redis.call('ZREM', KEYS[1], ARGV[1])
elseif ARGV[1] ~= '' then
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ARGV[3]))
end
return {now, redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')}
