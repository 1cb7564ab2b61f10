-- site: tells how a site stands: what holds it, and its latest deployments. Reads only.
-- ARGV  8 key of holds, 9 pattern of keys of details, 10 site, 11 key of the site's deployments, 12 entries of each at most
-- Returns {rows of what holds it {member, until ('' = until it is ended by hand), since, reason}, rows of deployments, the latest
--   first {id, status, since, started_at, until, ended_at, pages, tags, '1' if everything}}
local holds, pattern, site, deployments, most = ARGV[8], ARGV[9], ARGV[10], ARGV[11], tonumber(ARGV[12])

local function details_of(member, ...)
  local values = redis.pcall('HMGET', string.format(pattern, site, member), ...)
  local row = {}
  for i = 1, select('#', ...) do row[i] = not values.err and values[i] or '' end
  return row
end

local entries = redis.pcall('ZRANGEBYSCORE', holds, '(' .. whole(now), '+inf', 'WITHSCORES', 'LIMIT', 0, most)
local holding, listed = {}, {}
for i = 1, entries.err and 0 or #entries, 2 do
  local row = details_of(entries[i], 'since_ms', 'reason')
  holding[#holding + 1] = { entries[i], entries[i + 1] == 'inf' and '' or entries[i + 1], row[1], row[2] }
end
local ids = redis.pcall('ZRANGE', deployments, -most, -1)
for i = ids.err and 0 or #ids, 1, -1 do
  local row = details_of('deployment:' .. ids[i], 'status', 'since_ms', 'started_at_ms', 'until_ms', 'ended_at_ms', 'pages',
    'tags', 'everything')
  if row[1] ~= '' then listed[#listed + 1] = { ids[i], unpack(row) } end
end
return { holding, listed }
