-- Stores revocations, the later one of two, and publishes which have changed, so that every server
-- reads them.
-- KEYS  1 and 2: see quota.lua
-- ARGV  1 the topic of the hint  2 how long they are kept, but for those of keys, ms
--       3 how many fields are kept at most  4 how many of them about holders
--       5 how many there may be before one about a holder at a mart is refused  6 how many of those a mart
--       7 how many of those by all lent keys; 0: no lent key writes these; then
--       of each its field, and when it was revoked, ms; 0 is now
-- Answers how many there is no room for.
local changed, refused = {}, 0
local lent = ARGV[7] ~= '0'

-- old returns whether it would be forgotten again at once.
local function old(field, at)
  return not string.match(field, '^key:') and not string.match(field, '^undo:key:') and now - at > tonumber(ARGV[2])
end

local function room(field)
  local all = redis.call('HLEN', KEYS[1])
  if string.match(field, '^key:') or string.match(field, '^mart:') or string.match(field, '^undo:') then
    return all < tonumber(ARGV[3])
  end
  return all < tonumber(ARGV[string.match(field, '^at:') and 5 or 4])
end

-- roomAt returns whether the mart of a field has a place for it.
local function roomAt(field)
  return known(counted(field, lent)) < tonumber(ARGV[6]) and (not lent or redis.call('HLEN', KEYS[2]) < tonumber(ARGV[7]))
end

-- take gives a field a place of its mart.
local function take(field)
  add(counted(field, lent), 1)
  if lent then
    redis.call('HSET', KEYS[2], field, 1)
  end
end

local function put(field, at)
  local holder = string.gsub(field, '^undo:', '')
  local before = counts(holder)
  local takes = counted(field) and not before and tonumber(at) > known('undo:' .. field)
  if redis.call('HEXISTS', KEYS[1], field) == 0 and not room(field) or takes and not roomAt(field) then
    refused = refused + 1
    return
  end
  redis.call('HSET', KEYS[1], field, at)
  if takes then
    take(field)
  elseif before and counted(holder) and not counts(holder) then
    free(holder)
  end
  changed[#changed + 1] = field
end

-- later returns now, or a moment after the time that was given, so that of revoking and taking back the
-- last one holds.
local function later(at)
  return string.format('%.0f', math.max(tonumber(now), at + 1))
end

-- shadow revokes a holder and takes it back, unless it is revoked, or there is no room: who revokes at a
-- mart writes no field of all marts beyond the share of those.
local function shadow(field)
  if redis.call('HLEN', KEYS[1]) + 2 <= tonumber(ARGV[5]) and known(field) <= known('undo:' .. field) then
    put('undo:' .. field, now)
    put(field, now)
  end
end

for i = 8, #ARGV, 2 do
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
