-- Remembers that the order of the key is withdrawn, if nothing is remembered of the key. The outcome is
-- withdrawn or known.
local first = redis.call('SET', KEYS[5], unrecorded, 'NX', 'PX', life())
return {unrecorded, first and 'withdrawn' or 'known', ''}
