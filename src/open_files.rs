//! How many files the system lets this process have open, which bounds the connections.

use crate::config::{Config, DatabaseKind};

/// More connections than this are taken only if they are asked for: each takes some 15 kB (an estimate).
const MOST: usize = 4_096;

/// What a process has open beside connections: its standard streams, the log, what tokio and a bucket's client hold.
const OTHERS: usize = 64;

/// SQLite opens the database and the log beside it for each connection.
const FILES_OF_SQLITE: usize = 3;

/// Connections that there is room for beside everything else that this configuration opens.
pub(crate) fn connections(config: &Config) -> usize {
    let files = raise().unwrap_or(MOST);
    let database = usize::try_from(config.database.connections).unwrap_or(MOST) + 1;
    let sqlite = config.database.kind() == Some(DatabaseKind::Sqlite);
    let database = if sqlite { database * FILES_OF_SQLITE } else { database };
    let redis = if config.redis.is_used() { config.redis.connections + 1 } else { 0 };
    room(files, OTHERS + database + redis)
}

/// What is left for connections, and at least half of all.
fn room(files: usize, others: usize) -> usize {
    files.saturating_sub(others).max(files / 2).clamp(1, MOST)
}

/// Raises the limit as far as the system allows, and gives it; none where there is no limit.
#[cfg(unix)]
fn raise() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: maximum, maximum };
    let limit =
        if current != maximum && setrlimit(Resource::Nofile, raised).is_ok() { maximum } else { current };
    limit.and_then(|limit| usize::try_from(limit).ok())
}

#[cfg(not(unix))]
fn raise() -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::room;

    #[test]
    fn everything_else_keeps_its_files() {
        assert_eq!(room(1_024, 91), 933);
        assert_eq!(room(100, 91), 50);
        assert_eq!(room(1_048_576, 91), 4_096);
        assert_eq!(room(0, 91), 1);
    }
}
