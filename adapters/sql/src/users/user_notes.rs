use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, Order, Query};
use usher_domain::{AuditAction, AuditContext, NoteText, Timestamp, UserId, UserNote};
use usher_ports::outbound::UserNotes;

use super::SqlUsers;
use super::user_changes::hold;
use crate::audit;
use crate::database::{Ended, Result, StoreResult, Tx, record};
use crate::iden::UserNotes as Notes;

record! {
    struct NoteRow {
        id: i64,
        user_id: i64,
        author: String,
        text: String,
        created_at: i64,
    }
}

impl From<NoteRow> for UserNote {
    fn from(row: NoteRow) -> Self {
        Self {
            id: row.id,
            user: UserId(row.user_id),
            by: row.author,
            at: Timestamp::from_millis(row.created_at),
            text: NoteText::from_store(row.text),
        }
    }
}

async fn add(
    tx: &mut Tx,
    user: UserId,
    text: &NoteText,
    context: &AuditContext,
) -> Result<Ended<Option<UserNote>>> {
    let Some(about) = hold(tx, user).await? else { return Ok(Ended::Abort(None)) };
    let insert = Query::insert()
        .into_table(Notes::Table)
        .columns([Notes::UserId, Notes::Author, Notes::Text, Notes::CreatedAt])
        .values_panic([
            user.0.into(),
            context.by.as_str().into(),
            text.as_str().into(),
            context.at.as_millis().into(),
        ])
        .take();
    let id = tx.insert(insert, Notes::Id).await?;
    audit::append(tx, &context.about(AuditAction::NoteAdded, &about)).await?;
    let (by, at, text) = (context.by.clone(), context.at, text.clone());
    Ok(Ended::Commit(Some(UserNote { id, user, by, at, text })))
}

async fn remove(
    tx: &mut Tx,
    user: UserId,
    note: i64,
    by: Option<&str>,
    context: &AuditContext,
) -> Result<Ended<bool>> {
    let Some(about) = hold(tx, user).await? else { return Ok(Ended::Abort(false)) };
    let delete = Query::delete()
        .from_table(Notes::Table)
        .and_where(Expr::col(Notes::Id).eq(note))
        .and_where(Expr::col(Notes::UserId).eq(user.0))
        .and_where_option(by.map(|by| Expr::col(Notes::Author).eq(by)))
        .take();
    if tx.execute(&delete).await? == 0 {
        return Ok(Ended::Abort(false));
    }
    audit::append(tx, &context.about(AuditAction::NoteRemoved, &about)).await?;
    Ok(Ended::Commit(true))
}

#[async_trait]
impl UserNotes for SqlUsers {
    #[tracing::instrument(name = "db.users.add_note", level = "debug", skip_all)]
    async fn add_note(
        &self,
        user: UserId,
        text: &NoteText,
        context: &AuditContext,
    ) -> StoreResult<Option<UserNote>> {
        let given = (user, text.clone(), context.clone());
        Ok(self
            .database
            .write(given, |tx, (user, text, context)| Box::pin(add(tx, *user, text, context)))
            .await?)
    }

    #[tracing::instrument(name = "db.users.notes", level = "debug", skip_all)]
    async fn notes(&self, user: UserId, limit: u32) -> StoreResult<Vec<UserNote>> {
        let statement = Query::select()
            .columns([Notes::Id, Notes::UserId, Notes::Author, Notes::Text, Notes::CreatedAt])
            .from(Notes::Table)
            .and_where(Expr::col(Notes::UserId).eq(user.0))
            .order_by(Notes::Id, Order::Desc)
            .limit(u64::from(limit))
            .take();
        let rows: Vec<NoteRow> = self.database.all(&statement).await?;
        Ok(rows.into_iter().map(UserNote::from).collect())
    }

    #[tracing::instrument(name = "db.users.remove_note", level = "debug", skip_all)]
    async fn remove_note(
        &self,
        user: UserId,
        note: i64,
        by: Option<&str>,
        context: &AuditContext,
    ) -> StoreResult<bool> {
        let given = (user, note, by.map(str::to_owned), context.clone());
        Ok(self
            .database
            .write(given, |tx, (user, note, by, context)| {
                Box::pin(remove(tx, *user, *note, by.as_deref(), context))
            })
            .await?)
    }
}
