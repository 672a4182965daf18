use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, OnConflict, Query};
use usher_domain::InstallationId;
use usher_ports::outbound::{InstallationStore, StoreError};
use uuid::Uuid;

use crate::database::{Database, DatabaseError, Result, record};
use crate::iden::Installation;

/// The id of an installation, in its database: one row.
#[derive(Clone, Debug)]
pub struct SqlInstallation(Database);

/// The row's number.
const ROW: i64 = 1;

record! {
    struct Row {
        uuid: Uuid,
    }
}

impl SqlInstallation {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }

    async fn read(&self) -> Result<Option<InstallationId>> {
        let statement = Query::select()
            .column(Installation::Uuid)
            .from(Installation::Table)
            .and_where(Expr::col(Installation::Id).eq(ROW))
            .take();
        Ok(self.0.one::<Row>(&statement).await?.map(|row| InstallationId::new(row.uuid)))
    }

    /// The key decides which of several sessions.
    async fn write(&self, proposed: InstallationId) -> Result<()> {
        let insert = Query::insert()
            .into_table(Installation::Table)
            .columns([Installation::Id, Installation::Uuid])
            .values_panic([ROW.into(), proposed.uuid().into()])
            .on_conflict(OnConflict::column(Installation::Id).update_column(Installation::Id).to_owned())
            .take();
        self.0.execute(&insert).await.map(drop)
    }
}

#[async_trait]
impl InstallationStore for SqlInstallation {
    #[tracing::instrument(name = "db.installation.identify", level = "debug", skip_all)]
    async fn identify(&self, proposed: InstallationId) -> std::result::Result<InstallationId, StoreError> {
        if let Some(id) = self.read().await? {
            return Ok(id);
        }
        self.write(proposed).await?;
        let kept = self.read().await?;
        Ok(kept.ok_or(DatabaseError::Corrupt("installation.uuid"))?)
    }
}
