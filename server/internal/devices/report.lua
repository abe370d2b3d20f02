-- Stores what a device has reported.
-- ARGV  4 the report      5 the same for connections.lua: asleep, quit, heard, or silent and the problems
--       6 up to which event it has everything: see keepPosition
-- Answers 0 if the device is not listed.
if redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0 then
  return 0
end
local since, was = string.match(redis.call('HGET', KEYS[5], ARGV[3]) or '', '^%d+ (%d+) (.*)$')
redis.call('HSET', KEYS[5], ARGV[3], now .. ' ' .. (was == ARGV[4] and since or now) .. ' ' .. ARGV[4])
redis.call('PEXPIRE', KEYS[5], ARGV[1])
if was ~= ARGV[4] then
  keepReport(ARGV[5])
end
keepPosition(ARGV[6])
return 1
