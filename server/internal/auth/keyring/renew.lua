-- Stores since when the tokens of a key are to be renewed, and tells the servers.
-- KEYS  1 the renewals      ARGV  1 the kid  2 how long they are kept, ms  3 the topic of the hint
redis.call('HSET', KEYS[1], ARGV[1], now)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[3], 'changed')
return 0
