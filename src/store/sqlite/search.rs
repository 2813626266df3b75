//! Finds catalog items by words in titles.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row};

use crate::catalog::item_id::ItemKey;
use crate::error::Result;

/// The places where titles are kept, each read in the order of keys: the key and one or two texts
/// in lower case.
const PLACES: [&str; 3] = [
    "SELECT s.item, s.search_text, p.search_text FROM sku AS s
        LEFT JOIN product AS p ON p.key = s.product WHERE s.item > ?1 ORDER BY s.item",
    "SELECT item, search_text, NULL FROM offer WHERE item > ?1 ORDER BY item",
    "SELECT s.item, s.search_text, NULL FROM sheet_sku AS s
        CROSS JOIN sheet_market AS m ON m.market = s.market AND m.sheet = s.sheet
        WHERE s.item > ?1 ORDER BY s.item",
];

/// The items whose titles hold every one of these words, by key: at most `limit` of them after
/// `after`. Each place is read only as far as needed.
pub(super) fn search(
    connection: &Connection,
    words: &[String],
    limit: usize,
    after: Option<&str>,
) -> Result<Vec<ItemKey>> {
    let words: Vec<_> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut found = BTreeSet::new();
    for place in PLACES {
        found.extend(search_place(connection, place, &words, limit, after.unwrap_or_default())?);
    }
    Ok(found.into_iter().take(limit).collect())
}

fn search_place(
    connection: &Connection,
    place: &str,
    words: &[String],
    limit: usize,
    after: &str,
) -> Result<BTreeSet<ItemKey>> {
    let mut found = BTreeSet::new();
    let mut statement = connection.prepare_cached(place)?;
    let mut rows = statement.query([after])?;
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        if holds_all(row, words)? {
            found.insert(ItemKey::from_stored(row.get(0)?));
        }
    }
    Ok(found)
}

/// Whether every word is in one of a row's texts.
fn holds_all(row: &Row<'_>, words: &[String]) -> rusqlite::Result<bool> {
    let own = row.get_ref(1)?.as_str()?;
    let products = row.get_ref(2)?.as_str_or_null()?.unwrap_or_default();
    Ok(words.iter().all(|word| own.contains(word.as_str()) || products.contains(word.as_str())))
}
