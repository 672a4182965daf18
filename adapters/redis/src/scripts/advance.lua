-- KEYS: the tokens. ARGV: after, next. Returns whether the state grew out of `after`.
return grow(KEYS[1], ARGV[1], ARGV[2])
