-- Substring search over the names of registered users, answered from an index for keywords of any length: a name that
-- contains a keyword has a suffix that begins with it. Bytes, so that no collation has a say.
CREATE TABLE username_suffixes (
    suffix   VARBINARY(255) NOT NULL,
    user_id  BIGINT         NOT NULL,
    position BIGINT         NOT NULL,
    PRIMARY KEY (suffix, user_id, position),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
