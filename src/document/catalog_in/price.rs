//! Rows of price sheets.

use std::collections::HashMap;

use super::product::segment;
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::Price;
use crate::clock::Timestamp;
use crate::document::node::Node;
use crate::document::value;
use crate::error::Result;
use crate::term::BillingCycle;

/// All that a price tells.
pub(super) const PRICE_NAMES: [&str; 12] = [
    "productId",
    "skuId",
    "offerId",
    "termDuration",
    "billingPlan",
    "market",
    "currency",
    "segment",
    "unitPrice",
    "erpPrice",
    "effectiveStartDate",
    "effectiveEndDate",
];

pub(super) fn price(node: &Node<'_>) -> Result<Price> {
    Ok(Price {
        item: priced_item(node)?,
        term: node.filled("termDuration", value::duration)?,
        // A sheet leaves the plan of what is paid once blank.
        plan: node.filled("billingPlan", value::billing_cycle)?.unwrap_or(BillingCycle::OneTime),
        market: node.require("market", value::country)?,
        currency: node.require("currency", value::currency)?,
        segment: segment(node)?,
        unit_price: node.require("unitPrice", value::not_negative)?,
        erp_price: node.filled("erpPrice", value::not_negative)?,
        start: node.filled("effectiveStartDate", value::timestamp)?.unwrap_or(Timestamp::FIRST),
        end: node.filled("effectiveEndDate", value::timestamp)?.unwrap_or(Timestamp::LAST),
    })
}

/// The SKU, or the legacy offer that stands in its place.
pub(super) fn priced_item(node: &Node<'_>) -> Result<ItemKey> {
    match node.filled("offerId", value::id)? {
        Some(offer) => Ok(ItemKey::of_reference(&offer)),
        None => sku_key(node),
    }
}

/// A SKU by `productId` and `skuId`.
pub(super) fn sku_key(node: &Node<'_>) -> Result<ItemKey> {
    node.properties()?;
    let product = node.require("productId", value::item_part)?;
    Ok(ItemKey::sku(&product, &node.require("skuId", value::item_part)?))
}

/// Of the tiers of one price, which have the same key, only the lowest.
pub(super) fn lowest(rows: Vec<Price>) -> Vec<Price> {
    let mut places = HashMap::with_capacity(rows.len());
    let mut kept: Vec<Price> = Vec::with_capacity(rows.len());
    for row in rows {
        let key = (
            (row.item.clone(), row.term, row.plan, row.start),
            (row.market.clone(), row.currency.clone(), row.segment.clone()),
        );
        let place = *places.entry(key).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(known) if row.unit_price < known.unit_price => *known = row,
            Some(_) => {}
            None => kept.push(row),
        }
    }
    kept
}
