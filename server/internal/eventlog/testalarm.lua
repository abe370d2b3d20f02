-- Appends a test alarm, which is about no order, and forgets the one before with what devices answered. If this fails
-- behind the append, the test is heard and cannot be answered: whoever sent it is told so, and sends another one.
-- KEYS  5 the last test of the mart (hash): its ID, and answers as in testanswer.lua
-- ARGV  11 for how long no other may follow, ms  12 how long the answers stay, ms
-- The outcome is new, or early: the ID is that of the one before.
local before = redis.call('HGET', KEYS[5], 'id')
if before and now() - ms(before) < tonumber(ARGV[11]) then
  return unchanged(before, 'early')
end
local prev, body = last(), ARGV[4]
local id = append(prev, body)
redis.call('PEXPIRE', KEYS[5], 0) -- which deletes it
redis.call('HSET', KEYS[5], 'id', id)
redis.call('PEXPIRE', KEYS[5], ARGV[12])
tidy(prev, id)
return {id, 'new', announce(prev, id, body)}
