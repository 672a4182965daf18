//! Which errors are no matter of the call that meets them.

use usher_ports::outbound::Fault;

use crate::server::RedisError;

const FULL: Fault = Fault::lasting(
    "its memory is full (OOM)",
    "Raise maxmemory or add a server; do not let it evict: an evicted session logs its user out.",
);
const REPLICA: Fault = Fault::lasting(
    "it is a read-only replica (READONLY)",
    "Name the primary in redis.url, or promote this one; Usher then goes on by itself.",
);
const DISK: Fault = Fault::lasting(
    "it cannot write its snapshot or log (MISCONF)",
    "Free its disk or look into its log; Usher then goes on by itself.",
);
const RIGHTS: Fault = Fault::lasting(
    "it refuses this user (NOPERM, NOAUTH, WRONGPASS)",
    "Give the user of redis.url the rights that docs/operations.md names.",
);
const UNREADY: Fault = Fault::passing(
    "it is not ready or not whole",
    "Wait for it to load, or mend the cluster or its replicas.",
);
const SLOW: Fault = Fault::vague(
    "it does not answer in time",
    "Check its load and the network; Usher tries again by itself.",
);

/// What is wrong with Redis, if that is why the command failed.
pub(crate) fn of(error: &RedisError) -> Option<Fault> {
    match error {
        RedisError::Away => Some(Fault::AWAY),
        RedisError::Pool(deadpool_redis::PoolError::Backend(error)) | RedisError::Command(error) => {
            of_command(error)
        }
        RedisError::Slow | RedisError::Pool(_) => Some(SLOW),
        RedisError::NoUrl | RedisError::Setup(_) | RedisError::Corrupt => None,
    }
}

fn of_command(error: &deadpool_redis::redis::RedisError) -> Option<Fault> {
    match error.code() {
        Some("OOM") => Some(FULL),
        Some("READONLY") => Some(REPLICA),
        Some("MISCONF") => Some(DISK),
        Some("NOPERM" | "NOAUTH" | "WRONGPASS") => Some(RIGHTS),
        Some("LOADING" | "CLUSTERDOWN" | "MASTERDOWN" | "NOREPLICAS" | "TRYAGAIN") => Some(UNREADY),
        Some(_) => None,
        None if error.is_timeout() => Some(SLOW),
        None => Some(Fault::AWAY),
    }
}
