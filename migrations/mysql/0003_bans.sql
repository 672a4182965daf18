-- Why and by whom an account is disabled; both empty while it is enabled.
ALTER TABLE users
    ADD COLUMN disabled_reason VARCHAR(200) NOT NULL DEFAULT '',
    ADD COLUMN disabled_by     VARCHAR(64)  NOT NULL DEFAULT '';
