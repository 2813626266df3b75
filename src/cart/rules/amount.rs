//! Rows 7 to 11: how much is bought.

use super::{Case, Fault};
use crate::catalog::model::OwnershipLimit;

const QUANTITY: &str = "quantity";
/// The most subscriptions of a sandbox partner's customer.
const SANDBOX_SUBSCRIPTIONS_MAX: i64 = 5;
/// The most licences of a sandbox partner's subscription.
const SANDBOX_LICENCES_MAX: i64 = 25;

/// 10010: outside the least and greatest quantity of the item.
pub(super) fn quantity_out_of_range(case: &Case<'_>) -> Option<Fault> {
    let quantity = case.line.quantity?;
    match case.line.quantity_range() {
        (Some(least), _) if quantity < least => {
            Some(Fault::new(QUANTITY, format!("quantity {quantity} is below the minimum {least}")))
        }
        (_, Some(most)) if quantity > most => {
            Some(Fault::new(QUANTITY, format!("quantity {quantity} is above the maximum {most}")))
        }
        _ => None,
    }
}

/// 10015: more seats of a SKU than one customer may have.
pub(super) fn too_many_seats(case: &Case<'_>) -> Option<Fault> {
    let (quantity, key) = (case.line.quantity?, case.line.key.as_deref()?);
    let most = case.line.sku()?.maximum_quantity?;
    let left = most
        .saturating_sub(case.facts.owned(key).seats)
        .saturating_sub(case.seen.of(key).seats)
        .max(0);
    (quantity > left).then(|| {
        let problem = format!("quantity {quantity}: {left} seats remain of {most} for {key}");
        Fault::new(QUANTITY, problem).with_numbers(left, quantity)
    })
}

/// 10002: an offer's limit on what one customer may ever have, or have at a time, is used up.
pub(super) fn ownership_limit_reached(case: &Case<'_>) -> Option<Fault> {
    let (quantity, key) = (case.line.quantity?, case.line.key.as_deref()?);
    let offer = case.line.offer()?;
    let (kind, limit) = (offer.limit_kind?, offer.limit?);
    let owned = case.facts.owned(key);
    let (used, words) = match kind {
        OwnershipLimit::Lifetime => (owned.ever, "ever"),
        OwnershipLimit::Concurrent => (owned.concurrent, "at a time"),
    };
    let left = limit.saturating_sub(used).saturating_sub(case.seen.of(key).lines).max(0);
    (left < 1).then(|| {
        let problem = format!(
            "quantity {quantity}: a customer may buy {} {limit} times {words}, and none is left",
            offer.id
        );
        Fault::new(QUANTITY, problem).with_numbers(left, quantity)
    })
}

/// 10009: more than a sandbox partner may sell.
pub(super) fn sandbox_limit_reached(case: &Case<'_>) -> Option<Fault> {
    if !case.facts.partner.is_sandbox {
        return None;
    }
    let quantity = case.line.quantity?;
    if quantity > SANDBOX_LICENCES_MAX {
        let problem = format!(
            "quantity {quantity}: a sandbox subscription has {SANDBOX_LICENCES_MAX} licences at most"
        );
        return Some(Fault::new(QUANTITY, problem));
    }
    let before = case.facts.subscriptions_owned.saturating_add(case.seen.subscriptions);
    (case.line.makes_subscription() && before >= SANDBOX_SUBSCRIPTIONS_MAX).then(|| {
        let problem = format!(
            "quantity {quantity}: a sandbox customer has {SANDBOX_SUBSCRIPTIONS_MAX} subscriptions at most"
        );
        Fault::new(QUANTITY, problem)
    })
}

/// 10003: not enough in stock, or not in this region.
pub(super) fn not_in_stock(case: &Case<'_>) -> Option<Fault> {
    let (quantity, key) = (case.line.quantity?, case.line.key.as_deref()?);
    if let Some(region) = restricted_region(case) {
        let problem = format!("quantity {quantity}: {key} is not available in the region {region}");
        return Some(match case.facts.stock.get(key) {
            Some(_) => Fault::new(QUANTITY, problem).with_numbers(0, quantity),
            None => Fault::new(QUANTITY, problem),
        });
    }
    let left = case.facts.stock.get(key)?.saturating_sub(case.seen.of(key).seats).max(0);
    (quantity > left).then(|| {
        let problem = format!("quantity {quantity}: {left} of {key} are left in stock");
        Fault::new(QUANTITY, problem).with_numbers(left, quantity)
    })
}

/// The SKU's region, when a restriction names it.
fn restricted_region<'a>(case: &Case<'a>) -> Option<&'a str> {
    let region = case.line.sku()?.arm_region_name.as_deref()?;
    let names_region = case.line.facts()?.restrictions.iter().any(|restriction| {
        restriction.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("Location"))
            && restriction.values.iter().any(|value| value.eq_ignore_ascii_case(region))
    });
    names_region.then_some(region)
}
