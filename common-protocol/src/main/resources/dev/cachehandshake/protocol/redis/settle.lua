-- settle: says how deliveries went; only the holder of the lease may.
-- ARGV  8.. thirteen a settlement: id, epoch, nonce, target, outcome (accepted, retry, rejected, not_reached, simulated),
--       error, delay ms, callback within ms, max attempts, proof ('required' or 'callback'), give up after ms, replica, build id
-- Returns one row a settlement: {'open', id} | {'stale', id, phase} | {'ended', ending}
local results = {}

local function progress(handshake, s, status)
  local fields = { 'status', status, 'settled_at_ms', whole(now) }
  if s.replica ~= '' then fields[#fields + 1] = 'replica'; fields[#fields + 1] = s.replica end
  if s.build ~= '' then fields[#fields + 1] = 'build_id'; fields[#fields + 1] = s.build end
  show_target(handshake, s.target, unpack(fields))
end

-- How each outcome shows in the target's progress.
local STATUSES = { accepted = 'accepted', retry = 'failed', rejected = 'rejected', not_reached = 'not-reached',
  simulated = 'simulated' }

local OUTCOMES = {}

function OUTCOMES.accepted(handshake, s)
  redis.call('HDEL', status_key(handshake.id), 'hold_until_ms')
  acknowledge(handshake)
  look_again_at(handshake, now + s.callback_within)
  write(handshake, 'phase', 'awaiting', 'max_attempts', whole(s.max_attempts), 'proof', s.proof, 'next_look_at_ms',
    whole(now + s.callback_within))
end

function OUTCOMES.retry(handshake, s)
  if number_of(handshake.referee_attempts) >= s.max_attempts then return fail(handshake, 'exhausted', s.problem) end
  end_outage(handshake)
  wait_for_retry(handshake, s.problem, s.delay, 'proof', s.proof)
end

function OUTCOMES.rejected(handshake, s)
  return fail(handshake, 'rejected', s.problem)
end

function OUTCOMES.not_reached(handshake, s)
  return wait_out_outage(handshake, 'unreachable', s.problem, s.delay, s.give_up_after, 'proof', s.proof)
end

function OUTCOMES.simulated(handshake, s)
  return finish(handshake, 'simulated')
end

allow_writes()
for i = 8, #ARGV, 13 do
  local id = ARGV[i]
  local handshake = read(id)
  if holds(handshake, ARGV[i + 1], ARGV[i + 2]) then
    local settlement = { target = ARGV[i + 3], problem = ARGV[i + 5], delay = tonumber(ARGV[i + 6]),
      callback_within = tonumber(ARGV[i + 7]), max_attempts = tonumber(ARGV[i + 8]), proof = ARGV[i + 9],
      give_up_after = tonumber(ARGV[i + 10]), replica = ARGV[i + 11], build = ARGV[i + 12] }
    local outcome = ARGV[i + 4]
    handshake.proof = settlement.proof
    progress(handshake, settlement, STATUSES[outcome])
    if outcome == 'not_reached' then give_attempt_back(handshake) end
    local ended
    if marked_complete(handshake) then
      ended = complete(handshake, 'unproven')
    else
      ended = OUTCOMES[outcome](handshake, settlement)
    end
    results[#results + 1] = ended and { 'ended', ended } or { 'open', id }
  else
    results[#results + 1] = { 'stale', id, handshake and handshake.phase or '' }
  end
end
return results
