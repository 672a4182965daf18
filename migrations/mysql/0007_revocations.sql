-- Sessions that have to be ended, because of a change that is made already: written in the change's transaction, and
-- kept for a day for session stores that were not told or that forget what they were told.
CREATE TABLE revocations (
    user_id BIGINT NOT NULL PRIMARY KEY,
    epoch   BIGINT NOT NULL,
    since   BIGINT NOT NULL,
    INDEX revocations_by_age (since, user_id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
