-- What happened to accounts, for chat servers to be told: written in the transaction of the change, never changed.
-- No foreign key: that an account was removed for good is told, too.
CREATE TABLE events (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    type    TEXT    NOT NULL,
    user_id INTEGER NOT NULL,
    -- A JSON object.
    data    TEXT    NOT NULL
) STRICT;
