//! What the lines before a line have used up, and what the cart buys in all.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};

use crate::catalog::facts::Redeemed;
use crate::catalog::item_id::ItemKey;

/// What lines buy of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Bought {
    pub seats: i64,
    pub lines: i64,
}

/// What the error-free lines before a line have used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen<'a> {
    items: HashMap<&'a ItemKey, Bought>,
    promotions: BTreeMap<String, Redeemed>,
    /// Subscriptions that they would make.
    pub subscriptions: i64,
}

impl<'a> Seen<'a> {
    /// Nothing yet, with room for so many items.
    pub(crate) fn with_capacity(items: usize) -> Self {
        Self { items: HashMap::with_capacity(items), ..Self::default() }
    }

    /// What earlier lines buy of an item.
    pub(crate) fn of(&self, key: &ItemKey) -> Bought {
        self.items.get(key).copied().unwrap_or_default()
    }

    /// The items bought.
    pub(crate) fn items(&self) -> impl Iterator<Item = &'a ItemKey> {
        self.items.keys().copied()
    }

    /// What earlier lines got under a promotion.
    pub(crate) fn under_promotion(&self, key: &str) -> Redeemed {
        self.promotions.get(key).copied().unwrap_or_default()
    }

    /// Counts an error-free line.
    pub(crate) fn add(&mut self, key: &'a ItemKey, seats: i64, makes_subscription: bool) {
        let bought = self.items.entry(key).or_default();
        bought.seats = bought.seats.saturating_add(seats);
        bought.lines += 1;
        self.subscriptions += i64::from(makes_subscription);
    }

    /// Counts a line under its promotion.
    pub(crate) fn redeem(&mut self, key: String, seats: i64) {
        let redeemed = self.promotions.entry(key).or_default();
        redeemed.seats = redeemed.seats.saturating_add(seats);
        redeemed.count += 1;
    }
}
