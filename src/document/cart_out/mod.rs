//! Carts as documents: one writer per dialect, and what the dialects share in `parts`.

pub(super) mod parts;
mod v2018;
mod v2023;
mod wire;

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::slice::Iter;

use self::parts::Groups;
use super::options::Dialect;
use super::page::write_page;
use super::writer::Writer;
use crate::cart::model::{Cart, CartHeader, Line, LineChanges, LineId};
use crate::store::Page;

/// Room for a header, and for a line: a little more than usual ones take.
const HEADER_BYTES: usize = 512;
const LINE_BYTES: usize = 384;

/// The rest of the lines, each root line followed by its add-ons.
type Lines<'a> = Peekable<Iter<'a, Line>>;

/// A cart.
#[must_use]
pub fn write_cart(cart: &Cart, dialect: Dialect) -> String {
    Writer::document(HEADER_BYTES + LINE_BYTES * cart.lines.len(), |w| {
        let groups = Groups::of(&cart.header);
        header(w, &cart.header, dialect, |w| {
            w.name("lineItems").array(|w| roots(w, &cart.lines, &groups, dialect));
        });
    })
}

/// A cart without its lines, which are counted.
#[must_use]
pub fn write_header(cart: &CartHeader, dialect: Dialect) -> String {
    Writer::document(HEADER_BYTES, |w| countable_header(w, cart, dialect))
}

/// A page of a customer's carts without their lines.
#[must_use]
pub fn write_cart_page(page: &Page<CartHeader>, dialect: Dialect) -> String {
    write_page(page, HEADER_BYTES, |w, cart| w.object(|w| countable_header(w, cart, dialect)))
}

/// What a line operation answers: the cart without its lines, the lines concerned, the ids of those
/// that are gone, and the groups that have another name now.
///
/// A root line stands with all its add-ons, exactly as in the cart, when it is named or one of its
/// add-ons is: whoever keeps a copy of the cart replaces root lines by their id, and the answer is
/// bounded by what was touched.
#[must_use]
pub fn write_line_changes(changes: &LineChanges<'_>, dialect: Dialect) -> String {
    let cart = changes.cart;
    Writer::document(HEADER_BYTES + LINE_BYTES * changes.lines.len(), |w| {
        w.name("cart").object(|w| countable_header(w, &cart.header, dialect));
        let named: BTreeSet<LineId> = changes.lines.iter().copied().collect();
        let groups = Groups::of(&cart.header);
        let is_concerned = |block: &&[Line]| block.iter().any(|line| named.contains(&line.id));
        // Only a root line has no parent, so that each chunk is a root line with everything that
        // hangs on it.
        let blocks = cart.lines.chunk_by(|_, next| next.parent.is_some()).filter(is_concerned);
        w.name("lineItems").array(|w| {
            blocks.for_each(|block| roots(w, block, &groups, dialect));
        });
        w.name("removed").list(&changes.removed, |w, id| line_id(w, *id, dialect));
        w.name("orderGroups").object(|w| {
            for (old, new) in &changes.renamed {
                w.named_text(old, new);
            }
        });
    })
}

fn countable_header(w: &mut Writer, cart: &CartHeader, dialect: Dialect) {
    header(w, cart, dialect, |w| w.raw_property("lineCount", cart.line_count));
}

fn header(w: &mut Writer, cart: &CartHeader, dialect: Dialect, lines: impl FnOnce(&mut Writer)) {
    match dialect {
        Dialect::V2018 => v2018::cart(w, cart, lines),
        Dialect::V2023 => v2023::cart(w, cart, lines),
        Dialect::Wire => wire::cart(w, cart, lines),
    }
}

fn line_id(w: &mut Writer, id: LineId, dialect: Dialect) {
    match dialect {
        Dialect::V2018 | Dialect::V2023 => w.plain(id),
        Dialect::Wire => w.raw(id),
    }
}

/// Writes lines as items of the list that is open.
fn roots(w: &mut Writer, lines: &[Line], groups: &Groups<'_>, dialect: Dialect) {
    let mut rest = lines.iter().peekable();
    while let Some(root) = rest.next() {
        line(w, root, &mut rest, groups, dialect);
    }
}

fn line(w: &mut Writer, line: &Line, rest: &mut Lines<'_>, groups: &Groups<'_>, dialect: Dialect) {
    w.object(|w| match dialect {
        Dialect::V2018 => {
            v2018::line(w, line, groups);
            // The dialect has no add-ons: they are passed over.
            while rest.next_if(|next| next.parent.is_some()).is_some() {}
        }
        Dialect::V2023 => v2023::line(w, line, groups, |w| addons(w, line, rest, groups, dialect)),
        Dialect::Wire => wire::line(w, line, groups, |w| addons(w, line, rest, groups, dialect)),
    });
}

/// Writes the add-ons that follow a line, if any. Lines nest as deep as documents do.
fn addons(
    w: &mut Writer,
    parent: &Line,
    rest: &mut Lines<'_>,
    groups: &Groups<'_>,
    dialect: Dialect,
) {
    let is_addon = |next: &&Line| next.parent == Some(parent.id);
    if !rest.peek().is_some_and(is_addon) {
        return;
    }
    w.name("addonItems").array(|w| {
        while let Some(addon) = rest.next_if(is_addon) {
            line(w, addon, rest, groups, dialect);
        }
    });
}

#[cfg(test)]
mod tests;
