mod access_bans;
mod audit;
mod bulk;
mod numbers;
mod texts;

use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    BulkAction, BulkState, ClientAddress, FactorRequirement, SessionId,
};

use super::*;
use crate::admin::account::factor::{CodesView, FactorView};
use crate::admin::account::{AccountView, OwnSessionLine};
use crate::admin::administrators::{AdministratorRow, AdministratorsView, InvitationLine};
use crate::admin::front::FrontView;
use crate::admin::guard::Message;
use crate::admin::invitation::InvitationView;
use crate::admin::login::{LogInView, SetUpView};
use crate::admin::users::demo::DemoView;
use crate::admin::users::details::{DeleteView, DetailsView, DeviceLine, DevicesView, SessionLine};
use crate::admin::users::form::check::Checked;
use crate::admin::users::form::convert::ConvertView;
use crate::admin::users::form::{Errors, FormView};
use crate::admin::users::list::{Sorts, Total, UsersView};
use crate::admin::users::notes::NoteLine;
use crate::admin::users::{Ban, Notice, Query, Row, Toggled, Undo};
use audit::line;

/// Text that an attacker may have typed.
const PAYLOAD: &str = "\"><script>alert(1)</script>'{{ 7 * 7 }}";

fn administrator(role: AdministratorRole, requirement: FactorRequirement) -> Administrator {
    let (id, at) = (AdministratorId(1), Timestamp::from_millis(0));
    let session = AdministratorSession {
        id: SessionId::from_store([1; 32]),
        administrator: id,
        from: None,
        started_at: at,
        seen_at: at,
        expires_at: Timestamp::from_millis(1),
    };
    let name = AdministratorName::from_store(PAYLOAD.to_owned());
    let account =
        AdministratorAccount { id, name, role, created_at: at, last_login_at: None, second_factor: false };
    let from = ClientAddress::new([192, 0, 2, 1].into());
    Administrator::admit(&session, &account, requirement, from, at).unwrap()
}

fn note(removable: bool) -> NoteLine {
    let actor_message = removable.then_some("by-machine");
    NoteLine { id: 1, by: PAYLOAD.to_owned(), actor_message, at: 1, text: PAYLOAD.to_owned(), removable }
}

fn row(seen: bool, deleted: bool) -> Row {
    Row {
        id: 7,
        username: PAYLOAD.to_owned(),
        nickname: PAYLOAD.to_owned(),
        avatar: seen.then(|| PAYLOAD.to_owned()),
        initial: PAYLOAD.to_owned(),
        hue: 3,
        role: if seen { "user" } else { "visitor" },
        platform: PAYLOAD.to_owned(),
        registered: 1_752_835_449_008,
        last_login: seen.then_some(1_752_835_449_008),
        enabled: seen,
        until: (!seen).then_some(1_752_835_449_008),
        reason: PAYLOAD.to_owned(),
        by: PAYLOAD.to_owned(),
        actor_message: seen.then_some("by-usher"),
        deleted,
        version: 3,
    }
}

fn notice(undo: bool) -> Notice {
    let ban = Ban { until: Some(1), reason: PAYLOAD.to_owned() };
    let undo = undo.then_some(Undo { id: 7, version: 3, enabled: false, ban });
    Notice {
        message: if undo.is_some() { "user-disabled" } else { "conflict" },
        name: PAYLOAD.to_owned(),
        undo,
    }
}

fn query() -> Query {
    let payload = || PAYLOAD.to_owned();
    Query { q: payload(), role: "user".to_owned(), state: payload(), platform: payload(), sort: payload() }
}

/// Renders a view for everybody in every language, and looks at each outcome.
fn renders<V: View>(view: &V) {
    let pages = Pages::new(&TimeZone::UTC, Duration::from_hours(24));
    let everybody = AdministratorRole::ALL.map(|role| administrator(role, FactorRequirement::Owners));
    for locale in Locale::ALL {
        for administrator in everybody.iter().map(Some).chain([None]) {
            let csrf = administrator.map(|_| "0123");
            let (return_to, list, zone) = (PAYLOAD, PAYLOAD, &TimeZone::UTC);
            let appearance = Appearance::default();
            let around = PageContext { locale, appearance, administrator, csrf, return_to, list, zone };
            let page = pages.render(view, &around).unwrap_or_else(|error| panic!("{error:#}"));
            for raw in ["<script>alert", "&#x27;49", "undefined"] {
                assert!(!page.contains(raw), "{raw} in {page}");
            }
        }
    }
}

#[test]
fn every_view_is_rendered_and_nothing_in_it_is_missing_or_run() {
    for error in [None, Some("error-credentials")] {
        renders(&LogInView {
            name: PAYLOAD,
            error,
            next: error.map(|_| PAYLOAD.to_owned()),
            set_up: error.is_none(),
        });
        renders(&SetUpView { code: PAYLOAD, name: PAYLOAD, error });
    }
    for message in
        ["not-found", "forbidden", "cross-site", "unavailable", "conflict", "error-many", "factor-required"]
    {
        renders(&Message { message, name: PAYLOAD });
    }
    for healthy in [true, false] {
        renders(&FrontView { healthy, set_up: healthy });
    }
    renders(&FrontView { healthy: true, set_up: false });
    for error in [None, Some("username-taken")] {
        let errors = Errors { username: error, password: error, ..Errors::default() };
        let payload = || PAYLOAD.to_owned();
        renders(&ConvertView { id: 7, version: 1, name: payload(), username: payload(), errors });
    }
    renders(&DemoView { people: 200, password: PAYLOAD.to_owned() });
    for undo in [true, false] {
        renders(&Toggled { user: row(undo, false), notice: notice(undo) });
    }
    #[cfg(debug_assertions)]
    renders(&crate::admin::styles::StylesView::new());
    let list = |query, users: Vec<Row>, some: bool| {
        let more = users.is_empty();
        let payload = || PAYLOAD.to_owned();
        UsersView {
            query,
            users,
            filtered: some,
            range: some.then_some((51, 53)),
            total: some.then_some(Total { count: 53, more }),
            first: some.then(payload),
            previous: some.then(payload),
            next: some.then(payload),
            table: payload(),
            sorts: Sorts { newest: payload(), last_login: payload(), username: payload() },
            platforms: Query::PLATFORMS,
            notice: some.then(|| notice(true)),
        }
    };
    renders(&list(Query::default(), Vec::new(), false));
    renders(&list(query(), Vec::new(), true));
    renders(&list(query(), vec![row(true, false), row(false, false), row(true, true)], true));
}

#[test]
fn every_view_of_one_user_is_rendered_and_nothing_in_it_is_missing_or_run() {
    for (seen, deleted) in [(true, false), (false, false), (true, true)] {
        renders(&DeleteView { user: row(seen, deleted) });
        let payload = || PAYLOAD.to_owned();
        let device = || DeviceLine { id: payload(), tag: payload(), about: payload(), first: 1, last: 2 };
        renders(&DevicesView {
            user: row(seen, deleted),
            devices: if seen { vec![device()] } else { Vec::new() },
        });
        let device = device();
        let session = SessionLine {
            id: payload(),
            role: "user",
            started: 1,
            seen: 2,
            expires: 3,
            device: payload(),
            platform: payload(),
            from: payload(),
        };
        renders(&DetailsView {
            user: row(seen, deleted),
            attributes: vec![("uuid", payload()), ("bio", payload())],
            timestamps: vec![("registered", 1), ("disabled-until", 1), ("deleted-at", 1)],
            devices: Some(device).into_iter().filter(|_| seen).collect(),
            sessions: Some(session).into_iter().filter(|_| seen).collect(),
            aliases: if seen { vec![3] } else { Vec::new() },
            related: if seen { vec![row(true, false), row(false, true)] } else { Vec::new() },
            notes: if seen { vec![note(true), note(false)] } else { Vec::new() },
            history: if seen { vec![line(true), line(false)] } else { Vec::new() },
            jobs: if seen {
                vec![bulk::job(BulkAction::Delete, BulkState::Running, true)]
            } else {
                Vec::new()
            },
        });
        let errors = Errors {
            username: seen.then_some("username-taken"),
            nickname: seen.then_some("nickname-rule"),
            password: seen.then_some("user-password-rule"),
            avatar: seen.then_some("avatar-rule"),
        };
        renders(&FormView {
            id: seen.then_some(7),
            version: 3,
            registered: seen,
            username: payload(),
            nickname: payload(),
            avatar: Some(payload()),
            errors,
            saved: seen.then(|| vec![("username", payload()), ("nickname", payload())]),
            picture_lost: seen,
        });
    }
    for (field, message, good) in
        [("username", "username-free", true), ("password", "user-password-rule", false)]
    {
        renders(&Checked { field, message, good });
    }
}

#[test]
fn administrators_are_rendered_and_nothing_in_it_is_missing_or_run() {
    for (last_login, error) in [(None, None), (Some(1), Some("last-owner"))] {
        let row = AdministratorRow {
            name: PAYLOAD.to_owned(),
            role: "owner",
            created: 1,
            last_login,
            second_factor: error.is_some(),
            factor_missing: error.is_none(),
        };
        renders(&AdministratorsView {
            administrators: vec![row],
            roles: AdministratorRole::ALL.map(AdministratorRole::as_str).into(),
            name: PAYLOAD.to_owned(),
            role: "viewer",
            error,
            link: error.map(|_| PAYLOAD.to_owned()),
            invitations: [Some("viewer"), None]
                .into_iter()
                .filter(|_| error.is_some())
                .map(|role| InvitationLine {
                    name: PAYLOAD.to_owned(),
                    role,
                    by: PAYLOAD.to_owned(),
                    expires: 1,
                })
                .collect(),
        });
        renders(&InvitationView {
            key: PAYLOAD,
            name: PAYLOAD.to_owned(),
            role: error.map(|_| "viewer"),
            error,
        });
    }
}

#[test]
fn an_own_account_is_rendered_and_nothing_in_it_is_missing_or_run() {
    for (codes_left, error) in [(None, None), (Some(3), Some("error-current"))] {
        let payload = || PAYLOAD.to_owned();
        let some = error.is_some();
        let session = |current, from| OwnSessionLine { id: payload(), from, started: 1, seen: 2, current };
        let sessions = vec![session(true, payload()), session(false, String::new())];
        renders(&AccountView {
            codes_left,
            password_error: error,
            factor_error: error,
            required: some,
            sessions: if some { sessions } else { Vec::new() },
        });
        let error = error.map(|_| "error-code");
        let (renews, lacking) = (some, !some);
        renders(&FactorView {
            secret: payload(),
            base32: payload(),
            size: 29,
            path: payload(),
            renews,
            lacking,
            error,
        });
    }
    renders(&CodesView { codes: vec![PAYLOAD.to_owned()] });
}

#[test]
fn every_template_can_be_read() {
    let pages = Pages::new(&TimeZone::UTC, Duration::from_hours(24));
    for &(name, _) in TEMPLATES {
        assert!(pages.environment.get_template(name).is_ok(), "{name}");
    }
}
