-- A visitor who logged in to an account that existed: kept for the device, and known to be that user.
CREATE TABLE aliases (
    visitor_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    linked_at  INTEGER NOT NULL,
    PRIMARY KEY (visitor_id, user_id)
) STRICT;
