-- Starts a session. KEYS: what the user's keys begin with. ARGV: id, role, epoch, started at, value, kept until, how
-- many are kept. Returns whether it is live, and the keys of those that made room.
local id, role, epoch, started_at, value, until_at, keep = unpack(ARGV)
if tonumber(epoch) < tonumber(redis.call('GET', KEYS[1] .. 'epoch') or epoch) then
    return { 0, {} }
end
local index, ended, live = KEYS[1] .. role, {}, {}
for _, other in ipairs(redis.call('ZREVRANGE', index, 0, -1)) do
    if redis.call('EXISTS', KEYS[1] .. other) == 0 then
        redis.call('ZREM', index, other)
    else
        live[#live + 1] = other
    end
end
-- The newest first: all but the first keep - 1 make room.
for place = tonumber(keep), #live do
    redis.call('DEL', KEYS[1] .. live[place])
    redis.call('ZREM', index, live[place])
    ended[#ended + 1] = KEYS[1] .. live[place]
end
redis.call('SET', KEYS[1] .. id, value, 'PXAT', until_at)
redis.call('ZADD', index, started_at, id)
redis.call('PEXPIREAT', index, until_at, 'NX')
redis.call('PEXPIREAT', index, until_at, 'GT')
return { 1, ended }
