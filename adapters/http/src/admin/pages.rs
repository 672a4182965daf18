//! Templates, and what they are given.

mod text;
mod time;

use std::sync::Arc;
use std::time::Duration;

use fluent_bundle::{FluentArgs, FluentValue};
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use minijinja::value::{Kwargs, Serde};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value, context};
use serde::Serialize;
use usher_domain::{Actor, Administrator, Timestamp};

use super::appearance::Appearance;
use super::assets;
use super::failure::Failure;
use super::locale::{Locale, Messages, grouped};
use super::request::FRONT;
pub(super) use text::{initial, visible};
pub(super) use time::zone_named;
use time::{MINUTES, SECONDS, readable, time_filter, zone_name};

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        const TEMPLATES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../../templates/admin/", $name)))),+];
    };
}

templates!(
    "account.html",
    "administrators.html",
    "appearance.html",
    "audit.html",
    "audit_lines.html",
    "avatar.html",
    "bans.html",
    "bulk.html",
    "bulk_filter.html",
    "bulk_job.html",
    "bulk_job_lines.html",
    "bulk_job_part.html",
    "bulk_jobs.html",
    "checked.html",
    "codes.html",
    "convert.html",
    "dashboard.html",
    "delete.html",
    "demo.html",
    "device_lines.html",
    "devices.html",
    "dismiss.html",
    "factor.html",
    "front.html",
    "invitation.html",
    "keys.html",
    "language.html",
    "layout.html",
    "log_in.html",
    "message.html",
    "notice.html",
    "numbers.html",
    "set_up.html",
    "sidebar.html",
    "styles.html",
    "toggled.html",
    "user.html",
    "user_devices.html",
    "user_form.html",
    "user_history.html",
    "user_list.html",
    "user_notes.html",
    "user_related.html",
    "user_row.html",
    "user_sessions.html",
    "users.html",
);

/// The data of a template.
pub(super) trait View: Serialize {
    /// Which.
    const TEMPLATE: &'static str;
}

/// The context of every page, beside its view.
pub(super) struct PageContext<'a> {
    pub(super) locale: Locale,
    pub(super) appearance: Appearance,
    pub(super) administrator: Option<&'a Administrator>,
    pub(super) csrf: Option<&'a str>,
    /// Path and query of the page, to come back to.
    pub(super) return_to: &'a str,
    /// Path and query of the list that the page was reached from.
    pub(super) list: &'a str,
    /// The time zone in which timestamps are shown.
    pub(super) zone: &'a TimeZone,
}

#[derive(Serialize)]
struct Me<'a> {
    name: &'a str,
    role: &'a str,
}

/// The templates, ready.
pub(super) struct Pages {
    environment: Environment<'static>,
    /// The time zone of those whose browser names none.
    zone: TimeZone,
    /// For how many days a deleted user can be restored.
    restorable: u64,
    /// Where what pages load is found.
    assets: Value,
}

impl Pages {
    pub(super) fn new(zone: &TimeZone, keep_deleted: Duration) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        let messages = Arc::new(Messages::new());
        environment.add_function("t", move |state: &State<'_, '_>, key: &str, arguments: Kwargs| {
            say(&messages, state, key, &arguments)
        });
        environment.add_filter("timestamp", time_filter(MINUTES, zone.clone()));
        environment.add_filter("exact", time_filter(SECONDS, zone.clone()));
        environment.add_filter("initial", initial);
        environment.add_filter("visible", visible);
        environment
            .add_filter("lines", |text: &str| text.split('\n').map(visible).collect::<Vec<_>>().join("\n"));
        let icons = assets::path("icons.svg").unwrap_or_default();
        environment.add_function("icon", move |name: &str| {
            // Of our own names, with nothing in them to escape.
            let svg =
                format!("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"{icons}#{name}\"/></svg>");
            Value::from_safe_string(svg)
        });
        environment.add_filter("number", |number: u64| grouped(&number.to_string()));
        for &(name, source) in TEMPLATES {
            // A template that cannot be read fails when it is rendered, and a test renders all of them.
            let _ = environment.add_template(name, source);
        }
        // Our own names, with nothing in them to escape.
        let path = |name| assets::path(name).map(Value::from_safe_string);
        let assets = context! {
            css => path("admin.css"),
            script => path("admin.js"),
            htmx => path("htmx.js"),
            icon => path("icon.svg"),
        };
        let restorable = keep_deleted.as_secs().div_ceil(24 * 60 * 60);
        Self { environment, zone: zone.clone(), restorable, assets }
    }

    /// A timestamp as `datetime-local` sends it; none where the field is empty.
    ///
    /// # Errors
    /// When the text is no timestamp.
    pub(super) fn timestamp(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, Failure> {
        if text.is_empty() {
            return Ok(None);
        }
        let local: DateTime = text.parse().map_err(|_| Failure::Malformed)?;
        let zoned = local.to_zoned(zone.clone()).map_err(|_| Failure::Malformed)?;
        Ok(Some(Timestamp::from_millis(zoned.timestamp().as_millisecond())))
    }

    /// When a day begins, or the one that many days later; none if it is no day.
    pub(super) fn day(text: &str, later: i64, zone: &TimeZone) -> Option<Timestamp> {
        let day: Date = text.parse().ok()?;
        let zoned = day.checked_add(later.days()).ok()?.to_zoned(zone.clone()).ok()?;
        Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
    }

    /// A timestamp in Unix milliseconds as people read it; empty if it is none.
    pub(super) fn shown(millis: &str, zone: &TimeZone) -> String {
        millis.parse().ok().and_then(|at| readable(at, zone, MINUTES)).unwrap_or_default()
    }

    /// The time zone of those whose browser names none.
    pub(super) const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A page or a part of one.
    ///
    /// # Errors
    /// When the template is not made for the view, which a test keeps from happening.
    pub(super) fn render<V: View>(&self, view: &V, around: &PageContext<'_>) -> Result<String, Error> {
        let me = around.administrator.and_then(|administrator| match administrator.actor() {
            Actor::Account { name, .. } => {
                Some(Me { name: name.as_str(), role: administrator.role().as_str() })
            }
            Actor::Machine => None,
        });
        let viewing = around.administrator.is_some_and(|administrator| administrator.viewing().is_ok());
        let operating = around.administrator.is_some_and(|administrator| administrator.operating().is_ok());
        let owning = around.administrator.is_some_and(|administrator| administrator.owning().is_ok());
        self.environment.get_template(V::TEMPLATE)?.render(context! {
            lang => around.locale.tag(),
            appearance => Value::from(Serde(around.appearance)),
            csrf => around.csrf,
            return_to => around.return_to,
            list => around.list,
            zone => zone_name(around.zone),
            carried => carried(around.list),
            me => me.map(|me| Value::from(Serde(me))),
            viewing,
            operating,
            owning,
            assets => self.assets.clone(),
            restorable => self.restorable,
            view => Value::from(Serde(view)),
        })
    }
}

/// The list that a page was reached from, as addresses of other pages carry it on.
pub(super) fn carried(list: &str) -> String {
    if list == FRONT {
        return String::new();
    }
    format!("?{}", form_urlencoded::Serializer::new(String::new()).append_pair("list", list).finish())
}

/// A message in the page's language, for templates.
fn say(messages: &Messages, state: &State<'_, '_>, key: &str, given: &Kwargs) -> Result<String, Error> {
    let missing = || Error::new(ErrorKind::InvalidOperation, format!("no message {key}"));
    let tag = state.lookup("lang").ok_or_else(missing)?;
    let locale = tag.as_str().and_then(Locale::tagged).ok_or_else(missing)?;
    let mut arguments = FluentArgs::new();
    for name in given.args() {
        let value: Value = given.get(name)?;
        // Numbers choose a plural and are grouped.
        let value = match f64::try_from(value.clone()) {
            Ok(number) if value.is_number() => FluentValue::from(number),
            _ => FluentValue::from(visible(&value.to_string())),
        };
        arguments.set(name.to_owned(), value);
    }
    messages.say(locale, key, &arguments).ok_or_else(missing)
}

#[cfg(test)]
mod tests;
