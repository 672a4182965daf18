-- Budget::spend, in one step. KEYS: the budget. ARGV: now, what a call takes, the whole budget; all in microseconds,
-- which a Lua number holds exactly until the year 2255. Returns 1 and when the budget is whole again, or 0 and the wait.
local now, each, whole = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local whole_at = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
local after = math.max(whole_at, now) + each
local wait = after - now - whole
if wait > 0 then
    return { 0, wait }
end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PXAT', string.format('%.0f', math.ceil(after / 1000)))
return { 1, after }
