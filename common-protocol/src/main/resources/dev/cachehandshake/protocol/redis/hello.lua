-- hello: takes a replica that starts into the roster, and tells what changed since it was built. Moves no handshake.
-- In one step, so that whatever is claimed later reaches it, and what was claimed before is among the changes.
-- ARGV  8 key of replicas, 9 key of changes, 10 name of the replica as a target ('' = cannot be told), 11 ms to remember it,
--       12 since when, in ms
-- Returns {'everything'} when not all that changed is known any more | {'changes', each, the oldest first}
local replicas, changes, replica, remembered, since = ARGV[8], ARGV[9], ARGV[10], tonumber(ARGV[11]), tonumber(ARGV[12])

if replica ~= '' then
  redis.call('ZREMRANGEBYSCORE', replicas, '-inf', '(' .. whole(now))
  redis.call('ZADD', replicas, whole(now + remembered), replica)
  redis.call('PEXPIRE', replicas, whole(remembered))
end
local known = changes_between(changes, since, '+inf')
if not known then return { 'everything' } end
return { 'changes', unpack(known) }
