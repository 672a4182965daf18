-- RateLimiter::acquire, in one step. KEYS: the budgets. ARGV: now, then of each budget what a call takes and the whole;
-- all in microseconds, which a Lua number holds exactly until the year 2255. Returns 1, or 0 and the longest wait; then
-- nothing was changed.
local now, after, wait = tonumber(ARGV[1]), {}, 0
for i, key in ipairs(KEYS) do
    local each, whole = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local whole_at = tonumber(redis.call('GET', key) or ARGV[1])
    -- Far more than all of it: a clock that was ahead wrote that, and would lock until then.
    if whole_at > now + 2 * whole + 60000000 then whole_at = now end
    after[i] = math.max(whole_at, now) + each
    wait = math.max(wait, after[i] - now - whole)
end
if wait > 0 then
    return { 0, wait }
end
for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.0f', after[i]), 'PXAT', string.format('%.0f', math.ceil(after[i] / 1000)))
end
return { 1, 0 }
