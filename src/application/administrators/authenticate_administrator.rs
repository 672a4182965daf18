use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{
    Actor, Administrator, AdministratorAccount, AdministratorRole, AdministratorSession, AuditAction,
    AuditContext, ClientAddress, FactorRequirement, NewPassword, PasswordHash, Reason, SecondFactorResponse,
    SessionPolicy, SessionSecret, SetUpCode, Timestamp,
};
use usher_ports::inbound::{
    AdminRefusal, AdministratorCredentials, AdministratorSignedIn, AuthenticateAdministrator,
};
use usher_ports::outbound::{
    AddAdministrator, AdministratorAccounts, AdministratorSessions, AuditLog, Clock, HasherBusy, IdSource,
    KnownBrowsers, Lane, NewAdministrator, PasswordCheck, PasswordHasher,
};

use crate::{Limits, SecondFactors, login_log};

/// Logs administrators in and out.
pub struct AuthenticateAdministratorService {
    /// Keeps them and their sessions.
    pub administrators: Arc<dyn AdministratorAccounts>,
    /// Keeps their sessions.
    pub sessions: Arc<dyn AdministratorSessions>,
    /// Hashes and compares their passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Checks their second factors.
    pub factors: Arc<SecondFactors>,
    /// Who must have one.
    pub requirement: FactorRequirement,
    pub limits: Arc<Limits>,
    /// Knows browsers again.
    pub browsers: Arc<dyn KnownBrowsers>,
    /// Draws the secrets.
    pub ids: Arc<dyn IdSource>,
    pub clock: Arc<dyn Clock>,
    /// How long a session lasts.
    pub policy: SessionPolicy,
    /// What the set-up link holds.
    pub code: SetUpCode,
    /// Keeps who tried to come in.
    pub audit: Arc<dyn AuditLog>,
}

impl AuthenticateAdministratorService {
    /// A login attempt under this name.
    fn context(&self, credentials: &AdministratorCredentials) -> AuditContext {
        let (by, from) = (credentials.name.as_str().to_owned(), Some(credentials.from.ip()));
        AuditContext { by, from, at: self.clock.now(), reason: Reason::default() }
    }

    /// Opens a session of an administrator whose password was just checked or set; it must not have changed since.
    async fn open(
        &self,
        account: AdministratorAccount,
        password: &PasswordHash,
        response: Option<SecondFactorResponse>,
        context: &AuditContext,
        from: ClientAddress,
    ) -> Result<AdministratorSignedIn, AdminRefusal> {
        let (secret, now) = (self.ids.session_secret(), context.at);
        let session = AdministratorSession {
            id: secret.id(),
            administrator: account.id,
            from: Some(from.ip()),
            started_at: now,
            seen_at: now,
            expires_at: self.policy.deadline(now, now),
        };
        if !self.sessions.open(&session, password, response, context).await? {
            return Err(AdminRefusal::WrongCredentials);
        }
        let administrator = Administrator::admit(&session, &account, self.requirement, from, now)
            .map_err(|_| AdminRefusal::SignedOut)?;
        let browser = self.browsers.issue(&account.name, now);
        Ok(AdministratorSignedIn { administrator, secret, browser })
    }

    /// When this administrator logged in with this browser, if they did so lately.
    fn known_browser(&self, credentials: &AdministratorCredentials) -> Option<Timestamp> {
        let (name, at) = self.browsers.read(credentials.browser.as_deref()?)?;
        let lately = self.clock.now().since(at) <= AdministratorSignedIn::BROWSER_KNOWN_FOR;
        (name == credentials.name && lately).then_some(at)
    }

    /// Records a failed login, within a quota: the log is kept for ever, and
    /// strangers could fill it.
    async fn note_failure(
        &self,
        context: &AuditContext,
        from: ClientAddress,
        what: &str,
    ) -> Result<(), AdminRefusal> {
        let Some(unwritten) = self.limits.audit(from).await? else { return Ok(()) };
        let subject = match unwritten {
            0 => what.to_owned(),
            more => format!("{what} +{more}").trim_start().to_owned(),
        };
        Ok(self.audit.append(&context.record(AuditAction::LogInFailed, &subject)).await?)
    }

    /// Notes that a session was used, now and then. It does not depend on it: it is tried again next time.
    async fn extend(&self, session: &AdministratorSession, now: Timestamp) {
        if now.since(session.seen_at) <= self.policy.touch_every() {
            return;
        }
        let end = self.policy.deadline(session.started_at, now);
        if let Err(error) = self.sessions.extend(session.id, now, end).await {
            error.log("a session was not extended");
        }
    }
}

#[async_trait]
impl AuthenticateAdministrator for AuthenticateAdministratorService {
    async fn is_to_be_set_up(&self) -> Result<bool, AdminRefusal> {
        Ok(self.administrators.list().await?.is_empty())
    }

    async fn is_set_up_code(&self, code: &str, from: ClientAddress) -> Result<bool, AdminRefusal> {
        let is_it = self.code.is(code);
        if !is_it {
            self.limits.set_up(from).await?;
        }
        Ok(is_it)
    }

    async fn set_up(
        &self,
        code: &str,
        credentials: AdministratorCredentials,
    ) -> Result<AdministratorSignedIn, AdminRefusal> {
        self.limits.set_up(credentials.from).await?;
        let context = self.context(&credentials);
        if !self.code.is(code) || !self.is_to_be_set_up().await? {
            self.note_failure(&context, credentials.from, "setup").await?;
            return Err(AdminRefusal::SetUpClosed);
        }
        let password = NewPassword::choose(credentials.password, credentials.name.as_str())?.into_plain();
        let password = self.hasher.hash(password, Lane::Administrator).await;
        let password = password.map_err(|HasherBusy| AdminRefusal::Busy)?;
        let new = NewAdministrator {
            name: credentials.name,
            role: AdministratorRole::Owner,
            password: password.clone(),
        };
        match self.administrators.add_first(&new, &context).await? {
            AddAdministrator::Added(account) => {
                self.open(account, &password, None, &context, credentials.from).await
            }
            AddAdministrator::NotTheFirst | AddAdministrator::NameTaken => Err(AdminRefusal::SetUpClosed),
        }
    }

    /// The same work is done whether or not there is such an administrator, so the time tells nothing.
    async fn log_in(
        &self,
        credentials: AdministratorCredentials,
    ) -> Result<AdministratorSignedIn, AdminRefusal> {
        let (from, browser) = (credentials.from, self.known_browser(&credentials));
        self.limits.administrator(&credentials.name, from, browser).await?;
        let stranger = Lane::AdministratorStranger(from.widest_network());
        let lane = browser.map_or(stranger, |_| Lane::Administrator);
        let context = self.context(&credentials);
        let found = self.administrators.find_by_name(&credentials.name).await?;
        let hash = found.as_ref().map(|(_, hash)| hash.clone());
        let verdict = self.hasher.verify(credentials.password, hash, lane).await;
        let verdict = verdict.map_err(|HasherBusy| AdminRefusal::Busy)?;
        let right = matches!(verdict, PasswordCheck::Right | PasswordCheck::RightButOutdated);
        let id = found.as_ref().map(|(account, _)| account.id);
        let come = match found.filter(|_| right) {
            Some((account, hash)) => {
                let response =
                    self.factors.response(account.id, credentials.code.as_ref(), context.at).await?;
                self.open(account, &hash, response, &context, from).await
            }
            None => Err(AdminRefusal::WrongCredentials),
        };
        login_log::administrator(id, credentials.code.as_ref(), &come);
        if matches!(come, Err(AdminRefusal::WrongCredentials)) {
            self.note_failure(&context, from, "").await?;
        }
        come
    }

    async fn authenticate(
        &self,
        secret: &SessionSecret,
        from: ClientAddress,
        uses: bool,
    ) -> Result<Administrator, AdminRefusal> {
        let found = self.sessions.find_session(secret.id()).await?;
        let (session, account) = found.ok_or(AdminRefusal::SignedOut)?;
        let now = self.clock.now();
        let administrator = Administrator::admit(&session, &account, self.requirement, from, now)
            .map_err(|_| AdminRefusal::SignedOut)?;
        if uses {
            self.extend(&session, now).await;
        }
        Ok(administrator)
    }

    async fn log_out(&self, administrator: &Administrator, everywhere: bool) -> Result<(), AdminRefusal> {
        let context = administrator.context(self.clock.now());
        match administrator.actor() {
            Actor::Machine => Ok(()),
            Actor::Account { id, .. } if everywhere => Ok(self.sessions.end_all(*id, None, &context).await?),
            Actor::Account { session, .. } => Ok(self.sessions.end(*session, &context).await?),
        }
    }
}
