-- settle: says how deliveries went; only the holder of the lease may.
-- ARGV  8.. thirteen a settlement: id, epoch, nonce, target, outcome (accepted, retry, rejected, not_reached, simulated,
--       covered), error (covered: the id that covers it), delay ms, callback within ms, max attempts, proof ('required' or 'callback'), give up after ms, replica, build id
-- Returns one row a settlement: {'open', id} | {'stale', id, phase} | {'ended', ending}
local results = {}
local COVERED_LOOKS_EVERY_MS = 60000
local covers, coverers = {}, {}

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

-- Another one that is delivered now, and was accepted later, brings its page up to date as well. Its end is that one's; where
-- that one fails, it is delivered itself.
function OUTCOMES.covered(handshake, s)
  give_attempt_back(handshake)
  redis.call('HDEL', status_key(handshake.id), 'nonce', 'hold_until_ms')
  local by = read(s.problem)
  if not by or not by.phase or by.phase == 'done' and by.referee_state == 'failed' then return return_first(handshake) end
  look_again_at(handshake, by.phase == 'done' and now or now + COVERED_LOOKS_EVERY_MS)
  write(handshake, 'phase', 'covered', 'covered_by', by.id)
  if by.phase == 'done' then return nil end
  if not covers[by.id] then
    covers[by.id] = {}
    coverers[#coverers + 1] = by.id
  end
  table.insert(covers[by.id], handshake.id)
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
    if STATUSES[outcome] then progress(handshake, settlement, STATUSES[outcome]) end
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
for _, id in ipairs(coverers) do
  local before = redis.call('HGET', status_key(id), 'covers')
  redis.call('HSET', status_key(id), 'covers', (before and before .. LEG_MARK or '') .. table.concat(covers[id], LEG_MARK))
end
return results
