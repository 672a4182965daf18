-- A revocation is pending until its epoch was delivered to a session store that is kept apart from the users. Whoever
-- raises the epoch makes it pending again, also a node of the release before this one, which knows no such column.
-- No foreign key: the sessions of a user who was removed for good have to end, too.
ALTER TABLE revocations DROP FOREIGN KEY revocations_ibfk_1;

ALTER TABLE revocations ADD COLUMN delivered_epoch BIGINT NOT NULL DEFAULT -1;

-- `since` is when it was made or delivered, whichever came last. It decides only when a delivered one is forgotten.
ALTER TABLE revocations
    ADD COLUMN pending INT GENERATED ALWAYS AS (CASE WHEN delivered_epoch < epoch THEN 1 ELSE 0 END) VIRTUAL;

CREATE INDEX revocations_pending ON revocations (pending, user_id);

-- The state of the session store that holds everything which is marked as delivered.
CREATE TABLE revocation_sync (
    id    INT        NOT NULL PRIMARY KEY CHECK (id = 1),
    token BINARY(16) NOT NULL
);

INSERT INTO revocation_sync (id, token) VALUES (1, x'00000000000000000000000000000000');
