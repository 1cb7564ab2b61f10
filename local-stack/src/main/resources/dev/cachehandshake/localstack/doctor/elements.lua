-- elements: what a stretch of a list holds, by the rules that claim goes by. Reads only.
-- KEYS  1 list
-- ARGV  1 first, 2 last, 3 pattern of status keys
-- Returns {elements, of ours that wait, foreign ones that wait, ghosts, no jobs, ids of the foreign ones that wait}
local ours, ghosts, none, foreign = 0, 0, 0, {}
local elements = redis.call('LRANGE', KEYS[1], ARGV[1], ARGV[2])
for _, element in ipairs(elements) do
  local sequence, id = string.match(element, '^{"seq":(%d+),"revalidation_id":"([^"\\]+)"[,}]')
  if not id then
    sequence = string.match(element, '^{"seq":(%d+),')
    local ok, job = pcall(cjson.decode, element)
    id = ok and type(job) == 'table' and job.revalidation_id
    local leg = string.match(element, '^{"seq":%d+,"leg":"') and type(id) == 'string' and job.leg
    if leg then id = id .. '\31' .. leg end
  end
  local phase = type(id) == 'string' and redis.pcall('HGET', string.format(ARGV[3], id), 'phase')
  if type(id) ~= 'string' or type(phase) == 'table' then
    none = none + 1
  elseif phase == 'queued' then
    ours = ours + 1
  elseif not phase and not sequence then
    foreign[#foreign + 1] = id
  else
    ghosts = ghosts + 1
  end
end
return { #elements, ours, #foreign, ghosts, none, foreign }
