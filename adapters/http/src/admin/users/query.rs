use serde::Serialize;
use usher_domain::{
    DeviceAttribute, DeviceAttributes, ManagedUser, Role, Search, Status, Timestamp, UserCursor, UserFilter,
    UserId, UserOrder, UsernameKey,
};

use super::super::request::{AdminRequest, FRONT};

/// What was asked for, as it stands in the address.
#[derive(Clone, Default, Serialize)]
pub(in crate::admin) struct Query {
    pub(in crate::admin) q: String,
    pub(in crate::admin) role: String,
    pub(in crate::admin) state: String,
    pub(in crate::admin) platform: String,
    pub(in crate::admin) sort: String,
}

/// A part of a filter in words: the key of its name, and of its value where that has one.
#[derive(Serialize)]
pub(in crate::admin) struct FilterPart {
    pub(in crate::admin) name: &'static str,
    pub(in crate::admin) text: String,
    pub(in crate::admin) key: Option<String>,
}

/// The filter of a job, as it stood in the address.
impl From<&UserFilter> for Query {
    fn from(filter: &UserFilter) -> Self {
        let state = match (filter.deleted, filter.status) {
            (Some(true), _) => "deleted",
            (_, Some(status)) => status.as_str(),
            _ => "",
        };
        Self {
            q: filter.search.as_ref().map(|search| search.text().to_owned()).unwrap_or_default(),
            role: filter.role.map(|role| role.as_str().to_owned()).unwrap_or_default(),
            state: state.to_owned(),
            platform: filter.platform.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
            sort: String::new(),
        }
    }
}

impl Query {
    /// The filter in words.
    pub(in crate::admin) fn parts(&self) -> Vec<FilterPart> {
        let named = |prefix: &str, value: &str, known: &[&str]| {
            known.contains(&value).then(|| format!("{prefix}-{value}"))
        };
        let all = [
            ("search", &self.q, None),
            ("role", &self.role, named("role", &self.role, &["visitor", "user"])),
            ("state", &self.state, named("state", &self.state, &["enabled", "disabled", "deleted"])),
            ("platform", &self.platform, None),
        ];
        let given = all.into_iter().filter(|(_, text, _)| !text.is_empty());
        given.map(|(name, text, key)| FilterPart { name, text: text.clone(), key }).collect()
    }

    /// What clients built with uni-app call the platform that they run on.
    pub(in crate::admin) const PLATFORMS: &[&str] = &[
        "app",
        "app-harmony",
        "app-plus",
        "h5",
        "mp-alipay",
        "mp-baidu",
        "mp-jd",
        "mp-kuaishou",
        "mp-lark",
        "mp-qq",
        "mp-toutiao",
        "mp-weixin",
        "quickapp-webview",
        "web",
    ];

    pub(in crate::admin) fn of(request: &AdminRequest) -> Self {
        let field = |name| request.text(name).to_owned();
        Self {
            q: field("q"),
            role: field("role"),
            // `status` is what the command line calls it: a filter that is not understood must not be none.
            state: Some(field("state")).filter(|state| !state.is_empty()).unwrap_or_else(|| field("status")),
            platform: field("platform"),
            sort: field("sort"),
        }
    }

    /// What to list; nothing if what is looked for cannot be part of anything, or a filter is unknown: a misspelt one
    /// means no user, and never all of them.
    pub(in crate::admin) fn filter(&self) -> Option<UserFilter> {
        let search = match self.q.as_str() {
            "" => None,
            text => Some(Search::parse(text).ok()?),
        };
        let platform = match self.platform.as_str() {
            "" => None,
            text => {
                // Those that are known are found in whichever case they are typed.
                let known = Self::PLATFORMS.iter().find(|known| known.eq_ignore_ascii_case(text));
                Some(DeviceAttribute::parse(known.unwrap_or(&text), DeviceAttributes::PLATFORM)?)
            }
        };
        let role = match self.role.as_str() {
            "" => None,
            text => Some(text.parse::<Role>().ok()?),
        };
        let status = match self.state.as_str() {
            "" | "deleted" => None,
            "enabled" => Some(Status::Enabled),
            "disabled" => Some(Status::Disabled),
            _ => return None,
        };
        Some(UserFilter {
            registered_from: None,
            role,
            status,
            deleted: Some(self.state == "deleted"),
            deleted_before: None,
            platform,
            search,
            up_to: None,
        })
    }

    pub(in crate::admin) fn order(&self) -> UserOrder {
        match self.sort.as_str() {
            "last-login" => UserOrder::LastLogin,
            "username" => UserOrder::Username,
            _ => UserOrder::Newest,
        }
    }

    /// The place after which a page begins, as it stands in the address: an id, and what it is sorted by.
    pub(super) fn cursor(&self, after: &str) -> UserCursor {
        let (id, by) = after.split_once('.').unwrap_or((after, ""));
        let Ok(id) = id.parse().map(UserId) else { return self.order().start() };
        match self.order() {
            UserOrder::Newest => UserCursor::Newest(Some(id)),
            UserOrder::LastLogin => {
                UserCursor::LastLogin(Some((by.parse().ok().map(Timestamp::from_millis), id)))
            }
            UserOrder::Username => UserCursor::Username(Some(UsernameKey::of(by))),
        }
    }

    /// The place of a user, as [`Query::cursor`] reads it.
    pub(super) fn after(&self, user: &ManagedUser) -> String {
        match self.order() {
            UserOrder::Newest => user.id.to_string(),
            UserOrder::LastLogin => {
                let at = user.last_login.map(|visit| visit.at.as_millis().to_string()).unwrap_or_default();
                format!("{}.{at}", user.id)
            }
            UserOrder::Username => format!("{}.{}", user.id, user.username.key().as_str()),
        }
    }

    /// Whether some users are left out.
    pub(super) fn is_filter(&self) -> bool {
        [&self.q, &self.role, &self.state, &self.platform].into_iter().any(|field| !field.is_empty())
    }

    /// The address of a page of the list, with the way to it.
    pub(super) fn page_address(&self, after: &str, earlier: &[String]) -> String {
        let way = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(earlier.iter().map(|after| ("earlier", after)))
            .finish();
        let address = self.address(FRONT, Some(after));
        if way.is_empty() { address } else { format!("{address}&{way}") }
    }

    /// The address of the list, starting after a cursor.
    pub(in crate::admin) fn address(&self, path: &str, after: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("q", self.q.as_str()),
            ("role", &self.role),
            ("state", &self.state),
            ("platform", &self.platform),
            ("sort", &self.sort),
            ("after", after.unwrap_or_default()),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}
