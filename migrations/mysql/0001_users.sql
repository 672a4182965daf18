-- Times are Unix milliseconds. A number is never given out twice, not even after a row is gone, because old clients
-- keep it.
CREATE TABLE users (
    id              BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    uuid            BINARY(16)   NOT NULL UNIQUE,
    username        VARCHAR(255) NOT NULL,
    -- NFKC and lower case, made by the application: no collation decides who is who.
    username_key    VARCHAR(255) NOT NULL UNIQUE,
    password_hash   VARCHAR(255),
    nickname        VARCHAR(255) NOT NULL DEFAULT '',
    avatar          TEXT         NOT NULL DEFAULT (''),
    role            VARCHAR(16)  NOT NULL CHECK (role IN ('visitor', 'user')),
    status          BIGINT       NOT NULL DEFAULT 1 CHECK (status IN (0, 1, 2)),
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
    updated_at      BIGINT       NOT NULL,
    version         BIGINT       NOT NULL DEFAULT 0,
    session_epoch   BIGINT       NOT NULL DEFAULT 0,
    -- A visitor has no password, whoever writes here.
    CHECK ((role = 'visitor') = (password_hash IS NULL))
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
