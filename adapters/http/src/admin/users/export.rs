//! Users as a table for spreadsheets.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use salvo::async_trait;
use salvo::http::{ResBody, StatusCode};
use usher_domain::{
    Administrator, AuditAction, DeviceId, ManagedUser, Timestamp, UserCursor, UserFilter, UserOrder,
};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, ReviewAudit};

use super::super::failure::Failure;
use super::super::guard::Page;
use super::super::pages::Pages;
use super::super::request::AdminRequest;
use super::super::response::{AdminResponse, Content};
use super::Query;

/// How many users are read at once: so many are in memory at a time, however many there are.
const PAGE: u32 = 1_000;

const HEAD: [&str; 11] = [
    "id",
    "uuid",
    "username",
    "nickname",
    "role",
    "status",
    "platform",
    "registered_at",
    "last_login_at",
    "disabled_until",
    "deleted_at",
];

/// Exports all users that match the filter.
pub(in crate::admin) struct Export {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
    pub(in crate::admin) audit: Arc<dyn ReviewAudit>,
}

#[async_trait]
impl Page for Export {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let administrator = request.signed_in()?;
        administrator.operating()?;
        let query = Query::of(request);
        // Viewers read the audit log, and must not read whole device ids there.
        let told = DeviceId::parse(&query.q).map(|device| device.short().as_str().to_owned());
        let told = Query { q: told.unwrap_or_else(|_| query.q.clone()), ..query.clone() };
        let subject: String = told.address("", None).chars().take(200).collect();
        self.audit.note(administrator, AuditAction::UsersExported, &subject).await?;
        let reading = Reading {
            users: Arc::clone(&self.users),
            administrator: administrator.clone(),
            filter: query.filter(),
            order: query.order(),
            cursor: query.order().start(),
            begun: false,
        };
        let table = stream::unfold(Some(reading), |reading| async { reading?.next().await });
        Ok(AdminResponse::of(StatusCode::OK, Content::Csv(ResBody::stream(table))))
    }
}

struct Reading {
    users: Arc<dyn AdminListUsers>,
    administrator: Administrator,
    filter: Option<UserFilter>,
    order: UserOrder,
    cursor: UserCursor,
    begun: bool,
}

type Piece = Result<Bytes, AdminRefusal>;

impl Reading {
    /// The next rows, and what is left to be read; an error cuts the table off, so that it is not taken for whole.
    async fn next(mut self) -> Option<(Piece, Option<Self>)> {
        let Some(filter) = &self.filter else {
            return (!self.begun).then(|| (Ok(rows(&[], true)), Some(Self { begun: true, ..self })));
        };
        let read = match self.administrator.viewing() {
            Ok(by) => self.users.list(by, filter, &self.cursor, PAGE).await,
            Err(forbidden) => Err(forbidden.into()),
        };
        let users = match read {
            Ok(users) => users,
            Err(refusal) => {
                tracing::warn!(error = &refusal as &dyn std::error::Error, "a table was cut off");
                return Some((Err(refusal), None));
            }
        };
        if users.is_empty() && self.begun {
            return None;
        }
        let piece = Ok(rows(&users, !self.begun));
        self.begun = true;
        if let Some(last) = users.last() {
            self.cursor = self.order.after(last);
        }
        let more = users.len() == PAGE as usize;
        Some((piece, more.then_some(self)))
    }
}

fn rows(users: &[ManagedUser], head: bool) -> Bytes {
    // Spreadsheets take a file for UTF-8 that begins with this mark.
    let mut table = if head { format!("\u{feff}{}\r\n", HEAD.join(",")) } else { String::new() };
    for user in users {
        table += &row(user).map(|cell| quoted(&cell)).join(",");
        table += "\r\n";
    }
    table.into()
}

fn row(user: &ManagedUser) -> [String; 11] {
    let timestamp = |at: Option<Timestamp>| {
        let at = at.and_then(|at| jiff::Timestamp::from_millisecond(at.as_millis()).ok());
        at.map(|at| at.to_string()).unwrap_or_default()
    };
    let platform = user.device.as_ref().and_then(|device| device.attributes.platform.as_ref());
    [
        user.id.to_string(),
        user.uuid.to_string(),
        harmless(user.username.as_str()),
        harmless(user.nickname.as_str()),
        user.role.as_str().to_owned(),
        user.status.as_str().to_owned(),
        harmless(platform.map_or("", |attribute| attribute.as_str())),
        timestamp(Some(user.registered.at)),
        timestamp(user.last_login.map(|visit| visit.at)),
        timestamp(user.disabled_until),
        timestamp(user.deleted_at),
    ]
}

/// What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection).
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Where a spreadsheet may begin a new cell, whatever we put between ours: many split at semicolons, and then a
/// quotation mark in the middle of a line holds nothing together.
const SEPARATORS: [char; 7] = [',', ';', '\t', '|', '\n', '\r', '，'];

/// Nothing that a spreadsheet would take for a formula, wherever it splits the line: an apostrophe makes it text.
fn harmless(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut begins = true;
    for character in text.chars() {
        if begins && FORMULA.contains(&character) {
            safe.push('\'');
        }
        safe.push(character);
        begins = SEPARATORS.contains(&character) || begins && (character == ' ' || character == '"');
    }
    safe
}

/// A cell as RFC 4180 writes it, in quotation marks wherever any spreadsheet could see more than one cell in it.
fn quoted(cell: &str) -> String {
    let plain = !cell.contains(['"', '\'']) && !cell.contains(SEPARATORS);
    if plain { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1"] {
            assert!(harmless(formula).starts_with('\''), "{formula}");
        }
        assert_eq!(harmless("a=1"), "a=1");
        assert_eq!(harmless("a-b"), "a-b");
    }

    #[test]
    fn no_spreadsheet_finds_a_formula_wherever_it_splits() {
        for text in ["h5;=1+1", "h5;\"=1+1\"", "h5\t+1", "h5; -1", "h5,@x", "h5|=1", "a\r\n=1", ";;=1"] {
            let cell = quoted(&harmless(text));
            assert!(cell.starts_with('"') && cell.ends_with('"'), "{cell}");
            for part in format!("1,x,{cell},y").split(SEPARATORS) {
                let begin = part.trim_start_matches([' ', '"']);
                assert!(!begin.starts_with(FORMULA), "{text}: {part}");
            }
        }
        assert_eq!(quoted(&harmless("h5;=1+1")), "\"h5;'=1+1\"");
        assert_eq!(quoted("mp-weixin"), "mp-weixin");
        assert_eq!(quoted("say \"x\""), "\"say \"\"x\"\"\"");
    }
}
