-- census: counts. Reads only.
-- ARGV  none of its own
-- Returns {pending, acknowledged, completed, failed, simulated, poison, waiting, scheduled, ms that the oldest waits}
local tally = redis.call('HMGET', TALLY, 'pending', 'acknowledged', 'completed', 'failed', 'simulated', 'poison')
local counts = {}
for i = 1, 6 do counts[i] = number_of(tally[i] or '0') end

-- A foreign job whose publisher has not written its hash does not say since when it waits.
local oldest = 0
for _, names in pairs(LISTS) do
  local head = redis.call('LINDEX', names.list, 0)
  local id = head and string.match(head, '"revalidation_id":%s*"([^"\\]+)"')
  local leg = id and string.match(head, '^{"seq":%d+,"leg":"([^"\\]+)"')
  if leg then id = id .. LEG_MARK .. leg end
  local since = id and redis.pcall('HMGET', status_key(id), 'queued_at_ms', 'created_at')
  if since and not since.err and (since[1] or since[2]) then
    oldest = math.max(oldest, now - (since[1] and number_of(since[1]) or number_of(since[2]) * 1000))
  end
end
counts[7] = redis.call('LLEN', LISTS[NORMAL].list) + redis.call('LLEN', LISTS[RETURNS].list)
counts[8] = redis.call('ZCARD', DEADLINES)
counts[9] = oldest
return counts
