-- Takes a place among the servers that hear the topic, or keeps it. The first free one is taken, so
-- that servers move up; the place that one leaves behind expires by itself.
-- KEYS the places (string: the server that holds it)  ARGV  1 the server  2 how long it keeps the place, ms
-- The answer is the number of its place, from 1, or 0, and then the other servers that hold one.
local mine, others = 0, {}
for i, key in ipairs(KEYS) do
  local holder = redis.call('GET', key)
  if holder and holder ~= ARGV[1] then
    table.insert(others, holder)
  elseif mine == 0 then
    mine = i
  end
end
if mine > 0 then
  redis.call('SET', KEYS[mine], ARGV[1], 'PX', ARGV[2])
end
return {mine, unpack(others)}
