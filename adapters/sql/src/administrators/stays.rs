//! Administrators' sessions.

use sea_query::{DeleteStatement, Expr, ExprTrait, InsertStatement, Query, SelectStatement};
use usher_domain::{AdministratorId, AdministratorSession, SessionId, Timestamp};

use crate::database::{DatabaseError, Result, record};
use crate::iden::AdministratorSessions;

record! {
    pub(super) struct SessionRow {
        id: Vec<u8>,
        administrator_id: i64,
        address: Option<String>,
        started_at: i64,
        seen_at: i64,
        expires_at: i64,
    }
}

const COLUMNS: [AdministratorSessions; 6] = [
    AdministratorSessions::Id,
    AdministratorSessions::AdministratorId,
    AdministratorSessions::Address,
    AdministratorSessions::StartedAt,
    AdministratorSessions::SeenAt,
    AdministratorSessions::ExpiresAt,
];

impl SessionRow {
    pub(super) fn session(self) -> Result<AdministratorSession> {
        let id = self.id.try_into().map_err(|_| DatabaseError::Corrupt("administrator_sessions.id"))?;
        let from = self.address.map(|text| text.parse()).transpose();
        Ok(AdministratorSession {
            id: SessionId::from_store(id),
            administrator: AdministratorId(self.administrator_id),
            from: from.map_err(|_| DatabaseError::Corrupt("administrator_sessions.address"))?,
            started_at: Timestamp::from_millis(self.started_at),
            seen_at: Timestamp::from_millis(self.seen_at),
            expires_at: Timestamp::from_millis(self.expires_at),
        })
    }
}

pub(super) fn key(id: SessionId) -> Vec<u8> {
    id.as_bytes().to_vec()
}

pub(super) fn all() -> SelectStatement {
    Query::select().columns(COLUMNS).from(AdministratorSessions::Table).take()
}

pub(super) fn insert(session: &AdministratorSession) -> InsertStatement {
    Query::insert()
        .into_table(AdministratorSessions::Table)
        .columns(COLUMNS)
        .values_panic([
            key(session.id).into(),
            session.administrator.0.into(),
            session.from.map(|from| from.to_string()).into(),
            session.started_at.as_millis().into(),
            session.seen_at.as_millis().into(),
            session.expires_at.as_millis().into(),
        ])
        .take()
}

/// All of an administrator, but for one if it is named.
pub(super) fn of(id: AdministratorId, keep: Option<SessionId>) -> DeleteStatement {
    Query::delete()
        .from_table(AdministratorSessions::Table)
        .and_where(Expr::col(AdministratorSessions::AdministratorId).eq(id.0))
        .and_where_option(keep.map(|keep| Expr::col(AdministratorSessions::Id).ne(key(keep))))
        .take()
}
