use crate::cart::testing::{World, amount, at, licence_input, licence_key, line};
use crate::catalog::facts::{Owned, Redeemed};
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{OwnedProductConstraint, Promotion, SeatConstraint};
use crate::term::BillingCycle;

/// The promotion of the first line, as the last part of its number.
fn applied(world: &World) -> Option<u32> {
    let outcome = world.evaluate().swap_remove(0);
    assert_eq!(outcome.error, None);
    outcome.promotion_id.map(|id| id.split(':').nth(1).unwrap().parse().unwrap())
}

fn key() -> String {
    "39NFJQT1PHSN:0001".into()
}

fn other() -> ItemKey {
    ItemKey::sku("CFQ7TTC0MBMD", "0002")
}

#[test]
fn a_fitting_promotion_applies_by_itself_and_lowers_the_price() {
    let mut world = World::new();
    world.promote(1, "0.05");
    let outcome = world.evaluate().swap_remove(0);
    let pricing = outcome.pricing.unwrap();
    assert_eq!((pricing.list_price, pricing.discounted_price), (amount("10"), amount("9.5")));
    assert_eq!(pricing.extended_price, amount("1140"));
    assert_eq!(applied(&world), Some(1));
}

#[test]
fn the_deepest_discount_applies_and_of_equal_ones_the_first() {
    let mut world = World::new();
    world.promote(1, "0.05");
    world.promote(2, "0.2");
    world.promote(3, "0.2");
    world.promote(4, "0.1");
    assert_eq!(applied(&world), Some(2));
    // The one that the line names is only one of those that fit.
    world.input().promotion_id = Some("39NFJQT1PHSN:0004".into());
    assert_eq!(applied(&world), Some(2));
}

#[test]
fn a_promotion_that_is_not_automatic_applies_when_it_is_named() {
    let mut world = World::new();
    world.promote(1, "0.05").is_auto_applicable = false;
    assert_eq!(applied(&world), None);
    world.input().promotion_id = Some("39nfjqt1phsn:0001:ANYTHING".into());
    assert_eq!(applied(&world), Some(1));
}

/// A condition: what makes it fail, and what makes it just hold. Neither is an error of the line.
type Condition = (&'static str, fn(&mut World), fn(&mut World));

fn promotion(world: &mut World) -> &mut Promotion {
    &mut world.licence().promotions[0]
}

fn seats(world: &mut World, least: Option<i64>, most: Option<i64>) {
    promotion(world).seats = vec![SeatConstraint { least, most }];
}

fn owned_product(world: &mut World, least: Option<i64>, most: Option<i64>) {
    let constraint = OwnedProductConstraint { item: other(), least, most };
    promotion(world).owned_products = vec![vec![constraint]];
}

const CONDITIONS: &[Condition] = &[
    (
        "start",
        |w| promotion(w).start = at("2026-03-10T12:00:00.0000001Z"),
        |w| promotion(w).start = at("2026-03-10T12:00:00Z"),
    ),
    (
        "end",
        |w| promotion(w).end = at("2026-03-10T11:59:59.9999999Z"),
        |w| promotion(w).end = at("2026-03-10T12:00:00Z"),
    ),
    (
        "billing cycle",
        |w| promotion(w).products[0].billing_cycle = Some(BillingCycle::Annual),
        |w| promotion(w).products[0].billing_cycle = None,
    ),
    (
        "term",
        |w| promotion(w).products[0].term = crate::term::Duration::parse("P3Y"),
        |w| {
            promotion(w).products[0].term = None;
        },
    ),
    (
        "country",
        |w| promotion(w).country = Some("DE".into()),
        |w| {
            promotion(w).country = Some("US".into());
        },
    ),
    (
        "segment",
        |w| promotion(w).segment = Some("education".into()),
        |w| {
            promotion(w).segment = Some("Commercial".into());
        },
    ),
    ("least seats", |w| seats(w, Some(11), None), |w| seats(w, Some(10), None)),
    ("most seats", |w| seats(w, None, Some(9)), |w| seats(w, None, Some(10))),
    (
        "pooled seats",
        |w| {
            seats(w, None, Some(30));
            w.facts.redeemed.insert(key(), Redeemed { count: 1, seats: 21 });
        },
        |w| {
            seats(w, None, Some(30));
            w.facts.redeemed.insert(key(), Redeemed { count: 1, seats: 20 });
        },
    ),
    (
        "redemptions",
        |w| {
            promotion(w).redemptions_max = Some(3);
            w.facts.redeemed.insert(key(), Redeemed { count: 3, seats: 3 });
        },
        |w| {
            promotion(w).redemptions_max = Some(3);
            w.facts.redeemed.insert(key(), Redeemed { count: 2, seats: 2 });
        },
    ),
    (
        "first purchase",
        |w| {
            promotion(w).first_purchase_only = true;
            w.facts.owned.insert(licence_key(), Owned { ever: 1, ..Owned::default() });
        },
        |w| promotion(w).first_purchase_only = true,
    ),
    (
        "owned product",
        |w| owned_product(w, None, None),
        |w| {
            owned_product(w, None, None);
            w.owns(other(), 1);
        },
    ),
    (
        "seats of an owned product",
        |w| {
            owned_product(w, Some(5), None);
            w.owns(other(), 4);
        },
        |w| {
            owned_product(w, Some(5), Some(5));
            w.owns(other(), 5);
        },
    ),
];

#[test]
fn each_condition_must_hold_and_one_that_does_not_is_no_error() {
    for (name, fail, hold) in CONDITIONS {
        let mut world = World::new();
        world.promote(1, "0.05");
        let mut good = world.clone();
        fail(&mut world);
        assert_eq!(applied(&world), None, "{name}");
        let pricing = world.evaluate().swap_remove(0).pricing.unwrap();
        assert_eq!(pricing.discounted_price, pricing.list_price, "{name}");
        hold(&mut good);
        assert_eq!(applied(&good), Some(1), "{name}");
    }
}

#[test]
fn of_owned_products_any_of_the_outer_and_all_of_the_inner_list_are_needed() {
    let owned =
        |item: &ItemKey| OwnedProductConstraint { item: item.clone(), least: None, most: None };
    let (a, b, c) = (ItemKey::sku("A", "1"), ItemKey::sku("B", "1"), ItemKey::sku("C", "1"));
    let table: [(&[&ItemKey], bool); 5] =
        [(&[], false), (&[&a], false), (&[&a, &b], true), (&[&c], true), (&[&b, &c], true)];
    for (has, applies) in table {
        let mut world = World::new();
        world.promote(1, "0.05").owned_products = vec![vec![owned(&a), owned(&b)], vec![owned(&c)]];
        for item in has {
            world.owns((*item).clone(), 1);
        }
        assert_eq!(applied(&world).is_some(), applies, "{has:?}");
    }
}

#[test]
fn earlier_lines_use_up_pooled_seats_and_redemptions() {
    let mut world = World::new();
    let promotion = world.promote(1, "0.05");
    promotion.seats = vec![SeatConstraint { least: None, most: Some(25) }];
    world.lines = vec![
        line(0, licence_input(10)),
        line(1, licence_input(10)),
        line(2, licence_input(10)),
        line(3, licence_input(5)),
    ];
    let which = |world: &World| -> Vec<bool> {
        world.evaluate().into_iter().map(|outcome| outcome.promotion_id.is_some()).collect()
    };
    // The third does not fit into what is left, the fourth does.
    assert_eq!(which(&world), [true, true, false, true]);
    world.licence().promotions[0].redemptions_max = Some(1);
    assert_eq!(which(&world), [true, false, false, false]);
}
