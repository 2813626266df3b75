//! Rows 15 to 17 and 23: add-ons and what they are bought towards.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Case, Fault};
use crate::catalog::item_id::ItemKey;

/// 400041: the customer neither owns a base nor buys one.
pub(super) fn without_base(case: &Case<'_>) -> Option<Fault> {
    let bases = case.line.bases();
    let has_base = |key: &ItemKey| {
        case.facts.owned(key).active > 0 || case.cart.of(key).lines > 0 || is_root(case, key)
    };
    (!bases.is_empty() && !bases.iter().any(has_base)).then(|| {
        let id = case.line.catalog_item_id().unwrap_or_default();
        let names: Vec<_> = bases.iter().map(ItemKey::as_str).collect();
        let problem =
            format!("catalogItemId {id} is an add-on: it needs one of {}", names.join(", "));
        Fault::new("catalogItemId", problem)
    })
}

/// 10018: the bases together have fewer seats than the add-on asks for.
pub(super) fn too_few_base_seats(case: &Case<'_>) -> Option<Fault> {
    let least = case.line.sku().filter(|sku| sku.is_addon)?.minimum_base_seats?;
    let quantity = case.line.quantity?;
    let seats = base_seats(case);
    // Bases that were not loaded restrict nothing.
    (!case.line.bases().is_empty() && seats < least).then(|| {
        let problem = format!(
            "quantity {quantity}: the bases have {seats} seats, at least {least} are needed"
        );
        Fault::new("quantity", problem)
    })
}

/// 10019: fewer seats of the add-on than a part of its bases' seats.
pub(super) fn too_few_addon_seats(case: &Case<'_>) -> Option<Fault> {
    let percent = case.line.sku().filter(|sku| sku.is_addon)?.minimum_addon_percent?;
    let (quantity, key) = (case.line.quantity?, case.line.key.as_deref()?);
    let part = Decimal::from(base_seats(case)).checked_mul(percent)? / Decimal::ONE_HUNDRED;
    let least = part.ceil().to_i64()?;
    let seats = case
        .facts
        .owned(key)
        .seats
        .saturating_add(case.seen.of(key).seats)
        .saturating_add(quantity);
    (seats < least).then(|| {
        let problem = format!(
            "quantity {quantity}: {seats} seats of the add-on, {least} are needed ({}% of its bases')",
            percent.normalize()
        );
        Fault::new("quantity", problem)
    })
}

/// 10006: an add-on of this line is in error.
pub(super) fn bad_addon(case: &Case<'_>) -> Option<Fault> {
    let id = case.bad_addon?.line.id;
    Some(Fault::new("addonItems", format!("addonItems: the add-on with id {id} is in error")))
}

/// Whether an add-on's own root line is this base. It counts even when it is in error: a failed
/// root does not mark its add-ons.
fn is_root(case: &Case<'_>, key: &ItemKey) -> bool {
    case.root.is_some_and(|root| root.key.as_deref() == Some(key))
}

/// The seats of all bases, owned and in the cart.
fn base_seats(case: &Case<'_>) -> i64 {
    case.line.bases().iter().fold(0_i64, |seats, key| {
        let uncounted_root = match case.root {
            Some(root) if case.is_root_bad && is_root(case, key) => root.quantity.unwrap_or(0),
            _ => 0,
        };
        seats
            .saturating_add(case.facts.owned(key).seats)
            .saturating_add(case.cart.of(key).seats)
            .saturating_add(uncounted_root)
    })
}
