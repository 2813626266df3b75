//! Carts and lines as documents bring them.

use super::json::{Json, check_size};
use super::line_in::LineReader;
use super::node::Node;
use super::options::Limits;
use super::plain_in::read_plain_cart;
use super::value;
use crate::cart::model::{CartDraft, LineDraft};
use crate::error::Result;

/// The name of the lines of a cart.
const LINES: &str = "lineItems";

/// Reads a cart in any dialect. What is wrong with one line is left for its evaluation; an error
/// means that the document is unusable as a whole.
pub fn read_cart(text: &str, limits: &Limits) -> Result<CartDraft> {
    check_size(text, limits)?;
    read_plain_cart(text, limits).map_or_else(|| read_any_cart(text, limits), Ok)
}

/// Reads a cart however it is written.
pub(super) fn read_any_cart(text: &str, limits: &Limits) -> Result<CartDraft> {
    let mut lines = Lines::new(limits);
    // A cart may have many lines: each is read at once, instead of a tree of them all.
    let json = Json::parse_handing_over(text, LINES, |at, line| lines.read(at, &line))?;
    let cart = Node::root(&json);
    cart.properties()?;
    let attestation_accepted = cart.read("PartnerOnRecordAttestationAccepted", value::boolean)?;
    let lines = cart.require(LINES, |list| list.items().and(lines.drafts))?;
    Ok(CartDraft { attestation_accepted, lines })
}

/// The lines of a cart, read while its document is.
struct Lines<'l> {
    limits: &'l Limits,
    reader: LineReader<'l>,
    /// The lines so far, or what is wrong with the first that is unusable.
    drafts: Result<Vec<LineDraft>>,
}

impl<'l> Lines<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self { limits, reader: LineReader::new(limits), drafts: Ok(Vec::new()) }
    }

    fn read(&mut self, at: usize, line: &Json<'_>) {
        if at == 0 {
            // Of several lists the last rules.
            *self = Self::new(self.limits);
        }
        let Ok(drafts) = &mut self.drafts else { return };
        match self.reader.line(&Node::root(&Json::Null).unread(LINES).item(at, line)) {
            Ok(draft) => drafts.push(draft),
            Err(error) => self.drafts = Err(error),
        }
    }
}

/// Reads lines to add: a list of them, or one.
pub fn read_lines(text: &str, limits: &Limits) -> Result<Vec<LineDraft>> {
    check_size(text, limits)?;
    let json = Json::parse(text)?;
    let lines = Node::root(&json);
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
