-- What the scripts about devices share: this is put before each of them, and now.lua before
-- it.
--
-- KEYS  1 the mart's devices (hash: ID to what is known of it)
--       2 their streams (hash: ID to when it was seen, ms, and after a space the stream it
--         has, if it has one)
--       3 when each was seen last, to the day (sorted set: ID by ms)
--       4 the same of those for which a lent key vouches: whoever has it makes up any number
--       5 what each reported last (hash: ID to when, ms, since when it reports just that, ms, and the
--         report, with spaces between them)
--       6 what happened to their connections (hash: ID to lines, see connections.lua)
--       7 up to where each has the mart's log (hash: ID to the ID of an event, and after a space from
--         which time on, ms)
--       8 the names that administrators gave them (hash: ID to name)
--       9 the mart's log, only read, where a device may be listed
-- ARGV  1 how long a device that is not seen stays known, ms
--       2 how many devices are known at most
--       3 the device's ID  4 what is known of it

-- most is how many are deleted in one call, so that it stays short: each call adds one device
-- at most, and the next call goes on.
local most = 100

-- mostLent is how many are known at most for which lent keys vouch.
local mostLent = 1000

local function drop(ids)
  for _, id in ipairs(ids) do
    redis.call('HDEL', KEYS[1], id)
    redis.call('HDEL', KEYS[2], id)
    redis.call('ZREM', KEYS[3], id)
    redis.call('ZREM', KEYS[4], id)
    redis.call('HDEL', KEYS[5], id)
    redis.call('HDEL', KEYS[6], id)
    redis.call('HDEL', KEYS[7], id)
    redis.call('HDEL', KEYS[8], id)
  end
end

local function forgetOf(key, limit)
  local oldest = string.format('%.0f', now - ARGV[1])
  drop(redis.call('ZRANGEBYSCORE', key, '-inf', '(' .. oldest, 'LIMIT', 0, most))
  local over = redis.call('ZCARD', key) - limit
  if over > 0 then
    drop(redis.call('ZRANGE', key, 0, math.min(over, most) - 1))
  end
end

-- forget deletes the devices that were not seen for long, and if there are too many, those
-- that were seen longest ago.
local function forget()
  forgetOf(KEYS[3], ARGV[2])
  forgetOf(KEYS[4], mostLent)
end

-- seen stores that the device was seen. The ID of one for which a lent key vouches has a slash.
local function seen()
  redis.call('ZADD', string.find(ARGV[3], '/', 1, true) and KEYS[4] or KEYS[3], now, ARGV[3])
  forget()
end

-- nobody reports whether the mart has no orders and no devices.
local function nobody()
  return redis.call('HLEN', KEYS[1]) == 0 and redis.call('XLEN', KEYS[9]) == 0
end

-- whole returns what is known of a device, with who made its code if only was, what was known before, tells:
-- tokens do not. In what Go encodes, a quote in a name has a backslash before it.
local function whole(was, body)
  local by = string.match(was or '', ',"by":".*"}$')
  if not by or string.find(body, ',"by":"', 1, true) then
    return body
  end
  return string.sub(body, 1, -2) .. by
end

-- keepPosition keeps that the device has every event up to one; 'fresh': it has none, and gets what is recorded from now
-- on. Nothing: it has not told.
local function keepPosition(last)
  if last == '' then
    return
  end
  local was = redis.call('HGET', KEYS[7], ARGV[3]) or ''
  local before, from = string.match(was, '^(%S+) (%d+)$')
  if last == 'fresh' then
    last, from = before or '0-0', now
  end
  local is = last .. ' ' .. (from or '0')
  if is ~= was then
    redis.call('HSET', KEYS[7], ARGV[3], is)
    redis.call('PEXPIRE', KEYS[7], ARGV[1])
  end
end

-- day returns the days from 1970 to a time.
local function day(ms)
  return math.floor(ms / 86400000)
end

-- prolong sets when the keys expire: a mart that closed leaves nothing behind.
local function prolong()
  for i = 1, 8 do
    redis.call('PEXPIRE', KEYS[i], ARGV[1])
  end
  return 0
end
