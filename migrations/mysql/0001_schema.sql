-- Times are Unix milliseconds.

-- A number is never given out twice, not even after a row is gone, because old clients keep it.
CREATE TABLE users (
    id              BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    uuid            BINARY(16)   NOT NULL UNIQUE,
    username        VARCHAR(255) NOT NULL,
    -- NFKC and lower case, made by the application: no collation decides who is who.
    username_key    VARCHAR(255) NOT NULL UNIQUE,
    password_hash   VARCHAR(255),
    nickname        VARCHAR(255) NOT NULL DEFAULT '',
    -- What a nickname is looked for by: NFKC and lower case, made by the application.
    nickname_key    VARCHAR(255) NOT NULL DEFAULT '',
    avatar          TEXT         NOT NULL DEFAULT (''),
    role            VARCHAR(16)  NOT NULL CHECK (role IN ('visitor', 'user')),
    status          BIGINT       NOT NULL DEFAULT 1 CHECK (status IN (0, 1, 2)),
    -- When a disabled account is enabled again by itself.
    disabled_until  BIGINT,
    deleted_at      BIGINT,
    mobile          VARCHAR(64)  UNIQUE,
    email           VARCHAR(255) UNIQUE,
    mobile_verified BOOLEAN      NOT NULL DEFAULT FALSE,
    email_verified  BOOLEAN      NOT NULL DEFAULT FALSE,
    wechat_openid   VARCHAR(255) UNIQUE,
    qq_openid       VARCHAR(255) UNIQUE,
    weibo_uid       VARCHAR(255) UNIQUE,
    settings        TEXT         NOT NULL DEFAULT (''),
    sort_order      BIGINT       NOT NULL DEFAULT 50,
    registered_at   BIGINT       NOT NULL,
    registered_from VARCHAR(64),
    last_login_at   BIGINT,
    last_login_from VARCHAR(64),
    -- To sort by, with those at the end who never logged in.
    last_seen_at    BIGINT       GENERATED ALWAYS AS (COALESCE(last_login_at, 0)) VIRTUAL,
    updated_at      BIGINT       NOT NULL,
    version         BIGINT       NOT NULL DEFAULT 0,
    session_epoch   BIGINT       NOT NULL DEFAULT 0,
    INDEX users_by_status (status, id),
    INDEX users_by_last_seen (last_seen_at, id),
    INDEX users_by_nickname (nickname_key),
    INDEX users_by_deletion (deleted_at),
    INDEX users_by_term (disabled_until),
    -- Whether anybody has a picture.
    INDEX users_by_avatar (avatar(64)),
    -- A visitor has no password, whoever writes here.
    CHECK ((role = 'visitor') = (password_hash IS NULL))
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Substring search over the names of registered users, answered from an index for keywords of any length: a name that
-- contains a keyword has a suffix that begins with it. Bytes, so that no collation has a say.
CREATE TABLE username_suffixes (
    suffix   VARBINARY(255) NOT NULL,
    user_id  BIGINT         NOT NULL,
    position BIGINT         NOT NULL,
    PRIMARY KEY (suffix, user_id, position),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE profiles (
    id       BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id  BIGINT      NOT NULL UNIQUE,
    gender   VARCHAR(16) NOT NULL DEFAULT 'unknown' CHECK (gender IN ('male', 'female', 'unknown')),
    birthday BIGINT,
    bio      TEXT,
    location TEXT,
    website  TEXT,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

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
    INDEX devices_by_platform (platform, user_id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A visitor who logged in to an account that existed: kept for the device, and known to be that user.
CREATE TABLE aliases (
    visitor_id BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    linked_at  BIGINT NOT NULL,
    PRIMARY KEY (visitor_id, user_id),
    -- A user who is removed for good is looked for in both columns.
    INDEX aliases_by_user (user_id),
    FOREIGN KEY (visitor_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE sessions (
    id         BINARY(32)  NOT NULL PRIMARY KEY,
    user_id    BIGINT      NOT NULL,
    role       VARCHAR(16) NOT NULL CHECK (role IN ('visitor', 'user')),
    epoch      BIGINT      NOT NULL,
    started_at BIGINT      NOT NULL,
    seen_at    BIGINT      NOT NULL,
    expires_at BIGINT      NOT NULL,
    INDEX sessions_by_user (user_id, role, started_at),
    INDEX sessions_by_expiry (expires_at),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Sessions that have to be ended, because of a change that is made already: written in the change's transaction, and
-- kept for a day for session stores that were not told or that forget what they were told. No foreign key: the sessions
-- of a user who was removed for good have to end, too.
CREATE TABLE revocations (
    user_id         BIGINT NOT NULL PRIMARY KEY,
    epoch           BIGINT NOT NULL,
    -- When it was made or delivered, whichever came last. Decides only when a delivered one is forgotten.
    since           BIGINT NOT NULL,
    -- Whoever raises the epoch makes the revocation pending again.
    delivered_epoch BIGINT NOT NULL DEFAULT -1,
    pending         INT    GENERATED ALWAYS AS (CASE WHEN delivered_epoch < epoch THEN 1 ELSE 0 END) VIRTUAL,
    INDEX revocations_by_age (since, user_id),
    INDEX revocations_pending (pending, user_id)
);

-- The state of the session store that holds everything which is marked as delivered.
CREATE TABLE revocation_sync (
    id    INT        NOT NULL PRIMARY KEY CHECK (id = 1),
    token BINARY(16) NOT NULL
);

INSERT INTO revocation_sync (id, token) VALUES (1, x'00000000000000000000000000000000');

CREATE TABLE administrators (
    id            BIGINT         NOT NULL AUTO_INCREMENT PRIMARY KEY,
    -- In lower case, made so by the application.
    name          VARCHAR(64)    NOT NULL UNIQUE,
    role          VARCHAR(16)    NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
    password_hash VARCHAR(255)   NOT NULL,
    -- TRUE for the one who came by the link of the first start: of several at once the key lets one in.
    founder       BOOLEAN        UNIQUE CHECK (founder = TRUE),
    created_at    BIGINT         NOT NULL,
    last_login_at BIGINT,
    -- What an authenticator app shares, encrypted; none without one.
    totp_secret   VARBINARY(255),
    -- The step of time of the last code: each is good once.
    totp_step     BIGINT         NOT NULL DEFAULT 0
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The recovery codes that are left.
CREATE TABLE administrator_codes (
    administrator_id BIGINT     NOT NULL,
    -- A tag of the code under a key, or its SHA-256 if it is not keyed.
    digest           BINARY(32) NOT NULL,
    keyed            BOOLEAN    NOT NULL DEFAULT FALSE,
    PRIMARY KEY (administrator_id, digest),
    FOREIGN KEY (administrator_id) REFERENCES administrators (id) ON DELETE CASCADE
);

-- The id is the SHA-256 of the secret in the cookie.
CREATE TABLE administrator_sessions (
    id               BINARY(32)  NOT NULL PRIMARY KEY,
    administrator_id BIGINT      NOT NULL,
    -- From where it was opened.
    address          VARCHAR(64),
    started_at       BIGINT      NOT NULL,
    seen_at          BIGINT      NOT NULL,
    expires_at       BIGINT      NOT NULL,
    INDEX administrator_sessions_by_administrator (administrator_id),
    INDEX administrator_sessions_by_expiry (expires_at),
    FOREIGN KEY (administrator_id) REFERENCES administrators (id) ON DELETE CASCADE
);

-- What administrators did. Each link is the digest of its row and of the link before it. There is no trigger that keeps
-- rows from being edited, as elsewhere: with a binary log MySQL lets nobody but its administrator create one. The chain
-- tells.
CREATE TABLE audit (
    number  BIGINT       NOT NULL PRIMARY KEY,
    at      BIGINT       NOT NULL,
    actor   VARCHAR(64)  NOT NULL,
    address VARCHAR(64),
    action  VARCHAR(32)  NOT NULL,
    -- No reference: what was done to somebody is kept after they are gone.
    user_id BIGINT,
    subject VARCHAR(255) NOT NULL,
    changes TEXT         NOT NULL,
    reason  VARCHAR(255) NOT NULL,
    link    BINARY(32)   NOT NULL,
    INDEX audit_by_user (user_id, number),
    INDEX audit_by_actor (actor, number),
    INDEX audit_by_action (action, number)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The end of the chain. Whoever appends holds this row, so there is one end.
CREATE TABLE audit_head (
    id     BIGINT     NOT NULL PRIMARY KEY CHECK (id = 1),
    number BIGINT     NOT NULL,
    link   BINARY(32) NOT NULL
);

INSERT INTO audit_head (id, number, link) VALUES (1, 0, REPEAT(CHAR(0), 32));

-- Numbers by the day where the installation is, counted from 1970-01-01.
CREATE TABLE statistics (
    day     BIGINT       NOT NULL,
    measure VARCHAR(16)  NOT NULL,
    value   VARCHAR(255) NOT NULL,
    number  BIGINT       NOT NULL,
    PRIMARY KEY (measure, day, value)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who was active, until the day is closed and the number stays.
CREATE TABLE active_people (
    day     BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (day, user_id)
);

-- Which installation this database is. The store of pictures carries the same id, so that another database does not
-- take its pictures for unused ones.
CREATE TABLE installation (
    id   BIGINT     PRIMARY KEY CHECK (id = 1),
    uuid BINARY(16) NOT NULL
);
