-- Sessions that have to be ended, because of a change that is made already: written in the change's transaction, and
-- kept for a day for session stores that were not told or that forget what they were told.
CREATE TABLE revocations (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    epoch   INTEGER NOT NULL,
    since   INTEGER NOT NULL
) STRICT;

CREATE INDEX revocations_by_age ON revocations (since, user_id);
