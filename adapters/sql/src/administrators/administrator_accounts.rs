use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, LockType, Order, Query, SelectStatement};
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AuditAction, AuditContext,
    PasswordHash,
};
use usher_ports::outbound::{
    AddAdministrator, AdministratorAccounts, ChangeRole, NewAdministrator, RemoveAdministrator,
};

use super::administrator_sessions::sessions_of;
use super::second_factor_store::clear;
use super::{AccountRow, SqlAdministrators, accounts, name_of};
use crate::audit;
use crate::database::{DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::Administrators;

record! {
    struct HashRow {
        password_hash: String,
    }
}

record! {
    struct IdRow {
        id: i64,
    }
}

#[async_trait]
impl AdministratorAccounts for SqlAdministrators {
    #[tracing::instrument(name = "db.administrators.add", level = "debug", skip_all)]
    async fn add(&self, new: &NewAdministrator, context: &AuditContext) -> StoreResult<AddAdministrator> {
        let given = (new.clone(), context.clone());
        Ok(self.0.write(given, |tx, (new, context)| Box::pin(insert(tx, new, None, context))).await?)
    }

    #[tracing::instrument(name = "db.administrators.add_first", level = "debug", skip_all)]
    async fn add_first(
        &self,
        new: &NewAdministrator,
        context: &AuditContext,
    ) -> StoreResult<AddAdministrator> {
        let given = (new.clone(), context.clone());
        Ok(self.0.write(given, |tx, (new, context)| Box::pin(insert(tx, new, Some(true), context))).await?)
    }

    #[tracing::instrument(name = "db.administrators.list", level = "debug", skip_all)]
    async fn list(&self) -> StoreResult<Vec<AdministratorAccount>> {
        let statement = accounts().order_by(Administrators::Name, Order::Asc).take();
        let rows: Vec<AccountRow> = self.0.all(&statement).await?;
        Ok(rows.into_iter().map(AdministratorAccount::try_from).collect::<Result<_>>()?)
    }

    #[tracing::instrument(name = "db.administrators.find_by_name", level = "debug", skip_all)]
    async fn find_by_name(
        &self,
        name: &AdministratorName,
    ) -> StoreResult<Option<(AdministratorAccount, PasswordHash)>> {
        let named = || Expr::col(Administrators::Name).eq(name.as_str());
        let Some(account) = self.account(&accounts().and_where(named()).take()).await? else {
            return Ok(None);
        };
        let hash = Query::select()
            .column(Administrators::PasswordHash)
            .from(Administrators::Table)
            .and_where(named())
            .take();
        let hash: Option<HashRow> = self.0.one(&hash).await?;
        Ok(hash.map(|row| (account, PasswordHash::new(row.password_hash))))
    }

    #[tracing::instrument(name = "db.administrators.set_password", level = "debug", skip_all)]
    async fn set_password(
        &self,
        id: AdministratorId,
        password: &PasswordHash,
        context: &AuditContext,
    ) -> StoreResult<bool> {
        let given = (id, password.clone(), context.clone());
        Ok(self
            .0
            .write(given, |tx, (id, password, context)| {
                Box::pin(replace_password(tx, *id, password, false, context))
            })
            .await?)
    }

    #[tracing::instrument(name = "db.administrators.reset", level = "debug", skip_all)]
    async fn reset(
        &self,
        id: AdministratorId,
        password: &PasswordHash,
        context: &AuditContext,
    ) -> StoreResult<bool> {
        let given = (id, password.clone(), context.clone());
        Ok(self
            .0
            .write(given, |tx, (id, password, context)| {
                Box::pin(replace_password(tx, *id, password, true, context))
            })
            .await?)
    }

    #[tracing::instrument(name = "db.administrators.set_role", level = "debug", skip_all)]
    async fn set_role(
        &self,
        id: AdministratorId,
        role: AdministratorRole,
        context: &AuditContext,
    ) -> StoreResult<ChangeRole> {
        let given = (id, role, context.clone());
        Ok(self.0.write(given, |tx, (id, role, context)| Box::pin(set_role(tx, *id, *role, context))).await?)
    }

    #[tracing::instrument(name = "db.administrators.remove", level = "debug", skip_all)]
    async fn remove(&self, id: AdministratorId, context: &AuditContext) -> StoreResult<RemoveAdministrator> {
        Ok(self
            .0
            .write((id, context.clone()), |tx, (id, context)| Box::pin(delete(tx, *id, context)))
            .await?)
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    new: &NewAdministrator,
    founder: Option<bool>,
    context: &AuditContext,
) -> Result<Ended<AddAdministrator>> {
    if founder.is_some() && tx.one::<IdRow>(ids().limit(1)).await?.is_some() {
        return Ok(Ended::Abort(AddAdministrator::NotTheFirst));
    }
    let insert = Query::insert()
        .into_table(Administrators::Table)
        .columns([
            Administrators::Name,
            Administrators::Role,
            Administrators::PasswordHash,
            Administrators::Founder,
            Administrators::CreatedAt,
        ])
        .values_panic([
            new.name.as_str().into(),
            new.role.as_str().into(),
            new.password.expose().into(),
            founder.into(),
            context.at.as_millis().into(),
        ])
        .take();
    let id = match tx.insert(insert, Administrators::Id).await {
        Ok(id) => AdministratorId(id),
        Err(DatabaseError::Duplicate(_)) if founder.is_some() => {
            return Ok(Ended::Abort(AddAdministrator::NotTheFirst));
        }
        Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(AddAdministrator::NameTaken)),
        Err(error) => return Err(error),
    };
    let (name, role, created_at) = (new.name.clone(), new.role, context.at);
    let account =
        AdministratorAccount { id, name, role, created_at, last_login_at: None, second_factor: false };
    audit::append(tx, &context.administrator_added(&account)).await?;
    Ok(Ended::Commit(AddAdministrator::Added(account)))
}

/// The new password is written first, which locks the row: a login that read the old one waits for it.
pub(super) async fn replace_password(
    tx: &mut Tx,
    id: AdministratorId,
    password: &PasswordHash,
    reset: bool,
    context: &AuditContext,
) -> Result<Ended<bool>> {
    let update = Query::update()
        .table(Administrators::Table)
        .value(Administrators::PasswordHash, password.expose())
        .and_where(Expr::col(Administrators::Id).eq(id.0))
        .take();
    if tx.execute(&update).await? == 0 {
        return Ok(Ended::Abort(false));
    }
    tx.execute(&sessions_of(id, None)).await?;
    let name = name_of(tx, id).await?;
    audit::append(tx, &context.record(AuditAction::AdministratorPassword, &name)).await?;
    if reset && clear(tx, id).await? {
        audit::append(tx, &context.record(AuditAction::SecondFactorOff, &name)).await?;
    }
    Ok(Ended::Commit(true))
}

/// Whether this is the only owner. All owners are locked, so that of two changes at once the second sees the first.
async fn is_last_owner(tx: &mut Tx, id: AdministratorId) -> Result<bool> {
    let owners: Vec<IdRow> = tx
        .all(
            ids()
                .and_where(Expr::col(Administrators::Role).eq(AdministratorRole::Owner.as_str()))
                .order_by(Administrators::Id, Order::Asc)
                .lock(LockType::Update),
        )
        .await?;
    Ok(matches!(owners.as_slice(), [last] if last.id == id.0))
}

async fn set_role(
    tx: &mut Tx,
    id: AdministratorId,
    role: AdministratorRole,
    context: &AuditContext,
) -> Result<Ended<ChangeRole>> {
    if is_last_owner(tx, id).await? && role != AdministratorRole::Owner {
        return Ok(Ended::Abort(ChangeRole::LastOwner));
    }
    let found = accounts().and_where(Expr::col(Administrators::Id).eq(id.0)).lock(LockType::Update).take();
    let Some(account) =
        tx.one::<AccountRow>(&found).await?.map(AdministratorAccount::try_from).transpose()?
    else {
        return Ok(Ended::Abort(ChangeRole::NotFound));
    };
    if account.role == role {
        return Ok(Ended::Abort(ChangeRole::Changed));
    }
    let update = Query::update()
        .table(Administrators::Table)
        .value(Administrators::Role, role.as_str())
        .and_where(Expr::col(Administrators::Id).eq(id.0))
        .take();
    tx.execute(&update).await?;
    audit::append(tx, &context.role_changed(&account, role)).await?;
    Ok(Ended::Commit(ChangeRole::Changed))
}

async fn delete(
    tx: &mut Tx,
    id: AdministratorId,
    context: &AuditContext,
) -> Result<Ended<RemoveAdministrator>> {
    if is_last_owner(tx, id).await? {
        return Ok(Ended::Abort(RemoveAdministrator::LastOwner));
    }
    let delete = Query::delete()
        .from_table(Administrators::Table)
        .and_where(Expr::col(Administrators::Id).eq(id.0))
        .take();
    let name = name_of(tx, id).await?;
    if tx.execute(&delete).await? == 0 {
        return Ok(Ended::Abort(RemoveAdministrator::NotFound));
    }
    audit::append(tx, &context.record(AuditAction::AdministratorRemoved, &name)).await?;
    Ok(Ended::Commit(RemoveAdministrator::Removed))
}

fn ids() -> SelectStatement {
    Query::select().column(Administrators::Id).from(Administrators::Table).take()
}
