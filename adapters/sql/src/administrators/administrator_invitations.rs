use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, LockType, Order, Query, SelectStatement};
use usher_domain::{
    AdministratorId, AdministratorName, AdministratorRole, AuditAction, AuditContext, Invitation,
    PasswordHash, SessionId, Timestamp,
};
use usher_ports::outbound::{AdministratorInvitations, Invited, NewAdministrator};

use super::administrator_accounts::{insert, replace_password};
use super::{AccountRow, SqlAdministrators, accounts};
use crate::audit;
use crate::database::{DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::{AdministratorInvitations as Invitations, Administrators};

record! {
    struct InvitationRow {
        name: String,
        role: Option<String>,
        actor: String,
        expires_at: i64,
    }
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = DatabaseError;

    fn try_from(row: InvitationRow) -> Result<Self> {
        let role = row.role.map(|role| role.parse::<AdministratorRole>()).transpose();
        Ok(Self {
            name: AdministratorName::from_store(row.name),
            role: role.map_err(|_| DatabaseError::Corrupt("administrator_invitations.role"))?,
            by: row.actor,
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    }
}

/// Those that work.
fn live(now: Timestamp) -> SelectStatement {
    Query::select()
        .columns([Invitations::Name, Invitations::Role, Invitations::Actor, Invitations::ExpiresAt])
        .from(Invitations::Table)
        .and_where(Expr::col(Invitations::ExpiresAt).gt(now.as_millis()))
        .take()
}

fn the(id: SessionId) -> Expr {
    Expr::col(Invitations::Id).eq(id.as_bytes().to_vec())
}

async fn account(tx: &mut Tx, name: &AdministratorName) -> Result<Option<AdministratorId>> {
    let statement =
        accounts().and_where(Expr::col(Administrators::Name).eq(name.as_str())).lock(LockType::Update).take();
    Ok(tx.one::<AccountRow>(&statement).await?.map(|row| AdministratorId(row.id)))
}

async fn forget(tx: &mut Tx, name: &AdministratorName) -> Result<u64> {
    let delete = Query::delete()
        .from_table(Invitations::Table)
        .and_where(Expr::col(Invitations::Name).eq(name.as_str()))
        .take();
    tx.execute(&delete).await
}

async fn make(
    tx: &mut Tx,
    id: SessionId,
    invitation: &Invitation,
    context: &AuditContext,
) -> Result<Ended<Invited>> {
    let known = account(tx, &invitation.name).await?.is_some();
    let action = match invitation.role {
        Some(_) if known => return Ok(Ended::Abort(Invited::NameTaken)),
        None if !known => return Ok(Ended::Abort(Invited::NotFound)),
        Some(_) => AuditAction::AdministratorInvited,
        None => AuditAction::ResetLinkMade,
    };
    forget(tx, &invitation.name).await?;
    let insert = Query::insert()
        .into_table(Invitations::Table)
        .columns([
            Invitations::Id,
            Invitations::Name,
            Invitations::Role,
            Invitations::Actor,
            Invitations::ExpiresAt,
        ])
        .values_panic([
            id.as_bytes().to_vec().into(),
            invitation.name.as_str().into(),
            invitation.role.map(AdministratorRole::as_str).into(),
            invitation.by.as_str().into(),
            invitation.expires_at.as_millis().into(),
        ])
        .take();
    tx.execute(&insert).await?;
    audit::append(tx, &context.record(action, invitation.name.as_str())).await?;
    Ok(Ended::Commit(Invited::Done))
}

async fn withdraw(tx: &mut Tx, name: &AdministratorName, context: &AuditContext) -> Result<Ended<bool>> {
    if forget(tx, name).await? == 0 {
        return Ok(Ended::Abort(false));
    }
    audit::append(tx, &context.record(AuditAction::InvitationWithdrawn, name.as_str())).await?;
    Ok(Ended::Commit(true))
}

/// The row that is removed decides which of several uses counts.
async fn accept(
    tx: &mut Tx,
    id: SessionId,
    password: &PasswordHash,
    context: &AuditContext,
) -> Result<Ended<bool>> {
    let found = live(context.at).and_where(the(id)).lock(LockType::Update).take();
    let Some(invitation) = tx.one::<InvitationRow>(&found).await?.map(Invitation::try_from).transpose()?
    else {
        return Ok(Ended::Abort(false));
    };
    let delete = Query::delete().from_table(Invitations::Table).and_where(the(id)).take();
    if tx.execute(&delete).await? == 0 {
        return Ok(Ended::Abort(false));
    }
    let Invitation { name, role, .. } = invitation;
    let done = match (role, account(tx, &name).await?) {
        (Some(role), None) => {
            let new = NewAdministrator { name, role, password: password.clone() };
            matches!(insert(tx, &new, None, context).await?, Ended::Commit(_))
        }
        (None, Some(account)) => {
            matches!(replace_password(tx, account, password, true, context).await?, Ended::Commit(_))
        }
        _ => false,
    };
    Ok(if done { Ended::Commit(true) } else { Ended::Abort(false) })
}

#[async_trait]
impl AdministratorInvitations for SqlAdministrators {
    #[tracing::instrument(name = "db.administrators.invite", level = "debug", skip_all)]
    async fn invite(
        &self,
        id: SessionId,
        invitation: &Invitation,
        context: &AuditContext,
    ) -> StoreResult<Invited> {
        let given = (id, invitation.clone(), context.clone());
        Ok(self
            .0
            .write(given, |tx, (id, invitation, context)| Box::pin(make(tx, *id, invitation, context)))
            .await?)
    }

    #[tracing::instrument(name = "db.administrators.invitation", level = "debug", skip_all)]
    async fn invitation(&self, id: SessionId, now: Timestamp) -> StoreResult<Option<Invitation>> {
        let row: Option<InvitationRow> = self.0.one(&live(now).and_where(the(id)).take()).await?;
        Ok(row.map(Invitation::try_from).transpose()?)
    }

    #[tracing::instrument(name = "db.administrators.invitations", level = "debug", skip_all)]
    async fn invitations(&self, now: Timestamp) -> StoreResult<Vec<Invitation>> {
        let statement = live(now).order_by(Invitations::Name, Order::Asc).take();
        let rows: Vec<InvitationRow> = self.0.all(&statement).await?;
        Ok(rows.into_iter().map(Invitation::try_from).collect::<Result<_>>()?)
    }

    #[tracing::instrument(name = "db.administrators.withdraw", level = "debug", skip_all)]
    async fn withdraw(&self, name: &AdministratorName, context: &AuditContext) -> StoreResult<bool> {
        let given = (name.clone(), context.clone());
        Ok(self.0.write(given, |tx, (name, context)| Box::pin(withdraw(tx, name, context))).await?)
    }

    #[tracing::instrument(name = "db.administrators.accept", level = "debug", skip_all)]
    async fn accept(
        &self,
        id: SessionId,
        password: &PasswordHash,
        context: &AuditContext,
    ) -> StoreResult<bool> {
        let given = (id, password.clone(), context.clone());
        Ok(self
            .0
            .write(given, |tx, (id, password, context)| Box::pin(accept(tx, *id, password, context)))
            .await?)
    }
}
