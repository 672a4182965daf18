-- Changes of many users, each made by a job that any node goes on with.
CREATE TABLE bulk_jobs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    action       TEXT NOT NULL,
    -- The job that it undoes: one undo at most.
    undoes       INTEGER UNIQUE,
    -- A JSON object; empty if the users were chosen or are those of another job.
    filter       TEXT NOT NULL,
    spares_bans  INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    address      TEXT,
    reason       TEXT NOT NULL,
    state        TEXT NOT NULL,
    -- How many users it is about; none if they are more than are counted.
    total        INTEGER,
    changed      INTEGER NOT NULL DEFAULT 0,
    unchanged    INTEGER NOT NULL DEFAULT 0,
    missing      INTEGER NOT NULL DEFAULT 0,
    -- The users with a lower id are still to come.
    position     INTEGER NOT NULL,
    -- The node that steps it, and until when others leave it alone.
    lease_owner  BLOB,
    lease_until  INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    -- Until when the list of its users is kept; none while it runs and once the list is gone.
    listed_until INTEGER
) STRICT;

CREATE INDEX bulk_jobs_by_state ON bulk_jobs (state, updated_at);
CREATE INDEX bulk_jobs_by_list ON bulk_jobs (listed_until);

-- What became of each user of a job, and what they were before. No references: users are removed for good meanwhile.
CREATE TABLE bulk_job_users (
    job_id          INTEGER NOT NULL,
    user_id         INTEGER NOT NULL,
    username        TEXT NOT NULL,
    outcome         TEXT NOT NULL,
    status          INTEGER NOT NULL,
    disabled_until  INTEGER,
    disabled_reason TEXT NOT NULL,
    disabled_by     TEXT NOT NULL,
    deleted_at      INTEGER,
    -- Of the user, after the change.
    version         INTEGER NOT NULL,
    PRIMARY KEY (job_id, user_id)
) STRICT;

CREATE INDEX bulk_job_users_by_outcome ON bulk_job_users (job_id, outcome, user_id);
CREATE INDEX bulk_job_users_by_user ON bulk_job_users (user_id, outcome, job_id);
