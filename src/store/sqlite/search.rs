//! Finds catalog items by words in titles.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::connection::row_limit;
use super::error::to_json;
use super::facts::for_each;
use crate::catalog::item_id::ItemKey;
use crate::error::Result;

/// The items whose titles hold every one of these words, by key: at most `limit` of them after `after`.
///
/// Each of the three places where titles are kept is read in the order of keys and only as far as needed.
pub(super) fn search(
    connection: &Connection,
    words: &[String],
    limit: usize,
    after: Option<&str>,
) -> Result<Vec<ItemKey>> {
    const SKUS: &str = "SELECT s.item FROM sku AS s LEFT JOIN product AS p ON p.key = s.product
        WHERE s.item > ?2 AND NOT EXISTS (SELECT 1 FROM json_each(?1) AS word WHERE instr(
            s.search_text || char(10) || coalesce(p.search_text, ''), word.value) = 0)
        ORDER BY s.item LIMIT ?3";
    const OFFERS: &str = "SELECT DISTINCT o.item FROM offer AS o WHERE o.item > ?2
        AND NOT EXISTS
            (SELECT 1 FROM json_each(?1) AS word WHERE instr(o.search_text, word.value) = 0)
        ORDER BY o.item LIMIT ?3";
    const SHEETS: &str = "SELECT DISTINCT s.item FROM sheet_sku AS s
        WHERE s.item > ?2 AND NOT EXISTS
            (SELECT 1 FROM json_each(?1) AS word WHERE instr(s.search_text, word.value) = 0)
        AND EXISTS
            (SELECT 1 FROM sheet_market AS m WHERE m.market = s.market AND m.sheet = s.sheet)
        ORDER BY s.item LIMIT ?3";
    let words: Vec<_> = words.iter().map(|word| word.to_lowercase()).collect();
    let words = to_json(&words)?;
    let after = after.unwrap_or_default();
    let mut found = BTreeSet::new();
    for sql in [SKUS, OFFERS, SHEETS] {
        for_each(connection, sql, params![words, after, row_limit(limit)], |row| {
            found.insert(ItemKey::from_stored(row.get(0)?));
            Ok(())
        })?;
    }
    Ok(found.into_iter().take(limit).collect())
}
