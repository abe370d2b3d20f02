-- What the scripts that change a mart's log share: this is put before each of them. A script runs
-- alone, whichever servers run scripts at the same time. Redis does not undo one that fails in the
-- middle. So each is written so that the same call again is right after a failure at any command,
-- and what is only a convenience is called last, by pcall.
--
-- KEYS  1 the mart's log (stream)  2 its open orders (sorted set: number by scoreOf; a second open
--         order of a number is "number TAB id")
--       3 the orders of this number that are remembered (string)
--       4 how much of the mart's share of Redis's memory is used (string: see life)
--       5 the order of this idempotency key, if there is one (string: the ID of its event)
-- ARGV  1 the mart's channel  2 PUBLISH, or on a Cluster SPUBLISH
--       3 the order's number  4 the event, as the log holds it
--       5 how long orders are remembered, ms  6 how long the log reaches back, ms
--       7 how many events are kept, more or less; those of open orders up to `reach` times as many
--       8 how long the log of an idle mart lives, ms
--       9 1: a call that changes nothing writes too, so that there is something to wait for (WAIT)
--       10 how often a mart is tidied, ms
-- Each answers {ID, outcome, error of the announcement or ''}.

local unrecorded = '0-0' -- the ID of an order that was withdrawn before it was recorded
local decoded -- ARGV[4]

local function mine()
  decoded = decoded or cjson.decode(ARGV[4])
  return decoded
end

-- hour is the least time for which an order is remembered (wire.MinSeen), and for which one that was
-- confirmed is repeated by another (order.ConfirmedLately); ms.
local hour = 3600000

-- ms returns the milliseconds in the ID of an event.
local function ms(id)
  return tonumber(string.match(id, '^%d+'))
end

local clock

-- now returns the milliseconds of this call; a script reads one time only.
local function now()
  if not clock then
    local time = redis.call('TIME')
    clock = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  end
  return clock
end

-- parse returns the event in an entry of the log; {} if it cannot be read.
local function parse(entry)
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'event' then
      local ok, event = pcall(cjson.decode, entry[2][i + 1])
      return ok and type(event) == 'table' and event or {}
    end
  end
  return {}
end

local lived -- what life has returned
local spent = false -- whether life found the share used up

-- life returns for how long what this call adds to the memory of Redis stays there, ms. A mart has a
-- share: 4 orders for each event that its log keeps. An order takes its part of it, which comes back
-- in the time that orders are remembered. When the share is used up, an order is remembered for an hour:
-- that a repeat rings again is a nuisance, but Redis must not be filled by one mart. So at most twice the
-- share is remembered, and what comes in an hour. What is at the key is the time when all of the share
-- will have come back.
local function life()
  if lived then
    return lived
  end
  local all = tonumber(ARGV[5])
  local used = math.max(tonumber(redis.pcall('GET', KEYS[4]) or nil) or 0, now()) + all / (4 * tonumber(ARGV[7]))
  spent = used - now() > all
  lived = spent and math.min(hour, all) or all
  if not spent then
    redis.call('SET', KEYS[4], string.format('%.3f', used), 'PX', math.ceil(used - now()))
  end
  return lived
end

-- lifeOf returns for how long a string that was there before stays, when it changes.
local function lifeOf(key)
  return math.max(redis.call('PTTL', key), math.min(hour, tonumber(ARGV[5])))
end

-- read returns the event with this ID, and {} if the log does not have it.
local function read(id)
  local found = redis.call('XRANGE', KEYS[1], id, id)
  return found[1] and parse(found[1]) or {}
end

-- eventOf returns what is known of the order of a record.
local function eventOf(r)
  if r.id ~= unrecorded then
    return read(r.id)
  end
  local ok, said = pcall(cjson.decode, r.said)
  return ok and type(said) == 'table' and said or {}
end

-- last returns the ID of the newest event of the log.
local function last()
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  return newest[1] and newest[1][1] or '0-0'
end

-- scoreOf returns the milliseconds of an ID, and a fraction that tells apart what came within one. The
-- fraction is never 0: scores of servers of before have none.
local function scoreOf(id)
  return ms(id) + math.min(tonumber(string.match(id, '%d+$')) + 1, 2047) / 2048
end

-- memberOf returns the member of the open orders for the event with this ID; nil: it is not open.
-- Servers of before left the fraction out.
local function memberOf(id)
  local second = ARGV[3] .. '\t' .. id
  if redis.call('ZSCORE', KEYS[2], second) then
    return second
  end
  local score = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[3]) or nil)
  return (score == scoreOf(id) or score == ms(id)) and ARGV[3] or nil
end

-- open adds an order that is not open to the open ones.
local function open(id)
  local score = string.format('%.17g', scoreOf(id))
  if redis.call('ZADD', KEYS[2], 'NX', score, ARGV[3]) == 0 then
    redis.call('ZADD', KEYS[2], score, ARGV[3] .. '\t' .. id)
  end
end

local function close(id)
  local member = memberOf(id)
  if member then
    redis.call('ZREM', KEYS[2], member)
  end
end

-- A record is what is remembered of an order of the number: id of its event; ended, the ID of the
-- event that closed it, or nil; withdrawn, 'c' if that was a withdrawal, 'r' if a person has read it
-- since; said, of an order that was withdrawn before it was recorded what the withdrawal said of it, of
-- another one how often it was opened again. It is a line of these four with a space between them; what
-- is missing at its end is left out. A line "?prev" is an order that a script began to record: if it is
-- in the log, it stands right behind prev.

-- settle makes an order that a script began to record a record, or returns nil if there is none.
local function settle(prev)
  local following = redis.call('XRANGE', KEYS[1], '(' .. prev, '+', 'COUNT', 1)[1]
  if not following then
    return nil
  end
  local event = parse(following)
  if event.kind ~= 'order' or event.order ~= ARGV[3] then
    return nil
  end
  if not memberOf(following[1]) then
    open(following[1])
  end
  return {id = following[1]}
end

-- load returns the records of the number, the oldest first, without those that are too old.
local function load()
  local records = {}
  local remembered = redis.call('GET', KEYS[3])
  if not remembered then
    return records
  end
  for line in string.gmatch(remembered, '[^\n]+') do
    local begun = string.match(line, '^%?(%S+)$')
    local id, ended, withdrawn, said = string.match(line, '^(%S+) ?(%S*) ?(%S*) ?(.*)$')
    local r = {id = id, ended = ended ~= '' and ended or nil, withdrawn = withdrawn ~= '' and withdrawn or nil, said = said}
    if begun then
      r = settle(begun)
    end
    if r and now() - math.max(ms(r.id), ms(r.ended or '0')) < tonumber(ARGV[5]) then
      table.insert(records, r)
    end
  end
  return records
end

local function lineOf(r)
  if not r.ended and (r.said or '') == '' then
    return r.id
  end
  local line = r.id .. ' ' .. (r.ended or '') .. ' ' .. (r.withdrawn or '') .. ' ' .. (r.said or '')
  return (string.gsub(line, ' +$', ''))
end

local most = 64 -- records of a number: a counter that begins again each hour has fewer in 48 hours
local mostSaid = 4 -- of them, those with what a withdrawal said: they are forty times as long

-- save remembers the records of the number for a time. begun, if it is given, is a line for an order
-- that is about to be recorded.
local function save(records, time, begun)
  local text, said = begun, 0
  for i = #records, math.max(1, #records - most + 1), -1 do
    said = said + (records[i].id == unrecorded and 1 or 0)
    if records[i].id ~= unrecorded or said <= mostSaid then
      local line = lineOf(records[i])
      text = text and line .. '\n' .. text or line
    end
  end
  redis.call('SET', KEYS[3], text, 'PX', time)
end

-- find returns the record with this ID; nil: there is none.
local function find(records, id)
  for _, r in ipairs(records) do
    if r.id == id then
      return r
    end
  end
end

-- remember saves the records, r among them, for a time.
local function remember(records, r, time)
  if not find(records, r.id) or r.id == unrecorded then
    table.insert(records, r)
  end
  save(records, time)
end

-- newestOpen returns the record of the newest open order of the number. One that is no longer
-- remembered may still be open.
local function newestOpen(records)
  for i = #records, 1, -1 do
    if not records[i].ended then
      return records[i]
    end
  end
  local score = redis.call('ZSCORE', KEYS[2], ARGV[3])
  if score then
    local at = string.format('%.0f', math.floor(tonumber(score)))
    for _, entry in ipairs(redis.call('XRANGE', KEYS[1], at, at)) do
      if memberOf(entry[1]) then
        return {id = entry[1]}
      end
    end
  end
end

-- differs reports whether another event has another value in a field that both of them have.
local function differs(event)
  for _, name in ipairs({'placedAt', 'amount', 'summary'}) do
    if event[name] and mine()[name] and event[name] ~= mine()[name] then
      return true
    end
  end
  return false
end

local function append(prev, body)
  return redis.call('XADD', KEYS[1], '*', 'event', body, 'prev', prev)
end

local reach = 4 -- times as many events as else are kept as long as the oldest belongs to an open order
local atOnce = 100 -- events that are deleted together: a node of a stream has as many at most

-- before returns the ID up to which the log may lose events, of which `extra` are too many: the event
-- of an open order stays.
local function before(extra)
  local oldest = redis.pcall('XRANGE', KEYS[1], '-', '+', 'COUNT', math.min(extra, 2 * atOnce) + 1)
  local open = redis.pcall('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
  local id, score = oldest[#oldest] and oldest[#oldest][1] or '0-0', tonumber(open[2])
  return score and score < scoreOf(id) and string.format('%.0f', math.floor(score)) or id
end

-- shorten deletes the oldest events when there are too many. An open order that is lost by that stays
-- among the open ones: a page of them shows that one is missing. "~" lets Redis delete whole nodes, at
-- almost no cost.
local function shorten()
  local most = tonumber(ARGV[7])
  local extra = (tonumber(redis.pcall('XLEN', KEYS[1])) or 0) - most
  if extra < atOnce or extra % atOnce ~= 0 then
    return
  end
  redis.pcall('XTRIM', KEYS[1], 'MINID', '~', before(extra))
  redis.pcall('XTRIM', KEYS[1], 'MAXLEN', '~', reach * most)
end

-- tidy bounds the log: its length, and once a period its age; an order costs Redis less so.
local function tidy(prev, id)
  shorten()
  local period = tonumber(ARGV[10])
  if math.floor(ms(prev) / period) == math.floor(ms(id) / period) then
    return
  end
  local oldest = string.format('%.0f', ms(id) - tonumber(ARGV[6]))
  redis.pcall('XTRIM', KEYS[1], 'MINID', '~', oldest)
  redis.pcall('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. oldest)
  redis.pcall('PEXPIRE', KEYS[1], ARGV[8]) -- a mart that closed leaves nothing behind
  redis.pcall('PEXPIRE', KEYS[2], ARGV[8])
end

-- limitOpen bounds the open orders, and gives a new set its life: Redis drops it with its last
-- order. The log has lost those that are dropped. The oldest stays, to show that.
local function limitOpen()
  local many = tonumber(redis.pcall('ZCARD', KEYS[2])) or 0
  if many == 1 then
    redis.pcall('PEXPIRE', KEYS[2], ARGV[8])
  elseif many > (reach + 1) * tonumber(ARGV[7]) then
    redis.pcall('ZREMRANGEBYRANK', KEYS[2], 1, many - (reach + 1) * tonumber(ARGV[7]))
  end
end

-- announce tells the servers, and returns why it could not. With "-" for prev the event is not in
-- the log.
local function announce(prev, id, body)
  local said = redis.pcall(ARGV[2], ARGV[1], prev .. ' ' .. id .. ' ' .. body)
  return type(said) == 'table' and said.err or ''
end

-- change appends what happened to an order that was recorded as id. The caller then remembers it.
local function change(id)
  mine().of = id
  local prev, body = last(), cjson.encode(mine())
  return append(prev, body), prev, body
end

-- tellOnly announces what happened to an order that the log does not have: a Redis that failed over
-- may have lost it, and PCs may show it. Nothing of it is kept.
local function tellOnly()
  mine().of = ARGV[11] ~= '' and ARGV[11] or nil
  return {'', 'unknown', announce('-', string.format('%.0f-0', now()), cjson.encode(mine()))}
end

-- unchanged answers a call that changes nothing.
local function unchanged(id, outcome)
  local remembered = ARGV[9] == '1' and redis.call('GET', KEYS[3])
  if remembered then
    redis.call('SET', KEYS[3], remembered, 'KEEPTTL')
  end
  return {id, outcome, ''}
end
