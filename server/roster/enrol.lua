-- Keeps what is known of a device that was paired, or has a new token.
know('HSET')
return lasting()
