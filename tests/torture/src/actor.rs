//! A client with accounts of its own, of which it knows what it was promised.

mod admin;
mod api;

pub(crate) use admin::ADMINISTRATOR;
pub(crate) use api::search;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fastrand::Rng;

use crate::calls::{Call, Caller, Ran};
use crate::dead::Dead;
use crate::faults::Faults;
use crate::ledger::{Account, Role, Session, Standing, Token};
use crate::report::Book;
use crate::rules::{self, Checked, Seen};
use crate::servers::Site;
use crate::{Outcome, locked};

/// How often something is tried that was not answered, and after which pause.
const TRIES: u32 = 40;
const AGAIN: Duration = Duration::from_millis(100);

/// What all clients share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) site: Site,
    pub(crate) faults: Faults,
    pub(crate) book: Book,
    pub(crate) dead: Dead,
    pub(crate) bound: Duration,
    pub(crate) ended: AtomicBool,
    /// Creations that were not answered in the end: a row of theirs may be there.
    pub(crate) orphans: std::sync::Mutex<u64>,
    pub(crate) admin_password: String,
}

impl World {
    pub(crate) fn note(&self, call: &Call) {
        self.book.call(call, &self.faults);
    }

    /// Holds what a node said about a session against what was promised; gives whether it was as it is in the ledger.
    pub(crate) fn judge(&self, token: &Token, call: &Call) -> bool {
        let Some(answer) = call.answer() else { return true };
        let seen = match (answer.status, answer.message()) {
            (200, _) | (_, "您没有权限访问，请先注册或登录") => Seen::Served,
            (_, "Token 令牌不合法！" | "当前用户不存在或者已被禁用") => Seen::Refused,
            _ => {
                self.book.violation(format!("{}: {answer:?}", call.what));
                return false;
            }
        };
        let checked = rules::check(token, call.span, seen, &self.faults, self.bound);
        let right = matches!(checked, Ok(Checked::Right | Checked::Late(_)));
        let checked = checked.map_err(|violation| match token.session {
            Session::Ended(_, at) => {
                let (issued, history) = (at.saturating_duration_since(token.issued), &token.history);
                let faults = self.faults.told(at);
                format!("{violation}, issued {issued:?} before; counted from its end:{faults}\nof {history}")
            }
            _ => violation,
        });
        self.book.checked(&call.what, matches!(token.session, Session::Ended(..)), checked);
        right
    }

    fn is_over(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }
}

/// Somebody who only tries tokens that must not be served.
pub(crate) async fn prowl(world: Arc<World>, mut rng: Rng) -> Outcome<()> {
    let caller = Caller::new()?;
    while !world.is_over() {
        if let Some(token) = world.dead.any(&mut rng) {
            let node = rng.usize(..world.site.nodes());
            let call = api::search(&caller, &world.site, node, &token.text).await;
            world.note(&call);
            world.judge(&token, &call);
        }
        tokio::time::sleep(Duration::from_millis(rng.u64(5..40))).await;
    }
    Ok(())
}

/// The client.
pub(crate) struct Actor {
    number: u32,
    rng: Rng,
    world: Arc<World>,
    caller: Caller,
    made: u32,
    accounts: Vec<Account>,
    admin_session: Option<admin::AdminSession>,
}

impl Actor {
    pub(crate) fn new(number: u32, rng: Rng, world: Arc<World>) -> Outcome<Self> {
        let caller = Caller::new()?;
        Ok(Self { number, rng, world, caller, made: 0, accounts: Vec::new(), admin_session: None })
    }

    /// Calls until the load is over; gives its accounts.
    pub(crate) async fn work(mut self) -> Outcome<Vec<Account>> {
        while !self.world.is_over() {
            self.act().await?;
            tokio::time::sleep(Duration::from_millis(self.rng.u64(0..30))).await;
        }
        Ok(self.accounts)
    }

    /// Holds every account against the ledger, when nothing is killed any more.
    pub(crate) async fn verify(mut self, mut accounts: Vec<Account>) -> Vec<Account> {
        for account in &mut accounts {
            if matches!(account.role, Role::Upgrading(_)) {
                self.upgrade(account).await;
            }
            self.check_all(account).await;
            self.resume(account).await;
            if account.role == Role::User {
                self.log_in(account).await;
            }
            self.profile(account).await;
            self.world.book.count(|counts| counts.verified += 1);
        }
        accounts
    }

    async fn act(&mut self) -> Outcome<()> {
        let draw = self.rng.u32(..100);
        if draw < 18 || self.accounts.is_empty() {
            self.launch().await;
            return Ok(());
        } else if draw < 24 {
            self.register().await;
            return Ok(());
        }
        // What was done lately is what a kill may undo.
        let first = if self.rng.bool() { self.accounts.len().saturating_sub(30) } else { 0 };
        let which = self.rng.usize(first..self.accounts.len());
        let account = self.accounts[which].clone();
        let account = self.do_with(account, draw).await?;
        self.accounts[which] = account;
        Ok(())
    }

    async fn do_with(&mut self, mut account: Account, draw: u32) -> Outcome<Account> {
        match (draw, account.standing) {
            (24..38, _) if account.device.is_some() => self.resume(&mut account).await,
            (24..52, Standing::Enabled) if account.role != Role::User => self.upgrade(&mut account).await,
            (24..52, _) if account.role == Role::User => self.log_in(&mut account).await,
            (52..56, _) => self.log_out(&mut account).await,
            (56..66, Standing::Enabled) => self.disable(&mut account).await?,
            (56..72, Standing::Disabled(_) | Standing::Unknown) => self.enable(&mut account).await?,
            (72..75, Standing::Enabled) if account.role == Role::User => {
                self.set_password(&mut account).await?;
            }
            (75..80, _) => self.profile(&account).await,
            _ => self.check_all(&mut account).await,
        }
        Ok(account)
    }

    fn any_node(&mut self) -> usize {
        self.rng.usize(..self.world.site.nodes())
    }

    /// Looks at every session of the account, and at some that ended, on any node.
    async fn check_all(&mut self, account: &mut Account) {
        for place in 0..account.tokens.len() {
            let node = self.any_node();
            let token = &account.tokens[place];
            let call = api::search(&self.caller, &self.world.site, node, &token.text).await;
            self.world.note(&call);
            if !self.world.judge(token, &call) {
                let (issued, last) = (token.issued, call.span.to);
                let told = format!("token of {:?} ago, {:?}", issued.elapsed(), call.reply);
                account.note(last, told);
                if !self.world.faults.redis_may_forget(issued) {
                    self.world.book.remark(&account.told());
                }
                account.tokens[place].session = Session::Unknown;
            }
        }
    }

    /// Sessions that were just ended, on every node: on one node the very next call is refused.
    async fn check_dead(&mut self, tokens: Vec<Token>) {
        for token in tokens.iter().rev().take(2) {
            for node in 0..self.world.site.nodes() {
                let call = api::search(&self.caller, &self.world.site, node, &token.text).await;
                self.world.note(&call);
                self.world.judge(token, &call);
            }
        }
        self.world.dead.bury(tokens, &mut self.rng);
    }

    /// Holds an answer to a login or a registration against the account's standing.
    fn judge_entry(&self, account: &Account, call: &Call, served: bool, refused: bool) {
        let right = match rules::may_log_in(account.standing, call.span) {
            Some(true) => served,
            Some(false) => refused,
            None => served || refused,
        };
        if !right && let Some(answer) = call.answer() {
            let standing = account.standing;
            let told = account.told();
            self.world.book.violation(format!("{}: {answer:?}, {standing:?}: {told}", call.what));
        }
    }

    /// The id and UUID have to stay what they were.
    fn judge_identity(&self, account: &Account, call: &Call) {
        if let Some(data) = call.data()
            && (data["id"].as_i64() != Some(account.id) || data["uuid"] != account.uuid.as_str())
        {
            self.world.book.violation(format!("{}: {data} instead of {}", call.what, account.id));
        }
    }

    /// Runs a command of the program, which is killed now and then.
    async fn command(&mut self, arguments: &[&str], input: Option<String>) -> Outcome<Ran> {
        let kill = (self.rng.u32(..6) == 0).then(|| Duration::from_millis(self.rng.u64(0..80)));
        let ran = crate::calls::run(self.world.site.command(arguments), input, kill).await?;
        self.world.book.count(|counts| {
            counts.commands += 1;
            counts.commands_killed += u64::from(ran.killed);
        });
        let away = self.world.faults.since_an_outage(ran.span, rules::GRACE).is_some();
        if !ran.succeeded && !ran.killed && !away {
            self.world.book.violation(format!("usher {}: {}", arguments.join(" "), ran.said.trim()));
        }
        Ok(ran)
    }
}

/// Counts a creation that was given up.
fn given_up(world: &World) {
    *locked(&world.orphans) += 1;
    world.book.count(|counts| counts.unanswered += 1);
}
