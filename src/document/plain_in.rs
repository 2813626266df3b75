//! Carts as most hosts write them, read without a tree between the text and the lines.
//!
//! A cart is plain when every name is as the engine itself writes it, every value of its usual
//! type and a single one, and nothing else is said but what the engine sets, which a host sends
//! back with a cart that it was answered. Any other text, be it JSON or not, is left to `cart_in`,
//! which knows what it means or what is wrong with it.

use std::convert::identity;
use std::{fmt, iter};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::json::DEPTH_MAX;
use super::line_in::{camel_case, currency_of, given_of, participant_key_of};
use super::options::Limits;
use crate::cart::model::{CartDraft, Given, LINE_ID_MAX, LineDraft, LineId, Participant, RenewsTo};
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// Reads a cart if it is plain and nothing is wrong with it.
pub(super) fn read_plain_cart(text: &str, limits: &Limits) -> Option<CartDraft> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let visitor = CartVisitor { lines: LinesVisitor { room: text.len() / LINE_BYTES } };
    let cart = deserializer.deserialize_map(visitor).ok()?;
    deserializer.end().ok()?;
    let addons = || cart.lines.iter().map(|line| line.addons.len());
    let count = cart.lines.len() + addons().sum::<usize>();
    let has_room = (1..=limits.line_items_per_cart).contains(&count);
    let has_room_for_addons = addons().all(|count| count <= limits.addon_items_per_line);
    (has_room && has_room_for_addons && has_plain_ids(&cart.lines)).then_some(cart)
}

/// Whether no two lines have the same id, and none an id that is too great.
fn has_plain_ids(lines: &[LineDraft]) -> bool {
    let with_addons = lines.iter().flat_map(|line| iter::once(line).chain(&line.addons));
    let mut ids: Vec<LineId> = with_addons.filter_map(|line| line.id).collect();
    // Most carts have them in order already, and then there is nothing to sort.
    ids.sort_unstable();
    ids.is_sorted_by(|id, next| id < next) && ids.last().is_none_or(|id| *id <= LINE_ID_MAX)
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

/// What a short line takes of a text: most carts have no more lines than that makes.
const LINE_BYTES: usize = 128;

struct CartVisitor {
    lines: LinesVisitor,
}

impl<'de> Visitor<'de> for CartVisitor {
    type Value = CartDraft;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain cart")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CartDraft, A::Error> {
        let mut attestation_accepted = None;
        let mut lines = None;
        while let Some(name) = map.next_key()? {
            match name {
                OfCart::PartnerOnRecordAttestationAccepted => {
                    set(&mut attestation_accepted, &mut map, identity)?;
                }
                OfCart::Lines if lines.is_none() => lines = map.next_value_seed(self.lines)?,
                OfCart::Set => pass_over(&mut map)?,
                OfCart::Lines | OfCart::Other => return Err(A::Error::custom(NOT_PLAIN)),
            }
        }
        Ok(CartDraft { attestation_accepted, lines: lines.unwrap_or_default() })
    }
}

/// A list of lines, or none.
#[derive(Clone, Copy)]
struct LinesVisitor {
    /// How many lines to make room for: a list that grows is copied.
    room: usize,
}

impl<'de> DeserializeSeed<'de> for LinesVisitor {
    type Value = Option<Vec<LineDraft>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LinesVisitor {
    type Value = Option<Vec<LineDraft>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of lines")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut lines = Vec::with_capacity(self.room + 1);
        // A line is read where it stands, and the last one is not there.
        lines.push(LineDraft::default());
        while let Some(line) = lines.last_mut()
            && list.next_element_seed(LineVisitor(line))?.is_some()
        {
            lines.push(LineDraft::default());
        }
        lines.pop();
        Ok(Some(lines))
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
    Participants,
    ProvisioningContext,
    RenewsTo,
    AddonItems,
    /// What the engine sets.
    #[serde(rename = "orderGroup", alias = "purchaseSystem", alias = "pricing", alias = "error")]
    Set,
    #[serde(other)]
    Other,
}

struct PlainLine(LineDraft);

impl<'de> Deserialize<'de> for PlainLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut line = LineDraft::default();
        LineVisitor(&mut line).deserialize(deserializer)?;
        Ok(Self(line))
    }
}

/// Fills a line that says nothing yet.
struct LineVisitor<'a>(&'a mut LineDraft);

impl<'de> DeserializeSeed<'de> for LineVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for LineVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain line")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let LineDraft { id, input, addons } = self.0;
        let map = &mut map;
        while let Some(name) = map.next_key()? {
            match name {
                OfLine::Id => set(id, map, |PlainId(id)| id)?,
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
                OfLine::Participants => set_list(&mut input.participants, map, participant_of)?,
                OfLine::ProvisioningContext => {
                    let context: Option<PlainPairs> = map.next_value()?;
                    let pairs = context.map(|PlainPairs(pairs)| pairs).unwrap_or_default();
                    fill(&mut input.provisioning_context, pairs)?;
                }
                OfLine::RenewsTo => {
                    set(&mut input.renews_to, map, |PlainRenewal(renewal)| renewal)?;
                }
                OfLine::AddonItems => set_list(addons, map, addon_of)?,
                OfLine::Set => pass_over(map)?,
                OfLine::Other => return Err(A::Error::custom(NOT_PLAIN)),
            }
        }
        Ok(())
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

/// An object of texts, none of whose names has an escape or is given twice; the names are in camel
/// case, as keys of a context are kept.
struct PlainPairs(Vec<(String, String)>);

/// More pairs are not searched for a name that is given twice.
const PAIRS_MAX: usize = 16;

impl<'de> Deserialize<'de> for PlainPairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor).map(Self)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Vec<(String, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs: Self::Value = Vec::new();
        while let Some(name) = map.next_key::<&str>()? {
            let is_new = pairs.iter().all(|(key, _)| !key.eq_ignore_ascii_case(name));
            if !is_new || pairs.len() == PAIRS_MAX || name.starts_with('$') {
                return Err(A::Error::custom(NOT_PLAIN));
            }
            pairs.push((camel_case(name), map.next_value()?));
        }
        Ok(pairs)
    }
}

/// A renewal, or a list of one.
struct PlainRenewal(RenewsTo);

impl<'de> Deserialize<'de> for PlainRenewal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let object = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        let PlainPairs(pairs) = serde_json::from_str(object).map_err(D::Error::custom)?;
        let term_duration = match &pairs[..] {
            [] => None,
            [(name, term)] if name == "termDuration" => Some(given_of(term, Duration::parse)),
            _ => return Err(D::Error::custom(NOT_PLAIN)),
        };
        Ok(Self(RenewsTo { term_duration }))
    }
}

/// A participant that has a key, and then a value.
fn participant_of(PlainPairs(pairs): PlainPairs) -> Option<Participant> {
    let [(key_name, key), (value_name, value)] = pairs.try_into().ok()?;
    let is_plain = key_name == "key" && value_name == "value";
    is_plain.then(|| Participant { key: participant_key_of(&key).to_owned(), value })
}

/// An add-on that has none itself, so that it is known how deep a line may stand.
fn addon_of(PlainLine(addon): PlainLine) -> Option<LineDraft> {
    addon.addons.is_empty().then_some(addon)
}

/// The longest value that is passed over. No value of this length stands too deep in itself, for a
/// level takes at least two bytes, and five stand around: cart, lines, line, add-ons and add-on.
const PASSED_BYTES_MAX: usize = 2 * (DEPTH_MAX - 5);

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

/// Reads a list that has not been read yet, or has said nothing so far.
fn set_list<'de, A: MapAccess<'de>, V: Deserialize<'de>, T>(
    field: &mut Vec<T>,
    map: &mut A,
    meaning: fn(V) -> Option<T>,
) -> Result<(), A::Error> {
    let items: Option<Vec<V>> = map.next_value()?;
    let items: Option<Vec<T>> = items.unwrap_or_default().into_iter().map(meaning).collect();
    fill(field, items.ok_or_else(|| A::Error::custom(NOT_PLAIN))?)
}

/// Fills a list that is still empty.
fn fill<T, E: serde::de::Error>(list: &mut Vec<T>, items: Vec<T>) -> Result<(), E> {
    if !list.is_empty() {
        return Err(E::custom(NOT_PLAIN));
    }
    *list = items;
    Ok(())
}

fn given<T>(parse: fn(&str) -> Option<T>) -> impl FnOnce(&str) -> Given<T> {
    move |text| given_of(text, parse)
}

#[cfg(test)]
mod tests;
