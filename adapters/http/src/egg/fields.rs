//! The fields of a body: text, or a value that is none.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// The fields of a body by their names. Absent and `null` fields are not in it.
#[derive(Debug, Default)]
pub(super) struct Fields(HashMap<String, Value>);

/// What a field holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A string, or a number as it is written.
    Text(String),
    /// A list, an object, a truth value. The old backend's validation refused these, too.
    Other,
}

impl Fields {
    /// A JSON object; `None` if it is something else. Of a name that is there twice the last value counts, as it does in
    /// JavaScript.
    pub(super) fn of_json(body: &[u8]) -> Option<Self> {
        let fields: HashMap<String, Field> = serde_json::from_slice(body).ok()?;
        Some(Self(fields.into_iter().filter_map(|(name, field)| Some((name, field.0?))).collect()))
    }

    /// A form. A name that is there twice is a list, as it was for the old backend.
    pub(super) fn of_form(body: &[u8]) -> Self {
        let mut fields = HashMap::new();
        for (name, text) in form_urlencoded::parse(body) {
            match fields.entry(name.into_owned()) {
                Entry::Vacant(place) => drop(place.insert(Value::Text(text.into_owned()))),
                Entry::Occupied(mut place) => drop(place.insert(Value::Other)),
            }
        }
        Self(fields)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl Value {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other => None,
        }
    }
}

/// A value in JSON; none for `null`.
struct Field(Option<Value>);

impl Field {
    const OTHER: Self = Self(Some(Value::Other));

    fn text(text: impl Into<String>) -> Self {
        Self(Some(Value::Text(text.into())))
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

/// Keeps texts and numbers, and reads over everything else without keeping it.
struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Field, E> {
        Ok(Field::text(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Field, E> {
        Ok(Field::text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Field, E> {
        Ok(Field::text(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Field, E> {
        Ok(Field::text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Field, E> {
        Ok(Number::from_f64(number).map_or(Field::OTHER, |number| Field::text(number.to_string())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Field, E> {
        Ok(Field::OTHER)
    }

    fn visit_unit<E>(self) -> Result<Field, E> {
        Ok(Field(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Field, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::OTHER)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Field, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::OTHER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_text_and_nothing_else_is() {
        let body = br#"{"s":"x","n":12,"i":-1,"f":1.5,"t":true,"o":{"$ne":1},"l":["x"],"z":null,"e":""}"#;
        let fields = Fields::of_json(body).unwrap();
        for (name, text) in [("s", "x"), ("n", "12"), ("i", "-1"), ("f", "1.5"), ("e", "")] {
            assert_eq!(fields.get(name), Some(&Value::Text(text.to_owned())), "{name}");
        }
        for name in ["t", "o", "l"] {
            assert_eq!(fields.get(name), Some(&Value::Other), "{name}");
        }
        assert_eq!((fields.get("z"), fields.get("absent")), (None, None));
        for broken in ["[]", "null", "1", "{", "{\"a\":}", "{\"a\":1}x"] {
            assert!(Fields::of_json(broken.as_bytes()).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_name_that_is_there_twice() {
        let text = |text: &str| Value::Text(text.to_owned());
        let fields = Fields::of_json(br#"{"a":"1","a":{"b":[]},"a":"2","c":"1","c":null}"#).unwrap();
        assert_eq!((fields.get("a"), fields.get("c")), (Some(&text("2")), None));
        let fields = Fields::of_form(b"a=1&a=2&b%5B%5D=x&c%5B%24ne%5D=1&d=x");
        assert_eq!((fields.get("a"), fields.get("b"), fields.get("c")), (Some(&Value::Other), None, None));
        assert_eq!(fields.get("d"), Some(&text("x")));
    }
}
