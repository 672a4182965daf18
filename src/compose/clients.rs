//! What clients do, and what goes on beside it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use usher_application::{
    CredentialCheck, DeviceAuthentication, EndSession, Limits, PasswordLogIn, ProfileView, Readiness,
    Revoker, SessionAuthentication, SessionIssuer, StatisticsKeeping, StoresApart, UserRegistration,
    UserSearch, VisitorLogIn, VisitorRegistration, VisitorUpgrade,
};
use usher_http::UseCases;

use super::Adapters;
use crate::config::Config;

pub(super) fn limits(adapters: &Adapters, config: &Config) -> Arc<Limits> {
    Arc::new(Limits {
        limiter: Arc::clone(&adapters.limiter),
        of_this_node: Arc::clone(&adapters.node_limiter),
        clock: Arc::clone(&adapters.clock),
        policy: config.limits.policy(),
        unwritten: AtomicU64::new(0),
    })
}

/// The clients' use cases.
pub fn use_cases(adapters: &Adapters, config: &Config) -> UseCases {
    let Adapters { users, sessions, hasher, tokens, clock, ids, .. } = adapters.clone();
    let policy = config.sessions.policy();
    let limits = limits(adapters, config);
    let issuer = Arc::new(SessionIssuer {
        sessions: Arc::clone(&sessions),
        tokens: Arc::clone(&tokens),
        ids: Arc::clone(&ids),
        clock: Arc::clone(&clock),
        policy,
        tally: Arc::clone(&adapters.tally),
    });
    let credentials = Arc::new(CredentialCheck {
        users: users.clone(),
        passwords: users.clone(),
        visits: users.clone(),
        hasher: Arc::clone(&hasher),
        limits: Arc::clone(&limits),
        clock: Arc::clone(&clock),
    });
    let registration = Arc::new(UserRegistration {
        users: users.clone(),
        registry: users.clone(),
        hasher,
        issuer: Arc::clone(&issuer),
        limits: Arc::clone(&limits),
        ids: Arc::clone(&ids),
        clock: Arc::clone(&clock),
        reserved: Arc::new(config.usernames.reserved()),
    });
    UseCases {
        authenticate_device: Arc::new(DeviceAuthentication {
            signatures: Arc::clone(&adapters.signatures),
            replays: Arc::clone(&adapters.replays),
            limits: Arc::clone(&limits),
            clock: Arc::clone(&clock),
            window: config.signing.window.duration(),
        }),
        authenticate_session: Arc::new(SessionAuthentication {
            tokens,
            sessions: Arc::clone(&sessions),
            users: users.clone(),
            clock: Arc::clone(&clock),
            policy,
            tally: Arc::clone(&adapters.tally),
        }),
        register_visitor: Arc::new(VisitorRegistration {
            users: users.clone(),
            sign_in: adapters.visitor_sign_in.clone().unwrap_or_else(|| {
                Arc::new(StoresApart {
                    registry: users.clone(),
                    visits: users.clone(),
                    sessions: Arc::clone(&sessions),
                })
            }),
            issuer: Arc::clone(&issuer),
            limits: Arc::clone(&limits),
            ids,
            tally: Arc::clone(&adapters.tally),
        }),
        upgrade_visitor: Arc::new(VisitorUpgrade {
            users: users.clone(),
            registry: users.clone(),
            revoker: revoker(adapters),
            registration: Arc::clone(&registration),
            issuer: Arc::clone(&issuer),
            limits: Arc::clone(&limits),
            clock: Arc::clone(&clock),
            tally: Arc::clone(&adapters.tally),
        }),
        log_in_visitor: Arc::new(VisitorLogIn {
            users: users.clone(),
            visits: users.clone(),
            sessions: Arc::clone(&sessions),
            credentials: Arc::clone(&credentials),
            issuer: Arc::clone(&issuer),
            clock,
        }),
        register_user: registration,
        log_in: Arc::new(PasswordLogIn { credentials, issuer, limits: Arc::clone(&limits) }),
        log_out: Arc::new(EndSession { sessions }),
        search_users: Arc::new(UserSearch { names: users.clone(), limits }),
        view_profile: Arc::new(ProfileView { users }),
        keep_statistics: statistics_keeping(adapters),
        check_readiness: Arc::new(Readiness::new(adapters.probes.clone(), Arc::clone(&adapters.clock))),
    }
}

/// Ends sessions, at once and until it is done.
pub fn revoker(adapters: &Adapters) -> Arc<Revoker> {
    Arc::new(Revoker {
        sessions: Arc::clone(&adapters.sessions),
        sink: adapters.revocation_sink.clone(),
        outbox: Arc::clone(&adapters.outbox),
        ids: Arc::clone(&adapters.ids),
        clock: Arc::clone(&adapters.clock),
    })
}

/// Counts what happens, and shows it.
pub fn statistics_keeping(adapters: &Adapters) -> Arc<StatisticsKeeping> {
    Arc::new(StatisticsKeeping {
        tally: Arc::clone(&adapters.tally),
        statistics: Arc::clone(&adapters.statistics),
        clock: Arc::clone(&adapters.clock),
    })
}
