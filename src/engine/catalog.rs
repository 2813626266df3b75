//! What is for sale: put, removed and found.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::Engine;
use super::facts::DEFAULT_SEGMENT;
use crate::cart::prices_in_force;
use crate::catalog::item_id::ItemKey;
use crate::document::{
    FindQuery, FoundItem, Sought, check_size, read_catalog, read_catalog_keys, read_find_query,
    write_found, write_put_answer, write_removed,
};
use crate::error::Result;
use crate::store::{Change, Read, Weight, Write};

impl Engine {
    /// Puts catalog documents: products, SKUs, availabilities, offers, prices, promotions and
    /// stock. Each replaces the one with its key. Answers `{"stored","rejected"}`: a document that
    /// cannot be used is rejected, the others are stored.
    ///
    /// # Errors
    /// `InvalidJson`, `InvalidRequest` and `LimitExceeded` for documents that are unusable as a
    /// whole.
    pub fn catalog_put(&self, catalog: &str) -> Result<String> {
        let (change, rejected) = read_catalog(catalog, &self.shared.options.limits)?;
        let stored = self.apply(Change::CatalogPut(change))?;
        Ok(write_put_answer(stored, &rejected))
    }

    /// Removes catalog documents by their keys. Answers `{"removed"}`.
    ///
    /// # Errors
    /// As `catalog_put`.
    pub fn catalog_remove(&self, keys: &str) -> Result<String> {
        check_size(keys, &self.shared.options.limits)?;
        let keys = read_catalog_keys(keys)?;
        Ok(write_removed(self.apply(Change::CatalogRemoved(keys))?))
    }

    /// Finds catalog items by id, or by words of their titles, with the terms and prices in force.
    ///
    /// # Errors
    /// `InvalidArgument` for a query that is not understood.
    pub fn catalog_find(&self, query: &str) -> Result<String> {
        let query = read_find_query(query)?;
        let mut answer = String::new();
        self.shared.store.read(&mut |view| {
            answer = self.found(view, &query)?;
            Ok(())
        })?;
        Ok(answer)
    }

    fn found(&self, view: &dyn Read, query: &FindQuery) -> Result<String> {
        let (keys, after) = sought(view, query)?;
        let partner = &self.shared.options.partner;
        let country = query.country.as_ref().unwrap_or(&partner.country);
        let segment = query.segment.as_deref().unwrap_or(DEFAULT_SEGMENT);
        let currency = query.currency.as_deref();
        let now = self.shared.clock.now();
        let items = view.items(country, &keys)?;
        let found: Vec<FoundItem<'_>> = items
            .iter()
            .map(|(key, facts)| {
                let prices = prices_in_force(facts, segment, currency, now);
                FoundItem { key, facts, prices }
            })
            .collect();
        Ok(write_found(&found, after.as_deref()))
    }

    /// Makes one change and tells how many documents it touched.
    fn apply(&self, change: Change) -> Result<u64> {
        let touched = Arc::new(Mutex::new(0));
        let place = Arc::clone(&touched);
        let work = move |work: &mut dyn Write| {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = work.apply(&change)?;
            Ok(())
        };
        self.shared.store.write(Weight::Edit, Box::new(work))?;
        let touched = *touched.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(touched)
    }
}

/// The keys of the items sought, and the token of the next page when there is one.
fn sought(view: &dyn Read, query: &FindQuery) -> Result<(BTreeSet<ItemKey>, Option<String>)> {
    match &query.sought {
        Sought::Item(id) => Ok((BTreeSet::from([ItemKey::of_item(id)]), None)),
        Sought::Text(text) => {
            let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            // One more than asked for tells whether there is a next page.
            let limit = query.limit.saturating_add(1);
            let mut keys = view.search(&words, limit, query.after.as_deref())?;
            let is_last = keys.len() <= query.limit;
            keys.truncate(query.limit);
            let next = keys.last().filter(|_| !is_last).map(|key| key.as_str().to_owned());
            Ok((keys.into_iter().collect(), next))
        }
    }
}
