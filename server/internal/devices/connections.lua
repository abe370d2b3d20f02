-- Keeps what happened to the connections of a device, for people: a field of KEYS[6] has lines, the oldest first.
--
--   ms came N MS   it connected, and connected anew N times since, the last time at MS
--   ms lost        its stream ended, and it had not said why before
--   ms asleep      it has reported that it falls asleep
--   ms quit        it has reported that a person ends it
--   ms silent …    it has reported that orders cannot be heard, and its problems
--   ms heard       they can be heard again

-- mostBytes are kept of a device: some 50 lines, three weeks of a PC that is switched off each night.
-- Bytes, because to count lines would cost more than all the rest.
local mostBytes = 1400

-- shortGap is how long a device is away at most that the app itself does not call a connection lost, ms.
local shortGap = 20000

local function pastLines()
  return redis.call('HGET', KEYS[6], ARGV[3]) or ''
end

-- parted returns all lines but the last, and the last without its end.
local function parted(lines)
  local head, last = string.match(lines, '^(.*\n)([^\n]*)\n$')
  return head or '', last or string.sub(lines, 1, -2)
end

local function keep(lines, line)
  lines = lines .. line .. '\n'
  while #lines > mostBytes do
    lines = string.sub(lines, string.find(lines, '\n', 1, true) + 1)
  end
  redis.call('HSET', KEYS[6], ARGV[3], lines)
  redis.call('PEXPIRE', KEYS[6], ARGV[1])
end

-- keepCame keeps that the device has another stream. One that flaps makes no line each time, so that those of
-- before stay.
local function keepCame()
  local lines = pastLines()
  local head, last = parted(lines)
  local gone = string.match(last, '^(%d+) lost$')
  if gone and now - gone < shortGap then
    lines = head
    head, last = parted(lines)
  end
  local at, times = string.match(last, '^(%d+) came (%d+)')
  if at then
    keep(head, at .. ' came ' .. string.format('%.0f', times + 1) .. ' ' .. now)
  else
    keep(lines, now .. ' came 0 ' .. now)
  end
end

-- keepLost keeps that the stream of the device has ended.
local function keepLost()
  local lines = pastLines()
  local _, last = parted(lines)
  local word = string.match(last, '^%d+ (%a+)')
  if word ~= 'lost' and word ~= 'asleep' and word ~= 'quit' then
    keep(lines, now .. ' lost')
  end
end

-- keepReport keeps what a report says, if that is new: asleep, quit, heard, or silent and why.
local function keepReport(said)
  local lines = pastLines()
  local _, last = parted(lines)
  if said == 'asleep' or said == 'quit' then
    keep(lines, now .. ' ' .. said)
    return
  end
  local before = 'heard'
  for words in string.gmatch(lines, '%d+ ([sh][ie][^\n]*)\n') do -- silent and heard
    before = words
  end
  if string.match(last, '^%d+ (%a+)') == 'asleep' then -- it woke before its stream was found dead
    before = 'asleep'
  end
  if said ~= before then
    keep(lines, now .. ' ' .. said)
  end
end
