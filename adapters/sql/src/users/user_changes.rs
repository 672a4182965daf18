//! What administrators change about accounts, each with its entry in the audit log.

use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, LockType, Query, UpdateStatement};
use usher_domain::{AuditContext, Decision, DeviceId, Role, Timestamp, User, UserChange, UserId, Version};
use usher_ports::outbound::{Changed, Unlinked, UserChanges};

use super::SqlUsers;
use super::user_lookup::within;
use crate::audit;
use crate::database::{DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::dialect::Dialect;
use crate::events;
use crate::iden::{Devices, Users};
use crate::revocations::revocation;

record! {
    struct IdRow {
        id: i64,
    }
}

/// The user, locked until the end of the transaction.
pub(super) async fn hold(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    // A write transaction of the embedded engine is alone already.
    if tx.dialect() == Dialect::Sqlite {
        return within(tx, id).await;
    }
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
    #[tracing::instrument(name = "db.users.change", level = "debug", skip_all)]
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

    #[tracing::instrument(name = "db.users.unlink", level = "debug", skip_all)]
    async fn unlink(&self, id: UserId, device: &DeviceId, context: &AuditContext) -> StoreResult<Unlinked> {
        let given = (id, device.clone(), context.clone());
        Ok(self
            .database
            .write(given, |tx, (id, device, context)| Box::pin(unlink(tx, *id, device, context)))
            .await?)
    }
}

async fn unlink(
    tx: &mut Tx,
    id: UserId,
    device: &DeviceId,
    context: &AuditContext,
) -> Result<Ended<Unlinked>> {
    let Some(user) = hold(tx, id).await? else { return Ok(Ended::Abort(Unlinked::NotLinked)) };
    if user.role == Role::Visitor {
        return Ok(Ended::Abort(Unlinked::OfVisitor));
    }
    let delete = Query::delete()
        .from_table(Devices::Table)
        .and_where(Expr::col(Devices::Id).eq(device.as_str()))
        .and_where(Expr::col(Devices::UserId).eq(id.0))
        .take();
    if tx.execute(&delete).await? == 0 {
        return Ok(Ended::Abort(Unlinked::NotLinked));
    }
    audit::append(tx, &context.device_unlinked(&user, device)).await?;
    Ok(Ended::Commit(Unlinked::Done))
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
    Ok(match write(tx, &before, &decision).await? {
        Written::Done => Ended::Commit(Changed::Done(Box::new(decision.after))),
        Written::UsernameTaken => Ended::Abort(Changed::UsernameTaken),
    })
}

/// What writing a decision came to.
pub(super) enum Written {
    Done,
    UsernameTaken,
}

/// Writes what was decided about an account that the transaction holds.
pub(super) async fn write(tx: &mut Tx, before: &User, decision: &Decision) -> Result<Written> {
    match tx.execute(&update(decision)).await {
        Ok(_) => {}
        Err(DatabaseError::Duplicate(_)) => return Ok(Written::UsernameTaken),
        Err(error) => return Err(error),
    }
    let after = &decision.after;
    if (after.role, &after.username) != (before.role, &before.username) {
        if before.role == Role::User
            && let Some(forget) = tx.dialect().forget_username(after.id)
        {
            tx.execute(&forget).await?;
        }
        index_username(tx, after).await?;
    }
    record_decision(tx, decision).await?;
    Ok(Written::Done)
}

/// Appends what a decision leaves beside the account: the revocation of its sessions, its events, and its audit entry, which
/// comes last because it locks the head of that log.
pub(super) async fn record_decision(tx: &mut Tx, decision: &Decision) -> Result<()> {
    let after = &decision.after;
    if decision.ends_sessions {
        tx.execute(&revocation(after, after.updated_at)).await?;
    }
    for event in &decision.events {
        tx.execute(&events::row(event, after.id.0)?).await?;
    }
    match &decision.audit {
        Some(entry) => audit::append(tx, entry).await,
        None => Ok(()),
    }
}

/// Makes a registered user's name searchable, where the engine does not do so by itself.
pub(super) async fn index_username(tx: &mut Tx, user: &User) -> Result<()> {
    if user.role == Role::User
        && let Some(index) = tx.dialect().index_usernames(&[(user.id, user.username.key())])
    {
        tx.execute(&index).await?;
    }
    Ok(())
}

/// All that a decision can change.
fn update(Decision { after, password, .. }: &Decision) -> UpdateStatement {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
    let last_login = after.last_login.as_ref();
    let password = password.as_ref().map(|password| (Users::PasswordHash, password.expose().into()));
    Query::update()
        .table(Users::Table)
        .values([
            (Users::Username, after.username.as_str().into()),
            (Users::UsernameKey, after.username.key().as_str().into()),
            (Users::Nickname, after.nickname.as_str().into()),
            (Users::NicknameKey, after.nickname.key().into()),
            (Users::Avatar, after.avatar.as_str().into()),
            (Users::Role, after.role.as_str().into()),
            (Users::Status, after.status.code().into()),
            (Users::DisabledUntil, millis(after.disabled_until).into()),
            (Users::DisabledReason, after.disabled_reason.as_str().into()),
            (Users::DisabledBy, after.disabled_by.as_str().into()),
            (Users::DeletedAt, millis(after.deleted_at).into()),
            (Users::LastLoginAt, last_login.map(|visit| visit.at.as_millis()).into()),
            (
                Users::LastLoginFrom,
                last_login.and_then(|visit| visit.from).map(|from| from.to_string()).into(),
            ),
            (Users::UpdatedAt, after.updated_at.as_millis().into()),
            (Users::Version, after.version.0.into()),
            (Users::SessionEpoch, after.epoch.0.into()),
        ])
        .values(password)
        .and_where(Expr::col(Users::Id).eq(after.id.0))
        .take()
}
