//! What can be asked of a snapshot, each question answered where its tables are known.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{cart_parts, carts, customers, facts, orders, search};
use crate::cart::model::{Cart, CartHeader, GroupSlot, Line, LineId};
use crate::cart::tally::Tallies;
use crate::catalog::facts::{Alignment, Owned, Redeemed};
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{Customer, ItemFacts, Promotion, Subscription};
use crate::error::Result;
use crate::store::{
    Answered, CartMark, CartQuery, CustomerKey, OrderQuery, OrderRecord, Page, Read, ReadParts,
    Scope, Stamps,
};

/// A snapshot, or the inside of a unit of work.
#[derive(Debug)]
pub(super) struct View<'a> {
    connection: &'a Connection,
}

impl<'a> View<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }
}

impl Read for View<'_> {
    fn stamps(&self, scope: &Scope) -> Result<Stamps> {
        // What is not asked for is not looked up: every call that changes something asks.
        const STAMPS: &str = "SELECT catalog_generation, stock_generation, cart_removals,
            ifnull((SELECT generation FROM customer WHERE key = ?1), 0),
            CASE WHEN ?2 IS NULL THEN NULL
            ELSE (SELECT version FROM cart WHERE id = ?2 AND customer = ?1) END,
            CASE WHEN ?3 IS NULL THEN 0
            ELSE EXISTS (SELECT 1 FROM request WHERE customer = ?1 AND request_id = ?3) END
            FROM meta WHERE id = 1";
        let cart = scope.cart.map(Uuid::into_bytes);
        let params = params![scope.customer.as_str(), cart, scope.request_id];
        Ok(self.connection.prepare_cached(STAMPS)?.query_row(params, |row| {
            Ok(Stamps {
                catalog: row.get(0)?,
                stock: row.get(1)?,
                removals: row.get(2)?,
                customer: row.get(3)?,
                cart: row.get(4)?,
                is_answered: row.get(5)?,
            })
        })?)
    }

    fn customer(&self, customer: &CustomerKey) -> Result<Option<Customer>> {
        customers::customer(self.connection, customer)
    }

    fn items(
        &self,
        market: &str,
        keys: &BTreeSet<ItemKey>,
    ) -> Result<BTreeMap<ItemKey, ItemFacts>> {
        facts::items(self.connection, market, keys)
    }

    fn market_has_prices(&self, market: &str) -> Result<bool> {
        facts::market_has_prices(self.connection, market)
    }

    fn stock(&self, keys: &BTreeSet<ItemKey>) -> Result<BTreeMap<ItemKey, i64>> {
        facts::stock(self.connection, keys)
    }

    fn owned(
        &self,
        customer: &CustomerKey,
        keys: &BTreeSet<ItemKey>,
    ) -> Result<BTreeMap<ItemKey, Owned>> {
        customers::owned(self.connection, customer, keys)
    }

    fn subscriptions_owned(&self, customer: &CustomerKey) -> Result<i64> {
        customers::subscriptions_owned(self.connection, customer)
    }

    fn subscriptions(
        &self,
        customer: &CustomerKey,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Subscription>> {
        customers::subscriptions(self.connection, customer, ids)
    }

    fn all_subscriptions(&self, customer: &CustomerKey) -> Result<Vec<Subscription>> {
        customers::all_subscriptions(self.connection, customer)
    }

    fn alignments(&self, customer: &CustomerKey) -> Result<Vec<Alignment>> {
        customers::alignments(self.connection, customer)
    }

    fn promotions(&self, keys: &BTreeSet<String>) -> Result<BTreeMap<String, Promotion>> {
        facts::promotions(self.connection, keys)
    }

    fn redeemed(
        &self,
        customer: &CustomerKey,
        promotions: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Redeemed>> {
        customers::redeemed(self.connection, customer, promotions)
    }

    fn cart(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<Cart>> {
        carts::cart(self.connection, customer, id)
    }

    fn cart_mark(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<CartMark>> {
        carts::mark(self.connection, customer, id)
    }

    fn cart_header(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<CartHeader>> {
        carts::header(self.connection, customer, id)
    }

    fn carts(&self, customer: &CustomerKey, query: &CartQuery) -> Result<Page<CartHeader>> {
        carts::carts(self.connection, customer, query)
    }

    fn order(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<OrderRecord>> {
        orders::order(self.connection, customer, id)
    }

    fn orders(&self, customer: &CustomerKey, query: &OrderQuery) -> Result<Page<OrderRecord>> {
        orders::orders(self.connection, customer, query)
    }

    fn answered(&self, customer: &CustomerKey, request_id: &str) -> Result<Option<Answered>> {
        orders::answered(self.connection, customer, request_id)
    }

    fn search(&self, words: &[String], limit: usize, after: Option<&str>) -> Result<Vec<ItemKey>> {
        search::search(self.connection, words, limit, after)
    }
}

impl ReadParts for View<'_> {
    fn cart_lines(&self, id: Uuid) -> Result<Vec<Line>> {
        carts::lines(self.connection, id)
    }

    fn cart_part(
        &self,
        id: Uuid,
        line: Option<LineId>,
        items: &BTreeSet<ItemKey>,
    ) -> Result<Vec<Line>> {
        carts::part(self.connection, id, line, items)
    }

    fn cart_tallies(&self, id: Uuid, keys: &BTreeSet<ItemKey>) -> Result<Tallies> {
        cart_parts::tallies(self.connection, id, keys)
    }

    fn first_positions(
        &self,
        id: Uuid,
        slots: &BTreeSet<GroupSlot>,
        passed_over: LineId,
    ) -> Result<BTreeMap<GroupSlot, i64>> {
        cart_parts::first_positions(self.connection, id, slots, passed_over)
    }
}
