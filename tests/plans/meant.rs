//! The statements that are meant to read more than they return.

/// A part of the statement without quotes, and why it may.
const MEANT: &[(&str, &str)] = &[
    ("FROM (SELECT * FROM users ORDER BY id DESC LIMIT", "the newest 2,000 users, of whom a page may match"),
    (" AND users.username_key LIKE", "a common substring: along the order until a page is full"),
    (
        "users.id IN (SELECT user_id AS id FROM devices WHERE id >=",
        "the same of the beginning of a device id",
    ),
    (
        "SELECT devices.user_id AS id FROM devices WHERE devices.platform =",
        "whether 5,000 devices have it, and they",
    ),
    ("changes, reason, link FROM audit WHERE at >=", "a period of the audit log: from its end until there"),
    ("reason, link FROM audit WHERE actor LIKE", "a part of a name: along the numbers until a page is full"),
    ("reason, link FROM audit WHERE LOWER(subject) LIKE", "the same of the name of a user"),
    ("COUNT(user_id) AS number FROM active_people", "people are counted, once a day and for the dashboard"),
    (
        "COUNT(DISTINCT user_id) AS number FROM active_people",
        "those who were seen in five minutes are counted",
    ),
    (
        "(SELECT COUNT(users.id) FROM users) AS accounts",
        "all accounts are counted, for a hundredth of the time",
    ),
    ("(SELECT users.id FROM users LIMIT", "a count of all users stops at what the caller asks for"),
    ("SELECT id, uuid FROM users WHERE uuid IN", "an import reads its own rows back, each by its key"),
    (
        "FROM access_bans WHERE ends_at IS NULL",
        "a node reads all bans after a change; a page stops when it is full",
    ),
    ("FROM administrator_invitations WHERE expires_at >", "links that were not used yet are a handful"),
    ("FROM administrators WHERE role =", "administrators are a handful"),
    ("FROM administrators ORDER BY name", "all administrators are listed"),
    ("DELETE FROM revocations WHERE", "once an hour, of the revocations of a day"),
];

pub(super) fn to_walk(sql: &str) -> bool {
    let plain = sql.replace(['"', '`'], "");
    MEANT.iter().any(|(part, _)| plain.contains(part))
}
