//! What the old protocol shows of a user: exactly these fields, whatever columns there are.

use jiff::tz::TimeZone;
use serde::Serialize;
use usher_domain::{
    Contact, DeviceAttribute, DeviceAttributes, ExternalAccounts, FoundUser, PrivateFields, PublicProfile,
    Timestamp, Visit,
};
use usher_ports::inbound::SignedIn;

/// The user in the answer to registering and logging in.
#[derive(Serialize)]
pub(super) struct UserObject {
    id: i64,
    uuid: String,
    username: String,
    nickname: String,
    avatar: String,
    devicefingeruuid: String,
    uniplatform: String,
    devicemodel: String,
    deviceos: String,
    devicebrand: String,
    userset: String,
    mobile: Option<String>,
    email: Option<String>,
    status: i64,
    last_login: Option<String>,
    last_login_ip: Option<String>,
    register_time: Option<String>,
    register_ip: Option<String>,
    is_deleted: u8,
    wechat_openid: Option<String>,
    qq_openid: Option<String>,
    weibo_uid: Option<String>,
    role: &'static str,
    is_email_verified: u8,
    is_mobile_verified: u8,
    order: i64,
    create_time: String,
    update_time: String,
    token: String,
}

impl UserObject {
    pub(super) fn of(signed_in: SignedIn, zone: &TimeZone) -> Self {
        let SignedIn { account, token } = signed_in;
        let (device, attributes) = match account.device {
            Some(device) => (device.id.as_str().to_owned(), device.attributes),
            None => (String::new(), DeviceAttributes::default()),
        };
        let private = Private::of(account.private);
        Self {
            id: account.id.0,
            uuid: account.uuid.to_string(),
            username: account.username.to_string(),
            nickname: account.nickname.to_string(),
            avatar: account.avatar,
            devicefingeruuid: device,
            uniplatform: text(attributes.platform),
            devicemodel: text(attributes.model),
            deviceos: text(attributes.os),
            devicebrand: text(attributes.brand),
            userset: private.settings,
            mobile: private.contact.mobile,
            email: private.contact.email,
            status: account.status.code(),
            last_login: private.last_login.map(|visit| iso(visit.at)),
            last_login_ip: private.last_login.and_then(address),
            register_time: private.registered.map(|visit| iso(visit.at)),
            register_ip: private.registered.and_then(address),
            is_deleted: account.deleted.into(),
            wechat_openid: private.accounts.wechat,
            qq_openid: private.accounts.qq,
            weibo_uid: private.accounts.weibo,
            role: account.role.as_str(),
            is_email_verified: private.contact.email_verified.into(),
            is_mobile_verified: private.contact.mobile_verified.into(),
            order: account.order,
            create_time: local(account.created_at, zone),
            update_time: iso(account.updated_at),
            token: token.expose().to_owned(),
        }
    }
}

/// The private fields as the old protocol writes them: empty for a caller who does not get them.
#[derive(Default)]
struct Private {
    settings: String,
    contact: Contact,
    accounts: ExternalAccounts,
    registered: Option<Visit>,
    last_login: Option<Visit>,
}

impl Private {
    fn of(fields: Option<PrivateFields>) -> Self {
        fields.map_or_else(Self::default, |fields| Self {
            settings: fields.settings,
            contact: fields.contact,
            accounts: fields.accounts,
            registered: Some(fields.registered),
            last_login: fields.last_login,
        })
    }
}

fn text(attribute: Option<DeviceAttribute>) -> String {
    attribute.map_or_else(String::new, |attribute| attribute.as_str().to_owned())
}

fn address(visit: Visit) -> Option<String> {
    visit.from.map(|address| address.to_string())
}

/// ISO 8601 in UTC with milliseconds, as JavaScript writes it.
fn iso(at: Timestamp) -> String {
    to_jiff(at).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The one field that the old backend wrote in its own time zone.
fn local(at: Timestamp, zone: &TimeZone) -> String {
    to_jiff(at).to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Beyond the year 9999 there is nothing sensible to show.
fn to_jiff(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(jiff::Timestamp::MAX)
}

/// A user in the answer to a search.
#[derive(Serialize)]
pub(super) struct FoundObject {
    id: i64,
    username: String,
    avatar: String,
    role: &'static str,
    uuid: String,
    nickname: String,
}

impl From<FoundUser> for FoundObject {
    fn from(found: FoundUser) -> Self {
        Self {
            id: found.id.0,
            username: found.username.to_string(),
            avatar: found.avatar,
            role: found.role.as_str(),
            uuid: found.uuid.to_string(),
            nickname: found.nickname.to_string(),
        }
    }
}

/// A user's public profile.
#[derive(Serialize)]
pub(super) struct ProfileObject {
    uuid: String,
    username: String,
    nickname: String,
    avatar: String,
    role: &'static str,
    userinfo: UserInfo,
    userset: String,
}

#[derive(Serialize)]
struct UserInfo {
    id: i64,
    gender: &'static str,
    birthday: Option<String>,
    bio: Option<String>,
    location: Option<String>,
    website: Option<String>,
}

impl From<PublicProfile> for ProfileObject {
    fn from(user: PublicProfile) -> Self {
        let profile = user.profile;
        Self {
            uuid: user.uuid.to_string(),
            username: user.username.to_string(),
            nickname: user.nickname.to_string(),
            avatar: user.avatar,
            role: user.role.as_str(),
            userinfo: UserInfo {
                id: profile.id,
                gender: profile.gender.as_str(),
                birthday: profile.birthday.map(iso),
                bio: profile.bio,
                location: profile.location,
                website: profile.website,
            },
            userset: user.settings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_times_as_the_old_backend_did() {
        let at = Timestamp::from_millis(1_752_835_449_000);
        assert_eq!(iso(at), "2025-07-18T10:44:09.000Z");
        assert_eq!(local(at, &TimeZone::get("Asia/Shanghai").unwrap()), "2025-07-18 18:44:09");
        assert_eq!(iso(Timestamp::from_millis(1)), "1970-01-01T00:00:00.001Z");
        assert!(iso(Timestamp::from_millis(i64::MAX)).starts_with("9999"));
    }
}
