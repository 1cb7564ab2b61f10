-- deployment: takes the word of a deploy, that it has started, finished or failed. Moves no handshake.
-- While it is open it holds its site: until its deadline, and from the word of its end on for a minute at most, in which a worker
-- has what changed meanwhile delivered once more, and closes it. Each word may come twice, late, and without the others.
-- ARGV  8 key of holds, 9 key of the deployment's details, 10 key of the site's deployments, 11 id, 12 word, 13 ms that it may
--       take, 14 when its build began to read content, in ms ('' = not told)
-- Returns {'opened', status, since, until} | {'finishing', the same} | {'already', the same} when that was known |
--   {'ignored', the same} when it has moved on from there | {'blocked'} by a key of a stranger
--   until: '' once it has ended
local holds, details, deployments, id, word = ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local takes, build_began = tonumber(ARGV[13]), tonumber(ARGV[14])
local member = 'deployment:' .. id
local FINISHES_WITHIN_MS = 60000
local LISTED = 20
local KEEP_LIST = 604800

local known = redis.pcall('HMGET', details, 'status', 'since_ms', 'until_ms', 'outcome')
local score = redis.pcall('ZSCORE', holds, member)
if known.err or type(score) == 'table' then return { 'blocked' } end
local status, since, until_ms, outcome = known[1], moment(known[2]), moment(known[3]), known[4]

local function list()
  -- Unless a stranger has put something else there.
  if type(redis.pcall('ZADD', deployments, 'NX', whole(now), id)) == 'table' then return end
  redis.call('ZREMRANGEBYRANK', deployments, 0, -LISTED - 1)
  redis.call('EXPIRE', deployments, KEEP_LIST)
end

local function hold(as, till, ...)
  redis.call('HSET', details, 'status', as, 'since_ms', whole(since), 'until_ms', whole(till), ...)
  redis.call('HSETNX', details, 'started_at_ms', whole(now))
  if status ~= 'started' then redis.call('HSET', details, 'held_since_ms', whole(now)) end
  redis.call('PERSIST', details)
  redis.call('ZADD', holds, whole(till), member)
  redis.call('PERSIST', holds)
  list()
  status, until_ms = as, till
end

local function standing()
  local is_open = status == 'started' or status == 'finishing'
  return status, whole(since or 0), is_open and whole(until_ms or 0) or ''
end

local open = status == 'started' or status == 'finishing'
local ended = status == 'finished' or status == 'failed' or status == 'timed-out'
-- Of a build that is told twice to have begun, the earlier moment is the safe one.
local begun = math.min(build_began or (word == 'started' and now or now - takes), now)
if open and build_began and begun < (since or 0) then
  since = begun
  redis.call('HSET', details, 'since_ms', whole(since))
end
if open and not score then
  -- Somebody has taken its hold away: put back, for whatever holds no more is never closed.
  redis.call('ZADD', holds, whole(until_ms or now), member)
end

if not (open or ended) then
  since = begun
  if word == 'started' then
    hold('started', now + takes)
    return { 'opened', standing() }
  end
elseif word == 'started' then
  if status == 'started' then return { 'already', standing() } end
  return { 'ignored', standing() }
elseif status == 'finishing' then
  if outcome == word then return { 'already', standing() } end
  if word == 'failed' then return { 'ignored', standing() } end
  -- It is live after all: what was delivered since its hold of a minute was over went to the one before it.
elseif status == word then
  return { 'already', standing() }
elseif ended and word == 'failed' then
  return { 'ignored', standing() }
end

-- Also one that had failed or timed out, and is live after all: what was delivered since then went to the one before it.
since = math.min(since or begun, build_began and begun or now)
redis.call('HDEL', details, 'ended_at_ms', 'pages', 'tags', 'everything')
hold('finishing', now + FINISHES_WITHIN_MS, 'outcome', word, 'finishing_at_ms', whole(now))
return { 'finishing', standing() }
