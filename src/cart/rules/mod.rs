//! What can be wrong with a line: one rule for each row of the table of line errors (behaviour 4),
//! in its order.
//!
//! The first rule that finds a fault decides. To add one, write a function that looks at a `Case`
//! and put a row into [`RULES`].

mod addon;
mod amount;
mod custom_term;
mod input;
mod item;
mod partner;
mod promotion;
mod subscription;

use crate::cart::model::{AdditionalInformation, LineError};
use crate::cart::resolve::Resolved;
use crate::cart::seen::Seen;
use crate::catalog::facts::Facts;
use crate::catalog::model::Price;
use crate::clock::Timestamp;
use crate::error::shortened;

pub(crate) use input::QUANTITY_MAX;

/// A line and all that a rule may ask about it.
pub(crate) struct Case<'a> {
    pub line: &'a Resolved<'a>,
    /// The line that this one is an add-on of.
    pub root: Option<&'a Resolved<'a>>,
    /// Whether that line is in error.
    pub is_root_bad: bool,
    /// An add-on of this line that is in error.
    pub bad_addon: Option<&'a Resolved<'a>>,
    /// The price row in force for the line.
    pub price: Option<&'a Price>,
    pub facts: &'a Facts,
    /// The error-free lines before this one.
    pub seen: &'a Seen<'a>,
    /// All error-free lines, earlier or later.
    pub cart: &'a Seen<'a>,
    pub now: Timestamp,
}

/// What a rule finds wrong.
pub(crate) struct Fault {
    property: &'static str,
    description: String,
    additional: Option<AdditionalInformation>,
}

impl Fault {
    /// A fault of one property; the description names it, its value and what is allowed.
    pub(crate) fn new(property: &'static str, description: impl Into<String>) -> Self {
        Self { property, description: description.into(), additional: None }
    }

    /// Tells how many could still be bought, and how many the line asks for.
    pub(crate) fn with_numbers(mut self, available: i64, purchased: i64) -> Self {
        self.additional = Some(AdditionalInformation {
            available_quantity: available.max(0),
            purchased_quantity: purchased,
        });
        self
    }
}

/// A row of the table of line errors.
pub struct Rule {
    /// The row.
    pub order: u8,
    /// The number of the error, as the service counts them.
    pub code: i64,
    /// The name of the error.
    pub name: &'static str,
    check: fn(&Case<'_>) -> Option<Fault>,
}

const fn rule(
    order: u8,
    code: i64,
    name: &'static str,
    check: fn(&Case<'_>) -> Option<Fault>,
) -> Rule {
    Rule { order, code, name, check }
}

/// The table of line errors, in the order in which they are looked for.
pub const RULES: [Rule; 23] = [
    rule(1, 10010, "InvalidInput", input::malformed_field),
    rule(2, 10001, "CatalogItemIdIsNotValid", item::unknown_item),
    rule(3, 400_072, "ItemNotAvailable", item::not_sold_here),
    rule(4, 500_600, "LegacyOfferNotEligibleForPurchase", item::offer_withdrawn),
    rule(5, 10000, "CurrencyIsNotSupported", item::unsupported_currency),
    rule(6, 10013, "BillingPlanNotSupported", item::unsupported_plan),
    rule(7, 10010, "InvalidInput", amount::quantity_out_of_range),
    rule(8, 10015, "MaxAllowedSeatsPerSubscriptionExceeded", amount::too_many_seats),
    rule(9, 10002, "QuotaNotAvailable", amount::ownership_limit_reached),
    rule(10, 10009, "SandboxLimitExceeded", amount::sandbox_limit_reached),
    rule(11, 10003, "InventoryNotAvailable", amount::not_in_stock),
    rule(12, 10007, "SubscriptionIsNotValid", subscription::not_active),
    rule(13, 10011, "SubscriptionNotRegistered", subscription::not_registered),
    rule(14, 10008, "SubscriptionIsNotEnabledForRI", subscription::not_enabled_for_reservations),
    rule(15, 400_041, "AddonWithoutBase", addon::without_base),
    rule(16, 10018, "BaseOfferSeatQuantityNotMet", addon::too_few_base_seats),
    rule(17, 10019, "MinimumAddOnSeatsNotMet", addon::too_few_addon_seats),
    rule(18, 10012, "AttestationNotAccepted", partner::attestation_missing),
    rule(19, 10004, "ParticipantsIsNotSupportedForPartner", partner::participants_not_allowed),
    rule(20, 10014, "InvalidPromotionId", promotion::unknown_promotion),
    rule(21, 10016, "InvalidCustomTermEndDateProduct", custom_term::not_for_this_item),
    rule(22, 10017, "InvalidCustomTermEndDate", custom_term::not_an_allowed_day),
    rule(23, UNABLE_TO_PROCESS, "UnableToProcessCartLineItem", addon::bad_addon),
];

/// Any failure of a line that no other error tells.
pub(crate) const UNABLE_TO_PROCESS: i64 = 10006;

impl Rule {
    /// Whether a line that broke this rule still has an order group: not when what it buys, or how,
    /// is unknown.
    pub(crate) const fn keeps_group(&self) -> bool {
        self.order > 2
    }
}

/// The first rule that a line breaks, and the error.
pub(crate) fn first_error(case: &Case<'_>) -> Option<(&'static Rule, LineError)> {
    for rule in &RULES {
        if let Some(fault) = (rule.check)(case) {
            return Some((rule, error_of(rule.code, fault)));
        }
    }
    None
}

/// The error of a line whose price does not fit (row 23).
pub(crate) fn price_overflow(line: &Resolved<'_>) -> LineError {
    let quantity = line.quantity.unwrap_or_default();
    let fault = Fault::new(
        "quantity",
        format!("quantity {quantity}: the price of the line is too large to compute"),
    );
    error_of(UNABLE_TO_PROCESS, fault)
}

fn error_of(code: i64, fault: Fault) -> LineError {
    LineError {
        code,
        description: shortened(fault.description),
        property: fault.property.to_owned(),
        additional: fault.additional,
    }
}

#[cfg(test)]
mod tests;
