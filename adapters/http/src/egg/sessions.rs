//! Coming in by name and password, and going out.

use std::sync::Arc;

use jiff::tz::TimeZone;
use salvo::async_trait;
use usher_ports::inbound::{self, AuthenticateSession, Credentials, RegisterUser, Registration};

use super::answer::Route;
use super::failure::Failure;
use super::objects::UserObject;
use super::request::EggRequest;

/// `POST /api/regChat`
pub(super) struct Register {
    pub(super) users: Arc<dyn RegisterUser>,
    pub(super) zone: TimeZone,
}

#[async_trait]
impl Route for Register {
    type Data = UserObject;

    async fn answer(&self, request: EggRequest) -> Result<UserObject, Failure> {
        let (username, password) = (request.new_username()?, request.password()?);
        let signed_in =
            self.users.register(Registration { username: username?, password, from: request.from }).await?;
        Ok(UserObject::of(signed_in, &self.zone))
    }
}

/// `POST /api/loginChat`
pub(super) struct LogIn {
    pub(super) users: Arc<dyn inbound::LogIn>,
    pub(super) zone: TimeZone,
}

#[async_trait]
impl Route for LogIn {
    type Data = UserObject;

    async fn answer(&self, request: EggRequest) -> Result<UserObject, Failure> {
        let (username, password) = (request.known_username()?, request.password()?);
        let signed_in = self.users.log_in(Credentials { username, password, from: request.from }).await?;
        Ok(UserObject::of(signed_in, &self.zone))
    }
}

/// `POST /api/chat/logout`
pub(super) struct LogOut {
    pub(super) sessions: Arc<dyn AuthenticateSession>,
    pub(super) log_out: Arc<dyn inbound::LogOut>,
}

#[async_trait]
impl Route for LogOut {
    type Data = bool;

    async fn answer(&self, request: EggRequest) -> Result<bool, Failure> {
        let caller = self.sessions.authenticate(request.token()?).await?;
        self.log_out.log_out(caller).await?;
        Ok(true)
    }
}
