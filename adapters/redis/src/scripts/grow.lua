-- Calls the state `next` if it grew out of `after`, or if that is empty; returns whether it did. The names of the states
-- that this one grew out of stand at `key`, the latest first, 32 characters and a space each; 16 are kept.
local function grow(key, after, next)
    local tokens = redis.call('GET', key) or ''
    if after ~= '' and not tokens:find(after, 1, true) then
        return 0
    end
    redis.call('SET', key, (next .. ' ' .. tokens):sub(1, 16 * 33))
    return 1
end
