//! Promotions.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::catalog::item_id::ItemKey;
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// A price reduction for those who fulfil its conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promotion {
    /// The id as the catalog writes it.
    pub id: String,
    /// The name shown to people.
    pub name: Option<String>,
    /// In force from here on.
    pub start: Timestamp,
    /// The last moment in force.
    pub end: Timestamp,
    /// Whether it applies by itself.
    pub is_auto_applicable: bool,
    /// What it reduces, and by how much.
    pub products: Vec<PromotedProduct>,
    /// Least seats of a line, and most seats under the promotion in all.
    pub seats: Vec<SeatConstraint>,
    /// How often one customer may redeem it.
    pub redemptions_max: Option<i64>,
    /// Whether only customers who never bought the SKU have it.
    pub first_purchase_only: bool,
    /// What the customer must own: any of the outer list, all of the inner.
    pub owned_products: Vec<Vec<OwnedProductConstraint>>,
    /// The country it is for, in upper case.
    pub country: Option<String>,
    /// The segment it is for.
    pub segment: Option<String>,
}

impl Promotion {
    /// The first two parts of a promotion's id, by which promotions compare, in upper case.
    #[must_use]
    pub fn key_of(id: &str) -> String {
        let end = id.match_indices(':').nth(1).map_or(id.len(), |(at, _)| at);
        id.get(..end).unwrap_or(id).to_ascii_uppercase()
    }
}

/// A SKU under promotion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PromotedProduct {
    /// The SKU.
    pub item: ItemKey,
    /// The term it must be bought for; any when absent.
    pub term: Option<Duration>,
    /// The billing cycle it must be bought with; any when absent.
    pub billing_cycle: Option<BillingCycle>,
    /// The part of the price taken off: 0.05 is 5 %.
    pub discount: Decimal,
}

/// Seats that a promotion asks for, and gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatConstraint {
    /// The least seats of one line.
    pub least: Option<i64>,
    /// The most seats a customer may have under the promotion.
    pub most: Option<i64>,
}

/// A product that the customer must own, and with how many seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedProductConstraint {
    /// The SKU.
    pub item: ItemKey,
    /// The least seats owned.
    pub least: Option<i64>,
    /// The most seats owned.
    pub most: Option<i64>,
}
