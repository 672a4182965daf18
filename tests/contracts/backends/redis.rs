//! Backends on Redis and Valkey.

use std::sync::Arc;

use usher_domain::UserId;
use usher_ports::contract::probes::Probes;
use usher_ports::contract::revoking::Revoking;
use usher_ports::contract::sessions::Sessions;
use usher_ports::outbound::{RateLimiter, ReplayGuard, SessionStore};
use usher_redis::{Redis, RedisLimiter, RedisOptions, RedisReplayGuard, RedisSessions};

use crate::support::engines::RedisServer;

pub(in crate::contracts) async fn sessions_in(server: &RedisServer) -> (Sessions, ()) {
    let options = server.options().await;
    let redis = Redis::new(&options).expect("a server");
    let store: Arc<dyn SessionStore> =
        Arc::new(RedisSessions::open(redis, &options).await.expect("a connection"));
    (Sessions { store, alice: UserId(1), bob: UserId(2) }, ())
}

pub(in crate::contracts) async fn revoking_in(server: &RedisServer) -> (Revoking, ()) {
    let options = server.options().await;
    let redis = Redis::new(&options).expect("a server");
    let store = Arc::new(RedisSessions::open(redis, &options).await.expect("a connection"));
    (Revoking { store: store.clone(), sink: store }, ())
}

pub(in crate::contracts) async fn limits_in(server: &RedisServer) -> (Arc<dyn RateLimiter>, ()) {
    let redis = Redis::new(&server.options().await).expect("a server");
    (Arc::new(RedisLimiter::new(redis)), ())
}

pub(in crate::contracts) async fn replay_in(server: &RedisServer) -> (Arc<dyn ReplayGuard>, ()) {
    let redis = Redis::new(&server.options().await).expect("a server");
    (Arc::new(RedisReplayGuard::new(redis)), ())
}

pub(in crate::contracts) async fn probes_in(server: &RedisServer) -> (Probes, ()) {
    let options = server.options().await;
    let nowhere = RedisOptions { urls: vec!["redis://127.0.0.1:1".to_owned()], ..options.clone() };
    let read_only = RedisOptions { urls: vec![server.read_only().await], ..options.clone() };
    let probe = |options| Arc::new(Redis::new(options).expect("a URL"));
    (Probes { there: probe(&options), gone: probe(&nowhere), unwritable: probe(&read_only) }, ())
}
