-- Decides whether a token may be renewed, and when the new one is issued. Of the tokens of one holder no
-- two are issued in the same second, so that it is known which is newer.
-- KEYS  1 all revocations  2 the newest token of the holder (hash: when it was issued, when it expires, and
--       when those before it have expired, in s)
-- ARGV  1 the topic of the hint  2 how many fields about holders are kept at most
--       3 when the token was issued, s  4 when it expires, s  5 how long the new one lives, s  6 until when
--       it may live at most, s  7 the field that voids the older tokens of the holder
--       8 1 to remember the newest token; of holders that anybody with a lent key makes up there are too many
--       9 how many of the fields that follow void the token, each by itself; then the fields
-- Answers void, ok, or again if the token was renewed before; when the new one is issued; and for each
-- field, and the one that takes it back, what is there.
local issued, expires = tonumber(ARGV[3]), tonumber(ARGV[4])
local remember = ARGV[8] == '1'
local newest = remember and redis.call('HMGET', KEYS[2], 'iat', 'exp', 'before') or {}
local iat, exp, before = tonumber(newest[1] or 0), tonumber(newest[2] or 0), tonumber(newest[3] or 0)
local answer, void = {'ok', '0'}, false
local seconds = math.floor(now / 1000)

local function known(field)
  local at = redis.call('HGET', KEYS[1], field) or ''
  answer[#answer + 1] = at
  if #at <= 15 and string.match(at, '^[1-9]%d*$') then
    return tonumber(at)
  end
  return 0
end

-- revoked returns when the i-th argument was revoked, ms; 0: it was not, or that was taken back.
local function revoked(i)
  local at, undone = known(ARGV[i]), known('undo:' .. ARGV[i])
  return at > undone and at or 0
end

-- replace voids the tokens that were issued before this one.
local function replace()
  local at = string.format('%.0f', 1000 * issued)
  local there = redis.call('HGET', KEYS[1], ARGV[7])
  if there and tonumber(there) >= 1000 * issued or not there and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then
    return
  end
  redis.call('HSET', KEYS[1], ARGV[7], at)
  redis.call('PUBLISH', ARGV[1], ARGV[7])
end

void = revoked(7) > 1000 * issued
for i = 10, #ARGV do
  local at = revoked(i)
  void = void or i < 10 + tonumber(ARGV[9]) and at > 0
end
if void then
  answer[1] = 'void'
  return answer
end

if issued > iat then -- the first one, or it was made elsewhere
  before, iat, exp = math.max(before, exp), issued, expires
elseif issued < iat then
  answer[1] = 'again'
end
if before > seconds then -- an older one may still be valid
  replace()
end
local new = math.max(seconds, iat + 1)
answer[2] = string.format('%.0f', new)
if not remember then
  return answer
end
local ends = math.min(new + ARGV[5], tonumber(ARGV[6]))
before = math.max(before, exp)
redis.call('HSET', KEYS[2], 'iat', string.format('%.0f', new), 'exp', string.format('%.0f', ends), 'before', string.format('%.0f', before))
redis.call('PEXPIRE', KEYS[2], string.format('%.0f', 1000 * (math.max(ends, before) - seconds) + 86400000))
return answer
