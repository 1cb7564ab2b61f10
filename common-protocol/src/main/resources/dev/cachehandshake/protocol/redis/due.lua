-- due: tells what holds a site, and which deployments a worker has to catch up with and close. Moves no handshake.
-- These are the ones whose end was told, and those whose deadline has passed. What was held by hand until a moment that has
-- passed is forgotten.
-- ARGV  8 key of holds, 9 pattern of keys of details, 10 site, 11 deployments at most
-- Returns {'1' if a deployment holds it, '1' if anything else does, rows {id, since, due, seen}}
--   due: the moment from which on it was to be closed; seen: what `close` is to find unchanged
local holds, pattern, site, most = ARGV[8], ARGV[9], ARGV[10], tonumber(ARGV[11])
-- No deployment may take longer: so long before its deadline began one whose details somebody has deleted.
local LONGEST_MS = 21600000

local entries = redis.pcall('ZRANGEBYSCORE', holds, '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, most)
if entries.err then return { '', '', {} } end
local by_deployment, by_hand, over, rows = '', '', {}, {}
-- What holds by hand until somebody ends it has the highest score of all.
for _, from in ipairs({ '(' .. whole(now), '+inf' }) do
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', holds, from, '+inf', 'LIMIT', 0, most)) do
    if string.match(member, '^deployment:[%w._~-]+$') then by_deployment = '1' else by_hand = '1' end
  end
end
for i = 1, #entries, 2 do
  local member, score = entries[i], entries[i + 1]
  local id = string.match(member, '^deployment:([%w._~-]+)$')
  local passed = tonumber(score) <= now
  if id then
    local known = redis.pcall('HMGET', string.format(pattern, site, member), 'status', 'since_ms', 'finishing_at_ms')
    if known.err then known = {} end
    local finishing = known[1] == 'finishing'
    if finishing or passed then
      local due = finishing and moment(known[3]) or math.max(0, math.min(tonumber(score), now))
      local since = moment(known[2]) or math.max(0, due - LONGEST_MS)
      rows[#rows + 1] = { id, whole(math.min(since, due)), whole(due),
        table.concat({ known[1] or '', known[2] or '', known[3] or '', score }, ' ') }
    end
  elseif passed then
    over[#over + 1] = member
  end
end
for _, member in ipairs(over) do
  redis.call('ZREM', holds, member)
  redis.pcall('HDEL', string.format(pattern, site, member), 'reason', 'since_ms')
end
return { by_deployment, by_hand, rows }
