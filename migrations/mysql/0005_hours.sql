-- Numbers by the hour, counted from 1970-01-01 00:00 UTC, for some days.
CREATE TABLE hourly_statistics (
    hour    BIGINT NOT NULL,
    measure VARCHAR(16) NOT NULL,
    number  BIGINT NOT NULL,
    PRIMARY KEY (hour, measure)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- When they were seen last, to know who is online.
ALTER TABLE active_people
    ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0,
    ADD INDEX active_people_by_seen (seen_at, user_id);
