use proptest::prelude::*;
use uuid::Uuid;

use super::{KeyRef, Place, partition, regroup};
use crate::cart::model::{Group, PurchaseSystem};
use crate::term::BillingCycle;

fn key(system: PurchaseSystem, billing_cycle: BillingCycle) -> KeyRef<'static> {
    KeyRef { system, sales_group: None, billing_cycle, currency: "USD" }
}

fn modern(cycle: BillingCycle) -> Place<'static> {
    Place::Open(Some(key(PurchaseSystem::Modern, cycle)))
}

fn legacy(sales_group: Option<&'static str>) -> Place<'static> {
    let key = key(PurchaseSystem::Legacy, BillingCycle::Monthly);
    Place::Open(Some(KeyRef { sales_group, ..key }))
}

/// The group name of each place.
fn names(previous: &[Group], places: &[Place<'_>]) -> Vec<Option<String>> {
    let (table, slots) = regroup(previous, places);
    let name = |slot| table.iter().find(|group| group.slot == slot).unwrap().name.clone();
    slots.into_iter().map(|slot| slot.map(name)).collect()
}

fn some(names: &[&str]) -> Vec<Option<String>> {
    names.iter().map(|name| Some((*name).to_owned())).collect()
}

#[test]
fn the_published_cart_has_its_published_groups() {
    let places = [
        legacy(None),
        modern(BillingCycle::OneTime),
        modern(BillingCycle::OneTime),
        modern(BillingCycle::OneTime),
        modern(BillingCycle::Monthly),
        modern(BillingCycle::None),
    ];
    assert_eq!(names(&[], &places), some(&["OMS-0", "0", "0", "0", "1", "2"]));
}

#[test]
fn sales_groups_currencies_and_systems_part_lines() {
    let euro = KeyRef { currency: "EUR", ..key(PurchaseSystem::Modern, BillingCycle::Monthly) };
    let places = [
        modern(BillingCycle::Monthly),
        legacy(Some("1")),
        legacy(Some("2")),
        legacy(Some("1")),
        Place::Open(Some(euro)),
        Place::Open(None),
    ];
    let mut expected = some(&["0", "OMS-0", "OMS-1", "OMS-0", "1"]);
    expected.push(None);
    assert_eq!(names(&[], &places), expected);
}

#[test]
fn a_group_keeps_its_slot_when_it_is_renamed() {
    let (before, _) = regroup(&[], &[modern(BillingCycle::Monthly), modern(BillingCycle::Annual)]);
    let (after, slots) = regroup(&before, &[modern(BillingCycle::Annual)]);
    assert_eq!((before[1].slot, before[1].name.as_str()), (after[0].slot, "1"));
    assert_eq!((slots[0], after[0].name.as_str()), (Some(before[1].slot), "0"));
}

#[test]
fn ordered_groups_keep_their_names_which_are_not_used_again() {
    let (mut before, _) =
        regroup(&[], &[modern(BillingCycle::Monthly), modern(BillingCycle::Annual)]);
    before[1].order = Some(Uuid::nil());
    let places = [
        // The same key as the ordered group's: another order, so another group.
        modern(BillingCycle::Annual),
        Place::Ordered(before[1].slot),
        modern(BillingCycle::Monthly),
    ];
    assert_eq!(names(&before, &places), some(&["0", "1", "2"]));
    let (table, _) = regroup(&before, &places);
    assert_eq!(table[1].order, Some(Uuid::nil()));
}

/// Of each line the number of its billing cycle and of its currency, when it has a key.
fn any_choices() -> impl Strategy<Value = Vec<Option<(usize, usize)>>> {
    prop::collection::vec(prop::option::of((0_usize..7, 0_usize..3)), 0..200)
}

proptest! {
    #[test]
    fn groups_partition_the_lines(choices in any_choices()) {
        let currencies = ["USD", "EUR", "JPY"];
        let keys: Vec<Option<KeyRef<'_>>> = choices
            .iter()
            .map(|choice| choice.map(|(cycle, currency)| KeyRef {
                currency: currencies[currency],
                ..key(PurchaseSystem::Modern, BillingCycle::ALL[cycle])
            }))
            .collect();
        let parted = partition(&keys);
        let mut next = 0;
        for (key, group) in keys.iter().zip(&parted.of_line) {
            prop_assert_eq!(key.is_some(), group.is_some());
            let (Some(key), Some(group)) = (key, group) else { continue };
            prop_assert_eq!(parted.groups[*group as usize], *key);
            // Groups are numbered in the order of their first lines.
            prop_assert!(*group <= next);
            next = next.max(group + 1);
        }
        prop_assert_eq!(parted.groups.len(), next as usize);
    }
}
