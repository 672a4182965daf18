-- Notes that a session was used, if it is there. KEYS: what the user's keys begin with. ARGV: id, seen at, expires at,
-- kept until.
local id, seen_at, expires_at, until_at = unpack(ARGV)
local value = redis.call('GET', KEYS[1] .. id)
if not value then
    return 0
end
local role, epoch, started_at, origin = value:match('^(%S+) (%S+) (%S+) %S+ %S+(.*)$')
local extended = table.concat({ role, epoch, started_at, seen_at, expires_at }, ' ') .. origin
redis.call('SET', KEYS[1] .. id, extended, 'PXAT', until_at)
redis.call('PEXPIREAT', KEYS[1] .. role, until_at, 'GT')
return 1
