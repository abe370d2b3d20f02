-- Stores the name that an administrator gave a device.
-- ARGV  4 the name; nothing: that of its token again
-- Answers 0 if the device is not listed.
if redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0 then
  return 0
end
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[8], ARGV[3])
else
  redis.call('HSET', KEYS[8], ARGV[3], ARGV[4])
  redis.call('PEXPIRE', KEYS[8], ARGV[1])
end
return 1
