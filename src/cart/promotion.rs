//! Which promotion a line gets (behaviour 6.6).

use rust_decimal::Decimal;

use crate::cart::resolve::{Resolved, fits};
use crate::cart::seen::Seen;
use crate::catalog::facts::{Facts, Owned};
use crate::catalog::model::{OwnedProductConstraint, PromotedProduct, Promotion};
use crate::clock::Timestamp;

/// A promotion that a line gets, and the part of the price it takes off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Applied<'a> {
    pub promotion: &'a Promotion,
    pub discount: Decimal,
}

/// The deepest discount of those that apply by themselves and the one that the line names.
pub(crate) fn best<'a>(
    line: &Resolved<'a>,
    facts: &Facts,
    seen: &Seen<'_>,
    now: Timestamp,
) -> Option<Applied<'a>> {
    let named = line.line.input.promotion_id.as_deref().map(Promotion::key_of);
    let mut best: Option<Applied<'a>> = None;
    for promotion in &line.facts()?.promotions {
        let key = Promotion::key_of(&promotion.id);
        let is_wanted = promotion.is_auto_applicable || named.as_ref() == Some(&key);
        if !is_wanted || !is_open(promotion, line, &key, facts, seen, now) {
            continue;
        }
        let discount = promotion
            .products
            .iter()
            .filter(|product| is_about(product, line))
            .map(|product| product.discount)
            .max();
        // Of equal discounts the first in the catalog's order, so that answers repeat.
        match discount {
            Some(discount) if best.is_none_or(|found| discount > found.discount) => {
                best = Some(Applied { promotion, discount });
            }
            _ => {}
        }
    }
    best
}

/// Whether a promotion reduces the price of this item, bought for this term with this cycle.
fn is_about(product: &PromotedProduct, line: &Resolved<'_>) -> bool {
    line.key.as_deref() == Some(&product.item)
        && product.term.is_none_or(|term| line.term == Some(term))
        && product.billing_cycle.is_none_or(|cycle| line.cycle == Some(cycle))
}

/// Whether a promotion's conditions on time, place, seats, redemptions and ownership hold.
fn is_open(
    promotion: &Promotion,
    line: &Resolved<'_>,
    key: &str,
    facts: &Facts,
    seen: &Seen<'_>,
    now: Timestamp,
) -> bool {
    (promotion.start..=promotion.end).contains(&now)
        && fits(promotion.country.as_ref(), &facts.buyer.country)
        && fits(promotion.segment.as_ref(), &facts.buyer.segment)
        && has_seats_left(promotion, line, key, facts, seen)
        && has_redemptions_left(promotion, key, facts, seen)
        && (!promotion.first_purchase_only
            || line.key.as_deref().is_some_and(|item| facts.owned(item).ever == 0))
        && owns_what_it_asks_for(promotion, facts)
}

fn has_seats_left(
    promotion: &Promotion,
    line: &Resolved<'_>,
    key: &str,
    facts: &Facts,
    seen: &Seen<'_>,
) -> bool {
    let quantity = line.quantity.unwrap_or(0);
    let bought = facts.redeemed.get(key).map_or(0, |redeemed| redeemed.seats);
    let pooled = bought.saturating_add(seen.under_promotion(key).seats).saturating_add(quantity);
    promotion.seats.iter().all(|limit| {
        limit.least.is_none_or(|least| quantity >= least)
            && limit.most.is_none_or(|most| pooled <= most)
    })
}

fn has_redemptions_left(promotion: &Promotion, key: &str, facts: &Facts, seen: &Seen<'_>) -> bool {
    let redeemed = facts.redeemed.get(key).map_or(0, |redeemed| redeemed.count);
    let after_this = redeemed.saturating_add(seen.under_promotion(key).count).saturating_add(1);
    promotion.redemptions_max.is_none_or(|most| after_this <= most)
}

/// Any of the outer list, all of the inner. An empty outer list asks for nothing.
fn owns_what_it_asks_for(promotion: &Promotion, facts: &Facts) -> bool {
    let is_met = |wanted: &OwnedProductConstraint| {
        let Owned { seats, active, .. } = facts.owned(&wanted.item);
        active > 0
            && wanted.least.is_none_or(|least| seats >= least)
            && wanted.most.is_none_or(|most| seats <= most)
    };
    promotion.owned_products.is_empty()
        || promotion.owned_products.iter().any(|all| all.iter().all(is_met))
}

#[cfg(test)]
mod tests;
