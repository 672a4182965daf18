use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, OnConflict, Query, UpdateStatement};
use usher_domain::{ClientAddress, DeviceAttributes, DeviceId, Epoch, Role, Status, Timestamp, UserId};
use usher_ports::outbound::UserVisits;

use super::SqlUsers;
use crate::database::{Ended, Result, StoreResult, Tx};
use crate::iden::{Aliases, Devices, Users};

#[async_trait]
impl UserVisits for SqlUsers {
    #[tracing::instrument(name = "db.users.record_visit", level = "debug", skip_all)]
    async fn record_visit(
        &self,
        device: &DeviceId,
        attributes: &DeviceAttributes,
        from: ClientAddress,
        at: Timestamp,
    ) -> StoreResult<()> {
        if let Some(statement) = self.database.dialect().record_visit(device, attributes, from, at) {
            self.database.execute(&statement).await?;
            return Ok(());
        }
        let given = (device.clone(), attributes.clone(), from, at);
        Ok(self
            .database
            .write(given, |tx, (device, attributes, from, at)| {
                Box::pin(async move {
                    record_visit_by_rows(tx, device, attributes, *from, *at).await?;
                    Ok(Ended::Commit(()))
                })
            })
            .await?)
    }

    #[tracing::instrument(name = "db.users.record_login", level = "debug", skip_all)]
    async fn record_login(
        &self,
        id: UserId,
        epoch: Epoch,
        from: ClientAddress,
        at: Timestamp,
    ) -> StoreResult<bool> {
        let statement = enabled(id)
            .value(Users::LastLoginAt, at.as_millis())
            .value(Users::LastLoginFrom, from.to_string())
            .and_where(Expr::col(Users::SessionEpoch).eq(epoch.0))
            .take();
        Ok(self.database.execute(&statement).await? == 1)
    }

    #[tracing::instrument(name = "db.users.record_alias", level = "debug", skip_all)]
    async fn record_alias(&self, visitor: UserId, user: UserId, at: Timestamp) -> StoreResult<()> {
        let statement = Query::insert()
            .into_table(Aliases::Table)
            .columns([Aliases::VisitorId, Aliases::UserId, Aliases::LinkedAt])
            .values_panic([visitor.0.into(), user.0.into(), at.as_millis().into()])
            .on_conflict(
                OnConflict::columns([Aliases::VisitorId, Aliases::UserId])
                    .update_column(Aliases::LinkedAt)
                    .to_owned(),
            )
            .take();
        self.database.execute(&statement).await?;
        Ok(())
    }
}

/// As a part of a transaction.
pub(crate) async fn record_visit(
    tx: &mut Tx,
    device: &DeviceId,
    attributes: &DeviceAttributes,
    from: ClientAddress,
    at: Timestamp,
) -> Result<()> {
    match tx.dialect().record_visit(device, attributes, from, at) {
        Some(statement) => tx.execute(&statement).await.map(drop),
        None => record_visit_by_rows(tx, device, attributes, from, at).await,
    }
}

async fn record_visit_by_rows(
    tx: &mut Tx,
    device: &DeviceId,
    attributes: &DeviceAttributes,
    from: ClientAddress,
    at: Timestamp,
) -> Result<()> {
    let said = [
        (Devices::Platform, &attributes.platform),
        (Devices::Model, &attributes.model),
        (Devices::Os, &attributes.os),
        (Devices::Brand, &attributes.brand),
    ];
    let said = said
        .into_iter()
        .filter_map(|(column, attribute)| Some((column, attribute.as_ref()?.as_str().into())));
    let statement = Query::update()
        .table(Devices::Table)
        .values(said)
        .value(Devices::LastSeenAt, at.as_millis())
        .and_where(Expr::col(Devices::Id).eq(device.as_str()))
        .take();
    tx.execute(&statement).await?;
    let owner = Query::select()
        .column(Devices::UserId)
        .from(Devices::Table)
        .and_where(Expr::col(Devices::Id).eq(device.as_str()))
        .take();
    let statement = Query::update()
        .table(Users::Table)
        .value(Users::LastLoginAt, at.as_millis())
        .value(Users::LastLoginFrom, from.to_string())
        .and_where(Expr::col(Users::Id).eq(Expr::from(owner)))
        .and_where(Expr::col(Users::Role).eq(Role::Visitor.as_str()))
        .take();
    tx.execute(&statement).await.map(drop)
}

/// An update of one user that holds only while the account may be used.
fn enabled(id: UserId) -> UpdateStatement {
    Query::update()
        .table(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id.0))
        .and_where(Expr::col(Users::Status).eq(Status::Enabled.code()))
        .and_where(Expr::col(Users::DeletedAt).is_null())
        .take()
}
