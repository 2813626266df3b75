//! A unit of work: what it changes, each change made where its tables are known.

use rusqlite::Connection;

use super::view::View;
use super::{carts, catalog, customers, orders, removal};
use crate::error::Result;
use crate::store::{Change, PurgeQuery, Purged, Read, Write};

/// The inside of a transaction.
#[derive(Debug)]
pub(super) struct Unit<'a> {
    connection: &'a Connection,
    view: View<'a>,
}

impl<'a> Unit<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection, view: View::new(connection) }
    }
}

impl Write for Unit<'_> {
    fn view(&self) -> &dyn Read {
        &self.view
    }

    fn apply(&mut self, change: &Change) -> Result<u64> {
        let connection = self.connection;
        match change {
            Change::CartCreated { customer, cart } => carts::create(connection, customer, cart),
            Change::CartChanged { cart, lines, tallies } => {
                carts::update(connection, cart, lines, tallies)
            }
            Change::CartDeleted(id) => carts::delete(connection, *id),
            Change::Ordered { customer, orders, subscriptions, sold } => {
                orders::place(connection, customer, orders, subscriptions, sold)
            }
            Change::RequestAnswered { customer, request_id, answered, at } => {
                orders::answer(connection, customer, request_id, answered, *at)
            }
            Change::CatalogPut(documents) => catalog::put(connection, documents),
            Change::CatalogRemoved(keys) => removal::remove(connection, keys),
            Change::CustomerPut { customer, fields, subscriptions } => {
                customers::put(connection, customer, fields, subscriptions)
            }
            Change::CustomerErased { customer, mark } => {
                customers::erase(connection, customer, mark)
            }
        }
    }

    fn purge(&mut self, query: &PurgeQuery) -> Result<Purged> {
        super::purge::purge(self.connection, query)
    }
}
