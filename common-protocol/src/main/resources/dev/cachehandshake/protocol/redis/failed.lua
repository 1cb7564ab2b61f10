-- failed: a page of what has failed, the latest first. Writes nothing, but for entries that it drops: of ids that are not failed.
-- ARGV  8 handshakes at most, 9 entries to look at at most, 10 site ('' = any), 11 score and 12 id of the entry to go on behind
--       ('' = from the latest), 13.. names of fields to show
-- Returns {rows {id, value of each field}, score and id of the entry to go on behind ('' = there are no more)}
local limit, look_at, site, score, id = tonumber(ARGV[8]), tonumber(ARGV[9]), ARGV[10], ARGV[11], ARGV[12]
local fields = { unpack(ARGV, 13) }

-- By bytes, as Redis orders the ids of one score; Lua's own comparison goes by the server's locale.
local function comes_before(one, other)
  for i = 1, math.min(#one, #other) do
    local left, right = string.byte(one, i), string.byte(other, i)
    if left ~= right then return left < right end
  end
  return #one < #other
end

-- How many entries are older than that one, which need not be there any more.
local function older_than(at, name)
  local low, high = 0, redis.call('ZCARD', FAILED)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local entry = redis.call('ZRANGE', FAILED, middle, middle, 'WITHSCORES')
    local its = tonumber(entry[2])
    if its < at or (its == at and comes_before(entry[1], name)) then
      low = middle + 1
    else
      high = middle
    end
  end
  return low
end

local left = id == '' and redis.call('ZCARD', FAILED) or older_than(tonumber(score), id)
local rows, gone, looked = {}, {}, 0
while left > 0 and #rows < limit and looked < look_at do
  left, looked = left - 1, looked + 1
  local entry = redis.call('ZRANGE', FAILED, left, left, 'WITHSCORES')
  id, score = entry[1], entry[2]
  local values = redis.pcall('HMGET', status_key(id), 'referee_state', 'site', unpack(fields))
  if values.err or values[1] ~= 'failed' then
    gone[#gone + 1] = id
  elseif site == '' or site == values[2] then
    local row = { id }
    for i = 1, #fields do row[i + 1] = values[i + 2] or '' end
    rows[#rows + 1] = row
  end
end
if #gone > 0 then redis.call('ZREM', FAILED, unpack(gone)) end
if left == 0 then score, id = '', '' end
return { rows, score, id }
