-- Makes a server the one that acts, or keeps it that for a while, or ends it.
-- KEYS  1 who acts (string)  2 when somebody acted last (string: ms)
-- ARGV  1 the server  2 for how long, ms; 0: it ends  3 how long it is known when somebody acted, ms
-- Answers 1 if this server acts, and how long ago somebody acted last, ms; -1: that is not known.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return {0, -1}
end
if ARGV[2] == '0' then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', 1)
  return {0, -1}
end
local last = redis.call('GET', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], now, 'PX', ARGV[3])
return {1, last and math.floor(now - last) or -1}
