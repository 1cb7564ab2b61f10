-- confirm: says what sites called back.
-- ARGV  8.. twelve a confirmation: id, target, verdict (fresh, unproven, negative, unreadable), batch id, error, delay ms,
--       max attempts (negative), give up after ms (unreadable), replica, build id, pages JSON, id that covers it
-- Returns one row a confirmation: {'ended', ending} | {'retry', id} | {'late', id, state} | {'superseded', id}
--   | {'not_delivered', id} | {'proof_required', id} | {'unknown', id}
-- Good news counts from any delivery. Bad news counts only from the latest batch, whose id begins with the lease's nonce:
-- an earlier delivery cannot say what a later one will bring. Pages that could not be read are the site's outage.
local results = {}

local function is_latest_batch(handshake, batch)
  local nonce = handshake.nonce
  return nonce ~= nil and (batch == nonce or string.sub(batch, 1, #nonce + 1) == nonce .. '.')
end

local function target_fields(c, status)
  local prefix = 'target:' .. c.target .. ':'
  local fields = { 'target', c.target, prefix .. 'status', status, prefix .. 'settled_at_ms', whole(now) }
  for field, value in pairs({ replica = c.replica, build_id = c.build, pages = c.pages }) do
    if value ~= '' then fields[#fields + 1] = prefix .. field; fields[#fields + 1] = value end
  end
  if c.covered_by ~= '' then fields[#fields + 1] = 'covered_by'; fields[#fields + 1] = c.covered_by end
  return fields
end

local function good_news(handshake, c)
  if handshake.phase == 'done' then
    if handshake.referee_state == 'failed' and handshake.failure == 'no-callback'
      and not (c.verdict == 'unproven' and handshake.proof == 'required') then
      return { 'ended', complete(handshake, c.verdict, unpack(target_fields(c, c.verdict))) }
    end
    redis.call('HSET', status_key(handshake.id), 'late_callback_at_ms', whole(now))
    return { 'late', handshake.id, handshake.referee_state }
  end
  if number_of(handshake.epoch) < 1 then return { 'not_delivered', handshake.id } end
  if c.verdict == 'unproven' and handshake.proof == 'required' then return { 'proof_required', handshake.id } end
  return { 'ended', complete(handshake, c.verdict, unpack(target_fields(c, c.verdict))) }
end

local BAD_NEWS = {}

function BAD_NEWS.negative(handshake, c)
  local fields = target_fields(c, 'stale')
  if number_of(handshake.referee_attempts) >= c.max_attempts then
    return fail(handshake, 'stale', c.problem, unpack(fields))
  end
  end_outage(handshake)
  wait_for_retry(handshake, c.problem, c.delay, unpack(fields))
end

function BAD_NEWS.unreadable(handshake, c)
  give_attempt_back(handshake)
  return wait_out_outage(handshake, 'unreadable', c.problem, c.delay, c.give_up_after, unpack(target_fields(c, 'failed')))
end

local function bad_news(handshake, c)
  if handshake.phase == 'done' then
    redis.call('HSET', status_key(handshake.id), 'late_callback_at_ms', whole(now))
    return { 'late', handshake.id, handshake.referee_state }
  end
  if number_of(handshake.epoch) < 1 then return { 'not_delivered', handshake.id } end
  if not (handshake.phase == 'leased' or handshake.phase == 'awaiting') or not is_latest_batch(handshake, c.batch) then
    return { 'superseded', handshake.id }
  end
  local ended = BAD_NEWS[c.verdict](handshake, c)
  return ended and { 'ended', ended } or { 'retry', handshake.id }
end

allow_writes()
for i = 8, #ARGV, 12 do
  local id = ARGV[i]
  local handshake = read(id)
  local c = { target = ARGV[i + 1], verdict = ARGV[i + 2], batch = ARGV[i + 3], problem = ARGV[i + 4],
    delay = tonumber(ARGV[i + 5]), max_attempts = tonumber(ARGV[i + 6]), give_up_after = tonumber(ARGV[i + 7]),
    replica = ARGV[i + 8], build = ARGV[i + 9], pages = ARGV[i + 10], covered_by = ARGV[i + 11] }
  if not handshake or not handshake.phase then
    results[#results + 1] = { 'unknown', id }
  elseif BAD_NEWS[c.verdict] then
    results[#results + 1] = bad_news(handshake, c)
  else
    results[#results + 1] = good_news(handshake, c)
  end
end
return results
