-- claim: takes leases on what waits, the popped element first, then returns, then the queue.
-- ARGV  8 nonce, 9 lease ms, 10 hold ms, 11 limit, 12 popped element ('' = none)
-- Returns {claimed rows, ghosts, poison rows, looked}
--   claimed {id, epoch, attempts, lost, misses, accepted_at_ms, claimed_at_ms, '1' if foreign, job}; poison {reason, excerpt}
-- An element is a hint and the hash decides: only a queued handshake is taken; an element without sequence whose handshake
-- the referee does not know is a foreign publisher's, and adopted; anything else is a ghost and dropped.
local nonce, lease, hold, limit, popped = ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11]), ARGV[12]

local plan, planned, ghosts, poison, looked = {}, {}, 0, {}, 0

local function text_within(value, most) return type(value) == 'string' and #value >= 1 and #value <= most end

-- Whether a text is well-formed UTF-8 without control characters (C1 ones included): Java would not take it for an id.
local function printable(text)
  local rest = string.gsub(text, '[\194-\223][\128-\191]', function(pair)
    return string.byte(pair, 1) == 194 and string.byte(pair, 2) < 160 and '\1' or ''
  end)
  rest = string.gsub(rest, '[\224-\239][\128-\191][\128-\191]', '')
  rest = string.gsub(rest, '[\240-\244][\128-\191][\128-\191][\128-\191]', '')
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
  if handshake.phase == 'queued' then
    -- One that has cost a worker its life goes alone, so that it takes nobody with it.
    if number_of(handshake.lost) > 0 then
      if #plan > 0 then return false end
      limit = 1
    end
  elseif handshake.phase == nil and not sequence then
    handshake.foreign, handshake.job, handshake.said = true, element, job
  else
    ghosts = ghosts + 1
    return true
  end
  planned[id] = true
  plan[#plan + 1] = handshake
  return true
end

if popped ~= '' then
  consider(popped)
  looked = 1
end
local taken = {}
for _, name in ipairs({ RETURNS, NORMAL }) do
  taken[name] = 0
  if #plan < limit then
    for _, element in ipairs(redis.call('LRANGE', LISTS[name].list, 0, limit - 1)) do
      if #plan >= limit or not consider(element) then break end
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
  return fields
end

local rows = {}
for i, handshake in ipairs(plan) do
  local key = status_key(handshake.id)
  if handshake.foreign then
    redis.call('HSETNX', key, 'created_at', whole(math.floor(now / 1000)))
    handshake.accepted_at_ms = whole(now)
    set_state(handshake, 'pending')
    redis.call('HSET', key, 'accepted_at_ms', handshake.accepted_at_ms, 'job', handshake.job, 'foreign', '1', 'lost', '0')
    local said = said_fields(handshake.said)
    redis.call('HSET', key, unpack(said))
  end
  handshake.epoch = whole(number_of(handshake.epoch) + 1)
  set_attempts(handshake, number_of(handshake.referee_attempts) + 1)
  look_again_at(handshake, now + lease)
  redis.call('HDEL', key, 'list', 'next_look_at_ms')
  write(handshake, 'phase', 'leased', 'epoch', handshake.epoch, 'nonce', nonce, 'claimed_at_ms', whole(now),
    'hold_until_ms', whole(now + hold))
  rows[i] = { handshake.id, handshake.epoch, handshake.referee_attempts, handshake.lost or '0', handshake.misses or '0',
    handshake.accepted_at_ms, whole(now), handshake.foreign and '1' or '', handshake.job or '' }
end
return { rows, ghosts, poison_rows, looked }
