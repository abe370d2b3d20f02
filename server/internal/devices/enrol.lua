-- Stores what is known of a device that was paired, or has a new token.
-- ARGV  5 1 to store it only where somebody else is
-- Answers 1 if it was stored.
if ARGV[5] == '1' and nobody() then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[3], whole(redis.call('HGET', KEYS[1], ARGV[3]), ARGV[4]))
seen()
prolong()
return 1
