//! Removes what nobody needs any more, a bounded number of rows at a time.

use rusqlite::Connection;

use super::{carts, orders};
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
    // A full measure of any kind: there may be more. The next call says for certain.
    let most = expired_carts.max(ordered_carts).max(requests);
    Ok(Purged { expired_carts, ordered_carts, requests, more: most >= limit as u64 })
}
