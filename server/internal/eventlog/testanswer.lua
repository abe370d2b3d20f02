-- Stores what a device tells of the last test of its mart, in place of what it has told before.
-- KEYS  1 the last test of the mart (hash)
-- ARGV  1 the ID of the test  2 the field of the device  3 its answer  4 how many devices may answer
-- Answers taken, unknown: it is not the last test, or full.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return 'unknown'
end
if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 and redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) then
  return 'full'
end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', KEYS[1], ARGV[2], now .. ' ' .. ARGV[3])
return 'taken'
