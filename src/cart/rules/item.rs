//! Rows 2 to 6: what is bought, where, in what currency and on what plan.

use super::{Case, Fault};
use crate::cart::model::PurchaseSystem;
use crate::cart::prices_in_force;
use crate::cart::resolve::{Item, Resolved, Sold, fits};
use crate::catalog::facts::Buyer;
use crate::catalog::model::Term;
use crate::term::BillingCycle;

const ITEM: &str = "catalogItemId";
/// The forms of catalog item ids.
const FORMS: &str =
    "ProductId:SkuId:AvailabilityId of letters and digits, an offer's GUID or MS-AZR-…";

/// 10001: no such product, SKU, availability or offer.
pub(super) fn unknown_item(case: &Case<'_>) -> Option<Fault> {
    if !matches!(case.line.item, Item::Unknown) {
        return None;
    }
    let problem = match case.line.line.input.catalog_item_id.as_deref() {
        None => format!("catalogItemId is absent: {FORMS} is allowed"),
        Some(text) if case.line.key.is_none() => {
            format!("catalogItemId \"{text}\" is malformed: {FORMS} is allowed")
        }
        Some(text) => format!("catalogItemId \"{text}\" {}", unknown_part(case)),
    };
    Some(Fault::new(ITEM, problem))
}

/// What of an item is not in the catalog, which may know its SKU.
fn unknown_part(case: &Case<'_>) -> &'static str {
    let known = case.line.key.as_ref().and_then(|key| case.facts.items.get(key.as_str()));
    if known.is_some_and(|known| known.sku.is_some()) {
        "names an availability that is not in the catalog, though its SKU is"
    } else {
        "is not in the catalog"
    }
}

/// 400072: known, but not sold to this customer.
pub(super) fn not_sold_here(case: &Case<'_>) -> Option<Fault> {
    let Buyer { country, segment, .. } = &case.facts.buyer;
    let problem = match case.line.item {
        Item::Sku { availability: Sold::Elsewhere(_), .. } => {
            format!("is not sold in {country} to the segment {segment}")
        }
        Item::Offer { offer: Sold::Elsewhere(_), .. } => format!("is not sold in {country}"),
        Item::Sku { availability: Sold::Here(found), .. }
            if found.is_purchasable == Some(false) =>
        {
            "cannot be purchased now".to_owned()
        }
        _ => return None,
    };
    let id = case.line.catalog_item_id().unwrap_or_default();
    Some(Fault::new(ITEM, format!("catalogItemId {id} {problem}")))
}

/// 500600: a legacy offer that is no longer for sale.
pub(super) fn offer_withdrawn(case: &Case<'_>) -> Option<Fault> {
    let offer = case.line.offer()?;
    (offer.is_available_for_purchase == Some(false)).then(|| {
        Fault::new(
            ITEM,
            format!("catalogItemId {} is an offer that is no longer for sale", offer.id),
        )
    })
}

/// 10000: a currency that is nobody's, or in which the item has no price, or that is not the root
/// line's.
pub(super) fn unsupported_currency(case: &Case<'_>) -> Option<Fault> {
    let currency = case.line.currency;
    let (partners, buyers) = (&case.facts.partner.currency, &case.facts.buyer.currency);
    if currency != partners && currency != buyers {
        let both =
            if partners == buyers { partners.clone() } else { format!("{partners} and {buyers}") };
        return Some(fault_of_currency(currency, &format!("{both} allowed")));
    }
    if let Some(root) = case.root.filter(|root| root.currency != currency) {
        return Some(fault_of_currency(currency, &format!("the root line's is {}", root.currency)));
    }
    if !case.facts.market_has_prices
        || case.price.is_some()
        || is_priced_in(case.line, currency, &case.facts.buyer.segment)
    {
        return None;
    }
    let Buyer { country, segment, .. } = &case.facts.buyer;
    Some(fault_of_currency(
        currency,
        &format!("the item has no price in it in {country} for the segment {segment}"),
    ))
}

fn fault_of_currency(currency: &str, allowed: &str) -> Fault {
    Fault::new("currencyCode", format!("currencyCode {currency}: {allowed}"))
}

fn is_priced_in(line: &Resolved<'_>, currency: &str, segment: &str) -> bool {
    line.facts().is_some_and(|item| {
        item.prices
            .iter()
            .any(|price| price.currency == currency && fits(price.segment.as_ref(), segment))
    })
}

/// 10013: a billing cycle or term that is not offered, or that has no price now.
pub(super) fn unsupported_plan(case: &Case<'_>) -> Option<Fault> {
    let cycle = case.line.cycle?;
    unsupported_cycle(case, cycle)
        .or_else(|| unsupported_term(case.line, cycle))
        .or_else(|| unpriced_plan(case, cycle))
}

fn unsupported_cycle(case: &Case<'_>, cycle: BillingCycle) -> Option<Fault> {
    let supported = case.line.supported_cycles();
    let problem = if cycle == BillingCycle::Unknown {
        "it is never offered".to_owned()
    } else if !supported.is_empty() && !supported.contains(&cycle) {
        let names: Vec<_> = supported.iter().map(|cycle| cycle.name()).collect();
        format!("{} allowed", names.join(", "))
    } else if let Some(root) = case.root.filter(|root| root.cycle.is_some_and(|its| its != cycle)) {
        format!("the root line's is {}", root.cycle.map_or("", BillingCycle::name))
    } else {
        match case.line.term {
            Some(term) if cycle.is_longer_than(term) => {
                format!("it is longer than the term {term}")
            }
            _ => return None,
        }
    };
    Some(Fault::new("billingCycle", format!("billingCycle {cycle}: {problem}")))
}

fn unsupported_term(line: &Resolved<'_>, cycle: BillingCycle) -> Option<Fault> {
    let offered = line.loaded_terms();
    let Some(term) = line.term else {
        return line.has_terms().then(|| {
            Fault::new(
                "termDuration",
                format!("termDuration is absent: {} allowed", names_of(offered, line)),
            )
        });
    };
    if offered.is_empty() {
        return None;
    }
    let of_duration = || offered.iter().filter(|found| found.duration == term);
    if of_duration().next().is_none() {
        let problem = format!("termDuration {term}: {} allowed", names_of(offered, line));
        return Some(Fault::new("termDuration", problem));
    }
    let is_offered = of_duration().any(|found| found.billing_cycle.is_none_or(|its| its == cycle));
    (!is_offered).then(|| {
        let cycles: Vec<_> =
            of_duration().filter_map(|found| found.billing_cycle).map(BillingCycle::name).collect();
        let problem =
            format!("billingCycle {cycle} for the term {term}: {} allowed", cycles.join(", "));
        Fault::new("billingCycle", problem)
    })
}

/// The terms offered, or else priced, each once.
fn names_of(offered: &[Term], line: &Resolved<'_>) -> String {
    let mut terms: Vec<_> = offered.iter().map(|term| term.duration).collect();
    if terms.is_empty() {
        terms.extend(
            line.facts().iter().flat_map(|item| item.prices.iter().filter_map(|price| price.term)),
        );
    }
    terms.sort_unstable();
    terms.dedup();
    terms.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn unpriced_plan(case: &Case<'_>, cycle: BillingCycle) -> Option<Fault> {
    if !case.facts.market_has_prices || case.price.is_some() {
        return None;
    }
    let line = case.line;
    let priced = line.facts().is_some_and(|item| {
        item.prices.iter().any(|price| {
            price.term.is_none() || line.term == price.term || line.system == PurchaseSystem::Legacy
        })
    });
    let term = line.term.map_or_else(String::new, |term| format!(" for the term {term}"));
    // With prices for the term, the plan is at fault; without, the term is.
    let property = if priced { "billingCycle" } else { "termDuration" };
    let currency = line.currency;
    let problem = format!("billingCycle {cycle}{term}: no price in {currency} is in force now");
    match plans_in_force(case) {
        plans if plans.is_empty() => Some(Fault::new(property, problem)),
        plans => Some(Fault::new(property, format!("{problem}, only for {plans}"))),
    }
}

/// The terms and billing cycles that have a price in the line's currency now, each once.
fn plans_in_force(case: &Case<'_>) -> String {
    let segment = &case.facts.buyer.segment;
    let in_force = |item| prices_in_force(item, segment, Some(case.line.currency), case.now);
    let prices = case.line.facts().map(in_force).unwrap_or_default();
    let mut plans: Vec<_> = prices.iter().map(|price| (price.term, price.plan)).collect();
    plans.sort_unstable();
    let names = plans.iter().map(|(term, plan)| match term {
        Some(term) => format!("{term} {plan}"),
        None => plan.to_string(),
    });
    names.collect::<Vec<_>>().join(", ")
}
