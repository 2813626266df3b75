//! Customers, and the subscriptions that the host has put or orders have made.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use foldhash::{HashMap, HashMapExt};
use rusqlite::{Connection, OptionalExtension, Row, params};
use smol_str::SmolStr;

use super::blocks::{RowStatement, row_statement, value};
use super::cart_lines::{kept, term_value};
use super::connection::{change, text_in};
use super::error::to_json;
use super::facts::for_each;
use super::owned::{self, Counted, SumChange, customer_number};
use super::{blocks, carts, orders};
use crate::catalog::facts::Alignment;
use crate::catalog::model::{Customer, Subscription};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::store::{CustomerKey, SubscriptionRecord};
use crate::term::{BillingCycle, Duration};

/// The columns of a subscription, in the order in which `subscription_of` reads them.
macro_rules! subscription_columns {
    () => {
        "subscription.id, given_id, offer_id, quantity, status, term, cycle, is_trial, created, \
         commitment_end, reservations_enabled, is_registered, parent_id, order_id, promotion_id, \
         friendly_name, product_type"
    };
}

/// A customer's fields; `None` while only orders have told of him.
pub(super) fn customer(
    connection: &Connection,
    customer: &CustomerKey,
) -> Result<Option<Customer>> {
    const CUSTOMER: &str = "SELECT id, country, currency, segment FROM customer
        WHERE key = ?1 AND id IS NOT NULL";
    let mut statement = connection.prepare_cached(CUSTOMER)?;
    let found = statement.query_row([customer.as_str()], |row| {
        Ok(Customer {
            id: row.get(0)?,
            country: row.get(1)?,
            currency: row.get(2)?,
            segment: row.get(3)?,
        })
    });
    Ok(found.optional()?)
}

/// A customer's subscriptions of these ids. What was bought without one has no status.
pub(super) fn subscriptions(
    connection: &Connection,
    customer: &CustomerKey,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, Subscription>> {
    const NAMED: &str = concat!(
        "SELECT ",
        subscription_columns!(),
        " FROM json_each(?2) AS wanted CROSS JOIN subscription ON customer = ",
        customer_number!(),
        " AND subscription.id = wanted.value WHERE status <> ''"
    );
    let mut statement = connection.prepare_cached(NAMED)?;
    let mut rows = statement.query(params![customer.as_str(), to_json(ids)?])?;
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        found.insert(row.get(0)?, subscription_of(row)?);
    }
    Ok(found)
}

/// All of a customer's subscriptions, in the order in which they were made.
pub(super) fn all_subscriptions(
    connection: &Connection,
    customer: &CustomerKey,
) -> Result<Vec<Subscription>> {
    const ALL: &str = concat!(
        "SELECT ",
        subscription_columns!(),
        " FROM subscription WHERE customer = ",
        customer_number!(),
        " AND status <> '' ORDER BY seq"
    );
    let mut statement = connection.prepare_cached(ALL)?;
    let mut rows = statement.query([customer.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(subscription_of(row)?);
    }
    Ok(found)
}

/// The ends of running terms that fall on the same days of some year, each once.
pub(super) fn alignments(
    connection: &Connection,
    customer: &CustomerKey,
    ends: &BTreeSet<NaiveDate>,
) -> Result<Vec<Alignment>> {
    const RUNNING: &str = concat!(
        "SELECT commitment_end, term, item, product_type FROM subscription WHERE customer = ",
        customer_number!(),
        " AND status = 'active' AND is_trial = 0 AND commitment_end IS NOT NULL"
    );
    let day_of = |date: NaiveDate| (date.month(), date.day());
    let days: BTreeSet<_> = ends.iter().map(|end| day_of(*end)).collect();
    let (mut found, mut licences) = (BTreeSet::new(), HashMap::new());
    let mut statement = connection.prepare_cached(RUNNING)?;
    let mut rows = statement.query([customer.as_str()])?;
    while let Some(row) = rows.next()? {
        let end = Timestamp::from_ticks(row.get(0)?);
        // Most end on other days, and cost no more than a look at the row.
        if !days.contains(&day_of(end.date())) {
            continue;
        }
        let is_monthly = term_of(row, 1)? == Some(Duration::months(1));
        let is_licence = match licences.entry((row.get(2)?, row.get(3)?)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let is_licence = is_licence_based(connection, new.key())?;
                *new.insert(is_licence)
            }
        };
        if is_licence {
            found.insert(Alignment { end, is_monthly });
        }
    }
    Ok(found.into_iter().collect())
}

/// Whether a subscription is licence-based, by its item and its product type. What product it is
/// of, it says itself, or else the catalog, or else a price sheet.
fn is_licence_based(connection: &Connection, product: &(String, Option<String>)) -> Result<bool> {
    const TOLD: &str = "SELECT 'onlineservicesnce' = lower(coalesce(?2,
        (SELECT product_type FROM product WHERE key = substr(?1, 1, instr(?1, ':') - 1)),
        (SELECT 'OnlineServicesNCE' FROM sheet_sku JOIN sheet_market USING (sheet, market)
         WHERE sheet_sku.item = ?1 AND sheet_sku.is_license = 1)))";
    let mut statement = connection.prepare_cached(TOLD)?;
    let (item, product_type) = product;
    let told: Option<bool> = statement.query_row(params![item, product_type], |row| row.get(0))?;
    Ok(told.unwrap_or_default())
}

/// Reads a row of `subscription_columns`.
fn subscription_of(row: &Row<'_>) -> Result<Subscription> {
    let moment = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp::from_ticks));
    let text = |column| text_in(row, column).map(|text| text.map(SmolStr::new));
    let given: Option<String> = row.get(1)?;
    let cycle: Option<String> = row.get(6)?;
    Ok(Subscription {
        id: given.map_or_else(|| row.get(0), Ok)?,
        offer_id: row.get(2)?,
        quantity: row.get(3)?,
        status: text(4)?.unwrap_or_default(),
        term_duration: term_of(row, 5)?,
        billing_cycle: cycle.map(|cycle| kept(&cycle, BillingCycle::parse)).transpose()?,
        is_trial: row.get(7)?,
        created: moment(8)?,
        commitment_end: moment(9)?,
        reservations_enabled: row.get(10)?,
        is_registered: row.get(11)?,
        parent_id: row.get(12)?,
        order_id: text(13)?,
        promotion_id: row.get(14)?,
        friendly_name: text(15)?,
        product_type: text(16)?,
    })
}

fn term_of(row: &Row<'_>, column: usize) -> Result<Option<Duration>> {
    text_in(row, column)?.map(|term| kept(term, Duration::parse)).transpose()
}

/// Replaces a customer's fields and puts subscriptions; answers how many documents that were.
pub(super) fn put(
    connection: &Connection,
    customer: &CustomerKey,
    fields: &Customer,
    subscriptions: &[SubscriptionRecord],
) -> Result<u64> {
    const FIELDS: &str = "UPDATE customer SET id = ?2, country = ?3, currency = ?4, segment = ?5
        WHERE key = ?1";
    let owner = touch(connection, customer)?;
    let Customer { id, country, currency, segment } = fields;
    change(connection, FIELDS, params![customer.as_str(), id, country, currency, segment])?;
    count_put(connection, owner, subscriptions)?;
    write_subscriptions(connection, PUT, owner, subscriptions)?;
    Ok(1 + subscriptions.len() as u64)
}

/// Counts subscriptions that are to be put in place of those that have their ids.
fn count_put(
    connection: &Connection,
    owner: Owner,
    subscriptions: &[SubscriptionRecord],
) -> Result<()> {
    const REPLACED: &str = "SELECT item, status, quantity, promotion FROM subscription
        WHERE customer = ?1 AND id = ?2";
    // Of several of one id the last one stays.
    let put: BTreeMap<Cow<'_, str>, &SubscriptionRecord> =
        subscriptions.iter().map(|record| (id_in_lower_case(record), record)).collect();
    let mut replaced: Vec<(String, String, i64, Option<String>)> = Vec::new();
    for id in put.keys() {
        for_each(connection, REPLACED, params![owner.number, id], |row| {
            replaced.push(row.try_into()?);
            Ok(())
        })?;
    }
    let mut sums = SumChange::of_new(put.into_values());
    for (item, status, quantity, promotion) in &replaced {
        let promotion = promotion.as_deref();
        sums.take(Counted { item, status, quantity: *quantity, promotion });
    }
    sums.write(connection, owner.number)
}

fn id_in_lower_case(record: &SubscriptionRecord) -> Cow<'_, str> {
    let id = record.subscription.id.as_str();
    let is_lower = !id.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_lower { id.into() } else { id.to_ascii_lowercase().into() }
}

/// Adds the subscriptions that orders made.
pub(super) fn add_subscriptions(
    connection: &Connection,
    customer: &CustomerKey,
    subscriptions: &[SubscriptionRecord],
) -> Result<()> {
    if subscriptions.is_empty() {
        return Ok(());
    }
    let owner = touch(connection, customer)?;
    SumChange::of_new(subscriptions.iter()).write(connection, owner.number)?;
    write_subscriptions(connection, INSERT, owner, subscriptions)
}

/// The customer of a row of subscriptions: his number, and the generation that he has by it.
#[derive(Clone, Copy)]
struct Owner {
    number: i64,
    generation: i64,
}

/// Gives a customer a generation that he has not had before, so that whoever settled on the old one
/// notices, and a new one a number. A statement that returned what it wrote would cost more than
/// these two.
fn touch(connection: &Connection, customer: &CustomerKey) -> Result<Owner> {
    const NEXT: &str = "SELECT coalesce(number, (SELECT max(number) FROM customer) + 1, 1),
        coalesce(generation, customer_generation) + 1
        FROM meta LEFT JOIN customer ON key = ?1";
    const TOUCH: &str = "INSERT INTO customer (key, number, generation) VALUES (?1, ?2, ?3)
        ON CONFLICT (key) DO UPDATE SET generation = excluded.generation";
    let key = customer.as_str();
    let owner = connection
        .prepare_cached(NEXT)?
        .query_row([key], |row| Ok(Owner { number: row.get(0)?, generation: row.get(1)? }))?;
    change(connection, TOUCH, params![key, owner.number, owner.generation])?;
    Ok(owner)
}

/// The statement that writes subscriptions, by its first words and its end.
macro_rules! write_with {
    ($verb:literal, $end:expr) => {
        row_statement!(
            concat!(
                $verb,
                " INTO subscription (customer, id, made, item, status, quantity, promotion, \
                 is_trial, commitment_end, product_type, given_id, offer_id, term, cycle, \
                 created, order_id, promotion_id, friendly_name, parent_id, \
                 reservations_enabled, is_registered) VALUES "
            ),
            "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            $end
        )
    };
}

/// New ones. What fails is undone as a whole, so that SQLite need not keep, for each statement, the
/// pages as they were before it.
const INSERT: RowStatement = write_with!("INSERT OR FAIL", "");

/// One that is replaced keeps its place in the order.
const PUT: RowStatement = write_with!(
    "INSERT",
    " ON CONFLICT (customer, id) DO UPDATE SET item = excluded.item, status = excluded.status, \
     quantity = excluded.quantity, promotion = excluded.promotion, is_trial = excluded.is_trial, \
     commitment_end = excluded.commitment_end, product_type = excluded.product_type, \
     given_id = excluded.given_id, offer_id = excluded.offer_id, term = excluded.term, \
     cycle = excluded.cycle, created = excluded.created, order_id = excluded.order_id, \
     promotion_id = excluded.promotion_id, friendly_name = excluded.friendly_name, \
     parent_id = excluded.parent_id, reservations_enabled = excluded.reservations_enabled, \
     is_registered = excluded.is_registered"
);

fn write_subscriptions(
    connection: &Connection,
    statement: RowStatement,
    owner: Owner,
    subscriptions: &[SubscriptionRecord],
) -> Result<()> {
    blocks::write(connection, statement, subscriptions, |record| {
        let SubscriptionRecord { item, promotion, subscription } = record;
        let given = subscription.id.as_str();
        let id = id_in_lower_case(record);
        let given = (id != given).then_some(given);
        Ok([
            owner.number.into(),
            match id {
                Cow::Borrowed(id) => id.into(),
                Cow::Owned(id) => id.into(),
            },
            owner.generation.into(),
            item.as_str().into(),
            subscription.status.as_str().into(),
            subscription.quantity.into(),
            value(promotion.as_deref()),
            subscription.is_trial.into(),
            value(subscription.commitment_end.map(Timestamp::ticks)),
            value(subscription.product_type.as_deref()),
            value(given),
            subscription.offer_id.as_str().into(),
            value(subscription.term_duration.map(term_value)),
            value(subscription.billing_cycle.map(BillingCycle::name)),
            value(subscription.created.map(Timestamp::ticks)),
            value(subscription.order_id.as_deref()),
            value(subscription.promotion_id.as_deref()),
            value(subscription.friendly_name.as_deref()),
            value(subscription.parent_id.as_deref()),
            value(subscription.reservations_enabled),
            value(subscription.is_registered),
        ])
    })
}

/// Removes all that is known of a customer but his orders, which keep a mark in place of his id;
/// answers how many rows that touched.
pub(super) fn erase(connection: &Connection, customer: &CustomerKey, mark: &str) -> Result<u64> {
    const DELETE_SUBSCRIPTIONS: &str =
        concat!("DELETE FROM subscription WHERE customer = ", customer_number!());
    const REMEMBER: &str = "UPDATE meta SET customer_generation = max(customer_generation,
        ifnull((SELECT generation FROM customer WHERE key = ?1), 0))";
    const DELETE: &str = "DELETE FROM customer WHERE key = ?1";
    let key = customer.as_str();
    change(connection, REMEMBER, [key])?;
    owned::erase(connection, customer)?;
    let documents = carts::delete_all(connection, customer)?
        + orders::erase(connection, customer, mark)?
        + change(connection, DELETE_SUBSCRIPTIONS, [key])?;
    Ok(documents + change(connection, DELETE, [key])?)
}
