-- referee: what every script shares. The loader puts it in front of each, so a script's own words begin at ARGV[8].
-- KEYS  1 queue, 2 returns list, 3 index of queue, 4 index of returns, 5 deadlines, 6 sequence, 7 tally, 8 poison, 9 failed,
--       10 urgent queue, 11 urgent returns list, 12 index of urgent queue, 13 index of urgent returns, 14 low queue,
--       15 low returns list, 16 index of low queue, 17 index of low returns
-- ARGV  1 now in ms ('' = this server's TIME), 2 pattern of status keys, 3 pattern of marker keys,
--       4 seconds to keep a completed one, 5 seconds to keep a failed one, 6 channel of endings, 7 pattern of entry keys
-- A failing script is not rolled back: so every read that a stranger's data could make fail goes through pcall, and
-- nothing is written on account of a handshake before it has been read.
local DEADLINES, SEQUENCE, TALLY, POISON, FAILED = KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
-- Each class has a queue and what was rescued or handed back of it, which is served first.
local CLASSES = { 'urgent', 'normal', 'low' }
local NORMAL = 'normal'
local RETURNS_OF = { urgent = 'urgent-returns', normal = 'returns', low = 'low-returns' }
local LISTS = {
  normal = { list = KEYS[1], index = KEYS[3] },
  returns = { list = KEYS[2], index = KEYS[4] },
  urgent = { list = KEYS[10], index = KEYS[12] },
  ['urgent-returns'] = { list = KEYS[11], index = KEYS[13] },
  low = { list = KEYS[14], index = KEYS[16] },
  ['low-returns'] = { list = KEYS[15], index = KEYS[17] },
}
local KEEP_COMPLETED, KEEP_FAILED, ENDINGS = ARGV[4], ARGV[5], ARGV[6]
local REPAIR_AFTER_MS = 5000
local POISON_KEPT = 1000
-- Between a handshake's id and the name of a target: no id from outside may hold a control character.
local LEG_MARK = '\31'
local FORGOTTEN_AT_ONCE = 100
local CHANGES_KEPT = 1000
local KEEP_CHANGES = 2592000
local KNOWN_SINCE, EVERYTHING = 'known-since', 'everything'

local now
if ARGV[1] ~= '' then
  now = tonumber(ARGV[1])
else
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function whole(number) return string.format('%.0f', number) end
local function status_key(id) return string.format(ARGV[2], id) end
local function marker_key(id) return string.format(ARGV[3], id) end
local function entry_key(entry) return string.format(ARGV[7], entry) end

-- A server at maxmemory refuses a script whose first write may need memory, and lets pass one that has written before.
-- Scripts that move handshakes on towards their end must pass: they are what frees memory.
local function allow_writes() redis.call('ZREM', DEADLINES, '') end

local FIELDS = { 'referee_state', 'phase', 'referee_attempts', 'epoch', 'nonce', 'lost', 'misses', 'list',
  'accepted_at_ms', 'hold_until_ms', 'max_attempts', 'proof', 'failure', 'type', 'slug', 'site', 'version', 'versioned',
  'freshness', 'last_error', 'outage_since_ms', 'target', 'legs', 'several', 'invalidator', 'absent_since_ms', 'spent', 'class',
  'foreign', 'quiet', 'covered_by', 'parked' }

-- A handshake as it stands, without its job, which may be large. Only its id when nobody but a foreign publisher has
-- written its hash, whatever fields that has. nil when the key is no hash.
-- With several targets it is fanned out: the handshake waits in no index, and each target has a leg, which is claimed,
-- settled, confirmed and swept as a handshake of its own. A leg has a parent, and the target that it is for.
local function read(id)
  local values = redis.pcall('HMGET', status_key(id), unpack(FIELDS))
  if values.err then return nil end
  local handshake = { id = id }
  for i = 1, values[1] and #FIELDS or 0 do
    if values[i] then handshake[FIELDS[i]] = values[i] end
  end
  if string.find(id, LEG_MARK, 1, true) then
    handshake.parent, handshake.target = string.match(id, '^(.-)' .. LEG_MARK .. '(.+)$')
  end
  return handshake
end

local function class_of(handshake) return RETURNS_OF[handshake.class or ''] and handshake.class or NORMAL end

local function number_of(text) return tonumber(text or '0') or 0 end

-- A time in ms that a stranger may have overwritten: nil when it cannot be one.
local function moment(text)
  local ms = tonumber(text or '')
  return ms and ms >= 0 and ms < 9007199254740992 and ms or nil
end

-- Where the public looks for it: a leg shows in its handshake.
local function public_key(handshake) return status_key(handshake.parent or handshake.id) end

local function job_of(handshake)
  if handshake.job then return handshake.job end
  local job = redis.pcall('HGET', public_key(handshake), 'job')
  return type(job) == 'string' and job or ''
end

-- Writes fields, and with them the two public ones that a foreign publisher may have overwritten. Takes away an expiry that
-- one may have set: an open handshake must not vanish, and finish sets its own.
local function write(handshake, ...)
  redis.call('PERSIST', status_key(handshake.id))
  redis.call('HSET', status_key(handshake.id), 'state', handshake.referee_state, 'attempts', handshake.referee_attempts,
    'referee_state', handshake.referee_state, 'referee_attempts', handshake.referee_attempts, ...)
end

local function count_state(from, to)
  if from == to then return end
  if from then redis.call('HINCRBY', TALLY, from, -1) end
  redis.call('HINCRBY', TALLY, to, 1)
end

local function set_state(handshake, state)
  if not handshake.parent then count_state(handshake.referee_state, state) end
  handshake.referee_state = state
end

-- How far a target has come, in fields that bear its name; a leg shows it in its handshake, unless somebody deleted that. An
-- expiry that somebody gave it would take the legs with it.
local function show_target(handshake, target, ...)
  local key, fields = public_key(handshake), { ... }
  if handshake.parent then
    local known = redis.pcall('HMGET', key, 'legs', 'phase')
    if known.err or not known[1] then return end
    if known[2] == 'fanned' then redis.call('PERSIST', key) end
  end
  for i = 1, #fields, 2 do fields[i] = 'target:' .. target .. ':' .. fields[i] end
  redis.call('HSET', key, unpack(fields))
end

local function show_leg(leg, ...) show_target(leg, leg.target, ...) end

-- One field of each leg of a handshake, in the order of its legs: false where there is none.
local function of_each_leg(parent, name)
  local fields, targets = {}, {}
  for target in string.gmatch(parent.legs or '', '[^' .. LEG_MARK .. ']+') do
    targets[#targets + 1] = target
    fields[#fields + 1] = 'target:' .. target .. ':' .. name
  end
  if #fields == 0 then return {}, targets end
  return redis.call('HMGET', status_key(parent.id), unpack(fields)), targets
end

-- Of a handshake with legs: the most that any one counted.
local function set_attempts(handshake, attempts)
  handshake.referee_attempts = whole(math.max(attempts, 0))
  if not handshake.parent then return end
  show_leg(handshake, 'attempts', handshake.referee_attempts)
  local parent = read(handshake.parent)
  if not (parent and parent.legs) then return end
  local most = 0
  for _, its in ipairs(of_each_leg(parent, 'attempts')) do most = math.max(most, number_of(its or '0')) end
  redis.call('HSET', status_key(parent.id), 'attempts', whole(most), 'referee_attempts', whole(most))
end

local function give_attempt_back(handshake) set_attempts(handshake, number_of(handshake.referee_attempts) - 1) end

local function leave_indexes(handshake)
  local class = class_of(handshake)
  redis.call('ZREM', DEADLINES, handshake.id)
  redis.call('ZREM', LISTS[class].index, handshake.id)
  redis.call('ZREM', LISTS[RETURNS_OF[class]].index, handshake.id)
end

-- Puts a handshake at the tail of a list of its class. The queue's elements are whole jobs, as others know them; an element
-- of returns, or of a leg, is a hint and nothing more, for claim delivers what the hash holds.
local function push(handshake, list_name, whole_job, ...)
  leave_indexes(handshake)
  local sequence = whole(redis.call('INCR', SEQUENCE))
  local rest = whole_job and not handshake.parent and string.match(job_of(handshake), '^%s*{(.+)$')
  if not rest then
    rest = (handshake.parent and '"leg":' .. cjson.encode(handshake.target) .. ',' or '') .. '"revalidation_id":'
      .. cjson.encode(handshake.parent or handshake.id) .. '}'
  end
  write(handshake, 'phase', 'queued', 'list', list_name, 'queued_at_ms', whole(now), ...)
  redis.call('ZADD', LISTS[list_name].index, sequence, handshake.id)
  redis.call('RPUSH', LISTS[list_name].list, '{"seq":' .. sequence .. ',' .. rest)
end

local function enqueue(handshake, ...) push(handshake, class_of(handshake), true, ...) end

-- To be served before what waits in the queue of its class.
local function return_first(handshake, ...) push(handshake, RETURNS_OF[class_of(handshake)], false, ...) end

local function look_again_at(handshake, at_ms)
  leave_indexes(handshake)
  redis.call('ZADD', DEADLINES, whole(at_ms), handshake.id)
end

-- A leg whose target's breaker is open waits for the sweep to find that closed, or to send it as a probe. Should its set be
-- lost it is looked at all the same; but so late, and many at so different moments, that the sweep has time for others.
local PARKED_MS = 900000
local KEEP_PARKED = 86400
local function park(leg, parked)
  local at = now + PARKED_MS + redis.call('INCR', SEQUENCE) % PARKED_MS
  redis.call('HDEL', status_key(leg.id), 'list', 'queued_at_ms', 'absent_since_ms')
  look_again_at(leg, at)
  write(leg, 'phase', 'retry', 'parked', '1', 'next_look_at_ms', whole(at))
  if type(redis.pcall('SADD', parked, leg.id)) ~= 'table' then redis.call('EXPIRE', parked, KEEP_PARKED) end
end

-- Makes the handshake of an id that nobody knows yet: to be delivered at once, or at a moment that its page is quiet by.
local function accept(id, class, job, nonce, quiet_until, ...)
  local handshake = { id = id, class = class, job = job, referee_attempts = '0' }
  set_state(handshake, 'pending')
  redis.call('HSET', status_key(id), 'class', class, 'created_at', whole(math.floor(now / 1000)), 'accepted_at_ms', whole(now),
    'job', job, 'publish_nonce', nonce, 'epoch', '0', 'lost', '0', ...)
  if not quiet_until then return enqueue(handshake) end
  look_again_at(handshake, quiet_until)
  write(handshake, 'phase', 'retry', 'next_look_at_ms', whole(quiet_until))
end

-- How many handshakes are open. Whoever deletes a hash leaves the tally too high, and what has just ended is still looked at
-- once more; so it is the lesser of the two. What foreign publishers have queued is in no tally yet.
local function count_open()
  local indexed = redis.call('ZCARD', DEADLINES)
  local tally = redis.call('HMGET', TALLY, 'pending', 'acknowledged')
  local counted = number_of(tally[1] or '0') + number_of(tally[2] or '0')
  for _, names in pairs(LISTS) do
    local listed = redis.call('LLEN', names.list)
    indexed = indexed + listed
    counted = counted + math.max(0, listed - redis.call('ZCARD', names.index))
  end
  return counted < 0 and indexed or math.min(indexed, counted)
end

-- What the log and the histogram want to know of an ending.
local function ending(handshake)
  return { handshake.id, handshake.referee_state, handshake.freshness or '', handshake.failure or '',
    handshake.referee_attempts, handshake.epoch or '0', whole(now - number_of(handshake.accepted_at_ms)),
    handshake.site or '', handshake.type or '', handshake.slug or '', handshake.version or '', handshake.last_error or '' }
end

-- Lists a failed handshake for whoever looks for what to replay, and drops some of those whose hashes have expired: more
-- than come in, so that the list cannot grow past what is kept.
local function list_as_failed(handshake)
  redis.call('ZADD', FAILED, whole(now), handshake.id)
  local expired = redis.call('ZRANGEBYSCORE', FAILED, '-inf', '(' .. whole(now - KEEP_FAILED * 1000), 'LIMIT', 0,
    FORGOTTEN_AT_ONCE)
  if #expired > 0 then redis.call('ZREM', FAILED, unpack(expired)) end
  redis.call('EXPIRE', FAILED, KEEP_FAILED)
end

-- How a leg may end without failing its handshake.
local HARMLESS = { fresh = true, unproven = true, simulated = true, gone = true }

local end_after_last_leg, acknowledge_when_all_have

-- Ends a leg, which leaves nothing but what its handshake shows of it; the last one ends the handshake.
local function finish_leg(leg, how)
  leave_indexes(leg)
  redis.call('DEL', status_key(leg.id))
  leg.phase = 'done'
  show_leg(leg, 'ended', how, 'proof', leg.proof or '')
  local parent = read(leg.parent)
  if not parent or parent.phase ~= 'fanned' then return nil end
  acknowledge_when_all_have(parent)
  return end_after_last_leg(parent)
end

-- Those that it covers end as it did: the sweep looks at them now.
local function wake_covered(handshake)
  local covers = redis.call('HGET', status_key(handshake.id), 'covers')
  if not covers then return end
  redis.call('HDEL', status_key(handshake.id), 'covers')
  for id in string.gmatch(covers, '[^' .. LEG_MARK .. ']+') do
    redis.call('ZADD', DEADLINES, 'XX', whole(now), id)
  end
end

-- Ends a handshake: out of every index, lease gone, to expire; looked at once more to repair a foreign late write.
-- Returns its ending; nil for a leg that is not the last.
local function finish(handshake, state, ...)
  if handshake.parent then return finish_leg(handshake, handshake.failure or handshake.freshness or state) end
  leave_indexes(handshake)
  local key = status_key(handshake.id)
  redis.call('HDEL', key, 'nonce', 'list', 'queued_at_ms', 'hold_until_ms', 'outage_since_ms', 'misses',
    'next_look_at_ms', 'failure')
  if state ~= 'failed' then redis.call('HDEL', key, 'job') end
  if handshake.referee_state == 'failed' then redis.call('ZREM', FAILED, handshake.id) end
  if state == 'failed' then list_as_failed(handshake) end
  set_state(handshake, state)
  write(handshake, 'phase', 'done', 'finished_at_ms', whole(now), ...)
  redis.call('EXPIRE', key, state == 'failed' and KEEP_FAILED or KEEP_COMPLETED)
  redis.call('ZADD', DEADLINES, whole(now + REPAIR_AFTER_MS), handshake.id)
  wake_covered(handshake)
  redis.call('PUBLISH', ENDINGS, handshake.id)
  return ending(handshake)
end

local function fail(handshake, reason, problem, ...)
  handshake.failure, handshake.freshness = reason, nil
  if problem then handshake.last_error = problem end
  if handshake.parent then show_leg(handshake, 'error', handshake.last_error or '') end
  return finish(handshake, 'failed', 'failure', reason, 'last_error', handshake.last_error or '', 'last_error_at_ms',
    whole(now), ...)
end

local function say_error(handshake, problem)
  if handshake.parent then return show_leg(handshake, 'error', problem) end
  redis.call('HSET', status_key(handshake.id), 'last_error', problem, 'last_error_at_ms', whole(now))
end

-- Back for another delivery after a delay in ms; a lease no more.
local function wait_for_retry(handshake, problem, delay, ...)
  redis.call('HDEL', status_key(handshake.id), 'nonce', 'hold_until_ms')
  look_again_at(handshake, now + delay)
  write(handshake, 'phase', 'retry', 'next_look_at_ms', whole(now + delay), ...)
  say_error(handshake, problem)
end

-- The same in an outage of the site, which uses up no attempts; one that has lasted too long ends the handshake instead.
local function wait_out_outage(handshake, reason, problem, delay, give_up_after, ...)
  local since = handshake.outage_since_ms and number_of(handshake.outage_since_ms) or now
  if now - since >= give_up_after then return fail(handshake, reason, problem, ...) end
  wait_for_retry(handshake, problem, delay, 'outage_since_ms', whole(since), 'misses',
    whole(number_of(handshake.misses) + 1), ...)
end

-- An attempt that counted: whatever outage there was is over.
local function end_outage(handshake) redis.call('HDEL', status_key(handshake.id), 'outage_since_ms', 'misses') end

local function complete(handshake, freshness, ...)
  handshake.freshness, handshake.failure = freshness, nil
  return finish(handshake, 'completed', 'freshness', freshness, ...)
end

-- Its first yes of a site; with several targets, of all of them.
local function acknowledge(handshake)
  set_state(handshake, 'acknowledged')
  if not handshake.parent then
    return redis.call('HSETNX', status_key(handshake.id), 'acknowledged_at_ms', whole(now))
  end
  show_leg(handshake, 'acknowledged_at_ms', whole(now))
  local parent = read(handshake.parent)
  if parent and parent.phase == 'fanned' then acknowledge_when_all_have(parent) end
end

function acknowledge_when_all_have(parent)
  if parent.referee_state ~= 'pending' then return end
  local ended, any = of_each_leg(parent, 'ended'), false
  for i, said_yes in ipairs(of_each_leg(parent, 'acknowledged_at_ms')) do
    if not said_yes and not HARMLESS[ended[i] or ''] then return end
    any = any or ended[i] ~= 'gone'
  end
  if not any then return end
  acknowledge(parent)
  write(parent)
end

-- All that a handshake shows of its targets, before it is fanned out to others.
local function forget_legs(handshake)
  local fields = { 'legs', 'target', 'invalidator' }
  for _, field in ipairs(redis.call('HKEYS', status_key(handshake.id))) do
    if string.sub(field, 1, 7) == 'target:' then fields[#fields + 1] = field end
  end
  redis.call('HDEL', status_key(handshake.id), unpack(fields))
  handshake.legs, handshake.target, handshake.invalidator = nil, nil, nil
end

-- What the ends of all legs amount to: nil while one is open, else failed (with the target and its reason), simulated,
-- unproven, fresh, or gone when no target is there any more.
local function sum_of_legs(parent)
  local ended, targets = of_each_leg(parent, 'ended')
  local problem, count = nil, {}
  for i, how in ipairs(ended) do
    if not how then return nil end
    count[how] = true
    count.lacks_invalidator = count.lacks_invalidator or (how == 'gone' and targets[i] == parent.invalidator)
    -- A late callback may still lift the want of one, so any other failure says more.
    if not HARMLESS[how] and (not problem or ended[problem] == 'no-callback') then problem = i end
  end
  if problem then return 'failed', targets[problem], ended[problem] end
  if count.simulated then return 'simulated' end
  -- The others only read what it was to make anew.
  if count.lacks_invalidator then return 'gone' end
  return count.unproven and 'unproven' or count.fresh and 'fresh' or 'gone'
end

function end_after_last_leg(parent)
  local how, target, reason = sum_of_legs(parent)
  if not how then return nil end
  if how == 'failed' then
    local problem = redis.call('HGET', status_key(parent.id), 'target:' .. target .. ':error')
    return fail(parent, reason, target .. ': ' .. (problem or ''))
  end
  if how == 'simulated' then return finish(parent, 'simulated') end
  if how ~= 'gone' then return complete(parent, how) end
  -- It begins anew, with whoever is there then.
  forget_legs(parent)
  set_attempts(parent, 0)
  return_first(parent)
end

-- A callback that came after a handshake had failed for the want of it.
local function lift_after_last_leg(parent)
  local how = sum_of_legs(parent)
  return (how == 'unproven' or how == 'fresh') and complete(parent, how) or nil
end

-- Lists a handshake with an opaque version under its entry, so that one that was overtaken finds its successors.
local function list_under_entry(id, entry, sequence)
  local successors = entry_key(entry)
  -- A stranger may have put something else there.
  if type(redis.pcall('ZADD', successors, sequence, id)) == 'table' then return end
  redis.call('HSET', status_key(id), 'entry', entry)
  redis.call('ZREMRANGEBYRANK', successors, 0, -101)
  redis.call('EXPIRE', successors, KEEP_FAILED)
end

-- Since when changes are known at all: before that, everything may have changed. Whether there are any to be known.
local function begin_changes(key)
  local size = redis.pcall('ZCARD', key)
  if type(size) == 'table' then return false end
  if size == 0 then
    redis.call('ZADD', key, whole(now), KNOWN_SINCE)
    redis.call('EXPIRE', key, KEEP_CHANGES)
  end
  return true
end

-- What a replica that starts has to catch up with: pages, tags and foreign jobs, each with its last change. Who has to catch
-- up with more than CHANGES_KEPT begins anew anyway, so older ones go.
local function list_as_changed(key, changes)
  -- Unless a stranger has put something else there.
  if not begin_changes(key) then return end
  for _, change in ipairs(changes) do redis.call('ZADD', key, whole(now), change) end
  redis.call('ZREMRANGEBYRANK', key, 0, -CHANGES_KEPT - 2)
  redis.call('EXPIRE', key, KEEP_CHANGES)
end

-- What changed from one moment to another, each once, the oldest first; nil when not all of it is known any more.
local function changes_between(key, since, till)
  if not begin_changes(key) or since < now - KEEP_CHANGES * 1000 then return nil end
  local known_since = redis.call('ZSCORE', key, KNOWN_SINCE)
  if known_since and since < tonumber(known_since) then return nil end
  local changes = {}
  for _, change in ipairs(redis.call('ZRANGEBYSCORE', key, whole(since), till, 'LIMIT', 0, CHANGES_KEPT + 2)) do
    if change == EVERYTHING then return nil end
    if change ~= KNOWN_SINCE then changes[#changes + 1] = change end
  end
  if #changes > CHANGES_KEPT then return nil end
  return changes
end

-- Whether the site's complete-marker is there and may be taken for a callback. It names no target.
local function marked_complete(handshake)
  if handshake.parent or handshake.several then return false end
  if number_of(handshake.epoch) < 1 or handshake.proof == 'required' then return false end
  if not handshake.proof and (handshake.version or handshake.versioned) then return false end
  return redis.call('EXISTS', marker_key(handshake.id)) == 1
end

local function holds(handshake, epoch, nonce)
  return handshake and handshake.phase == 'leased' and handshake.epoch == epoch and handshake.nonce == nonce
end

-- The sequence that our own elements begin with; nil for a foreign one.
local function sequence_of(element) return tonumber(string.match(element, '^{"seq":(%d+),')) end
