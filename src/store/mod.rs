//! Where carts, orders, customers and the catalog are kept. The rest of the engine speaks to a
//! [`Store`] in carts and versions; how they are kept, and in which database, is the store's own
//! business.
//!
//! Reading happens on a snapshot. Changing happens in a unit of work that takes effect wholly or
//! not at all, and for good when [`Store::write`] returns. A caller settles what to change on a
//! snapshot, remembers the [`Stamps`] it saw, and inside the unit of work needs to settle again
//! only when a stamp has moved. While nobody else changes anything, both are one: see
//! [`Store::write_at_once`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::cart::model::{Cart, CartHeader, CartStatus};
use crate::cart::tally::TallyChange;
use crate::catalog::facts::{Alignment, Owned, Redeemed};
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{
    CatalogChange, CatalogKeys, Customer, ItemFacts, Promotion, Subscription,
};
use crate::catalog::price_sheet::SheetRow;
use crate::clock::Timestamp;
use crate::error::Result;

mod parts;
pub mod sqlite;
mod upkeep;

pub use parts::{LineEdits, ReadParts};
pub use upkeep::{Progress, PurgeQuery, Purged, Stats};

/// A customer's id in lower case: ids compare without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomerKey(String);

impl CustomerKey {
    /// The key of a customer's id in any spelling.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(id.to_ascii_lowercase())
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an answered change survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Durability {
    /// Every answered change survives a power loss.
    Full,
    /// Every answered checkout does, with all changes before it.
    Checkout,
    /// The last changes may be lost.
    Normal,
}

/// What the outcome of a call may depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The customer who asks.
    pub customer: CustomerKey,
    /// The cart that is changed.
    pub cart: Option<Uuid>,
    /// The request id that guards against doing a thing twice.
    pub request_id: Option<String>,
}

/// The state that a call was settled on. Equal stamps: nothing of the scope has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamps {
    /// Moves with every change of the catalog, stock put by the host included.
    pub catalog: i64,
    /// Moves when stock is sold.
    pub stock: i64,
    /// Moves with every change of the customer and of his subscriptions; 0 for one never seen.
    pub customer: i64,
    /// The cart's version; `None` when there is no such cart of this customer.
    pub cart: Option<i64>,
    /// Whether the request id has an answer already.
    pub is_answered: bool,
    /// As in [`CartMark`].
    pub removals: i64,
}

/// Tells one state of a cart from all others that the store has had under its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CartMark {
    /// The cart's version.
    pub version: i64,
    /// Moves whenever any cart is removed: an id that is free again may be used again.
    pub removals: i64,
}

/// A stretch of time; without ends it is all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// What is of this moment or later belongs to it.
    pub from: Option<Timestamp>,
    /// What is of this moment or later does not.
    pub before: Option<Timestamp>,
}

/// Which carts a list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartQuery {
    /// Only carts of this status.
    pub status: Option<CartStatus>,
    /// Only carts created in this period.
    pub created: Period,
    /// The most to answer.
    pub limit: usize,
    /// The sequence number after which to go on (newest first, so: smaller ones).
    pub after: Option<i64>,
    /// Active carts that have expired by now are passed over.
    pub now: Timestamp,
}

/// Which orders a list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderQuery {
    /// Only orders of this cart.
    pub cart: Option<Uuid>,
    /// Only orders created in this period.
    pub created: Period,
    /// The most to answer.
    pub limit: usize,
    /// The sequence number after which to go on (newest first, so: smaller ones).
    pub after: Option<i64>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// How many there are in all.
    pub total: i64,
    /// The items, newest first.
    pub items: Vec<T>,
    /// The sequence number of the last item, unless this is the last page.
    pub after: Option<i64>,
}

/// An order as it is kept: what never changes as one document, the customer's id beside it, so that
/// a customer can be forgotten while his orders stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRecord {
    /// The order's id.
    pub id: Uuid,
    /// The cart it came from.
    pub cart: Uuid,
    /// The customer's id as the request spelled it, or the mark of an erased customer.
    pub customer_id: String,
    /// The rest of the order's document.
    pub body: String,
}

/// The answer that a request id has had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Tells the request from any other.
    pub fingerprint: Uuid,
    /// The document answered; empty where the answer is no document.
    pub answer: String,
}

/// A subscription to keep, with the item it counts for.
#[derive(Debug, Clone, PartialEq)]
pub struct SubscriptionRecord {
    /// The SKU or offer.
    pub item: ItemKey,
    /// The first two parts of the promotion's id, in upper case.
    pub promotion: Option<String>,
    /// The subscription.
    pub subscription: Subscription,
}

/// One thing that a unit of work changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new cart.
    CartCreated {
        /// Whose it is.
        customer: CustomerKey,
        /// The cart.
        cart: Arc<Cart>,
    },
    /// A cart's header is replaced, some of its lines are written and some removed. Whose it is,
    /// when it was made and when it expires never change, and what was ordered stays so.
    CartChanged {
        /// The cart as it is to be; of its lines at least those that are written.
        cart: Arc<Cart>,
        /// What becomes of its lines.
        lines: LineEdits,
        /// What becomes of its tallies.
        tallies: TallyChange,
    },
    /// A cart and its lines are gone; its orders stay.
    CartDeleted(Uuid),
    /// Orders were made. Stock never falls below zero: if it would, the unit of work fails.
    Ordered {
        /// Who bought.
        customer: CustomerKey,
        /// The orders, in the order in which they were made.
        orders: Vec<OrderRecord>,
        /// The subscriptions that the customer owns from now on.
        subscriptions: Vec<SubscriptionRecord>,
        /// What was taken from the stock of items that have one.
        sold: Vec<(ItemKey, i64)>,
    },
    /// A request id has its answer.
    RequestAnswered {
        /// Whose request it was.
        customer: CustomerKey,
        /// The request id.
        request_id: String,
        /// What it asked and got.
        answered: Answered,
        /// When.
        at: Timestamp,
    },
    /// Catalog documents are put: each replaces the one with its key.
    CatalogPut(CatalogChange),
    /// Catalog documents are removed.
    CatalogRemoved(CatalogKeys),
    /// A customer's fields are replaced and subscriptions put.
    CustomerPut {
        /// Who.
        customer: CustomerKey,
        /// All his fields.
        fields: Customer,
        /// Subscriptions, each replacing the one of its id.
        subscriptions: Vec<SubscriptionRecord>,
    },
    /// A customer, his carts, subscriptions and remembered requests are gone; his orders stay under
    /// a mark.
    CustomerErased {
        /// Who.
        customer: CustomerKey,
        /// What stands in the place of his id from now on.
        mark: String,
    },
}

/// A consistent view. Every question is answered in a bounded number of queries, whatever the
/// number of keys.
pub trait Read: ReadParts {
    /// The state of everything that a call of this scope may depend on.
    fn stamps(&self, scope: &Scope) -> Result<Stamps>;
    /// A customer's fields.
    fn customer(&self, customer: &CustomerKey) -> Result<Option<Customer>>;
    /// What is known of items, with the prices of one market. Unknown items are left out.
    fn items(&self, market: &str, keys: &BTreeSet<ItemKey>)
    -> Result<BTreeMap<ItemKey, ItemFacts>>;
    /// Whether a market has any price.
    fn market_has_prices(&self, market: &str) -> Result<bool>;
    /// What is left of items that have a stock.
    fn stock(&self, keys: &BTreeSet<ItemKey>) -> Result<BTreeMap<ItemKey, i64>>;
    /// What a customer has of items.
    fn owned(
        &self,
        customer: &CustomerKey,
        keys: &BTreeSet<ItemKey>,
    ) -> Result<BTreeMap<ItemKey, Owned>>;
    /// How many active or suspended subscriptions a customer has.
    fn subscriptions_owned(&self, customer: &CustomerKey) -> Result<i64>;
    /// A customer's subscriptions of these ids (lower case).
    fn subscriptions(
        &self,
        customer: &CustomerKey,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Subscription>>;
    /// All of a customer's subscriptions, in the order in which they were made, without purchases
    /// that made none.
    fn all_subscriptions(&self, customer: &CustomerKey) -> Result<Vec<Subscription>>;
    /// The running terms that custom term ends may align with: active, not trials, licence-based,
    /// and ending on the same day of some year.
    fn alignments(
        &self,
        customer: &CustomerKey,
        ends: &BTreeSet<NaiveDate>,
    ) -> Result<Vec<Alignment>>;
    /// Promotions, by the first two parts of their ids in upper case.
    fn promotions(&self, keys: &BTreeSet<String>) -> Result<BTreeMap<String, Promotion>>;
    /// What a customer has redeemed of promotions, by the first two parts of their ids in upper
    /// case.
    fn redeemed(
        &self,
        customer: &CustomerKey,
        promotions: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Redeemed>>;
    /// A customer's cart, expired or not.
    fn cart(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<Cart>>;
    /// The state that a customer's cart is in.
    fn cart_mark(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<CartMark>>;
    /// A customer's cart without its lines, expired or not.
    fn cart_header(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<CartHeader>>;
    /// A customer's carts, newest first.
    fn carts(&self, customer: &CustomerKey, query: &CartQuery) -> Result<Page<CartHeader>>;
    /// A customer's order.
    fn order(&self, customer: &CustomerKey, id: Uuid) -> Result<Option<OrderRecord>>;
    /// A customer's orders, newest first.
    fn orders(&self, customer: &CustomerKey, query: &OrderQuery) -> Result<Page<OrderRecord>>;
    /// The answer that a customer's request id has had.
    fn answered(&self, customer: &CustomerKey, request_id: &str) -> Result<Option<Answered>>;
    /// The catalog items whose titles hold every one of these words, by key: `limit` of them after
    /// `after`.
    fn search(&self, words: &[String], limit: usize, after: Option<&str>) -> Result<Vec<ItemKey>>;
}

/// A unit of work: a view that sees its own changes.
pub trait Write {
    /// The view.
    fn view(&self) -> &dyn Read;
    /// Makes a change; answers how many documents it touched.
    fn apply(&mut self, change: &Change) -> Result<u64>;
    /// Removes what nobody needs any more.
    fn purge(&mut self, query: &PurgeQuery) -> Result<Purged>;
}

/// What a unit of work does. It may be run on another thread, so it owns what it needs; it is run
/// once.
pub type Work = Box<dyn FnOnce(&mut dyn Write) -> Result<()> + Send>;

/// What a unit of work does that is run on the thread of its caller.
pub type WorkAtOnce<'a> = &'a mut dyn FnMut(&mut dyn Write) -> Result<()>;

/// How soon a change must be on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// A change of carts, catalog or customers.
    Edit,
    /// A checkout: people rely on it with money.
    Checkout,
}

/// A price sheet that is being brought in. Its rows count for nothing until it is activated.
/// Dropped before, it is as if it had never begun; [`Store::sweep_sheets`] removes what is left of
/// it.
pub trait SheetDraft {
    /// Adds rows in one transaction, which is as short as the rows are few. Of rows that differ
    /// only in their tier the lowest stays.
    fn append(&mut self, rows: Vec<SheetRow>) -> Result<()>;
    /// Makes the sheet the whole truth of its source in the markets that it holds, in one small
    /// transaction: what an earlier sheet of this source said of them counts no more.
    fn activate(self: Box<Self>) -> Result<()>;
}

/// A place where carts are kept.
pub trait Store: Send + Sync {
    /// Answers questions on one snapshot.
    fn read(&self, work: &mut dyn FnMut(&dyn Read) -> Result<()>) -> Result<()>;
    /// Runs a unit of work and returns when its effect is as lasting as the durability option says.
    /// When the work fails, or panics, it has changed nothing.
    fn write(&self, weight: Weight, work: Work) -> Result<()>;
    /// As [`Store::write`], at once and on the caller's thread, when nobody else is changing
    /// anything. Until its first change the unit of work sees a snapshot, which is also the latest
    /// state when the work succeeds. `false` when somebody else is at it, or was between the
    /// snapshot and the first change: then nothing has changed, and the work may or may not have
    /// run.
    fn write_at_once(&self, weight: Weight, work: WorkAtOnce<'_>) -> Result<bool>;
    /// Begins a price sheet of a source.
    fn begin_sheet(&self, source: &str) -> Result<Box<dyn SheetDraft + '_>>;
    /// Removes, in many short transactions, the rows of price sheets that count no more: of those
    /// replaced, given up, or left by a process that has ended. Answers how many rows that were.
    fn sweep_sheets(&self) -> Result<u64>;
    /// Counts and sizes.
    fn stats(&self) -> Result<Stats>;
    /// Looks through the whole store for damage; answers what it found.
    fn check(&self, progress: Progress<'_>) -> Result<Vec<String>>;
    /// Copies the store, as it is now, into a new file while others go on.
    fn backup(&self, path: &str, progress: Progress<'_>) -> Result<()>;
    /// Ends all work in the background and releases the store. Later calls fail.
    fn close(&self) -> Result<()>;
}
