use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{ClientAddress, Device, DeviceFacts, ProvenDevice, Role, User, Username, Visit};
use usher_ports::inbound::{Refusal, RegisterVisitor, SignedIn};
use usher_ports::outbound::{
    AddVisitor, Clock, IdSource, NewVisitor, StoreError, UserLookup, UserRegistry, UserVisits,
};

use crate::{Limits, SessionIssuer, Tally, login_log};

/// Creates visitors and lets them resume.
pub struct VisitorRegistration {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Adds them.
    pub registry: Arc<dyn UserRegistry>,
    /// Records visits.
    pub visits: Arc<dyn UserVisits>,
    /// Opens the sessions.
    pub issuer: Arc<SessionIssuer>,
    /// The budgets.
    pub limits: Arc<Limits>,
    /// Draws ids and names.
    pub ids: Arc<dyn IdSource>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Counts who comes.
    pub tally: Arc<Tally>,
}

/// How often a name is drawn before something must be wrong: the second draw already has 32 random bits.
const NAMES: u32 = 8;

/// How the log calls a login by the device alone.
const KIND: &str = "device";

#[async_trait]
impl RegisterVisitor for VisitorRegistration {
    async fn register(
        &self,
        device: ProvenDevice,
        facts: DeviceFacts,
        from: ClientAddress,
    ) -> Result<SignedIn, Refusal> {
        if let Some(user) = self.users.find_by_device(device.id()).await? {
            self.limits.known_device(device.id()).await?;
            return self.resume(user, &device, &facts, from).await;
        }
        self.limits.new_visitor(device.id(), from).await?;
        if let Some(user) = self.create(&device, &facts, from).await? {
            let id = user.id;
            let signed_in = self.issuer.issue(user, Role::Visitor).await;
            login_log::user(Some(id), KIND, &signed_in);
            return signed_in;
        }
        // Another launch of the same device was quicker: this one comes back to what that one made.
        let user = self.users.find_by_device(device.id()).await?.ok_or(Refusal::AccountUnavailable)?;
        self.resume(user, &device, &facts, from).await
    }
}

impl VisitorRegistration {
    /// Lets the account behind the device in, as a visitor, whatever it has become since.
    async fn resume(
        &self,
        user: User,
        device: &ProvenDevice,
        facts: &DeviceFacts,
        from: ClientAddress,
    ) -> Result<SignedIn, Refusal> {
        let id = user.id;
        let signed_in = self.visit(user, device, facts, from).await;
        login_log::user(Some(id), KIND, &signed_in);
        signed_in
    }

    async fn visit(
        &self,
        mut user: User,
        device: &ProvenDevice,
        facts: &DeviceFacts,
        from: ClientAddress,
    ) -> Result<SignedIn, Refusal> {
        if !user.may_enter() {
            return Err(Refusal::AccountUnavailable);
        }
        let now = self.clock.now();
        self.visits.record_visit(device.id(), facts, from, now).await?;
        user.visited(facts, Visit { at: now, from: Some(from.ip()) });
        // Whoever was disabled since is of a later epoch, and gets no session.
        self.issuer.issue(user, Role::Visitor).await
    }

    /// A new visitor; `None` where the device has an account by now.
    async fn create(
        &self,
        device: &ProvenDevice,
        facts: &DeviceFacts,
        from: ClientAddress,
    ) -> Result<Option<User>, Refusal> {
        let mut username = Username::visitor(device.id());
        for _ in 0..NAMES {
            let new = NewVisitor {
                uuid: self.ids.uuid(),
                username,
                device: Device { id: device.id().clone(), facts: facts.clone() },
                from,
                at: self.clock.now(),
            };
            match self.registry.add_visitor(&new).await? {
                AddVisitor::Added(user) => {
                    self.tally.visitor(facts, new.at);
                    return Ok(Some(*user));
                }
                AddVisitor::DeviceTaken => return Ok(None),
                AddVisitor::UsernameTaken => {
                    username = Username::visitor_with(device.id(), self.ids.salt());
                }
            }
        }
        Err(StoreError::new("no free name for a visitor was found").into())
    }
}
