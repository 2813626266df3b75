//! Catalog items as a shop page wants them: what can be bought, under which id, on what terms, at
//! what price.

use rust_decimal::Decimal;

use super::writer::Writer;
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{Availability, ItemFacts, Offer, Price, Sku};
use crate::term::{BillingCycle, Duration};

/// An item, and those of its prices that are in force for whoever asks.
#[derive(Debug, Clone)]
pub struct FoundItem<'a> {
    /// The SKU or offer.
    pub key: &'a ItemKey,
    /// What is known of it.
    pub facts: &'a ItemFacts,
    /// The prices in force in the country, currency and segment asked for.
    pub prices: Vec<&'a Price>,
}

/// A way to buy an item.
struct Terms {
    duration: Option<Duration>,
    billing_cycle: Option<BillingCycle>,
    price: Option<(Decimal, Option<Decimal>, String)>,
}

/// A page of found items; `after` is the token of the next one.
#[must_use]
pub fn write_found(items: &[FoundItem<'_>], after: Option<&str>) -> String {
    Writer::document(64 + 1024 * items.len(), |w| {
        w.name("items").list(items, |w, item| w.object(|w| write_item(w, item)));
        w.optional_text("after", after);
    })
}

fn write_item(w: &mut Writer, item: &FoundItem<'_>) {
    let facts = item.facts;
    match (&facts.sku, facts.offers.first()) {
        (Some(sku), _) => write_sku(w, sku, facts),
        (None, Some(offer)) => write_offer(w, offer, &facts.offers),
        (None, None) => w.text_property("catalogItemId", item.key.as_str()),
    }
    w.name("terms").list(terms(item), |w, terms| w.object(|w| write_terms(w, &terms)));
}

fn write_sku(w: &mut Writer, sku: &Sku, facts: &ItemFacts) {
    let product = facts.product.as_ref();
    w.text_property("productId", &sku.product_id);
    w.text_property("skuId", &sku.id);
    w.optional_text("title", sku.title.as_deref());
    w.optional_text("productTitle", product.and_then(|product| product.title.as_deref()));
    w.optional_text("productType", product.and_then(|product| product.product_type.as_deref()));
    w.text_property("purchaseSystem", "modern");
    w.optional_raw("minimumQuantity", sku.minimum_quantity);
    w.optional_raw("maximumQuantity", sku.maximum_quantity);
    w.optional_raw("isTrial", sku.is_trial);
    w.raw_property("isAddon", sku.is_addon);
    prerequisites(w, "prerequisiteSkus", &sku.prerequisite_skus);
    w.name("catalogItems").array(|w| {
        if facts.availabilities.is_empty() {
            // Without known availabilities any third part is valid.
            let id = format!("{}:{}:*", sku.product_id, sku.id);
            w.object(|w| w.text_property("catalogItemId", &id));
        }
        for availability in &facts.availabilities {
            w.object(|w| write_availability(w, availability));
        }
    });
}

fn write_availability(w: &mut Writer, availability: &Availability) {
    let Availability { product_id, sku_id, id, .. } = availability;
    let composed = || format!("{product_id}:{sku_id}:{id}");
    let id = availability.catalog_item_id.clone().unwrap_or_else(composed);
    w.text_property("catalogItemId", &id);
    w.optional_text("country", availability.country.as_deref());
    w.optional_text("segment", availability.segment.as_deref());
    w.optional_text("currencyCode", availability.default_currency.as_deref());
    w.optional_text("currencySymbol", availability.currency_symbol.as_deref());
    w.optional_raw("isPurchasable", availability.is_purchasable);
}

fn write_offer(w: &mut Writer, offer: &Offer, countries: &[Offer]) {
    w.text_property("offerId", &offer.id);
    w.optional_text("title", offer.name.as_deref());
    w.text_property("purchaseSystem", "legacy");
    w.optional_raw("minimumQuantity", offer.minimum_quantity);
    w.optional_raw("maximumQuantity", offer.maximum_quantity);
    w.optional_raw("isTrial", offer.is_trial);
    w.raw_property("isAddon", offer.is_addon);
    prerequisites(w, "prerequisiteOffers", &offer.prerequisite_offers);
    w.name("catalogItems").list(countries, |w, offer| {
        w.object(|w| {
            w.text_property("catalogItemId", &offer.id);
            w.optional_text("country", offer.country.as_deref());
            w.optional_raw("isPurchasable", offer.is_available_for_purchase);
        });
    });
}

fn prerequisites(w: &mut Writer, name: &'static str, keys: &[ItemKey]) {
    if !keys.is_empty() {
        w.texts(name, keys.iter().map(ItemKey::as_str));
    }
}

fn write_terms(w: &mut Writer, terms: &Terms) {
    w.optional_plain("termDuration", terms.duration);
    w.optional_plain("billingCycle", terms.billing_cycle);
    if let Some((unit, erp, currency)) = &terms.price {
        w.text_property("currencyCode", currency);
        w.amount("unitPrice", *unit);
        w.optional_amount("erpPrice", *erp);
    }
}

/// The ways to buy an item: those that have a price, or, where none is known, those that its
/// documents offer.
fn terms(item: &FoundItem<'_>) -> Vec<Terms> {
    if item.prices.is_empty() {
        return unpriced_terms(item.facts);
    }
    let priced = |price: &&Price| Terms {
        duration: price.term,
        billing_cycle: Some(price.plan),
        price: Some((price.unit_price, price.erp_price, price.currency.clone())),
    };
    item.prices.iter().map(priced).collect()
}

fn unpriced_terms(facts: &ItemFacts) -> Vec<Terms> {
    let cycles = match (&facts.sku, facts.offers.first()) {
        (Some(sku), _) => &*sku.supported_billing_cycles,
        (None, Some(offer)) => &*offer.supported_billing_cycles,
        (None, None) => &[],
    };
    let mut known: Vec<(Option<Duration>, Option<BillingCycle>)> = Vec::new();
    for term in facts.availabilities.iter().flat_map(|availability| &availability.terms) {
        match term.billing_cycle {
            Some(cycle) => known.push((Some(term.duration), Some(cycle))),
            None if cycles.is_empty() => known.push((Some(term.duration), None)),
            None => known.extend(cycles.iter().map(|cycle| (Some(term.duration), Some(*cycle)))),
        }
    }
    if known.is_empty() {
        known.extend(cycles.iter().map(|cycle| (None, Some(*cycle))));
    }
    known.sort_unstable();
    known.dedup();
    let unpriced = |(duration, billing_cycle)| Terms { duration, billing_cycle, price: None };
    known.into_iter().map(unpriced).collect()
}

#[cfg(test)]
mod tests;
