//! Orders, each one document, and the answers that requests have had.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use uuid::Uuid;

use super::carts::page;
use super::connection::{change, row_limit, run};
use super::customers;
use crate::catalog::item_id::ItemKey;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Answered, CustomerKey, OrderQuery, OrderRecord, Page, SubscriptionRecord};

/// A customer's order.
pub(super) fn order(
    connection: &Connection,
    customer: &CustomerKey,
    id: Uuid,
) -> Result<Option<OrderRecord>> {
    const ORDER: &str = "SELECT seq, id, cart, customer_id, body FROM orders
        WHERE id = ?1 AND customer = ?2";
    let mut statement = connection.prepare_cached(ORDER)?;
    let found =
        statement.query_row(params![id.as_bytes(), customer.as_str()], order_of).optional()?;
    Ok(found.map(|(_, order)| order))
}

/// A customer's orders, newest first.
pub(super) fn orders(
    connection: &Connection,
    customer: &CustomerKey,
    query: &OrderQuery,
) -> Result<Page<OrderRecord>> {
    let (count, select) = if query.cart.is_some() { OF_CART } else { OF_CUSTOMER };
    let cart = query.cart.map(Uuid::into_bytes);
    // As the document has it, which as text is in the order of time.
    let from = query.created.from.map(|moment| moment.to_string());
    let before = query.created.before.map(|moment| moment.to_string());
    let total = connection.prepare_cached(count)?.query_row(
        named_params! {
            ":customer": customer.as_str(), ":cart": cart, ":from": from, ":before": before,
        },
        |row| row.get(0),
    )?;
    let mut statement = connection.prepare_cached(select)?;
    let found = statement.query_map(
        named_params! {
            ":customer": customer.as_str(),
            ":cart": cart,
            ":from": from,
            ":before": before,
            ":after": query.after.unwrap_or(i64::MAX),
            // One more than asked for tells whether there is a next page.
            ":limit": row_limit(query.limit.saturating_add(1)),
        },
        order_of,
    )?;
    Ok(page(total, found.collect::<rusqlite::Result<_>>()?, query.limit))
}

/// The condition of a period. Without one no document is looked into.
macro_rules! in_period {
    () => {
        " AND (:from IS NULL OR json_extract(body, '$.creationDate') >= :from) \
         AND (:before IS NULL OR json_extract(body, '$.creationDate') < :before)"
    };
}

/// Statements that count and list; each of the two kinds has an index of its own.
const OF_CART: (&str, &str) = (
    concat!(
        "SELECT count(*) FROM orders WHERE cart = :cart AND customer = :customer",
        in_period!()
    ),
    concat!(
        "SELECT seq, id, cart, customer_id, body FROM orders \
         WHERE cart = :cart AND customer = :customer AND seq < :after",
        in_period!(),
        " ORDER BY seq DESC LIMIT :limit"
    ),
);
const OF_CUSTOMER: (&str, &str) = (
    concat!(
        "SELECT count(*) FROM orders WHERE customer = :customer AND :cart IS NULL",
        in_period!()
    ),
    concat!(
        "SELECT seq, id, cart, customer_id, body FROM orders \
         WHERE customer = :customer AND :cart IS NULL AND seq < :after",
        in_period!(),
        " ORDER BY seq DESC LIMIT :limit"
    ),
);

fn order_of(row: &Row<'_>) -> rusqlite::Result<(i64, OrderRecord)> {
    let order = OrderRecord {
        id: Uuid::from_bytes(row.get(1)?),
        cart: Uuid::from_bytes(row.get(2)?),
        customer_id: row.get(3)?,
        body: row.get(4)?,
    };
    Ok((row.get(0)?, order))
}

/// Stores orders with all that follows from them; answers how many rows that took.
pub(super) fn place(
    connection: &Connection,
    customer: &CustomerKey,
    orders: &[OrderRecord],
    subscriptions: &[SubscriptionRecord],
    sold: &[(ItemKey, i64)],
) -> Result<u64> {
    insert(connection, customer, orders)?;
    customers::add_subscriptions(connection, customer, subscriptions)?;
    sell(connection, sold)?;
    Ok((orders.len() + subscriptions.len() + sold.len()) as u64)
}

fn insert(connection: &Connection, customer: &CustomerKey, orders: &[OrderRecord]) -> Result<()> {
    const INSERT: &str = "INSERT INTO orders (id, customer, customer_id, cart, body)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut statement = connection.prepare_cached(INSERT)?;
    for order in orders {
        statement.execute(params![
            order.id.as_bytes(),
            customer.as_str(),
            order.customer_id,
            order.cart.as_bytes(),
            order.body,
        ])?;
    }
    Ok(())
}

/// Takes what was sold from the stock. Whoever sells has looked at the stock in this same
/// transaction, so that too little of it is a defect.
fn sell(connection: &Connection, sold: &[(ItemKey, i64)]) -> Result<()> {
    const MOVE_GENERATION: &str = "UPDATE meta SET stock_generation = stock_generation + 1";
    const TAKE: &str = "UPDATE inventory SET available = available - ?2
        WHERE item = ?1 AND available >= ?2";
    const IS_LIMITED: &str = "SELECT available FROM inventory
        WHERE item = ?1 AND available IS NOT NULL";
    if sold.is_empty() {
        return Ok(());
    }
    for (item, quantity) in sold {
        if change(connection, TAKE, params![item.as_str(), quantity])? == 1 {
            continue;
        }
        let mut statement = connection.prepare_cached(IS_LIMITED)?;
        let left: Option<i64> =
            statement.query_row([item.as_str()], |row| row.get(0)).optional()?;
        if let Some(left) = left {
            let text = format!("{quantity} of {item} were sold, but {left} are left");
            return Err(Error::new(ErrorKind::Panic, text));
        }
    }
    run(connection, MOVE_GENERATION)
}

/// The answer that a customer's request has had.
pub(super) fn answered(
    connection: &Connection,
    customer: &CustomerKey,
    request_id: &str,
) -> Result<Option<Answered>> {
    const ANSWER: &str = "SELECT fingerprint, answer FROM request
        WHERE customer = ?1 AND request_id = ?2";
    let mut statement = connection.prepare_cached(ANSWER)?;
    let found = statement.query_row([customer.as_str(), request_id], |row| {
        Ok(Answered { fingerprint: Uuid::from_bytes(row.get(0)?), answer: row.get(1)? })
    });
    Ok(found.optional()?)
}

/// Remembers the answer of a request.
pub(super) fn answer(
    connection: &Connection,
    customer: &CustomerKey,
    request_id: &str,
    answered: &Answered,
    at: Timestamp,
) -> Result<u64> {
    const INSERT: &str = "INSERT INTO request
        (customer, request_id, fingerprint, answered, answer) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (customer, request_id) DO UPDATE SET fingerprint = excluded.fingerprint,
        answered = excluded.answered, answer = excluded.answer";
    let fingerprint = answered.fingerprint.as_bytes();
    let params = params![customer.as_str(), request_id, fingerprint, at.ticks(), answered.answer];
    change(connection, INSERT, params)
}

/// Forgets answers given before a moment, the oldest first.
pub(super) fn purge_answers(
    connection: &Connection,
    before: Timestamp,
    limit: usize,
) -> Result<u64> {
    const DELETE: &str = "DELETE FROM request WHERE seq IN
        (SELECT seq FROM request WHERE answered < ?1 ORDER BY answered, seq LIMIT ?2)";
    change(connection, DELETE, params![before.ticks(), row_limit(limit)])
}

/// Puts a mark in the place of a customer's id on his orders, and forgets his requests.
pub(super) fn erase(connection: &Connection, customer: &CustomerKey, mark: &str) -> Result<u64> {
    const MARK: &str = "UPDATE orders SET customer = ?2, customer_id = ?3 WHERE customer = ?1";
    const FORGET: &str = "DELETE FROM request WHERE customer = ?1";
    let key = CustomerKey::new(mark);
    let marked = change(connection, MARK, [customer.as_str(), key.as_str(), mark])?;
    Ok(marked + change(connection, FORGET, [customer.as_str()])?)
}
