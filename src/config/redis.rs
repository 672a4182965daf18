use serde::{Deserialize, Serialize};
use usher_domain::Period;

use super::{Secret, Spelled};

/// Where sessions, limits and used signatures are shared by many nodes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RedisSection {
    /// `redis://` or `rediss://`; of a cluster several, separated by commas; empty for none.
    pub url: Secret,
    /// Whether the servers are a cluster.
    pub cluster: bool,
    /// What every key begins with.
    pub prefix: String,
    /// Connections at most.
    pub connections: usize,
    /// How long a call waits for Redis.
    pub timeout: Spelled<Period>,
}

impl RedisSection {
    /// Whether there is one.
    pub fn is_used(&self) -> bool {
        !self.url.is_empty()
    }

    /// The servers.
    pub fn urls(&self) -> Vec<String> {
        self.url.expose().split(',').map(|url| url.trim().to_owned()).collect()
    }

    pub(super) fn validate(&self) -> Result<(), String> {
        let readable = |url: &String| url.starts_with("redis://") || url.starts_with("rediss://");
        if self.is_used() && !self.urls().iter().all(readable) {
            return Err("redis.url begins with redis:// or rediss://".to_owned());
        }
        if self.urls().len() > 1 && !self.cluster {
            return Err("redis.url names several servers, but redis.cluster is not set".to_owned());
        }
        Ok(())
    }
}
