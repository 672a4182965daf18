use sea_query::{Expr, ExprTrait, InsertStatement, OnConflict, Query, SimpleExpr, UpdateStatement};
use usher_domain::{
    AuditAction, ClientAddress, DeviceFacts, DeviceId, Epoch, Fact, Nickname, PasswordHash, Role, Status,
    Timestamp, User, UserId, Username, Visit,
};
use usher_ports::outbound::{AddUser, AddVisitor, NewUser, NewVisitor, Origin, Upgrade, Upgraded};
use uuid::Uuid;

use super::read;
use crate::audit;
use crate::database::{Database, DatabaseError, Result, Tx};
use crate::iden::{Aliases, Devices, Profiles, Users};
use crate::revocations::revocation;

pub(super) async fn add_visitor(database: &Database, new: &NewVisitor) -> Result<AddVisitor> {
    let mut tx = database.begin().await?;
    let account = NewAccount {
        uuid: new.uuid,
        username: &new.username,
        nickname: &Nickname::default(),
        avatar: "",
        password: None,
        made: Visit { at: new.at, from: Some(new.from.ip()) },
        logs_in: true,
    };
    let id = match add_account(&mut tx, &account).await {
        Ok(id) => id,
        Err(DatabaseError::Duplicate(_)) => return Ok(AddVisitor::UsernameTaken),
        Err(error) => return Err(error),
    };
    match tx.execute(&device(&new.device.id, &new.device.facts, id, new.at)).await {
        Ok(_) => {}
        Err(DatabaseError::Duplicate(_)) => return Ok(AddVisitor::DeviceTaken),
        Err(error) => return Err(error),
    }
    let user = added(&mut tx, id).await?;
    tx.commit().await?;
    Ok(AddVisitor::Added(Box::new(user)))
}

pub(super) async fn add_user(database: &Database, new: &NewUser) -> Result<AddUser> {
    let mut tx = database.begin().await?;
    let (made, logs_in) = match &new.origin {
        Origin::Owner { from, at } => (Visit { at: *at, from: Some(from.ip()) }, true),
        Origin::Administrator(deed) => (Visit { at: deed.at, from: deed.from }, false),
    };
    let account = NewAccount {
        uuid: new.uuid,
        username: &new.username,
        nickname: &new.nickname,
        avatar: &new.avatar,
        password: Some(&new.password),
        made,
        logs_in,
    };
    let id = match add_account(&mut tx, &account).await {
        Ok(id) => id,
        Err(DatabaseError::Duplicate(_)) => return Ok(AddUser::UsernameTaken),
        Err(error) => return Err(error),
    };
    if let Some(linked) = &new.device {
        match tx.execute(&device(linked, &DeviceFacts::default(), id, made.at)).await {
            Ok(_) => {}
            Err(DatabaseError::Duplicate(_)) => return Ok(AddUser::DeviceTaken),
            Err(error) => return Err(error),
        }
    }
    let user = added(&mut tx, id).await?;
    if let Origin::Administrator(deed) = &new.origin {
        audit::append(&mut tx, &deed.on(AuditAction::UserCreated, None, &user)).await?;
    }
    tx.commit().await?;
    Ok(AddUser::Added(Box::new(user)))
}

struct NewAccount<'a> {
    uuid: Uuid,
    username: &'a Username,
    nickname: &'a Nickname,
    avatar: &'a str,
    password: Option<&'a PasswordHash>,
    made: Visit,
    logs_in: bool,
}

/// The row and its profile. The uuid is new by construction, so the name is the one key that can clash.
async fn add_account(tx: &mut Tx, new: &NewAccount<'_>) -> Result<UserId> {
    let role = if new.password.is_some() { Role::User } else { Role::Visitor };
    let (at, from) = (new.made.at.as_millis(), new.made.from.map(|from| from.to_string()));
    let row = Query::insert()
        .into_table(Users::Table)
        .columns([
            Users::Uuid,
            Users::Username,
            Users::UsernameKey,
            Users::Nickname,
            Users::NicknameKey,
            Users::Avatar,
            Users::PasswordHash,
            Users::Role,
            Users::RegisteredAt,
            Users::RegisteredFrom,
            Users::LastLoginAt,
            Users::LastLoginFrom,
            Users::UpdatedAt,
        ])
        .values_panic([
            new.uuid.into(),
            new.username.as_str().into(),
            new.username.key().as_str().into(),
            new.nickname.as_str().into(),
            new.nickname.key().into(),
            new.avatar.into(),
            new.password.map(|hash| hash.expose().to_owned()).into(),
            role.as_str().into(),
            at.into(),
            from.clone().into(),
            new.logs_in.then_some(at).into(),
            from.filter(|_| new.logs_in).into(),
            at.into(),
        ])
        .take();
    let id = tx.insert(row, Users::Id).await?;
    tx.execute(
        Query::insert().into_table(Profiles::Table).columns([Profiles::UserId]).values_panic([id.into()]),
    )
    .await?;
    let id = UserId(id);
    if role == Role::User {
        index_username(tx, id, new.username).await?;
    }
    Ok(id)
}

pub(super) async fn index_username(tx: &mut Tx, id: UserId, username: &Username) -> Result<()> {
    if let Some(index) = tx.dialect().index_username(id, &username.key()) {
        tx.execute(&index).await?;
    }
    Ok(())
}

async fn added(tx: &mut Tx, id: UserId) -> Result<User> {
    read::within(tx, id).await?.ok_or(DatabaseError::Corrupt("a row that was just written is gone"))
}

fn device(id: &DeviceId, facts: &DeviceFacts, owner: UserId, at: Timestamp) -> InsertStatement {
    Query::insert()
        .into_table(Devices::Table)
        .columns([
            Devices::Id,
            Devices::UserId,
            Devices::Platform,
            Devices::Model,
            Devices::Os,
            Devices::Brand,
            Devices::FirstSeenAt,
            Devices::LastSeenAt,
        ])
        .values_panic([
            id.as_str().into(),
            owner.0.into(),
            text(facts.platform.as_ref()).into(),
            text(facts.model.as_ref()).into(),
            text(facts.os.as_ref()).into(),
            text(facts.brand.as_ref()).into(),
            at.as_millis().into(),
            at.as_millis().into(),
        ])
        .take()
}

fn text(fact: Option<&Fact>) -> &str {
    fact.map_or("", Fact::as_str)
}

pub(super) async fn upgrade(database: &Database, upgrade: &Upgrade) -> Result<Upgraded> {
    let mut tx = database.begin().await?;
    let statement = enabled(upgrade.user)
        .values([
            (Users::Username, upgrade.username.as_str().into()),
            (Users::UsernameKey, upgrade.username.key().as_str().into()),
            (Users::PasswordHash, upgrade.password.expose().into()),
            (Users::Role, Role::User.as_str().into()),
            (Users::LastLoginAt, upgrade.at.as_millis().into()),
            (Users::LastLoginFrom, upgrade.from.to_string().into()),
            (Users::UpdatedAt, upgrade.at.as_millis().into()),
            (Users::Version, next(Users::Version)),
            (Users::SessionEpoch, next(Users::SessionEpoch)),
        ])
        .and_where(Expr::col(Users::Role).eq(Role::Visitor.as_str()))
        .take();
    match tx.execute(&statement).await {
        Ok(0) => return Ok(Upgraded::NotAVisitor),
        Ok(_) => {}
        Err(DatabaseError::Duplicate(_)) => return Ok(Upgraded::UsernameTaken),
        Err(error) => return Err(error),
    }
    index_username(&mut tx, upgrade.user, &upgrade.username).await?;
    let user = added(&mut tx, upgrade.user).await?;
    tx.execute(&revocation(&user, upgrade.at)).await?;
    tx.commit().await?;
    Ok(Upgraded::Done(Box::new(user)))
}

/// An update of one user that holds only while the account may be used.
fn enabled(id: UserId) -> UpdateStatement {
    Query::update()
        .table(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id.0))
        .and_where(Expr::col(Users::Status).eq(Status::Enabled.code()))
        .and_where(Expr::col(Users::DeletedAt).is_null())
        .take()
}

fn next(counter: Users) -> SimpleExpr {
    Expr::col(counter).add(1)
}

pub(super) async fn record_visit(
    database: &Database,
    device: &DeviceId,
    facts: &DeviceFacts,
    from: ClientAddress,
    at: Timestamp,
) -> Result<()> {
    let mut tx = database.begin().await?;
    let said = [
        (Devices::Platform, &facts.platform),
        (Devices::Model, &facts.model),
        (Devices::Os, &facts.os),
        (Devices::Brand, &facts.brand),
    ];
    let said = said.into_iter().filter_map(|(column, fact)| Some((column, fact.as_ref()?.as_str().into())));
    let statement = Query::update()
        .table(Devices::Table)
        .values(said)
        .value(Devices::LastSeenAt, at.as_millis())
        .and_where(Expr::col(Devices::Id).eq(device.as_str()))
        .take();
    tx.execute(&statement).await?;
    let owner = Query::select()
        .column(Devices::UserId)
        .from(Devices::Table)
        .and_where(Expr::col(Devices::Id).eq(device.as_str()))
        .take();
    let statement = Query::update()
        .table(Users::Table)
        .value(Users::LastLoginAt, at.as_millis())
        .value(Users::LastLoginFrom, from.to_string())
        .and_where(Expr::col(Users::Id).eq(Expr::from(owner)))
        .and_where(Expr::col(Users::Role).eq(Role::Visitor.as_str()))
        .take();
    tx.execute(&statement).await?;
    tx.commit().await
}

pub(super) async fn record_login(
    database: &Database,
    id: UserId,
    epoch: Epoch,
    from: ClientAddress,
    at: Timestamp,
) -> Result<bool> {
    let statement = enabled(id)
        .value(Users::LastLoginAt, at.as_millis())
        .value(Users::LastLoginFrom, from.to_string())
        .and_where(Expr::col(Users::SessionEpoch).eq(epoch.0))
        .take();
    Ok(database.execute(&statement).await? == 1)
}

pub(super) async fn record_alias(
    database: &Database,
    visitor: UserId,
    user: UserId,
    at: Timestamp,
) -> Result<()> {
    let statement = Query::insert()
        .into_table(Aliases::Table)
        .columns([Aliases::VisitorId, Aliases::UserId, Aliases::LinkedAt])
        .values_panic([visitor.0.into(), user.0.into(), at.as_millis().into()])
        .on_conflict(
            OnConflict::columns([Aliases::VisitorId, Aliases::UserId])
                .update_column(Aliases::LinkedAt)
                .to_owned(),
        )
        .take();
    database.execute(&statement).await?;
    Ok(())
}

pub(super) async fn replace_hash(
    database: &Database,
    id: UserId,
    old: &PasswordHash,
    new: &PasswordHash,
) -> Result<()> {
    let statement = Query::update()
        .table(Users::Table)
        .value(Users::PasswordHash, new.expose())
        .and_where(Expr::col(Users::Id).eq(id.0))
        .and_where(Expr::col(Users::PasswordHash).eq(old.expose()))
        .take();
    database.execute(&statement).await?;
    Ok(())
}
