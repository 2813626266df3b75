//! Order groups: which lines can be placed in one order (behaviour 5).

use std::collections::BTreeSet;

use foldhash::HashMap;

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

/// Sorts lines into groups of equal keys; a line without a key is in none. Linear in the number of
/// lines.
#[must_use]
pub fn partition<'a>(keys: &[Option<KeyRef<'a>>]) -> Partition<'a> {
    partition_of(keys.iter().map(Option::as_ref))
}

fn partition_of<'a, 'b>(keys: impl Iterator<Item = Option<&'b KeyRef<'a>>>) -> Partition<'a>
where
    'a: 'b,
{
    let mut groups: Vec<KeyRef<'a>> = Vec::new();
    // The usual hash withstands strangers who choose keys to collide, at several times the cost;
    // these keys are the catalog's, and this hash is seeded, too.
    let mut index: HashMap<KeyRef<'a>, u32> = HashMap::default();
    let mut last: Option<(KeyRef<'a>, u32)> = None;
    let mut of_line = Vec::with_capacity(keys.size_hint().0);
    for key in keys {
        let Some(key) = key else {
            of_line.push(None);
            continue;
        };
        // Lines that share an order tend to follow each other.
        let group = match last {
            Some((same, group)) if same == *key => group,
            _ => among_few(&groups, key).unwrap_or_else(|| {
                *index.entry(*key).or_insert_with(|| {
                    groups.push(*key);
                    u32::try_from(groups.len() - 1).unwrap_or(u32::MAX)
                })
            }),
        };
        last = Some((*key, group));
        of_line.push(Some(group));
    }
    Partition { groups, of_line }
}

/// The group of a key where there are so few that looking at each is quicker than hashing.
fn among_few(groups: &[KeyRef<'_>], key: &KeyRef<'_>) -> Option<u32> {
    const FEW: usize = 8;
    if groups.len() > FEW {
        return None;
    }
    groups.iter().position(|known| known == key).and_then(|at| u32::try_from(at).ok())
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
    let partition = partition_of(places.iter().map(|place| match place {
        Place::Ordered(_) => None,
        Place::Open(key) => key.as_ref(),
    }));
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
