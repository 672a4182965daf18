-- Secrets of authenticator apps are encrypted from here on, and recovery codes have a tag under a key. What lies bare is
-- sealed by the next start: only Usher knows the key.
ALTER TABLE administrators MODIFY totp_secret VARBINARY(255);

ALTER TABLE administrator_codes ADD COLUMN keyed BOOLEAN NOT NULL DEFAULT FALSE;

-- From where a session was opened.
ALTER TABLE administrator_sessions ADD COLUMN address VARCHAR(64);
