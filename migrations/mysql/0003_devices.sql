-- A device leads to one account; an account may be reached from several.
CREATE TABLE devices (
    id            VARCHAR(64)  NOT NULL PRIMARY KEY,
    user_id       BIGINT       NOT NULL,
    platform      VARCHAR(255) NOT NULL DEFAULT '',
    model         VARCHAR(255) NOT NULL DEFAULT '',
    os            VARCHAR(255) NOT NULL DEFAULT '',
    brand         VARCHAR(255) NOT NULL DEFAULT '',
    first_seen_at BIGINT       NOT NULL,
    last_seen_at  BIGINT       NOT NULL,
    INDEX devices_by_user (user_id, last_seen_at),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
