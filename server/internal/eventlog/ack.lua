-- Ends the ringing of one order, once: the first ack wins. Of a withdrawn order, only an ack that says
-- so ends anything: a late ack of the order itself must not hide the withdrawal.
-- ARGV  11 the ID of the order's event; '': the newest open order of the number
--       12 1: a person has read that the order was withdrawn
-- The outcome is confirmed, already or unknown.
local records = load()
local r = ARGV[11] == '' and newestOpen(records) or find(records, ARGV[11])
if not r and ARGV[11] ~= '' then -- it may be older than what is remembered, and than the log
  local event = read(ARGV[11])
  if event.kind and (event.kind ~= 'order' or event.order ~= ARGV[3]) then
    return unchanged('', 'unknown') -- of another number: PCs that show that order must not fall silent
  elseif memberOf(ARGV[11]) then
    r = {id = ARGV[11]}
  elseif event.kind then
    return unchanged('', 'already')
  end
end
if not r and ARGV[11] == '' and #records > 0 then
  return unchanged(records[#records].ended, 'already')
end
if not r then
  return tellOnly()
end
if r.ended and (r.withdrawn ~= 'c' or ARGV[12] ~= '1') then
  return unchanged(r.ended, 'already')
end
local id, prev, body = change(r.id)
close(r.id)
r.ended, r.withdrawn = id, r.withdrawn and 'r'
remember(records, r, lifeOf(KEYS[3]))
tidy(prev, id)
return {id, 'confirmed', announce(prev, id, body)}
