-- Answers the time in ms, the mart's devices, their streams, what they reported, and the names that administrators gave them.
forget()
return {now, redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[5]), redis.call('HGETALL', KEYS[8])}
