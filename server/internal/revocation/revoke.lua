-- Stores revocations, the later one of two, and publishes a hint if anything has changed, so
-- that every server reads them again.
-- KEYS  1 all revocations (hash: what is revoked to when, ms)
-- ARGV  1 the topic of the hint  2 how long they are kept, but for those of keys, ms
--       3 how many are kept at most; then of each
--       its field, and when it was revoked, ms; 0 is now
-- Answers how many there is no room for.
local changed, refused = false, 0

-- old returns whether it would be forgotten again at once.
local function old(field, at)
  return string.sub(field, 1, 4) ~= 'key:' and now - at > tonumber(ARGV[2])
end

-- known returns when it was revoked before; 0 for a value that we did not write.
local function known(field)
  local at = redis.call('HGET', KEYS[1], field)
  if at and #at <= 15 and string.match(at, '^[1-9]%d*$') then
    return tonumber(at)
  end
  return 0
end

local function room(field)
  return redis.call('HEXISTS', KEYS[1], field) == 1 or redis.call('HLEN', KEYS[1]) < tonumber(ARGV[3])
end

for i = 4, #ARGV, 2 do
  local field, at = ARGV[i], ARGV[i + 1]
  if at == '0' then
    at = now
  end
  if old(field, at) or known(field) >= tonumber(at) then
    -- nothing to store
  elseif room(field) then
    redis.call('HSET', KEYS[1], field, at)
    changed = true
  else
    refused = refused + 1
  end
end
if changed then
  redis.call('PUBLISH', ARGV[1], 'changed')
end
return refused
