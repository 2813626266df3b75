use super::*;
use crate::cart::model::{Given, GroupKey, PurchaseSystem};
use crate::cart::testing::{World, at};
use crate::term::BillingCycle;

fn turn(world: &World, now: &str) -> Timestamp {
    next_turn(&world.lines, &world.facts, at(now))
}

#[test]
fn time_alone_changes_an_outcome_where_a_price_or_promotion_begins_or_has_ended() {
    let mut world = World::new();
    world.facts.items.retain(|key, _| *key == crate::cart::testing::licence_key());
    let after_the_end = Timestamp::from_ticks(at("9999-11-30T23:59:59Z").ticks() + 1);
    assert_eq!(turn(&world, "2025-03-31T12:00:00Z"), at("2025-04-01T00:00:00Z"));
    assert_eq!(turn(&world, "2026-03-10T12:00:00Z"), after_the_end);
    world.promote(1, "0.1");
    assert_eq!(turn(&world, "2025-12-31T12:00:00Z"), at("2026-01-01T00:00:00Z"));
    let promoted_until = Timestamp::from_ticks(at("2026-12-31T23:59:59Z").ticks() + 1);
    assert_eq!(turn(&world, "2026-03-10T12:00:00Z"), promoted_until);
    assert_eq!(turn(&world, "2026-12-31T23:59:59Z"), promoted_until);
    world.input().custom_term_end = Some(Given::Value(at("2026-09-30T00:00:00Z")));
    assert_eq!(turn(&world, "2026-03-10T12:00:00Z"), at("2026-03-11T00:00:00Z"));
    world.facts.items.clear();
    world.input().custom_term_end = Some(Given::Malformed("soon".into()));
    assert_eq!(turn(&world, "2026-03-10T12:00:00Z"), Timestamp::LAST);
}

#[test]
fn groups_stand_in_the_order_of_their_first_lines() {
    let group = |slot, system| Group {
        slot,
        name: "old".into(),
        key: GroupKey {
            system,
            sales_group: None,
            billing_cycle: BillingCycle::Monthly,
            currency: "USD".into(),
        },
        order: None,
    };
    let systems = [PurchaseSystem::Modern, PurchaseSystem::Legacy, PurchaseSystem::Modern];
    let mut groups: Vec<_> = (0..).zip(systems).map(|(slot, system)| group(slot, system)).collect();
    groups.push(group(7, PurchaseSystem::Modern));
    arrange_groups(&mut groups, &BTreeMap::from([(0, 9), (1, 4), (7, 1)]));
    let names: Vec<_> = groups.iter().map(|group| (group.slot, group.name.as_str())).collect();
    assert_eq!(names, [(7, "0"), (1, "OMS-0"), (0, "1")]);
}
