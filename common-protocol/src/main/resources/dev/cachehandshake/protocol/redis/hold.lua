-- hold: pauses a site by hand, or lets it go on. Moves no handshake.
-- ARGV  8 key of holds, 9 key of the pause's details, 10 'pause' or 'resume', 11 until when, in ms ('' = until it is resumed),
--       12 reason
-- Returns {'paused'} | {'resumed'} | {'already'} when there was nothing to resume | {'blocked'} by a key of a stranger
local holds, details, word, until_ms, reason = ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local MEMBER = 'pause'

local score = redis.pcall('ZSCORE', holds, MEMBER)
local since = redis.pcall('HGET', details, 'since_ms')
if word == 'resume' then
  -- A stranger's key in the place of the holds holds nothing.
  local paused = type(score) == 'string' and redis.call('ZREM', holds, MEMBER) == 1
  if type(since) ~= 'table' then redis.call('HDEL', details, 'reason', 'since_ms') end
  if not paused then return { 'already' } end
  return { 'resumed' }
end
if type(score) == 'table' or type(since) == 'table' then return { 'blocked' } end
local goes_on = score and tonumber(score) > now
redis.call('HSET', details, 'reason', reason, 'since_ms', goes_on and since or whole(now))
redis.call('PERSIST', details)
redis.call('ZADD', holds, until_ms == '' and '+inf' or until_ms, MEMBER)
redis.call('PERSIST', holds)
return { 'paused' }
