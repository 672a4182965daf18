-- KEYS: what the user's keys begin with. ARGV: the epoch. Returns the keys of the sessions that were ended.
local ended = {}
revoke(KEYS[1], ARGV[1], ended)
return ended
