-- Adds a message to the queue of a target, once.
-- KEYS  1 the queue (sorted set: ID by when it is due, ms)  2 the messages (hash: ID to the message)
--       3 those that are done (sorted set: ID by when, ms)
--       4 why nothing is sent to the target any more (string)
-- ARGV  1 the ID  2 the message  3 how many may wait  4 how long it is known that one is done, ms
--       5 how long a queue of which nobody takes is kept, ms
-- Answers queued, known, full or off.
if redis.call('ZSCORE', KEYS[1], ARGV[1]) or redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  return 'known'
end
if redis.call('GET', KEYS[4]) then
  return 'off'
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%.0f', now - ARGV[4]))
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
  return 'full'
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
for i = 1, 2 do
  redis.call('PEXPIRE', KEYS[i], ARGV[5])
end
return 'queued'
