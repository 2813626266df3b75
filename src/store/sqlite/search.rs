//! Finds catalog items by words in titles.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use super::connection::text_in;
use crate::catalog::item_id::ItemKey;
use crate::error::Result;

/// The places where titles are kept, each read in the order of keys: the key, a text in lower case,
/// and the product whose text counts as well.
const PLACES: [&str; 3] = [
    "SELECT item, search_text, product FROM sku INDEXED BY sku_by_title
        WHERE item > ?1 ORDER BY item",
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
    let mut products = Products { connection, last: None };
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        let own = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let product = text_in(row, 2)?;
        let missing: Vec<_> = words.iter().filter(|word| !own.contains(word.as_str())).collect();
        let products_text = match product {
            Some(product) if !missing.is_empty() => products.text(product)?,
            _ => "",
        };
        if missing.iter().all(|word| products_text.contains(word.as_str())) {
            found.insert(ItemKey::from_stored(row.get(0)?));
        }
    }
    Ok(found)
}

/// The titles of products. SKUs of one product follow each other, so that the last one is kept.
struct Products<'a> {
    connection: &'a Connection,
    last: Option<(String, String)>,
}

impl Products<'_> {
    fn text(&mut self, key: &str) -> Result<&str> {
        const TEXT: &str = "SELECT search_text FROM product WHERE key = ?1";
        if self.last.as_ref().is_none_or(|(last, _)| last != key) {
            let mut statement = self.connection.prepare_cached(TEXT)?;
            let text: Option<String> = statement.query_row([key], |row| row.get(0)).optional()?;
            self.last = Some((key.to_owned(), text.unwrap_or_default()));
        }
        Ok(self.last.as_ref().map_or("", |(_, text)| text))
    }
}
