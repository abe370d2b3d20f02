-- Removes an offer and returns it with the time.
-- KEYS  1 the offer      Answers the time in ms, what was offered, if anything was, and for
-- how long it would have been, ms.
local left = redis.call('PTTL', KEYS[1])
return {now, redis.call('GETDEL', KEYS[1]), left}
