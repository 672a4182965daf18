-- A user who is removed for good is looked for in both columns.
CREATE INDEX aliases_by_user ON aliases (user_id);
