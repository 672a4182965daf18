//! Redis has no memory left: nothing new is kept, and sessions end all the same.

use std::num::NonZeroU32;
use std::time::Duration;

use usher_domain::{Epoch, Role, Session, SessionSecret, Timestamp, UserId};
use usher_ports::outbound::{Revocation, RevocationSink as _, SessionStore as _, Started, SyncToken};
use usher_redis::{Redis, RedisOptions, RedisSessions};
use uuid::Uuid;

use crate::support::engines::REDIS;

fn session(user: i64) -> Session {
    let at = Timestamp::from_millis(4_102_444_800_000);
    let user_id = UserId(user);
    let mut secret = [0; 32];
    secret[..8].copy_from_slice(&user.to_be_bytes());
    Session {
        id: SessionSecret::new(secret).id(),
        user: user_id,
        role: Role::User,
        epoch: Epoch(0),
        started_at: at,
        seen_at: at,
        expires_at: at,
        origin: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_end_where_redis_is_full() {
    let (_server, url) = REDIS.alone().await;
    let options = RedisOptions {
        urls: vec![url.clone()],
        cluster: false,
        prefix: "usher:".to_owned(),
        connections: 2,
        timeout: Duration::from_secs(5),
    };
    let redis = Redis::new(&options).expect("a server");
    let store = RedisSessions::open(redis, &options).await.expect("a connection");
    for user in [1, 2] {
        assert_eq!(store.start(&session(user), NonZeroU32::MIN).await.expect("a start"), Started::Live);
    }
    let client = deadpool_redis::redis::Client::open(url.as_str()).expect("a URL");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let mut full = deadpool_redis::redis::cmd("CONFIG");
    let () = full.arg("SET").arg("maxmemory").arg("1").query_async(&mut connection).await.expect("a setting");
    assert!(store.start(&session(3), NonZeroU32::MIN).await.is_err());
    store.end_before(UserId(1), Epoch(1)).await.expect("an end");
    let told = Revocation { user: UserId(2), epoch: Epoch(1) };
    let token = SyncToken(Uuid::from_u128(7));
    assert!(store.deliver(&[told], None, token).await.expect("a delivery"));
    for user in [1, 2] {
        assert_eq!(store.find(UserId(user), session(user).id).await.expect("an answer"), None);
    }
}
