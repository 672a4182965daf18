use async_trait::async_trait;
use usher_domain::{Decision, NewSession, NewUser, NewVisitor, Role, Upgrade, User, UserId};
use usher_ports::outbound::{AddUser, AddVisitor, Upgraded, UserRegistry};

use super::SqlUsers;
use super::account::{account, device};
use super::user_changes::{Written, hold, index_username, record_decision, write};
use crate::database::{Cause, Database, DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::dialect::{self, Dialect};
use crate::iden::Users;
use crate::sessions;

#[async_trait]
impl UserRegistry for SqlUsers {
    #[tracing::instrument(name = "db.users.add_visitor", level = "debug", skip_all)]
    async fn add_visitor(&self, new: &NewVisitor) -> StoreResult<AddVisitor> {
        if self.database.dialect() == Dialect::Postgres {
            return Ok(add_visitor_at_once(&self.database, new, None).await?);
        }
        Ok(self.database.write(new.clone(), |tx, new| Box::pin(add_visitor_by_rows(tx, new))).await?)
    }

    #[tracing::instrument(name = "db.users.add_user", level = "debug", skip_all)]
    async fn add_user(&self, new: &NewUser) -> StoreResult<AddUser> {
        Ok(self.database.write(new.clone(), |tx, new| Box::pin(add_user(tx, new))).await?)
    }

    #[tracing::instrument(name = "db.users.upgrade", level = "debug", skip_all)]
    async fn upgrade(&self, wanted: &Upgrade) -> StoreResult<Upgraded> {
        Ok(self.database.write(wanted.clone(), |tx, wanted| Box::pin(upgrade(tx, wanted))).await?)
    }
}

pub(crate) async fn add_visitor_by_rows(tx: &mut Tx, new: &NewVisitor) -> Result<Ended<AddVisitor>> {
    Ok(match add(tx, new.decide()).await? {
        Added::Done(user) => Ended::Commit(AddVisitor::Added(user)),
        Added::UsernameTaken => Ended::Abort(AddVisitor::UsernameTaken),
        Added::DeviceTaken => Ended::Abort(AddVisitor::DeviceTaken),
    })
}

async fn add_user(tx: &mut Tx, new: &NewUser) -> Result<Ended<AddUser>> {
    Ok(match add(tx, new.decide()).await? {
        Added::Done(user) => Ended::Commit(AddUser::Added(user)),
        Added::UsernameTaken => Ended::Abort(AddUser::UsernameTaken),
        Added::DeviceTaken => Ended::Abort(AddUser::DeviceTaken),
    })
}

enum Added {
    Done(Box<User>),
    UsernameTaken,
    DeviceTaken,
}

/// Writes an account, its device and what the decision leaves beside them. The uuid is new by construction, so the name is the
/// account's one key that can clash. The profile has no row until it says something.
async fn add(tx: &mut Tx, decision: Decision) -> Result<Added> {
    let id = match tx.insert(account(&decision), Users::Id).await {
        Ok(id) => UserId(id),
        Err(DatabaseError::Duplicate(_)) => return Ok(Added::UsernameTaken),
        Err(error) => return Err(error),
    };
    let decision = decision.numbered(id);
    let user = &decision.after;
    index_username(tx, user).await?;
    if let Some(linked) = &user.device {
        match tx.execute(&device(linked, id.0, user.registered.at)).await {
            Ok(_) => {}
            Err(DatabaseError::Duplicate(_)) => return Ok(Added::DeviceTaken),
            Err(error) => return Err(error),
        }
    }
    record_decision(tx, &decision).await?;
    Ok(Added::Done(Box::new(decision.after)))
}

/// In one statement, which is a transaction of its own. With a first session, if there is one.
pub(crate) async fn add_visitor_at_once(
    database: &Database,
    new: &NewVisitor,
    session: Option<&NewSession>,
) -> Result<AddVisitor> {
    let decision = new.decide();
    let device = |owner| device(&new.device, owner, new.at);
    let session = session.map(|session| |owner| sessions::row(session, owner, Role::Visitor));
    let statement = dialect::add_with_device(account(&decision), device, &decision.events, session)?;
    match database.write_one::<OwnerRow>(&statement).await {
        Ok(Some(row)) => Ok(AddVisitor::Added(Box::new(decision.numbered(UserId(row.user_id)).after))),
        Ok(None) => Err(DatabaseError::Corrupt("the number of a row that was just written")),
        Err(DatabaseError::Duplicate(Cause::Server(error))) if dialect::is_taken_device(&error) => {
            Ok(AddVisitor::DeviceTaken)
        }
        Err(DatabaseError::Duplicate(_)) => Ok(AddVisitor::UsernameTaken),
        Err(error) => Err(error),
    }
}

record! {
    struct OwnerRow {
        user_id: i64,
    }
}

async fn upgrade(tx: &mut Tx, upgrade: &Upgrade) -> Result<Ended<Upgraded>> {
    let Some(before) = hold(tx, upgrade.user).await? else { return Ok(Ended::Abort(Upgraded::NotAVisitor)) };
    let Ok(decision) = upgrade.decide(&before) else { return Ok(Ended::Abort(Upgraded::NotAVisitor)) };
    Ok(match write(tx, &before, &decision).await? {
        Written::Done => Ended::Commit(Upgraded::Done(Box::new(decision.after))),
        Written::UsernameTaken => Ended::Abort(Upgraded::UsernameTaken),
    })
}
