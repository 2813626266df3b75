//! Removes catalog documents by key. A part of a key that is absent fits every value.

use rusqlite::{Connection, params};

use super::catalog::move_generation;
use super::connection::change;
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{AvailabilityKey, CatalogKeys, PriceKey, Promotion};
use crate::clock::Timestamp;
use crate::error::Result;

/// Removes documents; answers how many there were.
pub(super) fn remove(connection: &Connection, keys: &CatalogKeys) -> Result<u64> {
    let CatalogKeys { products, skus, availabilities, offers, prices, promotions, inventory } =
        keys;
    let count = remove_each(connection, products, |connection, id| remove_product(connection, id))?
        + remove_each(connection, skus, remove_sku)?
        + remove_each(connection, availabilities, remove_availabilities)?
        + remove_each(connection, offers, remove_offers)?
        + remove_each(connection, prices, remove_prices)?
        + remove_each(connection, promotions, |connection, id| remove_promotion(connection, id))?
        + remove_each(connection, inventory, remove_inventory)?;
    if count > 0 {
        move_generation(connection)?;
    }
    Ok(count)
}

fn remove_each<T>(
    connection: &Connection,
    keys: &[T],
    remove: impl Fn(&Connection, &T) -> Result<u64>,
) -> Result<u64> {
    keys.iter().try_fold(0, |count, key| Ok(count + remove(connection, key)?))
}

fn remove_product(connection: &Connection, id: &str) -> Result<u64> {
    const REMOVE: &str = "DELETE FROM product WHERE key = ?1";
    change(connection, REMOVE, [id.to_ascii_uppercase()])
}

/// A SKU is forgotten also where a price sheet told of it.
fn remove_sku(connection: &Connection, item: &ItemKey) -> Result<u64> {
    const REMOVE: &str = "DELETE FROM sku WHERE item = ?1";
    const REMOVE_FROM_SHEETS: &str = "DELETE FROM sheet_sku WHERE item = ?1
        AND (sheet, market) IN (SELECT sheet, market FROM sheet_market)";
    let item = item.as_str();
    Ok(change(connection, REMOVE, [item])? + change(connection, REMOVE_FROM_SHEETS, [item])?)
}

fn remove_availabilities(connection: &Connection, key: &AvailabilityKey) -> Result<u64> {
    const REMOVE: &str = "DELETE FROM availability WHERE item = ?1 AND id = ?2
        AND (?3 IS NULL OR country = ?3) AND (?4 IS NULL OR segment = ?4)";
    let id = key.id.to_ascii_uppercase();
    change(connection, REMOVE, params![key.item.as_str(), id, key.country, key.segment])
}

fn remove_offers(connection: &Connection, key: &(String, Option<String>)) -> Result<u64> {
    const REMOVE: &str = "DELETE FROM offer WHERE item = ?1 AND (?2 IS NULL OR country = ?2)";
    let (id, country) = key;
    change(connection, REMOVE, params![ItemKey::offer(id).as_str(), country])
}

/// Prices are removed wherever they came from: the host, or a sheet that counts.
fn remove_prices(connection: &Connection, key: &PriceKey) -> Result<u64> {
    const REMOVE: &str = "DELETE FROM price
        WHERE sheet IN (SELECT 0 UNION ALL SELECT sheet FROM sheet_market) AND item = ?1
        AND (?2 IS NULL OR term = ?2) AND (?3 IS NULL OR plan = ?3)
        AND (?4 IS NULL OR market = ?4) AND (?5 IS NULL OR currency = ?5)
        AND (?6 IS NULL OR segment = ?6) AND (?7 IS NULL OR start_at = ?7)";
    let term = key.term.map(|term| term.map(|term| term.to_string()).unwrap_or_default());
    let params = params![
        key.item.as_str(),
        term,
        key.plan.map(crate::term::BillingCycle::name),
        key.market,
        key.currency,
        key.segment,
        key.start.map(Timestamp::ticks),
    ];
    change(connection, REMOVE, params)
}

fn remove_promotion(connection: &Connection, id: &str) -> Result<u64> {
    const REMOVE_ITEMS: &str = "DELETE FROM promotion_item WHERE promotion = ?1";
    const REMOVE: &str = "DELETE FROM promotion WHERE key = ?1";
    let key = Promotion::key_of(id);
    change(connection, REMOVE_ITEMS, [&key])?;
    change(connection, REMOVE, [&key])
}

fn remove_inventory(connection: &Connection, item: &ItemKey) -> Result<u64> {
    const REMOVE: &str = "DELETE FROM inventory WHERE item = ?1";
    change(connection, REMOVE, [item.as_str()])
}
