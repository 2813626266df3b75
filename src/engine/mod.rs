//! The engine: what every operation does, step by step.

use std::sync::Arc;

use uuid::Uuid;

use crate::clock::Clock;
use crate::document::options::{Durability, Options};
use crate::document::{read_options, write_options};
use crate::error::Result;
use crate::store::sqlite::{OpenOptions, SqliteStore};
use crate::store::{self, Store};

mod ahead;
mod cart_cache;
mod carts;
mod catalog;
mod checkout;
mod customers;
mod facts;
mod ids;
mod import;
mod lines;
mod maintenance;
mod orders;
mod part;
pub(crate) mod request;
mod unit;

#[cfg(test)]
mod tests;

pub use request::Request;

use cart_cache::CartCache;
use facts::ItemCache;
use ids::IdSource;
use part::Thresholds;

/// Told on long work what is done and what there is in all; `false` ends the work.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

/// Carts, orders, customers and a catalog in one database.
///
/// Documents go in and come out as JSON text. Any number of threads may call one engine at the same
/// time, and any number of engines and processes may open one database file. A call that fails has
/// changed nothing.
pub struct Engine {
    shared: Arc<Shared>,
}

/// What the calls of an engine share with the units of work that other threads run for them.
pub(crate) struct Shared {
    options: Options,
    clock: Clock,
    ids: IdSource,
    cache: ItemCache,
    carts: CartCache,
    store: Box<dyn Store>,
    /// From which length on carts stand while their lines are changed.
    thresholds: Thresholds,
    /// Stands for the partner's options and the rules: what they say of a line depends on both.
    rules: Uuid,
}

impl Engine {
    /// Opens an engine on a database file, which is made when it is not there.
    /// `options` is a JSON object such as `{"database":"carts.db"}`.
    ///
    /// # Errors
    /// `InvalidArgument` for options that are unknown or wrong, `StoreCorrupt` for a file that is
    /// not an engine's database or is damaged, `StoreVersion` for one written by a newer engine,
    /// and others of the store.
    pub fn open(options: &str) -> Result<Self> {
        Self::with_options(read_options(options)?)
    }

    /// Opens an engine with options that are already read.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn with_options(options: Options) -> Result<Self> {
        let store = SqliteStore::open(&OpenOptions {
            database: options.database.clone(),
            durability: match options.durability {
                Durability::Full => store::Durability::Full,
                Durability::Checkout => store::Durability::Checkout,
                Durability::Normal => store::Durability::Normal,
            },
            read_only: options.read_only,
            busy_timeout_ms: options.busy_timeout_ms,
        })?;
        Ok(Self::on(Box::new(store), options))
    }

    /// An engine on a store that is open.
    fn on(store: Box<dyn Store>, options: Options) -> Self {
        let shared = Shared {
            clock: Clock::default(),
            ids: IdSource::new(options.id_seed),
            cache: ItemCache::default(),
            carts: CartCache::default(),
            store,
            thresholds: Thresholds::default(),
            rules: part::rules_of(&options),
            options,
        };
        Self { shared: Arc::new(shared) }
    }

    /// The options in force, as a JSON object.
    #[must_use]
    pub fn options(&self) -> String {
        write_options(&self.shared.options)
    }

    /// Closes the engine and tells what went wrong, if anything did. Dropping it closes it, too.
    ///
    /// # Errors
    /// Those of the store.
    pub fn close(self) -> Result<()> {
        self.shared.store.close()
    }
}
