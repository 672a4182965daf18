//! Users as a table for spreadsheets.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use salvo::async_trait;
use salvo::http::{ResBody, StatusCode};
use usher_domain::{Administrator, AuditAction, Timestamp, User};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, ReviewAudit};
use usher_ports::outbound::{UserFilter, UserOrder, UserPlace};

use super::super::call::{Answer, Call, Content};
use super::super::guard::Page;
use super::super::pages::Pages;
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

/// Writes everybody whom the filter lets through.
pub(in crate::admin) struct Export {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
    pub(in crate::admin) audit: Arc<dyn ReviewAudit>,
}

#[async_trait]
impl Page for Export {
    async fn answer(&self, call: &Call, _: &Pages) -> Result<Answer, AdminRefusal> {
        let administrator = call.signed_in()?;
        administrator.operating()?;
        let query = Query::of(call);
        let subject: String = query.address("", None).chars().take(200).collect();
        self.audit.note(administrator, AuditAction::UsersExported, &subject).await?;
        let reading = Reading {
            users: Arc::clone(&self.users),
            administrator: administrator.clone(),
            filter: query.filter(),
            order: query.order(),
            behind: None,
            begun: false,
        };
        let table = stream::unfold(Some(reading), |reading| async { reading?.next().await });
        Ok(Answer::of(StatusCode::OK, Content::Csv(ResBody::stream(table))))
    }
}

struct Reading {
    users: Arc<dyn AdminListUsers>,
    administrator: Administrator,
    filter: Option<UserFilter>,
    order: UserOrder,
    behind: Option<UserPlace>,
    begun: bool,
}

type Piece = Result<Bytes, AdminRefusal>;

impl Reading {
    /// The next rows, and what is left to be read; an error cuts the table off, so that it is not taken for whole.
    async fn next(mut self) -> Option<(Piece, Option<Self>)> {
        let Some(filter) = &self.filter else {
            return (!self.begun).then(|| (rows(&[], true), Some(Self { begun: true, ..self })));
        };
        let (by, behind) = (self.administrator.viewing(), self.behind.as_ref());
        let users = match self.users.list(by, filter, self.order, behind, PAGE).await {
            Ok(users) => users,
            Err(refusal) => {
                tracing::warn!(error = &refusal as &dyn std::error::Error, "a table was cut off");
                return Some((Err(refusal), None));
            }
        };
        if users.is_empty() && self.begun {
            return None;
        }
        let piece = rows(&users, !self.begun);
        self.begun = true;
        self.behind = users.last().map(UserPlace::behind);
        let more = users.len() == PAGE as usize;
        Some((piece, more.then_some(self)))
    }
}

fn rows(users: &[User], head: bool) -> Piece {
    let failed = |error: csv::Error| {
        AdminRefusal::Store(usher_ports::outbound::StoreError::new(format!("a table: {error}")))
    };
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if head {
        table.write_record(HEAD).map_err(failed)?;
    }
    for user in users {
        table.write_record(row(user)).map_err(failed)?;
    }
    let bytes = table.into_inner().map_err(|error| failed(error.into_error().into()))?;
    // Spreadsheets take a file for UTF-8 that begins with this mark.
    Ok(if head { [b"\xef\xbb\xbf", &bytes[..]].concat().into() } else { bytes.into() })
}

fn row(user: &User) -> [String; 11] {
    let moment = |at: Option<Timestamp>| {
        let at = at.and_then(|at| jiff::Timestamp::from_millisecond(at.as_millis()).ok());
        at.map(|at| at.to_string()).unwrap_or_default()
    };
    let platform = user.device.as_ref().and_then(|device| device.facts.platform.as_ref());
    [
        user.id.to_string(),
        user.uuid.to_string(),
        harmless(user.username.as_str()),
        harmless(user.nickname.as_str()),
        user.role.as_str().to_owned(),
        user.status.as_str().to_owned(),
        harmless(platform.map_or("", |fact| fact.as_str())),
        moment(Some(user.registered.at)),
        moment(user.last_login.map(|visit| visit.at)),
        moment(user.disabled_until),
        moment(user.deleted_at),
    ]
}

/// Nothing that a spreadsheet would take for a formula (OWASP, CSV Injection).
fn harmless(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        assert_eq!(harmless("a=1"), "a=1");
    }
}
