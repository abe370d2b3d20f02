-- Stores revocations, the later one of two, and publishes which have changed, so that every server
-- reads them.
-- KEYS  1 all revocations (hash: what is revoked to when, ms)
-- ARGV  1 the topic of the hint  2 how long they are kept, but for those of keys, ms
--       3 how many fields are kept at most  4 how many of them about holders  5 how many holders a mart; then
--       of each its field, and when it was revoked, ms; 0 is now
-- Answers how many there is no room for.
local changed, refused = {}, 0

-- old returns whether it would be forgotten again at once.
local function old(field, at)
  return not string.match(field, '^key:') and not string.match(field, '^undo:key:') and now - at > tonumber(ARGV[2])
end

-- known returns the time of a field; 0 for a value that we did not write.
local function known(field)
  local at = redis.call('HGET', KEYS[1], field)
  if at and #at <= 15 and string.match(at, '^[1-9]%d*$') then
    return tonumber(at)
  end
  return 0
end

-- count returns the field that counts the holders that are revoked at the mart of a field, if it is of one.
local function count(field)
  local mart = string.match(field, '^at:([^/]*)/')
  return mart and 'count:' .. mart
end

local function room(field)
  local all, of = redis.call('HLEN', KEYS[1]), count(field)
  if string.match(field, '^key:') or string.match(field, '^mart:') or string.match(field, '^undo:') then
    return all < tonumber(ARGV[3])
  end
  return all < tonumber(ARGV[4]) and (not of or known(of) < tonumber(ARGV[5]))
end

local function put(field, at)
  local new, of = redis.call('HEXISTS', KEYS[1], field) == 0, count(field)
  if new and not room(field) then
    refused = refused + 1
    return
  end
  if new and of then
    redis.call('HSET', KEYS[1], of, string.format('%.0f', known(of) + 1))
  end
  redis.call('HSET', KEYS[1], field, at)
  changed[#changed + 1] = field
end

-- later returns now, or a moment after the time that was given, so that of revoking and taking back the
-- last one holds.
local function later(at)
  return string.format('%.0f', math.max(tonumber(now), at + 1))
end

-- shadow revokes a holder and takes it back, unless it is revoked, or there is no room.
local function shadow(field)
  if room(field) and known(field) <= known('undo:' .. field) then
    put('undo:' .. field, now)
    put(field, now)
  end
end

for i = 6, #ARGV, 2 do
  local field, at = ARGV[i], ARGV[i + 1]
  local base = string.match(field, '^undo:(.*)$')
  if at == '0' then
    at = base and later(known(base) - 1) or later(known('undo:' .. field))
  end
  if string.match(field, '^shadow:') then
    shadow(string.sub(field, 8))
  elseif not old(field, at) and known(field) < tonumber(at) then
    put(field, at)
  end
end
if #changed > 100 then
  redis.call('PUBLISH', ARGV[1], 'changed')
elseif #changed > 0 then
  redis.call('PUBLISH', ARGV[1], table.concat(changed, '\n'))
end
return refused
