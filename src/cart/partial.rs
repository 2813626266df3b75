//! Line operations on a part of a cart: the root lines that are touched, with their add-ons. When
//! nothing of what changes can reach another line, the rest of the cart stays as it is, and need
//! not be looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::cart::model::{Cart, CartHeader, Group, GroupSlot, Line, value_of};
use crate::cart::order_group::name_groups;
use crate::cart::seen::Seen;
use crate::cart::settle::{self, evaluate_beside};
use crate::cart::tally::{Tallies, bases_needed, is_weighed, rivals, tallies_of, tally_of};
use crate::catalog::facts::Facts;
use crate::catalog::item_id::ItemKey;
use crate::clock::Timestamp;

/// The part of a cart that an operation touches.
#[derive(Debug)]
pub struct Part<'a> {
    /// The touched lines as they were.
    pub before: &'a [Line],
    /// The touched lines as they are to be, under the header of the whole cart.
    pub cart: &'a mut Cart,
    /// What all lines of the cart added up to, for the items that
    /// [`items_asked`](crate::cart::tally::items_asked) names.
    pub tallies: &'a Tallies,
    /// What the rules may ask about the touched lines, as they were and as they are to be.
    pub facts: &'a Facts,
    /// When.
    pub now: Timestamp,
}

/// What comes of evaluating a part.
#[derive(Debug)]
pub enum Finding {
    /// No other line is concerned. What the items of the cart add up to where that differs.
    Apart(Tallies),
    /// Lines of these items may be concerned and are to be added to the part.
    Wanting(BTreeSet<ItemKey>),
    /// Any line may be concerned.
    Whole,
}

impl Part<'_> {
    /// Evaluates the touched lines. Unless no other line is concerned, nothing is to be kept of the
    /// part.
    #[must_use]
    pub fn evaluate(self) -> Finding {
        let old = tallies_of(self.before, self.facts);
        let asked = tallies_of(&self.cart.lines, self.facts);
        let needed = bases_needed(&self.cart.lines, self.facts);
        let (others, mut wanted) = self.bases(&needed, &old);
        if !wanted.is_empty() {
            return Finding::Wanting(wanted);
        }
        let known = self.cart.header.groups.clone();
        let keeps_inputs = evaluate_beside(self.cart, &others, self.facts, self.now);
        let groups = merged(known, &self.cart.header.groups);
        self.cart.header.groups = groups;
        let new = tallies_of(&self.cart.lines, self.facts);
        let is_asked = |key| old.contains_key(key) || asked.contains_key(key);
        let is_settled = keeps_inputs || self.is_settled(&others);
        if !is_settled || !new.keys().all(is_asked) {
            return Finding::Whole;
        }
        let mut after = self.tallies.clone();
        for key in old.keys().chain(new.keys()) {
            let rest = tally_of(self.tallies, key) - tally_of(&old, key);
            after.insert(key.clone(), rest + tally_of(&new, key));
        }
        let bought = [&old, &asked, &new].into_iter().flatten();
        let bought: BTreeSet<&ItemKey> =
            bought.filter(|(_, tally)| tally.lines > 0).map(|(key, _)| key).collect();
        if !bought.iter().all(|key| self.are_dependants_safe(key, &old, &after)) {
            return Finding::Whole;
        }
        for key in bought.into_iter().chain(others.items()) {
            let rivals = [self.tallies, &after].map(|tallies| rivals(key, tallies, self.facts));
            wanted.extend(rivals.into_iter().flatten().filter(|key| !self.has_all_of(key, &old)));
        }
        after.retain(|key, tally| tally_of(self.tallies, key) != *tally);
        if wanted.is_empty() { Finding::Apart(after) } else { Finding::Wanting(wanted) }
    }

    /// Whether all lines of an item are in the part.
    fn has_all_of(&self, key: &ItemKey, old: &Tallies) -> bool {
        tally_of(old, key).lines == tally_of(self.tallies, key).lines
    }

    /// The items of which lines outside of the part are good for certain, among the bases that its
    /// lines need; and the bases of which that is uncertain.
    fn bases<'b>(
        &self,
        needed: &'b BTreeSet<ItemKey>,
        old: &Tallies,
    ) -> (Seen<'b>, BTreeSet<ItemKey>) {
        let (mut sure, mut uncertain) = (Seen::default(), BTreeSet::new());
        for base in needed {
            let outside = tally_of(self.tallies, base) - tally_of(old, base);
            if outside.lines == 0 {
                continue;
            }
            if outside.sure > 0 && rivals(base, self.tallies, self.facts).is_empty() {
                sure.add(base, 0, false);
            } else {
                uncertain.insert(base.clone());
            }
        }
        (sure, uncertain)
    }

    /// Whether lines that need a line of this item as a base have it, before and after, or are all
    /// in the part; and no line depends on how many seats of it there are.
    fn are_dependants_safe(&self, key: &ItemKey, old: &Tallies, after: &Tallies) -> bool {
        let are_all_here = tally_of(old, key).leaning == tally_of(self.tallies, key).leaning;
        let is_sure = |tallies| {
            tally_of(tallies, key).sure > 0 && rivals(key, tallies, self.facts).is_empty()
        };
        let both = [self.tallies, after];
        !is_weighed(key, self.facts)
            && both.iter().all(|tallies| tally_of(tallies, key).weighing == 0)
            && (are_all_here || both.into_iter().all(is_sure))
    }

    /// Whether another evaluation would change nothing.
    fn is_settled(&self, others: &Seen<'_>) -> bool {
        let mut again = self.cart.clone();
        evaluate_beside(&mut again, others, self.facts, self.now);
        again.lines == self.cart.lines
    }
}

/// The groups of the cart, those that are new at the end.
fn merged(mut known: Vec<Group>, of_part: &[Group]) -> Vec<Group> {
    let slots: BTreeSet<GroupSlot> = known.iter().map(|group| group.slot).collect();
    known.extend(of_part.iter().filter(|group| !slots.contains(&group.slot)).cloned());
    known
}

/// The root lines, each with its add-ons.
pub fn families(lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    lines.chunk_by(|_, next| next.parent.is_some())
}

/// Where the family of the line at an index stands.
#[must_use]
pub fn family_at(lines: &[Line], index: usize) -> Range<usize> {
    let upwards = lines.iter().take(index + 1).rev();
    let start = index - upwards.take_while(|line| line.parent.is_some()).count();
    let family = lines.get(start..).and_then(|rest| families(rest).next()).unwrap_or_default();
    start..start + family.len()
}

/// Puts families in the place of those that were taken from lines in cart order.
pub fn replace_families(lines: &mut Vec<Line>, before: &[Line], after: &[Line]) {
    let position_of = |family: &'_ [Line]| family.first().map(|root| root.position);
    let gone = families(before).map(|family| (position_of(family), [].as_slice()));
    let mut places: BTreeMap<Option<i64>, &[Line]> = gone.collect();
    places.extend(families(after).map(|family| (position_of(family), family)));
    for (position, family) in places {
        let start = place_of(lines, position);
        let there = family_at(lines, start);
        let is_old = lines.get(start).is_some_and(|root| Some(root.position) == position);
        let old = if is_old { there } else { start..start };
        lines.splice(old, family.iter().cloned());
    }
}

/// Where the family of a position stands in lines in cart order, or would stand.
fn place_of(lines: &[Line], position: Option<i64>) -> usize {
    let (mut start, mut end) = (0, lines.len());
    while start < end {
        let family = family_at(lines, start.midpoint(end));
        let root = lines.get(family.start).map(|root| root.position);
        if root < position { start = family.end } else { end = family.start }
    }
    start
}

/// Puts groups in the order of their first lines and names them. Groups without a first line are
/// gone.
pub fn arrange_groups(groups: &mut Vec<Group>, first_positions: &BTreeMap<GroupSlot, i64>) {
    groups.retain(|group| first_positions.contains_key(&group.slot));
    groups.sort_by_key(|group| first_positions.get(&group.slot).copied());
    name_groups(groups);
}

/// Whether evaluating the whole cart again would change nothing, so that its lines can be left
/// alone.
#[must_use]
pub fn is_settled(cart: &Cart, facts: &Facts, now: Timestamp) -> bool {
    let mut again = cart.clone();
    settle::evaluate(&mut again, facts, now);
    again == *cart
}

/// The first moment after now at which time alone may change the outcome of a line: a price or a
/// promotion begins or ends, or a day passes that a custom end is counted from.
#[must_use]
pub fn next_turn(lines: &[Line], facts: &Facts, now: Timestamp) -> Timestamp {
    let after = |end: Timestamp| Timestamp::from_ticks(end.ticks().saturating_add(1));
    let prices = facts.items.values().flat_map(|item| &item.prices);
    let promotions = facts.items.values().flat_map(|item| &item.promotions);
    let spans = prices
        .map(|price| (price.start, price.end))
        .chain(promotions.map(|promotion| (promotion.start, promotion.end)));
    let turns = spans.flat_map(|(start, end)| [start, after(end)]);
    let has_custom_end =
        lines.iter().any(|line| value_of(line.input.custom_term_end.as_ref()).is_some());
    let tomorrow = now.date().succ_opt().filter(|_| has_custom_end).map(Timestamp::at_start_of);
    turns.chain(tomorrow).filter(|turn| *turn > now).min().unwrap_or(Timestamp::LAST)
}

impl CartHeader {
    /// What the cart stands on, when lines can be evaluated apart from others at all: while no part
    /// of the cart is ordered and the partner's customers may have any number of subscriptions.
    #[must_use]
    pub fn can_stand(&self, facts: &Facts) -> bool {
        self.groups.iter().all(|group| group.order.is_none())
            && !self.errors_left_by_checkout
            && !facts.partner.is_sandbox
    }
}

#[cfg(test)]
mod tests;
