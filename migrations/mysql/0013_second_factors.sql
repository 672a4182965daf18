-- What an authenticator app shares; none without one.
ALTER TABLE administrators ADD COLUMN totp_secret BINARY(20);

-- The step of time of the last code: each is good once.
ALTER TABLE administrators ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;

-- The SHA-256 of each recovery code that is left.
CREATE TABLE administrator_codes (
    administrator_id BIGINT NOT NULL,
    digest BINARY(32) NOT NULL,
    PRIMARY KEY (administrator_id, digest),
    FOREIGN KEY (administrator_id) REFERENCES administrators (id) ON DELETE CASCADE
);
