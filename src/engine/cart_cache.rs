//! Carts kept in memory after a change, so that the next call on one of them need not read it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::FixedState;
use hashlink::LruCache;
use uuid::Uuid;

use crate::cart::model::Cart;
use crate::store::CartMark;

/// Lines kept in all, at about a kilobyte each.
const LINES_MAX: usize = 4_096;
/// The part of them that one cart may have: a larger one would drive out many others.
const PART_MAX: usize = 4;
/// What a cart weighs besides its lines, in lines.
const CART_WEIGHT: usize = 2;

/// A cart as far as it is at hand.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// The header, and some of the lines or all of them.
    pub cart: Arc<Cart>,
    /// Whether it has all of its lines.
    pub is_whole: bool,
}

/// The carts that were changed last. One counts for as long as the store has it in that version.
#[derive(Debug)]
pub(crate) struct CartCache {
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    carts: LruCache<Uuid, Known, FixedState>,
    /// What all carts weigh, in lines, and the most that they may.
    weight: usize,
    weight_max: usize,
    /// Carts removed by then: an id that is free again may come back with other lines.
    removals: i64,
}

impl Default for CartCache {
    fn default() -> Self {
        Self::of(LINES_MAX)
    }
}

impl CartCache {
    /// Room for so many lines.
    pub(crate) fn of(weight_max: usize) -> Self {
        let carts = LruCache::with_hasher(weight_max, FixedState::default());
        Self { kept: Mutex::new(Kept { carts, weight: 0, weight_max, removals: 0 }) }
    }

    /// Whether a cart is kept in some version.
    pub(crate) fn has(&self, id: Uuid) -> bool {
        self.lock().carts.contains_key(&id)
    }

    /// A cart as the store has it.
    pub(crate) fn find(&self, id: Uuid, mark: CartMark) -> Option<Known> {
        let mut kept = self.lock();
        if kept.removals != mark.removals {
            return None;
        }
        kept.carts.get(&id).filter(|known| known.version() == mark.version).cloned()
    }

    /// Keeps a cart that is in the store like this, after so many removals.
    pub(crate) fn keep(&self, known: Known, removals: i64) {
        let dropped = self.lock().keep(known, removals);
        // Taking carts apart is long work, and others need not wait for it.
        drop(dropped);
    }

    /// Lets go of a cart.
    pub(crate) fn forget(&self, id: Uuid) {
        let mut kept = self.lock();
        if let Some(known) = kept.carts.remove(&id) {
            kept.weight -= known.weight();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Keeps a cart; answers what had to go.
    fn keep(&mut self, known: Known, removals: i64) -> Vec<Known> {
        let mut dropped = Vec::new();
        if removals < self.removals || known.weight() > self.weight_max / PART_MAX {
            return dropped;
        }
        if removals > self.removals {
            dropped.extend(self.carts.drain().map(|(_, known)| known));
            (self.weight, self.removals) = (0, removals);
        }
        let id = known.cart.header.id;
        if self.carts.peek(&id).is_some_and(|newer| newer.version() > known.version()) {
            return dropped;
        }
        self.weight += known.weight();
        dropped.extend(self.carts.insert(id, known).inspect(|old| self.weight -= old.weight()));
        while self.weight > self.weight_max
            && let Some((_, known)) = self.carts.remove_lru()
        {
            self.weight -= known.weight();
            dropped.push(known);
        }
        dropped
    }
}

impl Known {
    /// A cart with all of its lines.
    pub(crate) fn whole(cart: Arc<Cart>) -> Self {
        Self { cart, is_whole: true }
    }

    /// A cart without some of its lines.
    pub(crate) fn part(cart: Arc<Cart>) -> Self {
        Self { cart, is_whole: false }
    }

    fn version(&self) -> i64 {
        self.cart.header.version
    }

    /// In lines.
    fn weight(&self) -> usize {
        self.cart.lines.len() + CART_WEIGHT
    }
}

#[cfg(test)]
mod tests;
