-- publish: accepts a handshake, unless its id is known or too many wait.
-- ARGV  8 id, 9 job JSON, 10 digest of the content, 11 nonce of this very call, 12 queue bound,
--       13 entry to remember an opaque version under ('' = none), 14 key of the site's changes, 15 how many pages and tags it
--       touches, 16.. those, as changes, and then pairs of field and value
-- Returns {'accepted'} | {'already'} | {'conflict'} | {'full', waiting}
local id, job, digest, nonce, bound, entry = ARGV[8], ARGV[9], ARGV[10], ARGV[11], tonumber(ARGV[12]), ARGV[13]
local last_change = 15 + tonumber(ARGV[15])

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

accept(id, job, nonce, 'content_digest', digest, unpack(ARGV, last_change + 1))
list_as_changed(ARGV[14], { unpack(ARGV, 16, last_change) })
if entry ~= '' then list_under_entry(id, entry, redis.call('GET', SEQUENCE)) end
return { 'accepted' }
