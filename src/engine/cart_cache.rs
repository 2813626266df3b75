//! Carts kept in memory after a change, so that the next call on one of them need not read it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::FixedState;
use hashlink::LruCache;
use uuid::Uuid;

use crate::cart::model::{Cart, Line, Standing};
use crate::cart::partial::replace_families;
use crate::cart::tally::{Tallies, Tally};
use crate::store::CartMark;

/// Lines kept in all, at about half a kilobyte each.
const LINES_MAX: usize = 8_192;
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
    /// What a whole cart stands on whose standing is not in the store.
    pub footing: Option<Arc<Footing>>,
}

/// What the outcome of a cart's lines rests on, and what they add up to.
#[derive(Debug, Clone)]
pub(crate) struct Footing {
    pub standing: Standing,
    pub tallies: Tallies,
}

/// What a change leaves of a cart.
#[derive(Debug)]
pub(crate) enum Left {
    /// The cart.
    Cart(Known),
    /// What has become of a part of the cart that is kept in the version before.
    Patch(Patch),
}

/// Families of lines that have changed in a cart that stands in memory.
#[derive(Debug)]
pub(crate) struct Patch {
    /// The families as they were.
    pub before: Vec<Line>,
    /// As they are, under the header of the cart.
    pub cart: Arc<Cart>,
    pub standing: Standing,
    /// What items add up to where that has changed.
    pub tallies: Tallies,
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

    /// Whether there is room for a cart of so many lines.
    pub(crate) fn has_room_for(&self, lines: usize) -> bool {
        self.lock().has_room_for(lines + CART_WEIGHT)
    }

    /// Keeps a cart that is in the store like this, after so many removals.
    pub(crate) fn keep(&self, left: Left, removals: i64) {
        let dropped = match left {
            Left::Cart(known) => self.lock().keep(known, removals),
            Left::Patch(patch) => self.lock().keep_patch(patch, removals),
        };
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
    fn has_room_for(&self, weight: usize) -> bool {
        weight <= self.weight_max / PART_MAX
    }

    /// Patches the cart that a part was taken from, when that is still here; answers what had to
    /// go.
    fn keep_patch(&mut self, patch: Patch, removals: i64) -> Vec<Known> {
        let header = &patch.cart.header;
        let is_before = |known: &Known| known.version() + 1 == header.version;
        if removals != self.removals || !self.carts.peek(&header.id).is_some_and(is_before) {
            return Vec::new();
        }
        let Some(known) = self.carts.remove(&header.id) else { return Vec::new() };
        self.weight -= known.weight();
        self.keep(known.patched(patch), removals)
    }

    /// Keeps a cart; answers what had to go.
    fn keep(&mut self, known: Known, removals: i64) -> Vec<Known> {
        let mut dropped = Vec::new();
        if removals < self.removals || !self.has_room_for(known.weight()) {
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
        Self { cart, is_whole: true, footing: None }
    }

    /// A cart without some of its lines.
    pub(crate) fn part(cart: Arc<Cart>) -> Self {
        Self { cart, is_whole: false, footing: None }
    }

    /// The cart with a part of it changed. Nothing is copied unless somebody is reading it.
    fn patched(mut self, patch: Patch) -> Self {
        let Patch { before, cart, standing, tallies } = patch;
        let whole = Arc::make_mut(&mut self.cart);
        whole.header.clone_from(&cart.header);
        replace_families(&mut whole.lines, &before, &cart.lines);
        if let Some(footing) = self.footing.as_mut().map(Arc::make_mut) {
            footing.standing = standing;
            for (item, tally) in tallies {
                if tally == Tally::default() {
                    footing.tallies.remove(&item);
                } else {
                    footing.tallies.insert(item, tally);
                }
            }
        }
        self
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
