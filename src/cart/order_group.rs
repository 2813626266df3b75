//! Order groups: which lines can be placed in one order (behaviour 5).

use std::collections::BTreeSet;
use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::cart::model::{Group, GroupKey, GroupSlot, PurchaseSystem};
use crate::cart::resolve::Resolved;
use crate::term::BillingCycle;

/// What the lines of one order have in common, borrowed from the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyRef<'a> {
    /// The system that sells it.
    pub system: PurchaseSystem,
    /// The sales group of a legacy offer.
    pub sales_group: Option<&'a str>,
    /// How it is billed.
    pub billing_cycle: BillingCycle,
    /// In what currency.
    pub currency: &'a str,
}

impl KeyRef<'_> {
    fn to_key(self) -> GroupKey {
        GroupKey {
            system: self.system,
            sales_group: self.sales_group.map(str::to_owned),
            billing_cycle: self.billing_cycle,
            currency: self.currency.to_owned(),
        }
    }
}

impl GroupKey {
    /// The key, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> KeyRef<'_> {
        KeyRef {
            system: self.system,
            sales_group: self.sales_group.as_deref(),
            billing_cycle: self.billing_cycle,
            currency: &self.currency,
        }
    }
}

/// Lines sorted into groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition<'a> {
    /// The groups, in the order of their first lines.
    pub groups: Vec<KeyRef<'a>>,
    /// For each line its group, as an index of `groups`.
    pub of_line: Vec<Option<u32>>,
}

/// How many lines are looked up together, and how many groups are few.
const RUN: usize = 16;
const FEW: usize = 8;

/// Sorts lines into groups of equal keys; a line without a key is in none. Linear in the number of
/// lines.
#[must_use]
pub fn partition<'a>(keys: &[Option<KeyRef<'a>>]) -> Partition<'a> {
    partition_of(keys, Option::as_ref)
}

/// With many groups each look-up waits for memory. Those of a run of lines rest on nothing but
/// their hashes, so that they wait side by side. Few groups are looked at one by one, which is
/// quicker than to hash.
fn partition_of<'a, T>(lines: &[T], key_of: impl Fn(&T) -> Option<&KeyRef<'a>>) -> Partition<'a> {
    let mut groups = Groups::default();
    let mut of_line = Vec::with_capacity(lines.len());
    for run in lines.chunks(RUN) {
        let mut likely = [None; RUN];
        if groups.keys.len() > FEW {
            let mut hashes = [0; RUN];
            for (hash, line) in hashes.iter_mut().zip(run) {
                *hash = key_of(line).map_or(0, |key| groups.hasher.hash_one(key));
            }
            likely = hashes.map(|hash| groups.likely(hash));
        }
        for (line, likely) in run.iter().zip(likely) {
            of_line.push(key_of(line).map(|key| groups.find_or_add(key, likely)));
        }
    }
    Partition { groups: groups.keys, of_line }
}

/// The groups found so far. The usual hash withstands strangers who choose keys to collide, at
/// several times the cost; these keys are the catalog's, and this hash is seeded, too.
#[derive(Default)]
struct Groups<'a> {
    keys: Vec<KeyRef<'a>>,
    /// The hashes of the keys.
    hashes: Vec<u64>,
    /// The groups by their hashes. Without the keys it is small enough to stay near the processor.
    index: HashTable<u32>,
    hasher: RandomState,
}

impl<'a> Groups<'a> {
    /// A group whose key has this hash.
    fn likely(&self, hash: u64) -> Option<u32> {
        self.index.find(hash, |group| hash_of(&self.hashes, *group) == hash).copied()
    }

    /// The group of a key, which is likely this one.
    fn find_or_add(&mut self, key: &KeyRef<'a>, likely: Option<u32>) -> u32 {
        let Self { keys, hashes, index, hasher } = self;
        let is_group = |group: &u32| keys.get(*group as usize) == Some(key);
        let next = u32::try_from(keys.len()).unwrap_or(u32::MAX);
        let few = if keys.len() > FEW { 0 } else { next };
        if let Some(group) = likely.into_iter().chain(0..few).find(is_group) {
            return group;
        }
        let hash = hasher.hash_one(key);
        let entry = index.entry(hash, is_group, |group| hash_of(hashes, *group));
        let group = *entry.or_insert(next).get();
        if group == next {
            keys.push(*key);
            hashes.push(hash);
        }
        group
    }
}

fn hash_of(hashes: &[u64], group: u32) -> u64 {
    hashes.get(group as usize).copied().unwrap_or_default()
}

/// The key of a line's group, when enough is known of the line.
pub(crate) fn key_of<'a>(line: &Resolved<'a>) -> Option<KeyRef<'a>> {
    Some(KeyRef {
        system: line.system,
        sales_group: line.offer().and_then(|offer| offer.sales_group_id.as_deref()),
        billing_cycle: line.cycle?,
        currency: line.currency,
    })
}

/// A line's place in the group table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// Already ordered, in the group of this slot.
    Ordered(GroupSlot),
    /// To be placed by its key.
    Open(Option<KeyRef<'a>>),
}

/// Makes the group table of a cart anew and tells each line's slot. A group that had a slot keeps
/// it, so that a line whose group is only renamed need not be written. Ordered groups keep their
/// names, which are not used again.
pub(crate) fn regroup(
    previous: &[Group],
    places: &[Place<'_>],
) -> (Vec<Group>, Vec<Option<GroupSlot>>) {
    let partition = partition_of(places, |place| match place {
        Place::Ordered(_) => None,
        Place::Open(key) => key.as_ref(),
    });
    let slots = slots_of(previous, &partition.groups);
    let mut table: Vec<Group> = Vec::new();
    let mut standing = BTreeSet::new();
    let mut of_line = Vec::with_capacity(places.len());
    for (place, index) in places.iter().zip(&partition.of_line) {
        let slot = match place {
            Place::Ordered(slot) => Some(*slot),
            Place::Open(_) => index.and_then(|index| slots.get(index as usize).copied()),
        };
        of_line.push(slot);
        let Some(slot) = slot.filter(|slot| standing.insert(*slot)) else { continue };
        if matches!(place, Place::Ordered(_)) {
            table.extend(previous.iter().find(|group| group.slot == slot).cloned());
        } else if let Some(key) = index.and_then(|index| partition.groups.get(index as usize)) {
            table.push(Group { slot, name: String::new(), key: key.to_key(), order: None });
        }
    }
    name_groups(&mut table);
    (table, of_line)
}

/// For each key the slot of the open group that had it, else a slot never used in the table.
fn slots_of(previous: &[Group], keys: &[KeyRef<'_>]) -> Vec<GroupSlot> {
    let open = previous.iter().filter(|group| group.order.is_none());
    let known: HashMap<KeyRef<'_>, GroupSlot> =
        open.map(|group| (group.key.as_ref(), group.slot)).collect();
    let mut next = previous.iter().map(|group| group.slot + 1).max().unwrap_or(0);
    keys.iter()
        .map(|key| {
            known.get(key).copied().unwrap_or_else(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}

/// Names the open groups: `0`, `1` … and `OMS-0`, `OMS-1` …, each in their order, passing over
/// names of ordered ones.
pub fn name_groups(table: &mut [Group]) {
    let taken: BTreeSet<String> = table
        .iter()
        .filter(|group| group.order.is_some())
        .map(|group| group.name.clone())
        .collect();
    let (mut modern, mut legacy) = (0, 0);
    for group in table.iter_mut().filter(|group| group.order.is_none()) {
        let (prefix, number) = match group.key.system {
            PurchaseSystem::Modern => ("", &mut modern),
            PurchaseSystem::Legacy => ("OMS-", &mut legacy),
        };
        loop {
            group.name = format!("{prefix}{number}");
            *number += 1;
            if !taken.contains(&group.name) {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests;
