use async_trait::async_trait;
use sea_query::{DeleteStatement, Expr, ExprTrait, InsertStatement, Order, Query, SelectStatement};
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorSession, AuditAction, AuditContext, PasswordHash,
    SecondFactorResponse, SessionId, Timestamp,
};
use usher_ports::outbound::AdministratorSessions;

use super::second_factor_store::consume_response;
use super::{SqlAdministrators, accounts};
use crate::audit;
use crate::database::{DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::{AdministratorSessions as Sessions, Administrators};

record! {
    struct SessionRow {
        id: Vec<u8>,
        administrator_id: i64,
        address: Option<String>,
        started_at: i64,
        seen_at: i64,
        expires_at: i64,
    }
}

const COLUMNS: [Sessions; 6] = [
    Sessions::Id,
    Sessions::AdministratorId,
    Sessions::Address,
    Sessions::StartedAt,
    Sessions::SeenAt,
    Sessions::ExpiresAt,
];

impl TryFrom<SessionRow> for AdministratorSession {
    type Error = DatabaseError;

    fn try_from(row: SessionRow) -> Result<Self> {
        let id = row.id.try_into().map_err(|_| DatabaseError::Corrupt("administrator_sessions.id"))?;
        let from = row.address.map(|text| text.parse()).transpose();
        Ok(Self {
            id: SessionId::from_store(id),
            administrator: AdministratorId(row.administrator_id),
            from: from.map_err(|_| DatabaseError::Corrupt("administrator_sessions.address"))?,
            started_at: Timestamp::from_millis(row.started_at),
            seen_at: Timestamp::from_millis(row.seen_at),
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    }
}

#[async_trait]
impl AdministratorSessions for SqlAdministrators {
    #[tracing::instrument(name = "db.administrator_sessions.open", level = "debug", skip_all)]
    async fn open(
        &self,
        session: &AdministratorSession,
        password: &PasswordHash,
        response: Option<SecondFactorResponse>,
        context: &AuditContext,
    ) -> StoreResult<bool> {
        let given = (session.clone(), password.clone(), response, context.clone());
        Ok(self
            .0
            .write(given, |tx, (session, password, response, context)| {
                Box::pin(store(tx, session, password, response.as_ref(), context))
            })
            .await?)
    }

    #[tracing::instrument(name = "db.administrator_sessions.find_session", level = "debug", skip_all)]
    async fn find_session(
        &self,
        id: SessionId,
    ) -> StoreResult<Option<(AdministratorSession, AdministratorAccount)>> {
        let statement = all().and_where(Expr::col(Sessions::Id).eq(key(id))).take();
        let Some(row) = self.0.one::<SessionRow>(&statement).await? else { return Ok(None) };
        let session = AdministratorSession::try_from(row)?;
        let owner = accounts().and_where(Expr::col(Administrators::Id).eq(session.administrator.0)).take();
        Ok(self.account(&owner).await?.map(|account| (session, account)))
    }

    #[tracing::instrument(name = "db.administrator_sessions.sessions", level = "debug", skip_all)]
    async fn sessions(&self, id: AdministratorId) -> StoreResult<Vec<AdministratorSession>> {
        let statement = all()
            .and_where(Expr::col(Sessions::AdministratorId).eq(id.0))
            .order_by(Sessions::StartedAt, Order::Desc)
            .order_by(Sessions::Id, Order::Asc)
            .take();
        let rows: Vec<SessionRow> = self.0.all(&statement).await?;
        Ok(rows.into_iter().map(AdministratorSession::try_from).collect::<Result<_>>()?)
    }

    #[tracing::instrument(name = "db.administrator_sessions.extend", level = "debug", skip_all)]
    async fn extend(&self, id: SessionId, seen_at: Timestamp, expires_at: Timestamp) -> StoreResult<()> {
        let statement = Query::update()
            .table(Sessions::Table)
            .value(Sessions::SeenAt, seen_at.as_millis())
            .value(Sessions::ExpiresAt, expires_at.as_millis())
            .and_where(Expr::col(Sessions::Id).eq(key(id)))
            .take();
        self.0.execute_or_skip(&statement).await?;
        Ok(())
    }

    #[tracing::instrument(name = "db.administrator_sessions.end", level = "debug", skip_all)]
    async fn end(&self, id: SessionId, context: &AuditContext) -> StoreResult<()> {
        let statement = delete().and_where(Expr::col(Sessions::Id).eq(key(id))).take();
        let given = (statement, context.clone());
        Ok(self.0.write(given, |tx, (which, context)| Box::pin(finish(tx, which, "", context))).await?)
    }

    #[tracing::instrument(name = "db.administrator_sessions.end_all", level = "debug", skip_all)]
    async fn end_all(
        &self,
        id: AdministratorId,
        keep: Option<SessionId>,
        context: &AuditContext,
    ) -> StoreResult<()> {
        let given = (sessions_of(id, keep), context.clone());
        Ok(self
            .0
            .write(given, |tx, (which, context)| Box::pin(finish(tx, which, "everywhere", context)))
            .await?)
    }

    #[tracing::instrument(name = "db.administrator_sessions.purge", level = "debug", skip_all)]
    async fn purge(&self, before: Timestamp) -> StoreResult<u64> {
        let statement = delete().and_where(Expr::col(Sessions::ExpiresAt).lt(before.as_millis())).take();
        Ok(self.0.execute(&statement).await?)
    }
}

/// The login is noted first, on the condition that the password is still the one that was checked.
async fn store(
    tx: &mut Tx,
    session: &AdministratorSession,
    password: &PasswordHash,
    response: Option<&SecondFactorResponse>,
    context: &AuditContext,
) -> Result<Ended<bool>> {
    let mut login = Query::update()
        .table(Administrators::Table)
        .value(Administrators::LastLoginAt, session.started_at.as_millis())
        .and_where(Expr::col(Administrators::PasswordHash).eq(password.expose()))
        .take();
    if !consume_response(tx, &mut login, session.administrator, response).await? {
        return Ok(Ended::Abort(false));
    }
    tx.execute(&insert(session)).await?;
    audit::append(tx, &context.record(AuditAction::LoggedIn, "")).await?;
    Ok(Ended::Commit(true))
}

/// Ends sessions and writes that down; one that was over is not left again.
async fn finish(
    tx: &mut Tx,
    which: &DeleteStatement,
    subject: &str,
    context: &AuditContext,
) -> Result<Ended<()>> {
    if tx.execute(which).await? > 0 {
        audit::append(tx, &context.record(AuditAction::LoggedOut, subject)).await?;
    }
    Ok(Ended::Commit(()))
}

fn key(id: SessionId) -> Vec<u8> {
    id.as_bytes().to_vec()
}

fn all() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Sessions::Table).take()
}

fn insert(session: &AdministratorSession) -> InsertStatement {
    Query::insert()
        .into_table(Sessions::Table)
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
pub(super) fn sessions_of(id: AdministratorId, keep: Option<SessionId>) -> DeleteStatement {
    delete()
        .and_where(Expr::col(Sessions::AdministratorId).eq(id.0))
        .and_where_option(keep.map(|keep| Expr::col(Sessions::Id).ne(key(keep))))
        .take()
}

fn delete() -> DeleteStatement {
    Query::delete().from_table(Sessions::Table).take()
}
