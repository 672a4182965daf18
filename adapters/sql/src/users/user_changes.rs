//! What administrators change about accounts, each with its entry in the audit log.

use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, LockType, Query, UpdateStatement};
use usher_domain::{AuditContext, Decision, Timestamp, User, UserChange, UserId, Version};
use usher_ports::outbound::{Changed, UserChanges};

use super::SqlUsers;
use super::user_lookup::within;
use super::user_registry::index_username;
use crate::audit;
use crate::database::{DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::Users;
use crate::revocations::revocation;

record! {
    struct IdRow {
        id: i64,
    }
}

/// The user, locked until the end of the transaction.
pub(super) async fn hold(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    let lock = Query::select()
        .column(Users::Id)
        .from(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id.0))
        .lock(LockType::Update)
        .take();
    match tx.one::<IdRow>(&lock).await? {
        Some(row) => within(tx, UserId(row.id)).await,
        None => Ok(None),
    }
}

#[async_trait]
impl UserChanges for SqlUsers {
    async fn change(
        &self,
        id: UserId,
        change: &UserChange,
        expected: Option<Version>,
        context: &AuditContext,
    ) -> StoreResult<Changed> {
        let given = (id, change.clone(), expected, context.clone());
        Ok(self
            .database
            .write(given, |tx, (id, change, expected, context)| {
                Box::pin(apply(tx, *id, change, *expected, context))
            })
            .await?)
    }
}

async fn apply(
    tx: &mut Tx,
    id: UserId,
    change: &UserChange,
    expected: Option<Version>,
    context: &AuditContext,
) -> Result<Ended<Changed>> {
    let Some(before) = hold(tx, id).await? else { return Ok(Ended::Abort(Changed::NotFound)) };
    let decision = match change.decide(&before, expected, context) {
        Ok(decision) => decision,
        Err(why) => return Ok(Ended::Abort(Changed::declined(why, before))),
    };
    match tx.execute(&update(&decision)).await {
        Ok(_) => {}
        Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(Changed::UsernameTaken)),
        Err(error) => return Err(error),
    }
    let after = decision.after;
    if after.username != before.username {
        if let Some(forget) = tx.dialect().forget_username(id) {
            tx.execute(&forget).await?;
        }
        index_username(tx, id, &after.username).await?;
    }
    if decision.ends_sessions {
        tx.execute(&revocation(&after, context.at)).await?;
    }
    audit::append(tx, &decision.record).await?;
    Ok(Ended::Commit(Changed::Done(Box::new(after))))
}

/// All that a change can change.
fn update(Decision { after, password, .. }: &Decision) -> UpdateStatement {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
    let password = password.as_ref().map(|password| (Users::PasswordHash, password.expose().into()));
    Query::update()
        .table(Users::Table)
        .values([
            (Users::Username, after.username.as_str().into()),
            (Users::UsernameKey, after.username.key().as_str().into()),
            (Users::Nickname, after.nickname.as_str().into()),
            (Users::NicknameKey, after.nickname.key().into()),
            (Users::Avatar, after.avatar.as_str().into()),
            (Users::Status, after.status.code().into()),
            (Users::DisabledUntil, millis(after.disabled_until).into()),
            (Users::DeletedAt, millis(after.deleted_at).into()),
            (Users::UpdatedAt, after.updated_at.as_millis().into()),
            (Users::Version, after.version.0.into()),
            (Users::SessionEpoch, after.epoch.0.into()),
        ])
        .values(password)
        .and_where(Expr::col(Users::Id).eq(after.id.0))
        .take()
}
