-- Stores which version of the app a device runs.
-- KEYS  1 the mart's devices   2 the versions of the mart's devices (hash: ID to what is known)
-- ARGV  1 the device's ID  2 what is known  3 how long that is kept, ms
--       4 how many devices are known at most
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return 0
end
-- Versions of devices that were forgotten stay. When there are too many, all go: each device tells its own again
-- within hours.
if redis.call('HLEN', KEYS[2]) > 2 * ARGV[4] then
  redis.call('PEXPIRE', KEYS[2], 0)
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
