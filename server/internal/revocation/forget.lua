-- Deletes revocations, unless they were renewed meanwhile, or it is too early by Redis's clock.
-- KEYS  1 and 2: see quota.lua      ARGV  1 how long they are kept, ms; then their fields
for i = 2, #ARGV do
  local at = redis.call('HGET', KEYS[1], ARGV[i])
  if at and string.match(at, '^%d+$') and now - at > tonumber(ARGV[1]) then
    if counted(ARGV[i]) and counts(ARGV[i]) then
      free(ARGV[i])
    end
    redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return 0
