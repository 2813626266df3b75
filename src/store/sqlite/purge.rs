//! Removes what nobody needs any more, a bounded number of rows at a time.

use rusqlite::{Connection, params};

use super::{carts, orders};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::store::{PurgeQuery, Purged};

/// Removes at most `limit` carts of each kind and remembered requests.
pub(super) fn purge(connection: &Connection, query: &PurgeQuery) -> Result<Purged> {
    let limit = query.limit;
    let expired_carts = carts::purge_expired(connection, query.expired_at, limit)?;
    let ordered_carts = match query.ordered_before {
        Some(before) => carts::purge_ordered(connection, before, limit)?,
        None => 0,
    };
    let requests = orders::purge_answers(connection, query.answered_before, limit)?;
    let more = is_anything_left(connection, query)?;
    Ok(Purged { expired_carts, ordered_carts, requests, more })
}

fn is_anything_left(connection: &Connection, query: &PurgeQuery) -> Result<bool> {
    const IS_LEFT: &str = "SELECT
        EXISTS (SELECT 1 FROM cart WHERE status = 0 AND expires <= ?1)
        OR EXISTS (SELECT 1 FROM cart WHERE status = 1 AND modified < ?2)
        OR EXISTS (SELECT 1 FROM request WHERE answered < ?3)";
    let params = params![
        query.expired_at.ticks(),
        query.ordered_before.map(Timestamp::ticks),
        query.answered_before.ticks(),
    ];
    Ok(connection.prepare_cached(IS_LEFT)?.query_row(params, |row| row.get(0))?)
}
