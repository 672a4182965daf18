use std::sync::Arc;

use usher_application::{BanCopy, Counters, ReportJobsService};
use usher_ports::outbound::{
    AccessBans, AdministratorRepository, AuditLog, AvatarStore, BulkJobs, Clock, EventLog, FactorCipher,
    IdSource, InstallationStore, KnownBrowsers, OneTimePasswords, PasswordHasher, Probe, RateLimiter,
    ReplayGuard, RevocationOutbox, RevocationSink, SessionStore, SignatureVerifier, Statistics, TokenIssuer,
    UserImport, UserNotes, UserRepository, VisitorSignIn,
};

/// What the hexagon needs, chosen.
#[derive(Clone)]
pub struct Adapters {
    /// Users.
    pub users: Arc<dyn UserRepository>,
    /// What administrators noted about them.
    pub user_notes: Arc<dyn UserNotes>,
    /// Many users at once.
    pub user_import: Arc<dyn UserImport>,
    /// Sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Both at once, where one database keeps them.
    pub visitor_sign_in: Option<Arc<dyn VisitorSignIn>>,
    /// Administrators, and their sessions.
    pub administrators: Arc<dyn AdministratorRepository>,
    /// Bans of devices, addresses and networks.
    pub access_bans: Arc<dyn AccessBans>,
    /// What this node knows of them.
    pub ban_copy: Arc<BanCopy>,
    /// What administrators did.
    pub audit: Arc<dyn AuditLog>,
    /// Changes of many users.
    pub bulk_jobs: Arc<dyn BulkJobs>,
    /// What happened to accounts.
    pub events: Arc<dyn EventLog>,
    /// Numbers by the day.
    pub statistics: Arc<dyn Statistics>,
    /// What happens, until it is one of them.
    pub counters: Arc<Counters>,
    /// The last runs of background jobs.
    pub job_log: Arc<ReportJobsService>,
    /// Pictures.
    pub avatars: Arc<dyn AvatarStore>,
    /// Which installation this is.
    pub installations: Arc<dyn InstallationStore>,
    /// Sessions that have to be ended.
    pub outbox: Arc<dyn RevocationOutbox>,
    /// The sessions as a store that has to be told so, where it is kept apart from the users.
    pub revocation_sink: Option<Arc<dyn RevocationSink>>,
    /// What was used of which quota.
    pub limiter: Arc<dyn RateLimiter>,
    /// The same, of this node alone.
    pub node_limiter: Arc<dyn RateLimiter>,
    /// Signatures that were used.
    pub replays: Arc<dyn ReplayGuard>,
    /// Passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Codes of authenticator apps.
    pub codes: Arc<dyn OneTimePasswords>,
    /// What second factors are encrypted with.
    pub factor_cipher: Arc<dyn FactorCipher>,
    /// Session tokens.
    pub tokens: Arc<dyn TokenIssuer>,
    /// Browsers of administrators.
    pub browsers: Arc<dyn KnownBrowsers>,
    /// Client signatures.
    pub signatures: Arc<dyn SignatureVerifier>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub ids: Arc<dyn IdSource>,
    /// What has to answer for this node to be ready.
    pub probes: Vec<Arc<dyn Probe>>,
}
