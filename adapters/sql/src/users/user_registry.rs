use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, Query, SimpleExpr, UpdateStatement};
use usher_domain::{Device, DeviceAttributes, NewSession, Role, Status, UserId, Username};
use usher_ports::outbound::{AddUser, AddVisitor, NewUser, NewVisitor, Upgrade, Upgraded, UserRegistry};

use super::SqlUsers;
use super::account::{NewAccount, device};
use super::user_lookup::within;
use crate::audit;
use crate::database::{Cause, Database, DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::dialect::{self, Dialect};
use crate::iden::Users;
use crate::revocations::revocation;
use crate::sessions;

#[async_trait]
impl UserRegistry for SqlUsers {
    async fn add_visitor(&self, new: &NewVisitor) -> StoreResult<AddVisitor> {
        if self.database.dialect() == Dialect::Postgres {
            return Ok(add_visitor_at_once(&self.database, new, None).await?);
        }
        Ok(self.database.write(new.clone(), |tx, new| Box::pin(add_visitor_by_rows(tx, new))).await?)
    }

    async fn add_user(&self, new: &NewUser) -> StoreResult<AddUser> {
        Ok(self.database.write(new.clone(), |tx, new| Box::pin(add_user(tx, new))).await?)
    }

    async fn upgrade(&self, wanted: &Upgrade) -> StoreResult<Upgraded> {
        Ok(self.database.write(wanted.clone(), |tx, wanted| Box::pin(upgrade(tx, wanted))).await?)
    }
}

pub(crate) async fn add_visitor_by_rows(tx: &mut Tx, new: &NewVisitor) -> Result<Ended<AddVisitor>> {
    let account = NewAccount::visitor(new);
    let id = match add_account(tx, &account).await {
        Ok(id) => id,
        Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(AddVisitor::UsernameTaken)),
        Err(error) => return Err(error),
    };
    match tx.execute(&device(&new.device, id.0, new.at)).await {
        Ok(_) => {}
        Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(AddVisitor::DeviceTaken)),
        Err(error) => return Err(error),
    }
    Ok(Ended::Commit(AddVisitor::Added(Box::new(account.added(id, Some(new.device.clone()))))))
}

/// In one statement, which is a transaction of its own. With a first session, if there is one.
pub(crate) async fn add_visitor_at_once(
    database: &Database,
    new: &NewVisitor,
    session: Option<&NewSession>,
) -> Result<AddVisitor> {
    let account = NewAccount::visitor(new);
    let statement = dialect::add_with_device(
        account.insert(),
        |owner| device(&new.device, owner, new.at),
        session.map(|session| |owner| sessions::row(session, owner, Role::Visitor)),
    );
    match database.write_one::<OwnerRow>(&statement).await {
        Ok(Some(row)) => {
            Ok(AddVisitor::Added(Box::new(account.added(UserId(row.user_id), Some(new.device.clone())))))
        }
        Ok(None) => Err(DatabaseError::Corrupt("the number of a row that was just written")),
        Err(DatabaseError::Duplicate(Cause::Server(error))) if dialect::is_taken_device(&error) => {
            Ok(AddVisitor::DeviceTaken)
        }
        Err(DatabaseError::Duplicate(_)) => Ok(AddVisitor::UsernameTaken),
        Err(error) => Err(error),
    }
}

async fn add_user(tx: &mut Tx, new: &NewUser) -> Result<Ended<AddUser>> {
    let account = NewAccount::user(new);
    let id = match add_account(tx, &account).await {
        Ok(id) => id,
        Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(AddUser::UsernameTaken)),
        Err(error) => return Err(error),
    };
    let linked = new.device.clone().map(|id| Device { id, attributes: DeviceAttributes::default() });
    if let Some(linked) = &linked {
        match tx.execute(&device(linked, id.0, account.made.at)).await {
            Ok(_) => {}
            Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(AddUser::DeviceTaken)),
            Err(error) => return Err(error),
        }
    }
    let user = account.added(id, linked);
    if let Some(record) = new.record(&user) {
        audit::append(tx, &record).await?;
    }
    Ok(Ended::Commit(AddUser::Added(Box::new(user))))
}

record! {
    struct OwnerRow {
        user_id: i64,
    }
}

/// The uuid is new by construction, so the name is the one key that can clash. The profile has no row until it says
/// something.
async fn add_account(tx: &mut Tx, new: &NewAccount<'_>) -> Result<UserId> {
    let id = UserId(tx.insert(new.insert(), Users::Id).await?);
    if new.role() == Role::User {
        index_username(tx, id, new.username).await?;
    }
    Ok(id)
}

pub(super) async fn index_username(tx: &mut Tx, id: UserId, username: &Username) -> Result<()> {
    if let Some(index) = tx.dialect().index_usernames(&[(id, username.key())]) {
        tx.execute(&index).await?;
    }
    Ok(())
}

async fn upgrade(tx: &mut Tx, upgrade: &Upgrade) -> Result<Ended<Upgraded>> {
    let statement = enabled(upgrade.user)
        .values([
            (Users::Username, upgrade.username.as_str().into()),
            (Users::UsernameKey, upgrade.username.key().as_str().into()),
            (Users::PasswordHash, upgrade.password.expose().into()),
            (Users::Role, Role::User.as_str().into()),
            (Users::LastLoginAt, upgrade.at.as_millis().into()),
            (Users::LastLoginFrom, upgrade.from.to_string().into()),
            (Users::UpdatedAt, upgrade.at.as_millis().into()),
            (Users::Version, next(Users::Version)),
            (Users::SessionEpoch, next(Users::SessionEpoch)),
        ])
        .and_where(Expr::col(Users::Role).eq(Role::Visitor.as_str()))
        .take();
    match tx.execute(&statement).await {
        Ok(0) => return Ok(Ended::Abort(Upgraded::NotAVisitor)),
        Ok(_) => {}
        Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(Upgraded::UsernameTaken)),
        Err(error) => return Err(error),
    }
    index_username(tx, upgrade.user, &upgrade.username).await?;
    // Only a part of it was written here.
    let user = within(tx, upgrade.user).await?;
    let user = user.ok_or(DatabaseError::Corrupt("a row that was just written is gone"))?;
    tx.execute(&revocation(&user, upgrade.at)).await?;
    Ok(Ended::Commit(Upgraded::Done(Box::new(user))))
}

/// An update of one user that holds only while the account may be used.
pub(super) fn enabled(id: UserId) -> UpdateStatement {
    Query::update()
        .table(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id.0))
        .and_where(Expr::col(Users::Status).eq(Status::Enabled.code()))
        .and_where(Expr::col(Users::DeletedAt).is_null())
        .take()
}

fn next(counter: Users) -> SimpleExpr {
    Expr::col(counter).add(1)
}
