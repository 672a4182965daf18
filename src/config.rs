//! The configuration: built-in default < file < `USHER_` environment < flags. One section a file.

mod admin;
mod avatars;
mod database;
mod display_from_str;
mod http;
mod limits;
mod log;
mod passwords;
mod redis;
mod secret;
mod sessions;
mod signing;
mod tokens;
mod usernames;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format as _, Toml};
use serde::{Deserialize, Serialize};

pub use admin::{AdminSection, FactorRequirementName};
pub use avatars::AvatarsSection;
pub use database::{DatabaseKind, DatabaseSection, DurabilityName};
pub use display_from_str::DisplayFromStr;
pub use http::{Auto, Count, ForwardedHeaderName, HttpSection, Pause};
pub use limits::LimitsSection;
pub use log::{LogFormat, LogSection};
pub use passwords::PasswordsSection;
pub use redis::RedisSection;
pub use secret::Secret;
pub use sessions::SessionsSection;
pub use signing::SigningSection;
pub use tokens::TokensSection;
pub use usernames::UsernamesSection;

/// The defaults, with what each of them means.
const DEFAULTS: &str = include_str!("../config/default.toml");

/// Read when it is there and no other file is named.
const USUAL_FILE: &str = "config/usher.toml";

/// Everything that can be configured. Unknown keys are refused, so that a misspelt one is not silently a default.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Holds the database and the secrets made at the first start.
    pub data_dir: PathBuf,
    /// How requests are taken.
    pub http: HttpSection,
    /// Where users and sessions are kept.
    pub database: DatabaseSection,
    /// What nodes share beside it.
    pub redis: RedisSection,
    /// What clients sign with.
    pub signing: SigningSection,
    /// Quotas.
    pub limits: LimitsSection,
    /// How long sessions last.
    pub sessions: SessionsSection,
    /// What users can be called.
    pub usernames: UsernamesSection,
    /// The administration.
    pub admin: AdminSection,
    /// Where pictures are kept.
    pub avatars: AvatarsSection,
    /// What a password hash costs.
    pub passwords: PasswordsSection,
    /// What session tokens are signed with.
    pub tokens: TokensSection,
    /// What is logged.
    pub log: LogSection,
}

/// What the command line says about the configuration.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// A file to read.
    pub file: Option<PathBuf>,
    /// Instead of `data_dir`.
    pub data_dir: Option<PathBuf>,
    /// Instead of `http.listen`.
    pub listen: Option<SocketAddr>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value is missing, unknown or of the wrong kind; the message names it and where it came from.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] Box<figment::Error>),
    /// The named file is not there.
    #[error("there is no configuration file {0}")]
    NoFile(PathBuf),
    /// The values are readable but must not be used together.
    #[error("the configuration cannot be used: {0}")]
    Unusable(String),
}

impl Config {
    /// Reads and validates the configuration.
    ///
    /// # Errors
    /// When it cannot be read or used.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = &flags.file {
            if !file.is_file() {
                return Err(ConfigError::NoFile(file.clone()));
            }
            figment = figment.merge(Toml::file_exact(file));
        } else if Path::new(USUAL_FILE).is_file() {
            figment = figment.merge(Toml::file_exact(USUAL_FILE));
        }
        figment = environment(figment);
        if let Some(dir) = &flags.data_dir {
            figment = figment.merge(("data_dir", dir));
        }
        if let Some(listen) = &flags.listen {
            figment = figment.merge(("http.listen", listen));
        }
        let config: Self = figment.extract().map_err(Box::new)?;
        config.validate()?;
        Ok(config)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let checks = [
            self.http.validate(),
            self.database.validate(),
            self.redis.validate(),
            self.validate_nodes(),
            self.signing.validate(self.http.listen),
            self.sessions.validate(),
            self.admin.validate(),
            self.avatars.validate(),
            self.passwords.validate(),
            self.tokens.validate(),
        ];
        checks.into_iter().collect::<Result<(), String>>().map_err(ConfigError::Unusable)
    }
}

impl Config {
    /// Nodes that share sessions must share what the sessions rest on.
    fn validate_nodes(&self) -> Result<(), String> {
        if !self.redis.is_used() {
            return Ok(());
        }
        if self.database.kind() == Some(DatabaseKind::Sqlite) {
            return Err(
                "redis.url is for many nodes, and they cannot share SQLite: set database.url".to_owned()
            );
        }
        if self.tokens.key.is_empty() || self.signing.salts.is_empty() {
            let missing =
                "set tokens.key and signing.salts: each node would make its own and refuse the others'";
            return Err(format!("redis.url is for many nodes: {missing}"));
        }
        Ok(())
    }
}

impl Config {
    /// A warning: the configuration works, but the operator should know this.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let others = !self.tokens.key.is_empty() && !self.signing.salts.is_empty();
        if self.admin.encryption_key.is_empty() && others {
            notes.push(format!(
                "admin.encryption_key is not set: unless {} holds one, second factors are encrypted under a key derived \
                 from tokens.key",
                self.data_dir.join("secrets.toml").display()
            ));
        }
        notes.extend(self.redis.note());
        notes
    }
}

/// Secrets and lists are taken literally: figment would read a key of digits as a number.
fn environment(figment: Figment) -> Figment {
    let mut figment = figment.merge(
        Env::prefixed("USHER_")
            .filter(|key| !key.starts_with("test_") && !LITERAL.iter().any(|(_, name, _)| key == *name))
            .split("__"),
    );
    for (variable, name, is_list) in LITERAL {
        let Ok(value) = std::env::var(variable) else { continue };
        let key = name.replace("__", ".");
        figment = if is_list {
            figment.merge((key, display_from_str::list(&value)))
        } else {
            figment.merge((key, value))
        };
    }
    figment
}

/// Variable, key as figment's environment provider sees it, whether it is a list.
const LITERAL: [(&str, &str, bool); 10] = [
    ("USHER_SIGNING__SALTS", "signing__salts", true),
    ("USHER_HTTP__TRUSTED_PROXIES", "http__trusted_proxies", true),
    ("USHER_HTTP__ALLOWED_ORIGINS", "http__allowed_origins", true),
    ("USHER_USERNAMES__RESERVED", "usernames__reserved", true),
    ("USHER_DATABASE__URL", "database__url", false),
    ("USHER_REDIS__URL", "redis__url", false),
    ("USHER_ADMIN__ENCRYPTION_KEY", "admin__encryption_key", false),
    ("USHER_ADMIN__PREVIOUS_ENCRYPTION_KEY", "admin__previous_encryption_key", false),
    ("USHER_TOKENS__KEY", "tokens__key", false),
    ("USHER_TOKENS__PREVIOUS_KEY", "tokens__previous_key", false),
];

#[cfg(test)]
#[expect(clippy::result_large_err, reason = "figment's Jail asks for its own large error")]
mod tests;
