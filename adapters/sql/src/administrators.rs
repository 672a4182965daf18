mod second_factor;
mod stays;

use async_trait::async_trait;
use sea_query::{DeleteStatement, Expr, ExprTrait, LockType, Order, Query, SelectStatement};
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    AuditAction, Deed, PasswordHash, RecoveryDigest, RecoveryTag, SealedSecret, SecondProof, SessionId,
    Timestamp,
};
use usher_ports::outbound::{
    AddAdministrator, AdministratorRepository, FactorChange, NewAdministrator, RemoveAdministrator,
    SecondFactor, StoreError,
};

use crate::audit;
use crate::database::{Database, DatabaseError, Ended, Result, Tx, record};
use crate::iden::{AdministratorSessions, Administrators};

/// Administrators in the database, and their stays beside them: there are few, and all nodes see them.
#[derive(Clone, Debug)]
pub struct SqlAdministrators(Database);

impl SqlAdministrators {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

record! {
    struct AccountRow {
        id: i64,
        name: String,
        role: String,
        created_at: i64,
        last_login_at: Option<i64>,
        totp_secret: Option<Vec<u8>>,
    }
}

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

impl TryFrom<AccountRow> for AdministratorAccount {
    type Error = DatabaseError;

    fn try_from(row: AccountRow) -> Result<Self> {
        Ok(Self {
            id: AdministratorId(row.id),
            name: AdministratorName::from_store(row.name),
            role: row.role.parse().map_err(|_| DatabaseError::Corrupt("administrators.role"))?,
            created_at: Timestamp::from_millis(row.created_at),
            last_login_at: row.last_login_at.map(Timestamp::from_millis),
            second_factor: row.totp_secret.is_some(),
        })
    }
}

const ACCOUNT: [Administrators; 6] = [
    Administrators::Id,
    Administrators::Name,
    Administrators::Role,
    Administrators::CreatedAt,
    Administrators::LastLoginAt,
    Administrators::TotpSecret,
];

fn accounts() -> SelectStatement {
    Query::select().columns(ACCOUNT).from(Administrators::Table).take()
}

impl SqlAdministrators {
    async fn add_as(
        &self,
        new: &NewAdministrator,
        founder: Option<bool>,
        deed: &Deed,
    ) -> Answer<AddAdministrator> {
        Ok(self
            .0
            .write((new.clone(), founder, deed.clone()), |tx, (new, founder, deed)| {
                Box::pin(insert(tx, new, *founder, deed))
            })
            .await?)
    }

    async fn write_password(
        &self,
        id: AdministratorId,
        password: &PasswordHash,
        reset: bool,
        deed: &Deed,
    ) -> Answer<bool> {
        let given = (id, password.clone(), reset, deed.clone());
        Ok(self
            .0
            .write(given, |tx, (id, password, reset, deed)| {
                Box::pin(replace_password(tx, *id, password, *reset, deed))
            })
            .await?)
    }

    async fn end_those(&self, which: DeleteStatement, subject: &'static str, deed: &Deed) -> Answer<()> {
        Ok(self
            .0
            .write((which, subject, deed.clone()), |tx, (which, subject, deed)| {
                Box::pin(finish(tx, which, subject, deed))
            })
            .await?)
    }

    async fn account(&self, statement: &SelectStatement) -> Result<Option<AdministratorAccount>> {
        self.0.one::<AccountRow>(statement).await?.map(AdministratorAccount::try_from).transpose()
    }
}

async fn insert(
    tx: &mut Tx,
    new: &NewAdministrator,
    founder: Option<bool>,
    deed: &Deed,
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
            deed.at.as_millis().into(),
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
    let (name, role, created_at) = (new.name.clone(), new.role, deed.at);
    let account =
        AdministratorAccount { id, name, role, created_at, last_login_at: None, second_factor: false };
    audit::append(tx, &deed.administrator_added(&account)).await?;
    Ok(Ended::Commit(AddAdministrator::Added(account)))
}

/// The new password is written first, which locks the row: a login that read the old one waits for it.
async fn replace_password(
    tx: &mut Tx,
    id: AdministratorId,
    password: &PasswordHash,
    reset: bool,
    deed: &Deed,
) -> Result<Ended<bool>> {
    let update = Query::update()
        .table(Administrators::Table)
        .value(Administrators::PasswordHash, password.expose())
        .and_where(Expr::col(Administrators::Id).eq(id.0))
        .take();
    if tx.execute(&update).await? == 0 {
        return Ok(Ended::Abort(false));
    }
    tx.execute(&stays::of(id, None)).await?;
    let name = name_of(tx, id).await?;
    audit::append(tx, &deed.record(AuditAction::AdministratorPassword, &name)).await?;
    if reset && second_factor::clear(tx, id).await? {
        audit::append(tx, &deed.record(AuditAction::SecondFactorOff, &name)).await?;
    }
    Ok(Ended::Commit(true))
}

/// All owners are locked, so that of two removals at once the second sees the first.
async fn delete(tx: &mut Tx, id: AdministratorId, deed: &Deed) -> Result<Ended<RemoveAdministrator>> {
    let owners: Vec<IdRow> = tx
        .all(
            ids()
                .and_where(Expr::col(Administrators::Role).eq(AdministratorRole::Owner.as_str()))
                .order_by(Administrators::Id, Order::Asc)
                .lock(LockType::Update),
        )
        .await?;
    if matches!(owners.as_slice(), [last] if last.id == id.0) {
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
    audit::append(tx, &deed.record(AuditAction::AdministratorRemoved, &name)).await?;
    Ok(Ended::Commit(RemoveAdministrator::Removed))
}

/// The login is noted first, on the condition that the password is still the one that was checked.
async fn store(
    tx: &mut Tx,
    session: &AdministratorSession,
    password: &PasswordHash,
    proof: Option<&SecondProof>,
    deed: &Deed,
) -> Result<Ended<bool>> {
    let mut login = Query::update()
        .table(Administrators::Table)
        .value(Administrators::LastLoginAt, session.started_at.as_millis())
        .and_where(Expr::col(Administrators::PasswordHash).eq(password.expose()))
        .take();
    if !second_factor::proven(tx, &mut login, session.administrator, proof).await? {
        return Ok(Ended::Abort(false));
    }
    tx.execute(&stays::insert(session)).await?;
    audit::append(tx, &deed.record(AuditAction::LoggedIn, "")).await?;
    Ok(Ended::Commit(true))
}

/// Ends stays and writes that down; one that was over is not left again.
async fn finish(tx: &mut Tx, which: &DeleteStatement, subject: &str, deed: &Deed) -> Result<Ended<()>> {
    if tx.execute(which).await? > 0 {
        audit::append(tx, &deed.record(AuditAction::LoggedOut, subject)).await?;
    }
    Ok(Ended::Commit(()))
}

fn ids() -> SelectStatement {
    Query::select().column(Administrators::Id).from(Administrators::Table).take()
}

record! {
    struct NameRow {
        name: String,
    }
}

async fn name_of(tx: &mut Tx, id: AdministratorId) -> Result<String> {
    let statement = Query::select()
        .column(Administrators::Name)
        .from(Administrators::Table)
        .and_where(Expr::col(Administrators::Id).eq(id.0))
        .take();
    Ok(tx.one::<NameRow>(&statement).await?.map_or_else(String::new, |row| row.name))
}

type Answer<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AdministratorRepository for SqlAdministrators {
    async fn add(&self, new: &NewAdministrator, deed: &Deed) -> Answer<AddAdministrator> {
        self.add_as(new, None, deed).await
    }

    async fn add_first(&self, new: &NewAdministrator, deed: &Deed) -> Answer<AddAdministrator> {
        self.add_as(new, Some(true), deed).await
    }

    async fn list(&self) -> Answer<Vec<AdministratorAccount>> {
        let statement = accounts().order_by(Administrators::Name, Order::Asc).take();
        let rows: Vec<AccountRow> = self.0.all(&statement).await?;
        Ok(rows.into_iter().map(AdministratorAccount::try_from).collect::<Result<_>>()?)
    }

    async fn find_by_name(
        &self,
        name: &AdministratorName,
    ) -> Answer<Option<(AdministratorAccount, PasswordHash)>> {
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

    async fn set_password(&self, id: AdministratorId, password: &PasswordHash, deed: &Deed) -> Answer<bool> {
        self.write_password(id, password, false, deed).await
    }

    async fn reset(&self, id: AdministratorId, password: &PasswordHash, deed: &Deed) -> Answer<bool> {
        self.write_password(id, password, true, deed).await
    }

    async fn remove(&self, id: AdministratorId, deed: &Deed) -> Answer<RemoveAdministrator> {
        Ok(self.0.write((id, deed.clone()), |tx, (id, deed)| Box::pin(delete(tx, *id, deed))).await?)
    }

    async fn second_factor(&self, id: AdministratorId) -> Answer<Option<SecondFactor>> {
        Ok(second_factor::find(&self.0, id).await?)
    }

    async fn change_second_factor(
        &self,
        id: AdministratorId,
        change: &FactorChange,
        proof: Option<SecondProof>,
        keep: SessionId,
        deed: &Deed,
    ) -> Answer<bool> {
        let given = (id, change.clone(), proof, keep, deed.clone());
        Ok(self
            .0
            .write(given, |tx, (id, change, proof, keep, deed)| {
                Box::pin(second_factor::change(tx, *id, change, (proof.as_ref(), *keep), deed))
            })
            .await?)
    }

    async fn protect_second_factor(
        &self,
        id: AdministratorId,
        found: &SealedSecret,
        sealed: &SealedSecret,
        codes: &[(RecoveryDigest, RecoveryTag)],
    ) -> Answer<()> {
        let given = (id, found.clone(), sealed.clone(), codes.to_vec());
        if self
            .0
            .write(given, |tx, (id, found, sealed, codes)| {
                Box::pin(second_factor::protect(tx, *id, (found, sealed), codes))
            })
            .await?
        {
            self.0.scrub().await?;
        }
        Ok(())
    }

    async fn open(
        &self,
        session: &AdministratorSession,
        password: &PasswordHash,
        proof: Option<SecondProof>,
        deed: &Deed,
    ) -> Answer<bool> {
        let given = (session.clone(), password.clone(), proof, deed.clone());
        Ok(self
            .0
            .write(given, |tx, (session, password, proof, deed)| {
                Box::pin(store(tx, session, password, proof.as_ref(), deed))
            })
            .await?)
    }

    async fn find_session(
        &self,
        id: SessionId,
    ) -> Answer<Option<(AdministratorSession, AdministratorAccount)>> {
        let statement =
            stays::all().and_where(Expr::col(AdministratorSessions::Id).eq(stays::key(id))).take();
        let Some(row) = self.0.one::<stays::SessionRow>(&statement).await? else { return Ok(None) };
        let session = row.session()?;
        let owner = accounts().and_where(Expr::col(Administrators::Id).eq(session.administrator.0)).take();
        Ok(self.account(&owner).await?.map(|account| (session, account)))
    }

    async fn sessions(&self, id: AdministratorId) -> Answer<Vec<AdministratorSession>> {
        let statement = stays::all()
            .and_where(Expr::col(AdministratorSessions::AdministratorId).eq(id.0))
            .order_by(AdministratorSessions::StartedAt, Order::Desc)
            .order_by(AdministratorSessions::Id, Order::Asc)
            .take();
        let rows: Vec<stays::SessionRow> = self.0.all(&statement).await?;
        Ok(rows.into_iter().map(stays::SessionRow::session).collect::<Result<_>>()?)
    }

    async fn extend(&self, id: SessionId, seen_at: Timestamp, expires_at: Timestamp) -> Answer<()> {
        let statement = Query::update()
            .table(AdministratorSessions::Table)
            .value(AdministratorSessions::SeenAt, seen_at.as_millis())
            .value(AdministratorSessions::ExpiresAt, expires_at.as_millis())
            .and_where(Expr::col(AdministratorSessions::Id).eq(stays::key(id)))
            .take();
        self.0.execute_or_skip(&statement).await?;
        Ok(())
    }

    async fn end(&self, id: SessionId, deed: &Deed) -> Answer<()> {
        let statement = Query::delete()
            .from_table(AdministratorSessions::Table)
            .and_where(Expr::col(AdministratorSessions::Id).eq(stays::key(id)))
            .take();
        self.end_those(statement, "", deed).await
    }

    async fn end_all(&self, id: AdministratorId, keep: Option<SessionId>, deed: &Deed) -> Answer<()> {
        let statement = stays::of(id, keep);
        self.end_those(statement, "everywhere", deed).await
    }

    async fn purge(&self, moment: Timestamp) -> Answer<u64> {
        let statement = Query::delete()
            .from_table(AdministratorSessions::Table)
            .and_where(Expr::col(AdministratorSessions::ExpiresAt).lt(moment.as_millis()))
            .take();
        Ok(self.0.execute(&statement).await?)
    }
}
