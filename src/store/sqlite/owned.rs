//! What customers have of items and of promotions, added up over their subscriptions, so that the
//! rules ask at the same cost however much a customer has bought.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};

use super::blocks::{self, RowStatement, row_statement};
use super::connection::change;
use super::error::to_json;
use crate::catalog::facts::{Owned, Redeemed};
use crate::catalog::item_id::ItemKey;
use crate::error::Result;
use crate::store::{CustomerKey, SubscriptionRecord};

/// The number of the customer whose key is the first parameter.
macro_rules! customer_number {
    () => {
        "(SELECT number FROM customer WHERE key = ?1)"
    };
}
pub(super) use customer_number;

/// What a customer has of items.
pub(super) fn owned(
    connection: &Connection,
    customer: &CustomerKey,
    keys: &BTreeSet<ItemKey>,
) -> Result<BTreeMap<ItemKey, Owned>> {
    const OWNED: &str = concat!(
        "SELECT o.item, o.seats, o.active, o.concurrent, o.ever \
         FROM json_each(?2) AS wanted CROSS JOIN owned AS o ON o.customer = ",
        customer_number!(),
        " AND o.item = wanted.value"
    );
    let mut statement = connection.prepare_cached(OWNED)?;
    let rows = statement.query_map(params![customer.as_str(), to_json(keys)?], |row| {
        let owned = Owned {
            seats: row.get(1)?,
            active: row.get(2)?,
            concurrent: row.get(3)?,
            ever: row.get(4)?,
        };
        Ok((ItemKey::from_stored(row.get(0)?), owned))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many active or suspended subscriptions a customer has.
pub(super) fn subscriptions_owned(connection: &Connection, customer: &CustomerKey) -> Result<i64> {
    const COUNT: &str =
        concat!("SELECT ifnull(sum(active), 0) FROM owned WHERE customer = ", customer_number!());
    let mut statement = connection.prepare_cached(COUNT)?;
    Ok(statement.query_row([customer.as_str()], |row| row.get(0))?)
}

/// What a customer has redeemed of promotions, cancelled or not.
pub(super) fn redeemed(
    connection: &Connection,
    customer: &CustomerKey,
    promotions: &BTreeSet<String>,
) -> Result<BTreeMap<String, Redeemed>> {
    const REDEEMED: &str = concat!(
        "SELECT r.promotion, r.count, r.seats FROM json_each(?2) AS wanted \
         CROSS JOIN redeemed AS r ON r.customer = ",
        customer_number!(),
        " AND r.promotion = wanted.value"
    );
    let mut statement = connection.prepare_cached(REDEEMED)?;
    let rows = statement.query_map(params![customer.as_str(), to_json(promotions)?], |row| {
        Ok((row.get(0)?, Redeemed { count: row.get(1)?, seats: row.get(2)? }))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A subscription as far as it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted<'s> {
    pub(super) item: &'s str,
    pub(super) status: &'s str,
    pub(super) quantity: i64,
    pub(super) promotion: Option<&'s str>,
}

/// By how much the sums of a customer change.
#[derive(Debug, Default)]
pub(super) struct SumChange<'s> {
    owned: BTreeMap<&'s str, Owned>,
    redeemed: BTreeMap<&'s str, Redeemed>,
}

impl<'s> SumChange<'s> {
    /// There are subscriptions more.
    pub(super) fn of_new(records: impl Iterator<Item = &'s SubscriptionRecord>) -> Self {
        let mut sums = Self::default();
        for SubscriptionRecord { item, promotion, subscription } in records {
            let (status, promotion) = (subscription.status.as_str(), promotion.as_deref());
            let quantity = subscription.quantity;
            sums.count(Counted { item: item.as_str(), status, quantity, promotion }, 1);
        }
        sums
    }

    /// There is one subscription less.
    pub(super) fn take(&mut self, counted: Counted<'s>) {
        self.count(counted, -1);
    }

    fn count(&mut self, counted: Counted<'s>, times: i64) {
        let Counted { item, status, quantity, promotion } = counted;
        let one = Owned::of(status, quantity);
        let sum = self.owned.entry(item).or_default();
        sum.seats += times * one.seats;
        sum.active += times * one.active;
        sum.concurrent += times * one.concurrent;
        sum.ever += times * one.ever;
        if let Some(promotion) = promotion {
            let sum = self.redeemed.entry(promotion).or_default();
            sum.count += times;
            sum.seats += times * quantity;
        }
    }

    /// Makes the change. `customer` is the number of the customer.
    pub(super) fn write(self, connection: &Connection, customer: i64) -> Result<()> {
        let owned = self.owned.into_iter().filter(|(_, sum)| *sum != Owned::default());
        let owned: Vec<(&str, Owned)> = owned.collect();
        add_owned(connection, customer, &owned)?;
        let fewer = owned.iter().filter(|(_, sum)| sum.ever < 0).map(|(item, _)| *item);
        forget_empty(connection, FORGET_OWNED, customer, fewer)?;
        let redeemed = self.redeemed.into_iter().filter(|(_, sum)| *sum != Redeemed::default());
        let redeemed: Vec<(&str, Redeemed)> = redeemed.collect();
        add_redeemed(connection, customer, &redeemed)?;
        let fewer = redeemed.iter().filter(|(_, sum)| sum.count < 0).map(|(key, _)| *key);
        forget_empty(connection, FORGET_REDEEMED, customer, fewer)
    }
}

fn add_owned(connection: &Connection, customer: i64, sums: &[(&str, Owned)]) -> Result<()> {
    const ADD: RowStatement = row_statement!(
        "INSERT INTO owned (customer, item, seats, active, concurrent, ever) VALUES ",
        "(?, ?, ?, ?, ?, ?)",
        " ON CONFLICT (customer, item) DO UPDATE SET seats = seats + excluded.seats, \
         active = active + excluded.active, concurrent = concurrent + excluded.concurrent, \
         ever = ever + excluded.ever"
    );
    blocks::write(connection, ADD, sums, |(item, sum)| {
        let Owned { seats, active, concurrent, ever } = *sum;
        Ok([
            customer.into(),
            (*item).into(),
            seats.into(),
            active.into(),
            concurrent.into(),
            ever.into(),
        ])
    })
}

fn add_redeemed(connection: &Connection, customer: i64, sums: &[(&str, Redeemed)]) -> Result<()> {
    const ADD: RowStatement = row_statement!(
        "INSERT INTO redeemed (customer, promotion, count, seats) VALUES ",
        "(?, ?, ?, ?)",
        " ON CONFLICT (customer, promotion) DO UPDATE SET count = count + excluded.count, \
         seats = seats + excluded.seats"
    );
    blocks::write(connection, ADD, sums, |(promotion, sum)| {
        let Redeemed { count, seats } = *sum;
        Ok([customer.into(), (*promotion).into(), count.into(), seats.into()])
    })
}

const FORGET_OWNED: &str = "DELETE FROM owned WHERE customer = ?1 AND item = ?2 AND ever = 0";
const FORGET_REDEEMED: &str =
    "DELETE FROM redeemed WHERE customer = ?1 AND promotion = ?2 AND count = 0";

/// Sums over no subscription have no row.
fn forget_empty<'s>(
    connection: &Connection,
    forget: &str,
    customer: i64,
    keys: impl Iterator<Item = &'s str>,
) -> Result<()> {
    for key in keys {
        change(connection, forget, params![customer, key])?;
    }
    Ok(())
}

/// Removes the sums of a customer.
pub(super) fn erase(connection: &Connection, customer: &CustomerKey) -> Result<()> {
    const OWNED: &str = concat!("DELETE FROM owned WHERE customer = ", customer_number!());
    const REDEEMED: &str = concat!("DELETE FROM redeemed WHERE customer = ", customer_number!());
    change(connection, OWNED, [customer.as_str()])?;
    change(connection, REDEEMED, [customer.as_str()])?;
    Ok(())
}
