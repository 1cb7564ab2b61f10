-- replay: accepts the job of a failed handshake once more, as a new one, unless the new id is known or too many are open.
-- ARGV  8 id of the failed one, 9 its job JSON as it was read, 10 id of the new one, 11 job JSON of the new one,
--       12 nonce of this very call, 13 most that may be open
-- Returns {'accepted'} | {'already'} | {'conflict'} | {'full', how many are open} | {'moved'}
local old, as_read, id, job, nonce, bound = ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12], tonumber(ARGV[13])

local known = redis.pcall('HMGET', status_key(id), 'replay_of', 'publish_nonce')
if known.err then return { 'conflict' } end
if redis.call('EXISTS', status_key(id)) == 1 then
  -- The same nonce is this very call, sent again after its answer was lost on the way.
  if known[2] == nonce then return { 'accepted' } end
  if known[1] == old then return { 'already' } end
  return { 'conflict' }
end
-- The new job was made from the old one as it was read; since then a late callback may have lifted it, or it expired.
local failed = redis.pcall('HMGET', status_key(old), 'referee_state', 'job')
if failed.err or failed[1] ~= 'failed' or failed[2] ~= as_read then return { 'moved' } end
local open = count_open()
if open >= bound then return { 'full', whole(open) } end

local fields = { 'foreign', 'site', 'type', 'slug', 'version', 'versioned', 'action', 'refused_paths' }
local said = {}
for i, value in ipairs(redis.call('HMGET', status_key(old), unpack(fields))) do
  if value then said[#said + 1] = fields[i]; said[#said + 1] = value end
end
local class = class_of({ class = redis.call('HGET', status_key(old), 'class') or nil })
accept(id, class, job, nonce, nil, 'replay_of', old, unpack(said))
redis.call('HSET', status_key(old), 'replayed_by', id)

-- Listed at the place of the one it repeats: whatever the entry got since then is its successor. Behind them it would pass
-- for theirs, and a page that shows the old version would prove the newer ones. Where that place is not known any more it is
-- listed only if there is nothing that it could pass for a successor of.
local entry = redis.call('HGET', status_key(old), 'entry')
if entry then
  local place = redis.pcall('ZSCORE', entry_key(entry), old)
  if type(place) == 'string' then
    list_under_entry(id, entry, place)
  elseif redis.call('EXISTS', entry_key(entry)) == 0 then
    list_under_entry(id, entry, redis.call('GET', SEQUENCE))
  end
end
return { 'accepted' }
