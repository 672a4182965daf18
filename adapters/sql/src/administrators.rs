//! Administrators, and their sessions beside them: each port beside its statements, in a file called as the port is.

mod administrator_accounts;
mod administrator_invitations;
mod administrator_sessions;
mod second_factor_store;

use sea_query::{Expr, ExprTrait, Query, SelectStatement};
use usher_domain::{AdministratorAccount, AdministratorId, AdministratorName, Timestamp};

use crate::database::{Database, DatabaseError, Result, Tx, record};
use crate::iden::Administrators;

/// Administrators in the database, and their sessions beside them: there are few, and all nodes see them.
#[derive(Clone, Debug)]
pub struct SqlAdministrators(Database);

impl SqlAdministrators {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }

    async fn account(&self, statement: &SelectStatement) -> Result<Option<AdministratorAccount>> {
        self.0.one::<AccountRow>(statement).await?.map(AdministratorAccount::try_from).transpose()
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
