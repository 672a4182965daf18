use async_trait::async_trait;
use sea_query::{DeleteStatement, Expr, ExprTrait, Query, UpdateStatement};
use usher_domain::{
    AdministratorId, AuditAction, AuditContext, RecoveryDigest, RecoveryTag, SealedSecret,
    SecondFactorResponse, SessionId,
};
use usher_ports::outbound::{FactorChange, SecondFactor, SecondFactorStore};

use super::administrator_sessions::sessions_of;
use super::{SqlAdministrators, name_of};
use crate::audit;
use crate::database::{DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::{AdministratorCodes, Administrators};

record! {
    struct FactorRow {
        totp_secret: Option<Vec<u8>>,
    }
}

record! {
    struct CodeRow {
        digest: Vec<u8>,
        keyed: bool,
    }
}

#[async_trait]
impl SecondFactorStore for SqlAdministrators {
    #[tracing::instrument(name = "db.second_factors.second_factor", level = "debug", skip_all)]
    async fn second_factor(&self, id: AdministratorId) -> StoreResult<Option<SecondFactor>> {
        let secret = Query::select()
            .column(Administrators::TotpSecret)
            .from(Administrators::Table)
            .and_where(Expr::col(Administrators::Id).eq(id.0))
            .take();
        let secret = self.0.one::<FactorRow>(&secret).await?.and_then(|row| row.totp_secret);
        let Some(secret) = secret else { return Ok(None) };
        let codes = Query::select()
            .columns([AdministratorCodes::Digest, AdministratorCodes::Keyed])
            .from(AdministratorCodes::Table)
            .and_where(Expr::col(AdministratorCodes::AdministratorId).eq(id.0))
            .take();
        Ok(Some(factor(SealedSecret::new(secret), self.0.all(&codes).await?)?))
    }

    #[tracing::instrument(name = "db.second_factors.change_second_factor", level = "debug", skip_all)]
    async fn change_second_factor(
        &self,
        id: AdministratorId,
        change: &FactorChange,
        response: Option<SecondFactorResponse>,
        keep: SessionId,
        context: &AuditContext,
    ) -> StoreResult<bool> {
        let given = (id, change.clone(), response, keep, context.clone());
        Ok(self
            .0
            .write(given, |tx, (id, change, response, keep, context)| {
                Box::pin(self::change(tx, *id, change, (response.as_ref(), *keep), context))
            })
            .await?)
    }

    #[tracing::instrument(name = "db.second_factors.protect_second_factor", level = "debug", skip_all)]
    async fn protect_second_factor(
        &self,
        id: AdministratorId,
        found: &SealedSecret,
        sealed: &SealedSecret,
        codes: &[(RecoveryDigest, RecoveryTag)],
    ) -> StoreResult<()> {
        let given = (id, found.clone(), sealed.clone(), codes.to_vec());
        let replaced = self
            .0
            .write(given, |tx, (id, found, sealed, codes)| Box::pin(protect(tx, *id, (found, sealed), codes)))
            .await?;
        if replaced {
            self.0.scrub().await?;
        }
        Ok(())
    }
}

fn codes_of(id: AdministratorId) -> DeleteStatement {
    Query::delete()
        .from_table(AdministratorCodes::Table)
        .and_where(Expr::col(AdministratorCodes::AdministratorId).eq(id.0))
        .take()
}

/// Runs an update of an administrator on the condition that the response of the second factor is good, and uses it up.
/// The update locks the row, so the response is good once.
pub(super) async fn consume_response(
    tx: &mut Tx,
    update: &mut UpdateStatement,
    id: AdministratorId,
    response: Option<&SecondFactorResponse>,
) -> Result<bool> {
    let secret = Expr::col(Administrators::TotpSecret);
    update.and_where(Expr::col(Administrators::Id).eq(id.0));
    match response {
        None => update.and_where(secret.is_null()),
        Some(SecondFactorResponse::Step(step)) => {
            update.and_where(secret.is_not_null()).and_where(Expr::col(Administrators::TotpStep).lt(*step))
        }
        Some(SecondFactorResponse::Recovery(_)) => update.and_where(secret.is_not_null()),
    };
    if let Some(SecondFactorResponse::Step(step)) = response {
        update.value(Administrators::TotpStep, *step);
    }
    if tx.execute(update).await? == 0 {
        return Ok(false);
    }
    let Some(SecondFactorResponse::Recovery(tags)) = response else { return Ok(true) };
    let tags = tags.iter().map(|tag| tag.0.to_vec());
    let code = codes_of(id).and_where(Expr::col(AdministratorCodes::Digest).is_in(tags)).take();
    Ok(tx.execute(&code).await? > 0)
}

/// The old recovery codes go with the old factor, and so do all other sessions.
async fn change(
    tx: &mut Tx,
    id: AdministratorId,
    change: &FactorChange,
    (response, keep): (Option<&SecondFactorResponse>, SessionId),
    context: &AuditContext,
) -> Result<Ended<bool>> {
    // Something has to be written for the row to be locked.
    let mut touch = Query::update()
        .table(Administrators::Table)
        .value(Administrators::LastLoginAt, Expr::col(Administrators::LastLoginAt))
        .take();
    if !consume_response(tx, &mut touch, id, response).await? {
        return Ok(Ended::Abort(false));
    }
    let (action, codes) = match change {
        FactorChange::On(factor) => {
            tx.execute(&set(id, Some(&factor.secret), Some(factor.step))).await?;
            (AuditAction::SecondFactorOn, factor.codes.as_slice())
        }
        FactorChange::Codes(codes) => (AuditAction::RecoveryCodes, codes.as_slice()),
        FactorChange::Off => {
            tx.execute(&set(id, None, Some(0))).await?;
            (AuditAction::SecondFactorOff, &[][..])
        }
    };
    if response.is_none() && matches!(change, FactorChange::Codes(_)) {
        return Ok(Ended::Abort(false));
    }
    tx.execute(&codes_of(id)).await?;
    for tag in codes {
        let insert = Query::insert()
            .into_table(AdministratorCodes::Table)
            .columns([
                AdministratorCodes::AdministratorId,
                AdministratorCodes::Digest,
                AdministratorCodes::Keyed,
            ])
            .values_panic([id.0.into(), tag.0.to_vec().into(), true.into()])
            .take();
        tx.execute(&insert).await?;
    }
    tx.execute(&sessions_of(id, Some(keep))).await?;
    let name = name_of(tx, id).await?;
    audit::append(tx, &context.record(action, &name)).await?;
    Ok(Ended::Commit(true))
}

fn set(id: AdministratorId, secret: Option<&SealedSecret>, step: Option<i64>) -> UpdateStatement {
    Query::update()
        .table(Administrators::Table)
        .value(Administrators::TotpSecret, secret.map(|secret| secret.as_bytes().to_vec()))
        .values(step.map(|step| (Administrators::TotpStep, step.into())))
        .and_where(Expr::col(Administrators::Id).eq(id.0))
        .take()
}

/// Takes a second factor away without a response; returns whether there was one.
pub(super) async fn clear(tx: &mut Tx, id: AdministratorId) -> Result<bool> {
    tx.execute(&codes_of(id)).await?;
    let mut clear = set(id, None, Some(0));
    Ok(tx.execute(clear.and_where(Expr::col(Administrators::TotpSecret).is_not_null())).await? > 0)
}

/// Tells whether it found what it replaces.
async fn protect(
    tx: &mut Tx,
    id: AdministratorId,
    (found, sealed): (&SealedSecret, &SealedSecret),
    codes: &[(RecoveryDigest, RecoveryTag)],
) -> Result<Ended<bool>> {
    let mut update = set(id, Some(sealed), None);
    let unchanged = Expr::col(Administrators::TotpSecret).eq(found.as_bytes().to_vec());
    if tx.execute(update.and_where(unchanged)).await? == 0 {
        return Ok(Ended::Abort(false));
    }
    for (digest, tag) in codes {
        let update = Query::update()
            .table(AdministratorCodes::Table)
            .value(AdministratorCodes::Digest, tag.0.to_vec())
            .value(AdministratorCodes::Keyed, true)
            .and_where(Expr::col(AdministratorCodes::AdministratorId).eq(id.0))
            .and_where(Expr::col(AdministratorCodes::Digest).eq(digest.0.to_vec()))
            .and_where(Expr::col(AdministratorCodes::Keyed).eq(false))
            .take();
        tx.execute(&update).await?;
    }
    Ok(Ended::Commit(true))
}

fn factor(secret: SealedSecret, codes: Vec<CodeRow>) -> Result<SecondFactor> {
    let corrupt = || DatabaseError::Corrupt("administrator_codes.digest");
    let codes_left = u32::try_from(codes.len()).map_err(|_| corrupt())?;
    let bare = codes.into_iter().filter(|code| !code.keyed);
    let bare = bare.map(|code| code.digest.try_into().map(RecoveryDigest).map_err(|_| corrupt()));
    Ok(SecondFactor { secret, codes_left, bare_codes: bare.collect::<Result<_>>()? })
}
