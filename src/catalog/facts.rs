//! What rules may ask: a snapshot of catalog, customer, ownership and stock, complete before
//! evaluation starts.

use std::collections::BTreeMap;

use super::item_id::ItemKey;
use super::model::{Items, Promotion, Subscription};
use crate::clock::Timestamp;

/// How the partner sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartnerModel {
    /// To customers of his own.
    Direct,
    /// Through resellers.
    IndirectProvider,
}

/// How extended prices are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Half-up, truncated when a cycle was prorated.
    HalfUp,
    /// Always truncated.
    Truncate,
}

/// Who sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// How the partner sells.
    pub model: PartnerModel,
    /// His country, in upper case.
    pub country: String,
    /// His currency, in upper case.
    pub currency: String,
    /// Whether he only tries things out, with small limits.
    pub is_sandbox: bool,
    /// The partner ids of his resellers.
    pub resellers: Vec<String>,
    /// How extended prices are rounded.
    pub rounding: Rounding,
}

/// Who buys, with the partner's values where his own are unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// His country, in upper case; also the market of his prices.
    pub country: String,
    /// His currency, in upper case.
    pub currency: String,
    /// His segment, in lower case.
    pub segment: String,
}

/// What a customer has of one SKU or offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owned {
    /// Seats of active and suspended subscriptions.
    pub seats: i64,
    /// Subscriptions active or suspended.
    pub active: i64,
    /// Subscriptions active or cancelled now.
    pub concurrent: i64,
    /// Subscriptions ever bought.
    pub ever: i64,
}

impl Owned {
    /// What one subscription counts for. Its status is in lower case.
    #[must_use]
    pub fn of(status: &str, quantity: i64) -> Self {
        let is_active = matches!(status, "active" | "suspended");
        let is_concurrent = is_active || matches!(status, "deleted" | "cancelled");
        Self {
            seats: if is_active { quantity } else { 0 },
            active: is_active.into(),
            concurrent: is_concurrent.into(),
            ever: 1,
        }
    }
}

/// What a customer has bought under one promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Redeemed {
    /// Subscriptions ever bought under it.
    pub count: i64,
    /// Their seats.
    pub seats: i64,
}

/// A running subscription that a custom term end may align with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alignment {
    /// The last day of its running term.
    pub end: Timestamp,
    /// Whether its term is one month.
    pub is_monthly: bool,
}

/// The snapshot that one evaluation reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Who sells.
    pub partner: Partner,
    /// Who buys.
    pub buyer: Buyer,
    /// The items that lines name.
    pub items: Items,
    /// Whether the buyer's market has any price.
    pub market_has_prices: bool,
    /// What the buyer owns of the items, their bases and what promotions ask for.
    pub owned: BTreeMap<ItemKey, Owned>,
    /// All the buyer's subscriptions, active or suspended.
    pub subscriptions_owned: i64,
    /// The buyer's subscriptions that lines name, by id in lower case.
    pub subscriptions: BTreeMap<String, Subscription>,
    /// What a custom term end may align with.
    pub alignments: Vec<Alignment>,
    /// What is left of the items that have a stock.
    pub stock: BTreeMap<ItemKey, i64>,
    /// The promotions that lines name, by key.
    pub promotions: BTreeMap<String, Promotion>,
    /// What the buyer has redeemed, by promotion key.
    pub redeemed: BTreeMap<String, Redeemed>,
}

impl Facts {
    /// What the buyer owns of an item.
    #[must_use]
    pub fn owned(&self, key: &ItemKey) -> Owned {
        self.owned.get(key).copied().unwrap_or_default()
    }
}
