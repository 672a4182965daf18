//! A user as the database keeps it.

use usher_domain::{
    Contact, Device, DeviceAttribute, DeviceAttributes, DeviceId, Epoch, ExternalAccounts, Nickname, Reason,
    Status, Timestamp, User, UserId, Username, Version, Visit,
};
use uuid::Uuid;

use crate::database::{DatabaseError, Result, record};

record! {
    pub(super) struct UserRow {
        id: i64,
        uuid: Uuid,
        username: String,
        nickname: String,
        avatar: String,
        role: String,
        status: i64,
        disabled_until: Option<i64>,
        disabled_reason: String,
        disabled_by: String,
        deleted_at: Option<i64>,
        mobile: Option<String>,
        email: Option<String>,
        mobile_verified: bool,
        email_verified: bool,
        wechat_openid: Option<String>,
        qq_openid: Option<String>,
        weibo_uid: Option<String>,
        settings: String,
        sort_order: i64,
        registered_at: i64,
        registered_from: Option<String>,
        last_login_at: Option<i64>,
        last_login_from: Option<String>,
        updated_at: i64,
        version: i64,
        session_epoch: i64,
        device_id: Option<String>,
        platform: Option<String>,
        model: Option<String>,
        os: Option<String>,
        brand: Option<String>,
    }
}

impl TryFrom<UserRow> for User {
    type Error = DatabaseError;

    fn try_from(row: UserRow) -> Result<Self> {
        let attributes = DeviceAttributes {
            platform: attribute(row.platform),
            model: attribute(row.model),
            os: attribute(row.os),
            brand: attribute(row.brand),
        };
        Ok(Self {
            id: UserId(row.id),
            uuid: row.uuid,
            username: Username::from_store(row.username),
            nickname: Nickname::from_store(row.nickname),
            avatar: row.avatar,
            role: row.role.parse().map_err(|_| DatabaseError::Corrupt("users.role"))?,
            status: Status::try_from(row.status).map_err(|_| DatabaseError::Corrupt("users.status"))?,
            disabled_until: row.disabled_until.map(Timestamp::from_millis),
            disabled_reason: Reason::from_store(row.disabled_reason),
            disabled_by: row.disabled_by,
            deleted_at: row.deleted_at.map(Timestamp::from_millis),
            device: device(row.device_id, attributes)?,
            contact: Contact {
                mobile: row.mobile,
                email: row.email,
                mobile_verified: row.mobile_verified,
                email_verified: row.email_verified,
            },
            accounts: ExternalAccounts { wechat: row.wechat_openid, qq: row.qq_openid, weibo: row.weibo_uid },
            settings: row.settings,
            order: row.sort_order,
            registered: visit(row.registered_at, row.registered_from),
            last_login: row.last_login_at.map(|at| visit(at, row.last_login_from)),
            updated_at: Timestamp::from_millis(row.updated_at),
            version: Version(row.version),
            epoch: Epoch(row.session_epoch),
        })
    }
}

fn visit(at: i64, from: Option<String>) -> Visit {
    Visit { at: Timestamp::from_millis(at), from: from.and_then(|address| address.parse().ok()) }
}

fn device(id: Option<String>, attributes: DeviceAttributes) -> Result<Option<Device>> {
    let Some(id) = id else { return Ok(None) };
    let id = DeviceId::parse(&id).map_err(|_| DatabaseError::Corrupt("devices.id"))?;
    Ok(Some(Device { id, attributes }))
}

/// An empty column is an attribute that is not known.
pub(super) fn attribute(text: Option<String>) -> Option<DeviceAttribute> {
    text.filter(|text| !text.is_empty()).map(DeviceAttribute::from_store)
}
