use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{
    Actor, Administrator, AdministratorAccount, AdministratorRole, AdministratorSession, PasswordHash,
    SessionPolicy, SessionSecret, SetUpCode, Timestamp,
};
use usher_ports::inbound::{
    AdminRefusal, Administrate, AdministratorCredentials, AdministratorSignedIn, Refusal,
};
use usher_ports::outbound::{
    AddAdministrator, AdministratorRepository, Clock, HasherBusy, IdSource, NewAdministrator, PasswordHasher,
    Verdict,
};

use crate::Limits;

/// Lets administrators in and out.
pub struct Administration {
    /// Keeps them and their stays.
    pub administrators: Arc<dyn AdministratorRepository>,
    /// Hashes and compares their passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// The budgets.
    pub limits: Arc<Limits>,
    /// Draws the secrets.
    pub ids: Arc<dyn IdSource>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// How long a stay lasts.
    pub policy: SessionPolicy,
    /// What the set-up link holds.
    pub code: SetUpCode,
}

impl Administration {
    /// Opens a stay of somebody whose password was just checked or set; it must still be that one.
    async fn open(
        &self,
        account: AdministratorAccount,
        password: &PasswordHash,
        now: Timestamp,
    ) -> Result<AdministratorSignedIn, AdminRefusal> {
        let secret = self.ids.session_secret();
        let session = AdministratorSession {
            id: secret.id(),
            administrator: account.id,
            started_at: now,
            seen_at: now,
            expires_at: self.policy.deadline(now, now),
        };
        if !self.administrators.open(&session, password).await? {
            return Err(AdminRefusal::WrongCredentials);
        }
        let administrator =
            Administrator::admit(&session, &account, now).map_err(|_| AdminRefusal::SignedOut)?;
        Ok(AdministratorSignedIn { administrator, secret })
    }

    /// Notes that a stay was used, now and then. It does not depend on it: it is tried again next time.
    async fn extend(&self, session: &AdministratorSession, now: Timestamp) {
        if now.since(session.seen_at) <= self.policy.touch_every() {
            return;
        }
        let end = self.policy.deadline(session.started_at, now);
        if let Err(error) = self.administrators.extend(session.id, now, end).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a stay was not extended");
        }
    }
}

#[async_trait]
impl Administrate for Administration {
    async fn is_to_be_set_up(&self) -> Result<bool, AdminRefusal> {
        Ok(self.administrators.list().await?.is_empty())
    }

    async fn set_up(
        &self,
        code: &str,
        credentials: AdministratorCredentials,
    ) -> Result<AdministratorSignedIn, AdminRefusal> {
        self.limits.address(credentials.from).await.map_err(refused)?;
        if !self.code.is(code) || !self.is_to_be_set_up().await? {
            return Err(AdminRefusal::SetUpClosed);
        }
        let password =
            self.hasher.hash(credentials.password).await.map_err(|HasherBusy| AdminRefusal::Busy)?;
        let now = self.clock.now();
        let new = NewAdministrator {
            name: credentials.name,
            role: AdministratorRole::Owner,
            password: password.clone(),
            at: now,
        };
        match self.administrators.add_first(&new).await? {
            AddAdministrator::Added(account) => self.open(account, &password, now).await,
            AddAdministrator::NotTheFirst | AddAdministrator::NameTaken => Err(AdminRefusal::SetUpClosed),
        }
    }

    /// The same work is done whether or not there is such an administrator, so the time tells nothing.
    async fn log_in(
        &self,
        credentials: AdministratorCredentials,
    ) -> Result<AdministratorSignedIn, AdminRefusal> {
        self.limits.address(credentials.from).await.map_err(refused)?;
        self.limits.administrator(&credentials.name).await.map_err(refused)?;
        let found = self.administrators.find_by_name(&credentials.name).await?;
        let hash = found.as_ref().map(|(_, hash)| hash.clone());
        let verdict =
            self.hasher.verify(credentials.password, hash).await.map_err(|HasherBusy| AdminRefusal::Busy)?;
        match (verdict, found) {
            (Verdict::Right | Verdict::RightButOutdated, Some((account, hash))) => {
                self.open(account, &hash, self.clock.now()).await
            }
            _ => Err(AdminRefusal::WrongCredentials),
        }
    }

    async fn authenticate(&self, secret: &SessionSecret) -> Result<Administrator, AdminRefusal> {
        let found = self.administrators.find_session(secret.id()).await?;
        let (session, account) = found.ok_or(AdminRefusal::SignedOut)?;
        let now = self.clock.now();
        let administrator =
            Administrator::admit(&session, &account, now).map_err(|_| AdminRefusal::SignedOut)?;
        self.extend(&session, now).await;
        Ok(administrator)
    }

    async fn log_out(&self, administrator: &Administrator, everywhere: bool) -> Result<(), AdminRefusal> {
        match administrator.actor() {
            Actor::Machine => Ok(()),
            Actor::Account { id, .. } if everywhere => Ok(self.administrators.end_all(*id).await?),
            Actor::Account { session, .. } => Ok(self.administrators.end(*session).await?),
        }
    }
}

/// What a budget says, to an administrator.
fn refused(refusal: Refusal) -> AdminRefusal {
    match refusal {
        Refusal::RateLimited { retry_after } => AdminRefusal::RateLimited { retry_after },
        Refusal::Store(error) => AdminRefusal::Store(error),
        _ => AdminRefusal::Busy,
    }
}
