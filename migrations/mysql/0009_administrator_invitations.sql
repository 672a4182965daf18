-- One-time links that make an administrator, or give one a new password.
CREATE TABLE administrator_invitations (
    -- The SHA-256 of the secret in the link.
    id         BINARY(32)  NOT NULL PRIMARY KEY,
    -- The newest link for a name takes the place of the one before.
    name       VARCHAR(64) NOT NULL UNIQUE,
    -- None for a new password.
    role       VARCHAR(16),
    actor      VARCHAR(64) NOT NULL,
    expires_at BIGINT      NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
