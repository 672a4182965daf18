-- A visitor who logged in to an account that existed: kept for the device, and known to be that user.
CREATE TABLE aliases (
    visitor_id BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    linked_at  BIGINT NOT NULL,
    PRIMARY KEY (visitor_id, user_id),
    FOREIGN KEY (visitor_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
