//! Users, sessions and administrators in a relational database: sea-query statements, written once, run over sqlx, and on
//! SQLite over rusqlite.
//!
//! `database` names the engine and runs statements on it; `dialect` holds what differs between the engines. Repositories
//! write each statement once and ask the `Dialect` for those few that no statement says to all engines. A row is private to
//! its repository, a column is named in `iden` only.

mod access_bans;
mod administrators;
mod audit;
mod bulk_jobs;
mod condition;
mod database;
mod dialect;
mod events;
mod iden;
mod installation;
mod revocations;
mod sessions;
mod statistics;
mod users;
mod visitor_sign_in;

pub use access_bans::SqlAccessBans;
pub use administrators::SqlAdministrators;
pub use audit::SqlAudit;
pub use bulk_jobs::SqlBulkJobs;
pub use database::{Cause, Database, DatabaseError, Durability, ServerOptions, SqliteOptions};
pub use events::SqlEvents;
pub use installation::SqlInstallation;
pub use revocations::SqlRevocations;
pub use sessions::SqlSessions;
pub use statistics::SqlStatistics;
pub use users::SqlUsers;
pub use visitor_sign_in::SqlVisitorSignIn;
