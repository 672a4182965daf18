-- What acquire.lua took. KEYS and ARGV are the same.
local now = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
    local after = tonumber(redis.call('GET', key) or ARGV[1]) - tonumber(ARGV[2 * i])
    if after <= now then
        redis.call('DEL', key)
    else
        redis.call('SET', key, string.format('%.0f', after), 'PXAT', string.format('%.0f', math.ceil(after / 1000)))
    end
end
return 1
