use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{DeviceId, NewUser, Nickname, Origin, PasswordHash, ReservedNames, Role, SessionOrigin};
use usher_ports::inbound::{Refusal, RegisterUser, Registration, SignedIn};
use usher_ports::outbound::{
    AddUser, Clock, HasherBusy, IdSource, Lane, PasswordHasher, UserLookup, UserRegistry,
};

use crate::{AccessGate, Limits, SessionIssuer};

/// Registers users.
pub struct RegisterUserService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Adds them.
    pub registry: Arc<dyn UserRegistry>,
    /// Hashes the passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Opens the sessions.
    pub issuer: Arc<SessionIssuer>,
    pub limits: Arc<Limits>,
    /// Refuses the banned.
    pub gate: Arc<AccessGate>,
    /// Draws the ids.
    pub ids: Arc<dyn IdSource>,
    pub clock: Arc<dyn Clock>,
    /// Names that cannot be registered.
    pub reserved: Arc<ReservedNames>,
}

#[async_trait]
impl RegisterUser for RegisterUserService {
    async fn register(&self, command: Registration) -> Result<SignedIn, Refusal> {
        self.gate.admit(None, command.from)?;
        self.limits.new_user(command.from).await?;
        let hash = self.hash_for_free_name(&command).await?;
        match self.add(&command, hash, None).await? {
            AddUser::Added(user) => {
                self.issuer.issue(*user, Role::User, SessionOrigin::unknown_device(command.from.ip())).await
            }
            AddUser::UsernameTaken | AddUser::DeviceTaken => Err(Refusal::UsernameTaken),
        }
    }
}

impl RegisterUserService {
    /// The hash of the wanted password, not computed in vain when the name is gone already, which a reserved one always is.
    /// The unique key still decides, later.
    pub(crate) async fn hash_for_free_name(&self, command: &Registration) -> Result<PasswordHash, Refusal> {
        let reserved = self.reserved.contain(&command.username);
        if reserved || self.users.find_by_username(&command.username.key()).await?.is_some() {
            return Err(Refusal::UsernameTaken);
        }
        let lane = Lane::Stranger(command.from.widest_network());
        self.hasher.hash(command.password.clone(), lane).await.map_err(|HasherBusy| Refusal::Busy)
    }

    pub(crate) async fn add(
        &self,
        command: &Registration,
        password: PasswordHash,
        device: Option<DeviceId>,
    ) -> Result<AddUser, Refusal> {
        let new = NewUser {
            uuid: self.ids.uuid(),
            username: command.username.clone(),
            password,
            nickname: Nickname::default(),
            avatar: String::new(),
            device,
            origin: Origin::Owner { from: command.from, at: self.clock.now() },
        };
        Ok(self.registry.add_user(&new).await?)
    }
}
