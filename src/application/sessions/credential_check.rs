use std::sync::Arc;

use usher_domain::{ClientAddress, DeviceId, PasswordHash, PlainPassword, Role, User, Visit};
use usher_ports::inbound::{Credentials, Refusal};
use usher_ports::outbound::{
    Clock, HasherBusy, Lane, PasswordCheck, PasswordHasher, UserLookup, UserPasswords, UserVisits,
};

use crate::limits::KnownOrigin;
use crate::{Limits, login_log};

/// Checks a name and a password.
pub struct CredentialCheck {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Keeps their hashes.
    pub passwords: Arc<dyn UserPasswords>,
    /// Records logins.
    pub visits: Arc<dyn UserVisits>,
    /// Compares the passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    pub limits: Arc<Limits>,
    pub clock: Arc<dyn Clock>,
}

impl CredentialCheck {
    /// Who it is. The same work is done whether or not there is such an account, so the time tells nothing; the login
    /// is recorded, and refused if the account was disabled meanwhile.
    pub(crate) async fn pass(
        &self,
        credentials: Credentials,
        device: Option<&DeviceId>,
    ) -> Result<User, Refusal> {
        let (username, from) = (&credentials.username, credentials.from);
        let user = self.users.find_by_username(username).await?;
        let known = self.known(user.as_ref(), from, device).await?;
        self.limits.username(username, from, device, known.as_ref()).await?;
        let hash = match &user {
            Some(user) => self.passwords.password_hash(user.id).await?,
            None => None,
        };
        let password = credentials.password;
        let network = from.widest_network();
        let lane = known.map_or(Lane::Stranger(network), |_| Lane::User(network));
        let verdict = self.hasher.verify(password.clone(), hash.clone(), lane).await;
        let verdict = verdict.map_err(|HasherBusy| Refusal::Busy)?;
        let id = user.as_ref().map(|user| user.id);
        let passed = self.admit(user, hash, verdict, password, lane, from).await;
        let kind = if device.is_some() { "password and device" } else { "password" };
        login_log::user(id, kind, &passed);
        passed
    }

    /// Decides by what the comparison came to.
    async fn admit(
        &self,
        user: Option<User>,
        hash: Option<PasswordHash>,
        verdict: PasswordCheck,
        password: PlainPassword,
        lane: Lane,
        from: ClientAddress,
    ) -> Result<User, Refusal> {
        let user = user.filter(User::is_active).ok_or(Refusal::AccountUnavailable)?;
        match (verdict, hash) {
            (PasswordCheck::Wrong, _) | (_, None) => return Err(Refusal::WrongPassword),
            (PasswordCheck::RightButOutdated, Some(old)) => self.renew(&user, password, &old, lane).await,
            (PasswordCheck::Right, Some(_)) => {}
        }
        // A visitor has no password, so what got here is a registered user's.
        debug_assert_eq!(user.role, Role::User);
        let now = self.clock.now();
        if !self.visits.record_login(user.id, user.epoch, from, now).await? {
            return Err(Refusal::AccountUnavailable);
        }
        // The account as it was checked, and not as it is now: a session of an epoch that a change has begun since would
        // outlive that change.
        Ok(User { last_login: Some(Visit { at: now, from: Some(from.ip()) }), ..user })
    }

    /// How the account knows who calls: by a device that is linked to it, or by the network where its owner was last.
    async fn known(
        &self,
        user: Option<&User>,
        from: ClientAddress,
        device: Option<&DeviceId>,
    ) -> Result<Option<KnownOrigin>, Refusal> {
        if let Some(device) = device {
            // Also where there is no such user, so that the time does not tell.
            let owner = self.users.find_by_device(device).await?;
            if user.zip(owner).is_some_and(|(user, owner)| user.id == owner.id) {
                return Ok(Some(KnownOrigin::Device(device.clone())));
            }
        }
        let network = from.wider_network();
        let last = user.and_then(|user| user.last_login?.from).map(ClientAddress::new);
        Ok(last.filter(|last| last.wider_network() == network).map(|_| KnownOrigin::Network(network)))
    }

    /// Replaces a hash of an older kind. The login does not depend on it: it is tried again next time.
    async fn renew(&self, user: &User, password: PlainPassword, old: &PasswordHash, lane: Lane) {
        let Ok(new) = self.hasher.hash(password, lane).await else { return };
        if let Err(error) = self.passwords.replace_hash(user.id, old, &new).await {
            tracing::warn!(
                user = user.id.0,
                error = &error as &dyn std::error::Error,
                "a hash was not renewed"
            );
        }
    }
}
