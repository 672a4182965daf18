-- Tells the store whose sessions end, and what its state is called then: RevocationSink::deliver, in one step. KEYS: the
-- tokens. ARGV: after, next, then for each user what the keys begin with and the epoch. Returns whether the state grew out
-- of `after`, and the keys of the sessions that were ended.
local ended = {}
for place = 3, #ARGV, 2 do
    revoke(ARGV[place], ARGV[place + 1], ended)
end
return { grow(KEYS[1], ARGV[1], ARGV[2]), ended }
