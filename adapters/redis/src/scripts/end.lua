-- Ends one session or those of one role. KEYS: what the user's keys begin with. ARGV: an id or a role. Returns the keys
-- of the sessions that were ended.
local ids = { ARGV[1] }
if ARGV[1] == 'visitor' or ARGV[1] == 'user' then
    ids = redis.call('ZRANGE', KEYS[1] .. ARGV[1], 0, -1)
end
local ended = {}
for place, id in ipairs(ids) do
    redis.call('DEL', KEYS[1] .. id)
    redis.call('ZREM', KEYS[1] .. 'visitor', id)
    redis.call('ZREM', KEYS[1] .. 'user', id)
    ended[place] = KEYS[1] .. id
end
return ended
