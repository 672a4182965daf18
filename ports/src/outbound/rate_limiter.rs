use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{AdministratorName, DeviceId, Network, Quota, Timestamp, UserId, UsernameKey};

use super::StoreError;

/// The subject that a quota is counted for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LimitKey {
    /// What one network does, by what it costs.
    Network(NetworkUse, Network),
    /// A device's creations, upgrades and logins.
    Device(DeviceId),
    /// A device's coming back.
    Resume(DeviceId),
    /// Attempts to log in to one account.
    Username(UsernameKey),
    /// Those of them from one network.
    UsernameFrom(UsernameKey, Network),
    /// Attempts to log in to one account from the network where its owner was last.
    UsernameKnown(UsernameKey, Network),
    /// Attempts to log in to one account with a device that is linked to it.
    UsernameDevice(UsernameKey, DeviceId),
    /// Attempts to log in as one administrator.
    Administrator(AdministratorName),
    /// Those of them from one network.
    AdministratorFrom(AdministratorName, Network),
    /// Attempts to log in as one administrator with a browser in which they logged in at that time.
    AdministratorBrowser(AdministratorName, Timestamp),
    /// Attempts at the password of one administrator by a session of theirs.
    AdministratorSession(AdministratorName),
    /// One user's searches.
    Search(UserId),
    /// New visitors and accounts of the whole installation.
    Installation,
    /// Entries of the audit log about strangers.
    Audit,
}

/// What a network's quota is for. Each has a quota of its own, so that none is used up by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetworkUse {
    /// Registrations, upgrades and logins.
    Enter,
    /// Calls of devices that may be known.
    Resume,
    /// Logins of administrators.
    Administrate,
    /// Entries of the audit log.
    Audit,
}

/// What acquiring came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// Every quota had a call left, and one was taken from each.
    Granted,
    /// One of the quotas was used up, and nothing changed.
    Refused {
        /// When the same call will be granted, if no other is granted before.
        retry_after: Duration,
    },
}

/// Counts calls against quotas.
///
/// - A quota of `n` must grant `n` calls at once and refuse the next, also when they come at the same instant.
/// - Of several quotas, all or none must be charged: a call that one of them refuses must change nothing about the
///   others. After `retry_after` it must be granted.
/// - Quotas of different keys must not touch each other.
/// - Where there is no room for another key, a call must be refused: to forget a key would give back what it used.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Takes one call from each of these quotas.
    ///
    /// # Errors
    /// When the store fails; the caller must then refuse the request.
    async fn acquire(&self, quotas: &[(LimitKey, Quota)], now: Timestamp) -> Result<Acquired, StoreError>;
}
