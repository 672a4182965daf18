//! Outbound ports kept in the process: the limits and the replay guard of a single node, and for tests all the rest.
//!
//! These are whole adapters, held to the same laws as the others. What they know is gone when the process ends.

mod access_bans;
mod administrators;
mod audit;
mod expiring;
mod fixed_clock;
mod installation;
mod limiter;
mod replay_guard;
mod sessions;
mod statistics;
mod users;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use access_bans::MemoryAccessBans;
pub use administrators::MemoryAdministrators;
pub use audit::MemoryAudit;
pub use fixed_clock::FixedClock;
pub use installation::MemoryInstallation;
pub use limiter::MemoryLimiter;
pub use replay_guard::MemoryReplayGuard;
pub use sessions::MemorySessions;
pub use statistics::MemoryStatistics;
pub use users::MemoryUsers;

/// The content, even after a panic while it was locked: one failed call must not fail all that follow.
fn lock<T>(content: &Mutex<T>) -> MutexGuard<'_, T> {
    content.lock().unwrap_or_else(PoisonError::into_inner)
}
