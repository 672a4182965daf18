//! What was acknowledged.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use crate::faults::Span;

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    LoggedOut,
    Upgraded,
    NewPassword,
    Disabled,
}

/// Whether a session is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Session {
    /// It was acknowledged, and nothing ended it.
    Good,
    /// Something that ends it was tried without an answer, or Redis lost it: either is right.
    Unknown,
    /// What ended it was acknowledged at this time.
    Ended(Why, Instant),
}

/// A token that was given out.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) text: Arc<str>,
    pub(crate) issued: Instant,
    /// Of a visitor, who may do less: what a device alone gets, also after an upgrade.
    pub(crate) visitor: bool,
    pub(crate) session: Session,
    /// The history of its account until it ended, to be told with a violation.
    pub(crate) history: Arc<str>,
}

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Enabled,
    /// Acknowledged at this time.
    Disabled(Instant),
    /// A change was tried without an answer.
    Unknown,
}

/// What a visitor became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Visitor,
    /// An upgrade to this name was tried without an answer.
    Upgrading(String),
    User,
}

/// An account whose creation was acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) name: String,
    /// None of those who registered by name.
    pub(crate) device: Option<String>,
    pub(crate) role: Role,
    pub(crate) standing: Standing,
    /// One of them is the password: several after changes without an answer.
    pub(crate) passwords: Vec<String>,
    pub(crate) tokens: Vec<Token>,
    /// What was done with it lately, to be told with a violation.
    pub(crate) history: VecDeque<(Instant, String)>,
}

/// Good sessions that are looked after for each account; older ones are let go of.
const SESSIONS: usize = 4;

/// What is remembered of an account's history.
const HISTORY: usize = 16;

impl Account {
    /// Writes down a token that was given out in this call.
    pub(crate) fn issued(&mut self, text: &str, call: Span, visitor: bool) {
        // What was tried before without an answer may end it.
        let settled = self.standing == Standing::Enabled
            && !matches!(self.role, Role::Upgrading(_))
            && self.passwords.len() <= 1;
        let session = if settled { Session::Good } else { Session::Unknown };
        self.tokens.push(Token { text: text.into(), issued: call.to, visitor, session, history: "".into() });
        if self.tokens.len() > SESSIONS {
            self.tokens.remove(0);
        }
    }

    /// Remembers what was done.
    pub(crate) fn note(&mut self, at: Instant, what: impl Into<String>) {
        self.history.push_back((at, what.into()));
        if self.history.len() > HISTORY {
            self.history.pop_front();
        }
    }

    /// The history, as so long before now.
    pub(crate) fn told(&self) -> String {
        let line = |(at, what): &(Instant, String)| format!("\n    {:?} ago: {what}", at.elapsed());
        let lines: Vec<_> = self.history.iter().map(line).collect();
        format!("{} (id {}):{}", self.name, self.id, lines.concat())
    }

    /// Something that ends all sessions is tried.
    pub(crate) fn ending(&mut self) {
        for token in &mut self.tokens {
            token.session = Session::Unknown;
        }
    }

    /// A session is logged out. Those that the devices of a user got as visitors end with a user's.
    pub(crate) fn logging_out(&mut self, token: &Token) {
        for other in &mut self.tokens {
            if !token.visitor && other.visitor {
                other.session = Session::Unknown;
            }
        }
    }

    /// It was acknowledged. Gives the tokens that end with it.
    pub(crate) fn logged_out(&mut self, token: Token, at: Instant) -> Vec<Token> {
        let more = self.tokens.extract_if(.., |other| !token.visitor && other.visitor);
        let mut tokens: Vec<_> = more.collect();
        tokens.push(token);
        for token in &mut tokens {
            token.session = Session::Ended(Why::LoggedOut, at);
        }
        tokens
    }

    /// It was acknowledged. Returns the tokens that are no longer valid.
    pub(crate) fn ended(&mut self, why: Why, at: Instant) -> Vec<Token> {
        let history: Arc<str> = self.told().into();
        let mut tokens = std::mem::take(&mut self.tokens);
        for token in &mut tokens {
            token.history = Arc::clone(&history);
            token.session = Session::Ended(why, at);
        }
        tokens
    }
}
