//! Carts as most hosts write them, read without a tree between the text and the lines.
//!
//! A cart is plain when every name is in its usual spelling, every value of its usual type and a
//! single one, and nothing is said that the engine does not read. Any other text, be it JSON or
//! not, is left to `cart_in`, which knows what it means or what is wrong with it.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::line_in::{currency_of, given_of};
use super::options::Limits;
use crate::cart::model::{CartDraft, LINE_ID_MAX, LineDraft, LineId, LineInput};
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// Reads a cart if it is plain and nothing is wrong with it.
pub(super) fn read_plain_cart(text: &str, limits: &Limits) -> Option<CartDraft> {
    let Object(cart) = serde_json::from_str::<Object<PlainCart>>(text).ok()?;
    let lines: Vec<_> = cart.lines.into_iter().map(|Object(Line(line))| line).collect();
    let has_room = (1..=limits.line_items_per_cart).contains(&lines.len());
    let is_usable = has_room && has_plain_ids(&lines);
    is_usable.then_some(CartDraft { attestation_accepted: cart.attestation_accepted, lines })
}

/// Whether the ids are in the order in which the engine gives them: then no two are the same.
fn has_plain_ids(lines: &[LineDraft]) -> bool {
    let mut ids = lines.iter().filter_map(|line| line.id);
    ids.try_fold(-1, |last, id| (last < id && id <= LINE_ID_MAX).then_some(id)).is_some()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainCart {
    #[serde(rename = "PartnerOnRecordAttestationAccepted")]
    attestation_accepted: Option<bool>,
    #[serde(rename = "lineItems")]
    lines: Vec<Object<Line>>,
}

#[derive(Deserialize)]
#[serde(from = "PlainLine")]
struct Line(LineDraft);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PlainLine<'a> {
    id: Option<LineId>,
    catalog_item_id: Option<&'a str>,
    // Names have letters that some hosts write as escapes, and those cannot be borrowed.
    friendly_name: Option<String>,
    quantity: Option<i64>,
    currency_code: Option<&'a str>,
    billing_cycle: Option<&'a str>,
    term_duration: Option<&'a str>,
    attestation_accepted: Option<bool>,
    promotion_id: Option<&'a str>,
    custom_term_end_date: Option<&'a str>,
}

impl From<PlainLine<'_>> for Line {
    fn from(line: PlainLine<'_>) -> Self {
        let input = LineInput {
            catalog_item_id: line.catalog_item_id.map(str::to_owned),
            friendly_name: line.friendly_name,
            quantity: line.quantity,
            currency_code: line.currency_code.map(currency_of),
            billing_cycle: line.billing_cycle.map(|text| given_of(text, BillingCycle::parse)),
            term_duration: line.term_duration.map(|text| given_of(text, Duration::parse)),
            attestation_accepted: line.attestation_accepted,
            promotion_id: line.promotion_id.map(str::to_owned),
            custom_term_end: line.custom_term_end_date.map(|t| given_of(t, Timestamp::parse)),
            ..LineInput::default()
        };
        Self(LineDraft { id: line.id, input, addons: Vec::new() })
    }
}

/// What is written as an object. A struct alone would be read from a list of its values too.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests;
