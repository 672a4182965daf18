CREATE TABLE administrators (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    -- In lower case, made so by the application.
    name          TEXT    NOT NULL UNIQUE,
    role          TEXT    NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
    password_hash TEXT    NOT NULL,
    -- 1 for the one who came by the link of the first start: of several at once the key lets one in.
    founder       INTEGER UNIQUE CHECK (founder = 1),
    created_at    INTEGER NOT NULL,
    last_login_at INTEGER
) STRICT;

-- The id is the SHA-256 of the secret in the cookie.
CREATE TABLE administrator_sessions (
    id               BLOB    PRIMARY KEY,
    administrator_id INTEGER NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    started_at       INTEGER NOT NULL,
    seen_at          INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX administrator_sessions_by_administrator ON administrator_sessions (administrator_id);

CREATE INDEX administrator_sessions_by_expiry ON administrator_sessions (expires_at);
