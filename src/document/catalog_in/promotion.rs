//! Promotions. A condition that is not understood rejects the promotion: passing over it would sell
//! too cheaply.

use rust_decimal::Decimal;

use super::price::sku_key;
use super::product::{reference, segment};
use crate::catalog::model::{OwnedProductConstraint, PromotedProduct, Promotion, SeatConstraint};
use crate::clock::Timestamp;
use crate::document::node::Node;
use crate::document::value;
use crate::document::word;
use crate::error::Result;
use crate::term::{BillingCycle, Duration};

pub(super) fn promotion(node: &Node<'_>) -> Result<Promotion> {
    let is_auto_applicable = match node.property("properties") {
        Some(properties) => properties.read("isAutoApplicable", value::flag)?.unwrap_or_default(),
        None => false,
    };
    let mut promotion = Promotion {
        id: node.require("id", value::id)?,
        name: node.read("name", value::owned_text)?,
        start: node.filled("startDate", value::timestamp)?.unwrap_or(Timestamp::FIRST),
        end: node.filled("endDate", value::timestamp)?.unwrap_or(Timestamp::LAST),
        is_auto_applicable,
        products: node.require("requiredProducts", |list| list.list(product))?,
        seats: Vec::new(),
        redemptions_max: None,
        first_purchase_only: false,
        owned_products: Vec::new(),
        country: node.filled("country", value::country)?,
        segment: segment(node)?,
    };
    if let Some(constraints) = node.property("promotionConstraints") {
        read_constraints(&mut promotion, &constraints)?;
    }
    Ok(promotion)
}

fn product(node: &Node<'_>) -> Result<PromotedProduct> {
    let (term, billing_cycle) = match node.property("term") {
        Some(term) => promoted_term(&term)?,
        None => (None, None),
    };
    Ok(PromotedProduct {
        item: sku_key(node)?,
        term,
        billing_cycle,
        discount: node.require("pricingPolicies", discount)?,
    })
}

fn promoted_term(term: &Node<'_>) -> Result<(Option<Duration>, Option<BillingCycle>)> {
    term.check_names(&["duration", "billingCycle"])?;
    let duration = term.filled("duration", value::duration)?;
    Ok((duration, term.filled("billingCycle", value::billing_cycle)?))
}

/// The deepest of the percentages; they are told as parts of 1.
fn discount(policies: &Node<'_>) -> Result<Decimal> {
    let percentages = policies.list(|policy| {
        expect_word(policy, "policyType", "PercentDiscount")?;
        policy.require("value", fraction)
    })?;
    Ok(percentages.into_iter().max().unwrap_or_default())
}

fn fraction(node: &Node<'_>) -> Result<Decimal> {
    let fraction = value::not_negative(node)?;
    if fraction > Decimal::ONE {
        return Err(node.error(format_args!("{fraction} is above 1, which is the whole price")));
    }
    Ok(fraction)
}

fn read_constraints(promotion: &mut Promotion, constraints: &Node<'_>) -> Result<()> {
    let names = [
        "seatConstraints",
        "assetOwnershipLimits",
        "eligibilityConstraints",
        "productOwnershipConstraints",
    ];
    constraints.check_names(&names)?;
    promotion.seats = constraints.list_of("seatConstraints", seats)?;
    let limits = constraints.list_of("assetOwnershipLimits", redemptions)?;
    promotion.redemptions_max = limits.into_iter().flatten().min();
    let first_purchases = constraints.list_of("eligibilityConstraints", is_first_purchase)?;
    promotion.first_purchase_only = first_purchases.contains(&true);
    let any_of = |all_of: &Node<'_>| all_of.list(owned_product);
    promotion.owned_products = constraints.list_of("productOwnershipConstraints", any_of)?;
    Ok(())
}

fn seats(node: &Node<'_>) -> Result<SeatConstraint> {
    node.check_names(&["type", "minSeats", "maxSeats"])?;
    if node.property("type").is_some() {
        expect_type(node, "SubscriptionQuantity")?;
    }
    Ok(SeatConstraint {
        least: node.read("minSeats", value::count)?,
        most: node.read("maxSeats", value::count)?,
    })
}

fn redemptions(node: &Node<'_>) -> Result<Option<i64>> {
    node.check_names(&["type", "minAssets", "maxAssets"])?;
    expect_type(node, "LifetimeRedemptionCount")?;
    node.read("minAssets", |least| match value::count(least)? {
        0 => Ok(()),
        _ => Err(least.error("is above 0: owning some as a condition is not understood")),
    })?;
    node.read("maxAssets", value::count)
}

fn is_first_purchase(node: &Node<'_>) -> Result<bool> {
    node.check_names(&["type", "isApplicable"])?;
    let is_applicable = node.read("isApplicable", value::flag)?.unwrap_or(true);
    if is_applicable {
        expect_type(node, "FirstPurchase")?;
    }
    Ok(is_applicable)
}

fn expect_type(node: &Node<'_>, known: &str) -> Result<()> {
    expect_word(node, "type", known)
}

fn expect_word(node: &Node<'_>, name: &str, known: &str) -> Result<()> {
    node.require(name, |kind| match kind.text()? {
        name if word::is_same(name, known) => Ok(()),
        _ => Err(kind.expected(known)),
    })
}

fn owned_product(node: &Node<'_>) -> Result<OwnedProductConstraint> {
    node.check_names(&["bigId", "minSeats", "maxSeats"])?;
    Ok(OwnedProductConstraint {
        item: node.require("bigId", reference)?,
        least: node.read("minSeats", value::count)?,
        most: node.read("maxSeats", value::count)?,
    })
}
