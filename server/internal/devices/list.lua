-- Answers the time in ms, the mart's devices, and their streams.
forget()
return {now, redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}
