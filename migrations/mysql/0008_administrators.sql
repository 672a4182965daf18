CREATE TABLE administrators (
    id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    -- In lower case, made so by the application.
    name          VARCHAR(64)  NOT NULL UNIQUE,
    role          VARCHAR(16)  NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
    password_hash VARCHAR(255) NOT NULL,
    -- TRUE for the one who came by the link of the first start: of several at once the key lets one in.
    founder       BOOLEAN      UNIQUE CHECK (founder = TRUE),
    created_at    BIGINT       NOT NULL,
    last_login_at BIGINT
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The id is the SHA-256 of the secret in the cookie.
CREATE TABLE administrator_sessions (
    id               BINARY(32) NOT NULL PRIMARY KEY,
    administrator_id BIGINT     NOT NULL,
    started_at       BIGINT     NOT NULL,
    seen_at          BIGINT     NOT NULL,
    expires_at       BIGINT     NOT NULL,
    INDEX administrator_sessions_by_administrator (administrator_id),
    INDEX administrator_sessions_by_expiry (expires_at),
    FOREIGN KEY (administrator_id) REFERENCES administrators (id) ON DELETE CASCADE
);
