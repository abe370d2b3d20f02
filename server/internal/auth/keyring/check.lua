-- Compares the keys of a server with those that the servers of this Redis have, and stores them if they
-- fit.
-- KEYS  1 keys (hash: kid to when a server had it last, ms, its mark, when it was made, s, and whether
--         it is lent; the field "" has when the hash was made, and by which server, which tells it from
--         one after a loss)
--       2 servers (hash: name to when it was here last, ms, and the sum of its keys)
--       3 renewals
-- ARGV  1 the server's name  2 the sum of its keys  3 how long a key is kept, ms  4 how long a server
--       counts, ms  5 1: store the keys whether they fit or not  6 of a server whose keys have not fitted:
--       that field of the hash in which it may be the first; "": of any  7 how many kids of revoked keys follow
--       8 and then of keys that were in the server's file before; those; then of each key of the server
--       its kid, and its value but for when it was seen
-- Answers a verdict, the time, the three hashes, and that field.
local gone = 9 + ARGV[7] -- where those begin
local mine = gone + ARGV[8]

local function drop(from, to)
  for i = from, to do
    redis.call('HDEL', KEYS[1], ARGV[i])
  end
end

drop(9, gone - 1)

redis.call('HSETNX', KEYS[1], '', now .. ' ' .. ARGV[1])
local made = redis.call('HGET', KEYS[1], '')

-- forget deletes the fields of a hash that were seen longest ago, and returns the others.
local function forget(key, after)
  local fields, left = redis.call('HGETALL', key), {}
  for i = 1, #fields, 2 do
    local at = string.match(fields[i + 1], '^(%d+) ')
    if fields[i] == '' then
      -- that is no key
    elseif not at or now - at > tonumber(after) then
      redis.call('HDEL', key, fields[i])
    else
      left[fields[i]] = string.sub(fields[i + 1], #at + 2)
    end
  end
  return left
end

local known = forget(KEYS[1], ARGV[3])
forget(KEYS[2], ARGV[4])

local function isLent(value) return string.sub(value, -5) == ' true' end
local function markOf(value) return string.match(value, '^%S+') end

-- judge returns what is wrong with the server's keys, or "".
local function judge()
  local others, shared = false, false
  for _, value in pairs(known) do
    others = others or not isLent(value)
  end
  for i = mine, #ARGV, 2 do
    local theirs = known[ARGV[i]]
    if theirs and markOf(theirs) ~= markOf(ARGV[i + 1]) then
      return 'secret ' .. ARGV[i]
    end
    shared = shared or theirs and not isLent(ARGV[i + 1])
  end
  local lost = ARGV[6] ~= '' and ARGV[6] ~= made
  if others and not shared or lost and not others then
    return 'stranger'
  end
  return ''
end

local verdict = judge()
if verdict == '' or ARGV[5] == '1' then
  drop(gone, mine - 1) -- another server that has one still brings it back
  for i = mine, #ARGV, 2 do
    redis.call('HSET', KEYS[1], ARGV[i], now .. ' ' .. ARGV[i + 1])
  end
  if #ARGV >= mine then -- a key that no other server can have says nothing of the others
    redis.call('HSET', KEYS[2], ARGV[1], now .. ' ' .. ARGV[2])
  end
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {verdict, now, redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3]), made}
