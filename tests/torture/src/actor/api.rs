//! What clients in the field do.

use std::collections::VecDeque;

use super::{AGAIN, Actor, TRIES, given_up};
use crate::calls::{Call, Caller};
use crate::ledger::{Account, Role, Session, Standing, Why};
use crate::servers::Site;

const TAKEN: &str = "该账号已存在，请换一个账号注册";
const SHUT: [&str; 3] = ["账号不存在或者被禁用", "当前用户不存在或者已被禁用", "账户或密码错误"];

/// The cheapest call that needs a session.
pub(crate) async fn search(caller: &Caller, site: &Site, node: usize, token: &str) -> Call {
    caller.post(site, node, "chat/searchUser", &[("keyword", "nobody_has_this")], &[("token", token)]).await
}

impl Actor {
    fn new_name(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{kind}{:02}_{:06}", self.number, self.made)
    }

    fn new_password(&mut self) -> String {
        format!("pw-{:012x}", self.rng.u64(..1 << 48))
    }

    /// A device comes for the first time, and again until it is answered, as apps do.
    pub(super) async fn launch(&mut self) {
        self.made += 1;
        let device =
            format!("{:08x}-{:04x}-4000-8000-{:012x}", self.made, self.number, self.rng.u64(..1 << 48));
        for _ in 0..TRIES {
            let node = self.any_node();
            let call = self.caller.signed(&self.world.site, node, "visitorRegister", &device, &[]).await;
            self.world.note(&call);
            if call.data().is_some() {
                return self.add(&call, Some(device), None);
            }
            if !self.may_try_again(&call).await {
                break;
            }
        }
        given_up(&self.world);
    }

    /// Somebody registers by name, without having been a visitor.
    pub(super) async fn register(&mut self) {
        let (name, password) = (self.new_name("r"), self.new_password());
        let fields = [("username", name.as_str()), ("password", password.as_str())];
        let mut route = "regChat";
        for _ in 0..TRIES {
            let node = self.any_node();
            let call = self.caller.post(&self.world.site, node, route, &fields, &[]).await;
            self.world.note(&call);
            if call.data().is_some() {
                return self.add(&call, None, Some((name, password)));
            }
            if call.answer().is_some_and(|it| it.message() == TAKEN) {
                // An earlier try that was not answered had made it: no other actor takes this name.
                route = "loginChat";
            } else if !self.may_try_again(&call).await {
                break;
            }
        }
        given_up(&self.world);
    }

    /// Waits a moment, unless it was refused, which it must not be.
    async fn may_try_again(&self, call: &Call) -> bool {
        if let Some(answer) = call.answer() {
            self.world.book.violation(format!("{}: {answer:?}", call.what));
            return false;
        }
        tokio::time::sleep(AGAIN).await;
        !self.world.is_over()
    }

    fn add(&mut self, call: &Call, device: Option<String>, login: Option<(String, String)>) {
        let Some(data) = call.data() else { return };
        let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
        let (role, passwords) = match login {
            Some((_, password)) => (Role::User, vec![password]),
            None => (Role::Visitor, Vec::new()),
        };
        let mut account = Account {
            id: data["id"].as_i64().unwrap_or_default(),
            uuid: text("uuid"),
            name: text("username"),
            device,
            role,
            standing: Standing::Enabled,
            passwords,
            tokens: Vec::new(),
            history: VecDeque::new(),
        };
        account.note(call.span.to, format!("made by {}", call.what));
        account.issued(&text("token"), call.span, call.is_of_a_visitor());
        self.accounts.push(account);
        self.world.book.count(|counts| counts.accounts += 1);
    }

    /// A device comes back.
    pub(super) async fn resume(&mut self, account: &mut Account) {
        let Some(device) = account.device.clone() else { return };
        let node = self.any_node();
        let call = self.caller.signed(&self.world.site, node, "visitorRegister", &device, &[]).await;
        self.world.note(&call);
        self.entered(account, &call);
    }

    /// Somebody logs in. Of several passwords that may be theirs one has to be.
    pub(super) async fn log_in(&mut self, account: &mut Account) {
        let mut entered = false;
        let mut last = None;
        for password in account.passwords.clone() {
            let node = self.any_node();
            let fields = [("username", account.name.as_str()), ("password", password.as_str())];
            let call = self.caller.post(&self.world.site, node, "loginChat", &fields, &[]).await;
            self.world.note(&call);
            if call.answer().is_none() {
                return;
            }
            if call.data().is_some() {
                self.entered(account, &call);
                entered = true;
            }
            last = Some(call);
        }
        if let Some(call) = last.filter(|_| !entered) {
            self.entered(account, &call);
        }
    }

    /// Judges an answer to a login or a registration, and records its token.
    fn entered(&mut self, account: &mut Account, call: &Call) {
        self.entered_as(account, call);
        account.note(call.span.to, format!("{}: {}", call.what, call.told()));
        if let Some(data) = call.data() {
            account.issued(data["token"].as_str().unwrap_or_default(), call.span, call.is_of_a_visitor());
        }
    }

    /// Judges an answer to a login or a registration.
    pub(super) fn entered_as(&self, account: &Account, call: &Call) {
        let served = call.data().is_some();
        let refused = call.answer().is_some_and(|answer| SHUT.contains(&answer.message()));
        self.judge_entry(account, call, served, refused);
        self.judge_identity(account, call);
    }

    /// A visitor becomes a user, with the same id; again until it is answered.
    pub(super) async fn upgrade(&mut self, account: &mut Account) {
        let Some(device) = account.device.clone() else { return };
        let name = match &account.role {
            Role::Upgrading(name) => name.clone(),
            _ => self.new_name("u"),
        };
        if account.passwords.is_empty() {
            account.passwords.push(self.new_password());
        }
        account.role = Role::Upgrading(name.clone());
        account.ending();
        let password = account.passwords[0].clone();
        let fields = [("username", name.as_str()), ("password", password.as_str())];
        let mut route = "visitorregChat";
        for _ in 0..TRIES {
            let node = self.any_node();
            let call = self.caller.signed(&self.world.site, node, route, &device, &fields).await;
            self.world.note(&call);
            account.note(call.span.to, format!("{}: {}", call.what, call.told()));
            if call.data().is_some() {
                return self.upgraded(account, name, &call).await;
            }
            if call.answer().is_some_and(|it| it.message() == TAKEN) && route == "visitorregChat" {
                route = "visitorloginChat";
            } else if !self.may_try_again(&call).await {
                return;
            }
        }
    }

    async fn upgraded(&mut self, account: &mut Account, name: String, call: &Call) {
        self.judge_identity(account, call);
        account.role = Role::User;
        account.name = name;
        let dead = account.ended(Why::Upgraded, call.span.to);
        if let Some(data) = call.data() {
            account.issued(data["token"].as_str().unwrap_or_default(), call.span, call.is_of_a_visitor());
        }
        self.world.book.acknowledged(Why::Upgraded);
        self.check_dead(dead).await;
    }

    /// One session ends; the others stay.
    pub(super) async fn log_out(&mut self, account: &mut Account) {
        let Some(place) = account.tokens.iter().position(|token| token.session == Session::Good) else {
            return;
        };
        let token = account.tokens.remove(place);
        account.logging_out(&token);
        let node = self.any_node();
        let call =
            self.caller.post(&self.world.site, node, "chat/logout", &[], &[("token", &token.text)]).await;
        self.world.note(&call);
        account.note(call.span.to, format!("logout: {}", call.told()));
        if call.data().is_some() {
            let dead = account.logged_out(token, call.span.to);
            self.world.book.acknowledged(Why::LoggedOut);
            self.check_dead(dead).await;
        } else {
            // Redis may have lost it before; it is the check that says so.
            self.world.judge(&token, &call);
        }
    }

    /// The public profile of a user.
    pub(super) async fn profile(&mut self, account: &Account) {
        let node = self.any_node();
        let path = format!("/api/userinfo/{}", account.uuid);
        let call = self.caller.get(&self.world.site, node, &path, "").await;
        self.world.note(&call);
        if call.answer().is_some() && account.standing == Standing::Enabled {
            let name = call.data().and_then(|data| data["username"].as_str());
            let upgrading = matches!(account.role, Role::Upgrading(_));
            if !upgrading && name != Some(account.name.as_str()) {
                self.world.book.violation(format!("{}: {name:?} instead of {}", call.what, account.name));
            }
        }
    }
}
