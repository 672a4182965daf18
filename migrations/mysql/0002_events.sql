-- What happened to accounts, for chat servers to be told: written in the transaction of the change, never changed.
-- No foreign key: that an account was removed for good is told, too. Ids are given out before the commit, so a higher one
-- may be seen first.
CREATE TABLE events (
    id      BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at      BIGINT       NOT NULL,
    type    VARCHAR(32)  NOT NULL,
    user_id BIGINT       NOT NULL,
    -- A JSON object.
    data    TEXT         NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
