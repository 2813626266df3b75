use super::*;
use crate::cart::model::{Given, GroupKey, PurchaseSystem};
use crate::cart::testing::{World, at, licence_input, line};
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

/// Lines in cart order, by their roots' positions; each root is followed by so many add-ons. The
/// lines are of a quantity.
fn lines_at(roots: &[(i64, i64)], quantity: i64) -> Vec<Line> {
    let mut lines = Vec::new();
    for (position, addons) in roots {
        let root = line(position * 10, licence_input(quantity));
        lines.push(Line { position: *position, ..root });
        for addon in 0..*addons {
            let line = line(position * 10 + 1 + addon, licence_input(quantity));
            lines.push(Line { parent: Some(position * 10), position: addon, ..line });
        }
    }
    lines
}

#[test]
fn families_take_the_places_of_those_that_were_taken_out() {
    let all = [(0, 0), (2, 1), (3, 2), (7, 0)];
    let table: [(&str, &[_], &[_], &[_]); 9] = [
        ("nothing", &[], &[], &[(0, 0), (2, 1), (3, 2), (7, 0)]),
        ("changed", &[(2, 1)], &[(2, 1)], &[(0, 0), (2, 1), (3, 2), (7, 0)]),
        ("grown", &[(2, 1)], &[(2, 4)], &[(0, 0), (2, 4), (3, 2), (7, 0)]),
        ("shrunk", &[(3, 2)], &[(3, 0)], &[(0, 0), (2, 1), (3, 0), (7, 0)]),
        ("gone", &[(3, 2)], &[], &[(0, 0), (2, 1), (7, 0)]),
        ("first gone", &[(0, 0)], &[], &[(2, 1), (3, 2), (7, 0)]),
        ("last gone", &[(7, 0)], &[], &[(0, 0), (2, 1), (3, 2)]),
        ("added", &[], &[(8, 1), (9, 0)], &[(0, 0), (2, 1), (3, 2), (7, 0), (8, 1), (9, 0)]),
        ("several", &[(0, 0), (3, 2), (7, 0)], &[(0, 2), (7, 1)], &[(0, 2), (2, 1), (7, 1)]),
    ];
    for (name, before, after, expected) in table {
        let mut lines = lines_at(&all, 1);
        replace_families(&mut lines, &lines_at(before, 1), &lines_at(after, 5));
        let mut wanted = lines_at(expected, 1);
        for line in &mut wanted {
            let is_new = after.iter().any(|(position, _)| line.id / 10 == *position);
            line.input.quantity = Some(if is_new { 5 } else { 1 });
        }
        assert_eq!(lines, wanted, "{name}");
    }
}
