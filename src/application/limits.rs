use std::sync::Arc;

use usher_domain::{AdministratorName, ClientAddress, DeviceId, Limit, Spent, UsernameKey};
use usher_ports::inbound::{AdminRefusal, Refusal};
use usher_ports::outbound::{Clock, LimitKey, RateLimiter};

/// The budgets of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitPolicy {
    /// Creations, upgrades and logins of one device.
    pub per_device: Limit,
    /// Coming back with one device.
    pub per_device_resume: Limit,
    /// Everything that costs something, from one network.
    pub per_address: Limit,
    /// Attempts to log in to one account.
    pub per_username: Limit,
    /// Attempts to log in as one administrator.
    pub per_administrator: Limit,
}

/// Spends from the budgets, or refuses.
pub struct Limits {
    /// Remembers what was spent.
    pub limiter: Arc<dyn RateLimiter>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The budgets.
    pub policy: LimitPolicy,
}

impl Limits {
    pub(crate) async fn device(&self, device: &DeviceId) -> Result<(), Refusal> {
        self.spend(self.policy.per_device, || LimitKey::Device(device.clone())).await
    }

    pub(crate) async fn resume(&self, device: &DeviceId) -> Result<(), Refusal> {
        self.spend(self.policy.per_device_resume, || LimitKey::Resume(device.clone())).await
    }

    pub(crate) async fn address(&self, from: ClientAddress) -> Result<(), Refusal> {
        self.spend(self.policy.per_address, || LimitKey::Address(from.network())).await
    }

    pub(crate) async fn username(&self, username: &UsernameKey) -> Result<(), Refusal> {
        self.spend(self.policy.per_username, || LimitKey::Username(username.clone())).await
    }

    pub(crate) async fn administrator(&self, name: &AdministratorName) -> Result<(), Refusal> {
        self.spend(self.policy.per_administrator, || LimitKey::Administrator(name.clone())).await
    }

    async fn spend(&self, limit: Limit, key: impl FnOnce() -> LimitKey + Send) -> Result<(), Refusal> {
        let Limit::On(budget) = limit else { return Ok(()) };
        match self.limiter.spend(&key(), &budget, self.clock.now()).await? {
            Spent::Granted { .. } => Ok(()),
            Spent::Refused { retry_after } => Err(Refusal::RateLimited { retry_after }),
        }
    }
}

/// What a budget says, to an administrator.
pub(crate) fn refused(refusal: Refusal) -> AdminRefusal {
    match refusal {
        Refusal::RateLimited { retry_after } => AdminRefusal::RateLimited { retry_after },
        Refusal::Store(error) => AdminRefusal::Store(error),
        _ => AdminRefusal::Busy,
    }
}
