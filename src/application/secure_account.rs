use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{
    Actor, Administrator, AdministratorId, AdministratorName, NotApplicable, PlainPassword, RecoveryCode,
    TotpSecret,
};
use usher_ports::inbound::{AccountSecurity, AdminRefusal, FactorOffer, SecureAccount};
use usher_ports::outbound::{
    AdministratorRepository, Clock, HasherBusy, IdSource, Lane, NewSecondFactor, OneTimePasswords,
    PasswordHasher, Verdict,
};

use crate::Limits;
use crate::limits::refused;

/// Secures administrators' accounts.
pub struct AccountSecuring {
    /// Keeps them.
    pub administrators: Arc<dyn AdministratorRepository>,
    /// Hashes and compares their passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Checks the codes of their apps.
    pub codes: Arc<dyn OneTimePasswords>,
    /// The budgets.
    pub limits: Arc<Limits>,
    /// Draws the secrets.
    pub ids: Arc<dyn IdSource>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

fn account(by: &Administrator) -> Result<(AdministratorId, &AdministratorName), AdminRefusal> {
    match by.actor() {
        Actor::Account { id, name, .. } => Ok((*id, name)),
        Actor::Machine => Err(NotApplicable.into()),
    }
}

impl AccountSecuring {
    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.ids.session_secret().expose()[..N]);
        bytes
    }

    /// That they know the password, guessed no more often than at the log-in.
    async fn check(
        &self,
        by: &Administrator,
        password: PlainPassword,
    ) -> Result<AdministratorId, AdminRefusal> {
        let (id, name) = account(by)?;
        self.limits.signed_in(name).await.map_err(refused)?;
        let found = self.administrators.find_by_name(name).await?;
        let hash = found.map(|(_, hash)| hash);
        match self.hasher.verify(password, hash, Lane::Administrator).await {
            Ok(Verdict::Right | Verdict::RightButOutdated) => Ok(id),
            Ok(Verdict::Wrong) => Err(AdminRefusal::WrongCredentials),
            Err(HasherBusy) => Err(AdminRefusal::Busy),
        }
    }
}

#[async_trait]
impl SecureAccount for AccountSecuring {
    async fn security(&self, by: &Administrator) -> Result<AccountSecurity, AdminRefusal> {
        let factor = self.administrators.second_factor(account(by)?.0).await?;
        Ok(AccountSecurity { recovery_codes: factor.map(|factor| factor.codes_left) })
    }

    fn offer(&self, by: &Administrator, secret: Option<TotpSecret>) -> Result<FactorOffer, AdminRefusal> {
        let (_, name) = account(by)?;
        let secret = secret.unwrap_or_else(|| TotpSecret::new(self.random()));
        let (spelled, url) = (self.codes.spelled(&secret), self.codes.url(&secret, name));
        Ok(FactorOffer { secret, spelled, url })
    }

    async fn turn_on(
        &self,
        by: &Administrator,
        password: PlainPassword,
        secret: TotpSecret,
        code: &str,
    ) -> Result<Vec<RecoveryCode>, AdminRefusal> {
        let id = self.check(by, password).await?;
        let now = self.clock.now();
        let step = self.codes.step(&secret, code, now).ok_or(AdminRefusal::WrongCredentials)?;
        let codes: Vec<RecoveryCode> =
            (0..RecoveryCode::COUNT).map(|_| RecoveryCode::new(self.random())).collect();
        let digests = codes.iter().map(RecoveryCode::digest).collect();
        let factor = NewSecondFactor { secret, step, codes: digests };
        self.administrators.set_second_factor(id, Some(&factor), &by.deed(now)).await?;
        Ok(codes)
    }

    async fn turn_off(&self, by: &Administrator, password: PlainPassword) -> Result<(), AdminRefusal> {
        let id = self.check(by, password).await?;
        self.administrators.set_second_factor(id, None, &by.deed(self.clock.now())).await?;
        Ok(())
    }

    async fn change_password(
        &self,
        by: &Administrator,
        current: PlainPassword,
        new: PlainPassword,
    ) -> Result<(), AdminRefusal> {
        let id = self.check(by, current).await?;
        let hash =
            self.hasher.hash(new, Lane::Administrator).await.map_err(|HasherBusy| AdminRefusal::Busy)?;
        let set = self.administrators.set_password(id, &hash, &by.deed(self.clock.now())).await?;
        set.then_some(()).ok_or(AdminRefusal::SignedOut)
    }
}
