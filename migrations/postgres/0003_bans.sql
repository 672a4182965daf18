-- Why and by whom an account is disabled; both empty while it is enabled.
ALTER TABLE users
    ADD COLUMN disabled_reason TEXT NOT NULL DEFAULT '',
    ADD COLUMN disabled_by     TEXT NOT NULL DEFAULT '';
