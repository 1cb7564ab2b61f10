-- circuit: counts the failed calls of a target, opens and closes its breaker, or tells how it stands. Moves no handshake.
-- ARGV  8 what happened (failed, ok, force_open, force_closed; read = nothing), 9 key of open, 10 key of failures, 11 key of
--       probe, 12 key of reason, 13 failures in a row that open it, 14 ms that it stays open ('' = without an end), 15 why
-- Returns {1 when it has opened or closed by that, value of open ('' = it is closed), failures in a row, ms that are left
--       ('' = no end), reason}
local what, open_key, failures_key, probe_key, reason_key = ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local most, open_for, reason = tonumber(ARGV[13]), ARGV[14], ARGV[15]
local KEEP_FAILURES = 3600
local MOST_COUNTED = 1000000000

-- The names are ours: what somebody else has put there reads as nothing, and is written over.
local function text_at(key)
  local text = redis.pcall('GET', key)
  return type(text) == 'string' and text or nil
end

local function open_now()
  local text = text_at(open_key)
  return text == '' and 'failures' or text
end

local function within_bounds(count) return math.max(0, math.min(count, MOST_COUNTED)) end

local function failures_now()
  local text = text_at(failures_key) or ''
  return string.find(text, '^%d+$') and within_bounds(tonumber(text)) or 0
end

local function count_failure()
  local count = redis.pcall('INCR', failures_key)
  if type(count) == 'table' then
    redis.call('SET', failures_key, '1')
    count = 1
  end
  redis.call('EXPIRE', failures_key, KEEP_FAILURES)
  return within_bounds(count)
end

local function open(value)
  if open_for == '' then
    redis.call('SET', open_key, value)
  else
    redis.call('SET', open_key, value, 'PX', open_for)
  end
  if reason == '' then
    redis.call('DEL', reason_key)
  elseif open_for == '' then
    redis.call('SET', reason_key, reason)
  else
    redis.call('SET', reason_key, reason, 'PX', open_for)
  end
end

local STEPS = {}

function STEPS.failed(was)
  local count = count_failure()
  if was or count < most then return false end
  open('failures')
  return true
end

function STEPS.ok(was)
  redis.call('DEL', failures_key)
  -- What an operator has opened, a call that was under way does not close.
  if not was or was == 'forced' then return false end
  redis.call('DEL', open_key, probe_key, reason_key)
  return true
end

function STEPS.force_open(was)
  open('forced')
  return not was
end

function STEPS.force_closed(was)
  redis.call('DEL', open_key, failures_key, probe_key, reason_key)
  return was ~= nil
end

local was, changed = open_now(), false
if what ~= 'read' then
  allow_writes()
  changed = STEPS[what](was)
end
local is = open_now()
local left = is and redis.call('PTTL', open_key) or -1
return { changed and 1 or 0, is or '', failures_now(), left < 0 and '' or whole(left), is and text_at(reason_key) or '' }
