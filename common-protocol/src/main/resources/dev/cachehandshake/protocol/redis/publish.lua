-- publish: accepts a handshake, unless its id is known or too many are open.
-- ARGV  8 id, 9 job JSON, 10 digest of the content, 11 nonce of this very call, 12 most that may be open, 13 class,
--       14 ms that its page has to be quiet before it is delivered ('0' = at once), 15 ms that such a one may wait for that
--       ('0' = none does),
--       16 key of those that wait for the same page to be quiet, 17 entry to remember an opaque version under ('' = none),
--       18 key of the site's changes, 19 how many pages and tags it touches, 20.. those, as changes, and then pairs of field
--       and value
-- Returns {'accepted'} | {'already'} | {'conflict'} | {'full', how many are open}
local id, job, digest, nonce, bound, class = ARGV[8], ARGV[9], ARGV[10], ARGV[11], tonumber(ARGV[12]), ARGV[13]
local quiet, at_most, unquiet, entry = tonumber(ARGV[14]), tonumber(ARGV[15]), ARGV[16], ARGV[17]
local last_change = 19 + tonumber(ARGV[19])
local LEFT_BEHIND_AFTER_MS = 5000
local KEEP_UNQUIET_MS = 3600000

local known = redis.pcall('HMGET', status_key(id), 'content_digest', 'publish_nonce')
if known.err then return { 'conflict' } end
if redis.call('EXISTS', status_key(id)) == 1 then
  -- The same nonce is this very call, sent again after its answer was lost on the way.
  if known[2] == nonce then return { 'accepted' } end
  if known[1] == digest then return { 'already' } end
  return { 'conflict' }
end
local open = count_open()
if open >= bound then return { 'full', whole(open) } end

-- When its page is taken for quiet; nil = at once. Whoever is claimed first brings all the others along, so the one
-- before need not come by itself any more, unless that goes wrong.
local joined = false
local function quiet_until()
  if at_most == 0 then return nil end
  local first = redis.pcall('ZRANGE', unquiet, 0, 0)
  if first.err then return nil end
  local waits = first[1] and read(first[1])
  local at_the_latest = (waits and waits.accepted_at_ms and number_of(waits.accepted_at_ms) or now) + at_most
  local last = redis.call('ZRANGE', unquiet, -1, -1)[1]
  local before = last and read(last)
  if before and before.phase == 'retry' then
    redis.call('ZADD', DEADLINES, 'XX', whole(at_the_latest + LEFT_BEHIND_AFTER_MS), last)
    redis.call('HSET', status_key(last), 'next_look_at_ms', whole(at_the_latest + LEFT_BEHIND_AFTER_MS))
  end
  redis.call('ZADD', unquiet, redis.call('INCR', SEQUENCE), id)
  redis.call('PEXPIRE', unquiet, whole(at_most + KEEP_UNQUIET_MS))
  joined = true
  if quiet > 0 then return math.min(now + quiet, at_the_latest) end
end

local at = quiet_until()
accept(id, class, job, nonce, at, 'content_digest', digest, unpack(ARGV, last_change + 1))
if joined then redis.call('HSET', status_key(id), 'quiet', unquiet) end
list_as_changed(ARGV[18], { unpack(ARGV, 20, last_change) })
if entry ~= '' then list_under_entry(id, entry, redis.call('GET', SEQUENCE)) end
return { 'accepted' }
