//! What the hexagon needs. "Must" states a law, and each law is a test in `contract`.

mod administrator_repository;
mod audit_log;
mod avatar_store;
mod calendar;
mod clock;
mod factor_cipher;
mod id_source;
mod installation_store;
mod known_browsers;
mod one_time_passwords;
mod outage;
mod password_hasher;
mod probe;
mod rate_limiter;
mod replay_guard;
mod revocation_outbox;
mod revocation_sink;
mod session_store;
mod signature_verifier;
mod statistics;
mod store_error;
mod token_issuer;
mod user_import;
mod user_repository;

pub use administrator_repository::{
    AddAdministrator, AdministratorRepository, FactorChange, NewAdministrator, NewSecondFactor,
    RemoveAdministrator, SecondFactor,
};
pub use audit_log::{AuditFilter, AuditLog};
pub use avatar_store::{AvatarStore, StoreAvatar};
pub use calendar::Calendar;
pub use clock::Clock;
pub use factor_cipher::{FactorCipher, OpenedSecret, Unreadable};
pub use id_source::IdSource;
pub use installation_store::InstallationStore;
pub use known_browsers::KnownBrowsers;
pub use one_time_passwords::OneTimePasswords;
pub use outage::{Fault, Outage, Severity};
pub use password_hasher::{HasherBusy, Lane, PasswordHasher, Verdict};
pub use probe::Probe;
pub use rate_limiter::{Acquired, LimitKey, NetworkUse, RateLimiter};
pub use replay_guard::{ReplayGuard, Use};
pub use revocation_outbox::{Pending, Revocation, RevocationOutbox};
pub use revocation_sink::{RevocationSink, SyncToken};
pub use session_store::{SessionStore, Started};
pub use signature_verifier::SignatureVerifier;
pub use statistics::Statistics;
pub use store_error::StoreError;
pub use token_issuer::{Claims, Token, TokenIssuer, TokenRejected};
pub use user_import::{Imported, ImportedUser, UserImport};
pub use user_repository::{
    AddUser, AddVisitor, Amended, FoundUser, NewUser, NewVisitor, Origin, SeenDevice, Upgrade, Upgraded,
    UserFilter, UserOrder, UserPlace, UserRepository,
};
