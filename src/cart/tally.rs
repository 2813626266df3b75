//! What the lines of a cart add up to, item by item, and whether lines of an item can get in each
//! other's way at all. Sums are upper bounds: lines in error count, too.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Add, Sub};

use crate::cart::evaluate::resolve;
use crate::cart::model::{CartHeader, Line};
use crate::cart::resolve::Resolved;
use crate::cart::rules::QUANTITY_MAX;
use crate::catalog::facts::{Facts, Redeemed};
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{ItemFacts, OwnershipLimit, Promotion};

/// What the lines of a cart add up to for one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Lines of the item, good or bad.
    pub lines: i64,
    /// Their seats.
    pub seats: i64,
    /// Its lines that are good whatever becomes of others, as long as the item's lines do not get
    /// in each other's way: good ones that have no add-ons and need no base.
    pub sure: i64,
    /// Lines that need some line of the item, or of another of their bases.
    pub leaning: i64,
    /// Lines that depend on how many seats of the item the cart buys.
    pub weighing: i64,
}

/// Tallies by item. What is not there is zero.
pub type Tallies = BTreeMap<ItemKey, Tally>;

/// What becomes of the tallies that are kept of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TallyChange {
    /// They stay: most carts have none.
    Keep,
    /// Some are replaced; zeros are forgotten.
    Some(Tallies),
    /// All are replaced.
    All(Tallies),
}

impl TallyChange {
    /// What becomes of the tallies of a cart that is changed as a whole: they are there while it
    /// has a standing.
    #[must_use]
    pub fn of_whole(before: &CartHeader, tallies: Option<Tallies>) -> Self {
        match tallies {
            Some(all) => Self::All(all),
            None if before.standing.is_some() => Self::All(Tallies::new()),
            None => Self::Keep,
        }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            lines: self.lines + other.lines,
            seats: self.seats + other.seats,
            sure: self.sure + other.sure,
            leaning: self.leaning + other.leaning,
            weighing: self.weighing + other.weighing,
        }
    }
}

impl Sub for Tally {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            lines: self.lines - other.lines,
            seats: self.seats - other.seats,
            sure: self.sure - other.sure,
            leaning: self.leaning - other.leaning,
            weighing: self.weighing - other.weighing,
        }
    }
}

/// The tallies of evaluated lines, given in cart order.
#[must_use]
pub fn tallies_of(lines: &[Line], facts: &Facts) -> Tallies {
    let lines: Vec<&Line> = lines.iter().collect();
    let resolved = resolve(&lines, facts);
    let mut tallies = Tallies::new();
    for line in &resolved {
        add_line(&mut tallies, line, &resolved, facts);
    }
    tallies
}

fn add_line(tallies: &mut Tallies, line: &Resolved<'_>, lines: &[Resolved<'_>], facts: &Facts) {
    if let (Some(key), Some(quantity)) = (line.key.as_deref(), line.quantity) {
        let tally = tallies.entry(key.clone()).or_default();
        tally.lines += 1;
        // Any other quantity is an error before other lines are looked at.
        tally.seats += if (1..=QUANTITY_MAX).contains(&quantity) { quantity } else { 0 };
        let is_good = line.line.error.is_none();
        tally.sure += i64::from(is_good && !line.has_addons && line.bases().is_empty());
    }
    let weighs = line.key.as_deref().is_some_and(|key| is_weighed(key, facts));
    if weighs || is_leaning(line, lines, facts) {
        for base in line.bases() {
            let tally = tallies.entry(base.clone()).or_default();
            *(if weighs { &mut tally.weighing } else { &mut tally.leaning }) += 1;
        }
    }
}

/// Whether the line needs a base among the other lines: the customer owns none, and its root line
/// is none.
fn is_leaning(line: &Resolved<'_>, lines: &[Resolved<'_>], facts: &Facts) -> bool {
    let root =
        line.parent.and_then(|parent| lines.get(parent)).and_then(|root| root.key.as_deref());
    let has_base = |base: &ItemKey| facts.owned(base).active > 0 || root == Some(base);
    !line.bases().is_empty() && !line.bases().iter().any(has_base)
}

/// The bases of lines that need one among the other lines.
#[must_use]
pub fn bases_needed(lines: &[Line], facts: &Facts) -> BTreeSet<ItemKey> {
    let lines: Vec<&Line> = lines.iter().collect();
    let resolved = resolve(&lines, facts);
    let leaning = resolved.iter().filter(|line| is_leaning(line, &resolved, facts));
    leaning.flat_map(Resolved::bases).cloned().collect()
}

/// The items whose tallies decide whether lines, as they were and as they are to be, can get in
/// the way of others.
#[must_use]
pub fn items_asked(before: &[Line], after: &[Line], facts: &Facts) -> BTreeSet<ItemKey> {
    let tallies = [before, after].map(|lines| tallies_of(lines, facts));
    let mut keys = pooled_items(facts);
    keys.extend(tallies.into_iter().flat_map(Tallies::into_keys));
    keys
}

/// The items whose lines share the pool of a promotion with others.
fn pooled_items(facts: &Facts) -> BTreeSet<ItemKey> {
    let items = facts.items.values().flat_map(|item| &item.promotions).filter(|one| is_pooled(one));
    items.flat_map(|promotion| &promotion.products).map(|product| product.item.clone()).collect()
}

fn is_pooled(promotion: &Promotion) -> bool {
    promotion.redemptions_max.is_some() || promotion.seats.iter().any(|limit| limit.most.is_some())
}

/// The items whose lines may get in the way of the lines of an item: none while all of them
/// together stay within every limit.
#[must_use]
pub fn rivals(key: &ItemKey, tallies: &Tallies, facts: &Facts) -> BTreeSet<ItemKey> {
    let mut rivals = BTreeSet::new();
    let Some(item) = facts.items.get(key) else { return rivals };
    let tally = tally_of(tallies, key);
    let has_room = has_room_for_seats(key, item, tally, facts)
        && is_below_ownership_limits(key, item, tally, facts)
        && facts.stock.get(key).is_none_or(|stock| tally.seats <= *stock);
    if !has_room {
        rivals.insert(key.clone());
    }
    for promotion in &item.promotions {
        if !has_room_in_pool(promotion, tallies, facts) {
            rivals.extend(promotion.products.iter().map(|product| product.item.clone()));
        }
    }
    rivals
}

/// Whether a rule compares the seats of the item's lines with those of its bases. More seats of the
/// one or the other may be better or worse, so that no sum is on the safe side.
#[must_use]
pub fn is_weighed(key: &ItemKey, facts: &Facts) -> bool {
    let sku = facts.items.get(key).and_then(|item| item.sku.as_ref());
    sku.is_some_and(|sku| {
        sku.is_addon && (sku.minimum_base_seats.is_some() || sku.minimum_addon_percent.is_some())
    })
}

fn has_room_for_seats(key: &ItemKey, item: &ItemFacts, tally: Tally, facts: &Facts) -> bool {
    let Some(sku) = &item.sku else { return true };
    let owned = facts.owned(key).seats;
    sku.maximum_quantity.is_none_or(|most| owned.saturating_add(tally.seats) <= most)
}

fn is_below_ownership_limits(key: &ItemKey, item: &ItemFacts, tally: Tally, facts: &Facts) -> bool {
    let owned = facts.owned(key);
    item.offers.iter().all(|offer| {
        let used = match offer.limit_kind {
            None => return true,
            Some(OwnershipLimit::Lifetime) => owned.ever,
            Some(OwnershipLimit::Concurrent) => owned.concurrent,
        };
        offer.limit.is_none_or(|limit| used.saturating_add(tally.lines) <= limit)
    })
}

/// Whether all lines of all items under a promotion could have it.
fn has_room_in_pool(promotion: &Promotion, tallies: &Tallies, facts: &Facts) -> bool {
    if !is_pooled(promotion) {
        return true;
    }
    let items: BTreeSet<&ItemKey> =
        promotion.products.iter().map(|product| &product.item).collect();
    let sum = items.into_iter().fold(Tally::default(), |sum, key| sum + tally_of(tallies, key));
    let Redeemed { count, seats } =
        facts.redeemed.get(&Promotion::key_of(&promotion.id)).copied().unwrap_or_default();
    promotion.redemptions_max.is_none_or(|most| count.saturating_add(sum.lines) <= most)
        && promotion
            .seats
            .iter()
            .all(|limit| limit.most.is_none_or(|most| seats.saturating_add(sum.seats) <= most))
}

/// The tally of an item.
#[must_use]
pub fn tally_of(tallies: &Tallies, key: &ItemKey) -> Tally {
    tallies.get(key).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
