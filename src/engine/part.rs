//! Line operations on large carts: settled on the touched lines alone, where they concern no other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::cart_cache::Known;
use super::carts::{CartChange, difference, touch};
use super::lines::Edit;
use super::unit::{Settled, View};
use crate::cart::change::{line_changes, next_position};
use crate::cart::model::{Cart, CartHeader, GroupSlot, Line, LineId, Standing};
use crate::cart::order_group::name_groups;
use crate::cart::partial::{Finding, Part, arrange_groups, is_settled, next_turn};
use crate::cart::tally::{Tallies, TallyChange, bases_needed, items_asked, tallies_of, tally_of};
use crate::catalog::facts::Facts;
use crate::catalog::item_id::ItemKey;
use crate::document::options::Options;
use crate::document::write_line_changes;
use crate::error::Result;

/// Which carts are large, and which part of one is small.
#[derive(Debug, Clone, Copy)]
pub(super) struct LargeCarts {
    /// Carts of more lines get a standing when their lines are changed one by one.
    beyond_lines: usize,
    /// Looking for the lines that an operation may concern ends at this part of the cart: beyond,
    /// it is faster to look at all of them.
    part_max: i64,
}

impl Default for LargeCarts {
    /// Up to some hundred lines a cart is evaluated as a whole about as fast as a standing is kept.
    fn default() -> Self {
        Self { beyond_lines: 200, part_max: 4 }
    }
}

/// Stands for the partner's options and the rules of this version of the engine.
pub(super) fn rules_of(options: &Options) -> Uuid {
    let text = format!("{} {:?}", env!("CARGO_PKG_VERSION"), options.partner);
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes())
}

/// Gives a large cart that was evaluated as a whole its standing.
pub(super) fn stand(change: &mut CartChange<'_>, facts: &Facts) -> Result<()> {
    let (view, cart) = (change.view, &mut change.cart);
    let is_large = cart.lines.len() > view.shared.large_carts.beyond_lines;
    if !is_large || !cart.header.can_stand(facts) || !is_settled(cart, facts, view.now) {
        return Ok(());
    }
    let stamps = view.stamps()?;
    cart.header.standing = Some(Standing {
        catalog: stamps.catalog,
        customer: stamps.customer,
        stock: (!facts.stock.is_empty()).then_some(stamps.stock),
        rules: view.shared.rules,
        until: next_turn(&cart.lines, facts, view.now),
        next_position: next_position(&cart.lines),
    });
    change.tallies = Some(tallies_of(&cart.lines, facts));
    Ok(())
}

/// The standing of a cart, when nothing that it rests on has changed.
fn standing(view: &View<'_>, header: &CartHeader) -> Result<Option<Standing>> {
    let Some(standing) = header.standing else { return Ok(None) };
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
    header: &CartHeader,
    user: &str,
    edit: &Edit,
) -> Result<Option<Settled>> {
    let Some(standing) = standing(view, header)? else { return Ok(None) };
    let line = edit.line()?;
    let mut items = BTreeSet::new();
    loop {
        let is_any_named = line.is_some() || !items.is_empty();
        let lines =
            if is_any_named { view.store.cart_part(header.id, line, &items)? } else { Vec::new() };
        let before = Cart { header: header.clone(), lines };
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
        let tallies = view.store.cart_tallies(header.id, &keys)?;
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
        order_groups(view, line, &before, &mut cart)?;
        cart.header.standing = Some(renewed(standing, view, &cart.lines, &facts)?);
        return Ok(Some(settled(view, &before, cart, &named, changed)));
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
    !wanted.is_subset(known) && lines <= header.line_count / view.shared.large_carts.part_max
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

fn settled(
    view: &View<'_>,
    before: &Cart,
    cart: Cart,
    named: &[LineId],
    tallies: Tallies,
) -> Settled {
    let told = line_changes(before, &cart, named);
    let answer = write_line_changes(&told, view.shared.options.dialect);
    let cart = Arc::new(cart);
    let change = difference(before, Arc::clone(&cart), TallyChange::Some(tallies));
    Settled { changes: vec![change], answer, cart: Some(Known::part(cart)) }
}

fn count(lines: &[Line]) -> i64 {
    i64::try_from(lines.len()).unwrap_or(i64::MAX)
}

/// Puts the groups in the order of their first lines, as far as the touched root lines have moved
/// between groups.
fn order_groups(
    view: &View<'_>,
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
    let mut first = view.store.first_positions(cart.header.id, &slots, root)?;
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
    let before = lines.iter().position(|line| line.id == id)?;
    let mut upwards = lines.iter().take(before + 1).rev();
    upwards.find(|line| line.parent.is_none()).map(|root| root.id)
}

/// The root lines by position, each with its group.
fn places_of_roots(lines: &[Line]) -> BTreeMap<i64, Option<GroupSlot>> {
    let roots = lines.iter().filter(|line| line.parent.is_none());
    roots.map(|line| (line.position, line.group)).collect()
}

#[cfg(test)]
mod tests;
