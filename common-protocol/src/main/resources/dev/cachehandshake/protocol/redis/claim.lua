-- claim: takes leases on what waits, of one class: the popped element first, then returns, then the queue.
-- ARGV  8 nonce, 9 lease ms, 10 hold ms, 11 limit, 12 class of the list that an element was popped from ('' = none was),
--       13 that element, 14 classes to take from, in that order, with commas between them, 15 key of the site's holds,
--       16 what the names of its breakers begin with, 17 ms between two probes of a target whose breaker is open,
--       18 what the keys of parked legs begin with, 19 key of replicas that said hello and belong to the roster too
--       ('' = none), 20 pattern of keys of changes, 21 '1' if only the first of the roster invalidates,
--       22.. the roster: names of the site's targets
-- Returns {claimed rows, ghosts, poison rows, looked, endings, ids that vanished, class, rows of others that a claimed one may
--     cover, ms until another look is worth it ('' = now), breakers}
--   claimed {id, epoch, attempts, lost, misses, accepted_at_ms, claimed_at_ms, '1' if foreign, job ('' = that of the row before),
--     target, '1' if that only verifies, class ('' = foreign, so its path decides)}
--   poison {reason, excerpt}
--   other {id, epoch, id of the claimed one, job}
--   breaker {target, closed or open or forced, failed calls in a row, '1' if this claim is its probe}
-- An element is a hint and the hash decides: only a queued handshake is taken; an element without sequence whose handshake
-- the referee does not know is a foreign publisher's, and adopted; anything else is a ghost and dropped.
-- With two targets or more a handshake is fanned out, and its legs are what is claimed; a leg whose target has not been in any
-- worker's roster for a while is no longer waited for.
-- While the site is held, or the breakers of all its targets are open, nothing is taken, but for one probe a target at a time.
local nonce, lease, hold, limit = ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local popped = ARGV[12] ~= '' and ARGV[13]
local probe_every = tonumber(ARGV[17])

local roster, in_roster, named_by_now = {}, {}, {}
-- For so long another worker may know another roster: by an older answer of DNS, or other settings while they are changed.
local ROSTERS_AGREE_AFTER_MS = 30000
local function join_roster(target)
  if in_roster[target] then return end
  in_roster[target] = true
  roster[#roster + 1] = target
end
for i = 22, #ARGV do join_roster(ARGV[i]) end
if ARGV[19] ~= '' then
  local said_hello = redis.pcall('ZRANGEBYSCORE', ARGV[19], whole(now), '+inf')
  for _, replica in ipairs(said_hello.err and {} or said_hello) do
    if in_roster[replica] then named_by_now[#named_by_now + 1] = replica end
    join_roster(replica)
  end
end

-- What is known of a target's breaker. A stranger's key of another type counts as none.
local BREAKERS = {}
local function circuit_key(kind, target) return 'circuit:' .. kind .. ':' .. ARGV[16] .. target end
local all_open = #roster > 0
for _, target in ipairs(roster) do
  local open, failures = unpack(redis.call('MGET', circuit_key('open', target), circuit_key('failures', target)))
  all_open = all_open and open ~= false
  if open or failures then
    BREAKERS[target] = { state = not open and 'closed' or open == 'forced' and 'forced' or 'open', failures = failures or '0' }
  end
end
local function is_open(target) return BREAKERS[target] ~= nil and BREAKERS[target].state ~= 'closed' end

-- One call of the whole fleet at a time, to see whether the target is back.
local function win_probe(target)
  if BREAKERS[target].state ~= 'open' then return false end
  local key = circuit_key('probe', target)
  if not redis.call('SET', key, nonce, 'NX', 'PX', probe_every) then return false end
  BREAKERS[target].probes = true
  return true
end

local held_by = redis.pcall('ZRANGEBYSCORE', ARGV[15], '(' .. whole(now), '+inf', 'LIMIT', 0, 1)
local held = not held_by.err and #held_by > 0

local plan, planned, orphans, ghosts, poison, looked = {}, {}, {}, 0, {}, 0
local most = limit
local MOST_OF_A_JOB = 4096

local function text_within(value, most) return type(value) == 'string' and #value >= 1 and #value <= most end

-- As in table 3-7 of the Unicode standard: without surrogates and overlong forms, which Java would read as something else.
local LONGER_SEQUENCES = { '\224[\160-\191][\128-\191]', '[\225-\236\238\239][\128-\191][\128-\191]',
  '\237[\128-\159][\128-\191]', '\240[\144-\191][\128-\191][\128-\191]',
  '[\241-\243][\128-\191][\128-\191][\128-\191]', '\244[\128-\143][\128-\191][\128-\191]' }

-- Whether a text is well-formed UTF-8 without control characters (C1 ones included): Java would not take it for an id.
local function printable(text)
  local rest = string.gsub(text, '[\194-\223][\128-\191]', function(pair)
    return string.byte(pair, 1) == 194 and string.byte(pair, 2) < 160 and '\1' or ''
  end)
  for _, well_formed in ipairs(LONGER_SEQUENCES) do rest = string.gsub(rest, well_formed, '') end
  return not string.find(rest, '[%c\128-\255]')
end

-- Of what an element says: its id, and for a foreign one what it says of itself; or why it is poison.
local function identify(element, sequence)
  if sequence then
    if string.find(element, '^{"seq":%d+,"leg":"') then
      local ok, leg = pcall(cjson.decode, element)
      if ok and type(leg.revalidation_id) == 'string' and type(leg.leg) == 'string' then
        return leg.revalidation_id .. LEG_MARK .. leg.leg
      end
    end
    local id = string.match(element, '^{"seq":%d+,"revalidation_id":"([^"\\]+)"[,}]')
    if id then return id end
  end
  local ok, job = pcall(cjson.decode, element)
  if not ok then return nil, 'it is not well-formed JSON' end
  if type(job) ~= 'table' or not string.match(element, '^%s*{') then return nil, 'it is not a JSON object' end
  if not text_within(job.revalidation_id, 200) or not printable(job.revalidation_id) then
    return nil, 'it has no usable text "revalidation_id"'
  end
  return job.revalidation_id, nil, job
end

-- How large a claim may be that holds one which has cost workers their lives: after the first a tenth, after the second it
-- goes alone. A claim holds none but such as may go together. So a poison job takes fewer with it each time, and the many
-- innocent ones that a killed worker held are not brought one by one.
local function company_of(handshake)
  local lost = number_of(handshake.lost)
  if lost == 0 then return limit end
  if lost == 1 then return math.max(1, math.floor(limit / 10)) end
  return 1
end

local function consider(element, class)
  local sequence = sequence_of(element)
  local id, problem, job = identify(element, sequence)
  if not id then
    poison[#poison + 1] = { element, problem }
    return true
  end
  local handshake = read(id)
  if not handshake then
    poison[#poison + 1] = { element, 'the key of its status is not a hash' }
    return true
  end
  if planned[id] then
    ghosts = ghosts + 1
    return true
  end
  if handshake.phase == nil and not sequence then
    handshake.class, handshake.foreign, handshake.job, handshake.said = class, '1', element, job
  elseif handshake.phase ~= 'queued' then
    ghosts = ghosts + 1
    return true
  end
  if handshake.parent then handshake.whole = read(handshake.parent) end
  if handshake.parent and not (handshake.whole and handshake.whole.phase == 'fanned') then
    -- Somebody has deleted the handshake.
    orphans[#orphans + 1] = handshake
    ghosts = ghosts + 1
    return true
  end
  local company = company_of(handshake)
  if #plan > 0 and company ~= most then return false end
  most = company
  planned[id] = true
  plan[#plan + 1] = handshake
  return true
end

local class = popped and ARGV[12] or nil
if popped then
  consider(popped, class)
  looked = 1
end
local taken = {}
local function take_from(name, its_class)
  taken[name] = 0
  if #plan >= most then return end
  for _, element in ipairs(redis.call('LRANGE', LISTS[name].list, 0, limit - 1)) do
    if #plan >= most or not consider(element, its_class) then break end
    taken[name] = taken[name] + 1
  end
  looked = looked + taken[name]
end
local function something_waits()
  for its_class in string.gmatch(ARGV[14], '[^,]+') do
    for _, name in ipairs({ RETURNS_OF[its_class], its_class }) do
      if redis.call('EXISTS', LISTS[name].list) == 1 then return true end
    end
  end
  return false
end

allow_writes()
-- For so long there is nothing to do here.
local HELD_LOOKS_EVERY_MS = 1000
local idle_for = held and HELD_LOOKS_EVERY_MS or nil
if all_open and not held then
  local probes = false
  if popped or something_waits() then
    for _, target in ipairs(roster) do probes = win_probe(target) or probes end
  end
  if probes then
    limit, most = 1, 1
  else
    idle_for = math.min(HELD_LOOKS_EVERY_MS, probe_every)
  end
end
if not idle_for then
  for its_class in string.gmatch(ARGV[14], '[^,]+') do
    if not class or class == its_class then
      take_from(RETURNS_OF[its_class], its_class)
      take_from(its_class, its_class)
      if looked > 0 then class = its_class end
    end
  end
end

for name, count in pairs(taken) do
  if count > 0 then redis.call('LPOP', LISTS[name].list, count) end
end
-- From then on it is for DNS to say whether a replica is there.
for _, replica in ipairs(named_by_now) do
  redis.call('ZADD', ARGV[19], 'XX', 'LT', whole(now + ROSTERS_AGREE_AFTER_MS), replica)
end
local vanished = {}
for i, leg in ipairs(orphans) do
  leave_indexes(leg)
  redis.call('DEL', status_key(leg.id))
  vanished[i] = leg.id
end
local poison_rows = {}
for i, entry in ipairs(poison) do
  redis.call('RPUSH', POISON, entry[1])
  poison_rows[i] = { entry[2], string.sub(entry[1], 1, 200) }
end
if #poison > 0 then
  redis.call('LTRIM', POISON, -POISON_KEPT, -1)
  redis.call('HINCRBY', TALLY, 'poison', #poison)
end

-- What a foreign job says of itself, as far as it can be kept exactly: a number past 2^53 is not.
local function said_fields(job)
  local fields = {}
  for _, name in ipairs({ 'type', 'slug', 'site' }) do
    local said = text_within(job[name], 1024) and job[name] or name == 'site' and 'default'
    if said then fields[#fields + 1] = name; fields[#fields + 1] = said end
  end
  local version = job.version
  if type(version) == 'number' and version == math.floor(version) and math.abs(version) < 9007199254740992 then
    version = whole(version)
  end
  if text_within(version, 200) then fields[#fields + 1] = 'version'; fields[#fields + 1] = version end
  -- Whether it has one at all must be known also where it cannot be kept: then nothing but proof may complete it.
  if version ~= nil and version ~= cjson.null then fields[#fields + 1] = 'versioned'; fields[#fields + 1] = '1' end
  return fields
end

-- The entry of a job with an opaque version, as the publisher has it: numbers and times have an order of their own.
local function opaque_entry(job)
  local version = job.version
  if not (text_within(version, 200) and text_within(job.type, 1024) and text_within(job.slug, 1024)) then return nil end
  if string.match(version, '^%-?%d+$') or string.match(version, '^%d%d%d%d%-%d%d%-%d%d[Tt ]') then return nil end
  return (text_within(job.site, 1024) and job.site or 'default') .. ':' .. job.type .. ':' .. job.slug
end

local rows, endings = {}, {}

local function row_of(handshake, job, verifies)
  rows[#rows + 1] = { handshake.id, handshake.epoch, handshake.referee_attempts, handshake.lost or '0',
    handshake.misses or '0', handshake.accepted_at_ms, whole(now),
    handshake.said and '1' or '', job, handshake.target, verifies and '1' or '',
    handshake.foreign and '' or class_of(handshake) }
end

-- Whether a target may be called now: its breaker is closed, or this is its one probe.
local function may_call(target)
  if not is_open(target) then return true end
  local breaker = BREAKERS[target]
  if not breaker.probes and not win_probe(target) then return false end
  if breaker.taken then return false end
  breaker.taken = true
  return true
end

-- All that wait for the same page to be quiet were accepted before the call that is about to begin: the last of them is
-- delivered, and the worker says which of the others that covers.
local MOST_OTHERS = 1000
local swallowed, other_rows = {}, {}
local function waits_for_others(handshake) return handshake.quiet and number_of(handshake.epoch) == 0 end
-- With the next claim: taken alone it would leave those before it behind, to be delivered after it.
local function comes_later(handshake) return waits_for_others(handshake) and #other_rows >= MOST_OTHERS end
local function last_of_page(handshake)
  if not waits_for_others(handshake) then return handshake, {} end
  local ids = redis.pcall('ZRANGE', handshake.quiet, -MOST_OTHERS, -1)
  if ids.err then return handshake, {} end
  local others, found = {}, false
  for _, id in ipairs(ids) do
    found = found or id == handshake.id
    local other = id == handshake.id and handshake or not swallowed[id] and read(id)
    if other and (other.phase == 'retry' or other.phase == 'queued') and number_of(other.epoch) == 0 then
      others[#others + 1] = other
    end
  end
  if not found then return handshake, {} end
  redis.call('ZREM', handshake.quiet, unpack(ids))
  for _, other in ipairs(others) do swallowed[other.id] = true end
  return table.remove(others), others
end

-- Counts an attempt, which is given back when it turns out to be covered.
local function lease_to_me(handshake, ...)
  handshake.epoch = whole(number_of(handshake.epoch) + 1)
  set_attempts(handshake, number_of(handshake.referee_attempts) + 1)
  look_again_at(handshake, now + lease)
  redis.call('HDEL', status_key(handshake.id), 'list', 'queued_at_ms', 'next_look_at_ms', 'absent_since_ms', 'parked')
  write(handshake, 'phase', 'leased', 'epoch', handshake.epoch, 'nonce', nonce, 'claimed_at_ms', whole(now),
    'hold_until_ms', whole(now + hold), ...)
end

local function take_beside(other, by)
  lease_to_me(other)
  other_rows[#other_rows + 1] = { other.id, other.epoch, by.id, job_of(other) }
end

local function take(handshake)
  if not handshake.parent then
    -- Of whom it was delivered to before nothing is waited for any more.
    if handshake.target and handshake.target ~= (roster[1] or '') then forget_legs(handshake) end
    handshake.target = roster[1] or ''
  end
  lease_to_me(handshake, 'target', handshake.target)
  local invalidator = handshake.whole and handshake.whole.invalidator
  row_of(handshake, job_of(handshake), invalidator and invalidator ~= handshake.target)
end

local function fan_out(handshake)
  local key, job = status_key(handshake.id), job_of(handshake)
  local before, attempts = handshake.target, number_of(handshake.referee_attempts)
  leave_indexes(handshake)
  redis.call('HDEL', key, 'list', 'queued_at_ms', 'next_look_at_ms')
  forget_legs(handshake)
  local invalidator = ARGV[21] == '1' and roster[1]
  local shown = { 'legs', table.concat(roster, LEG_MARK), 'several', '1' }
  if invalidator then shown[5], shown[6] = 'invalidator', invalidator end
  local most, of_first = 0, false
  for _, target in ipairs(roster) do
    -- What an earlier target did not do is not this one's.
    local now_or_later = may_call(target)
    local leg = { id = handshake.id .. LEG_MARK .. target, parent = handshake.id, target = target, class = handshake.class,
      epoch = now_or_later and '1' or '0', foreign = handshake.foreign, said = handshake.said,
      accepted_at_ms = handshake.accepted_at_ms, lost = handshake.lost,
      referee_attempts = whole((target == before and attempts or 0) + (now_or_later and 1 or 0)) }
    most = math.max(most, tonumber(leg.referee_attempts))
    redis.call('DEL', status_key(leg.id))
    leg.referee_state = 'pending'
    redis.call('HSET', status_key(leg.id), 'epoch', leg.epoch, 'lost', leg.lost or '0', 'accepted_at_ms', leg.accepted_at_ms,
      'class', class_of(leg))
    if leg.foreign then redis.call('HSET', status_key(leg.id), 'foreign', '1') end
    if now_or_later then
      look_again_at(leg, now + lease)
      write(leg, 'phase', 'leased', 'nonce', nonce, 'claimed_at_ms', whole(now), 'hold_until_ms', whole(now + hold))
    else
      park(leg, ARGV[18] .. leg.target)
    end
    for name, value in pairs({ status = 'waiting', attempts = leg.referee_attempts }) do
      shown[#shown + 1] = 'target:' .. target .. ':' .. name
      shown[#shown + 1] = value
    end
    if now_or_later then
      row_of(leg, of_first and '' or job, invalidator and target ~= invalidator)
      of_first = true
    end
  end
  handshake.epoch = whole(number_of(handshake.epoch) + 1)
  handshake.referee_attempts = whole(most)
  write(handshake, 'phase', 'fanned', 'epoch', handshake.epoch, 'claimed_at_ms', whole(now), unpack(shown))
end

-- A leg whose target is not in this worker's roster: at first it may be in another one's.
local function miss(leg)
  local since = leg.absent_since_ms and number_of(leg.absent_since_ms) or now
  if now - since >= ROSTERS_AGREE_AFTER_MS then
    show_leg(leg, 'status', 'gone')
    endings[#endings + 1] = finish_leg(leg, 'gone')
    return
  end
  redis.call('HDEL', status_key(leg.id), 'list', 'queued_at_ms')
  look_again_at(leg, since + ROSTERS_AGREE_AFTER_MS)
  write(leg, 'phase', 'retry', 'absent_since_ms', whole(since))
end

local function adopt(handshake)
  local key = status_key(handshake.id)
  -- Whatever a stranger has put where the referee keeps its own.
  redis.call('HDEL', key, unpack(FIELDS))
  redis.call('HSETNX', key, 'created_at', whole(math.floor(now / 1000)))
  handshake.accepted_at_ms, handshake.referee_attempts = whole(now), '0'
  set_state(handshake, 'pending')
  redis.call('HSET', key, 'accepted_at_ms', handshake.accepted_at_ms, 'job', handshake.job, 'foreign', '1', 'lost', '0', 'class',
    handshake.class)
  redis.call('HSET', key, unpack(said_fields(handshake.said)))
  local entry = opaque_entry(handshake.said)
  if entry then list_under_entry(handshake.id, entry, whole(redis.call('INCR', SEQUENCE))) end
  local site = text_within(handshake.said.site, 1024) and handshake.said.site or 'default'
  -- Which pages it touches is not for a script to say.
  list_as_changed(string.format(ARGV[20], site),
    { #handshake.job <= MOST_OF_A_JOB and 'job:' .. handshake.job or EVERYTHING })
end

for _, planned_one in ipairs(plan) do
  if planned_one.said then adopt(planned_one) end
  if idle_for then
    return_first(planned_one)
  elseif swallowed[planned_one.id] then
    -- It comes beside the last of its page.
  elseif comes_later(planned_one) then
    return_first(planned_one)
  else
    local handshake, others = last_of_page(planned_one)
    if handshake.parent and not in_roster[handshake.target] then
      miss(handshake)
    elseif handshake.spent then
      endings[#endings + 1] = fail(handshake, 'no-callback', 'the site accepted and did not call back in time')
    elseif handshake.parent and not may_call(handshake.target) then
      park(handshake, ARGV[18] .. handshake.target)
    elseif not handshake.parent and #roster > 1 then
      fan_out(handshake)
    else
      take(handshake)
    end
    for _, other in ipairs(others) do take_beside(other, handshake) end
  end
end

-- A probe that nothing was found for is somebody else's.
local breakers, called = {}, {}
for _, row in ipairs(rows) do called[row[10]] = true end
for target, breaker in pairs(BREAKERS) do
  if breaker.probes and not called[target] then
    breaker.probes = nil
    redis.call('DEL', circuit_key('probe', target))
  end
  breakers[#breakers + 1] = { target, breaker.state, breaker.failures, breaker.probes and '1' or '' }
end
return { rows, ghosts, poison_rows, looked, endings, vanished, class or '', other_rows, idle_for and whole(idle_for) or '',
  breakers }
