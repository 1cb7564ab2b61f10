-- claim: takes leases on what waits, the popped element first, then returns, then the queue.
-- ARGV  8 nonce, 9 lease ms, 10 hold ms, 11 limit, 12 '1' if an element was popped, 13 that element,
--       14 key of replicas that said hello and belong to the roster too ('' = none), 15 pattern of keys of changes,
--       16.. the roster: names of the site's targets
-- Returns {claimed rows, ghosts, poison rows, looked, endings}
--   claimed {id, epoch, attempts, lost, misses, accepted_at_ms, claimed_at_ms, '1' if foreign, job, target}
--   poison {reason, excerpt}
-- An element is a hint and the hash decides: only a queued handshake is taken; an element without sequence whose handshake
-- the referee does not know is a foreign publisher's, and adopted; anything else is a ghost and dropped.
-- With two targets or more a handshake is fanned out, and its legs are what is claimed; a leg whose target is not there any
-- more is no longer waited for.
local nonce, lease, hold, limit = ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local popped = ARGV[12] == '1' and ARGV[13]

local roster, in_roster, named_by_now = {}, {}, {}
-- Another worker may get an older answer of DNS for so long.
local NAMED_EVERYWHERE_MS = 30000
local function join_roster(target)
  if in_roster[target] then return end
  in_roster[target] = true
  roster[#roster + 1] = target
end
for i = 16, #ARGV do join_roster(ARGV[i]) end
if ARGV[14] ~= '' then
  local said_hello = redis.pcall('ZRANGEBYSCORE', ARGV[14], whole(now), '+inf')
  for _, replica in ipairs(said_hello.err and {} or said_hello) do
    if in_roster[replica] then named_by_now[#named_by_now + 1] = replica end
    join_roster(replica)
  end
end

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
      if ok and type(leg.revalidation_id) == 'string' then return leg.revalidation_id .. LEG_MARK .. leg.leg end
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

local function consider(element)
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
    handshake.foreign, handshake.job, handshake.said = true, element, job
  elseif handshake.phase ~= 'queued' then
    ghosts = ghosts + 1
    return true
  end
  if handshake.parent and redis.call('HGET', status_key(handshake.parent), 'phase') ~= 'fanned' then
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

if popped then
  consider(popped)
  looked = 1
end
local taken = {}
for _, name in ipairs({ RETURNS, NORMAL }) do
  taken[name] = 0
  if #plan < most then
    for _, element in ipairs(redis.call('LRANGE', LISTS[name].list, 0, limit - 1)) do
      if #plan >= most or not consider(element) then break end
      taken[name] = taken[name] + 1
    end
    looked = looked + taken[name]
  end
end

allow_writes()
for name, count in pairs(taken) do
  if count > 0 then redis.call('LPOP', LISTS[name].list, count) end
end
-- From then on it is for DNS to say whether a replica is there.
for _, replica in ipairs(named_by_now) do
  redis.call('ZADD', ARGV[14], 'XX', 'LT', whole(now + NAMED_EVERYWHERE_MS), replica)
end
for _, leg in ipairs(orphans) do
  leave_indexes(leg)
  redis.call('DEL', status_key(leg.id))
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

local function take(handshake)
  local key = status_key(handshake.id)
  handshake.epoch = whole(number_of(handshake.epoch) + 1)
  set_attempts(handshake, number_of(handshake.referee_attempts) + 1)
  look_again_at(handshake, now + lease)
  redis.call('HDEL', key, 'list', 'queued_at_ms', 'next_look_at_ms')
  write(handshake, 'phase', 'leased', 'epoch', handshake.epoch, 'nonce', nonce, 'claimed_at_ms', whole(now),
    'hold_until_ms', whole(now + hold))
  rows[#rows + 1] = { handshake.id, handshake.epoch, handshake.referee_attempts, handshake.lost or '0',
    handshake.misses or '0', handshake.accepted_at_ms, whole(now), handshake.foreign and '1' or '', job_of(handshake),
    handshake.parent and handshake.target or roster[1] or '' }
end

local function fan_out(handshake)
  local key = status_key(handshake.id)
  leave_indexes(handshake)
  redis.call('HDEL', key, 'list', 'queued_at_ms', 'next_look_at_ms')
  forget_legs(handshake)
  handshake.epoch = whole(number_of(handshake.epoch) + 1)
  write(handshake, 'phase', 'fanned', 'epoch', handshake.epoch, 'claimed_at_ms', whole(now), 'legs',
    table.concat(roster, LEG_MARK))
  for _, target in ipairs(roster) do
    local leg = { id = handshake.id .. LEG_MARK .. target, parent = handshake.id, target = target, job = job_of(handshake),
      foreign = handshake.foreign, accepted_at_ms = handshake.accepted_at_ms, lost = handshake.lost,
      referee_state = 'pending', referee_attempts = handshake.referee_attempts or '0' }
    show_leg(leg, 'status', 'waiting')
    write(leg, 'accepted_at_ms', leg.accepted_at_ms, 'lost', leg.lost or '0')
    take(leg)
  end
end

for _, handshake in ipairs(plan) do
  local key = status_key(handshake.id)
  if handshake.foreign then
    -- Whatever a stranger has put where the referee keeps its own.
    redis.call('HDEL', key, unpack(FIELDS))
    redis.call('HSETNX', key, 'created_at', whole(math.floor(now / 1000)))
    handshake.accepted_at_ms, handshake.referee_attempts = whole(now), '0'
    set_state(handshake, 'pending')
    redis.call('HSET', key, 'accepted_at_ms', handshake.accepted_at_ms, 'job', handshake.job, 'foreign', '1', 'lost', '0')
    redis.call('HSET', key, unpack(said_fields(handshake.said)))
    local entry = opaque_entry(handshake.said)
    if entry then list_under_entry(handshake.id, entry, whole(redis.call('INCR', SEQUENCE))) end
    local site = text_within(handshake.said.site, 1024) and handshake.said.site or 'default'
    -- Which pages it touches is not for a script to say.
    if #handshake.job <= MOST_OF_A_JOB then list_as_changed(string.format(ARGV[15], site), { 'job:' .. handshake.job }) end
  end
  if handshake.parent and #roster > 0 and not in_roster[handshake.target] then
    show_leg(handshake, 'status', 'gone')
    endings[#endings + 1] = finish_leg(handshake, 'gone')
  elseif not handshake.parent and #roster > 1 then
    fan_out(handshake)
  else
    take(handshake)
  end
end
return { rows, ghosts, poison_rows, looked, endings }
