-- What record.lua and ack.lua share: this is put before each of them. A script runs alone,
-- whichever pods run scripts at the same time. Redis does not undo one that fails in the middle.
--
-- KEYS  1 the mart's log (stream)  2 its open orders (sorted set: order by time)
--       3 what was seen of this order (string: the ID of its event, and after a space
--         the ID of its ack)
-- ARGV  1 the mart's channel  2 PUBLISH, or on a Cluster SPUBLISH
--       3 the order's ID  4 the event, as the log holds it
--       5 how long seen is remembered, ms  6 how long the log reaches back, ms
--       7 how many events, and open orders, are kept at most
--       8 how long the log of an idle mart lives, ms
--       9 1: a repeat writes too, so that there is something to wait for (WAIT)
--       10 how often a mart is tidied, ms
-- Answers the ID of the event, and 1 if it was there before.

-- tidy deletes what is older than the log reaches back. "~" lets Redis delete whole nodes, at
-- almost no cost.
local function tidy(ms)
  local oldest = string.format('%.0f', ms - tonumber(ARGV[6]))
  redis.call('XTRIM', KEYS[1], 'MINID', '~', oldest)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. oldest)
  redis.call('PEXPIRE', KEYS[1], ARGV[8]) -- a mart that closed leaves nothing behind
  redis.call('PEXPIRE', KEYS[2], ARGV[8])
end

-- due returns whether the event at ms is the first of its period. Most are not, and so an
-- order costs Redis less.
local function due(prev, ms)
  local period = tonumber(ARGV[10])
  return math.floor(tonumber(string.match(prev, '^%d+')) / period) ~= math.floor(ms / period)
end

-- append adds the event to the log, announces it and returns its ID. From then on the
-- order is open or it is not.
local function append(open)
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  local prev = '0-0'
  if newest[1] then
    prev = newest[1][1]
  end
  local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[7], '*', 'event', ARGV[4], 'prev', prev)
  local ms = string.match(id, '^%d+')
  if open then
    redis.call('ZADD', KEYS[2], ms, ARGV[3])
    local many = redis.call('ZCARD', KEYS[2])
    if many == 1 then -- the key is new: Redis drops it with its last order
      redis.call('PEXPIRE', KEYS[2], ARGV[8])
    elseif many > tonumber(ARGV[7]) then
      redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - tonumber(ARGV[7]))
    end
  else
    redis.call('ZREM', KEYS[2], ARGV[3])
  end
  if due(prev, tonumber(ms)) then
    tidy(tonumber(ms))
  end

  redis.call(ARGV[2], ARGV[1], prev .. ' ' .. id .. ' ' .. ARGV[4])
  return id
end

local function remember(seen)
  redis.call('SET', KEYS[3], seen, 'PX', ARGV[5])
end

-- again answers a repeat.
local function again(seen, id)
  if ARGV[9] == '1' then
    redis.call('SET', KEYS[3], seen, 'KEEPTTL')
  end
  return {id, 1}
end
