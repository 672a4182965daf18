mod second_factor;

use async_trait::async_trait;
use sea_query::{DeleteStatement, Expr, ExprTrait, LockType, Order, Query, SelectStatement};
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    AuditAction, Deed, PasswordHash, SecondProof, SessionId, Timestamp,
};
use usher_ports::outbound::{
    AddAdministrator, AdministratorRepository, NewAdministrator, NewSecondFactor, RemoveAdministrator,
    SecondFactor, StoreError,
};

use crate::audit;
use crate::database::{Database, DatabaseError, Result, Tx, retrying};
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

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: i64,
    name: String,
    role: String,
    created_at: i64,
    last_login_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct HashRow {
    password_hash: String,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    administrator_id: i64,
    started_at: i64,
    seen_at: i64,
    expires_at: i64,
}

#[derive(sqlx::FromRow)]
struct IdRow {
    id: i64,
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
        })
    }
}

const ACCOUNT: [Administrators; 5] = [
    Administrators::Id,
    Administrators::Name,
    Administrators::Role,
    Administrators::CreatedAt,
    Administrators::LastLoginAt,
];

fn accounts() -> SelectStatement {
    Query::select().columns(ACCOUNT).from(Administrators::Table).take()
}

fn key(id: SessionId) -> Vec<u8> {
    id.as_bytes().to_vec()
}

fn sessions_of(id: AdministratorId) -> DeleteStatement {
    Query::delete()
        .from_table(AdministratorSessions::Table)
        .and_where(Expr::col(AdministratorSessions::AdministratorId).eq(id.0))
        .take()
}

impl SqlAdministrators {
    async fn insert(
        &self,
        new: &NewAdministrator,
        founder: Option<bool>,
        deed: &Deed,
    ) -> Result<AddAdministrator> {
        let mut tx = self.0.begin().await?;
        if founder.is_some() && tx.one::<IdRow>(ids().limit(1)).await?.is_some() {
            return Ok(AddAdministrator::NotTheFirst);
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
                return Ok(AddAdministrator::NotTheFirst);
            }
            Err(DatabaseError::Duplicate(_)) => return Ok(AddAdministrator::NameTaken),
            Err(error) => return Err(error),
        };
        let (name, role, created_at) = (new.name.clone(), new.role, deed.at);
        let account = AdministratorAccount { id, name, role, created_at, last_login_at: None };
        audit::append(&mut tx, &deed.administrator_added(&account)).await?;
        tx.commit().await?;
        Ok(AddAdministrator::Added(account))
    }

    /// The new password is written first, which locks the row: a login that read the old one waits for it.
    async fn replace_password(
        &self,
        id: AdministratorId,
        password: &PasswordHash,
        deed: &Deed,
    ) -> Result<bool> {
        let mut tx = self.0.begin().await?;
        let update = Query::update()
            .table(Administrators::Table)
            .value(Administrators::PasswordHash, password.expose())
            .and_where(Expr::col(Administrators::Id).eq(id.0))
            .take();
        if tx.execute(&update).await? == 0 {
            return Ok(false);
        }
        tx.execute(&sessions_of(id)).await?;
        let name = name_of(&mut tx, id).await?;
        audit::append(&mut tx, &deed.record(AuditAction::AdministratorPassword, &name)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// All owners are locked, so that of two removals at once the second sees the first.
    async fn delete(&self, id: AdministratorId, deed: &Deed) -> Result<RemoveAdministrator> {
        let mut tx = self.0.begin().await?;
        let owners: Vec<IdRow> = tx
            .all(
                ids()
                    .and_where(Expr::col(Administrators::Role).eq(AdministratorRole::Owner.as_str()))
                    .order_by(Administrators::Id, Order::Asc)
                    .lock(LockType::Update),
            )
            .await?;
        if matches!(owners.as_slice(), [last] if last.id == id.0) {
            return Ok(RemoveAdministrator::LastOwner);
        }
        let delete = Query::delete()
            .from_table(Administrators::Table)
            .and_where(Expr::col(Administrators::Id).eq(id.0))
            .take();
        let name = name_of(&mut tx, id).await?;
        if tx.execute(&delete).await? == 0 {
            return Ok(RemoveAdministrator::NotFound);
        }
        audit::append(&mut tx, &deed.record(AuditAction::AdministratorRemoved, &name)).await?;
        tx.commit().await?;
        Ok(RemoveAdministrator::Removed)
    }

    /// The login is noted first, on the condition that the password is still the one that was checked.
    async fn store(
        &self,
        session: &AdministratorSession,
        password: &PasswordHash,
        proof: Option<SecondProof>,
        deed: &Deed,
    ) -> Result<bool> {
        let mut tx = self.0.begin().await?;
        let secret = Expr::col(Administrators::TotpSecret);
        let (has_factor, step) = match proof {
            None => (secret.is_null(), None),
            Some(SecondProof::Step(step)) => (secret.is_not_null(), Some(step)),
            Some(SecondProof::Recovery(_)) => (secret.is_not_null(), None),
        };
        let login = Query::update()
            .table(Administrators::Table)
            .value(Administrators::LastLoginAt, session.started_at.as_millis())
            .and_where(Expr::col(Administrators::Id).eq(session.administrator.0))
            .and_where(Expr::col(Administrators::PasswordHash).eq(password.expose()))
            .and_where(has_factor)
            .values(step.map(|step| (Administrators::TotpStep, step.into())))
            .and_where_option(step.map(|step| Expr::col(Administrators::TotpStep).lt(step)))
            .take();
        if tx.execute(&login).await? == 0 {
            return Ok(false);
        }
        if let Some(SecondProof::Recovery(digest)) = proof
            && tx.execute(&second_factor::code(session.administrator, digest)).await? == 0
        {
            return Ok(false);
        }
        let insert = Query::insert()
            .into_table(AdministratorSessions::Table)
            .columns([
                AdministratorSessions::Id,
                AdministratorSessions::AdministratorId,
                AdministratorSessions::StartedAt,
                AdministratorSessions::SeenAt,
                AdministratorSessions::ExpiresAt,
            ])
            .values_panic([
                key(session.id).into(),
                session.administrator.0.into(),
                session.started_at.as_millis().into(),
                session.seen_at.as_millis().into(),
                session.expires_at.as_millis().into(),
            ])
            .take();
        tx.execute(&insert).await?;
        audit::append(&mut tx, &deed.record(AuditAction::LoggedIn, "")).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends stays and writes that down; one that was over is not left again.
    async fn finish(&self, which: &DeleteStatement, subject: &str, deed: &Deed) -> Result<()> {
        let mut tx = self.0.begin().await?;
        if tx.execute(which).await? > 0 {
            audit::append(&mut tx, &deed.record(AuditAction::LoggedOut, subject)).await?;
        }
        tx.commit().await
    }

    async fn account(&self, statement: &SelectStatement) -> Result<Option<AdministratorAccount>> {
        self.0.one::<AccountRow>(statement).await?.map(AdministratorAccount::try_from).transpose()
    }
}

fn ids() -> SelectStatement {
    Query::select().column(Administrators::Id).from(Administrators::Table).take()
}

#[derive(sqlx::FromRow)]
struct NameRow {
    name: String,
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
        Ok(retrying(|| self.insert(new, None, deed)).await?)
    }

    async fn add_first(&self, new: &NewAdministrator, deed: &Deed) -> Answer<AddAdministrator> {
        Ok(retrying(|| self.insert(new, Some(true), deed)).await?)
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
        Ok(retrying(|| self.replace_password(id, password, deed)).await?)
    }

    async fn remove(&self, id: AdministratorId, deed: &Deed) -> Answer<RemoveAdministrator> {
        Ok(retrying(|| self.delete(id, deed)).await?)
    }

    async fn second_factor(&self, id: AdministratorId) -> Answer<Option<SecondFactor>> {
        Ok(second_factor::find(&self.0, id).await?)
    }

    async fn set_second_factor(
        &self,
        id: AdministratorId,
        factor: Option<&NewSecondFactor>,
        deed: &Deed,
    ) -> Answer<bool> {
        Ok(retrying(|| second_factor::replace(&self.0, id, factor, deed)).await?)
    }

    async fn open(
        &self,
        session: &AdministratorSession,
        password: &PasswordHash,
        proof: Option<SecondProof>,
        deed: &Deed,
    ) -> Answer<bool> {
        Ok(retrying(|| self.store(session, password, proof, deed)).await?)
    }

    async fn find_session(
        &self,
        id: SessionId,
    ) -> Answer<Option<(AdministratorSession, AdministratorAccount)>> {
        let statement = Query::select()
            .columns([
                AdministratorSessions::AdministratorId,
                AdministratorSessions::StartedAt,
                AdministratorSessions::SeenAt,
                AdministratorSessions::ExpiresAt,
            ])
            .from(AdministratorSessions::Table)
            .and_where(Expr::col(AdministratorSessions::Id).eq(key(id)))
            .take();
        let Some(row) = self.0.one::<SessionRow>(&statement).await? else { return Ok(None) };
        let session = AdministratorSession {
            id,
            administrator: AdministratorId(row.administrator_id),
            started_at: Timestamp::from_millis(row.started_at),
            seen_at: Timestamp::from_millis(row.seen_at),
            expires_at: Timestamp::from_millis(row.expires_at),
        };
        let owner = accounts().and_where(Expr::col(Administrators::Id).eq(row.administrator_id)).take();
        Ok(self.account(&owner).await?.map(|account| (session, account)))
    }

    async fn extend(&self, id: SessionId, seen_at: Timestamp, expires_at: Timestamp) -> Answer<()> {
        let statement = Query::update()
            .table(AdministratorSessions::Table)
            .value(AdministratorSessions::SeenAt, seen_at.as_millis())
            .value(AdministratorSessions::ExpiresAt, expires_at.as_millis())
            .and_where(Expr::col(AdministratorSessions::Id).eq(key(id)))
            .take();
        self.0.execute(&statement).await?;
        Ok(())
    }

    async fn end(&self, id: SessionId, deed: &Deed) -> Answer<()> {
        let statement = Query::delete()
            .from_table(AdministratorSessions::Table)
            .and_where(Expr::col(AdministratorSessions::Id).eq(key(id)))
            .take();
        Ok(retrying(|| self.finish(&statement, "", deed)).await?)
    }

    async fn end_all(&self, id: AdministratorId, deed: &Deed) -> Answer<()> {
        let statement = sessions_of(id);
        Ok(retrying(|| self.finish(&statement, "everywhere", deed)).await?)
    }

    async fn purge(&self, moment: Timestamp) -> Answer<u64> {
        let statement = Query::delete()
            .from_table(AdministratorSessions::Table)
            .and_where(Expr::col(AdministratorSessions::ExpiresAt).lt(moment.as_millis()))
            .take();
        Ok(self.0.execute(&statement).await?)
    }
}
