-- A device leads to one account; an account may be reached from several.
CREATE TABLE devices (
    id            TEXT   COLLATE "C" PRIMARY KEY,
    user_id       BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    platform      TEXT   NOT NULL DEFAULT '',
    model         TEXT   NOT NULL DEFAULT '',
    os            TEXT   NOT NULL DEFAULT '',
    brand         TEXT   NOT NULL DEFAULT '',
    first_seen_at BIGINT NOT NULL,
    last_seen_at  BIGINT NOT NULL
);

CREATE INDEX devices_by_user ON devices (user_id, last_seen_at);
