-- handback: gives leases back unused, with the attempt they counted; the next claim finds them first.
-- ARGV  8.. triples: id, epoch, nonce
-- Returns the ids that were still held
local returned = {}
allow_writes()
for i = 8, #ARGV, 3 do
  local handshake = read(ARGV[i])
  if holds(handshake, ARGV[i + 1], ARGV[i + 2]) then
    redis.call('HDEL', status_key(handshake.id), 'nonce', 'hold_until_ms')
    give_attempt_back(handshake)
    return_first(handshake)
    returned[#returned + 1] = ARGV[i]
  end
end
return returned
