-- Revokes an enrolment key.
-- KEYS  1 all enrolment keys, and 2 this one: see enrolmentmake.lua
-- ARGV  1 its ID  2 by whom  3 for how long it is listed after that, ms
local was = redis.call('HGET', KEYS[1], ARGV[1])
if was and redis.call('HSETNX', KEYS[2], 'revoked', now) == 1 then
  redis.call('HSET', KEYS[2], 'revoker', ARGV[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
  redis.call('HSET', KEYS[1], ARGV[1], now .. string.match(was, ' .*$'))
end
return 0
