-- What administrators did. Each link is the digest of its row and of the link before it.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    address TEXT,
    action  TEXT    NOT NULL,
    -- No reference: what was done to somebody is kept after they are gone.
    user_id INTEGER,
    subject TEXT    NOT NULL,
    changes TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    link    BLOB    NOT NULL
) STRICT;

CREATE INDEX audit_by_user ON audit (user_id, number) WHERE user_id IS NOT NULL;

CREATE INDEX audit_by_actor ON audit (actor, number);

CREATE INDEX audit_by_action ON audit (action, number);

-- The end of the chain. Whoever appends holds this row, so there is one end.
CREATE TABLE audit_head (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL,
    link   BLOB    NOT NULL
) STRICT;

INSERT INTO audit_head (id, number, link) VALUES (1, 0, zeroblob(32));

CREATE TRIGGER audit_is_not_edited BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is not edited');
END;

CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is not edited');
END;
