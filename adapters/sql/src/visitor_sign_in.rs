use std::num::NonZeroU32;

use async_trait::async_trait;
use usher_domain::{ClientAddress, DeviceAttributes, DeviceId, NewSession, NewVisitor, Role, Session};
use usher_ports::outbound::{AddVisitor, Started, VisitorSignIn};

use crate::database::{Database, Ended, Result, StoreResult, Tx};
use crate::dialect::Dialect;
use crate::sessions;
use crate::users::{add_visitor_at_once, add_visitor_by_rows, record_visit};

/// Visitors and their sessions, in one transaction of the database that keeps both.
#[derive(Clone, Debug)]
pub struct SqlVisitorSignIn(Database);

impl SqlVisitorSignIn {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

#[async_trait]
impl VisitorSignIn for SqlVisitorSignIn {
    #[tracing::instrument(name = "db.visitors.add", level = "debug", skip_all)]
    async fn add(&self, new: &NewVisitor, session: &NewSession) -> StoreResult<AddVisitor> {
        if self.0.dialect() == Dialect::Postgres {
            return Ok(add_visitor_at_once(&self.0, new, Some(session)).await?);
        }
        let given = (new.clone(), session.clone());
        Ok(self.0.write(given, |tx, (new, session)| Box::pin(add(tx, new, session))).await?)
    }

    #[tracing::instrument(name = "db.visitors.resume", level = "debug", skip_all)]
    async fn resume(
        &self,
        device: &DeviceId,
        attributes: &DeviceAttributes,
        from: ClientAddress,
        session: &Session,
        keep: NonZeroU32,
    ) -> StoreResult<Started> {
        let given = (device.clone(), attributes.clone(), from, session.clone(), keep);
        Ok(self
            .0
            .write(given, |tx, (device, attributes, from, session, keep)| {
                Box::pin(async move {
                    record_visit(tx, device, attributes, *from, session.started_at).await?;
                    sessions::store(tx, session, *keep).await
                })
            })
            .await?)
    }
}

/// The account is not visible to others yet, so nothing can conflict with its session.
async fn add(tx: &mut Tx, new: &NewVisitor, session: &NewSession) -> Result<Ended<AddVisitor>> {
    let ended = add_visitor_by_rows(tx, new).await?;
    if let Ended::Commit(AddVisitor::Added(user)) = &ended {
        tx.execute(&sessions::row(session, user.id.0, Role::Visitor)).await?;
    }
    Ok(ended)
}
