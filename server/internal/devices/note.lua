-- Stores that a device was there.
-- ARGV  4 what is known of it, or nothing if it left
--       5 a stream, nothing if it polled      6 came, left or polled
--       7 1 to store it only where somebody else is
--       8 after which event its stream begins: see keepPosition
-- Answers 1 if the device is new here, or was not seen today.
--
-- This runs twice for every stream. So it writes few fields each time, and the rest only if the
-- device is new here, or was not seen today.
local id, body, stream, kind = ARGV[3], ARGV[4], ARGV[5], ARGV[6]

if ARGV[7] == '1' and nobody() then
  return 0
end

-- ends returns when a token expires, by what is known of its device.
local function ends(known)
  return tonumber(string.match(known, '"ends":(%d+)') or 0)
end

local at, has = string.match(redis.call('HGET', KEYS[2], id) or '', '^(%d+) (.*)$')
local new = not at or day(at) ~= day(now)
local was = kind ~= 'left' and redis.call('HGET', KEYS[1], id)

if kind == 'came' then
  -- It may have been paired without being enrolled here, or have a new token.
  body = whole(was, body)
  if was ~= body then
    redis.call('HSET', KEYS[1], id, body)
    new = true
  end
  if has ~= stream then -- notes may be written twice
    keepCame()
    keepPosition(ARGV[8])
  end
else
  if kind == 'polled' and (not was or ends(body) > ends(was)) then -- what is known may be newer than its token
    redis.call('HSET', KEYS[1], id, whole(was, body))
  end
  if new and redis.call('HEXISTS', KEYS[1], id) == 0 then
    return 0 -- it was forgotten, and this call does not bring what is known of it
  end
  -- If the device has a newer stream, it keeps that.
  if has == stream then
    if kind == 'left' then
      keepLost()
    end
    has = ''
  end
  stream = has or ''
  if kind == 'polled' and stream == '' then
    stream = 'poll' -- no server has a stream of that name
  end
end

redis.call('HSET', KEYS[2], id, now .. ' ' .. stream)
if new then
  seen()
  prolong()
  return 1
end
return 0
