//! The three signed routes.

use std::sync::Arc;

use jiff::tz::TimeZone;
use salvo::async_trait;
use usher_domain::{AuthenticatedDevice, ClientAddress, SignedClaim, SignedRoute};
use usher_ports::inbound::{
    AuthenticateDevice, Credentials, LogInVisitor, RegisterVisitor, Registration, SignedRequest,
    UpgradeVisitor,
};

use super::answer::Route;
use super::failure::Failure;
use super::objects::UserObject;
use super::request::EggRequest;

/// `POST /api/visitorRegister`
pub(super) struct VisitorRegister {
    pub(super) devices: Arc<dyn AuthenticateDevice>,
    pub(super) visitors: Arc<dyn RegisterVisitor>,
    pub(super) zone: TimeZone,
}

#[async_trait]
impl Route for VisitorRegister {
    type Data = UserObject;

    async fn answer(&self, request: EggRequest) -> Result<UserObject, Failure> {
        let signature = request.signature()?;
        let claim = request.claim()?;
        let device =
            authenticate(&*self.devices, claim, signature, SignedRoute::Register, request.from).await?;
        let signed_in = self.visitors.register(device, request.attributes(), request.from).await?;
        Ok(UserObject::of(signed_in, &self.zone))
    }
}

/// `POST /api/visitorregChat`
pub(super) struct VisitorUpgrade {
    pub(super) devices: Arc<dyn AuthenticateDevice>,
    pub(super) visitors: Arc<dyn UpgradeVisitor>,
    pub(super) zone: TimeZone,
}

#[async_trait]
impl Route for VisitorUpgrade {
    type Data = UserObject;

    async fn answer(&self, request: EggRequest) -> Result<UserObject, Failure> {
        let signature = request.signature()?;
        let (username, password, claim) = (request.new_username()?, request.password()?, request.claim()?);
        let device =
            authenticate(&*self.devices, claim, signature, SignedRoute::Upgrade, request.from).await?;
        let command = Registration { username: username?, password, from: request.from };
        let signed_in = self.visitors.upgrade(device, command).await?;
        Ok(UserObject::of(signed_in, &self.zone))
    }
}

/// `POST /api/visitorloginChat`
pub(super) struct VisitorLogIn {
    pub(super) devices: Arc<dyn AuthenticateDevice>,
    pub(super) visitors: Arc<dyn LogInVisitor>,
    pub(super) zone: TimeZone,
}

#[async_trait]
impl Route for VisitorLogIn {
    type Data = UserObject;

    async fn answer(&self, request: EggRequest) -> Result<UserObject, Failure> {
        let signature = request.signature()?;
        let (username, password, claim) = (request.known_username()?, request.password()?, request.claim()?);
        let device = authenticate(&*self.devices, claim, signature, SignedRoute::LogIn, request.from).await?;
        let credentials = Credentials { username, password, from: request.from };
        let signed_in = self.visitors.log_in(device, credentials).await?;
        Ok(UserObject::of(signed_in, &self.zone))
    }
}

async fn authenticate(
    devices: &dyn AuthenticateDevice,
    claim: SignedClaim,
    signature: String,
    route: SignedRoute,
    from: ClientAddress,
) -> Result<AuthenticatedDevice, Failure> {
    Ok(devices.authenticate(SignedRequest { claim, signature, route, from }).await?)
}
