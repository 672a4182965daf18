-- A revocation is pending until its epoch was delivered to a session store that is kept apart from the users. Whoever
-- raises the epoch makes it pending again, also a node of the release before this one, which knows no such column.
-- No foreign key: the sessions of a user who was removed for good have to end, too. The table is made anew because
-- SQLite cannot drop a key.
CREATE TABLE revocations_with_delivery (
    user_id         INTEGER PRIMARY KEY,
    epoch           INTEGER NOT NULL,
    -- When it was made or delivered, whichever came last. Decides only when a delivered one is forgotten.
    since           INTEGER NOT NULL,
    delivered_epoch INTEGER NOT NULL DEFAULT -1,
    pending         INTEGER GENERATED ALWAYS AS (CASE WHEN delivered_epoch < epoch THEN 1 ELSE 0 END) VIRTUAL
) STRICT;

INSERT INTO revocations_with_delivery (user_id, epoch, since) SELECT user_id, epoch, since FROM revocations;
DROP TABLE revocations;
ALTER TABLE revocations_with_delivery RENAME TO revocations;

-- By age for the release before this one, which reads it each second, and for what is forgotten.
CREATE INDEX revocations_by_age ON revocations (since, user_id);
CREATE INDEX revocations_pending ON revocations (user_id) WHERE pending = 1;

-- The state of the session store that holds everything which is marked as delivered.
CREATE TABLE revocation_sync (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    token BLOB    NOT NULL
) STRICT;

INSERT INTO revocation_sync (id, token) VALUES (1, zeroblob(16));
