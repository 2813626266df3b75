//! Customers and what they own.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// A customer's subscription: put by the host or made by an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Subscription {
    /// The id as it was given.
    pub id: String,
    /// The catalog item id bought.
    pub offer_id: String,
    /// Licences or instances.
    pub quantity: i64,
    /// `active`, `suspended`, `deleted`, `expired` …, in lower case.
    pub status: SmolStr,
    /// The agreed term.
    pub term_duration: Option<Duration>,
    /// How it is billed.
    pub billing_cycle: Option<BillingCycle>,
    /// Whether it is a trial.
    pub is_trial: bool,
    /// When it was bought.
    pub created: Option<Timestamp>,
    /// The last day of the running term.
    pub commitment_end: Option<Timestamp>,
    /// Whether it can hold Azure reservations, when known.
    pub reservations_enabled: Option<bool>,
    /// Whether it is registered for Azure reservations, when known.
    pub is_registered: Option<bool>,
    /// The subscription that an add-on belongs to.
    pub parent_id: Option<String>,
    /// The order that made it.
    pub order_id: Option<SmolStr>,
    /// The promotion it was bought under.
    pub promotion_id: Option<String>,
    /// What the host called it.
    pub friendly_name: Option<SmolStr>,
    /// The product's type, where the subscription says it.
    pub product_type: Option<SmolStr>,
}

impl Subscription {
    /// The status of what was bought for ever, or as a reservation: it is no subscription, and yet
    /// it was bought, for limits and promotions that count what was ever bought. No document can
    /// bring it.
    pub const PURCHASE: &'static str = "";

    /// Whether its seats count as owned.
    #[must_use]
    pub fn is_owned(&self) -> bool {
        matches!(self.status.as_str(), "active" | "suspended")
    }
}

/// What is known of a customer besides his subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Customer {
    /// The id as it was given.
    pub id: String,
    /// His country, in upper case.
    pub country: Option<String>,
    /// His currency, in upper case.
    pub currency: Option<String>,
    /// `commercial`, `education`, `government`, `nonprofit` …
    pub segment: Option<String>,
}
