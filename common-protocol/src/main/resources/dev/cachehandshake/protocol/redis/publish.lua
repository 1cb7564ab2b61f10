-- publish: accepts a handshake, unless its id is known or too many wait.
-- ARGV  8 id, 9 job JSON, 10 digest of the content, 11 nonce of this very call, 12 queue bound,
--       13 entry to remember an opaque version under ('' = none), 14.. pairs of field and value
-- Returns {'accepted'} | {'already'} | {'conflict'} | {'full', waiting}
local id, job, digest, nonce, bound, entry = ARGV[8], ARGV[9], ARGV[10], ARGV[11], tonumber(ARGV[12]), ARGV[13]

local known = redis.pcall('HMGET', status_key(id), 'content_digest', 'publish_nonce')
if known.err then return { 'conflict' } end
if redis.call('EXISTS', status_key(id)) == 1 then
  -- The same nonce is this very call, sent again after its answer was lost on the way.
  if known[2] == nonce then return { 'accepted' } end
  if known[1] == digest then return { 'already' } end
  return { 'conflict' }
end
local waiting = redis.call('LLEN', LISTS[NORMAL].list)
if waiting >= bound then return { 'full', whole(waiting) } end

local handshake = { id = id, job = job, referee_attempts = '0' }
local fields = { 'created_at', whole(math.floor(now / 1000)), 'accepted_at_ms', whole(now), 'job', job,
  'content_digest', digest, 'publish_nonce', nonce, 'epoch', '0', 'lost', '0' }
for i = 14, #ARGV do fields[#fields + 1] = ARGV[i] end
set_state(handshake, 'pending')
enqueue(handshake, NORMAL, unpack(fields))
if entry ~= '' then list_under_entry(id, entry, redis.call('GET', SEQUENCE)) end
return { 'accepted' }
