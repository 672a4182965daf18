-- One-time links that make an administrator, or give one a new password.
CREATE TABLE administrator_invitations (
    -- The SHA-256 of the secret in the link.
    id         BYTEA  PRIMARY KEY,
    -- The newest link for a name takes the place of the one before.
    name       TEXT   NOT NULL UNIQUE,
    -- None for a new password.
    role       TEXT,
    actor      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
