CREATE TABLE profiles (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id  INTEGER NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    gender   TEXT    NOT NULL DEFAULT 'unknown' CHECK (gender IN ('male', 'female', 'unknown')),
    birthday INTEGER,
    bio      TEXT,
    location TEXT,
    website  TEXT
) STRICT;
