-- Looks at an enrolment key, uses it, or notes that it was refused.
-- KEYS  1 the key (hash)  2 its map (hash: computer to mart, and after a line break the mart's name)
-- ARGV  1 look, take or refuse  2 the computer  3 of take the device, of refuse why  4 the request, or nothing
-- Answers valid, again (the request had this device before) or why it is refused, or nothing where there is
-- no such key; its ID; when it was made, ms; who made it; the mart; what this computer became by it; and of
-- again the device.
local computer, known = ARGV[2], {}
local names = {'id', 'made', 'ends', 'revoked', 'maker', 'mart', 'uses', 'used', 'refused', 'by:' .. computer}
for i, value in ipairs(redis.call('HMGET', KEYS[1], unpack(names))) do
  known[names[i]] = value -- false: it has none
end
if not known.id then
  return {}
end
local mine = known['by:' .. computer] or ''

local function answer(state, mart, device)
  return {state, known.id, known.made, known.maker or '', mart or '', mine, device or ''}
end

local function refuse(cause)
  redis.call('HSET', KEYS[1], 'refused', string.format('%.0f', (known.refused or 0) + 1), 'last', now .. ' ' .. cause .. ' ' .. computer)
  return answer(cause)
end

local function count(lines)
  return select(2, string.gsub(lines, '\n', ''))
end

if ARGV[1] == 'refuse' then
  return refuse(ARGV[3])
elseif known.revoked then
  return refuse('revoked')
elseif tonumber(known.ends) < tonumber(now) then
  return refuse('ended')
end
local mart = known.mart or redis.call('HGET', KEYS[2], computer)
if not mart then
  return refuse('not-in-map')
end
for device, request in string.gmatch(mine, '%d+ (%S+) (%S+) [^\n]*\n') do
  if request == ARGV[4] then
    return answer('again', mart, device)
  end
end
local used = tonumber(known.used or 0)
if (known.mart and used or count(mine)) >= tonumber(known.uses) then
  return refuse('used-up')
end
if ARGV[1] == 'take' then
  local line = now .. ' ' .. ARGV[3] .. ' ' .. (ARGV[4] == '' and '-' or ARGV[4]) .. ' ' .. string.match(mart, '^[^\n]*') .. '\n'
  redis.call('HSET', KEYS[1], 'by:' .. computer, mine .. line, 'used', string.format('%.0f', used + 1))
end
return answer('valid', mart)
