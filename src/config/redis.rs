use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use usher_domain::Period;

use super::{DisplayFromStr, Secret};

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
    pub timeout: DisplayFromStr<Period>,
    /// Whether a server beyond this machine may do without a password.
    pub accept_no_password: bool,
}

/// What stands between the scheme and the path: `user:password@host:port`.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

fn has_password(url: &str) -> bool {
    let user = authority(url).rsplit_once('@').map(|(user, _)| user);
    user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
}

/// Whether it is this machine. A name of a private network is not: others are on it.
fn is_loopback(url: &str) -> bool {
    let host = authority(url).rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
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
        let exposed = |url: &String| !has_password(url) && !is_loopback(url);
        if self.is_used() && !self.accept_no_password && self.urls().iter().any(exposed) {
            return Err(
                "redis.url names a server beyond this machine without a password: any client that reaches it can be \
                        any user. Give it one (redis://user:password@host), or set redis.accept_no_password"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// What is worth knowing about it.
    pub(super) fn note(&self) -> Option<String> {
        let open = self.is_used() && !self.urls().iter().all(|url| has_password(url));
        open.then(|| {
            "redis.url has no password: any client that reaches the server can be any user".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_where_it_stands() {
        for (url, found) in [
            ("redis://host", false),
            ("redis://host:6379/0", false),
            ("redis://user@host", false),
            ("redis://user:@host", false),
            ("redis://host/a:b@c", false),
            ("redis://:password@host", true),
            ("rediss://user:pass@word@host:6379/0?protocol=resp3", true),
        ] {
            assert_eq!(has_password(url), found, "{url}");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for url in
            ["redis://localhost", "redis://LOCALHOST:1/0", "redis://127.0.0.2:6379", "redis://u:p@[::1]:1"]
        {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "redis://redis",
            "redis://localhost.example",
            "redis://10.0.0.1",
            "redis://[2001:db8::1]:1",
            "redis://127.0.0.1@host",
            "redis:///",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
