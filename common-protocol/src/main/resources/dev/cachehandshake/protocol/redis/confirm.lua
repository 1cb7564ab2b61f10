-- confirm: says what sites called back.
-- ARGV  8.. twelve a confirmation: id, target, verdict (fresh, unproven, negative, unreadable), batch id, error, delay ms,
--       max attempts (negative), give up after ms (unreadable), replica, build id, pages JSON, id that covers it
-- Returns one row a confirmation: {'ended', ending} | {'retry', id} | {'late', id, state} | {'superseded', id}
--   | {'not_delivered', id} | {'proof_required', id} | {'target_required', id} | {'leg_ended', id} | {'unknown', id}
-- Good news counts from any delivery. Bad news counts only from the latest batch, whose id begins with the lease's nonce:
-- an earlier delivery cannot say what a later one will bring. Pages that could not be read are the site's outage.
local results = {}

local function is_latest_batch(handshake, batch)
  local nonce = handshake.nonce
  return nonce ~= nil and (batch == nonce or string.sub(batch, 1, #nonce + 1) == nonce .. '.')
end

local BAD_NEWS = {}

local function show(handshake, c, status)
  local fields = { 'status', status, 'settled_at_ms', whole(now) }
  for field, value in pairs({ replica = c.replica, build_id = c.build, pages = c.pages }) do
    if value ~= '' then fields[#fields + 1] = field; fields[#fields + 1] = value end
  end
  show_target(handshake, c.target, unpack(fields))
  if c.covered_by ~= '' then redis.call('HSET', public_key(handshake), 'covered_by', c.covered_by) end
end

local function late(handshake)
  redis.call('HSET', status_key(handshake.id), 'late_callback_at_ms', whole(now))
  return { 'late', handshake.id, handshake.referee_state }
end

local function is_no_proof(proof, c) return c.verdict == 'unproven' and proof == 'required' end

-- A leg's end is not its handshake's.
local function ended_row(handshake, ending) return ending and { 'ended', ending } or { 'leg_ended', handshake.id } end

local function done_well(handshake, c)
  show(handshake, c, c.verdict)
  return ended_row(handshake, complete(handshake, c.verdict))
end

local function good_news(handshake, c)
  if handshake.phase == 'done' then
    local liftable = handshake.referee_state == 'failed' and handshake.failure == 'no-callback' and not handshake.legs
    if liftable and not is_no_proof(handshake.proof, c) then return done_well(handshake, c) end
    return late(handshake)
  end
  if handshake.phase == 'fanned' then return { 'target_required', handshake.id } end
  if number_of(handshake.epoch) < 1 then return { 'not_delivered', handshake.id } end
  if is_no_proof(handshake.proof, c) then return { 'proof_required', handshake.id } end
  return done_well(handshake, c)
end

-- Of a leg that has ended nothing is left but what its handshake shows: the want of a callback may still be lifted.
local function news_of_ended_leg(leg, c)
  local parent = read(leg.parent)
  if not parent or not parent.phase then return { 'unknown', leg.id } end
  local prefix = 'target:' .. leg.target .. ':'
  local how, proof = unpack(redis.call('HMGET', status_key(parent.id), prefix .. 'ended', prefix .. 'proof'))
  if not how then return { 'superseded', leg.id } end
  if how ~= 'no-callback' or BAD_NEWS[c.verdict] or is_no_proof(proof, c) then return late(parent) end
  show(leg, c, c.verdict)
  show_leg(leg, 'ended', c.verdict)
  local lifted = parent.phase == 'done' and parent.failure == 'no-callback'
  return ended_row(leg, lifted and lift_after_last_leg(parent) or nil)
end

function BAD_NEWS.negative(handshake, c)
  show(handshake, c, 'stale')
  if number_of(handshake.referee_attempts) >= c.max_attempts then return fail(handshake, 'stale', c.problem) end
  end_outage(handshake)
  wait_for_retry(handshake, c.problem, c.delay)
end

function BAD_NEWS.unreadable(handshake, c)
  show(handshake, c, 'failed')
  give_attempt_back(handshake)
  return wait_out_outage(handshake, 'unreadable', c.problem, c.delay, c.give_up_after)
end

local function bad_news(handshake, c)
  if handshake.phase == 'done' then return late(handshake) end
  if handshake.phase == 'fanned' then return { 'target_required', handshake.id } end
  if number_of(handshake.epoch) < 1 then return { 'not_delivered', handshake.id } end
  if not (handshake.phase == 'leased' or handshake.phase == 'awaiting') or not is_latest_batch(handshake, c.batch) then
    return { 'superseded', handshake.id }
  end
  local ended = BAD_NEWS[c.verdict](handshake, c)
  return (ended or handshake.phase == 'done') and ended_row(handshake, ended) or { 'retry', handshake.id }
end

allow_writes()
for i = 8, #ARGV, 12 do
  local id = ARGV[i]
  local handshake = read(id)
  local c = { target = ARGV[i + 1], verdict = ARGV[i + 2], batch = ARGV[i + 3], problem = ARGV[i + 4],
    delay = tonumber(ARGV[i + 5]), max_attempts = tonumber(ARGV[i + 6]), give_up_after = tonumber(ARGV[i + 7]),
    replica = ARGV[i + 8], build = ARGV[i + 9], pages = ARGV[i + 10], covered_by = ARGV[i + 11] }
  if not handshake then
    results[#results + 1] = { 'unknown', id }
  elseif not handshake.phase then
    results[#results + 1] = handshake.parent and news_of_ended_leg(handshake, c) or { 'unknown', id }
  elseif BAD_NEWS[c.verdict] then
    results[#results + 1] = bad_news(handshake, c)
  else
    results[#results + 1] = good_news(handshake, c)
  end
end
return results
