//! Where a line operation finds the touched part of a cart that stands, and what the whole of it
//! adds up to.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::cart::model::{GroupSlot, Line, LineId};
use crate::cart::partial::{families, family_at};
use crate::cart::tally::Tallies;
use crate::catalog::item_id::ItemKey;
use crate::engine::cart_cache::Known;
use crate::engine::unit::View;
use crate::error::Result;
use crate::store::Read;

/// A cart that stands.
pub(super) enum Source<'a> {
    /// In the store, without its lines in memory.
    Store { store: &'a dyn Read, cart: Uuid },
    /// In memory.
    Memory { lines: &'a [Line], tallies: &'a Tallies },
}

impl<'a> Source<'a> {
    pub(super) fn new(view: &View<'a>, known: &'a Known) -> Self {
        match &known.footing {
            Some(footing) => Self::Memory { lines: &known.cart.lines, tallies: &footing.tallies },
            None => Self::Store { store: view.store, cart: known.cart.header.id },
        }
    }

    /// The families of a line and of all lines of items, in cart order.
    pub(super) fn part(
        &self,
        line: Option<LineId>,
        items: &BTreeSet<ItemKey>,
    ) -> Result<Vec<Line>> {
        if line.is_none() && items.is_empty() {
            return Ok(Vec::new());
        }
        match self {
            Self::Store { store, cart } => store.cart_part(*cart, line, items),
            // Nearly always one line is asked for, and the others need not be looked at.
            Self::Memory { lines, .. } if items.is_empty() => {
                let at = lines.iter().position(|one| Some(one.id) == line);
                let family = at.and_then(|at| lines.get(family_at(lines, at)));
                Ok(family.unwrap_or_default().to_vec())
            }
            Self::Memory { lines, .. } => {
                let is_named = |one: &Line| Some(one.id) == line || buys_one_of(one, items);
                let touched = families(lines).filter(|family| family.iter().any(is_named));
                Ok(touched.flatten().cloned().collect())
            }
        }
    }

    /// The tallies of items.
    pub(super) fn tallies(&self, keys: &BTreeSet<ItemKey>) -> Result<Tallies> {
        match self {
            Self::Store { store, cart } => store.cart_tallies(*cart, keys),
            Self::Memory { tallies, .. } => {
                let known = keys.iter().filter_map(|key| tallies.get_key_value(key));
                Ok(known.map(|(key, tally)| (key.clone(), *tally)).collect())
            }
        }
    }

    /// The positions of the first root lines in groups, one root line passed over.
    pub(super) fn first_positions(
        &self,
        slots: &BTreeSet<GroupSlot>,
        passed_over: LineId,
    ) -> Result<BTreeMap<GroupSlot, i64>> {
        match self {
            Self::Store { store, cart } => store.first_positions(*cart, slots, passed_over),
            Self::Memory { lines, .. } => {
                let mut first = BTreeMap::new();
                let is_root = |line: &&Line| line.parent.is_none() && line.id != passed_over;
                for line in lines.iter().filter(is_root) {
                    if let Some(slot) = line.group.filter(|slot| slots.contains(slot)) {
                        first.entry(slot).or_insert(line.position);
                    }
                }
                Ok(first)
            }
        }
    }
}

fn buys_one_of(line: &Line, items: &BTreeSet<ItemKey>) -> bool {
    let item = line.input.catalog_item_id.as_deref();
    item.is_some_and(|item| items.contains(&ItemKey::of_item(item)))
}
