//! What administrators change about accounts, each with its entry in the audit log.

use sea_query::{Expr, ExprTrait, LockType, Order, Query, UpdateStatement};
use usher_domain::{Amendment, AuditAction, Deed, NotApplicable, Timestamp, User, UserId, Version};
use usher_ports::outbound::Amended;

use super::read::{self, user, users};
use super::row::UserRow;
use super::write::index_username;
use crate::audit;
use crate::database::{Database, DatabaseError, Ended, Result, Tx, record};
use crate::iden::Users;
use crate::revocations::revocation;

record! {
    struct IdRow {
        id: i64,
    }
}

/// How somebody is, and stays until the end of the transaction.
async fn hold(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    let lock = Query::select()
        .column(Users::Id)
        .from(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id.0))
        .lock(LockType::Update)
        .take();
    match tx.one::<IdRow>(&lock).await? {
        Some(row) => read::within(tx, UserId(row.id)).await,
        None => Ok(None),
    }
}

pub(super) async fn amend(
    tx: &mut Tx,
    id: UserId,
    amendment: &Amendment,
    expected: Option<Version>,
    deed: &Deed,
) -> Result<Ended<Amended>> {
    let Some(before) = hold(tx, id).await? else { return Ok(Ended::Abort(Amended::NotFound)) };
    if expected.is_some_and(|version| version != before.version) {
        return Ok(Ended::Abort(Amended::Conflict(Box::new(before))));
    }
    let after = match amendment.apply(&before, deed.at) {
        Ok(Some(after)) => after,
        Ok(None) => return Ok(Ended::Abort(Amended::Unchanged(Box::new(before)))),
        Err(NotApplicable) => return Ok(Ended::Abort(Amended::NotApplicable)),
    };
    match tx.execute(&update(&after, amendment)).await {
        Ok(_) => {}
        Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(Amended::UsernameTaken)),
        Err(error) => return Err(error),
    }
    if after.username != before.username {
        if let Some(forget) = tx.dialect().forget_username(id) {
            tx.execute(&forget).await?;
        }
        index_username(tx, id, &after.username).await?;
    }
    if after.epoch > before.epoch {
        tx.execute(&revocation(&after, deed.at)).await?;
    }
    audit::append(tx, &deed.amendment(amendment, &before, &after)).await?;
    Ok(Ended::Commit(Amended::Done(Box::new(after))))
}

/// All that an amendment can change.
fn update(after: &User, amendment: &Amendment) -> UpdateStatement {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
    let password = amendment.password().map(|password| (Users::PasswordHash, password.expose().into()));
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

pub(super) async fn due(database: &Database, now: Timestamp, limit: u32) -> Result<Vec<User>> {
    let statement = users()
        .and_where(user(Users::DisabledUntil).lte(now.as_millis()))
        .and_where(user(Users::DeletedAt).is_null())
        .limit(u64::from(limit))
        .take();
    database.all::<UserRow>(&statement).await?.into_iter().map(User::try_from).collect()
}

/// One after the other: each is gone with its entry, whatever becomes of the next.
pub(super) async fn purge(database: &Database, before: Timestamp, limit: u32, deed: &Deed) -> Result<u64> {
    let statement = Query::select()
        .column(Users::Id)
        .from(Users::Table)
        .and_where(Expr::col(Users::DeletedAt).lt(before.as_millis()))
        .order_by(Users::DeletedAt, Order::Asc)
        .limit(u64::from(limit))
        .take();
    let mut purged = 0;
    for row in database.all::<IdRow>(&statement).await? {
        let given = (UserId(row.id), before, deed.clone());
        purged += u64::from(
            database.write(given, |tx, (id, before, deed)| Box::pin(remove(tx, *id, *before, deed))).await?,
        );
    }
    Ok(purged)
}

/// Whoever was brought back meanwhile stays.
async fn remove(tx: &mut Tx, id: UserId, before: Timestamp, deed: &Deed) -> Result<Ended<bool>> {
    let Some(user) = hold(tx, id).await? else { return Ok(Ended::Abort(false)) };
    if user.deleted_at.is_none_or(|at| at >= before) {
        return Ok(Ended::Abort(false));
    }
    let delete = Query::delete().from_table(Users::Table).and_where(Expr::col(Users::Id).eq(id.0)).take();
    tx.execute(&delete).await?;
    audit::append(tx, &deed.on(AuditAction::UserPurged, Some(&user), &user)).await?;
    Ok(Ended::Commit(true))
}
