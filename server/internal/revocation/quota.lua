-- What the scripts share that write or delete revocations. KEYS[1] has all revocations, KEYS[2] those of
-- holders at a mart that admins with lent keys made (hash; each field of KEYS[1] that is one).

-- known returns the time of a field, or its count; 0 for a value that we did not write.
local function known(field)
  local at = redis.call('HGET', KEYS[1], field)
  if at and #at <= 15 and string.match(at, '^[1-9]%d*$') then
    return tonumber(at)
  end
  return 0
end

-- counted returns the field that counts what is revoked at the mart of a field, if it is of one.
local function counted(field, lent)
  local mart = string.match(field, '^at:([^/]*)/')
  return mart and 'count:' .. (lent and 'lent/' or '') .. mart
end

-- counts returns whether a field is revoked, and not taken back: then it takes a place of its mart.
local function counts(field)
  return known(field) > known('undo:' .. field)
end

local function add(count, n)
  local sum = known(count) + n
  if sum > 0 then
    redis.call('HSET', KEYS[1], count, string.format('%.0f', sum))
  else
    redis.call('HDEL', KEYS[1], count)
  end
end

-- free gives the place of a field back to whom it was taken from.
local function free(field)
  add(counted(field, redis.call('HDEL', KEYS[2], field) == 1), -1)
end
