-- Bans of devices, addresses and networks.
CREATE TABLE access_bans (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    -- A device's tag, or a network in CIDR notation.
    target     VARCHAR(64) NOT NULL UNIQUE,
    reason     VARCHAR(255) NOT NULL,
    ends_at    BIGINT,
    actor      VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    INDEX access_bans_by_end (ends_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row, which changes with every ban: nodes look at it each second.
CREATE TABLE access_ban_version (
    id      BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
