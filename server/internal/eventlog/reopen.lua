-- Takes a confirmation back: the order rings again.
-- ARGV  11 the ID of the order's event  12 how long after the confirmation that may be, ms
-- The outcome is reopened, already: it is open, or late.
local often = 8 -- times that one order is opened again: a device could fill the log with one
local records = load()
local r = find(records, ARGV[11])
local times = r and tonumber(r.said) or 0
if not r or r.withdrawn or r.ended and (now() - ms(r.ended) > tonumber(ARGV[12]) or times >= often) then
  return unchanged('', 'late')
end
if not r.ended then
  return unchanged('', 'already')
end
if not memberOf(r.id) then
  open(r.id)
end
local id, prev, body = change(r.id)
r.ended, r.said = nil, tostring(times + 1)
remember(records, r, lifeOf(KEYS[3]))
limitOpen()
tidy(prev, id)
return {id, 'reopened', announce(prev, id, body)}
