//! What administrators do, in the browser and at the command line.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Actor, api};
use crate::Outcome;
use crate::calls::{Call, Caller};
use crate::faults::Span;
use crate::ledger::{Account, Role, Session, Standing, Token, Why};

/// The administrator of the torture.
pub(crate) const ADMINISTRATOR: &str = "torturer";

/// Being logged in to the administration.
#[derive(Clone, Debug)]
pub(super) struct AdminSession {
    cookie: String,
    csrf: String,
}

/// What a user did while they were being disabled.
#[derive(Default)]
struct Raced {
    /// They logged in or came back.
    entry: Option<Call>,
    /// They called with a session.
    look: Option<(Token, Call)>,
}

impl Actor {
    /// A user is disabled, while they log in and call.
    pub(super) async fn disable(&mut self, account: &mut Account) -> Outcome<()> {
        let raced = self.race(account);
        account.ending();
        let (done, raced) = tokio::join!(self.switch(account, false), raced);
        let done = done?;
        account.standing = Standing::Unknown;
        let Raced { entry, look } = raced;
        for call in entry.iter().chain(look.as_ref().map(|(_, call)| call)) {
            self.world.note(call);
        }
        let told = entry.as_ref().map_or_else(String::new, Call::told);
        account.note(Instant::now(), format!("disable: {}; meanwhile an entry: {told}", done.is_some()));
        if let Some(call) = &entry {
            // If it began after the acknowledgement, it has to be refused.
            let standing = done.map_or(Standing::Unknown, |done| Standing::Disabled(done.to));
            let account_then = Account { standing, ..account.clone() };
            self.entered_as(&account_then, call);
            if let Some(token) = call.data().and_then(|data| data["token"].as_str()) {
                account.issued(token, call.span, call.is_of_a_visitor());
            }
        }
        let Some(done) = done else { return Ok(()) };
        if let Some((mut token, call)) = look {
            token.session = Session::Ended(Why::Disabled, done.to);
            self.world.judge(&token, &call);
        }
        account.standing = Standing::Disabled(done.to);
        self.world.book.acknowledged(Why::Disabled);
        let dead = account.ended(Why::Disabled, done.to);
        self.check_dead(dead).await;
        Ok(())
    }

    pub(super) async fn enable(&mut self, account: &mut Account) -> Outcome<()> {
        account.standing = Standing::Unknown;
        let done = self.switch(account, true).await?;
        account.note(Instant::now(), format!("enable: {}", done.is_some()));
        if done.is_some() {
            account.standing = Standing::Enabled;
        }
        Ok(())
    }

    /// Gives when it was done, if that was acknowledged.
    async fn switch(&mut self, account: &Account, enabled: bool) -> Outcome<Option<Span>> {
        if self.rng.u32(..4) == 0 {
            let verb = if enabled { "enable" } else { "disable" };
            let id = account.id.to_string();
            let ran = self.command(&["user", verb, &id], None).await?;
            return Ok(ran.succeeded.then_some(ran.span));
        }
        let Some(session) = self.admin_session().await else { return Ok(None) };
        let path = format!("/admin/users/{}/status", account.id);
        let fields = [("csrf", session.csrf.as_str()), ("enabled", if enabled { "1" } else { "0" })];
        let node = self.any_node();
        let call = self.caller.form(&self.world.site, node, &path, &session.cookie, &fields).await;
        self.world.note(&call);
        let Some(answer) = call.answer() else { return Ok(None) };
        // What follows the path tells the page what was changed, or where the log-in leads back to.
        let location = answer.location.as_deref().and_then(|location| location.split('?').next());
        match (answer.status, location) {
            (303, Some("/admin/users")) => return Ok(Some(call.span)),
            // The session is over; the next one is another.
            (303, Some("/admin/login")) => self.admin_session = None,
            _ => self.world.book.violation(format!("{}: {} {:?}", call.what, answer.status, answer.location)),
        }
        Ok(None)
    }

    /// The session in use, or a new one.
    async fn admin_session(&mut self) -> Option<AdminSession> {
        if let Some(session) = &self.admin_session {
            return Some(session.clone());
        }
        let node = self.any_node();
        let fields = [("username", ADMINISTRATOR), ("password", self.world.admin_password.as_str())];
        let call = self.caller.form(&self.world.site, node, "/admin/login", "", &fields).await;
        self.world.note(&call);
        let cookie = call.answer().and_then(|answer| answer.cookie.clone());
        let Some(cookie) = cookie else {
            if let Some(answer) = call.answer() {
                self.world.book.violation(format!("{}: {} and no cookie", call.what, answer.status));
            }
            return None;
        };
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let page = self.caller.get(&self.world.site, node, "/admin/users", &cookie).await;
        self.world.note(&page);
        let text = page.answer()?.body.as_str()?;
        let csrf = text.split("name=\"csrf\" value=\"").nth(1)?.split('"').next()?.to_owned();
        self.admin_session = Some(AdminSession { cookie, csrf });
        self.admin_session.clone()
    }

    /// What a user does at the moment at which they are disabled: log in or come back, and call.
    fn race(&mut self, account: &Account) -> impl Future<Output = Raced> + use<> {
        let world = Arc::clone(&self.world);
        let (node, other) = (self.any_node(), self.any_node());
        let waits = Duration::from_millis(self.rng.u64(0..8));
        let caller = Caller::new();
        let login = account.passwords.first().map(|password| (account.name.clone(), password.clone()));
        let login = login.filter(|_| account.role == Role::User);
        let device = account.device.clone();
        let token = account.tokens.iter().find(|token| token.session == Session::Good).cloned();
        async move {
            let Ok(caller) = caller else { return Raced::default() };
            tokio::time::sleep(waits).await;
            let come = async {
                match (login, device) {
                    (Some((name, password)), _) => {
                        let fields = [("username", name.as_str()), ("password", password.as_str())];
                        Some(caller.post(&world.site, node, "loginChat", &fields, &[]).await)
                    }
                    (None, Some(device)) => {
                        Some(caller.signed(&world.site, node, "visitorRegister", &device, &[]).await)
                    }
                    (None, None) => None,
                }
            };
            let look = async {
                let token = token?;
                let call = api::search(&caller, &world.site, other, &token.text).await;
                Some((token, call))
            };
            let (entry, look) = tokio::join!(come, look);
            Raced { entry, look }
        }
    }

    /// A new password, which ends all sessions.
    pub(super) async fn set_password(&mut self, account: &mut Account) -> Outcome<()> {
        let password = format!("pw-{:012x}", self.rng.u64(..1 << 48));
        account.ending();
        let id = account.id.to_string();
        let ran = self.command(&["user", "set-password", &id], Some(password.clone())).await?;
        account.note(ran.span.to, format!("set-password: {}, killed: {}", ran.succeeded, ran.killed));
        if ran.succeeded {
            account.passwords = vec![password];
            let dead = account.ended(Why::NewPassword, ran.span.to);
            self.world.book.acknowledged(Why::NewPassword);
            self.check_dead(dead).await;
        } else {
            account.passwords.push(password);
        }
        Ok(())
    }
}
