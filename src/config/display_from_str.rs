use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use figment::value::Value;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that is configured as text, by its `FromStr` and `Display`, as `serde_with::DisplayFromStr` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisplayFromStr<T>(pub T);

impl<T> Deref for DisplayFromStr<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Display> Serialize for DisplayFromStr<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for DisplayFromStr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|error| D::Error::custom(format!("{error}, not {text:?}")))
    }
}

/// A list in one environment variable: `["a", "b"]`, or simply `a,b`.
pub(super) fn list(text: &str) -> Vec<String> {
    let bracketed = text.trim_start().starts_with('[').then(|| text.parse::<Value>().ok()).flatten();
    if let Some(items) = bracketed.and_then(Value::into_array) {
        return items.into_iter().map(plain).collect();
    }
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn plain(value: Value) -> String {
    match value {
        Value::String(_, text) => text,
        other => other.to_u128().map(|number| number.to_string()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lists_in_brackets_and_without() {
        assert_eq!(list(r#"["a,b", "c"]"#), ["a,b", "c"]);
        assert_eq!(list("a, b,"), ["a", "b"]);
        assert_eq!(list("45ncashdaksh2!#@3nxjdas*_259"), ["45ncashdaksh2!#@3nxjdas*_259"]);
        assert_eq!(list("[45ncashdaksh2!#@3nxjdas*_259]"), ["45ncashdaksh2!#@3nxjdas*_259"]);
        assert_eq!(list(r#"["12345678"]"#), ["12345678"]);
        assert_eq!(list(""), Vec::<String>::new());
    }
}
