-- look: how handshakes stand, all at the same instant. Reads only.
-- KEYS  1 deadlines, 2 failed, 3 to 8 the indexes of the lists, 9.. hashes of handshakes
-- ARGV  the ids, in the order of the hashes
-- Returns {now in ms, rows}; a row is {ms to live (-1 = for ever, -2 = there is no hash), phase, referee_state, state, list,
--   accepted_at_ms, finished_at_ms, created_at, score in deadlines, score in failed, in which of the lists' indexes it is (1 to 6),
--   how many of its open legs are in no index};
--   '' where there is nothing
local time = redis.call('TIME')
local rows = {}

-- Of a handshake that was fanned out each target has a leg, a hash of its own, until that has ended.
local function legs_in_no_index(hash, id)
  local count = 0
  for target in string.gmatch(redis.call('HGET', hash, 'legs') or '', '[^\31]+') do
    if redis.call('HEXISTS', hash, 'target:' .. target .. ':ended') == 0 then
      local found = false
      for j = 1, 8 do
        local score = j ~= 2 and redis.pcall('ZSCORE', KEYS[j], id .. '\31' .. target)
        found = found or type(score) == 'string'
      end
      if not found then count = count + 1 end
    end
  end
  return count
end

for i = 1, #ARGV do
  local hash = KEYS[i + 8]
  local values = redis.pcall('HMGET', hash, 'phase', 'referee_state', 'state', 'list', 'accepted_at_ms', 'finished_at_ms',
    'created_at')
  local row = { values.err and -2 or redis.call('PTTL', hash) }
  for j = 1, 7 do row[j + 1] = not values.err and values[j] or '' end
  local places = {}
  for j = 1, 8 do
    local score = redis.pcall('ZSCORE', KEYS[j], ARGV[i])
    if j <= 2 then
      row[j + 8] = type(score) == 'string' and score or ''
    elseif type(score) == 'string' then
      places[#places + 1] = j - 2
    end
  end
  row[11] = places
  row[12] = values[1] == 'fanned' and legs_in_no_index(hash, ARGV[i]) or 0
  rows[i] = row
end
return { string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), rows }
