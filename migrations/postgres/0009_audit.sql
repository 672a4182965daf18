-- What administrators did. Each link is the digest of its row and of the link before it.
CREATE TABLE audit (
    number  BIGINT PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    address TEXT,
    action  TEXT   NOT NULL,
    -- No reference: what was done to somebody is kept after they are gone.
    user_id BIGINT,
    subject TEXT   NOT NULL,
    changes TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    link    BYTEA  NOT NULL
);

CREATE INDEX audit_by_user ON audit (user_id, number) WHERE user_id IS NOT NULL;

CREATE INDEX audit_by_actor ON audit (actor, number);

CREATE INDEX audit_by_action ON audit (action, number);

-- The end of the chain. Whoever appends holds this row, so there is one end.
CREATE TABLE audit_head (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL,
    link   BYTEA  NOT NULL
);

INSERT INTO audit_head (id, number, link) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION audit_is_not_edited() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the audit log is not edited'; END $$;

CREATE TRIGGER audit_is_not_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_not_edited();
