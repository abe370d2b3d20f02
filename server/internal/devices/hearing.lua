-- Answers the time in ms, how many devices the mart has, their streams, and what they reported.
return {now, redis.call('HLEN', KEYS[1]), redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[5])}
