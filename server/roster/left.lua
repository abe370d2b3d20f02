-- Keeps that a stream of a device has ended. If the device has a newer one, it keeps it;
-- and what is known of it may be newer than the token of this stream.
know('HSETNX')
local seen = redis.call('HGET', KEYS[2], ARGV[3])
local stream = seen and string.match(seen, '^%d+ (.*)$') or ''
if stream == ARGV[5] then
  stream = ''
end
see(stream)
return lasting()
