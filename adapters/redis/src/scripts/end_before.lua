-- Ends the sessions before an epoch, and lets none be started. KEYS: what the user's keys begin with. ARGV: the epoch.
-- Returns the keys of the sessions that were ended.
local epoch, ended = tonumber(ARGV[1]), {}
if epoch > tonumber(redis.call('GET', KEYS[1] .. 'epoch') or '-1') then
    -- A day outlives every call that read the user before the epoch began.
    redis.call('SET', KEYS[1] .. 'epoch', ARGV[1], 'EX', 86400)
end
for _, role in ipairs({ 'visitor', 'user' }) do
    for _, id in ipairs(redis.call('ZRANGE', KEYS[1] .. role, 0, -1)) do
        local value = redis.call('GET', KEYS[1] .. id)
        if not value or tonumber(value:match('^%S+ (%S+)')) < epoch then
            redis.call('DEL', KEYS[1] .. id)
            redis.call('ZREM', KEYS[1] .. role, id)
            ended[#ended + 1] = KEYS[1] .. id
        end
    end
end
return ended
