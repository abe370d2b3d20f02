-- Takes an offer, and says when.
-- KEYS  1 the offer      Answers the time in ms, and what was offered, if anything was.
return {now, redis.call('GETDEL', KEYS[1])}
