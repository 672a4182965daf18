-- Changes of many users, each made by a job that any node goes on with.
CREATE TABLE bulk_jobs (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    action       VARCHAR(16) NOT NULL,
    -- The job that it undoes: one undo at most.
    undoes       BIGINT UNIQUE,
    -- A JSON object; empty if the users were chosen or are those of another job.
    filter       TEXT NOT NULL,
    spares_bans  BOOLEAN NOT NULL,
    actor        VARCHAR(64) NOT NULL,
    address      VARCHAR(64),
    reason       VARCHAR(255) NOT NULL,
    state        VARCHAR(16) NOT NULL,
    -- How many users it is about; none if they are more than are counted.
    total        BIGINT,
    changed      BIGINT NOT NULL DEFAULT 0,
    unchanged    BIGINT NOT NULL DEFAULT 0,
    missing      BIGINT NOT NULL DEFAULT 0,
    -- The users with a lower id are still to come.
    position     BIGINT NOT NULL,
    -- The node that steps it, and until when others leave it alone.
    lease_owner  BINARY(16),
    lease_until  BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    -- Until when the list of its users is kept; none while it runs and once the list is gone.
    listed_until BIGINT,
    INDEX bulk_jobs_by_state (state, updated_at),
    INDEX bulk_jobs_by_list (listed_until)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What became of each user of a job, and what they were before. No references: users are removed for good meanwhile.
CREATE TABLE bulk_job_users (
    job_id          BIGINT NOT NULL,
    user_id         BIGINT NOT NULL,
    username        VARCHAR(255) NOT NULL,
    outcome         VARCHAR(16) NOT NULL,
    status          BIGINT NOT NULL,
    disabled_until  BIGINT,
    disabled_reason VARCHAR(255) NOT NULL,
    disabled_by     VARCHAR(64) NOT NULL,
    deleted_at      BIGINT,
    -- Of the user, after the change.
    version         BIGINT NOT NULL,
    PRIMARY KEY (job_id, user_id),
    INDEX bulk_job_users_by_outcome (job_id, outcome, user_id),
    INDEX bulk_job_users_by_user (user_id, outcome, job_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
