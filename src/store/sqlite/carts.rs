//! Carts: a header row here and one row for each line in `cart_lines`, so that a change writes only
//! the rows that changed.

use rusqlite::{Connection, OptionalExtension, Params, Row, named_params, params};
use uuid::Uuid;

use super::cart_lines::{self, IsIndexed};
use super::cart_parts::write_tallies;
use super::connection::{change, row_limit, run, text_in};
use super::error::{damaged, from_json, to_json};
use super::facts::for_each;
use super::groups;
use crate::cart::model::{Cart, CartHeader, CartStatus, Line};
use crate::cart::tally::TallyChange;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::store::{CartMark, CartQuery, CustomerKey, LineEdits, Page};

/// The number of a cart's row: counts insertions.
pub(super) type Seq = i64;

/// The columns of a header, in the order in which `header_of` reads them.
macro_rules! header_columns {
    () => {
        "seq, id, customer_id, version, status, created, modified, expires, user, \
         attestation_accepted, next_line_id, errors_left_by_checkout, line_count, groups, \
         standing"
    };
}

/// The state that a customer's cart is in.
pub(super) fn mark(
    connection: &Connection,
    customer: &CustomerKey,
    id: Uuid,
) -> Result<Option<CartMark>> {
    const MARK: &str = "SELECT version, (SELECT cart_removals FROM meta) FROM cart
        WHERE id = ?1 AND customer = ?2";
    let mut statement = connection.prepare_cached(MARK)?;
    let params = params![id.as_bytes(), customer.as_str()];
    let mark = |row: &Row<'_>| Ok(CartMark { version: row.get(0)?, removals: row.get(1)? });
    Ok(statement.query_row(params, mark).optional()?)
}

/// A customer's cart without its lines, and the number of its row.
pub(super) fn numbered_header(
    connection: &Connection,
    customer: &CustomerKey,
    id: Uuid,
) -> Result<Option<(Seq, CartHeader)>> {
    const HEADER: &str =
        concat!("SELECT ", header_columns!(), " FROM cart WHERE id = ?1 AND customer = ?2");
    connection
        .prepare_cached(HEADER)?
        .query_row(params![id.as_bytes(), customer.as_str()], |row| Ok(header_of(row)))
        .optional()?
        .transpose()
}

/// A customer's carts, newest first.
pub(super) fn carts(
    connection: &Connection,
    customer: &CustomerKey,
    query: &CartQuery,
) -> Result<Page<CartHeader>> {
    const COUNT: &str = "SELECT count(*) FROM cart
        WHERE customer = :customer AND (:status IS NULL OR status = :status)
        AND (status = 1 OR expires > :now)
        AND (:from IS NULL OR created >= :from) AND (:before IS NULL OR created < :before)";
    const PAGE: &str = concat!(
        "SELECT ",
        header_columns!(),
        " FROM cart WHERE customer = :customer AND (:status IS NULL OR status = :status) \
         AND (status = 1 OR expires > :now) \
         AND (:from IS NULL OR created >= :from) AND (:before IS NULL OR created < :before) \
         AND seq < :after ORDER BY seq DESC LIMIT :limit"
    );
    let status = query.status.map(status_number);
    let now = query.now.ticks();
    let from = query.created.from.map(Timestamp::ticks);
    let before = query.created.before.map(Timestamp::ticks);
    let total = connection.prepare_cached(COUNT)?.query_row(
        named_params! {
            ":customer": customer.as_str(), ":status": status, ":now": now,
            ":from": from, ":before": before,
        },
        |row| row.get(0),
    )?;
    let mut statement = connection.prepare_cached(PAGE)?;
    let mut rows = statement.query(named_params! {
        ":customer": customer.as_str(),
        ":status": status,
        ":now": now,
        ":from": from,
        ":before": before,
        ":after": query.after.unwrap_or(i64::MAX),
        // One more than asked for tells whether there is a next page.
        ":limit": row_limit(query.limit.saturating_add(1)),
    })?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(header_of(row)?);
    }
    Ok(page(total, found, query.limit))
}

/// A page of at most `limit` of the items found.
pub(super) fn page<T>(total: i64, mut found: Vec<(i64, T)>, limit: usize) -> Page<T> {
    let is_last = found.len() <= limit;
    found.truncate(limit);
    let after = found.last().map(|(seq, _)| *seq).filter(|_| !is_last);
    Page { total, items: found.into_iter().map(|(_, item)| item).collect(), after }
}

/// Stores a new cart; answers how many rows it took.
pub(super) fn create(connection: &Connection, customer: &CustomerKey, cart: &Cart) -> Result<u64> {
    const INSERT: &str = "INSERT INTO cart
        (id, customer, customer_id, version, status, created, modified, expires, user,
         attestation_accepted, next_line_id, errors_left_by_checkout, line_count, groups)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let header = &cart.header;
    connection.prepare_cached(INSERT)?.execute(params![
        header.id.as_bytes(),
        customer.as_str(),
        header.customer_id,
        header.version,
        status_number(header.status),
        header.created.ticks(),
        header.modified.ticks(),
        header.expires.ticks(),
        header.user,
        header.attestation_accepted,
        header.next_line_id,
        header.errors_left_by_checkout,
        header.line_count,
        groups::to_text(&header.groups)?,
    ])?;
    cart_lines::insert(connection, connection.last_insert_rowid(), &cart.lines)?;
    Ok(1 + cart.lines.len() as u64)
}

/// Replaces a cart's header, writes some of its lines and removes others; answers how many rows it
/// touched.
pub(super) fn update(
    connection: &Connection,
    seq: Seq,
    cart: &Cart,
    lines: &LineEdits,
    tallies: &TallyChange,
) -> Result<u64> {
    let Cart { header, lines: all } = cart;
    update_header(connection, seq, header)?;
    let LineEdits { written, altered, removed } = lines;
    cart_lines::remove(connection, seq, removed)?;
    let is_indexed = IsIndexed(header.standing.is_some());
    cart_lines::put(connection, seq, &lines_at(all, written), is_indexed)?;
    cart_lines::alter(connection, seq, &lines_at(all, altered))?;
    write_tallies(connection, seq, tallies)?;
    Ok(1 + (written.len() + altered.len() + removed.len()) as u64)
}

fn lines_at<'l>(lines: &'l [Line], places: &[usize]) -> Vec<&'l Line> {
    places.iter().filter_map(|place| lines.get(*place)).collect()
}

/// What never changes is not written. The status, which stands in indexes, changes once.
fn update_header(connection: &Connection, seq: Seq, header: &CartHeader) -> Result<()> {
    const UPDATE: &str = "UPDATE cart SET version = ?2, modified = ?3, user = ?4,
        attestation_accepted = ?5, next_line_id = ?6, errors_left_by_checkout = ?7,
        line_count = ?8, groups = ?9, standing = ?10 WHERE seq = ?1";
    const SET_ORDERED: &str = "UPDATE cart SET status = 1 WHERE seq = ?1 AND status = 0";
    connection.prepare_cached(UPDATE)?.execute(params![
        seq,
        header.version,
        header.modified.ticks(),
        header.user,
        header.attestation_accepted,
        header.next_line_id,
        header.errors_left_by_checkout,
        header.line_count,
        groups::to_text(&header.groups)?,
        header.standing.as_ref().map(to_json).transpose()?,
    ])?;
    if header.status == CartStatus::Ordered {
        change(connection, SET_ORDERED, [seq])?;
    }
    Ok(())
}

/// Removes all carts of a customer; answers how many rows that were.
pub(super) fn delete_all(connection: &Connection, customer: &CustomerKey) -> Result<u64> {
    const ALL: &str = "SELECT seq FROM cart WHERE customer = ?1";
    remove(connection, &seqs(connection, ALL, [customer.as_str()])?)
}

/// Removes active carts that have expired, the oldest first; answers how many carts that were.
pub(super) fn purge_expired(connection: &Connection, at: Timestamp, limit: usize) -> Result<u64> {
    const EXPIRED: &str = "SELECT seq FROM cart WHERE status = 0 AND expires <= ?1
        ORDER BY expires, seq LIMIT ?2";
    let expired = seqs(connection, EXPIRED, params![at.ticks(), row_limit(limit)])?;
    remove(connection, &expired)?;
    Ok(expired.len() as u64)
}

/// Removes ordered carts last changed before a moment, the oldest first; answers how many carts
/// that were.
pub(super) fn purge_ordered(
    connection: &Connection,
    before: Timestamp,
    limit: usize,
) -> Result<u64> {
    const ORDERED: &str = "SELECT seq FROM cart WHERE status = 1 AND modified < ?1
        ORDER BY modified, seq LIMIT ?2";
    let ordered = seqs(connection, ORDERED, params![before.ticks(), row_limit(limit)])?;
    remove(connection, &ordered)?;
    Ok(ordered.len() as u64)
}

fn seqs(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<Seq>> {
    let mut found = Vec::new();
    for_each(connection, sql, params, |row| {
        found.push(row.get(0)?);
        Ok(())
    })?;
    Ok(found)
}

/// Removes carts with their lines, and tells those who keep carts in memory that some are gone;
/// answers how many rows that were.
pub(super) fn remove(connection: &Connection, carts: &[Seq]) -> Result<u64> {
    const DELETE: &str = "DELETE FROM cart WHERE seq = ?1";
    const COUNT: &str = "UPDATE meta SET cart_removals = cart_removals + 1";
    let mut rows = 0;
    for seq in carts {
        rows += cart_lines::remove_all(connection, *seq)? + change(connection, DELETE, [*seq])?;
    }
    if !carts.is_empty() {
        run(connection, COUNT)?;
    }
    Ok(rows)
}

/// The number of a cart's row.
pub(super) fn seq_of(connection: &Connection, id: Uuid) -> Result<Option<Seq>> {
    const SEQ: &str = "SELECT seq FROM cart WHERE id = ?1";
    let mut statement = connection.prepare_cached(SEQ)?;
    Ok(statement.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
}

fn status_number(status: CartStatus) -> i64 {
    match status {
        CartStatus::Active => 0,
        CartStatus::Ordered => 1,
    }
}

fn status_of(number: i64) -> Result<CartStatus> {
    match number {
        0 => Ok(CartStatus::Active),
        1 => Ok(CartStatus::Ordered),
        other => Err(damaged(format_args!("{other} is no status of a cart"))),
    }
}

/// Reads a row of `header_columns`.
fn header_of(row: &Row<'_>) -> Result<(Seq, CartHeader)> {
    let header = CartHeader {
        id: Uuid::from_bytes(row.get(1)?),
        customer_id: row.get(2)?,
        version: row.get(3)?,
        status: status_of(row.get(4)?)?,
        created: Timestamp::from_ticks(row.get(5)?),
        modified: Timestamp::from_ticks(row.get(6)?),
        expires: Timestamp::from_ticks(row.get(7)?),
        user: row.get(8)?,
        attestation_accepted: row.get(9)?,
        next_line_id: row.get(10)?,
        errors_left_by_checkout: row.get(11)?,
        line_count: row.get(12)?,
        groups: groups::from_text(row.get_ref(13)?.as_str().map_err(rusqlite::Error::from)?)?,
        standing: text_in(row, 14)?.map(from_json).transpose()?,
    };
    Ok((row.get(0)?, header))
}
