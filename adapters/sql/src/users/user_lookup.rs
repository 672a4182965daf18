use async_trait::async_trait;
use sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use usher_domain::{
    Device, DeviceAttributes, DeviceId, Gender, Profile, SeenDevice, Timestamp, User, UserId, UsernameKey,
};
use usher_ports::outbound::UserLookup;
use uuid::Uuid;

use super::SqlUsers;
use super::row::{UserRow, attribute};
use crate::database::{Database, DatabaseError, Result, StoreResult, Tx, record};
use crate::iden::{Aliases, Devices, Profiles, Users};

/// Everything of a user but the password hash.
const COLUMNS: [Users; 27] = [
    Users::Id,
    Users::Uuid,
    Users::Username,
    Users::Nickname,
    Users::Avatar,
    Users::Role,
    Users::Status,
    Users::DisabledUntil,
    Users::DisabledReason,
    Users::DisabledBy,
    Users::DeletedAt,
    Users::Mobile,
    Users::Email,
    Users::MobileVerified,
    Users::EmailVerified,
    Users::WechatOpenid,
    Users::QqOpenid,
    Users::WeiboUid,
    Users::Settings,
    Users::SortOrder,
    Users::RegisteredAt,
    Users::RegisteredFrom,
    Users::LastLoginAt,
    Users::LastLoginFrom,
    Users::UpdatedAt,
    Users::Version,
    Users::SessionEpoch,
];

/// Users, each with the device seen last.
pub(super) fn users() -> SelectStatement {
    let mine = Alias::new("own_devices");
    let last = Query::select()
        .column((mine.clone(), Devices::Id))
        .from_as(Devices::Table, mine.clone())
        .and_where(Expr::col((mine.clone(), Devices::UserId)).equals((Users::Table, Users::Id)))
        .order_by((mine.clone(), Devices::LastSeenAt), Order::Desc)
        .order_by((mine, Devices::Id), Order::Asc)
        .limit(1)
        .take();
    let device = Expr::col((Devices::Table, Devices::Id));
    with_device(
        Query::select().from(Users::Table).left_join(Devices::Table, device.eq(Expr::from(last))).take(),
    )
}

/// The columns of a [`UserRow`].
fn with_device(mut of: SelectStatement) -> SelectStatement {
    of.columns(COLUMNS.map(|column| (Users::Table, column)))
        .expr_as(Expr::col((Devices::Table, Devices::Id)), Alias::new("device_id"))
        .columns(
            [Devices::Platform, Devices::Model, Devices::Os, Devices::Brand].map(|c| (Devices::Table, c)),
        )
        .take()
}

pub(super) fn user(column: Users) -> Expr {
    Expr::col((Users::Table, column))
}

async fn one(database: &Database, statement: &SelectStatement) -> Result<Option<User>> {
    database.one::<UserRow>(statement).await?.map(User::try_from).transpose()
}

/// As the transaction sees it.
pub(super) async fn within(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    let statement = users().and_where(user(Users::Id).eq(id.0)).take();
    tx.one::<UserRow>(&statement).await?.map(User::try_from).transpose()
}

/// Those of them that there are, as the transaction sees them.
pub(crate) async fn users_within(tx: &mut Tx, ids: &[UserId]) -> Result<Vec<User>> {
    let statement = users().and_where(user(Users::Id).is_in(ids.iter().map(|id| id.0))).take();
    tx.all::<UserRow>(&statement).await?.into_iter().map(User::try_from).collect()
}

record! {
    struct AliasRow {
        user_id: i64,
    }
}

#[async_trait]
impl UserLookup for SqlUsers {
    #[tracing::instrument(name = "db.users.find", level = "debug", skip_all)]
    async fn find(&self, id: UserId) -> StoreResult<Option<User>> {
        Ok(one(&self.database, &users().and_where(user(Users::Id).eq(id.0)).take()).await?)
    }

    #[tracing::instrument(name = "db.users.find_by_uuid", level = "debug", skip_all)]
    async fn find_by_uuid(&self, uuid: Uuid) -> StoreResult<Option<User>> {
        Ok(one(&self.database, &users().and_where(user(Users::Uuid).eq(uuid)).take()).await?)
    }

    #[tracing::instrument(name = "db.users.find_by_username", level = "debug", skip_all)]
    async fn find_by_username(&self, username: &UsernameKey) -> StoreResult<Option<User>> {
        let called = user(Users::UsernameKey).eq(username.as_str());
        Ok(one(&self.database, &users().and_where(called).take()).await?)
    }

    #[tracing::instrument(name = "db.users.find_by_device", level = "debug", skip_all)]
    async fn find_by_device(&self, device: &DeviceId) -> StoreResult<Option<User>> {
        let owner = user(Users::Id).equals((Devices::Table, Devices::UserId));
        let mut statement =
            with_device(Query::select().from(Devices::Table).inner_join(Users::Table, owner).take());
        statement.and_where(Expr::col((Devices::Table, Devices::Id)).eq(device.as_str()));
        Ok(one(&self.database, &statement).await?)
    }

    #[tracing::instrument(name = "db.users.profile", level = "debug", skip_all)]
    async fn profile(&self, id: UserId) -> StoreResult<Option<Profile>> {
        let row: Option<ProfileRow> = self.database.one(&profile_of(id)).await?;
        Ok(row.map(Profile::try_from).transpose()?)
    }

    #[tracing::instrument(name = "db.users.devices", level = "debug", skip_all)]
    async fn devices(&self, id: UserId) -> StoreResult<Vec<SeenDevice>> {
        let rows: Vec<DeviceRow> = self.database.all(&devices_of(id)).await?;
        Ok(rows.into_iter().map(SeenDevice::try_from).collect::<Result<_>>()?)
    }

    #[tracing::instrument(name = "db.users.aliases", level = "debug", skip_all)]
    async fn aliases(&self, visitor: UserId) -> StoreResult<Vec<UserId>> {
        let statement = Query::select()
            .column(Aliases::UserId)
            .from(Aliases::Table)
            .and_where(Expr::col(Aliases::VisitorId).eq(visitor.0))
            .order_by(Aliases::LinkedAt, Order::Desc)
            .take();
        let rows: Vec<AliasRow> = self.database.all(&statement).await?;
        Ok(rows.into_iter().map(|row| UserId(row.user_id)).collect())
    }
}

record! {
    struct ProfileRow {
        user_id: i64,
        id: Option<i64>,
        gender: Option<String>,
        birthday: Option<i64>,
        bio: Option<String>,
        location: Option<String>,
        website: Option<String>,
    }
}

impl TryFrom<ProfileRow> for Profile {
    type Error = DatabaseError;

    fn try_from(row: ProfileRow) -> Result<Self> {
        let gender = row.gender.map_or(Ok(Gender::Unknown), |gender| gender.parse());
        Ok(Self {
            // No row has a user's number that was given out later.
            id: row.id.unwrap_or(row.user_id),
            gender: gender.map_err(|_| DatabaseError::Corrupt("profiles.gender"))?,
            birthday: row.birthday.map(Timestamp::from_millis),
            bio: row.bio,
            location: row.location,
            website: row.website,
        })
    }
}

/// There is a row only where it says something.
fn profile_of(id: UserId) -> SelectStatement {
    let columns = [
        Profiles::Id,
        Profiles::Gender,
        Profiles::Birthday,
        Profiles::Bio,
        Profiles::Location,
        Profiles::Website,
    ];
    let theirs = Expr::col((Profiles::Table, Profiles::UserId)).equals((Users::Table, Users::Id));
    Query::select()
        .expr_as(user(Users::Id), Alias::new("user_id"))
        .columns(columns.map(|column| (Profiles::Table, column)))
        .from(Users::Table)
        .left_join(Profiles::Table, theirs)
        .and_where(user(Users::Id).eq(id.0))
        .take()
}

record! {
    struct DeviceRow {
        id: String,
        platform: Option<String>,
        model: Option<String>,
        os: Option<String>,
        brand: Option<String>,
        first_seen_at: i64,
        last_seen_at: i64,
    }
}

impl TryFrom<DeviceRow> for SeenDevice {
    type Error = DatabaseError;

    fn try_from(row: DeviceRow) -> Result<Self> {
        let attributes = DeviceAttributes {
            platform: attribute(row.platform),
            model: attribute(row.model),
            os: attribute(row.os),
            brand: attribute(row.brand),
        };
        let id = DeviceId::parse(&row.id).map_err(|_| DatabaseError::Corrupt("devices.id"))?;
        Ok(Self {
            device: Device { id, attributes },
            first_seen: Timestamp::from_millis(row.first_seen_at),
            last_seen: Timestamp::from_millis(row.last_seen_at),
        })
    }
}

fn devices_of(owner: UserId) -> SelectStatement {
    Query::select()
        .columns([
            Devices::Id,
            Devices::Platform,
            Devices::Model,
            Devices::Os,
            Devices::Brand,
            Devices::FirstSeenAt,
            Devices::LastSeenAt,
        ])
        .from(Devices::Table)
        .and_where(Expr::col(Devices::UserId).eq(owner.0))
        .order_by(Devices::LastSeenAt, Order::Desc)
        .order_by(Devices::Id, Order::Asc)
        .take()
}
