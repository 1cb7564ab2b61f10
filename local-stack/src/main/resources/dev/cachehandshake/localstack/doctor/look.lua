-- look: how handshakes stand, all at the same instant. Reads only.
-- KEYS  1 index of queue, 2 index of returns, 3 deadlines, 4 failed, 5.. hashes of handshakes
-- ARGV  the ids, in the order of the hashes
-- Returns {now in ms, rows}; a row is {ms to live (-1 = for ever, -2 = there is no hash), phase, referee_state, state, list,
--   accepted_at_ms, finished_at_ms, created_at, score in each of the four}; '' where there is nothing
local time = redis.call('TIME')
local rows = {}
for i = 1, #ARGV do
  local hash = KEYS[i + 4]
  local values = redis.pcall('HMGET', hash, 'phase', 'referee_state', 'state', 'list', 'accepted_at_ms', 'finished_at_ms',
    'created_at')
  local row = { values.err and -2 or redis.call('PTTL', hash) }
  for j = 1, 7 do row[j + 1] = not values.err and values[j] or '' end
  for j = 1, 4 do
    local score = redis.pcall('ZSCORE', KEYS[j], ARGV[i])
    row[j + 8] = type(score) == 'string' and score or ''
  end
  rows[i] = row
end
return { string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), rows }
