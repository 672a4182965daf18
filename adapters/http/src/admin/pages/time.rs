//! Timestamps as pages show them.

use jiff::Timestamp as JiffTimestamp;
use jiff::tz::TimeZone;
use minijinja::{State, Value};

/// The zone that a browser names.
pub(in crate::admin) fn zone_named(name: &str) -> Option<TimeZone> {
    Some(name).filter(|name| !name.is_empty()).and_then(|name| TimeZone::get(name).ok())
}

/// What people call a zone.
pub(super) fn zone_name(zone: &TimeZone) -> String {
    let offset = || format!("UTC{}", zone.to_offset(JiffTimestamp::UNIX_EPOCH));
    zone.iana_name().map_or_else(offset, str::to_owned)
}

pub(super) const MINUTES: &str = "%Y-%m-%d %H:%M";
pub(super) const SECONDS: &str = "%Y-%m-%d %H:%M:%S";

pub(super) fn readable(millis: i64, zone: &TimeZone, format: &str) -> Option<String> {
    let timestamp = JiffTimestamp::from_millisecond(millis).ok()?;
    Some(timestamp.to_zoned(zone.clone()).strftime(format).to_string())
}

/// A filter that shows a timestamp for people and for programs, with seconds and zone in its title. Of digits, marks and the
/// name of a zone only, with nothing in it to escape.
pub(super) fn time_filter(format: &'static str, unnamed: TimeZone) -> impl Fn(&State<'_, '_>, i64) -> Value {
    move |state, millis| {
        let named = state.lookup("zone").and_then(|zone| zone.as_str().and_then(zone_named));
        let zone = named.as_ref().unwrap_or(&unnamed);
        let shown = |format| readable(millis, zone, format).unwrap_or_default();
        let (text, exact, name) = (shown(format), shown(SECONDS), zone_name(zone));
        let Ok(timestamp) = JiffTimestamp::from_millisecond(millis) else { return Value::from("") };
        Value::from_safe_string(format!(
            "<time datetime=\"{timestamp}\" title=\"{exact} {name}\">{text}</time>"
        ))
    }
}
