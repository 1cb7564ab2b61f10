-- renew: prolongs leases that are still held, never past their hard end.
-- ARGV  8 lease ms, then triples: id, epoch, nonce
-- Returns the ids that are still held
local lease = tonumber(ARGV[8])
local held = {}
allow_writes()
for i = 9, #ARGV, 3 do
  local handshake = read(ARGV[i])
  if holds(handshake, ARGV[i + 1], ARGV[i + 2]) then
    local hard_end = number_of(handshake.hold_until_ms)
    if now < hard_end then
      redis.call('ZADD', DEADLINES, 'XX', whole(math.min(now + lease, hard_end)), ARGV[i])
      held[#held + 1] = ARGV[i]
    end
  end
end
return held
