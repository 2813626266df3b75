//! Counts and sizes.

use rusqlite::Connection;

use super::connection::{Place, number_pragma};
use super::file::{beside, size_at};
use crate::error::Result;
use crate::store::Stats;

/// What is counted, in the order in which it is told.
const COUNTS: &[(&str, &str)] = &[
    ("carts", "SELECT count(*) FROM cart"),
    ("lines", "SELECT coalesce(sum(line_count), 0) FROM cart"),
    ("orders", "SELECT count(*) FROM orders"),
    ("customers", "SELECT count(*) FROM customer"),
    ("subscriptions", "SELECT count(*) FROM subscription WHERE status <> ''"),
    ("requests", "SELECT count(*) FROM request"),
    ("products", "SELECT count(*) FROM product"),
    ("skus", "SELECT count(*) FROM sku"),
    ("availabilities", "SELECT count(*) FROM availability"),
    ("offers", "SELECT count(*) FROM offer"),
    ("prices", "SELECT count(*) FROM price"),
    ("promotions", "SELECT count(*) FROM promotion"),
    ("inventory", "SELECT count(*) FROM inventory"),
    ("sheets", "SELECT count(DISTINCT sheet) FROM sheet_market"),
];

/// Counts what is in a snapshot.
pub(super) fn stats(connection: &Connection, place: &Place) -> Result<Stats> {
    let mut counts = Vec::with_capacity(COUNTS.len());
    for (name, sql) in COUNTS {
        counts.push((*name, connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?));
    }
    let wal = place.path.as_deref().and_then(|path| size_at(&beside(path, "-wal")));
    let pages = number_pragma(connection, "page_count")?;
    Ok(Stats {
        counts,
        database_bytes: pages.saturating_mul(number_pragma(connection, "page_size")?),
        wal_bytes: wal.and_then(|bytes| i64::try_from(bytes).ok()).unwrap_or(0),
        schema_version: number_pragma(connection, "user_version")?,
        sqlite_version: rusqlite::version().to_owned(),
    })
}
