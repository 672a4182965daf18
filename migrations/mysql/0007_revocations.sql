-- Sessions that have to be ended, because of a change that is made already: written in the change's transaction, and
-- taken away when they are known to be ended, wherever sessions are kept.
CREATE TABLE revocations (
    user_id BIGINT NOT NULL PRIMARY KEY,
    epoch   BIGINT NOT NULL,
    since   BIGINT NOT NULL,
    INDEX revocations_by_age (since, user_id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
