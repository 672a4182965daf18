//! The laws of a session store that answers from memory until the server says otherwise.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use usher_domain::{Epoch, Role, Session, SessionSecret, Timestamp, UserId};
use usher_ports::outbound::{SessionStore as _, Started};
use usher_redis::{Redis, RedisOptions, RedisSessions};

use crate::support::engines::{REDIS, RedisServer, VALKEY};
use crate::support::{FaultProxy, State};

/// Two nodes on one server; what the first one asks the server for goes through the proxy.
struct Nodes {
    first: RedisSessions,
    second: RedisSessions,
    proxy: FaultProxy,
}

impl Nodes {
    async fn on(server: &RedisServer) -> Self {
        let redis = |options| Redis::new(options).expect("a server");
        let options = RedisOptions { timeout: Duration::from_secs(1), ..server.options().await };
        let proxy = FaultProxy::to(server.address()).await;
        let over_proxy = RedisOptions { urls: vec![format!("redis://{}", proxy.address)], ..options.clone() };
        let first = RedisSessions::open(redis(&over_proxy), &over_proxy).await.expect("a connection");
        let second = RedisSessions::open(redis(&options), &options).await.expect("a connection");
        Self { first, second, proxy }
    }

    /// A session that the first node knows.
    async fn session(&self) -> Session {
        let at = Timestamp::from_millis(4_102_444_800_000);
        let session = Session {
            id: SessionSecret::new([7; 32]).id(),
            user: UserId(1),
            role: Role::User,
            epoch: Epoch(0),
            started_at: at,
            seen_at: at,
            expires_at: at,
            origin: None,
        };
        let started = self.second.start(&session, NonZeroU32::MIN).await.expect("a start");
        assert_eq!(started, Started::Live);
        assert_eq!(self.look(&session).await, Ok(true));
        session
    }

    /// Whether the first node finds it.
    async fn look(&self, session: &Session) -> Result<bool, String> {
        let found = self.first.find(session.user, session.id).await;
        found.map(|found| found.is_some()).map_err(|error| error.to_string())
    }

    /// Looks until it comes to this; tells how long that took.
    async fn until(&self, session: &Session, hoped: impl Fn(&Result<bool, String>) -> bool) -> Duration {
        let begun = Instant::now();
        while !hoped(&self.look(session).await) {
            assert!(begun.elapsed() < Duration::from_secs(10), "it never came");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        begun.elapsed()
    }
}

async fn a_known_session_costs_no_round_trip(server: &RedisServer) {
    let nodes = Nodes::on(server).await;
    let session = nodes.session().await;
    let asked = nodes.proxy.gets();
    for _ in 0..1_000 {
        assert_eq!(nodes.look(&session).await, Ok(true));
    }
    assert_eq!(nodes.proxy.gets(), asked);
}

async fn what_another_node_ends_is_gone(server: &RedisServer) {
    let nodes = Nodes::on(server).await;
    for round in 1..20 {
        let mut session = nodes.session().await;
        session.epoch = Epoch(round);
        nodes.second.end(session.user, session.id).await.expect("an end");
        nodes.until(&session, |found| *found == Ok(false)).await;
    }
    let session = nodes.session().await;
    nodes.second.end_before(session.user, Epoch(1)).await.expect("an end");
    nodes.until(&session, |found| *found == Ok(false)).await;
}

async fn what_this_node_ends_is_gone_at_once(server: &RedisServer) {
    let nodes = Nodes::on(server).await;
    for _ in 0..20 {
        let session = nodes.session().await;
        nodes.first.end(session.user, session.id).await.expect("an end");
        assert_eq!(nodes.look(&session).await, Ok(false));
    }
}

async fn nothing_is_answered_while_the_connection_is_broken(server: &RedisServer) {
    let nodes = Nodes::on(server).await;
    let session = nodes.session().await;
    nodes.proxy.set(State::Cut);
    nodes.until(&session, Result::is_err).await;
    nodes.second.end(session.user, session.id).await.expect("an end");
    for _ in 0..100 {
        assert!(nodes.look(&session).await.is_err());
    }
    nodes.proxy.set(State::Whole);
    nodes.until(&session, |found| *found == Ok(false)).await;
}

/// The bound that README names.
async fn a_silent_server_is_believed_for_two_seconds(server: &RedisServer) {
    let nodes = Nodes::on(server).await;
    let session = nodes.session().await;
    nodes.proxy.set(State::Silent);
    let believed = nodes.until(&session, Result::is_err).await;
    assert!(believed < Duration::from_secs(3), "{believed:?}");
    nodes.second.end(session.user, session.id).await.expect("an end");
    nodes.proxy.set(State::Whole);
    nodes.until(&session, |found| *found == Ok(false)).await;
}

macro_rules! laws {
    ($($engine:ident on $server:ident),+: $laws:tt) => {
        $(mod $engine {
            laws!(@each $server $laws);
        })+
    };
    (@each $server:ident [$($law:ident),+ $(,)?]) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $law() {
            super::$law(&super::$server).await;
        })+
    };
}

laws!(redis on REDIS, valkey on VALKEY: [
    a_known_session_costs_no_round_trip,
    what_another_node_ends_is_gone,
    what_this_node_ends_is_gone_at_once,
    nothing_is_answered_while_the_connection_is_broken,
    a_silent_server_is_believed_for_two_seconds,
]);
