//! Line operations: settled on the touched lines alone, where they concern no other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::cart_cache::{Footing, Known, Left, Patch};
use super::carts::{CartChange, difference, touch};
use super::lines::Edit;
use super::unit::{Settled, View};
use crate::cart::change::{line_changes, next_position};
use crate::cart::model::{Cart, CartHeader, GroupSlot, Line, LineId, Standing};
use crate::cart::order_group::name_groups;
use crate::cart::partial::{Finding, Part, arrange_groups, family_at, is_settled, next_turn};
use crate::cart::tally::{Tallies, TallyChange, bases_needed, items_asked, tallies_of, tally_of};
use crate::catalog::facts::Facts;
use crate::catalog::item_id::ItemKey;
use crate::document::options::Options;
use crate::document::write_line_changes;
use crate::error::Result;
use crate::store::Change;

mod source;

use source::Source;

/// Which carts get a standing when their lines are changed one by one, and which part of one is
/// small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thresholds {
    /// Carts of more lines that are in memory get it there, which costs no writing.
    in_memory_beyond: usize,
    /// Carts of more lines that had to be read, or are too large for memory, get it in the store:
    /// there it outlasts this process, and counts for others.
    in_store_beyond: usize,
    /// Looking for the lines that an operation may concern ends at this part of the cart: beyond,
    /// it is faster to look at all of them.
    part_max: i64,
}

impl Default for Thresholds {
    /// Up to there a cart is evaluated as a whole about as fast as a standing is kept.
    fn default() -> Self {
        Self { in_memory_beyond: 10, in_store_beyond: 200, part_max: 4 }
    }
}

/// Stands for the partner's options and the rules of this version of the engine.
pub(super) fn rules_of(options: &Options) -> Uuid {
    let text = format!("{} {:?}", env!("CARGO_PKG_VERSION"), options.partner);
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes())
}

/// Gives a cart that was evaluated as a whole its standing. `keeps_inputs` tells whether that has
/// left what its lines ask for as it was.
pub(super) fn stand(change: &mut CartChange<'_>, facts: &Facts, keeps_inputs: bool) -> Result<()> {
    let (view, cart) = (change.view, &mut change.cart);
    let Some(place) = place_of_standing(view, cart.lines.len(), change.was_in_memory) else {
        return Ok(());
    };
    let is_settled = || keeps_inputs || is_settled(cart, facts, view.now);
    if !cart.header.can_stand(facts) || !is_settled() {
        return Ok(());
    }
    let stamps = view.stamps()?;
    let standing = Standing {
        catalog: stamps.catalog,
        customer: stamps.customer,
        stock: (!facts.stock.is_empty()).then_some(stamps.stock),
        rules: view.shared.rules,
        until: next_turn(&cart.lines, facts, view.now),
        next_position: next_position(&cart.lines),
    };
    let tallies = tallies_of(&cart.lines, facts);
    match place {
        Place::Memory => change.footing = Some(Footing { standing, tallies }),
        Place::Store => {
            cart.header.standing = Some(standing);
            change.tallies = Some(tallies);
        }
    }
    Ok(())
}

/// Where a standing is kept.
enum Place {
    Memory,
    Store,
}

fn place_of_standing(view: &View<'_>, lines: usize, was_in_memory: bool) -> Option<Place> {
    let Thresholds { in_memory_beyond, in_store_beyond, .. } = view.shared.thresholds;
    let fits = was_in_memory && view.shared.carts.has_room_for(lines);
    if fits && lines > in_memory_beyond {
        Some(Place::Memory)
    } else {
        (lines > in_store_beyond).then_some(Place::Store)
    }
}

/// The standing of a cart, when nothing that it rests on has changed.
fn standing(view: &View<'_>, known: &Known) -> Result<Option<Standing>> {
    let header = &known.cart.header;
    let in_memory = known.footing.as_ref().map(|footing| footing.standing);
    let Some(standing) = in_memory.or(header.standing) else { return Ok(None) };
    let stamps = view.stamps()?;
    let options = &view.shared.options;
    let holds = standing.catalog == stamps.catalog
        && standing.customer == stamps.customer
        && standing.stock.is_none_or(|stock| stock == stamps.stock)
        && standing.rules == view.shared.rules
        && (header.modified..standing.until).contains(&view.now)
        // Whether any line has participants is not known.
        && (!options.is_partner_attestation_required || header.attestation_accepted == Some(true));
    Ok(holds.then_some(standing))
}

/// Settles an edit on the touched lines, and on those that it may concern; `None` when it takes the
/// whole cart.
pub(super) fn change_part(
    view: &View<'_>,
    known: &Known,
    user: &str,
    edit: &Edit,
) -> Result<Option<Settled>> {
    let Some(standing) = standing(view, known)? else { return Ok(None) };
    let (header, source) = (&known.cart.header, Source::new(view, known));
    let line = edit.line()?;
    let mut items = BTreeSet::new();
    loop {
        let before = Cart { header: header.clone(), lines: source.part(line, &items)? };
        let mut cart = before.clone();
        touch(&mut cart.header, view, user);
        let limits = &view.shared.options.limits;
        let Some(named) = edit.apply_to_part(&mut cart, standing.next_position, limits)? else {
            return Ok(None);
        };
        cart.header.line_count += count(&cart.lines) - count(&before.lines);
        let most = i64::try_from(limits.line_items_per_cart).unwrap_or(i64::MAX);
        if !(1..=most).contains(&cart.header.line_count) {
            return Ok(None);
        }
        let facts = facts_of_part(view, &before.lines, &cart.lines)?;
        let keys = items_asked(&before.lines, &cart.lines, &facts);
        let tallies = source.tallies(&keys)?;
        let part = Part {
            before: &before.lines,
            cart: &mut cart,
            tallies: &tallies,
            facts: &facts,
            now: view.now,
        };
        let changed = match part.evaluate() {
            Finding::Apart(changed) => changed,
            Finding::Wanting(wanted) if is_part(view, &wanted, &items, &tallies, header) => {
                items.extend(wanted);
                continue;
            }
            Finding::Wanting(_) | Finding::Whole => return Ok(None),
        };
        order_groups(&source, line, &before, &mut cart)?;
        let standing = renewed(standing, view, &cart.lines, &facts)?;
        let told = line_changes(&before, &cart, &named);
        let answer = write_line_changes(&told, view.shared.options.dialect);
        let (change, left) = match source {
            Source::Store { .. } => left_in_store(&before, cart, standing, changed),
            Source::Memory { .. } => left_in_memory(before, cart, standing, changed),
        };
        return Ok(Some(Settled { changes: vec![change], answer, cart: Some(left) }));
    }
}

/// What the rules may ask about lines as they were and as they are to be, and about the bases that
/// they need.
fn facts_of_part(view: &View<'_>, before: &[Line], after: &[Line]) -> Result<Facts> {
    let all: Vec<Line> = before.iter().chain(after).cloned().collect();
    let facts = view.facts(&all)?;
    let bases = bases_needed(after, &facts);
    if bases.is_empty() { Ok(facts) } else { view.facts_and(&all, &bases) }
}

/// Whether lines of further items are few enough to be worth finding one by one.
fn is_part(
    view: &View<'_>,
    wanted: &BTreeSet<ItemKey>,
    known: &BTreeSet<ItemKey>,
    tallies: &Tallies,
    header: &CartHeader,
) -> bool {
    let lines: i64 = wanted.union(known).map(|key| tally_of(tallies, key).lines).sum();
    !wanted.is_subset(known) && lines <= header.line_count / view.shared.thresholds.part_max
}

/// What the cart stands on after a part of it was evaluated.
fn renewed(standing: Standing, view: &View<'_>, lines: &[Line], facts: &Facts) -> Result<Standing> {
    let stock = view.stamps()?.stock;
    let stock = (!facts.stock.is_empty()).then_some(stock);
    Ok(Standing {
        stock: standing.stock.or(stock),
        until: standing.until.min(next_turn(lines, facts, view.now)),
        next_position: standing.next_position.max(next_position(lines)),
        ..standing
    })
}

fn left_in_store(
    before: &Cart,
    mut cart: Cart,
    standing: Standing,
    tallies: Tallies,
) -> (Change, Left) {
    cart.header.standing = Some(standing);
    let cart = Arc::new(cart);
    let change = difference(before, Arc::clone(&cart), TallyChange::Some(tallies));
    (change, Left::Cart(Known::part(cart)))
}

fn left_in_memory(
    before: Cart,
    cart: Cart,
    standing: Standing,
    tallies: Tallies,
) -> (Change, Left) {
    let cart = Arc::new(cart);
    let change = difference(&before, Arc::clone(&cart), TallyChange::Keep);
    (change, Left::Patch(Patch { before: before.lines, cart, standing, tallies }))
}

fn count(lines: &[Line]) -> i64 {
    i64::try_from(lines.len()).unwrap_or(i64::MAX)
}

/// Puts the groups in the order of their first lines, as far as the touched root lines have moved
/// between groups.
fn order_groups(
    source: &Source<'_>,
    line: Option<LineId>,
    before: &Cart,
    cart: &mut Cart,
) -> Result<()> {
    let (old, new) = (places_of_roots(&before.lines), places_of_roots(&cart.lines));
    if old == new {
        return Ok(());
    }
    let Some(root) = line.and_then(|line| root_of(&before.lines, line)) else {
        // Added lines stand behind all others, and so do their groups.
        name_groups(&mut cart.header.groups);
        return Ok(());
    };
    let slots = cart.header.groups.iter().map(|group| group.slot).collect();
    let mut first = source.first_positions(&slots, root)?;
    for (position, slot) in new {
        let Some(slot) = slot else { continue };
        let place = first.entry(slot).or_insert(position);
        *place = position.min(*place);
    }
    arrange_groups(&mut cart.header.groups, &first);
    Ok(())
}

/// The root line that a line is or hangs on.
fn root_of(lines: &[Line], id: LineId) -> Option<LineId> {
    let at = lines.iter().position(|line| line.id == id)?;
    lines.get(family_at(lines, at).start).map(|root| root.id)
}

/// The root lines by position, each with its group.
fn places_of_roots(lines: &[Line]) -> BTreeMap<i64, Option<GroupSlot>> {
    let roots = lines.iter().filter(|line| line.parent.is_none());
    roots.map(|line| (line.position, line.group)).collect()
}

#[cfg(test)]
mod tests;
