-- Sessions that have to be ended, because of a change that is made already: written in the change's transaction, and
-- taken away when they are known to be ended, wherever sessions are kept.
CREATE TABLE revocations (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    epoch   BIGINT NOT NULL,
    since   BIGINT NOT NULL
);

CREATE INDEX revocations_by_age ON revocations (since, user_id);
