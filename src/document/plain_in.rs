//! Carts as most hosts write them, read without a tree between the text and the lines.
//!
//! A cart is plain when every name is as the engine itself writes it, every value of its usual type
//! and a single one, and nothing else is said but what the engine sets, which a host sends back with
//! a cart that it was answered. Any other text, be it JSON or not, is left to `cart_in`, which knows
//! what it means or what is wrong with it.

use std::convert::identity;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::json::DEPTH_MAX;
use super::line_in::{currency_of, given_of};
use super::options::Limits;
use crate::cart::model::{CartDraft, Given, LINE_ID_MAX, LineDraft, LineId};
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// Reads a cart if it is plain and nothing is wrong with it.
pub(super) fn read_plain_cart(text: &str, limits: &Limits) -> Option<CartDraft> {
    let PlainCart(cart) = serde_json::from_str(text).ok()?;
    let has_room = (1..=limits.line_items_per_cart).contains(&cart.lines.len());
    (has_room && has_plain_ids(&cart.lines)).then_some(cart)
}

/// Whether the ids are in the order in which the engine gives them: then no two are the same.
fn has_plain_ids(lines: &[LineDraft]) -> bool {
    let mut ids = lines.iter().filter_map(|line| line.id);
    ids.try_fold(-1, |last, id| (last < id && id <= LINE_ID_MAX).then_some(id)).is_some()
}

/// A property of a cart.
#[derive(Deserialize)]
#[serde(field_identifier)]
enum OfCart {
    #[serde(alias = "partnerOnRecordAttestationAccepted")]
    PartnerOnRecordAttestationAccepted,
    #[serde(rename = "lineItems")]
    Lines,
    /// What the engine sets.
    #[serde(
        rename = "id",
        alias = "creationTimeStamp",
        alias = "creationTimestamp",
        alias = "lastModifiedTimeStamp",
        alias = "lastModifiedTimestamp",
        alias = "expirationTimeStamp",
        alias = "expirationTimestamp",
        alias = "lastModifiedUser",
        alias = "status",
        alias = "links",
        alias = "attributes"
    )]
    Set,
    #[serde(other)]
    Other,
}

struct PlainCart(CartDraft);

impl<'de> Deserialize<'de> for PlainCart {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CartVisitor).map(Self)
    }
}

struct CartVisitor;

impl<'de> Visitor<'de> for CartVisitor {
    type Value = CartDraft;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain cart")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CartDraft, A::Error> {
        let mut attestation_accepted = None;
        let mut lines: Option<Vec<PlainLine>> = None;
        while let Some(name) = map.next_key()? {
            match name {
                OfCart::PartnerOnRecordAttestationAccepted => {
                    set(&mut attestation_accepted, &mut map, identity)?;
                }
                OfCart::Lines => set(&mut lines, &mut map, identity)?,
                OfCart::Set => pass_over(&mut map)?,
                OfCart::Other => return Err(A::Error::custom(NOT_PLAIN)),
            }
        }
        let lines = lines.unwrap_or_default().into_iter().map(|PlainLine(line)| line).collect();
        Ok(CartDraft { attestation_accepted, lines })
    }
}

/// A property of a line.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum OfLine {
    Id,
    #[serde(alias = "catalogId")]
    CatalogItemId,
    FriendlyName,
    Quantity,
    CurrencyCode,
    BillingCycle,
    TermDuration,
    #[serde(alias = "AttestationAccepted")]
    AttestationAccepted,
    PromotionId,
    CustomTermEndDate,
    /// What the engine sets.
    #[serde(rename = "orderGroup", alias = "purchaseSystem", alias = "pricing", alias = "error")]
    Set,
    #[serde(other)]
    Other,
}

struct PlainLine(LineDraft);

impl<'de> Deserialize<'de> for PlainLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LineVisitor).map(Self)
    }
}

struct LineVisitor;

impl<'de> Visitor<'de> for LineVisitor {
    type Value = LineDraft;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain line")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LineDraft, A::Error> {
        let mut draft = LineDraft::default();
        let (input, map) = (&mut draft.input, &mut map);
        while let Some(name) = map.next_key()? {
            match name {
                OfLine::Id => set(&mut draft.id, map, |PlainId(id)| id)?,
                OfLine::CatalogItemId => set(&mut input.catalog_item_id, map, identity)?,
                OfLine::FriendlyName => set(&mut input.friendly_name, map, identity)?,
                OfLine::Quantity => set(&mut input.quantity, map, identity)?,
                OfLine::CurrencyCode => set(&mut input.currency_code, map, currency_of)?,
                OfLine::BillingCycle => {
                    set(&mut input.billing_cycle, map, given(BillingCycle::parse))?;
                }
                OfLine::TermDuration => set(&mut input.term_duration, map, given(Duration::parse))?,
                OfLine::AttestationAccepted => {
                    set(&mut input.attestation_accepted, map, identity)?;
                }
                OfLine::PromotionId => set(&mut input.promotion_id, map, identity)?,
                OfLine::CustomTermEndDate => {
                    set(&mut input.custom_term_end, map, given(Timestamp::parse))?;
                }
                OfLine::Set => pass_over(map)?,
                OfLine::Other => return Err(A::Error::custom(NOT_PLAIN)),
            }
        }
        Ok(draft)
    }
}

/// An integer that is not below zero, or a string of one.
struct PlainId(LineId);

impl<'de> Deserialize<'de> for PlainId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let is_digits = bare.bytes().all(|byte| byte.is_ascii_digit());
        let id = if is_digits { bare.parse().ok() } else { None };
        id.map(Self).ok_or_else(|| D::Error::custom(NOT_PLAIN))
    }
}

/// The longest value that is passed over. No value of this length stands too deep in itself, for a
/// level takes at least two bytes, and those of the cart, of its lines and of a line stand around.
const PASSED_BYTES_MAX: usize = 2 * (DEPTH_MAX - 3);

/// Passes over a value that says nothing to the engine, if nothing can be wrong with it but that it
/// is not well-formed: no escape, and no reserved name (they begin with a dollar).
fn pass_over<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    let text = map.next_value::<&RawValue>()?.get().as_bytes();
    let is_sure = !text.contains(&b'\\') && !text.contains(&b'$');
    if is_sure && text.len() <= PASSED_BYTES_MAX {
        Ok(())
    } else {
        Err(A::Error::custom(NOT_PLAIN))
    }
}

/// Never shown: the text is then read as any cart. The library's own complaint of a name that it
/// does not know lists all that it knows, which would cost as much as reading a line.
const NOT_PLAIN: &str = "not plain";

/// Reads a property that has not been read yet.
fn set<'de, A: MapAccess<'de>, V: Deserialize<'de>, T>(
    field: &mut Option<T>,
    map: &mut A,
    meaning: impl FnOnce(V) -> T,
) -> Result<(), A::Error> {
    if field.is_some() {
        return Err(A::Error::custom(NOT_PLAIN));
    }
    *field = map.next_value::<Option<V>>()?.map(meaning);
    Ok(())
}

fn given<T>(parse: fn(&str) -> Option<T>) -> impl FnOnce(&str) -> Given<T> {
    move |text| given_of(text, parse)
}

#[cfg(test)]
mod tests;
