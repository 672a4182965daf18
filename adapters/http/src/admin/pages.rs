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
