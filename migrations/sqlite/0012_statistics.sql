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
