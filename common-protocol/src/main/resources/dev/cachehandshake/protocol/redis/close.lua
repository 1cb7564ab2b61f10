-- close: ends a deployment that was caught up with, unless something was heard of it meanwhile. Moves no handshake.
-- ARGV  8 key of holds, 9 key of the deployment's details, 10 id, 11 what `due` saw of it, 12 pages and 13 tags that were
--       delivered once more, 14 '1' if not all that changed was known
-- Returns {'ended', status, ms that it held its site} | {'moved'}
local KEEP_DETAILS = 604800
local holds, details, id, seen, pages, tags, everything = unpack(ARGV, 8)
local member = 'deployment:' .. id

local score = redis.pcall('ZSCORE', holds, member)
if type(score) ~= 'string' then return { 'moved' } end
local known = redis.pcall('HMGET', details, 'status', 'since_ms', 'finishing_at_ms', 'outcome', 'held_since_ms')
local is_foreign = known.err
if is_foreign then known = {} end
if table.concat({ known[1] or '', known[2] or '', known[3] or '', score }, ' ') ~= seen then return { 'moved' } end
local outcome = known[1] == 'finishing' and (known[4] or 'finished') or 'timed-out'
local held_until = math.max(0, math.min(now, tonumber(score)))
local began = moment(known[5]) or held_until

redis.call('ZREM', holds, member)
if not is_foreign and known[1] then
  redis.call('HSET', details, 'status', outcome, 'ended_at_ms', whole(now), 'pages', pages, 'tags', tags, 'everything',
    everything)
  redis.call('EXPIRE', details, KEEP_DETAILS)
end
return { 'ended', outcome, whole(math.max(0, held_until - began)) }
