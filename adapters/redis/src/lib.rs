//! Sessions, limits and used signatures in Redis or Valkey, on one server or a cluster, shared by many nodes.
//!
//! Each step that must be one is one script or one command. The keys of one user carry the same hash tag, so a cluster
//! keeps them together. Nothing is ever looked for by pattern.

mod fault;
mod limiter;
mod link;
mod record;
mod replay_guard;
mod server;
mod sessions;

pub use limiter::RedisLimiter;
pub use replay_guard::RedisReplayGuard;
pub use server::{Redis, RedisError, RedisOptions};
pub use sessions::RedisSessions;
