-- Keeps that a device has a stream. It may have been paired where nobody told us.
know('HSET')
see(ARGV[5])
return lasting()
