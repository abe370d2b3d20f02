-- Takes messages that are due. Each is due again a while later, unless it is done by then: who took it may die.
-- KEYS  1 the queue  2 the messages  3 why nothing is sent to the target any more (string)
-- ARGV  1 how many at most  2 the while, ms
-- Answers the time in ms, and the IDs and messages.
if redis.call('GET', KEYS[3]) then
  return {now}
end
local taken = {now}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local message = redis.call('HGET', KEYS[2], id)
  if message then
    redis.call('ZADD', KEYS[1], now + ARGV[2], id)
    table.insert(taken, id)
    table.insert(taken, message)
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return taken
