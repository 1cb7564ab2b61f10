-- look: how handshakes stand, all at the same instant. Reads only.
-- KEYS  1 failed, 2 deadlines, 3.. the indexes of the lists, and then the hashes of the handshakes
-- ARGV  the ids, in the order of the hashes
-- Returns {now in ms, rows}; a row is {ms to live (-1 = for ever, -2 = there is no hash), phase, referee_state, state, list,
--   accepted_at_ms, finished_at_ms, created_at, how many of its open legs are in no index, score in failed, score in deadlines,
--   places of the lists in whose index it is (from 0)}; '' where there is nothing
local FAILED, DEADLINES, FIRST_INDEX, LAST_INDEX = 1, 2, 3, #KEYS - #ARGV
local time = redis.call('TIME')
local rows = {}

local function score_in(index, id)
  local score = redis.pcall('ZSCORE', KEYS[index], id)
  return type(score) == 'string' and score or nil
end

local function is_indexed(id)
  for index = DEADLINES, LAST_INDEX do
    if score_in(index, id) then return true end
  end
  return false
end

-- Of a handshake that was fanned out each target has a leg, a hash of its own, until that has ended.
local function legs_in_no_index(hash, id)
  local count = 0
  for target in string.gmatch(redis.call('HGET', hash, 'legs') or '', '[^\31]+') do
    local ended = redis.call('HEXISTS', hash, 'target:' .. target .. ':ended') == 1
    if not ended and not is_indexed(id .. '\31' .. target) then count = count + 1 end
  end
  return count
end

for i, id in ipairs(ARGV) do
  local hash = KEYS[LAST_INDEX + i]
  local values = redis.pcall('HMGET', hash, 'phase', 'referee_state', 'state', 'list', 'accepted_at_ms', 'finished_at_ms',
    'created_at')
  local row = { values.err and -2 or redis.call('PTTL', hash) }
  for j = 1, 7 do row[j + 1] = not values.err and values[j] or '' end
  row[9] = values[1] == 'fanned' and legs_in_no_index(hash, id) or 0
  row[10] = score_in(FAILED, id) or ''
  row[11] = score_in(DEADLINES, id) or ''
  local places = {}
  for index = FIRST_INDEX, LAST_INDEX do
    if score_in(index, id) then places[#places + 1] = index - FIRST_INDEX end
  end
  row[12] = places
  rows[i] = row
end
return { string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), rows }
