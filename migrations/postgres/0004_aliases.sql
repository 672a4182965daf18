-- A visitor who logged in to an account that existed: kept for the device, and known to be that user.
CREATE TABLE aliases (
    visitor_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    linked_at  BIGINT NOT NULL,
    PRIMARY KEY (visitor_id, user_id)
);
