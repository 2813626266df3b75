//! Tests of the store against real files.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use uuid::Uuid;

use super::{OpenOptions, SqliteStore};
use crate::cart::model::{
    Cart, CartHeader, CartStatus, Given, Group, GroupKey, Line, LineError, LineId, LineInput,
    Pricing, PurchaseSystem,
};
use crate::cart::tally::TallyChange;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Change, CustomerKey, Durability, LineEdits, Read, Store, Weight};
use crate::term::BillingCycle;

mod at_once;
mod carts;
mod catalog;
mod customers;
mod line_keys;
mod maintenance;
mod opening;
mod processes;
mod queue;
mod sheets;
pub(crate) mod statements;
mod vfs;

/// A folder with a database, and a store on it.
struct Place {
    folder: TempDir,
    store: SqliteStore,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder.path().join("carts.db")).unwrap();
        Self { folder, store }
    }
}

fn options(path: &Path) -> OpenOptions {
    OpenOptions {
        database: path.to_str().unwrap().to_owned(),
        durability: Durability::Normal,
        read_only: false,
        busy_timeout_ms: 5_000,
    }
}

fn open(path: &Path) -> Result<SqliteStore> {
    SqliteStore::open(&options(path))
}

/// A store on a file, and one in memory: what is true of one is true of the other.
fn stores() -> [(&'static str, Place); 2] {
    let memory =
        Place { folder: tempfile::tempdir().unwrap(), store: open(Path::new(":memory:")).unwrap() };
    [("file", Place::new()), ("memory", memory)]
}

/// Asks one question of a store.
fn ask<T>(store: &dyn Store, question: impl FnOnce(&dyn Read) -> Result<T>) -> T {
    let mut question = Some(question);
    let mut answer = None;
    store
        .read(&mut |view| {
            answer = Some(question.take().unwrap()(view)?);
            Ok(())
        })
        .unwrap();
    answer.unwrap()
}

/// Makes one change.
fn apply(store: &dyn Store, change: Change) -> u64 {
    try_apply(store, change).unwrap()
}

fn try_apply(store: &dyn Store, change: Change) -> Result<u64> {
    let (sender, receiver) = std::sync::mpsc::channel();
    store.write(
        Weight::Edit,
        Box::new(move |unit| {
            sender.send(unit.apply(&change)?).unwrap();
            Ok(())
        }),
    )?;
    Ok(receiver.recv().unwrap())
}

fn error_of<T: std::fmt::Debug>(outcome: Result<T>) -> Error {
    outcome.unwrap_err()
}

fn customer(id: &str) -> CustomerKey {
    CustomerKey::new(id)
}

fn at(ticks: i64) -> Timestamp {
    Timestamp::from_ticks(ticks)
}

fn line(id: LineId, position: i64) -> Line {
    Line {
        id,
        parent: None,
        position,
        input: Box::new(LineInput {
            catalog_item_id: Some(format!("Prod{id}:0001:Avail")),
            quantity: Some(3),
            billing_cycle: Some(Given::Value(BillingCycle::Monthly)),
            ..LineInput::default()
        }),
        group: Some(0),
        error: None,
        pricing: None,
    }
}

fn addon(id: LineId, parent: LineId, position: i64) -> Line {
    Line { parent: Some(parent), ..line(id, position) }
}

fn cart_of(lines: Vec<Line>) -> Cart {
    let key = GroupKey {
        system: PurchaseSystem::Modern,
        sales_group: None,
        billing_cycle: BillingCycle::Monthly,
        currency: "EUR".to_owned(),
    };
    Cart {
        header: CartHeader {
            id: Uuid::now_v7(),
            customer_id: "Contoso".to_owned(),
            created: at(100),
            modified: at(100),
            expires: at(1_000),
            user: Some("anna".to_owned()),
            status: CartStatus::Active,
            attestation_accepted: None,
            version: 1,
            next_line_id: lines.iter().map(|line| line.id + 1).max().unwrap_or(0),
            errors_left_by_checkout: false,
            groups: vec![Group { slot: 0, name: "0".to_owned(), key, order: None }],
            line_count: i64::try_from(lines.len()).unwrap(),
            standing: None,
        },
        lines,
    }
}

fn create(store: &dyn Store, owner: &str, cart: &Cart) {
    let cart = Arc::new(cart.clone());
    apply(store, Change::CartCreated { customer: customer(owner), cart });
}

/// What becomes of the lines of a cart, by the lines themselves.
#[derive(Debug, Default)]
struct Edits {
    written: Vec<Line>,
    altered: Vec<Line>,
    removed: Vec<LineId>,
}

impl Edits {
    /// The change that gives a cart this header besides.
    fn with(self, header: &CartHeader) -> Change {
        let Self { written, altered, removed } = self;
        let (first, count) = (written.len(), written.len() + altered.len());
        let lines =
            LineEdits { written: (0..first).collect(), altered: (first..count).collect(), removed };
        let cart = Cart { header: header.clone(), lines: [written, altered].concat() };
        Change::CartChanged { cart: Arc::new(cart), lines, tallies: TallyChange::Keep }
    }
}
