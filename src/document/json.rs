//! A JSON document as a tree that borrows from its text. Numbers keep all their digits.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};

use super::options::Limits;
use crate::error::{Error, ErrorKind, Result};

/// The deepest that lists and objects may stand in each other.
pub const DEPTH_MAX: usize = 128;

/// The one property of the map as which `serde_json` presents a number that is no 64-bit integer.
const NUMBER_KEY: &str = "$serde_json::private::Number";

/// Room for the properties that an object usually has: those of a line.
const PROPERTIES_USUAL: usize = 8;

/// The properties of an object in the order in which they came, equal names included.
pub type Properties<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number written as an integer of 64 bits.
    Integer(i64),
    /// Any other number, with all its digits.
    Number(String),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Self>),
    /// An object.
    Object(Properties<'a>),
}

impl<'a> Json<'a> {
    /// Reads a document.
    pub fn parse(text: &'a str) -> Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer.disable_recursion_limit();
        Level(DEPTH_MAX)
            .deserialize(&mut deserializer)
            .and_then(|json| deserializer.end().map(|()| json))
            .map_err(|error| {
                // Hardly an editor shows it.
                let mark =
                    text.starts_with('\u{feff}').then_some("it begins with a byte order mark: ");
                let problem = format!("not usable JSON: {}{error}", mark.unwrap_or_default());
                Error::new(ErrorKind::InvalidJson, problem)
            })
    }

    /// The property of an object, whatever the case of its letters; of equal names the last.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(properties) = self else { return None };
        let mut from_last = properties.iter().rev();
        from_last.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether this says the same as leaving the property out: `null` and the empty list do.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(items) => items.is_empty(),
            _ => false,
        }
    }
}

/// Refuses a document that is longer than the limit, before anything is read of it.
pub fn check_size(text: &str, limits: &Limits) -> Result<()> {
    if text.len() <= limits.request_bytes {
        return Ok(());
    }
    let problem = format!(
        "the document has {} bytes, more than the limit of {} (limits.requestBytes)",
        text.len(),
        limits.request_bytes
    );
    Err(Error::new(ErrorKind::LimitExceeded, problem))
}

/// Reads a value in which lists and objects may stand so many levels deep.
#[derive(Clone, Copy)]
struct Level(usize);

impl Level {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let too_deep = || E::custom(format_args!("nested deeper than {DEPTH_MAX}"));
        self.0.checked_sub(1).map(Self).ok_or_else(too_deep)
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(i64::try_from(value).map_or_else(|_| Json::Number(value.to_string()), Json::Integer))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json<'de>, A::Error> {
        let level = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(level)? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut properties = Properties::with_capacity(PROPERTIES_USUAL);
        // A number is no level of its own, so the level is counted when a property turns out to be
        // one.
        while let Some(name) = map.next_key_seed(Name)? {
            if name == NUMBER_KEY && properties.is_empty() {
                return map.next_value_seed(Digits).map(Json::Number);
            }
            properties.push((name, map.next_value_seed(self.deeper()?)?));
        }
        self.deeper::<A::Error>()?;
        Ok(Json::Object(properties))
    }
}

/// Reads the digits of a number. The library hands them over as an owned string, which it never
/// makes of a string in the text: an object of a host whose first property has the reserved name is
/// refused here.
struct Digits;

impl<'de> DeserializeSeed<'de> for Digits {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_string(self)
    }
}

impl Visitor<'_> for Digits {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no property of the reserved name {NUMBER_KEY}")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
        Err(E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_string<E>(self, digits: String) -> Result<String, E> {
        Ok(digits)
    }
}

/// Reads the name of a property without copying it where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests;
