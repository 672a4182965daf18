-- The id is the SHA-256 of the secret in the token: who reads this table cannot make a token of it.
CREATE TABLE sessions (
    id         BLOB    PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       TEXT    NOT NULL CHECK (role IN ('visitor', 'user')),
    epoch      INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id, role, started_at);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);
