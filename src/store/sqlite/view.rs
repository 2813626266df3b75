//! What can be asked of a snapshot, each question answered where its tables are known.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::carts::Seq;
use super::{cart_lines, cart_parts, carts, customers, facts, orders, owned, search};
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
    /// The cart that was last looked at, with the number of its row: few calls look at another.
    cart: Cell<Option<(Uuid, Seq)>>,
}

impl<'a> View<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection, cart: Cell::new(None) }
    }

    /// The number of a cart's row.
    pub(super) fn seq_of(&self, id: Uuid) -> Result<Option<Seq>> {
        match self.cart.get() {
            Some((known, seq)) if known == id => Ok(Some(seq)),
            _ => {
                let seq = carts::seq_of(self.connection, id)?;
                self.cart.set(seq.map(|seq| (id, seq)));
                Ok(seq)
            }
        }
    }

    /// Carts are removed, perhaps the one last looked at.
    pub(super) fn forget_cart(&self) {
        self.cart.set(None);
    }

    fn numbered_header(
        &self,
        customer: &CustomerKey,
        id: Uuid,
    ) -> Result<Option<(Seq, CartHeader)>> {
        let found = carts::numbered_header(self.connection, customer, id)?;
        self.cart.set(found.as_ref().map(|(seq, _)| (id, *seq)));
        Ok(found)
    }
}

impl Read for View<'_> {
    fn stamps(&self, scope: &Scope) -> Result<Stamps> {
        // What is not asked for is not looked up: every call that changes something asks.
        const STAMPS: &str = "SELECT catalog_generation, stock_generation, cart_removals,
            ifnull((SELECT generation FROM customer WHERE key = ?1), 0),
            CASE WHEN ?3 IS NULL THEN 0
            ELSE EXISTS (SELECT 1 FROM request WHERE customer = ?1 AND request_id = ?3) END,
            c.version, c.seq
            FROM meta LEFT JOIN cart AS c ON c.id = ?2 AND c.customer = ?1 WHERE meta.id = 1";
        let cart = scope.cart.map(Uuid::into_bytes);
        let params = params![scope.customer.as_str(), cart, scope.request_id];
        Ok(self.connection.prepare_cached(STAMPS)?.query_row(params, |row| {
            if let (Some(id), Some(seq)) = (scope.cart, row.get(6)?) {
                self.cart.set(Some((id, seq)));
            }
            Ok(Stamps {
                catalog: row.get(0)?,
                stock: row.get(1)?,
                removals: row.get(2)?,
                customer: row.get(3)?,
                is_answered: row.get(4)?,
                cart: row.get(5)?,
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
        owned::owned(self.connection, customer, keys)
    }

    fn subscriptions_owned(&self, customer: &CustomerKey) -> Result<i64> {
        owned::subscriptions_owned(self.connection, customer)
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

    fn alignments(
        &self,
        customer: &CustomerKey,
        ends: &BTreeSet<NaiveDate>,
    ) -> Result<Vec<Alignment>> {
        customers::alignments(self.connection, customer, ends)
    }

    fn promotions(&self, keys: &BTreeSet<String>) -> Result<BTreeMap<String, Promotion>> {
        facts::promotions(self.connection, keys)
    }

    fn redeemed(
        &self,
        customer: &CustomerKey,
        promotions: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Redeemed>> {
        owned::redeemed(self.connection, customer, promotions)
    }

    fn cart(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<Cart>> {
        let Some((seq, header)) = self.numbered_header(customer, id)? else { return Ok(None) };
        let lines = cart_lines::of_cart(self.connection, seq)?;
        Ok(Some(Cart { header, lines }))
    }

    fn cart_mark(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<CartMark>> {
        carts::mark(self.connection, customer, id)
    }

    fn cart_header(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<CartHeader>> {
        Ok(self.numbered_header(customer, id)?.map(|(_, header)| header))
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
        match self.seq_of(id)? {
            Some(seq) => cart_lines::of_cart(self.connection, seq),
            None => Ok(Vec::new()),
        }
    }

    fn cart_part(
        &self,
        id: Uuid,
        line: Option<LineId>,
        items: &BTreeSet<ItemKey>,
    ) -> Result<Vec<Line>> {
        match self.seq_of(id)? {
            Some(seq) => cart_lines::of_part(self.connection, seq, line, items),
            None => Ok(Vec::new()),
        }
    }

    fn cart_tallies(&self, id: Uuid, keys: &BTreeSet<ItemKey>) -> Result<Tallies> {
        match self.seq_of(id)? {
            Some(seq) => cart_parts::tallies(self.connection, seq, keys),
            None => Ok(Tallies::new()),
        }
    }

    fn first_positions(
        &self,
        id: Uuid,
        slots: &BTreeSet<GroupSlot>,
        passed_over: LineId,
    ) -> Result<BTreeMap<GroupSlot, i64>> {
        match self.seq_of(id)? {
            Some(seq) => cart_parts::first_positions(self.connection, seq, slots, passed_over),
            None => Ok(BTreeMap::new()),
        }
    }
}
