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
