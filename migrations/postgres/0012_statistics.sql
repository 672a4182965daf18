-- Numbers by the day where the installation is, counted from 1970-01-01.
CREATE TABLE statistics (
    day     BIGINT NOT NULL,
    measure TEXT   NOT NULL,
    value   TEXT   COLLATE "C" NOT NULL,
    number  BIGINT NOT NULL,
    PRIMARY KEY (measure, day, value)
);

-- Who was active, until the day is closed and the number stays.
CREATE TABLE active_people (
    day     BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (day, user_id)
);
