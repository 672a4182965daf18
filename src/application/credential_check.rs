use std::sync::Arc;

use usher_domain::{PasswordHash, PlainPassword, Role, User};
use usher_ports::inbound::{Credentials, Refusal};
use usher_ports::outbound::{Clock, HasherBusy, PasswordHasher, UserRepository, Verdict};

use crate::Limits;

/// Decides whether a name and a password are somebody's.
pub struct CredentialCheck {
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Compares the passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// The budgets.
    pub limits: Arc<Limits>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl CredentialCheck {
    /// Who it is. The same work is done whether or not there is such an account, so the time tells nothing; the login
    /// is recorded, and refused if the account was switched off meanwhile.
    pub(crate) async fn pass(&self, credentials: Credentials) -> Result<User, Refusal> {
        self.limits.username(&credentials.username).await?;
        let user = self.users.find_by_username(&credentials.username).await?;
        let hash = match &user {
            Some(user) => self.users.password_hash(user.id).await?,
            None => None,
        };
        let password = credentials.password;
        let verdict =
            self.hasher.verify(password.clone(), hash.clone()).await.map_err(|HasherBusy| Refusal::Busy)?;
        let user = user.filter(User::may_enter).ok_or(Refusal::AccountUnavailable)?;
        match (verdict, hash) {
            (Verdict::Wrong, _) | (_, None) => return Err(Refusal::WrongPassword),
            (Verdict::RightButOutdated, Some(old)) => self.renew(&user, password, &old).await,
            (Verdict::Right, Some(_)) => {}
        }
        // A visitor has no password, so what got here is a registered user's.
        debug_assert_eq!(user.role, Role::User);
        let now = self.clock.now();
        if !self.users.record_login(user.id, user.epoch, credentials.from, now).await? {
            return Err(Refusal::AccountUnavailable);
        }
        self.users.find(user.id).await?.ok_or(Refusal::AccountUnavailable)
    }

    /// Replaces a hash of an older kind. The login does not depend on it: it is tried again next time.
    async fn renew(&self, user: &User, password: PlainPassword, old: &PasswordHash) {
        let Ok(new) = self.hasher.hash(password).await else { return };
        if let Err(error) = self.users.replace_hash(user.id, old, &new).await {
            tracing::warn!(
                user = user.id.0,
                error = &error as &dyn std::error::Error,
                "a hash was not renewed"
            );
        }
    }
}
