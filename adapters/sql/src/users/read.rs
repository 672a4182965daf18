use sea_query::{Alias, Expr, ExprTrait, JoinType, Order, Query, SelectStatement};
use usher_domain::{
    Device, DeviceFacts, DeviceId, PasswordHash, Profile, Timestamp, User, UserId, UsernameKey,
};
use usher_ports::outbound::SeenDevice;
use uuid::Uuid;

use super::row::{UserRow, fact};
use crate::database::{Database, DatabaseError, Result, Tx};
use crate::iden::{Aliases, Devices, Profiles, Users};

/// Everything of a user but the password hash.
const COLUMNS: [Users; 25] = [
    Users::Id,
    Users::Uuid,
    Users::Username,
    Users::Nickname,
    Users::Avatar,
    Users::Role,
    Users::Status,
    Users::DisabledUntil,
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
    Query::select()
        .columns(COLUMNS.map(|column| (Users::Table, column)))
        .expr_as(Expr::col((Devices::Table, Devices::Id)), Alias::new("device_id"))
        .columns(
            [Devices::Platform, Devices::Model, Devices::Os, Devices::Brand].map(|c| (Devices::Table, c)),
        )
        .from(Users::Table)
        .join(
            JoinType::LeftJoin,
            Devices::Table,
            Expr::col((Devices::Table, Devices::Id)).eq(Expr::from(last)),
        )
        .take()
}

pub(super) fn user(column: Users) -> Expr {
    Expr::col((Users::Table, column))
}

async fn one(database: &Database, statement: &SelectStatement) -> Result<Option<User>> {
    database.one::<UserRow>(statement).await?.map(User::try_from).transpose()
}

pub(super) async fn by_id(database: &Database, id: UserId) -> Result<Option<User>> {
    one(database, &users().and_where(user(Users::Id).eq(id.0)).take()).await
}

/// As the transaction sees it.
pub(super) async fn within(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    let statement = users().and_where(user(Users::Id).eq(id.0)).take();
    tx.one::<UserRow>(&statement).await?.map(User::try_from).transpose()
}

pub(super) async fn by_uuid(database: &Database, uuid: Uuid) -> Result<Option<User>> {
    one(database, &users().and_where(user(Users::Uuid).eq(uuid)).take()).await
}

pub(super) async fn by_username(database: &Database, username: &UsernameKey) -> Result<Option<User>> {
    one(database, &users().and_where(user(Users::UsernameKey).eq(username.as_str())).take()).await
}

pub(super) async fn by_device(database: &Database, device: &DeviceId) -> Result<Option<User>> {
    let owner = Query::select()
        .column(Devices::UserId)
        .from(Devices::Table)
        .and_where(Expr::col(Devices::Id).eq(device.as_str()))
        .take();
    one(database, &users().and_where(user(Users::Id).eq(Expr::from(owner))).take()).await
}

#[derive(sqlx::FromRow)]
struct HashRow {
    password_hash: Option<String>,
}

pub(super) async fn password_hash(database: &Database, id: UserId) -> Result<Option<PasswordHash>> {
    let statement = Query::select()
        .column(Users::PasswordHash)
        .from(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id.0))
        .take();
    let row: Option<HashRow> = database.one(&statement).await?;
    Ok(row.and_then(|row| row.password_hash).map(PasswordHash::new))
}

#[derive(sqlx::FromRow)]
struct ProfileRow {
    id: i64,
    gender: String,
    birthday: Option<i64>,
    bio: Option<String>,
    location: Option<String>,
    website: Option<String>,
}

pub(super) async fn profile(database: &Database, id: UserId) -> Result<Option<Profile>> {
    let statement = Query::select()
        .columns([
            Profiles::Id,
            Profiles::Gender,
            Profiles::Birthday,
            Profiles::Bio,
            Profiles::Location,
            Profiles::Website,
        ])
        .from(Profiles::Table)
        .and_where(Expr::col(Profiles::UserId).eq(id.0))
        .take();
    let Some(row) = database.one::<ProfileRow>(&statement).await? else { return Ok(None) };
    Ok(Some(Profile {
        id: row.id,
        gender: row.gender.parse().map_err(|_| DatabaseError::Corrupt("profiles.gender"))?,
        birthday: row.birthday.map(Timestamp::from_millis),
        bio: row.bio,
        location: row.location,
        website: row.website,
    }))
}

#[derive(sqlx::FromRow)]
struct AliasRow {
    user_id: i64,
}

pub(super) async fn aliases(database: &Database, visitor: UserId) -> Result<Vec<UserId>> {
    let statement = Query::select()
        .column(Aliases::UserId)
        .from(Aliases::Table)
        .and_where(Expr::col(Aliases::VisitorId).eq(visitor.0))
        .order_by(Aliases::LinkedAt, Order::Desc)
        .take();
    Ok(database.all::<AliasRow>(&statement).await?.into_iter().map(|row| UserId(row.user_id)).collect())
}

#[derive(sqlx::FromRow)]
struct DeviceRow {
    id: String,
    platform: Option<String>,
    model: Option<String>,
    os: Option<String>,
    brand: Option<String>,
    first_seen_at: i64,
    last_seen_at: i64,
}

pub(super) async fn devices(database: &Database, owner: UserId) -> Result<Vec<SeenDevice>> {
    let statement = Query::select()
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
        .take();
    let rows: Vec<DeviceRow> = database.all(&statement).await?;
    rows.into_iter()
        .map(|row| {
            let facts = DeviceFacts {
                platform: fact(row.platform),
                model: fact(row.model),
                os: fact(row.os),
                brand: fact(row.brand),
            };
            let id = DeviceId::parse(&row.id).map_err(|_| DatabaseError::Corrupt("devices.id"))?;
            Ok(SeenDevice {
                device: Device { id, facts },
                first_seen: Timestamp::from_millis(row.first_seen_at),
                last_seen: Timestamp::from_millis(row.last_seen_at),
            })
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct AvatarRow {
    avatar: String,
}

/// That nobody has an empty one is said for the index, which leaves it out.
pub(super) async fn avatars_in_use(database: &Database, urls: &[String]) -> Result<Vec<String>> {
    let statement = Query::select()
        .distinct()
        .column(Users::Avatar)
        .from(Users::Table)
        .and_where(Expr::col(Users::Avatar).is_in(urls.iter().map(String::as_str)))
        .and_where(Expr::cust("users.avatar <> ''"))
        .take();
    Ok(database.all::<AvatarRow>(&statement).await?.into_iter().map(|row| row.avatar).collect())
}
