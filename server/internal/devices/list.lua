-- Answers the time in ms, the mart's devices, their streams, and what they reported.
forget()
return {now, redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[5])}
