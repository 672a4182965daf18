use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{
    AuthenticatedDevice, ClientAddress, Device, DeviceAttributes, NewVisitor, Role, SessionOrigin, User,
    Username, Visit,
};
use usher_ports::inbound::{Refusal, RegisterVisitor, SignedIn};
use usher_ports::outbound::{AddVisitor, IdSource, Started, StoreError, UserLookup, VisitorSignIn};

use crate::{AccessGate, Counters, Limits, SessionIssuer, login_log};

/// Creates visitors and lets them resume.
pub struct RegisterVisitorService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Adds them and lets them come back, each with a session.
    pub sign_in: Arc<dyn VisitorSignIn>,
    /// Draws the sessions.
    pub issuer: Arc<SessionIssuer>,
    pub limits: Arc<Limits>,
    /// Refuses the banned.
    pub gate: Arc<AccessGate>,
    /// Draws ids and names.
    pub ids: Arc<dyn IdSource>,
    /// Counts who comes.
    pub counters: Arc<Counters>,
}

/// How often a name is drawn before something must be wrong: the second draw already has 32 random bits.
const NAMES: u32 = 8;

/// How the log calls a login by the device alone.
const KIND: &str = "device";

#[async_trait]
impl RegisterVisitor for RegisterVisitorService {
    async fn register(
        &self,
        device: AuthenticatedDevice,
        attributes: DeviceAttributes,
        from: ClientAddress,
    ) -> Result<SignedIn, Refusal> {
        self.gate.admit(Some(device.id()), from)?;
        if let Some(user) = self.users.find_by_device(device.id()).await? {
            self.limits.known_device(device.id()).await?;
            return self.resume(user, &device, &attributes, from).await;
        }
        self.limits.new_visitor(device.id(), from).await?;
        if let Some(signed_in) = self.create(&device, &attributes, from).await? {
            let id = signed_in.account.id;
            let signed_in = Ok(signed_in);
            login_log::user(Some(id), KIND, &signed_in);
            return signed_in;
        }
        // Another launch of the same device was quicker: this one comes back to what that one made.
        let user = self.users.find_by_device(device.id()).await?.ok_or(Refusal::AccountUnavailable)?;
        self.resume(user, &device, &attributes, from).await
    }
}

impl RegisterVisitorService {
    /// Lets the account behind the device in, as a visitor, whatever it has become since.
    async fn resume(
        &self,
        user: User,
        device: &AuthenticatedDevice,
        attributes: &DeviceAttributes,
        from: ClientAddress,
    ) -> Result<SignedIn, Refusal> {
        let id = user.id;
        let signed_in = self.visit(user, device, attributes, from).await;
        login_log::user(Some(id), KIND, &signed_in);
        signed_in
    }

    async fn visit(
        &self,
        mut user: User,
        device: &AuthenticatedDevice,
        attributes: &DeviceAttributes,
        from: ClientAddress,
    ) -> Result<SignedIn, Refusal> {
        if !user.is_active() {
            return Err(Refusal::AccountUnavailable);
        }
        // What the client does not say was known before.
        let known = user.device.as_ref().and_then(|device| device.attributes.platform.clone());
        let platform = attributes.platform.clone().or(known);
        let new = self.issuer.draw(SessionOrigin::on(device.id(), platform, from.ip()));
        let (session, keep) = (new.of(&user, Role::Visitor), self.issuer.policy.per_user);
        match self.sign_in.resume(device.id(), attributes, from, &session, keep).await? {
            // An account that was disabled since is of a later epoch.
            Started::Superseded => Err(Refusal::AccountUnavailable),
            Started::Live => {
                user.visited(attributes, Visit { at: new.started_at, from: Some(from.ip()) });
                Ok(self.issuer.signed_in(user, Role::Visitor, &new))
            }
        }
    }

    /// A new visitor; `None` where the device has an account by now.
    async fn create(
        &self,
        device: &AuthenticatedDevice,
        attributes: &DeviceAttributes,
        from: ClientAddress,
    ) -> Result<Option<SignedIn>, Refusal> {
        let platform = attributes.platform.clone();
        let session = self.issuer.draw(SessionOrigin::on(device.id(), platform, from.ip()));
        let mut username = Username::visitor(device.id());
        for _ in 0..NAMES {
            let new = NewVisitor {
                uuid: self.ids.uuid(),
                username,
                device: Device { id: device.id().clone(), attributes: attributes.clone() },
                from,
                at: session.started_at,
            };
            match self.sign_in.add(&new, &session).await? {
                AddVisitor::Added(user) => {
                    self.counters.visitor(attributes, new.at);
                    return Ok(Some(self.issuer.signed_in(*user, Role::Visitor, &session)));
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
