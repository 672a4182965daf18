-- Times are Unix milliseconds. AUTOINCREMENT: a number is never given out twice, not even after a row is gone,
-- because old clients keep it.
CREATE TABLE users (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid            BLOB    NOT NULL UNIQUE,
    username        TEXT    NOT NULL,
    -- NFKC and lower case, made by the application: no collation decides who is who.
    username_key    TEXT    NOT NULL UNIQUE,
    password_hash   TEXT,
    nickname        TEXT    NOT NULL DEFAULT '',
    avatar          TEXT    NOT NULL DEFAULT '',
    role            TEXT    NOT NULL CHECK (role IN ('visitor', 'user')),
    status          INTEGER NOT NULL DEFAULT 1 CHECK (status IN (0, 1, 2)),
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
    updated_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL DEFAULT 0,
    session_epoch   INTEGER NOT NULL DEFAULT 0,
    -- A visitor has no password, whoever writes here.
    CHECK ((role = 'visitor') = (password_hash IS NULL))
) STRICT;
