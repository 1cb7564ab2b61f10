-- sweep: looks at everything whose moment has come. Its cost does not depend on how many wait.
-- ARGV  8 limit of each kind, 9 grace ms of a popped element, 10 lost leases that end a handshake
-- Returns {popped, rescue rows {id, cause}, endings, requeued, repaired, ms until the next look (-1 = nothing waits),
--   ids that vanished}
local limit, grace, max_lost = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local FOREIGN_HEADS = 64
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
  enqueue(handshake, RETURNS, ...)
  rescues[#rescues + 1] = { handshake.id, cause }
end

local function make_anew(leg)
  local parent = read(leg.parent)
  if not parent or parent.phase ~= 'fanned' then return end
  leg.referee_state, leg.referee_attempts = 'pending', '0'
  enqueue(leg, RETURNS, 'accepted_at_ms', parent.accepted_at_ms, 'epoch', '0', 'lost', '0')
end

local function is_indexed(id)
  for _, index in ipairs({ DEADLINES, LISTS[NORMAL].index, LISTS[RETURNS].index }) do
    if redis.call('ZSCORE', index, id) then return true end
  end
  return false
end

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
  redis.call('HDEL', status_key(handshake.id), 'next_look_at_ms')
  enqueue(handshake, NORMAL)
  requeued = requeued + 1
end

function DUE.awaiting(handshake)
  if number_of(handshake.referee_attempts) >= number_of(handshake.max_attempts) then
    return fail(handshake, 'no-callback', 'the site accepted and did not call back in time')
  end
  end_outage(handshake)
  say_error(handshake, 'the site accepted and did not call back in time')
  rescue(handshake, 'callback')
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

allow_writes()
find_popped(LISTS[RETURNS])
find_popped(LISTS[NORMAL])
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
local next = redis.call('ZRANGE', DEADLINES, 0, 0, 'WITHSCORES')
if next[2] then next_look = math.max(0, number_of(next[2]) - now) end
return { popped, rescues, endings, requeued, repaired, next_look, vanished }
