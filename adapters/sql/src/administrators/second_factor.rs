//! Second factors, beside the administrators who have them.

use sea_query::{DeleteStatement, Expr, ExprTrait, Query};
use usher_domain::{AdministratorId, AuditAction, Deed, RecoveryDigest, TotpSecret};
use usher_ports::outbound::{NewSecondFactor, SecondFactor};

use super::name_of;
use crate::audit;
use crate::database::{Database, DatabaseError, Result};
use crate::iden::{AdministratorCodes, Administrators};

#[derive(sqlx::FromRow)]
struct FactorRow {
    totp_secret: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    digest: Vec<u8>,
}

fn codes_of(id: AdministratorId) -> DeleteStatement {
    Query::delete()
        .from_table(AdministratorCodes::Table)
        .and_where(Expr::col(AdministratorCodes::AdministratorId).eq(id.0))
        .take()
}

pub(super) fn code(id: AdministratorId, digest: RecoveryDigest) -> DeleteStatement {
    codes_of(id).and_where(Expr::col(AdministratorCodes::Digest).eq(digest.0.to_vec())).take()
}

/// The old recovery codes go with the old factor.
pub(super) async fn replace(
    database: &Database,
    id: AdministratorId,
    factor: Option<&NewSecondFactor>,
    deed: &Deed,
) -> Result<bool> {
    let mut tx = database.begin().await?;
    let secret = factor.map(|factor| factor.secret.expose().to_vec());
    let update = Query::update()
        .table(Administrators::Table)
        .value(Administrators::TotpSecret, secret)
        .value(Administrators::TotpStep, factor.map_or(0, |factor| factor.step))
        .and_where(Expr::col(Administrators::Id).eq(id.0))
        .take();
    if tx.execute(&update).await? == 0 {
        return Ok(false);
    }
    tx.execute(&codes_of(id)).await?;
    for digest in factor.iter().flat_map(|factor| &factor.codes) {
        let insert = Query::insert()
            .into_table(AdministratorCodes::Table)
            .columns([AdministratorCodes::AdministratorId, AdministratorCodes::Digest])
            .values_panic([id.0.into(), digest.0.to_vec().into()])
            .take();
        tx.execute(&insert).await?;
    }
    let action = if factor.is_some() { AuditAction::SecondFactorOn } else { AuditAction::SecondFactorOff };
    let name = name_of(&mut tx, id).await?;
    audit::append(&mut tx, &deed.record(action, &name)).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn find(database: &Database, id: AdministratorId) -> Result<Option<SecondFactor>> {
    let secret = Query::select()
        .column(Administrators::TotpSecret)
        .from(Administrators::Table)
        .and_where(Expr::col(Administrators::Id).eq(id.0))
        .take();
    let secret = database.one::<FactorRow>(&secret).await?.and_then(|row| row.totp_secret);
    let Some(secret) = secret else { return Ok(None) };
    let codes = Query::select()
        .column(AdministratorCodes::Digest)
        .from(AdministratorCodes::Table)
        .and_where(Expr::col(AdministratorCodes::AdministratorId).eq(id.0))
        .take();
    let codes: Vec<CodeRow> = database.all(&codes).await?;
    let secret = secret.try_into().map_err(|_| DatabaseError::Corrupt("administrators.totp_secret"))?;
    let codes_left = u32::try_from(codes.iter().filter(|row| row.digest.len() == 32).count());
    Ok(Some(SecondFactor {
        secret: TotpSecret::new(secret),
        codes_left: codes_left.map_err(|_| DatabaseError::Corrupt("administrator_codes"))?,
    }))
}
