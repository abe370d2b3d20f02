-- Stores what is known of a device that was paired, or has a new token.
redis.call('HSET', KEYS[1], ARGV[3], whole(redis.call('HGET', KEYS[1], ARGV[3]), ARGV[4]))
seen()
return prolong()
