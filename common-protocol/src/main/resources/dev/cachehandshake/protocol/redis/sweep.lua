-- sweep: looks at everything whose moment has come. Its cost does not depend on how many wait.
-- ARGV  8 limit of each kind, 9 grace ms of a popped element, 10 lost leases that end a handshake, 11 what the names of the
--       site's breakers begin with, 12 the same of the keys of parked legs, 13 key of the site's holds,
--       14.. names of the site's targets
-- Returns {popped, rescue rows {id, cause}, endings, requeued, repaired, ms until the next look (-1 = nothing waits),
--   ids that vanished}
local limit, grace, max_lost = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local FOREIGN_HEADS = 64
local COVERED_LOOKS_EVERY_MS = 60000
local popped, rescues, endings, requeued, repaired, vanished = 0, {}, {}, 0, 0, {}

-- Lists are pushed right and popped left, in one order of sequences: whatever is queued below the first sequence that its
-- list still holds was popped. Foreign elements have no sequence, so look past some of them; nil = cannot tell this time, and
-- math.huge = the whole list was looked at and holds none of ours.
local function first_sequence(list)
  local head = redis.call('LINDEX', list, 0)
  if not head then return math.huge end
  local of_head = sequence_of(head)
  if of_head then return of_head end
  local heads = redis.call('LRANGE', list, 0, FOREIGN_HEADS - 1)
  for _, element in ipairs(heads) do
    local sequence = sequence_of(element)
    if sequence then return sequence end
  end
  if #heads < FOREIGN_HEADS then return math.huge end
  return nil
end

local function find_popped(names)
  local first = first_sequence(names.list)
  if not first then return end
  local below = first == math.huge and '+inf' or '(' .. whole(first)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', names.index, '-inf', below, 'LIMIT', 0, limit)) do
    redis.call('ZREM', names.index, id)
    redis.call('ZADD', DEADLINES, whole(now + grace), id)
    popped = popped + 1
  end
end

local function rescue(handshake, cause, ...)
  redis.call('HDEL', status_key(handshake.id), 'nonce', 'hold_until_ms', 'next_look_at_ms')
  return_first(handshake, ...)
  rescues[#rescues + 1] = { handshake.id, cause }
end

local function make_anew(leg)
  local parent = read(leg.parent)
  if not parent or parent.phase ~= 'fanned' then return end
  leg.referee_state, leg.referee_attempts = 'pending', '0'
  leg.class = parent.class
  return_first(leg, 'class', class_of(leg), 'accepted_at_ms', parent.accepted_at_ms, 'epoch', '0', 'lost', '0')
end

local function is_indexed(id)
  for _, names in pairs(LISTS) do
    if redis.call('ZSCORE', names.index, id) then return true end
  end
  return redis.call('ZSCORE', DEADLINES, id) ~= false
end

local held_by = redis.pcall('ZRANGEBYSCORE', ARGV[13], '(' .. whole(now), '+inf', 'LIMIT', 0, 1)
local held = not held_by.err and #held_by > 0

-- Whether the breakers of the targets that were named are open.
local is_open = {}

-- One rule a phase.
local DUE = {}

function DUE.queued(handshake) rescue(handshake, 'popped') end

function DUE.leased(handshake)
  local lost = number_of(handshake.lost) + 1
  give_attempt_back(handshake)
  handshake.lost = whole(lost)
  if lost >= max_lost then
    return fail(handshake, 'crash-loop', whole(lost) .. ' workers lost their lease while they held it', 'lost', whole(lost))
  end
  rescue(handshake, 'lease', 'lost', whole(lost))
end

function DUE.retry(handshake)
  if handshake.parked and is_open[handshake.target] then
    return park(handshake, ARGV[12] .. handshake.target)
  end
  redis.call('HDEL', status_key(handshake.id), 'next_look_at_ms', 'parked')
  enqueue(handshake)
  requeued = requeued + 1
end

function DUE.awaiting(handshake)
  if held or is_open[handshake.target] then
    -- It cannot have called back, and no attempt could have helped.
    give_attempt_back(handshake)
    say_error(handshake, 'the site accepted, and then did not call back while it was held or out')
    return rescue(handshake, 'callback')
  end
  if handshake.parent and number_of(handshake.referee_attempts) >= number_of(handshake.max_attempts) then
    -- Whether its target is there at all claim knows.
    return rescue(handshake, 'callback', 'spent', '1')
  end
  if number_of(handshake.referee_attempts) >= number_of(handshake.max_attempts) then
    return fail(handshake, 'no-callback', 'the site accepted and did not call back in time')
  end
  end_outage(handshake)
  say_error(handshake, 'the site accepted and did not call back in time')
  rescue(handshake, 'callback')
end

-- Ends as the one did that covers it, and is delivered itself where that one failed, or is not there any more.
function DUE.covered(handshake)
  local by = read(handshake.covered_by or '')
  if by and by.phase and by.phase ~= 'done' then return look_again_at(handshake, now + COVERED_LOOKS_EVERY_MS) end
  if by and by.referee_state == 'completed' then
    local has_version = handshake.version or handshake.versioned
    return complete(handshake, has_version and by.freshness or 'unproven')
  end
  if by and by.referee_state == 'simulated' then return finish(handshake, 'simulated') end
  redis.call('HDEL', status_key(handshake.id), 'covered_by')
  rescue(handshake, 'covered')
end

-- Only where an operator has put it there, because a leg of it is in no index.
function DUE.fanned(handshake)
  redis.call('ZREM', DEADLINES, handshake.id)
  local ended, targets = of_each_leg(handshake, 'ended')
  for i, target in ipairs(targets) do
    local leg = read(handshake.id .. LEG_MARK .. target)
    if not ended[i] and leg and not leg.phase then
      make_anew(leg)
    elseif not ended[i] and leg and not is_indexed(leg.id) then
      look_again_at(leg, now)
    end
  end
  return end_after_last_leg(handshake)
end

-- What others wrote over the end, and an expiry that a foreign SET took away.
function DUE.done(handshake)
  local key = status_key(handshake.id)
  local shown = redis.call('HMGET', key, 'state', 'attempts')
  redis.call('ZREM', DEADLINES, handshake.id)
  if shown[1] ~= handshake.referee_state or shown[2] ~= handshake.referee_attempts then
    write(handshake)
    repaired = repaired + 1
  end
  if redis.call('TTL', key) < 0 then
    redis.call('EXPIRE', key, handshake.referee_state == 'failed' and KEEP_FAILED or KEEP_COMPLETED)
  end
end

-- Legs that were parked because the breaker of their target was open: all when it is closed, one when a probe is due. A woken
-- one is parked no more, so it goes at whichever sweep comes to it.
local STRAY_ONES = 10
local function wake_parked(target)
  local parked, circuit = ARGV[12] .. target, ARGV[11] .. target
  local open, probe = unpack(redis.call('MGET', 'circuit:open:' .. circuit, 'circuit:probe:' .. circuit))
  is_open[target] = open ~= false
  if open == 'forced' or open and probe then return end
  for _ = 1, open and STRAY_ONES or 1 do
    local ids = redis.pcall('SPOP', parked, open and 1 or limit)
    local found = false
    for _, id in ipairs(ids.err and {} or ids) do
      local leg = read(id)
      if leg and leg.phase == 'retry' and leg.parked then
        found = true
        redis.call('HDEL', status_key(id), 'parked')
        redis.call('ZADD', DEADLINES, 'XX', whole(now), id)
      end
    end
    if ids.err or found or #ids == 0 then return end
  end
end

allow_writes()
for i = 14, #ARGV do wake_parked(ARGV[i]) end
for _, names in pairs(LISTS) do find_popped(names) end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', whole(now), 'LIMIT', 0, limit)) do
  local handshake = read(id)
  local rule = handshake and DUE[handshake.phase or '']
  if not rule then
    -- Somebody deleted its hash, or let it expire: there is nothing left to deliver, only to tell of. A leg is made anew.
    redis.call('ZREM', DEADLINES, id)
    vanished[#vanished + 1] = id
    if handshake and handshake.parent then make_anew(handshake) end
  elseif handshake.phase ~= 'done' and marked_complete(handshake) then
    endings[#endings + 1] = complete(handshake, 'unproven')
  else
    local ended = rule(handshake)
    if ended then endings[#endings + 1] = ended end
  end
end

local next_look = -1
local first = redis.call('ZRANGE', DEADLINES, 0, 0, 'WITHSCORES')
if first[2] then next_look = math.max(0, number_of(first[2]) - now) end
return { popped, rescues, endings, requeued, repaired, next_look, vanished }
