-- The sessions of a user. KEYS: what the user's keys begin with. Returns pairs of key and value.
local found = {}
for _, role in ipairs({ 'visitor', 'user' }) do
    for _, id in ipairs(redis.call('ZRANGE', KEYS[1] .. role, 0, -1)) do
        local value = redis.call('GET', KEYS[1] .. id)
        if value then
            found[#found + 1] = { KEYS[1] .. id, value }
        end
    end
end
return found
