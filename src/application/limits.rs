use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use usher_domain::{
    AdministratorName, ClientAddress, DeviceId, Limit, Network, Quota, Timestamp, UserId, UsernameKey,
};
use usher_ports::inbound::{AdminRefusal, Refusal};
use usher_ports::outbound::{Acquired, Clock, LimitKey, NetworkUse, RateLimiter, StoreError};

/// The quotas of an installation. Which call takes from which, and why, is in docs/limits.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitPolicy {
    /// Creations, upgrades and logins of one device.
    pub per_device: Limit,
    /// Coming back with one device.
    pub per_device_resume: Limit,
    /// Registrations, upgrades and logins from one address.
    pub enter: NetworkLimits,
    /// Calls of devices that may be known.
    pub resume: NetworkLimits,
    /// Attempts to log in to one account.
    pub per_username: Limit,
    /// Those of them from one network.
    pub per_username_network: Limit,
    /// Attempts to log in as one administrator.
    pub per_administrator: Limit,
    /// Those of them from one network.
    pub per_administrator_network: Limit,
    /// One user's searches.
    pub per_user_search: Limit,
    /// New visitors and accounts of the whole installation.
    pub per_installation: Limit,
    /// Entries of the audit log about strangers from one network.
    pub per_network_audit: Limit,
    /// Entries of the audit log about all strangers.
    pub per_installation_audit: Limit,
}

/// The quotas of networks within each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkLimits {
    /// An IPv4 address or an IPv6 /64.
    pub per_address: Limit,
    /// An IPv4 /24 or an IPv6 /56.
    pub per_network: Limit,
    /// An IPv6 /48.
    pub per_site: Limit,
}

/// Takes from the quotas, or refuses.
pub struct Limits {
    /// Remembers what was used, for all nodes.
    pub limiter: Arc<dyn RateLimiter>,
    /// Remembers it for this node, without a round trip.
    pub of_this_node: Arc<dyn RateLimiter>,
    pub clock: Arc<dyn Clock>,
    pub policy: LimitPolicy,
    /// How many failed logins were not written into the audit log since the last one that was.
    pub unwritten: AtomicU64,
}

/// Quotas that are acquired together.
#[derive(Default)]
pub(crate) struct QuotaSet(Vec<(LimitKey, Quota)>);

impl QuotaSet {
    fn and(mut self, limit: Limit, key: impl FnOnce() -> LimitKey) -> Self {
        if let Limit::On(quota) = limit {
            self.0.push((key(), quota));
        }
        self
    }

    fn network(self, of: NetworkUse, limits: NetworkLimits, from: ClientAddress) -> Self {
        let key = |network| move || LimitKey::Network(of, network);
        let quotas = self
            .and(limits.per_address, key(from.network()))
            .and(limits.per_network, key(from.wider_network()));
        match from.site() {
            Some(site) => quotas.and(limits.per_site, key(site)),
            None => quotas,
        }
    }
}

/// A network or device from which the account's owner logged in before.
#[derive(Clone, Debug)]
pub(crate) enum KnownOrigin {
    /// On this network, last time.
    Network(Network),
    /// On this device.
    Device(DeviceId),
}

impl Limits {
    /// What stands before the signature of a device that may be known.
    pub(crate) async fn resume(&self, from: ClientAddress) -> Result<(), Exceeded> {
        self.acquire(QuotaSet::default().network(NetworkUse::Resume, self.policy.resume, from)).await
    }

    /// What stands before everything else that a stranger asks for.
    pub(crate) async fn enter(&self, from: ClientAddress) -> Result<(), Exceeded> {
        self.acquire(self.entering(from)).await
    }

    /// A device that comes back.
    pub(crate) async fn known_device(&self, device: &DeviceId) -> Result<(), Exceeded> {
        let key = || LimitKey::Resume(device.clone());
        self.acquire(QuotaSet::default().and(self.policy.per_device_resume, key)).await
    }

    /// A visitor that is to be made.
    pub(crate) async fn new_visitor(&self, device: &DeviceId, from: ClientAddress) -> Result<(), Exceeded> {
        self.acquire(self.creating(self.of_device(self.entering(from), device))).await
    }

    /// An account that a device makes or gets, where the network was charged before.
    pub(crate) async fn upgrade(&self, device: &DeviceId) -> Result<(), Exceeded> {
        self.acquire(self.creating(self.of_device(QuotaSet::default(), device))).await
    }

    /// An account that a stranger makes.
    pub(crate) async fn new_user(&self, from: ClientAddress) -> Result<(), Exceeded> {
        self.acquire(self.creating(self.entering(from))).await
    }

    /// An attempt to log in to an account. A known client has a quota of its own, so that no other client can keep
    /// them out; when it is used up they are strangers.
    pub(crate) async fn username(
        &self,
        username: &UsernameKey,
        from: ClientAddress,
        device: Option<&DeviceId>,
        known: Option<&KnownOrigin>,
    ) -> Result<(), Exceeded> {
        let of_device = |quotas| device.into_iter().fold(quotas, |quotas, it| self.of_device(quotas, it));
        let name = || username.clone();
        let own = known.map(|known| match known {
            KnownOrigin::Network(network) => LimitKey::UsernameKnown(name(), *network),
            KnownOrigin::Device(device) => LimitKey::UsernameDevice(name(), device.clone()),
        });
        if let (Some(key), Limit::On(_)) = (own, self.policy.per_username_network) {
            let quotas = of_device(QuotaSet::default()).and(self.policy.per_username_network, || key);
            if self.try_acquire(&self.limiter, &quotas).await? == Acquired::Granted {
                return Ok(());
            }
        }
        let quotas = of_device(QuotaSet::default())
            .and(self.policy.per_username, || LimitKey::Username(name()))
            .and(self.policy.per_username_network, || LimitKey::UsernameFrom(name(), from.widest_network()));
        self.acquire(quotas).await
    }

    /// An attempt to log in as an administrator; of a browser in which they logged in before, if it shows that.
    pub(crate) async fn administrator(
        &self,
        name: &AdministratorName,
        from: ClientAddress,
        browser: Option<Timestamp>,
    ) -> Result<(), Exceeded> {
        let per_network = self.policy.per_administrator_network;
        if let (Some(at), Limit::On(_)) = (browser, per_network) {
            let key = || LimitKey::AdministratorBrowser(name.clone(), at);
            let quotas = QuotaSet::default().and(per_network, key);
            if self.try_acquire(&self.limiter, &quotas).await? == Acquired::Granted {
                return Ok(());
            }
        }
        let quotas = QuotaSet::default()
            .network(NetworkUse::Administrate, self.policy.enter, from)
            .and(self.policy.per_administrator, || LimitKey::Administrator(name.clone()))
            .and(per_network, || LimitKey::AdministratorFrom(name.clone(), from.widest_network()));
        self.acquire(quotas).await
    }

    /// An attempt to become the first administrator.
    pub(crate) async fn set_up(&self, from: ClientAddress) -> Result<(), Exceeded> {
        self.acquire(QuotaSet::default().network(NetworkUse::Administrate, self.policy.enter, from)).await
    }

    /// An attempt at the password of the administrator who is signed in.
    pub(crate) async fn signed_in(&self, name: &AdministratorName) -> Result<(), Exceeded> {
        let key = || LimitKey::AdministratorSession(name.clone());
        self.acquire(QuotaSet::default().and(self.policy.per_administrator_network, key)).await
    }

    /// A search. Counted by each node for itself: a round trip would cost more than the search.
    pub(crate) async fn search(&self, user: UserId) -> Result<(), Exceeded> {
        let quotas = QuotaSet::default().and(self.policy.per_user_search, || LimitKey::Search(user));
        granted(self.try_acquire(&self.of_this_node, &quotas).await?)
    }

    /// Whether a stranger's failed login is written into the audit log: how many were not since the last one that was;
    /// `None` where this is another one.
    pub(crate) async fn audit(&self, from: ClientAddress) -> Result<Option<u64>, StoreError> {
        let key = || LimitKey::Network(NetworkUse::Audit, from.widest_network());
        let quotas = QuotaSet::default()
            .and(self.policy.per_network_audit, key)
            .and(self.policy.per_installation_audit, || LimitKey::Audit);
        Ok(match self.try_acquire(&self.limiter, &quotas).await? {
            Acquired::Granted => Some(self.unwritten.swap(0, Ordering::Relaxed)),
            Acquired::Refused { .. } => {
                self.unwritten.fetch_add(1, Ordering::Relaxed);
                None
            }
        })
    }

    fn entering(&self, from: ClientAddress) -> QuotaSet {
        QuotaSet::default().network(NetworkUse::Enter, self.policy.enter, from)
    }

    fn creating(&self, quotas: QuotaSet) -> QuotaSet {
        quotas.and(self.policy.per_installation, || LimitKey::Installation)
    }

    fn of_device(&self, quotas: QuotaSet, device: &DeviceId) -> QuotaSet {
        quotas.and(self.policy.per_device, || LimitKey::Device(device.clone()))
    }

    async fn acquire(&self, quotas: QuotaSet) -> Result<(), Exceeded> {
        granted(self.try_acquire(&self.limiter, &quotas).await?)
    }

    /// Without a quota nothing is asked.
    async fn try_acquire(
        &self,
        limiter: &Arc<dyn RateLimiter>,
        quotas: &QuotaSet,
    ) -> Result<Acquired, StoreError> {
        if quotas.0.is_empty() {
            return Ok(Acquired::Granted);
        }
        limiter.acquire(&quotas.0, self.clock.now()).await
    }
}

const fn granted(acquired: Acquired) -> Result<(), Exceeded> {
    match acquired {
        Acquired::Granted => Ok(()),
        Acquired::Refused { retry_after } => Err(Exceeded::Limit { retry_after }),
    }
}

/// Why a call is not taken on.
#[derive(Debug)]
pub(crate) enum Exceeded {
    /// The limit is reached.
    Limit {
        /// When the next call is granted.
        retry_after: Duration,
    },
    /// Unknown.
    Store(StoreError),
}

impl From<StoreError> for Exceeded {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Exceeded> for Refusal {
    fn from(exceeded: Exceeded) -> Self {
        match exceeded {
            Exceeded::Limit { retry_after } => Self::RateLimited { retry_after },
            Exceeded::Store(error) => Self::Store(error),
        }
    }
}

impl From<Exceeded> for AdminRefusal {
    fn from(exceeded: Exceeded) -> Self {
        match exceeded {
            Exceeded::Limit { retry_after } => Self::RateLimited { retry_after },
            Exceeded::Store(error) => Self::Store(error),
        }
    }
}
