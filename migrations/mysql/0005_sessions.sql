-- The id is the SHA-256 of the secret in the token: who reads this table cannot make a token of it.
CREATE TABLE sessions (
    id         BINARY(32)  NOT NULL PRIMARY KEY,
    user_id    BIGINT      NOT NULL,
    role       VARCHAR(16) NOT NULL CHECK (role IN ('visitor', 'user')),
    epoch      BIGINT      NOT NULL,
    started_at BIGINT      NOT NULL,
    seen_at    BIGINT      NOT NULL,
    expires_at BIGINT      NOT NULL,
    INDEX sessions_by_user (user_id, role, started_at),
    INDEX sessions_by_expiry (expires_at),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
