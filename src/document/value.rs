//! What the values of documents mean.

use std::ops::RangeInclusive;

use rust_decimal::Decimal;

use super::json::Json;
use smol_str::SmolStr;

use super::node::Node;
use super::{number, word as words};
use crate::catalog::item_id;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::term::{BillingCycle, Duration};

/// A string to keep.
pub(super) fn owned_text(node: &Node<'_>) -> Result<String> {
    node.text().map(str::to_owned)
}

/// A string to keep that is short as a rule.
pub(super) fn short_text(node: &Node<'_>) -> Result<SmolStr> {
    node.text().map(SmolStr::new)
}

/// A string that says something: an empty one equals absent where the service writes it so.
pub(super) fn filled_text(node: &Node<'_>) -> Result<Option<String>> {
    Ok(Some(node.text()?).filter(|text| !text.trim().is_empty()).map(str::to_owned))
}

/// A string that must not be empty.
pub(super) fn id(node: &Node<'_>) -> Result<String> {
    match node.text()? {
        "" => Err(node.error("must not be empty")),
        text => Ok(text.to_owned()),
    }
}

/// A product's, a SKU's or an availability's id. A line could not name one of other characters.
pub(super) fn item_part(node: &Node<'_>) -> Result<String> {
    let text = id(node)?;
    if item_id::is_word(&text) { Ok(text) } else { Err(node.expected("letters and digits")) }
}

/// An offer's id. A line could not name one of another form.
pub(super) fn offer_id(node: &Node<'_>) -> Result<String> {
    let text = id(node)?;
    if item_id::is_legacy(&text) { Ok(text) } else { Err(node.expected("a GUID or MS-AZR-…")) }
}

/// `true` or `false`.
pub(super) fn boolean(node: &Node<'_>) -> Result<bool> {
    match node.json() {
        Json::Bool(value) => Ok(*value),
        _ => Err(node.expected("true or false")),
    }
}

/// An integer, also written `3.0`; beyond 64 bits it is held at the end of their range.
pub(super) fn integer(node: &Node<'_>) -> Result<i64> {
    as_integer(node).ok_or_else(|| node.expected("an integer"))
}

/// What [`integer`] reads, if it is one.
pub(super) fn as_integer(node: &Node<'_>) -> Option<i64> {
    match node.json() {
        Json::Integer(value) => Some(*value),
        Json::Number(text) => number::integer_of(text),
        _ => None,
    }
}

/// An integer within a range.
pub(super) fn integer_in(node: &Node<'_>, range: RangeInclusive<i64>) -> Result<i64> {
    let within = as_integer(node).filter(|value| range.contains(value));
    let (least, most) = (range.start(), range.end());
    within.ok_or_else(|| node.expected(&format!("an integer within {least} to {most}")))
}

/// An integer from 0 to the greatest of 64 bits.
pub(super) fn unsigned(node: &Node<'_>) -> Result<u64> {
    let unsigned = match node.json() {
        Json::Integer(value) => u64::try_from(*value).ok(),
        Json::Number(text) => number::decimal_of(text)
            .filter(Decimal::is_integer)
            .and_then(|value| u64::try_from(value).ok()),
        _ => None,
    };
    unsigned.ok_or_else(|| node.expected(&format!("an integer within 0 to {}", u64::MAX)))
}

/// An amount, as a number or as a string of one.
pub(super) fn decimal(node: &Node<'_>) -> Result<Decimal> {
    let decimal = match node.json() {
        Json::Integer(value) => Some(Decimal::from(*value)),
        Json::Number(text) => number::decimal_of(text),
        Json::Text(text) => number::decimal_of(text.trim()),
        _ => None,
    };
    decimal.ok_or_else(|| node.expected("a decimal number"))
}

/// An amount that is not below zero.
pub(super) fn not_negative(node: &Node<'_>) -> Result<Decimal> {
    let amount = decimal(node)?;
    let is_negative = amount.is_sign_negative() && !amount.is_zero();
    if is_negative { Err(node.expected("an amount that is not below 0")) } else { Ok(amount) }
}

/// A number of things, also as a string of digits, as the service's dynamic attributes have it.
pub(super) fn count(node: &Node<'_>) -> Result<i64> {
    let count = match node.json() {
        Json::Text(text) => number::integer_of(text.trim()),
        _ => as_integer(node),
    };
    let not_negative = count.filter(|count| *count >= 0);
    not_negative.ok_or_else(|| node.expected("an integer that is not below 0"))
}

/// `true` or `false`, also as a string, as the service's dynamic attributes have it.
pub(super) fn flag(node: &Node<'_>) -> Result<bool> {
    match node.json() {
        Json::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Json::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => boolean(node),
    }
}

/// A type: `{"id":"Azure"}`, or the id alone.
pub(super) fn type_id(node: &Node<'_>) -> Result<Option<String>> {
    if node.is_object() { node.filled("id", owned_text) } else { filled_text(node) }
}

/// One of a table of words.
pub(super) fn word<T: Copy>(node: &Node<'_>, table: &[(&str, T)]) -> Result<T> {
    let found = node.as_text().and_then(|text| words::find(table, text));
    found.ok_or_else(|| node.expected(&words::list(table)))
}

/// A moment.
pub(super) fn timestamp(node: &Node<'_>) -> Result<Timestamp> {
    parsed(node, "a date and time such as 2026-03-10T12:00:00Z", Timestamp::parse)
}

/// A duration.
pub(super) fn duration(node: &Node<'_>) -> Result<Duration> {
    parsed(node, "an ISO 8601 duration such as P1Y", Duration::parse)
}

/// A billing cycle.
pub(super) fn billing_cycle(node: &Node<'_>) -> Result<BillingCycle> {
    let known = "monthly, annual, biennial, triennial, one_time, none or unknown";
    parsed(node, known, BillingCycle::parse)
}

/// A country of two letters, in upper case.
pub(super) fn country(node: &Node<'_>) -> Result<String> {
    parsed(node, "a country of two letters such as US", |text| letters(text, 2))
}

/// A currency of three letters, in upper case.
pub(super) fn currency(node: &Node<'_>) -> Result<String> {
    parsed(node, "a currency of three letters such as USD", |text| letters(text, 3))
}

/// A string that means something else.
pub(super) fn parsed<T>(
    node: &Node<'_>,
    what: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T> {
    parse(node.text()?).ok_or_else(|| node.expected(what))
}

fn letters(text: &str, count: usize) -> Option<String> {
    let is_code = text.len() == count && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| text.to_ascii_uppercase())
}
