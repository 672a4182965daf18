//! What clients do.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use usher_application::{
    CredentialCheck, DeviceAuthentication, EndSession, Limits, PasswordLogIn, ProfileView, Readiness,
    SessionAuthentication, SessionIssuer, StoresApart, UserRegistration, UserSearch, VisitorLogIn,
    VisitorRegistration, VisitorUpgrade,
};
use usher_http::UseCases;
use usher_ports::inbound::{AuthenticateDevice, AuthenticateSession};

use super::Adapters;
use super::maintenance::{revoker, statistics_keeping};
use crate::config::Config;

/// What the routes of clients call.
pub fn use_cases(adapters: &Adapters, config: &Config) -> UseCases {
    let Adapters { users, sessions, probes, clock, .. } = adapters.clone();
    let (credentials, issuer) = (credentials(adapters, config), issuer(adapters, config));
    let limits = limits(adapters, config);
    UseCases {
        authenticate_device: device_authentication(adapters, config),
        authenticate_session: session_authentication(adapters, config),
        register_visitor: visitor_registration(adapters, config),
        upgrade_visitor: visitor_upgrade(adapters, config),
        log_in_visitor: visitor_log_in(adapters, config),
        register_user: user_registration(adapters, config),
        log_in: Arc::new(PasswordLogIn { credentials, issuer, limits: Arc::clone(&limits) }),
        log_out: Arc::new(EndSession { sessions }),
        search_users: Arc::new(UserSearch { names: users.clone(), limits }),
        view_profile: Arc::new(ProfileView { users }),
        keep_statistics: statistics_keeping(adapters),
        report_jobs: Arc::clone(&adapters.job_log) as _,
        check_readiness: Arc::new(Readiness::new(probes, clock)),
    }
}

pub(super) fn limits(adapters: &Adapters, config: &Config) -> Arc<Limits> {
    let Adapters { limiter, node_limiter: of_this_node, clock, .. } = adapters.clone();
    let policy = config.limits.policy();
    Arc::new(Limits { limiter, of_this_node, clock, policy, unwritten: AtomicU64::new(0) })
}

fn issuer(adapters: &Adapters, config: &Config) -> Arc<SessionIssuer> {
    let Adapters { sessions, tokens, ids, clock, tally, .. } = adapters.clone();
    Arc::new(SessionIssuer { sessions, tokens, ids, clock, policy: config.sessions.policy(), tally })
}

fn credentials(adapters: &Adapters, config: &Config) -> Arc<CredentialCheck> {
    let Adapters { users, hasher, clock, .. } = adapters.clone();
    let (passwords, visits, limits) = (users.clone(), users.clone(), limits(adapters, config));
    Arc::new(CredentialCheck { users, passwords, visits, hasher, limits, clock })
}

fn device_authentication(adapters: &Adapters, config: &Config) -> Arc<dyn AuthenticateDevice> {
    let Adapters { signatures, replays, clock, .. } = adapters.clone();
    let (limits, window) = (limits(adapters, config), config.signing.window.duration());
    Arc::new(DeviceAuthentication { signatures, replays, limits, clock, window })
}

fn session_authentication(adapters: &Adapters, config: &Config) -> Arc<dyn AuthenticateSession> {
    let Adapters { tokens, sessions, users, clock, tally, .. } = adapters.clone();
    let policy = config.sessions.policy();
    Arc::new(SessionAuthentication { tokens, sessions, users, clock, policy, tally })
}

fn visitor_registration(adapters: &Adapters, config: &Config) -> Arc<VisitorRegistration> {
    let (issuer, limits) = (issuer(adapters, config), limits(adapters, config));
    let Adapters { users, sessions, visitor_sign_in, ids, tally, .. } = adapters.clone();
    let apart = || Arc::new(StoresApart { registry: users.clone(), visits: users.clone(), sessions }) as _;
    let sign_in = visitor_sign_in.unwrap_or_else(apart);
    Arc::new(VisitorRegistration { users, sign_in, issuer, limits, ids, tally })
}

fn user_registration(adapters: &Adapters, config: &Config) -> Arc<UserRegistration> {
    let (issuer, limits) = (issuer(adapters, config), limits(adapters, config));
    let Adapters { users, hasher, ids, clock, .. } = adapters.clone();
    let reserved = Arc::new(config.usernames.reserved());
    let registry = users.clone();
    Arc::new(UserRegistration { users, registry, hasher, issuer, limits, ids, clock, reserved })
}

fn visitor_upgrade(adapters: &Adapters, config: &Config) -> Arc<VisitorUpgrade> {
    let (issuer, limits) = (issuer(adapters, config), limits(adapters, config));
    let (revoker, registration) = (revoker(adapters), user_registration(adapters, config));
    let Adapters { users, clock, tally, .. } = adapters.clone();
    let registry = users.clone();
    Arc::new(VisitorUpgrade { users, registry, revoker, registration, issuer, limits, clock, tally })
}

fn visitor_log_in(adapters: &Adapters, config: &Config) -> Arc<VisitorLogIn> {
    let (credentials, issuer) = (credentials(adapters, config), issuer(adapters, config));
    let Adapters { users, sessions, clock, .. } = adapters.clone();
    let visits = users.clone();
    Arc::new(VisitorLogIn { users, visits, sessions, credentials, issuer, clock })
}
