use sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use usher_domain::{
    Device, DeviceFacts, DeviceId, Gender, PasswordHash, Profile, Timestamp, User, UserId, UsernameKey,
};
use usher_ports::outbound::SeenDevice;
use uuid::Uuid;

use super::row::{UserRow, fact};
use crate::database::{Database, DatabaseError, Result, Tx, record};
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
    let owner = user(Users::Id).equals((Devices::Table, Devices::UserId));
    let mut statement =
        with_device(Query::select().from(Devices::Table).inner_join(Users::Table, owner).take());
    statement.and_where(Expr::col((Devices::Table, Devices::Id)).eq(device.as_str()));
    one(database, &statement).await
}

record! {
    struct HashRow {
        password_hash: Option<String>,
    }
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

/// A row only where it says something.
pub(super) async fn profile(database: &Database, id: UserId) -> Result<Option<Profile>> {
    let columns = [
        Profiles::Id,
        Profiles::Gender,
        Profiles::Birthday,
        Profiles::Bio,
        Profiles::Location,
        Profiles::Website,
    ];
    let theirs = Expr::col((Profiles::Table, Profiles::UserId)).equals((Users::Table, Users::Id));
    let statement = Query::select()
        .expr_as(user(Users::Id), Alias::new("user_id"))
        .columns(columns.map(|column| (Profiles::Table, column)))
        .from(Users::Table)
        .left_join(Profiles::Table, theirs)
        .and_where(user(Users::Id).eq(id.0))
        .take();
    let Some(row) = database.one::<ProfileRow>(&statement).await? else { return Ok(None) };
    let gender = row.gender.map_or(Ok(Gender::Unknown), |gender| gender.parse());
    Ok(Some(Profile {
        // No row has a user's number that was given out later.
        id: row.id.unwrap_or(row.user_id),
        gender: gender.map_err(|_| DatabaseError::Corrupt("profiles.gender"))?,
        birthday: row.birthday.map(Timestamp::from_millis),
        bio: row.bio,
        location: row.location,
        website: row.website,
    }))
}

record! {
    struct AliasRow {
        user_id: i64,
    }
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

record! {
    struct AvatarRow {
        avatar: String,
    }
}

/// That nobody has an empty one is said for the index, which leaves it out.
pub(super) async fn avatars_in_use(database: &Database, urls: &[String]) -> Result<Vec<String>> {
    if urls.is_empty() {
        return Ok(Vec::new());
    }
    let statement = Query::select()
        .distinct()
        .column(Users::Avatar)
        .from(Users::Table)
        .and_where(Expr::col(Users::Avatar).is_in(urls.iter().map(String::as_str)))
        .and_where(Expr::cust("users.avatar <> ''"))
        .take();
    Ok(database.all::<AvatarRow>(&statement).await?.into_iter().map(|row| row.avatar).collect())
}
