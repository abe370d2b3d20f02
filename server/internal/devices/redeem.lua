-- Returns an offer with the time.
-- KEYS  1 the offer      ARGV  1 GETDEL to remove it, GET to leave it
-- Answers the time in ms, what is offered, if anything is, and for how long it would be, ms.
local left = redis.call('PTTL', KEYS[1])
return {now, redis.call(ARGV[1], KEYS[1]), left}
