-- Bans of devices, addresses and networks.
CREATE TABLE access_bans (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    -- A device's tag, or a network in CIDR notation.
    target     TEXT NOT NULL UNIQUE,
    reason     TEXT NOT NULL,
    ends_at    INTEGER,
    actor      TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX access_bans_by_end ON access_bans (ends_at) WHERE ends_at IS NOT NULL;

-- One row, which changes with every ban: nodes look at it each second.
CREATE TABLE access_ban_version (
    id      INTEGER PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT;
