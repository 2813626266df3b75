//! Keys of catalog documents to remove. Whole documents serve as well: what a document tells and is
//! no part of the key is ignored.

use super::price::{PRICE_NAMES, priced_item, sku_key};
use super::product::segment;
use super::{LISTS, visit_each};
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{AvailabilityKey, CatalogKeys, PriceKey};
use crate::document::json::Json;
use crate::document::node::Node;
use crate::document::value;
use crate::error::Result;
use crate::term::{BillingCycle, Duration};

/// Reads which catalog documents to remove. Optional parts of a key that are absent fit every
/// value.
pub fn read_catalog_keys(text: &str) -> Result<CatalogKeys> {
    let json = Json::parse(text)?;
    let root = Node::root(&json);
    root.check_any_name(&LISTS)?;
    Ok(CatalogKeys {
        products: keys(&root, "products", |n| n.require("id", value::id))?,
        skus: keys(&root, "skus", sku)?,
        availabilities: keys(&root, "availabilities", availability)?,
        offers: keys(&root, "offers", offer)?,
        prices: keys(&root, "prices", price)?,
        promotions: keys(&root, "promotions", |n| n.require("id", value::id))?,
        inventory: keys(&root, "inventory", sku_key)?,
    })
}

fn keys<T>(root: &Node<'_>, list: &str, read: impl Fn(&Node<'_>) -> Result<T>) -> Result<Vec<T>> {
    let mut keys = Vec::new();
    visit_each(root, list, |_, node| {
        node.properties()?;
        keys.push(read(node)?);
        Ok(())
    })?;
    Ok(keys)
}

fn sku(node: &Node<'_>) -> Result<ItemKey> {
    let product = node.require("productId", value::id)?;
    Ok(ItemKey::sku(&product, &node.require("id", value::id)?))
}

fn availability(node: &Node<'_>) -> Result<AvailabilityKey> {
    Ok(AvailabilityKey {
        item: sku_key(node)?,
        id: node.require("id", value::id)?,
        country: node.filled("country", value::country)?,
        segment: segment(node)?,
    })
}

fn offer(node: &Node<'_>) -> Result<(String, Option<String>)> {
    Ok((node.require("id", value::id)?, node.filled("country", value::country)?))
}

/// A part of the key under another name would be left out, and would fit every price.
fn price(node: &Node<'_>) -> Result<PriceKey> {
    node.check_names(&PRICE_NAMES)?;
    Ok(PriceKey {
        item: priced_item(node)?,
        term: node.read("termDuration", blank_or_term)?,
        plan: node.read("billingPlan", blank_or_plan)?,
        market: node.read("market", value::country)?,
        currency: node.read("currency", value::currency)?,
        segment: segment(node)?,
        start: node.filled("effectiveStartDate", value::timestamp)?,
    })
}

/// A blank term is "no term", as in a sheet; only an absent one is every term.
fn blank_or_term(node: &Node<'_>) -> Result<Option<Duration>> {
    if value::filled_text(node)?.is_none() { Ok(None) } else { value::duration(node).map(Some) }
}

/// A blank plan is the one of what is paid once, as in a sheet; only an absent one is every plan.
fn blank_or_plan(node: &Node<'_>) -> Result<BillingCycle> {
    if value::filled_text(node)?.is_none() {
        Ok(BillingCycle::OneTime)
    } else {
        value::billing_cycle(node)
    }
}
