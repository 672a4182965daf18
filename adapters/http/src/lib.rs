//! The way in over HTTP.
//!
//! `server` takes connections and bounds them; `admin` is the administration in the browser; `egg` speaks the protocol
//! of the backend that Usher replaces; `health` answers the operator's probes. Each API has its own routes, catcher
//! and CORS; `middleware` is what happens to every request. A handler owns the ports it calls and nothing else.

mod admin;
mod api;
mod egg;
mod health;
mod lifecycle;
mod middleware;
mod server;

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use jiff::tz::TimeZone;
use salvo::catch_panic::CatchPanic;
use salvo::catcher::Catcher;
use salvo::timeout::Timeout;
use salvo::{Router, Service};
use usher_ports::IdSource;
use usher_ports::inbound::{
    AuthenticateDevice, AuthenticateSession, CheckReadiness, LogIn, LogInVisitor, LogOut, RecordStatistics,
    RegisterUser, RegisterVisitor, ReportJobs, SearchUsers, UpgradeVisitor, ViewProfile,
};

pub use admin::{Access, AdminPorts, AdminRoute, routes as admin_routes};
pub use lifecycle::{Lifecycle, Phase};
pub use middleware::ForwardedHeader;
use middleware::{AccessLog, CanonicalPath, ClientAddresses, Protection};
pub use server::{Deadlines, Server, ServerOptions};

/// Everything the routes call.
#[derive(Clone)]
pub struct UseCases {
    /// Authenticates devices.
    pub authenticate_device: Arc<dyn AuthenticateDevice>,
    /// Authenticates sessions.
    pub authenticate_session: Arc<dyn AuthenticateSession>,
    /// Creates or resumes a visitor.
    pub register_visitor: Arc<dyn RegisterVisitor>,
    /// Makes a visitor a user.
    pub upgrade_visitor: Arc<dyn UpgradeVisitor>,
    /// Logs a visitor in.
    pub log_in_visitor: Arc<dyn LogInVisitor>,
    /// Registers a user.
    pub register_user: Arc<dyn RegisterUser>,
    /// Logs a user in.
    pub log_in: Arc<dyn LogIn>,
    /// Ends a session.
    pub log_out: Arc<dyn LogOut>,
    /// Finds users.
    pub search_users: Arc<dyn SearchUsers>,
    /// Shows a profile.
    pub view_profile: Arc<dyn ViewProfile>,
    /// Counts what is refused.
    pub record_statistics: Arc<dyn RecordStatistics>,
    /// Tells what ran in the background.
    pub report_jobs: Arc<dyn ReportJobs>,
    /// Tells whether this node can serve.
    pub check_readiness: Arc<dyn CheckReadiness>,
}

/// How requests are taken.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Trusted proxies: only their headers about a request's origin are used.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say it.
    pub forwarded_header: ForwardedHeader,
    /// Origins whose pages may call the API; `*` for all, and none by default.
    pub allowed_origins: Vec<String>,
    /// The zone of `create_time` in the old protocol.
    pub time_zone: TimeZone,
    /// How long the administration can restore a deleted user.
    pub keep_deleted: Duration,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// The whole service: the APIs and the middleware around them. Requests to no API are answered as the old backend did.
pub fn service(
    use_cases: UseCases,
    admin: &AdminPorts,
    ids: Arc<dyn IdSource>,
    options: &HttpOptions,
    lifecycle: &Lifecycle,
) -> Service {
    let addresses = Arc::new(ClientAddresses::new(options.trusted_proxies.clone(), options.forwarded_header));
    let statistics = Arc::clone(&use_cases.record_statistics);
    let health = health::router(&use_cases, lifecycle);
    let egg = egg::api(use_cases, &admin.avatars, &addresses, options);
    let admin = admin::api(admin, &addresses, &ids, options);
    let mut service = Service::new(Router::new().push(health).push(admin.router).push(egg.router))
        .catcher(Catcher::new(egg.catcher).hoop_when(admin.catcher, admin.owns))
        .hoop(AccessLog::new(ids, Arc::clone(&addresses), statistics))
        .hoop(Protection::new(addresses))
        .hoop(CanonicalPath)
        .hoop(CatchPanic::new());
    for (cors, owns) in [(admin.cors, admin.owns), (egg.cors, egg.owns)] {
        if let Some(cors) = cors {
            service = service.hoop_when(cors, owns);
        }
    }
    service.hoop(Timeout::new(options.timeout))
}
