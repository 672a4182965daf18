use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{
    Actor, Administrator, AdministratorId, AdministratorName, FactorRequirement, NewPassword, NotApplicable,
    OneTimeCode, PlainPassword, RecoveryCode, SecondFactorResponse, SessionId, TotpSecret,
};
use usher_ports::inbound::{AccountSecurity, AdminRefusal, FactorOffer, OwnSession, SecureAccount};
use usher_ports::outbound::{
    AdministratorAccounts, AdministratorSessions, Clock, FactorChange, HasherBusy, IdSource, Lane,
    NewSecondFactor, PasswordCheck, PasswordHasher, SecondFactorStore,
};

use crate::{Limits, SecondFactors};

/// Secures administrators' accounts.
pub struct SecureAccountService {
    /// Keeps them.
    pub administrators: Arc<dyn AdministratorAccounts>,
    /// Keeps their sessions.
    pub sessions: Arc<dyn AdministratorSessions>,
    /// Keeps their second factors.
    pub second_factors: Arc<dyn SecondFactorStore>,
    /// Hashes and compares their passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Checks their second factors.
    pub factors: Arc<SecondFactors>,
    /// Who must have one.
    pub requirement: FactorRequirement,
    pub limits: Arc<Limits>,
    /// Draws the secrets.
    pub ids: Arc<dyn IdSource>,
    pub clock: Arc<dyn Clock>,
}

/// Whose account it is, and in which session they are.
struct Own<'a> {
    id: AdministratorId,
    name: &'a AdministratorName,
    session: SessionId,
}

fn account(by: &Administrator) -> Result<Own<'_>, AdminRefusal> {
    match by.actor() {
        Actor::Account { id, name, session } => Ok(Own { id: *id, name, session: *session }),
        Actor::Machine => Err(NotApplicable.into()),
    }
}

impl SecureAccountService {
    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.ids.session_secret().expose()[..N]);
        bytes
    }

    fn recovery_codes(&self) -> Vec<RecoveryCode> {
        (0..RecoveryCode::COUNT).map(|_| RecoveryCode::new(self.random())).collect()
    }

    /// That they know the password, guessed no more often than at the login.
    async fn check<'a>(
        &self,
        by: &'a Administrator,
        password: PlainPassword,
    ) -> Result<Own<'a>, AdminRefusal> {
        let own = account(by)?;
        self.limits.signed_in(own.name).await?;
        let found = self.administrators.find_by_name(own.name).await?;
        let hash = found.map(|(_, hash)| hash);
        match self.hasher.verify(password, hash, Lane::Administrator).await {
            Ok(PasswordCheck::Right | PasswordCheck::RightButOutdated) => Ok(own),
            Ok(PasswordCheck::Wrong) => Err(AdminRefusal::WrongCredentials),
            Err(HasherBusy) => Err(AdminRefusal::Busy),
        }
    }

    /// Makes a change, if the response is good; then all other sessions are ended.
    async fn change(
        &self,
        by: &Administrator,
        own: &Own<'_>,
        change: &FactorChange,
        response: Option<SecondFactorResponse>,
    ) -> Result<(), AdminRefusal> {
        let context = by.context(self.clock.now());
        let changed =
            self.second_factors.change_second_factor(own.id, change, response, own.session, &context).await?;
        changed.then_some(()).ok_or(AdminRefusal::WrongCredentials)
    }
}

#[async_trait]
impl SecureAccount for SecureAccountService {
    async fn security(&self, by: &Administrator) -> Result<AccountSecurity, AdminRefusal> {
        let factor = self.factors.load(account(by)?.id).await?;
        Ok(AccountSecurity {
            recovery_codes: factor.map(|factor| factor.codes_left),
            required: self.requirement.applies_to(by.role()),
        })
    }

    fn offer(&self, by: &Administrator, secret: Option<TotpSecret>) -> Result<FactorOffer, AdminRefusal> {
        let own = account(by)?;
        let secret = secret.unwrap_or_else(|| TotpSecret::new(self.random()));
        let codes = &self.factors.codes;
        let (base32, url) = (codes.base32(&secret), codes.url(&secret, own.name));
        Ok(FactorOffer { secret, base32, url })
    }

    async fn turn_on(
        &self,
        by: &Administrator,
        password: PlainPassword,
        secret: TotpSecret,
        code: &str,
        current: Option<OneTimeCode>,
    ) -> Result<Vec<RecoveryCode>, AdminRefusal> {
        let own = self.check(by, password).await?;
        let now = self.clock.now();
        let step = self.factors.codes.step(&secret, code, now).ok_or(AdminRefusal::WrongCredentials)?;
        let response = self.factors.response(own.id, current.as_ref(), now).await?;
        let codes = self.recovery_codes();
        let factor = NewSecondFactor {
            secret: self.factors.cipher.seal(own.id, &secret)?,
            step,
            codes: self.factors.tags(own.id, &codes),
        };
        self.change(by, &own, &FactorChange::On(factor), response).await?;
        Ok(codes)
    }

    async fn renew_codes(
        &self,
        by: &Administrator,
        password: PlainPassword,
        code: OneTimeCode,
    ) -> Result<Vec<RecoveryCode>, AdminRefusal> {
        let own = self.check(by, password).await?;
        let response = self.factors.response(own.id, Some(&code), self.clock.now()).await?;
        let codes = self.recovery_codes();
        let change = FactorChange::Codes(self.factors.tags(own.id, &codes));
        self.change(by, &own, &change, response).await?;
        Ok(codes)
    }

    async fn turn_off(
        &self,
        by: &Administrator,
        password: PlainPassword,
        code: OneTimeCode,
    ) -> Result<(), AdminRefusal> {
        if self.requirement.applies_to(by.role()) {
            return Err(AdminRefusal::FactorRequired);
        }
        let own = self.check(by, password).await?;
        let response = self.factors.response(own.id, Some(&code), self.clock.now()).await?;
        self.change(by, &own, &FactorChange::Off, response).await
    }

    async fn change_password(
        &self,
        by: &Administrator,
        current: PlainPassword,
        new: PlainPassword,
    ) -> Result<(), AdminRefusal> {
        let own = self.check(by, current).await?;
        let new = NewPassword::choose(new, own.name.as_str())?.into_plain();
        let hash =
            self.hasher.hash(new, Lane::Administrator).await.map_err(|HasherBusy| AdminRefusal::Busy)?;
        let set = self.administrators.set_password(own.id, &hash, &by.context(self.clock.now())).await?;
        set.then_some(()).ok_or(AdminRefusal::SignedOut)
    }

    async fn sessions(&self, by: &Administrator) -> Result<Vec<OwnSession>, AdminRefusal> {
        by.viewing()?;
        let (own, now) = (account(by)?, self.clock.now());
        let all = self.sessions.sessions(own.id).await?;
        let live = all.into_iter().filter(|session| session.expires_at > now);
        Ok(live.map(|session| OwnSession { current: session.id == own.session, session }).collect())
    }

    async fn end_session(&self, by: &Administrator, session: Option<SessionId>) -> Result<(), AdminRefusal> {
        by.viewing()?;
        let (own, context) = (account(by)?, by.context(self.clock.now()));
        let Some(session) = session else {
            return Ok(self.sessions.end_all(own.id, Some(own.session), &context).await?);
        };
        let all = self.sessions.sessions(own.id).await?;
        if !all.iter().any(|it| it.id == session) {
            return Err(AdminRefusal::NotFound);
        }
        Ok(self.sessions.end(session, &context).await?)
    }
}
