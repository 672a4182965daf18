use async_trait::async_trait;
use sea_query::{Alias, Expr, ExprTrait, InsertStatement, Order, Query};
use serde::{Deserialize, Serialize};
use usher_domain::{Event, LoggedEvent, Timestamp, UserId};
use usher_ports::outbound::EventLog;

use crate::database::{Database, DatabaseError, Result, StoreResult, record};
use crate::iden::Events;

/// The events of accounts, in the database.
#[derive(Clone, Debug)]
pub struct SqlEvents(Database);

impl SqlEvents {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

record! {
    struct EventRow {
        id: i64,
        at: i64,
        event_type: String,
        user_id: i64,
        data: String,
    }
}

record! {
    struct AgeRow {
        id: i64,
        at: i64,
    }
}

/// The column `data`.
#[derive(Deserialize, Serialize)]
struct Data {
    user_id: String,
    role: String,
    status: String,
}

/// Appends an event of the account with this number. To be sent with the change.
pub(crate) fn row(event: &Event, user: impl Into<Expr>) -> Result<InsertStatement> {
    Ok(insert().values_panic(values(event, user)?).take())
}

/// Appends events of accounts with these numbers, if there are any.
pub(crate) fn rows<'a>(events: impl Iterator<Item = (&'a Event, i64)>) -> Result<Option<InsertStatement>> {
    let (mut insert, mut any) = (insert(), false);
    for (event, user) in events {
        insert.values_panic(values(event, user)?);
        any = true;
    }
    Ok(any.then_some(insert))
}

fn insert() -> InsertStatement {
    Query::insert()
        .into_table(Events::Table)
        .columns([Events::At, Events::Type, Events::UserId, Events::Data])
        .take()
}

fn values(event: &Event, user: impl Into<Expr>) -> Result<[Expr; 4]> {
    let data = Data {
        user_id: event.uuid.to_string(),
        role: event.role.as_str().to_owned(),
        status: event.status.as_str().to_owned(),
    };
    let data = serde_json::to_string(&data)
        .map_err(|_| DatabaseError::Corrupt("an event that cannot be written"))?;
    Ok([event.at.as_millis().into(), event.event_type.as_str().into(), user.into(), data.into()])
}

impl TryFrom<EventRow> for LoggedEvent {
    type Error = DatabaseError;

    fn try_from(row: EventRow) -> Result<Self> {
        let data: Data =
            serde_json::from_str(&row.data).map_err(|_| DatabaseError::Corrupt("events.data"))?;
        let event = Event {
            event_type: row.event_type.parse().map_err(|_| DatabaseError::Corrupt("events.type"))?,
            at: Timestamp::from_millis(row.at),
            uuid: data.user_id.parse().map_err(|_| DatabaseError::Corrupt("the id in events.data"))?,
            role: data.role.parse().map_err(|_| DatabaseError::Corrupt("the role in events.data"))?,
            status: data.status.parse().map_err(|_| DatabaseError::Corrupt("the status in events.data"))?,
        };
        Ok(Self { id: row.id, user: UserId(row.user_id), event })
    }
}

#[async_trait]
impl EventLog for SqlEvents {
    #[tracing::instrument(name = "db.events.list", level = "debug", skip_all)]
    async fn list(&self, after: i64, limit: u32) -> StoreResult<Vec<LoggedEvent>> {
        let statement = Query::select()
            .columns([Events::Id, Events::At])
            .expr_as(Expr::col(Events::Type), Alias::new("event_type"))
            .columns([Events::UserId, Events::Data])
            .from(Events::Table)
            .and_where(Expr::col(Events::Id).gt(after))
            .order_by(Events::Id, Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows: Vec<EventRow> = self.0.all(&statement).await?;
        Ok(rows.into_iter().map(LoggedEvent::try_from).collect::<Result<_>>()?)
    }

    /// The oldest are looked at and no others, so that it costs the same however many there are.
    #[tracing::instrument(name = "db.events.forget", level = "debug", skip_all)]
    async fn forget(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let oldest = Query::select()
            .columns([Events::Id, Events::At])
            .from(Events::Table)
            .order_by(Events::Id, Order::Asc)
            .limit(u64::from(limit))
            .take();
        let oldest: Vec<AgeRow> = self.0.all(&oldest).await?;
        let old: Vec<i64> =
            oldest.into_iter().filter(|row| row.at < before.as_millis()).map(|row| row.id).collect();
        if old.is_empty() {
            return Ok(0);
        }
        let delete =
            Query::delete().from_table(Events::Table).and_where(Expr::col(Events::Id).is_in(old)).take();
        Ok(self.0.execute(&delete).await?)
    }
}
