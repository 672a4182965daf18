-- Ends the sessions of a user before an epoch, and lets none be started. `user` is what the user's keys begin with. Adds
-- the keys of the sessions that were ended to `ended`.
local function revoke(user, epoch, ended)
    if tonumber(epoch) > tonumber(redis.call('GET', user .. 'epoch') or '-1') then
        -- A day outlives every call that read the user before the epoch began.
        redis.call('SET', user .. 'epoch', epoch, 'EX', 86400)
    end
    for _, role in ipairs({ 'visitor', 'user' }) do
        for _, id in ipairs(redis.call('ZRANGE', user .. role, 0, -1)) do
            local value = redis.call('GET', user .. id)
            if not value or tonumber(value:match('^%S+ (%S+)')) < tonumber(epoch) then
                redis.call('DEL', user .. id)
                redis.call('ZREM', user .. role, id)
                ended[#ended + 1] = user .. id
            end
        end
    end
end
