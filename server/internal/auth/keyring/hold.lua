-- Stores who holds tokens of a key, and until when.
-- KEYS  1 the holders of the key's tokens (sorted set: holder by when its token expires, s), and those
--         of a second key that the tokens need, or of which they were made; then those of other keys, of
--         which the holders have no token any more
-- ARGV  1 how many of KEYS to add to  2 how many holders are kept of a key  3 how long the sets are kept, ms
--       then of each: its holder, and when it expires, s
local adding = tonumber(ARGV[1])
for i = 4, #ARGV, 2 do
  local holder, expires = ARGV[i], tonumber(ARGV[i + 1])
  for k, key in ipairs(KEYS) do
    if k > adding then
      redis.call('ZREM', key, holder)
    else
      local known = redis.call('ZSCORE', key, holder)
      if known and tonumber(known) < expires or not known and redis.call('ZCARD', key) < tonumber(ARGV[2]) then
        redis.call('ZADD', key, ARGV[i + 1], holder)
      end
    end
  end
end
for k = 1, adding do
  redis.call('PEXPIRE', KEYS[k], ARGV[3])
end
return 0
