-- census: counts. Reads only.
-- ARGV  none of its own
-- Returns {pending, acknowledged, completed, failed, simulated, poison, scheduled,
--   rows of classes {class, waiting, ms that the oldest waits}}
local tally = redis.call('HMGET', TALLY, 'pending', 'acknowledged', 'completed', 'failed', 'simulated', 'poison')
local counts = {}
for i = 1, 6 do counts[i] = number_of(tally[i] or '0') end

-- A foreign job whose publisher has not written its hash does not say since when it waits.
local function age_of_head(names)
  local head = redis.call('LINDEX', names.list, 0)
  local id = head and string.match(head, '"revalidation_id":%s*"([^"\\]+)"')
  local leg = id and string.match(head, '^{"seq":%d+,"leg":"([^"\\]+)"')
  if leg then id = id .. LEG_MARK .. leg end
  local since = id and redis.pcall('HMGET', status_key(id), 'queued_at_ms', 'created_at')
  if not since or since.err or not (since[1] or since[2]) then return 0 end
  return math.max(0, now - (since[1] and number_of(since[1]) or number_of(since[2]) * 1000))
end

counts[7] = redis.call('ZCARD', DEADLINES)
local by_class = {}
for i, class in ipairs(CLASSES) do
  local queue, returns = LISTS[class], LISTS[RETURNS_OF[class]]
  by_class[i] = { class, redis.call('LLEN', queue.list) + redis.call('LLEN', returns.list),
    math.max(age_of_head(queue), age_of_head(returns)) }
end
counts[8] = by_class
return counts
