//! Tables of 10,000 rows and what the planner knows of them.

use super::database::{DatabaseFixture, Raw};

const ROWS: u32 = 10_000;

/// When the laws play.
pub(super) const NOW: i64 = 4_102_444_800_000;

/// Rows in one statement.
const AT_ONCE: u32 = 1_000;

impl DatabaseFixture {
    pub(super) async fn fill(&self) {
        let mut raw = self.connect().await;
        raw.run("BEGIN").await;
        raw.insert("users", USERS, user).await;
        if matches!(raw, Raw::MySql(_)) {
            raw.insert("username_suffixes", "suffix, user_id, position", suffix).await;
        }
        raw.insert("profiles", "user_id", |_, n| format!("{n}")).await;
        raw.insert("devices", DEVICES, device).await;
        raw.insert("aliases", "visitor_id, user_id, linked_at", |_, n| {
            format!("{n}, {}, {NOW}", ROWS - n + 1)
        })
        .await;
        raw.insert("sessions", SESSIONS, session).await;
        raw.insert("revocations", "user_id, epoch, since, delivered_epoch", revocation).await;
        raw.insert("audit", AUDIT, audit).await;
        raw.run(&format!("UPDATE audit_head SET number = {ROWS}")).await;
        raw.insert("statistics", "day, measure, value, number", statistic).await;
        raw.insert("active_people", "day, user_id, seen_at", |_, n| format!("{}, {n}, {n}", 20_000 - n % 10))
            .await;
        raw.insert("hourly_statistics", "hour, measure, number", |_, n| format!("{n}, 'visitors', 1")).await;
        raw.insert("administrators", "id, name, role, password_hash, created_at", administrator).await;
        raw.insert("administrator_sessions", ADMINISTRATOR_SESSIONS, administrator_session).await;
        raw.insert("administrator_codes", "administrator_id, digest", |it, n| {
            format!("{n}, {}", it.bytes(n, 32))
        })
        .await;
        raw.insert("access_bans", "id, target, reason, ends_at, actor, created_at", |_, n| {
            format!("{n}, '192.0.{}.{}/32', '', {}, '', 0", n / 256, n % 256, NOW + i64::from(n))
        })
        .await;
        raw.insert("user_notes", "id, user_id, author, text, created_at", |_, n| {
            format!("{n}, {n}, 'ann', 'noted', {NOW}")
        })
        .await;
        raw.insert("bulk_jobs", BULK_JOBS, bulk_job).await;
        raw.insert("bulk_job_users", BULK_JOB_USERS, bulk_job_user).await;
        raw.run("COMMIT").await;
        raw.analyse().await;
    }
}

const USERS: &str = "id, uuid, username, username_key, password_hash, nickname, nickname_key, avatar, role, status, \
                     disabled_until, deleted_at, registered_at, last_login_at, updated_at";

/// Every second one is a visitor, every hundredth disabled, every fiftieth deleted, every tenth has a picture.
fn user(engine: &Raw, n: u32) -> String {
    let every = |nth: u32, value: String, otherwise: &str| {
        if n.is_multiple_of(nth) { value } else { otherwise.to_owned() }
    };
    let (name, seen) = (format!("'user_{n}'"), NOW - i64::from(n));
    let nickname = every(3, format!("'nick_{n}'"), "''");
    format!(
        "{n}, {}, {name}, {name}, {}, {nickname}, {nickname}, {}, {}, {}, {}, {}, {NOW}, {seen}, {NOW}",
        engine.uuid(n),
        every(2, "NULL".to_owned(), "'$hash$'"),
        every(10, format!("'/avatars/{n}.png'"), "''"),
        every(2, "'visitor'".to_owned(), "'user'"),
        every(100, "0".to_owned(), "1"),
        every(200, format!("{seen}"), "NULL"),
        every(50, format!("{seen}"), "NULL"),
    )
}

/// One of each name: the others would only make the table larger.
fn suffix(_: &Raw, n: u32) -> String {
    format!("'er_{n}', {n}, 3")
}

const DEVICES: &str = "id, user_id, platform, model, os, brand, first_seen_at, last_seen_at";

/// Of the user with that number.
pub(super) fn device_id(n: u32) -> String {
    format!("{n:08x}-1111-4000-8000-{n:012x}")
}

fn device(_: &Raw, n: u32) -> String {
    let platform = if n.is_multiple_of(4) { "h5" } else { "app" };
    format!("'{}', {n}, '{platform}', '', 'iOS 17', '', {NOW}, {NOW}", device_id(n))
}

const SESSIONS: &str = "id, user_id, role, epoch, started_at, seen_at, expires_at";

/// Four of each of the first users.
fn session(engine: &Raw, n: u32) -> String {
    let at = NOW + i64::from(n);
    format!("{}, {}, 'user', 0, {at}, {at}, {}", engine.bytes(n, 32), n % (ROWS / 4) + 1, at + 1_000_000_000)
}

/// Nearly all were delivered.
fn revocation(_: &Raw, n: u32) -> String {
    format!("{n}, 1, {}, {}", NOW + i64::from(n), i32::from(!n.is_multiple_of(500)))
}

const AUDIT: &str = "number, at, actor, address, action, user_id, subject, changes, reason, link";

fn audit(engine: &Raw, n: u32) -> String {
    let (at, link) = (NOW + i64::from(n), engine.bytes(n, 32));
    format!("{n}, {at}, 'admin_{}', NULL, 'user_edited', {n}, 'user_{n}', '[]', '', {link}", n % 100)
}

fn statistic(_: &Raw, n: u32) -> String {
    let measure = ["visitors", "upgrades", "refused", "active", "os"][(n % 5) as usize];
    format!("{}, '{measure}', '', {n}", 20_000 - i64::from(n / 5))
}

fn administrator(_: &Raw, n: u32) -> String {
    let role = if n.is_multiple_of(1_000) { "owner" } else { "viewer" };
    format!("{n}, 'admin_{n}', '{role}', '$hash$', {NOW}")
}

const ADMINISTRATOR_SESSIONS: &str = "id, administrator_id, started_at, seen_at, expires_at";

fn administrator_session(engine: &Raw, n: u32) -> String {
    let at = NOW + i64::from(n);
    format!("{}, {n}, {at}, {at}, {}", engine.bytes(n, 32), at + 1_000_000_000)
}

const BULK_JOBS: &str = "id, action, undoes, filter, spares_bans, actor, reason, state, position, created_at, \
                         updated_at, ended_at, listed_until";

/// Nearly all have ended, and every third undoes the one before.
fn bulk_job(_: &Raw, n: u32) -> String {
    let at = NOW + i64::from(n);
    let undoes = if n.is_multiple_of(3) { format!("{}", n - 1) } else { "NULL".to_owned() };
    let (state, ended) = if n.is_multiple_of(1_000) {
        ("running", "NULL, NULL".to_owned())
    } else {
        ("finished", format!("{at}, {}", at + 1_000))
    };
    format!("{n}, 'disable', {undoes}, '', TRUE, 'admin', '', '{state}', 1, {at}, {at}, {ended}")
}

const BULK_JOB_USERS: &str =
    "job_id, user_id, username, outcome, status, disabled_reason, disabled_by, version";

/// Ten jobs with a thousand users each.
fn bulk_job_user(_: &Raw, n: u32) -> String {
    let outcome = if n.is_multiple_of(20) { "unchanged" } else { "changed" };
    format!("{}, {}, 'user_{n}', '{outcome}', 1, '', '', 1", n % 10 + 1, n / 10 + 1)
}

impl Raw {
    async fn insert(&mut self, table: &str, columns: &str, row: impl Fn(&Self, u32) -> String) {
        for first in (1..=ROWS).step_by(AT_ONCE as usize) {
            let rows: Vec<String> = (first..first + AT_ONCE).map(|n| format!("({})", row(self, n))).collect();
            self.run(&format!("INSERT INTO {table} ({columns}) VALUES {}", rows.join(", "))).await;
        }
    }

    /// Apart from those of the laws, which count from 1.
    fn bytes(&self, n: u32, length: usize) -> String {
        let hex = format!("{:0>width$}", format!("ff{n:08x}"), width = 2 * length);
        if matches!(self, Self::Postgres(_)) { format!("'\\x{hex}'") } else { format!("x'{hex}'") }
    }

    fn uuid(&self, n: u32) -> String {
        if matches!(self, Self::Postgres(_)) {
            return format!("'ffffffff-0000-4000-8000-{n:012x}'");
        }
        self.bytes(n, 16)
    }

    async fn analyse(&mut self) {
        match self {
            Self::Sqlite(_) => self.run("ANALYZE").await,
            // What was inserted is in the search index only after that.
            Self::Postgres(_) => self.run("VACUUM ANALYZE").await,
            Self::MySql(_) => {
                self.run(
                    "ANALYZE TABLE users, username_suffixes, profiles, devices, aliases, sessions, revocations, audit,
                     statistics, active_people, hourly_statistics, administrators, administrator_sessions,
                     administrator_codes, bulk_jobs, bulk_job_users",
                )
                .await;
            }
        }
    }
}
