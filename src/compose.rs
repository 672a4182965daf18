//! The only place that names concrete adapters: it reads as the list of what this installation is made of.

mod adapters;
mod administration;
mod clients;
mod maintenance;
mod parts;

use std::sync::Arc;

use jiff::tz::TimeZone;
use salvo::Service;
use usher_application::{Counters, SecondFactors};
use usher_crypto::{
    FactorKeys, HmacBrowsers, HmacTokens, InvalidCost, NoFactorKeys, Rfc6238, SaltedSignatures,
};
use usher_domain::SetUpCode;
use usher_files::FilesError;
use usher_http::{AdminPorts, HttpOptions, Lifecycle};
use usher_memory::{MemoryLimiter, MemoryReplayGuard};
use usher_ports::outbound::StoreError;
use usher_redis::{Redis, RedisError, RedisLimiter, RedisOptions, RedisReplayGuard, RedisSessions};
use usher_sql::{
    Database, DatabaseError, Durability, ServerOptions, SqlAccessBans, SqlAdministrators, SqlAudit,
    SqlBulkJobs, SqlEvents, SqlInstallation, SqlRevocations, SqlSessions, SqlStatistics, SqlUsers,
    SqlVisitorSignIn, SqliteOptions,
};

use crate::config::{Config, DatabaseKind, DurabilityName, Secret};
use crate::data_dir::{DataDirError, alone, make_private};
use crate::secrets::{Secrets, SecretsError};
use crate::system::{SystemClock, SystemIds, ZonedCalendar};
pub use adapters::Adapters;
pub(crate) use administration::demo;
pub use administration::{admin_ports, set_password};
pub use clients::{access_gate, use_cases};
pub use maintenance::{
    maintain_accounts, manage_avatars, purge_events, purge_sessions, revoker, run_bulk_jobs,
    statistics_service,
};
use parts::{avatars, hasher};

/// Why the parts cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// No secrets.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// No data directory.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// No database.
    #[error("the database: {0}")]
    Database(#[from] DatabaseError),
    /// No Redis.
    #[error("redis: {0}")]
    Redis(#[from] RedisError),
    /// Nowhere to keep pictures.
    #[error("pictures: {0}")]
    Files(#[from] FilesError),
    /// No keys for second factors.
    #[error("second factors: {0}")]
    Factors(#[from] NoFactorKeys),
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No password hasher.
    #[error("passwords: {0}")]
    Passwords(#[from] InvalidCost),
}

/// Opens the database of an installation and brings it up to date.
///
/// # Errors
/// When it cannot be opened or migrated.
pub async fn database(config: &Config) -> Result<Database, ComposeError> {
    let section = &config.database;
    let server = || ServerOptions {
        url: section.url.expose().to_owned(),
        connections: section.connections,
        statements: section.statements,
        timeout: section.timeout.duration(),
    };
    // Held until the schema is up to date. Servers have locks of their own for that.
    let mut _alone = None;
    let database = match section.kind() {
        Some(DatabaseKind::Postgres) => Database::postgres(&server()).await?,
        Some(DatabaseKind::MySql) => Database::mysql(&server()).await?,
        Some(DatabaseKind::Sqlite) | None => {
            make_private(&config.data_dir)?;
            _alone = Some(alone(&config.data_dir).await?);
            Database::sqlite(&sqlite(config)).await?
        }
    };
    database.migrate().await?;
    Ok(database)
}

fn sqlite(config: &Config) -> SqliteOptions {
    SqliteOptions {
        path: config.data_dir.join("usher.db"),
        durability: match config.database.durability {
            DurabilityName::Full => Durability::Full,
            DurabilityName::Relaxed => Durability::Relaxed,
        },
        connections: config.database.connections,
        timeout: config.database.timeout.duration(),
    }
}

/// The adapters of an installation: for one node all that must last in the database, and in memory what may start anew
/// with the process; for many nodes users in the database, and in Redis what they share beside it.
///
/// # Errors
/// When Redis cannot be reached or a configured cost is not possible.
pub async fn adapters(
    config: &Config,
    secrets: &Secrets,
    database: &Database,
) -> Result<Adapters, ComposeError> {
    let mut adapters = one_node(config, secrets, database)?;
    if config.redis.is_used() {
        let options = RedisOptions {
            urls: config.redis.urls(),
            cluster: config.redis.cluster,
            prefix: config.redis.prefix.clone(),
            connections: config.redis.connections,
            timeout: config.redis.timeout.duration(),
        };
        let redis = Redis::new(&options)?;
        let sessions = Arc::new(RedisSessions::open(redis.clone(), &options).await?);
        adapters.revocation_sink = Some(sessions.clone());
        adapters.sessions = sessions;
        adapters.visitor_sign_in = None;
        adapters.limiter = Arc::new(RedisLimiter::new(redis.clone()));
        adapters.replays = Arc::new(RedisReplayGuard::new(redis.clone()));
        adapters.probes.push(Arc::new(redis));
    }
    Ok(adapters)
}

/// Encrypts what an older release or an older key left behind in the database.
///
/// # Errors
/// When the database fails.
pub async fn protect_second_factors(adapters: &Adapters) -> Result<(), ComposeError> {
    match second_factors(adapters).protect_all().await? {
        0 => {}
        unreadable => tracing::error!(
            unreadable,
            "second factors are under a key that is not configured: see admin.previous_encryption_key, or `usher admin \
             reset NAME`"
        ),
    }
    Ok(())
}

fn second_factors(adapters: &Adapters) -> Arc<SecondFactors> {
    Arc::new(SecondFactors {
        administrators: adapters.administrators.clone(),
        second_factors: adapters.administrators.clone(),
        cipher: Arc::clone(&adapters.factor_cipher),
        codes: Arc::clone(&adapters.codes),
    })
}

fn factor_keys(secrets: &Secrets) -> Result<FactorKeys, NoFactorKeys> {
    let older = secrets.older_factor_keys.iter().map(|key| key.expose().as_bytes());
    FactorKeys::new(secrets.factor_key.expose().as_bytes(), older)
}

/// The adapters of a single node, and what many nodes keep in the database.
///
/// # Errors
/// When a configured cost is not possible, or there is nowhere to keep pictures.
pub fn one_node(config: &Config, secrets: &Secrets, database: &Database) -> Result<Adapters, ComposeError> {
    let limiter = Arc::new(MemoryLimiter::default());
    let token_key = secrets.token_key.expose().as_bytes();
    let previous_key = secrets.previous_token_key.as_ref().map(|key| key.expose().as_bytes());
    let users = Arc::new(SqlUsers::new(database.clone()));
    Ok(Adapters {
        users: users.clone(),
        user_notes: users.clone(),
        user_import: users,
        sessions: Arc::new(SqlSessions::new(database.clone())),
        visitor_sign_in: Some(Arc::new(SqlVisitorSignIn::new(database.clone()))),
        administrators: Arc::new(SqlAdministrators::new(database.clone())),
        access_bans: Arc::new(SqlAccessBans::new(database.clone())),
        ban_copy: Arc::default(),
        audit: Arc::new(SqlAudit::new(database.clone())),
        bulk_jobs: Arc::new(SqlBulkJobs::new(database.clone())),
        events: Arc::new(SqlEvents::new(database.clone())),
        statistics: Arc::new(SqlStatistics::new(database.clone())),
        counters: Arc::new(Counters::new(Arc::new(ZonedCalendar(TimeZone::system())))),
        job_log: Arc::default(),
        avatars: Arc::new(avatars(config)?),
        installations: Arc::new(SqlInstallation::new(database.clone())),
        outbox: Arc::new(SqlRevocations::new(database.clone())),
        revocation_sink: None,
        limiter: limiter.clone(),
        node_limiter: limiter,
        replays: Arc::new(MemoryReplayGuard::default()),
        hasher: Arc::new(hasher(&config.passwords)?),
        codes: Arc::new(Rfc6238),
        factor_cipher: Arc::new(factor_keys(secrets)?),
        tokens: Arc::new(HmacTokens::new(token_key, previous_key)),
        browsers: Arc::new(HmacBrowsers::new(token_key, previous_key)),
        signatures: Arc::new(signatures(secrets)),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        probes: vec![Arc::new(database.clone())],
    })
}

/// What client signatures are checked with.
pub fn signatures(secrets: &Secrets) -> SaltedSignatures {
    SaltedSignatures::new(secrets.salts.iter().map(Secret::expose).map(str::to_owned))
}

/// The HTTP service.
pub fn http(adapters: &Adapters, config: &Config, code: SetUpCode, lifecycle: &Lifecycle) -> Service {
    let options = HttpOptions {
        trusted_proxies: config.http.trusted_proxies.clone(),
        forwarded_header: config.http.forwarded_header.into(),
        allowed_origins: config.http.allowed_origins.clone(),
        time_zone: TimeZone::system(),
        keep_deleted: config.admin.keep_deleted.duration(),
        timeout: config.http.timeout.duration(),
    };
    let use_cases = use_cases(adapters, config);
    // The front page and the probes share one check, which asks the stores at most once a second.
    let check_readiness = Arc::clone(&use_cases.check_readiness);
    let admin = AdminPorts { check_readiness, ..admin_ports(adapters, config, code) };
    usher_http::service(use_cases, &admin, Arc::clone(&adapters.ids), &options, lifecycle)
}
