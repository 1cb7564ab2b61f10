-- changes: tells what changed on a site from one moment to another. Moves no handshake.
-- ARGV  8 key of changes, 9 since when and 10 until when, in ms
-- Returns {'everything'} when not all that changed is known any more | {'changes', each, the oldest first}
local known = changes_between(ARGV[8], tonumber(ARGV[9]), ARGV[10])
if not known then return { 'everything' } end
return { 'changes', unpack(known) }
