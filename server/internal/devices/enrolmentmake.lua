-- Stores an enrolment key, if there is room.
-- KEYS  1 all enrolment keys (hash: ID to when it ends, ms, how many computers it is for, where it is, and
--         whose it is)
--       2 this one (hash)
-- ARGV  1 its ID  2 where it is  3 whose it is  4 for how many computers
--       5 for how long it is good, ms  6 for how long it is listed after that, ms
--       7 how many keys there may be  8 how many of one owner  9 for how many computers of one owner
--       then the fields and values of KEYS[2]
-- Answers when it was made, ms; 0 if there is no room.
local all, own, computers = 0, 0, tonumber(ARGV[4])
local flat = redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do
  local ends, count, owner = string.match(flat[i + 1], '^(%d+) (%d+) %S+ (.*)$')
  if not ends or ends + ARGV[6] < tonumber(now) then
    redis.call('HDEL', KEYS[1], flat[i])
  else
    all = all + 1
    if owner == ARGV[3] then
      own, computers = own + 1, computers + count
    end
  end
end
if all >= tonumber(ARGV[7]) or own >= tonumber(ARGV[8]) or computers > tonumber(ARGV[9]) then
  return '0'
end
local ends = string.format('%.0f', now + ARGV[5])
for i = 10, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
redis.call('HSET', KEYS[2], 'made', now, 'ends', ends, 'id', ARGV[1])
redis.call('PEXPIRE', KEYS[2], string.format('%.0f', ARGV[5] + ARGV[6]))
redis.call('HSET', KEYS[1], ARGV[1], ends .. ' ' .. ARGV[4] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3])
return now
