-- claim: takes leases on what waits, the popped element first, then returns, then the queue.
-- ARGV  8 nonce, 9 lease ms, 10 hold ms, 11 limit, 12 '1' if an element was popped, 13 that element
-- Returns {claimed rows, ghosts, poison rows, looked}
--   claimed {id, epoch, attempts, lost, misses, accepted_at_ms, claimed_at_ms, '1' if foreign, job}; poison {reason, excerpt}
-- An element is a hint and the hash decides: only a queued handshake is taken; an element without sequence whose handshake
-- the referee does not know is a foreign publisher's, and adopted; anything else is a ghost and dropped.
local nonce, lease, hold, limit = ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local popped = ARGV[12] == '1' and ARGV[13]

local plan, planned, ghosts, poison, looked = {}, {}, 0, {}, 0
local most = limit

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

local rows = {}
for i, handshake in ipairs(plan) do
  local key = status_key(handshake.id)
  if handshake.foreign then
    -- Whatever a stranger has put where the referee keeps its own.
    redis.call('HDEL', key, unpack(FIELDS))
    redis.call('HSETNX', key, 'created_at', whole(math.floor(now / 1000)))
    handshake.accepted_at_ms = whole(now)
    set_state(handshake, 'pending')
    redis.call('HSET', key, 'accepted_at_ms', handshake.accepted_at_ms, 'job', handshake.job, 'foreign', '1', 'lost', '0')
    redis.call('HSET', key, unpack(said_fields(handshake.said)))
    local entry = opaque_entry(handshake.said)
    if entry then list_under_entry(handshake.id, entry, whole(redis.call('INCR', SEQUENCE))) end
  end
  handshake.epoch = whole(number_of(handshake.epoch) + 1)
  set_attempts(handshake, number_of(handshake.referee_attempts) + 1)
  look_again_at(handshake, now + lease)
  redis.call('HDEL', key, 'list', 'queued_at_ms', 'next_look_at_ms')
  write(handshake, 'phase', 'leased', 'epoch', handshake.epoch, 'nonce', nonce, 'claimed_at_ms', whole(now),
    'hold_until_ms', whole(now + hold))
  rows[i] = { handshake.id, handshake.epoch, handshake.referee_attempts, handshake.lost or '0', handshake.misses or '0',
    handshake.accepted_at_ms, whole(now), handshake.foreign and '1' or '', job_of(handshake) }
end
return { rows, ghosts, poison_rows, looked }
