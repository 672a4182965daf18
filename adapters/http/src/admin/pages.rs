//! Templates, and what they are given.

use std::sync::Arc;

use fluent_bundle::FluentArgs;
use minijinja::value::{Kwargs, Serde};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value, context};
use serde::Serialize;
use usher_domain::{Actor, Administrator};

use super::assets;
use super::locale::{Locale, Messages};

const TEMPLATES: [(&str, &str); 8] = [
    ("layout.html", include_str!("../../../../templates/admin/layout.html")),
    ("log_in.html", include_str!("../../../../templates/admin/log_in.html")),
    ("message.html", include_str!("../../../../templates/admin/message.html")),
    ("notice.html", include_str!("../../../../templates/admin/notice.html")),
    ("set_up.html", include_str!("../../../../templates/admin/set_up.html")),
    ("toggled.html", include_str!("../../../../templates/admin/toggled.html")),
    ("user_row.html", include_str!("../../../../templates/admin/user_row.html")),
    ("users.html", include_str!("../../../../templates/admin/users.html")),
];

/// What a template is made of, with everything it needs.
pub(super) trait View: Serialize {
    /// Which.
    const TEMPLATE: &'static str;
}

/// What every page knows beside its view.
pub(super) struct Surroundings<'a> {
    pub(super) locale: Locale,
    pub(super) administrator: Option<&'a Administrator>,
    pub(super) csrf: Option<&'a str>,
    /// Path and query of the page, to come back to.
    pub(super) here: &'a str,
}

#[derive(Serialize)]
struct Me<'a> {
    name: &'a str,
    role: &'a str,
}

/// The templates, ready.
pub(super) struct Pages {
    environment: Environment<'static>,
    /// Where what pages load is found.
    assets: Value,
}

impl Pages {
    pub(super) fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        let messages = Arc::new(Messages::new());
        environment.add_function("t", move |state: &State<'_, '_>, key: &str, arguments: Kwargs| {
            say(&messages, state, key, &arguments)
        });
        for (name, source) in TEMPLATES {
            // A template that cannot be read is missed by whoever renders it, and the test renders all of them.
            let _ = environment.add_template(name, source);
        }
        // Our own names, with nothing in them to escape.
        let path = |name| assets::path(name).map(Value::from_safe_string);
        Self {
            environment,
            assets: context! { css => path("admin.css"), htmx => path("htmx.js"), icon => path("icon.svg") },
        }
    }

    /// A page or a part of one.
    ///
    /// # Errors
    /// When the template is not made for the view, which a test keeps from happening.
    pub(super) fn render<V: View>(&self, view: &V, around: &Surroundings<'_>) -> Result<String, Error> {
        let me = around.administrator.and_then(|administrator| match administrator.actor() {
            Actor::Account { name, .. } => {
                Some(Me { name: name.as_str(), role: administrator.role().as_str() })
            }
            Actor::Machine => None,
        });
        let operating = around.administrator.is_some_and(|administrator| administrator.operating().is_ok());
        self.environment.get_template(V::TEMPLATE)?.render(context! {
            lang => around.locale.tag(),
            csrf => around.csrf,
            here => around.here,
            me => me.map(|me| Value::from(Serde(me))),
            operating,
            assets => self.assets.clone(),
            view => Value::from(Serde(view)),
        })
    }
}

/// A message in the page's language, for templates.
fn say(messages: &Messages, state: &State<'_, '_>, key: &str, given: &Kwargs) -> Result<String, Error> {
    let missing = || Error::new(ErrorKind::InvalidOperation, format!("no message {key}"));
    let tag = state.lookup("lang").ok_or_else(missing)?;
    let locale = tag.as_str().and_then(Locale::tagged).ok_or_else(missing)?;
    let mut arguments = FluentArgs::new();
    for name in given.args() {
        arguments.set(name.to_owned(), given.get::<String>(name)?);
    }
    messages.say(locale, key, &arguments).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use usher_domain::{
        AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
        SessionId, Timestamp,
    };

    use super::*;
    use crate::admin::entrance::{LogInView, SetUpView};
    use crate::admin::guard::Message;
    use crate::admin::users::{Notice, Query, Row, Toggled, Undo, UsersView};

    /// What somebody may have typed who means harm.
    const HARM: &str = "\"><script>alert(1)</script>'{{ 7 * 7 }}";

    fn administrator(role: AdministratorRole) -> Administrator {
        let (id, at) = (AdministratorId(1), Timestamp::from_millis(0));
        let session = AdministratorSession {
            id: SessionId::from_store([1; 32]),
            administrator: id,
            started_at: at,
            seen_at: at,
            expires_at: Timestamp::from_millis(1),
        };
        let name = AdministratorName::from_store(HARM.to_owned());
        let account = AdministratorAccount { id, name, role, created_at: at, last_login_at: None };
        Administrator::admit(&session, &account, at).unwrap()
    }

    fn row(seen: bool, deleted: bool) -> Row {
        Row {
            id: 7,
            username: HARM.to_owned(),
            nickname: HARM.to_owned(),
            role: if seen { "user" } else { "visitor" },
            last_login: seen.then(|| "2026-11-23T00:00:00Z".to_owned()),
            last_login_shown: if seen { "2026-11-23 00:00 UTC".to_owned() } else { String::new() },
            enabled: seen,
            deleted,
            version: 3,
        }
    }

    fn notice(undo: bool) -> Notice {
        let undo = undo.then_some(Undo { id: 7, version: 3, enabled: false });
        Notice {
            message: if undo.is_some() { "switched-off" } else { "conflict" },
            name: HARM.to_owned(),
            undo,
        }
    }

    fn query() -> Query {
        Query { q: HARM.to_owned(), role: "user".to_owned(), state: HARM.to_owned() }
    }

    /// Renders a view for everybody in every language, and looks at each outcome.
    fn renders<V: View>(view: &V) {
        let pages = Pages::new();
        let everybody = AdministratorRole::ALL.map(administrator);
        for locale in Locale::ALL {
            for administrator in everybody.iter().map(Some).chain([None]) {
                let csrf = administrator.map(|_| "0123");
                let around = Surroundings { locale, administrator, csrf, here: HARM };
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
            renders(&LogInView { name: HARM, error });
            renders(&SetUpView { code: HARM, name: HARM, error });
        }
        for message in ["not-found", "forbidden", "foreign", "unavailable", "conflict", "error-many"] {
            renders(&Message { message, name: HARM });
        }
        for undo in [true, false] {
            renders(&Toggled { user: row(undo, false), notice: notice(undo) });
        }
        renders(&UsersView { query: Query::default(), users: Vec::new(), first: None, next: None });
        renders(&UsersView {
            query: query(),
            users: vec![row(true, false), row(false, false), row(true, true)],
            first: Some(HARM.to_owned()),
            next: Some(HARM.to_owned()),
        });
    }

    #[test]
    fn every_template_can_be_read() {
        let pages = Pages::new();
        for (name, _) in TEMPLATES {
            assert!(pages.environment.get_template(name).is_ok(), "{name}");
        }
    }
}
