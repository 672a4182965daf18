-- When a disabled account is enabled again by itself.
ALTER TABLE users ADD COLUMN disabled_until INTEGER;

-- What a nickname is looked for by: NFKC and lower case, made by the application. What is here already has letters of
-- ASCII only made lower; it is put right when the nickname is written next.
ALTER TABLE users ADD COLUMN nickname_key TEXT NOT NULL DEFAULT '';

UPDATE users SET nickname_key = lower(nickname) WHERE nickname <> '';

-- To sort by, with those at the end who never logged in.
ALTER TABLE users ADD COLUMN last_seen_at INTEGER GENERATED ALWAYS AS (COALESCE(last_login_at, 0)) VIRTUAL;

-- Nearly all are enabled, and found without an index.
CREATE INDEX users_by_status ON users (status, id) WHERE status <> 1;

CREATE INDEX users_by_last_seen ON users (last_seen_at, id);

CREATE INDEX users_by_nickname ON users (nickname_key) WHERE nickname_key <> '';

CREATE INDEX users_by_deletion ON users (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE INDEX users_by_term ON users (disabled_until) WHERE disabled_until IS NOT NULL;

CREATE INDEX devices_by_platform ON devices (platform, user_id);
