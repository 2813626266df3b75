//! What rules may ask of the catalog. A price sheet fills in what was not put; only its valid part
//! counts, which is the rows of the markets that `sheet_market` names it for.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Params, Row, params};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use super::error::{damaged, from_json, to_json};
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{ItemFacts, Price, Product, Promotion, Sku};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::term::{BillingCycle, Duration};

/// The product type of what a price sheet tags `License`.
const LICENSE_PRODUCT_TYPE: &str = "OnlineServicesNCE";

type Found = BTreeMap<ItemKey, ItemFacts>;

/// What is known of items, with the prices of one market, in one query for each kind of fact.
pub(super) fn items(
    connection: &Connection,
    market: &str,
    keys: &BTreeSet<ItemKey>,
) -> Result<Found> {
    if keys.is_empty() {
        return Ok(Found::new());
    }
    let wanted = to_json(keys)?;
    let mut found = Found::new();
    add_documents(connection, &wanted, &mut found)?;
    add_prices(connection, market, &wanted, &mut found)?;
    add_sheet_titles(connection, &wanted, &mut found)?;
    add_products(connection, &mut found)?;
    Ok(found)
}

/// Whether a market has any price.
pub(super) fn market_has_prices(connection: &Connection, market: &str) -> Result<bool> {
    const HAS_PRICES: &str = "SELECT
        EXISTS (SELECT 1 FROM price INDEXED BY price_put_by_market WHERE sheet = 0 AND market = ?1)
        OR EXISTS (SELECT 1 FROM sheet_market WHERE market = ?1)";
    Ok(connection.prepare_cached(HAS_PRICES)?.query_row([market], |row| row.get(0))?)
}

/// What is left of items that have a stock.
pub(super) fn stock(
    connection: &Connection,
    keys: &BTreeSet<ItemKey>,
) -> Result<BTreeMap<ItemKey, i64>> {
    const STOCK: &str = "SELECT i.item, i.available FROM json_each(?1) AS wanted
        CROSS JOIN inventory AS i ON i.item = wanted.value WHERE i.available IS NOT NULL";
    let mut found = BTreeMap::new();
    for_each(connection, STOCK, [to_json(keys)?], |row| {
        found.insert(key_of(row)?, row.get(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// Promotions by their keys.
pub(super) fn promotions(
    connection: &Connection,
    keys: &BTreeSet<String>,
) -> Result<BTreeMap<String, Promotion>> {
    const PROMOTIONS: &str = "SELECT p.key, p.body FROM json_each(?1) AS wanted
        CROSS JOIN promotion AS p ON p.key = wanted.value";
    let mut found = BTreeMap::new();
    for_each(connection, PROMOTIONS, [to_json(keys)?], |row| {
        found.insert(row.get(0)?, body_of(row)?);
        Ok(())
    })?;
    Ok(found)
}

/// The documents that were put under the items' own keys.
fn add_documents(connection: &Connection, wanted: &str, found: &mut Found) -> Result<()> {
    const SKUS: &str = "SELECT s.item, s.body FROM json_each(?1) AS wanted
        CROSS JOIN sku AS s ON s.item = wanted.value";
    const AVAILABILITIES: &str = "SELECT a.item, a.body FROM json_each(?1) AS wanted
        CROSS JOIN availability AS a ON a.item = wanted.value";
    const OFFERS: &str = "SELECT o.item, o.body FROM json_each(?1) AS wanted
        CROSS JOIN offer AS o ON o.item = wanted.value";
    const PROMOTIONS: &str = "SELECT i.item, p.body FROM json_each(?1) AS wanted
        CROSS JOIN promotion_item AS i ON i.item = wanted.value
        CROSS JOIN promotion AS p ON p.key = i.promotion";
    const INVENTORY: &str = "SELECT i.item, ifnull(i.restrictions, '[]'), i.available IS NOT NULL
        FROM json_each(?1) AS wanted CROSS JOIN inventory AS i ON i.item = wanted.value";
    let mut add = |sql: &str, put: fn(&mut ItemFacts, &Row<'_>) -> Result<()>| {
        for_each(connection, sql, [wanted], |row| put(found.entry(key_of(row)?).or_default(), row))
    };
    add(SKUS, |facts, row| {
        facts.sku = Some(body_of(row)?);
        Ok(())
    })?;
    add(AVAILABILITIES, |facts, row| {
        facts.availabilities.push(body_of(row)?);
        Ok(())
    })?;
    add(OFFERS, |facts, row| {
        facts.offers.push(body_of(row)?);
        Ok(())
    })?;
    add(PROMOTIONS, |facts, row| {
        facts.promotions.push(body_of(row)?);
        Ok(())
    })?;
    add(INVENTORY, |facts, row| {
        facts.restrictions = body_of(row)?;
        facts.is_stocked = row.get(2)?;
        Ok(())
    })
}

/// Prices of one market. A price that the host has put hides the one of the same key in a sheet,
/// and a newer sheet hides an older one of another source.
fn add_prices(
    connection: &Connection,
    market: &str,
    wanted: &str,
    found: &mut Found,
) -> Result<()> {
    const PRICES: &str = "SELECT p.item, p.term, p.plan, p.currency, p.segment, p.start_at,
        p.end_at, p.unit_price, p.erp_price
        FROM json_each(?2) AS wanted
        CROSS JOIN (SELECT 0 AS sheet UNION ALL
            SELECT sheet FROM sheet_market WHERE market = ?1) AS valid
        CROSS JOIN price AS p
        ON p.sheet = valid.sheet AND p.item = wanted.value AND p.market = ?1
        ORDER BY p.item, p.term, p.plan, p.currency, p.segment, p.start_at,
        p.sheet <> 0, p.sheet DESC";
    for_each(connection, PRICES, params![market, wanted], |row| {
        let price = price_of(row, market)?;
        let prices = &mut found.entry(price.item.clone()).or_default().prices;
        if !prices.last().is_some_and(|last| has_same_key(last, &price)) {
            prices.push(price);
        }
        Ok(())
    })
}

fn has_same_key(one: &Price, other: &Price) -> bool {
    let key = |price: &Price| (price.term, price.plan, price.start);
    key(one) == key(other) && one.currency == other.currency && one.segment == other.segment
}

fn price_of(row: &Row<'_>, market: &str) -> Result<Price> {
    let unreadable = || damaged("a price cannot be read");
    let decimal = |text: String| text.parse::<Decimal>().map_err(|_| unreadable());
    let term: String = row.get(1)?;
    let plan: String = row.get(2)?;
    let erp_price: Option<String> = row.get(8)?;
    Ok(Price {
        item: key_of(row)?,
        term: some_text(term)
            .map(|text| Duration::parse(&text).ok_or_else(unreadable))
            .transpose()?,
        plan: BillingCycle::parse(&plan).ok_or_else(unreadable)?,
        market: market.to_owned(),
        currency: row.get(3)?,
        segment: some_text(row.get(4)?),
        unit_price: decimal(row.get(7)?)?,
        erp_price: erp_price.map(decimal).transpose()?,
        start: Timestamp::from_ticks(row.get(5)?),
        end: Timestamp::from_ticks(row.get(6)?),
    })
}

/// In a key an empty text stands for an absent part.
fn some_text(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// SKUs and products that only a price sheet has told of. The newest sheet comes last, and stands.
fn add_sheet_titles(connection: &Connection, wanted: &str, found: &mut Found) -> Result<()> {
    const SHEET_SKUS: &str = "SELECT s.item, s.product_id, s.sku_id, s.product_title, s.sku_title,
        s.is_trial, s.is_license
        FROM json_each(?1) AS wanted
        CROSS JOIN sheet_sku AS s ON s.item = wanted.value
        CROSS JOIN sheet_market AS m ON m.market = s.market AND m.sheet = s.sheet
        WHERE NOT EXISTS (SELECT 1 FROM sku WHERE sku.item = s.item) OR NOT EXISTS
            (SELECT 1 FROM product WHERE product.key = substr(s.item, 1, instr(s.item, ':') - 1))
        ORDER BY s.sheet";
    let mut skus = BTreeMap::new();
    for_each(connection, SHEET_SKUS, [wanted], |row| {
        let facts = found.entry(key_of(row)?).or_default();
        let is_license: bool = row.get(6)?;
        facts.product = Some(Product {
            id: row.get(1)?,
            title: row.get(3)?,
            product_type: is_license.then(|| LICENSE_PRODUCT_TYPE.to_owned()),
            ..Product::default()
        });
        skus.insert(
            key_of(row)?,
            Sku {
                product_id: row.get(1)?,
                id: row.get(2)?,
                title: row.get(4)?,
                is_trial: Some(row.get(5)?),
                ..Sku::default()
            },
        );
        Ok(())
    })?;
    for (key, sku) in skus {
        found.entry(key).or_default().sku.get_or_insert(sku);
    }
    Ok(())
}

/// The products that were put, for the items found.
fn add_products(connection: &Connection, found: &mut Found) -> Result<()> {
    const PRODUCTS: &str = "SELECT p.key, p.body FROM json_each(?1) AS wanted
        CROSS JOIN product AS p ON p.key = wanted.value";
    let wanted: BTreeSet<&str> = found.keys().filter_map(|key| Some(key.parts()?.0)).collect();
    let mut products: BTreeMap<String, Product> = BTreeMap::new();
    for_each(connection, PRODUCTS, [to_json(&wanted)?], |row| {
        products.insert(row.get(0)?, body_of(row)?);
        Ok(())
    })?;
    for (key, facts) in found {
        let put = key.parts().and_then(|(product, _)| products.get(product));
        facts.product = put.cloned().or_else(|| facts.product.take());
    }
    Ok(())
}

/// Does something with every row that a query answers.
pub(super) fn for_each(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut act: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        act(row)?;
    }
    Ok(())
}

/// The item key in a row's first column.
fn key_of(row: &Row<'_>) -> Result<ItemKey> {
    Ok(ItemKey::from_stored(row.get(0)?))
}

/// The document in a row's second column.
fn body_of<T: DeserializeOwned>(row: &Row<'_>) -> Result<T> {
    from_json(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)
}
