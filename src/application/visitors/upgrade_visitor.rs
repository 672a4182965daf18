use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{AuthenticatedDevice, PasswordHash, Role, SessionOrigin, Upgrade, User};
use usher_ports::inbound::{Refusal, Registration, SignedIn, UpgradeVisitor};
use usher_ports::outbound::{AddUser, Clock, Upgraded, UserLookup, UserRegistry};

use crate::{AccessGate, Counters, Limits, RegisterUserService, SessionIssuer, SettleRevocationsService};

/// Makes visitors users.
pub struct UpgradeVisitorService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Upgrades them.
    pub registry: Arc<dyn UserRegistry>,
    /// Ends the visitor's sessions.
    pub revoker: Arc<SettleRevocationsService>,
    /// Registers those who were no visitors.
    pub registration: Arc<RegisterUserService>,
    /// Opens the sessions.
    pub issuer: Arc<SessionIssuer>,
    pub limits: Arc<Limits>,
    /// Refuses the banned.
    pub gate: Arc<AccessGate>,
    pub clock: Arc<dyn Clock>,
    /// Counts who comes.
    pub counters: Arc<Counters>,
}

#[async_trait]
impl UpgradeVisitor for UpgradeVisitorService {
    async fn upgrade(&self, device: AuthenticatedDevice, command: Registration) -> Result<SignedIn, Refusal> {
        self.gate.admit(Some(device.id()), command.from)?;
        self.limits.upgrade(device.id()).await?;
        let owner = self.owner(&device).await?;
        let known = owner.as_ref().and_then(|owner| owner.device.as_ref());
        let platform = known.and_then(|device| device.attributes.platform.clone());
        let hash = self.registration.hash_for_free_name(&command).await?;
        let mut settled = self.settle(&device, &command, &hash, owner).await?;
        if settled.is_none() {
            // A concurrent request changed the device's account; now it is settled.
            let owner = self.owner(&device).await?;
            settled = self.settle(&device, &command, &hash, owner).await?;
        }
        let user = settled.ok_or(Refusal::AccountUnavailable)?;
        let origin = SessionOrigin::on(device.id(), platform, command.from.ip());
        self.issuer.issue(user, Role::User, origin).await
    }
}

impl UpgradeVisitorService {
    /// The account behind the device. A disabled one bars the device from getting another.
    async fn owner(&self, device: &AuthenticatedDevice) -> Result<Option<User>, Refusal> {
        match self.users.find_by_device(device.id()).await? {
            Some(user) if !user.is_active() => Err(Refusal::AccountUnavailable),
            owner => Ok(owner),
        }
    }

    /// The user this device's person is from now on; `None` where the `owner` is no longer what it was.
    async fn settle(
        &self,
        device: &AuthenticatedDevice,
        command: &Registration,
        hash: &PasswordHash,
        owner: Option<User>,
    ) -> Result<Option<User>, Refusal> {
        match owner {
            Some(visitor) if visitor.role == Role::Visitor => self.promote(&visitor, command, hash).await,
            // The owner registered before. That account stays as it is, and so does the device's link to it.
            Some(_) => self.add(command, hash, None).await,
            None => self.add(command, hash, Some(device)).await,
        }
    }

    async fn promote(
        &self,
        visitor: &User,
        command: &Registration,
        hash: &PasswordHash,
    ) -> Result<Option<User>, Refusal> {
        let upgrade = Upgrade {
            user: visitor.id,
            username: command.username.clone(),
            password: hash.clone(),
            from: command.from,
            at: self.clock.now(),
        };
        match self.registry.upgrade(&upgrade).await? {
            Upgraded::Done(user) => {
                self.counters.upgrade(upgrade.at);
                self.revoker.revoke(&user).await;
                Ok(Some(*user))
            }
            Upgraded::UsernameTaken => Err(Refusal::UsernameTaken),
            Upgraded::NotAVisitor => Ok(None),
        }
    }

    async fn add(
        &self,
        command: &Registration,
        hash: &PasswordHash,
        device: Option<&AuthenticatedDevice>,
    ) -> Result<Option<User>, Refusal> {
        let device = device.map(|device| device.id().clone());
        match self.registration.add(command, hash.clone(), device).await? {
            AddUser::Added(user) => Ok(Some(*user)),
            AddUser::UsernameTaken => Err(Refusal::UsernameTaken),
            AddUser::DeviceTaken => Ok(None),
        }
    }
}
