use std::num::NonZeroU32;
use std::sync::Arc;

use async_trait::async_trait;
use sea_query::{
    Condition, DeleteStatement, Expr, ExprTrait, InsertStatement, LockType, Order, Query, SelectStatement,
};
use usher_domain::{
    DeviceAttribute, DeviceTag, Epoch, NewSession, Role, Session, SessionId, SessionOrigin, Status,
    Timestamp, UserId,
};
use usher_ports::outbound::{SessionStore, Started, StoreError};

use crate::database::{Database, DatabaseError, Ended, Result, Tx, record};
use crate::iden::{Sessions, Users};

/// Sessions in the database, beside the users they belong to.
#[derive(Clone, Debug)]
pub struct SqlSessions(Database);

impl SqlSessions {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

record! {
    struct SessionRow {
        id: Vec<u8>,
        user_id: i64,
        role: String,
        epoch: i64,
        started_at: i64,
        seen_at: i64,
        expires_at: i64,
        address: Option<String>,
        device_tag: Option<String>,
        platform: Option<String>,
    }
}

impl SessionRow {
    /// Rows of older versions have none.
    fn origin(&self) -> Option<SessionOrigin> {
        Some(SessionOrigin {
            from: self.address.as_ref()?.parse().ok()?,
            device: self.device_tag.clone().map(DeviceTag::from_store),
            platform: self.platform.clone().map(DeviceAttribute::from_store),
        })
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = DatabaseError;

    fn try_from(row: SessionRow) -> Result<Self> {
        let origin = row.origin().map(Arc::new);
        Ok(Self {
            id: SessionId::from_store(row.id.try_into().map_err(|_| DatabaseError::Corrupt("sessions.id"))?),
            user: UserId(row.user_id),
            role: row.role.parse().map_err(|_| DatabaseError::Corrupt("sessions.role"))?,
            epoch: Epoch(row.epoch),
            started_at: Timestamp::from_millis(row.started_at),
            seen_at: Timestamp::from_millis(row.seen_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            origin,
        })
    }
}

const COLUMNS: [Sessions; 10] = [
    Sessions::Id,
    Sessions::UserId,
    Sessions::Role,
    Sessions::Epoch,
    Sessions::StartedAt,
    Sessions::SeenAt,
    Sessions::ExpiresAt,
    Sessions::Address,
    Sessions::DeviceTag,
    Sessions::Platform,
];

fn opened_at(origin: Option<&SessionOrigin>) -> [Expr; 3] {
    let device = origin.and_then(|origin| origin.device.as_ref());
    let platform = origin.and_then(|origin| origin.platform.as_ref());
    [
        Expr::val(origin.map(|origin| origin.from.to_string())),
        Expr::val(device.map(|device| device.as_str().to_owned())),
        Expr::val(platform.map(|platform| platform.as_str().to_owned())),
    ]
}

fn sessions() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Sessions::Table).take()
}

fn key(id: SessionId) -> Vec<u8> {
    id.as_bytes().to_vec()
}

fn one(user: UserId, id: SessionId) -> Condition {
    let owner = Expr::col(Sessions::UserId).eq(user.0);
    Condition::all().add(Expr::col(Sessions::Id).eq(key(id))).add(owner)
}

/// The session, unless a change of its account has ended its epoch: that is asked of the account itself, so it holds
/// from the commit of the change on, and the node that made it need not reach this one.
fn live(user: UserId, id: SessionId) -> SelectStatement {
    let account = |column: Users| Expr::col((Users::Table, column));
    Query::select()
        .columns(COLUMNS.map(|column| (Sessions::Table, column)))
        .from(Sessions::Table)
        .inner_join(Users::Table, account(Users::Id).equals((Sessions::Table, Sessions::UserId)))
        .and_where(Expr::col((Sessions::Table, Sessions::Id)).eq(key(id)))
        .and_where(Expr::col((Sessions::Table, Sessions::UserId)).eq(user.0))
        .and_where(Expr::col((Sessions::Table, Sessions::Epoch)).gte(account(Users::SessionEpoch)))
        .and_where(account(Users::Status).eq(Status::Enabled.code()))
        .and_where(account(Users::DeletedAt).is_null())
        .take()
}

impl SqlSessions {
    async fn find_all(&self, statement: &SelectStatement) -> Result<Vec<Session>> {
        self.0.all::<SessionRow>(statement).await?.into_iter().map(Session::try_from).collect()
    }
}

/// Stores the session unless its epoch is over, and removes those beyond `keep`.
///
/// The user's row is locked first, where the engine locks rows: two starts at once would each count without the
/// other's, and a revocation could slip between the check and the insert.
pub(crate) async fn store(tx: &mut Tx, session: &Session, keep: NonZeroU32) -> Result<Ended<Started>> {
    if tx.execute(&insert(session)?).await? == 0 {
        return Ok(Ended::Abort(Started::Superseded));
    }
    match tx.dialect().end_others_beyond(session, keep) {
        Some(statement) => tx.execute(&statement).await?,
        None => tx.execute(&end_others_beyond(session, keep)).await?,
    };
    Ok(Ended::Commit(Started::Live))
}

async fn revoke(tx: &mut Tx, user: UserId, epoch: Epoch) -> Result<Ended<()>> {
    // The user's own epoch is what keeps older sessions from being started later.
    tx.execute(
        Query::update()
            .table(Users::Table)
            .value(Users::SessionEpoch, epoch.0)
            .and_where(Expr::col(Users::Id).eq(user.0))
            .and_where(Expr::col(Users::SessionEpoch).lt(epoch.0)),
    )
    .await?;
    tx.execute(
        Query::delete()
            .from_table(Sessions::Table)
            .and_where(Expr::col(Sessions::UserId).eq(user.0))
            .and_where(Expr::col(Sessions::Epoch).lt(epoch.0)),
    )
    .await?;
    Ok(Ended::Commit(()))
}

/// The first session of an account that is made in the same transaction. `user` names the owner.
pub(crate) fn row(session: &NewSession, user: impl Into<Expr>, role: Role) -> InsertStatement {
    let [address, device, platform] = opened_at(Some(&session.origin));
    let row: [Expr; 10] = [
        Expr::val(key(session.id)),
        user.into(),
        Expr::val(role.as_str()),
        Expr::val(Epoch::default().0),
        Expr::val(session.started_at.as_millis()),
        Expr::val(session.started_at.as_millis()),
        Expr::val(session.expires_at.as_millis()),
        address,
        device,
        platform,
    ];
    Query::insert().into_table(Sessions::Table).columns(COLUMNS).values_panic(row).take()
}

/// The session, if its user is of no later epoch. Locks the user.
fn insert(session: &Session) -> Result<InsertStatement> {
    let [address, device, platform] = opened_at(session.origin.as_deref());
    let row: [Expr; 10] = [
        Expr::val(key(session.id)),
        Expr::col(Users::Id),
        Expr::val(session.role.as_str()),
        Expr::val(session.epoch.0),
        Expr::val(session.started_at.as_millis()),
        Expr::val(session.seen_at.as_millis()),
        Expr::val(session.expires_at.as_millis()),
        address,
        device,
        platform,
    ];
    let row = Query::select()
        .exprs(row)
        .from(Users::Table)
        .and_where(Expr::col(Users::Id).eq(session.user.0))
        .and_where(Expr::col(Users::SessionEpoch).lte(session.epoch.0))
        .lock(LockType::Update)
        .take();
    let mut insert = Query::insert().into_table(Sessions::Table).columns(COLUMNS).take();
    insert.select_from(row).map_err(|_| DatabaseError::Corrupt("a session is as many values as columns"))?;
    Ok(insert)
}

/// Ends the sessions that have to make room for `session`: all others of its user and role but the `keep - 1` newest.
fn end_others_beyond(session: &Session, keep: NonZeroU32) -> DeleteStatement {
    let others = Query::select()
        .column(Sessions::Id)
        .from(Sessions::Table)
        .and_where(Expr::col(Sessions::UserId).eq(session.user.0))
        .and_where(Expr::col(Sessions::Role).eq(session.role.as_str()))
        .and_where(Expr::col(Sessions::Id).ne(key(session.id)))
        .order_by(Sessions::StartedAt, Order::Desc)
        .limit(1_000)
        .offset(u64::from(keep.get() - 1))
        .take();
    Query::delete().from_table(Sessions::Table).and_where(Expr::col(Sessions::Id).in_subquery(others)).take()
}

#[async_trait]
impl SessionStore for SqlSessions {
    #[tracing::instrument(name = "db.sessions.start", level = "debug", skip_all)]
    async fn start(&self, session: &Session, keep: NonZeroU32) -> std::result::Result<Started, StoreError> {
        Ok(self
            .0
            .write((session.clone(), keep), |tx, (session, keep)| Box::pin(store(tx, session, *keep)))
            .await?)
    }

    #[tracing::instrument(name = "db.sessions.find", level = "debug", skip_all)]
    async fn find(&self, user: UserId, id: SessionId) -> std::result::Result<Option<Session>, StoreError> {
        let row = self.0.one::<SessionRow>(&live(user, id)).await?;
        Ok(row.map(Session::try_from).transpose()?)
    }

    #[tracing::instrument(name = "db.sessions.list", level = "debug", skip_all)]
    async fn list(&self, user: UserId) -> std::result::Result<Vec<Session>, StoreError> {
        let statement = sessions()
            .and_where(Expr::col(Sessions::UserId).eq(user.0))
            .order_by(Sessions::StartedAt, Order::Desc)
            .take();
        Ok(self.find_all(&statement).await?)
    }

    #[tracing::instrument(name = "db.sessions.extend", level = "debug", skip_all)]
    async fn extend(
        &self,
        user: UserId,
        id: SessionId,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> std::result::Result<(), StoreError> {
        let statement = Query::update()
            .table(Sessions::Table)
            .value(Sessions::SeenAt, seen_at.as_millis())
            .value(Sessions::ExpiresAt, expires_at.as_millis())
            .cond_where(one(user, id))
            .take();
        self.0.execute_or_skip(&statement).await?;
        Ok(())
    }

    #[tracing::instrument(name = "db.sessions.end", level = "debug", skip_all)]
    async fn end(&self, user: UserId, id: SessionId) -> std::result::Result<(), StoreError> {
        let statement = Query::delete().from_table(Sessions::Table).cond_where(one(user, id)).take();
        self.0.execute(&statement).await?;
        Ok(())
    }

    #[tracing::instrument(name = "db.sessions.end_role", level = "debug", skip_all)]
    async fn end_role(&self, user: UserId, role: Role) -> std::result::Result<(), StoreError> {
        let statement = Query::delete()
            .from_table(Sessions::Table)
            .and_where(Expr::col(Sessions::UserId).eq(user.0))
            .and_where(Expr::col(Sessions::Role).eq(role.as_str()))
            .take();
        self.0.execute(&statement).await?;
        Ok(())
    }

    #[tracing::instrument(name = "db.sessions.end_before", level = "debug", skip_all)]
    async fn end_before(&self, user: UserId, epoch: Epoch) -> std::result::Result<(), StoreError> {
        Ok(self.0.write((user, epoch), |tx, (user, epoch)| Box::pin(revoke(tx, *user, *epoch))).await?)
    }

    #[tracing::instrument(name = "db.sessions.purge", level = "debug", skip_all)]
    async fn purge(&self, before: Timestamp) -> std::result::Result<u64, StoreError> {
        let statement = Query::delete()
            .from_table(Sessions::Table)
            .and_where(Expr::col(Sessions::ExpiresAt).lt(before.as_millis()))
            .take();
        Ok(self.0.execute(&statement).await?)
    }
}
