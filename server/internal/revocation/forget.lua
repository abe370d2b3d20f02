-- Deletes revocations, unless they were renewed meanwhile, or it is too early by Redis's clock.
-- KEYS  1 all revocations      ARGV  1 how long they are kept, ms; then their fields
for i = 2, #ARGV do
  local at = redis.call('HGET', KEYS[1], ARGV[i])
  if at and string.match(at, '^%d+$') and now - at > tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], ARGV[i])
    local mart = string.match(ARGV[i], '^at:([^/]*)/')
    local count = mart and tonumber(redis.call('HGET', KEYS[1], 'count:' .. mart) or '0')
    if count and count > 1 then
      redis.call('HSET', KEYS[1], 'count:' .. mart, string.format('%.0f', count - 1))
    elseif count then
      redis.call('HDEL', KEYS[1], 'count:' .. mart)
    end
  end
end
return 0
