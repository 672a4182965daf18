//! What the old protocol shows of a user: exactly these fields, whatever columns there are.

use jiff::tz::TimeZone;
use serde::Serialize;
use usher_domain::{Contact, DeviceFacts, ExternalAccounts, Fact, Profile, Timestamp, User, Visit};
use usher_ports::inbound::SignedIn;
use usher_ports::outbound::FoundUser;

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
        let SignedIn { user, role, token } = signed_in;
        let redacted = role < user.role;
        let user = if redacted { without_private_fields(user) } else { user };
        let registered = (!redacted).then_some(user.registered);
        let (device, facts) = match user.device {
            Some(device) => (device.id.as_str().to_owned(), device.facts),
            None => (String::new(), DeviceFacts::default()),
        };
        Self {
            id: user.id.0,
            uuid: user.uuid.to_string(),
            username: user.username.to_string(),
            nickname: user.nickname.to_string(),
            avatar: user.avatar,
            devicefingeruuid: device,
            uniplatform: text(facts.platform),
            devicemodel: text(facts.model),
            deviceos: text(facts.os),
            devicebrand: text(facts.brand),
            userset: user.settings,
            mobile: user.contact.mobile,
            email: user.contact.email,
            status: user.status.code(),
            last_login: user.last_login.map(|visit| iso(visit.at)),
            last_login_ip: user.last_login.and_then(address),
            register_time: registered.map(|visit| iso(visit.at)),
            register_ip: registered.and_then(address),
            is_deleted: user.deleted_at.is_some().into(),
            wechat_openid: user.accounts.wechat,
            qq_openid: user.accounts.qq,
            weibo_uid: user.accounts.weibo,
            role: role.as_str(),
            is_email_verified: user.contact.email_verified.into(),
            is_mobile_verified: user.contact.mobile_verified.into(),
            order: user.order,
            create_time: local(user.registered.at, zone),
            update_time: iso(user.updated_at),
            token: token.expose().to_owned(),
        }
    }
}

/// Somebody who only knows the device sees of a registered account what everybody sees.
fn without_private_fields(user: User) -> User {
    User {
        settings: String::new(),
        contact: Contact::default(),
        accounts: ExternalAccounts::default(),
        last_login: None,
        ..user
    }
}

fn text(fact: Option<Fact>) -> String {
    fact.map_or_else(String::new, |fact| fact.as_str().to_owned())
}

fn address(visit: Visit) -> Option<String> {
    visit.from.map(|address| address.to_string())
}

/// ISO 8601 in UTC with milliseconds, as JavaScript writes it.
fn iso(at: Timestamp) -> String {
    moment(at).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The one field that the old backend wrote in its own time zone.
fn local(at: Timestamp, zone: &TimeZone) -> String {
    moment(at).to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Beyond the year 9999 there is nothing sensible to show.
fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(jiff::Timestamp::MAX)
}

/// Somebody in the answer to a search.
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

/// What everybody may see of somebody.
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

impl From<(User, Profile)> for ProfileObject {
    fn from((user, profile): (User, Profile)) -> Self {
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
