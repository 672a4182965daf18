-- Times are Unix milliseconds.

-- AUTOINCREMENT: a number is never given out twice, not even after a row is gone, because old clients keep it.
CREATE TABLE users (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid            BLOB    NOT NULL UNIQUE,
    username        TEXT    NOT NULL,
    -- NFKC and lower case, made by the application: no collation decides who is who.
    username_key    TEXT    NOT NULL UNIQUE,
    password_hash   TEXT,
    nickname        TEXT    NOT NULL DEFAULT '',
    -- What a nickname is looked for by: NFKC and lower case, made by the application.
    nickname_key    TEXT    NOT NULL DEFAULT '',
    avatar          TEXT    NOT NULL DEFAULT '',
    role            TEXT    NOT NULL CHECK (role IN ('visitor', 'user')),
    status          INTEGER NOT NULL DEFAULT 1 CHECK (status IN (0, 1, 2)),
    -- When a disabled account is enabled again by itself.
    disabled_until  INTEGER,
    deleted_at      INTEGER,
    mobile          TEXT    UNIQUE,
    email           TEXT    UNIQUE,
    mobile_verified INTEGER NOT NULL DEFAULT 0,
    email_verified  INTEGER NOT NULL DEFAULT 0,
    wechat_openid   TEXT    UNIQUE,
    qq_openid       TEXT    UNIQUE,
    weibo_uid       TEXT    UNIQUE,
    settings        TEXT    NOT NULL DEFAULT '',
    sort_order      INTEGER NOT NULL DEFAULT 50,
    registered_at   INTEGER NOT NULL,
    registered_from TEXT,
    last_login_at   INTEGER,
    last_login_from TEXT,
    -- To sort by, with those at the end who never logged in.
    last_seen_at    INTEGER GENERATED ALWAYS AS (COALESCE(last_login_at, 0)) VIRTUAL,
    updated_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL DEFAULT 0,
    session_epoch   INTEGER NOT NULL DEFAULT 0,
    -- A visitor has no password, whoever writes here.
    CHECK ((role = 'visitor') = (password_hash IS NULL))
) STRICT;

-- Nearly all are enabled, and found without an index.
CREATE INDEX users_by_status ON users (status, id) WHERE status <> 1;
CREATE INDEX users_by_last_seen ON users (last_seen_at, id);
CREATE INDEX users_by_nickname ON users (nickname_key) WHERE nickname_key <> '';
CREATE INDEX users_by_deletion ON users (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX users_by_term ON users (disabled_until) WHERE disabled_until IS NOT NULL;
-- Whether anybody has a picture.
CREATE INDEX users_by_avatar ON users (avatar) WHERE avatar <> '';

-- Substring search over the names of registered users, answered from an index for keywords of any length.
--
-- Three characters and more are a phrase of trigrams. One and two are no trigram, so each name is indexed with two
-- characters (U+0001, in no name and no keyword) behind it: then every character and every pair in it begins some
-- trigram, and a range over the index's terms finds them.
CREATE VIRTUAL TABLE username_search USING fts5 (
    username_key, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);

CREATE VIRTUAL TABLE username_grams USING fts5vocab (username_search, instance);

CREATE TRIGGER users_search_insert AFTER INSERT ON users WHEN NEW.role = 'user' BEGIN
    INSERT INTO username_search (rowid, username_key) VALUES (NEW.id, NEW.username_key || char(1, 1));
END;

CREATE TRIGGER users_search_update AFTER UPDATE OF role, username_key ON users WHEN NEW.role = 'user' BEGIN
    DELETE FROM username_search WHERE rowid = OLD.id;
    INSERT INTO username_search (rowid, username_key) VALUES (NEW.id, NEW.username_key || char(1, 1));
END;

CREATE TRIGGER users_search_delete AFTER DELETE ON users WHEN OLD.role = 'user' BEGIN
    DELETE FROM username_search WHERE rowid = OLD.id;
END;

CREATE TABLE profiles (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id  INTEGER NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    gender   TEXT    NOT NULL DEFAULT 'unknown' CHECK (gender IN ('male', 'female', 'unknown')),
    birthday INTEGER,
    bio      TEXT,
    location TEXT,
    website  TEXT
) STRICT;

-- A device leads to one account; an account may be reached from several.
CREATE TABLE devices (
    id            TEXT    PRIMARY KEY,
    user_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    platform      TEXT    NOT NULL DEFAULT '',
    model         TEXT    NOT NULL DEFAULT '',
    os            TEXT    NOT NULL DEFAULT '',
    brand         TEXT    NOT NULL DEFAULT '',
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX devices_by_user ON devices (user_id, last_seen_at);
CREATE INDEX devices_by_platform ON devices (platform, user_id);

-- A visitor who logged in to an account that existed: kept for the device, and known to be that user.
CREATE TABLE aliases (
    visitor_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    linked_at  INTEGER NOT NULL,
    PRIMARY KEY (visitor_id, user_id)
) STRICT;

-- A user who is removed for good is looked for in both columns.
CREATE INDEX aliases_by_user ON aliases (user_id);

CREATE TABLE sessions (
    id         BLOB    PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       TEXT    NOT NULL CHECK (role IN ('visitor', 'user')),
    epoch      INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id, role, started_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Sessions that have to be ended, because of a change that is made already: written in the change's transaction, and
-- kept for a day for session stores that were not told or that forget what they were told. No foreign key: the sessions
-- of a user who was removed for good have to end, too.
CREATE TABLE revocations (
    user_id         INTEGER PRIMARY KEY,
    epoch           INTEGER NOT NULL,
    -- When it was made or delivered, whichever came last. Decides only when a delivered one is forgotten.
    since           INTEGER NOT NULL,
    -- Whoever raises the epoch makes the revocation pending again.
    delivered_epoch INTEGER NOT NULL DEFAULT -1,
    pending         INTEGER GENERATED ALWAYS AS (CASE WHEN delivered_epoch < epoch THEN 1 ELSE 0 END) VIRTUAL
) STRICT;

CREATE INDEX revocations_by_age ON revocations (since, user_id);
CREATE INDEX revocations_pending ON revocations (user_id) WHERE pending = 1;

-- The state of the session store that holds everything which is marked as delivered.
CREATE TABLE revocation_sync (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    token BLOB    NOT NULL
) STRICT;

INSERT INTO revocation_sync (id, token) VALUES (1, zeroblob(16));

CREATE TABLE administrators (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    -- In lower case, made so by the application.
    name          TEXT    NOT NULL UNIQUE,
    role          TEXT    NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
    password_hash TEXT    NOT NULL,
    -- 1 for the one who came by the link of the first start: of several at once the key lets one in.
    founder       INTEGER UNIQUE CHECK (founder = 1),
    created_at    INTEGER NOT NULL,
    last_login_at INTEGER,
    -- What an authenticator app shares, encrypted; none without one.
    totp_secret   BLOB,
    -- The step of time of the last code: each is good once.
    totp_step     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The recovery codes that are left.
CREATE TABLE administrator_codes (
    administrator_id INTEGER NOT NULL,
    -- A tag of the code under a key, or its SHA-256 if it is not keyed.
    digest           BLOB    NOT NULL,
    keyed            INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (administrator_id, digest),
    FOREIGN KEY (administrator_id) REFERENCES administrators (id) ON DELETE CASCADE
) STRICT;

-- The id is the SHA-256 of the secret in the cookie.
CREATE TABLE administrator_sessions (
    id               BLOB    PRIMARY KEY,
    administrator_id INTEGER NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    -- From where it was opened.
    address          TEXT,
    started_at       INTEGER NOT NULL,
    seen_at          INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX administrator_sessions_by_administrator ON administrator_sessions (administrator_id);
CREATE INDEX administrator_sessions_by_expiry ON administrator_sessions (expires_at);

-- What administrators did. Each link is the digest of its row and of the link before it.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    address TEXT,
    action  TEXT    NOT NULL,
    -- No reference: what was done to somebody is kept after they are gone.
    user_id INTEGER,
    subject TEXT    NOT NULL,
    changes TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    link    BLOB    NOT NULL
) STRICT;

CREATE INDEX audit_by_user ON audit (user_id, number) WHERE user_id IS NOT NULL;
CREATE INDEX audit_by_actor ON audit (actor, number);
CREATE INDEX audit_by_action ON audit (action, number);

CREATE TRIGGER audit_is_not_edited BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is not edited');
END;

CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is not edited');
END;

-- The end of the chain. Whoever appends holds this row, so there is one end.
CREATE TABLE audit_head (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL,
    link   BLOB    NOT NULL
) STRICT;

INSERT INTO audit_head (id, number, link) VALUES (1, 0, zeroblob(32));

-- Numbers by the day where the installation is, counted from 1970-01-01.
CREATE TABLE statistics (
    day     INTEGER NOT NULL,
    measure TEXT    NOT NULL,
    value   TEXT    NOT NULL,
    number  INTEGER NOT NULL,
    PRIMARY KEY (measure, day, value)
) STRICT;

-- Who was active, until the day is closed and the number stays.
CREATE TABLE active_people (
    day     INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (day, user_id)
) STRICT, WITHOUT ROWID;

-- Which installation this database is. The store of pictures carries the same id, so that another database does not
-- take its pictures for unused ones.
CREATE TABLE installation (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    uuid BLOB    NOT NULL
) STRICT;
