-- Says what became of an attempt.
-- KEYS  1 the queue  2 the messages  3 those that are done  4 those that failed (stream)
--       5 why nothing is sent to the target any more (string)
-- ARGV  1 the ID  2 sent, again or failed
--       3 again: how much later, ms, and in 4 the message as it is now
--       4 failed: what happened, for people
--       5 how long it is known that one is done, ms  6 how many failures are kept
--       7 why nothing is sent to the target any more; empty: things are
if ARGV[7] ~= '' then
  redis.call('SET', KEYS[5], now .. ' ' .. ARGV[7])
end
if ARGV[2] == 'again' then
  if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then
    redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
    redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
  end
  return
end
redis.call('ZADD', KEYS[3], now, ARGV[1]) -- first: then it cannot be added again
redis.call('PEXPIRE', KEYS[3], ARGV[5])
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
if ARGV[2] == 'failed' then
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'failure', ARGV[4])
  redis.call('PEXPIRE', KEYS[4], ARGV[5])
end
