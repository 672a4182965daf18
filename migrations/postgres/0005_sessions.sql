-- The id is the SHA-256 of the secret in the token: who reads this table cannot make a token of it.
CREATE TABLE sessions (
    id         BYTEA  PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       TEXT   NOT NULL CHECK (role IN ('visitor', 'user')),
    epoch      BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_user ON sessions (user_id, role, started_at);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);
