//! What clients do.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use usher_application::{
    AccessGate, AuthenticateDeviceService, AuthenticateSessionService, CheckReadinessService,
    CredentialCheck, Limits, LogInService, LogInVisitorService, LogOutService, RegisterUserService,
    RegisterVisitorService, SearchUsersService, SessionIssuer, StoresApart, UpgradeVisitorService,
    ViewProfileService,
};
use usher_http::UseCases;
use usher_ports::inbound::{AuthenticateDevice, AuthenticateSession, CheckReadiness};

use super::Adapters;
use super::maintenance::{revoker, statistics_service};
use crate::config::Config;

/// What the routes of clients call.
pub fn use_cases(adapters: &Adapters, config: &Config) -> UseCases {
    let Adapters { users, sessions, .. } = adapters.clone();
    let (credentials, issuer) = (credentials(adapters, config), issuer(adapters, config));
    let (limits, gate) = (limits(adapters, config), access_gate(adapters));
    UseCases {
        authenticate_device: authenticate_device(adapters, config),
        authenticate_session: authenticate_session(adapters, config),
        register_visitor: register_visitor(adapters, config),
        upgrade_visitor: upgrade_visitor(adapters, config),
        log_in_visitor: log_in_visitor(adapters, config),
        register_user: register_user(adapters, config),
        log_in: Arc::new(LogInService { credentials, issuer, limits: Arc::clone(&limits), gate }),
        log_out: Arc::new(LogOutService { sessions }),
        search_users: Arc::new(SearchUsersService { names: users.clone(), limits }),
        view_profile: Arc::new(ViewProfileService { users }),
        record_statistics: statistics_service(adapters),
        report_jobs: Arc::clone(&adapters.job_log) as _,
        check_readiness: check_readiness(adapters),
    }
}

pub(super) fn check_readiness(adapters: &Adapters) -> Arc<dyn CheckReadiness> {
    let Adapters { probes, clock, .. } = adapters.clone();
    Arc::new(CheckReadinessService::new(probes, clock))
}

pub(super) fn limits(adapters: &Adapters, config: &Config) -> Arc<Limits> {
    let Adapters { limiter, node_limiter: of_this_node, clock, .. } = adapters.clone();
    let policy = config.limits.policy();
    Arc::new(Limits { limiter, of_this_node, clock, policy, unwritten: AtomicU64::new(0) })
}

/// What refuses banned devices and addresses.
pub fn access_gate(adapters: &Adapters) -> Arc<AccessGate> {
    let Adapters { access_bans: bans, clock, ban_copy: copy, .. } = adapters.clone();
    Arc::new(AccessGate { bans, clock, copy })
}

fn issuer(adapters: &Adapters, config: &Config) -> Arc<SessionIssuer> {
    let Adapters { sessions, tokens, ids, clock, counters, .. } = adapters.clone();
    Arc::new(SessionIssuer { sessions, tokens, ids, clock, policy: config.sessions.policy(), counters })
}

fn credentials(adapters: &Adapters, config: &Config) -> Arc<CredentialCheck> {
    let Adapters { users, hasher, clock, .. } = adapters.clone();
    let (passwords, visits, limits) = (users.clone(), users.clone(), limits(adapters, config));
    Arc::new(CredentialCheck { users, passwords, visits, hasher, limits, clock })
}

fn authenticate_device(adapters: &Adapters, config: &Config) -> Arc<dyn AuthenticateDevice> {
    let Adapters { signatures, replays, clock, .. } = adapters.clone();
    let (limits, window) = (limits(adapters, config), config.signing.window.duration());
    Arc::new(AuthenticateDeviceService { signatures, replays, limits, clock, window })
}

fn authenticate_session(adapters: &Adapters, config: &Config) -> Arc<dyn AuthenticateSession> {
    let Adapters { tokens, sessions, users, clock, counters, .. } = adapters.clone();
    let policy = config.sessions.policy();
    Arc::new(AuthenticateSessionService { tokens, sessions, users, clock, policy, counters })
}

fn register_visitor(adapters: &Adapters, config: &Config) -> Arc<RegisterVisitorService> {
    let (issuer, limits, gate) = (issuer(adapters, config), limits(adapters, config), access_gate(adapters));
    let Adapters { users, sessions, visitor_sign_in, ids, counters, .. } = adapters.clone();
    let apart = || Arc::new(StoresApart { registry: users.clone(), visits: users.clone(), sessions }) as _;
    let sign_in = visitor_sign_in.unwrap_or_else(apart);
    Arc::new(RegisterVisitorService { users, sign_in, issuer, limits, gate, ids, counters })
}

fn register_user(adapters: &Adapters, config: &Config) -> Arc<RegisterUserService> {
    let (issuer, limits, gate) = (issuer(adapters, config), limits(adapters, config), access_gate(adapters));
    let Adapters { users, hasher, ids, clock, .. } = adapters.clone();
    let reserved = Arc::new(config.usernames.reserved());
    let registry = users.clone();
    Arc::new(RegisterUserService { users, registry, hasher, issuer, limits, gate, ids, clock, reserved })
}

fn upgrade_visitor(adapters: &Adapters, config: &Config) -> Arc<UpgradeVisitorService> {
    let (issuer, limits, gate) = (issuer(adapters, config), limits(adapters, config), access_gate(adapters));
    let (revoker, registration) = (revoker(adapters), register_user(adapters, config));
    let Adapters { users, clock, counters, .. } = adapters.clone();
    let registry = users.clone();
    Arc::new(UpgradeVisitorService {
        users,
        registry,
        revoker,
        registration,
        issuer,
        limits,
        gate,
        clock,
        counters,
    })
}

fn log_in_visitor(adapters: &Adapters, config: &Config) -> Arc<LogInVisitorService> {
    let (credentials, issuer) = (credentials(adapters, config), issuer(adapters, config));
    let gate = access_gate(adapters);
    let Adapters { users, sessions, clock, .. } = adapters.clone();
    let visits = users.clone();
    Arc::new(LogInVisitorService { users, visits, sessions, credentials, issuer, gate, clock })
}
