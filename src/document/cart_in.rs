//! Carts and lines as documents bring them.

use super::json::{Json, check_size};
use super::line_in::LineReader;
use super::node::Node;
use super::options::Limits;
use super::plain_in::read_plain_cart;
use super::value;
use crate::cart::model::{CartDraft, LineDraft};
use crate::error::Result;

/// Reads a cart in any dialect. What is wrong with one line is left for its evaluation; an error
/// means that the document is unusable as a whole.
pub fn read_cart(text: &str, limits: &Limits) -> Result<CartDraft> {
    check_size(text, limits)?;
    read_plain_cart(text, limits).map_or_else(|| read_any_cart(text, limits), Ok)
}

/// Reads a cart however it is written.
pub(super) fn read_any_cart(text: &str, limits: &Limits) -> Result<CartDraft> {
    let json = Json::parse(text)?;
    let cart = Node::root(&json);
    cart.properties()?;
    let attestation_accepted = cart.read("PartnerOnRecordAttestationAccepted", value::boolean)?;
    let lines = cart.require("lineItems", |list| LineReader::new(limits).roots(list))?;
    Ok(CartDraft { attestation_accepted, lines })
}

/// Reads lines to add: a list of them, or one.
pub fn read_lines(text: &str, limits: &Limits) -> Result<Vec<LineDraft>> {
    check_size(text, limits)?;
    let json = Json::parse(text)?;
    let lines = Node::root(&json);
    if let Some(list) = lines.given("lineItems") {
        return Err(list.error("a line was expected, or a list of lines, and a cart came"));
    }
    if lines.is_object() {
        return LineReader::new(limits).line(&lines).map(|line| vec![line]);
    }
    match LineReader::new(limits).roots(&lines) {
        Ok(none) if none.is_empty() => Err(lines.error("expected at least one line, came none")),
        Err(_) if !lines.is_list() => Err(lines.expected("a line or a list of lines")),
        other => other,
    }
}

/// Changes a line by a JSON merge patch (RFC 7396) on the properties that a host may set.
///
/// Names are understood in every dialect before they are merged, so that `catalogId` changes
/// `catalogItemId`. `null` removes a property, objects are merged, lists are replaced; `id` and
/// what the engine sets are ignored.
pub fn patch_line(current: &LineDraft, patch: &str, limits: &Limits) -> Result<LineDraft> {
    check_size(patch, limits)?;
    let json = Json::parse(patch)?;
    let patch = Node::root(&json);
    patch.properties()?;
    let mut reader = LineReader::new(limits);
    if let Some(id) = current.id {
        reader.claim(id, &patch)?;
    }
    let mut line = current.clone();
    reader.merge(&mut line, &patch)?;
    Ok(line)
}

#[cfg(test)]
mod tests;
