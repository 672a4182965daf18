-- What administrators did. Each link is the digest of its row and of the link before it. There is no trigger that keeps
-- rows from being edited, as elsewhere: with a binary log MySQL lets nobody but its administrator create one. The chain
-- tells.
CREATE TABLE audit (
    number  BIGINT       NOT NULL PRIMARY KEY,
    at      BIGINT       NOT NULL,
    actor   VARCHAR(64)  NOT NULL,
    address VARCHAR(64),
    action  VARCHAR(32)  NOT NULL,
    -- No reference: what was done to somebody is kept after they are gone.
    user_id BIGINT,
    subject VARCHAR(255) NOT NULL,
    changes TEXT         NOT NULL,
    reason  VARCHAR(255) NOT NULL,
    link    BINARY(32)   NOT NULL,
    INDEX audit_by_user (user_id, number),
    INDEX audit_by_actor (actor, number),
    INDEX audit_by_action (action, number)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The end of the chain. Whoever appends holds this row, so there is one end.
CREATE TABLE audit_head (
    id     BIGINT     NOT NULL PRIMARY KEY CHECK (id = 1),
    number BIGINT     NOT NULL,
    link   BINARY(32) NOT NULL
);

INSERT INTO audit_head (id, number, link) VALUES (1, 0, REPEAT(CHAR(0), 32));
