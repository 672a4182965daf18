-- What administrators noted about users.
CREATE TABLE user_notes (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id    BIGINT NOT NULL,
    author     VARCHAR(64) NOT NULL,
    text       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    INDEX user_notes_by_user (user_id, id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
