use super::*;
use crate::cart::model::LineError;
use crate::cart::testing::{OFFER, World, licence_key, line};
use crate::catalog::model::SeatConstraint;

/// A cart with so many lines and seats of an item.
fn sums(key: &ItemKey, lines: i64, seats: i64) -> Tallies {
    Tallies::from([(key.clone(), Tally { lines, seats, ..Tally::default() })])
}

fn error() -> LineError {
    let (description, property) = (String::new(), String::new());
    LineError { code: 10012, description, property, additional: None }
}

#[test]
fn lines_are_rivals_from_the_first_seat_beyond_a_limit() {
    let key = licence_key();
    let mut world = World::new();
    assert!(rivals(&key, &sums(&key, 9, 300), &world.facts).is_empty(), "the seat maximum");
    assert_eq!(rivals(&key, &sums(&key, 9, 301), &world.facts), BTreeSet::from([key.clone()]));
    world.owns(key.clone(), 10);
    assert!(!rivals(&key, &sums(&key, 9, 300), &world.facts).is_empty(), "ten are owned");
    world.facts.stock.insert(key.clone(), 20);
    assert!(rivals(&key, &sums(&key, 9, 20), &world.facts).is_empty(), "the stock");
    assert!(!rivals(&key, &sums(&key, 9, 21), &world.facts).is_empty());
    assert!(rivals(&ItemKey::offer("unknown"), &sums(&key, 9, 999), &world.facts).is_empty());
}

#[test]
fn an_ownership_limit_counts_lines() {
    let key = ItemKey::offer(OFFER);
    let mut world = World::new();
    assert!(rivals(&key, &sums(&key, 99, 99), &world.facts).is_empty());
    world.offer().limit_kind = Some(OwnershipLimit::Concurrent);
    world.offer().limit = Some(3);
    assert!(rivals(&key, &sums(&key, 3, 99), &world.facts).is_empty());
    assert!(!rivals(&key, &sums(&key, 4, 4), &world.facts).is_empty());
    world.owns(key.clone(), 1);
    assert!(!rivals(&key, &sums(&key, 3, 3), &world.facts).is_empty());
}

#[test]
fn all_items_of_a_promotion_share_its_pool() {
    let (key, other) = (licence_key(), ItemKey::offer(OFFER));
    let mut world = World::new();
    let promotion = world.promote(1, "0.1");
    let mut second = promotion.products[0].clone();
    second.item = other.clone();
    promotion.products.push(second);
    promotion.seats = vec![SeatConstraint { least: Some(5), most: None }];
    let tallies = |seats| {
        let mut tallies = sums(&key, 2, 10);
        tallies.extend(sums(&other, 2, seats));
        tallies
    };
    assert!(rivals(&key, &tallies(999), &world.facts).is_empty(), "there is no pool");
    world.licence().promotions[0].seats[0].most = Some(40);
    assert!(rivals(&key, &tallies(30), &world.facts).is_empty());
    let both = BTreeSet::from([key.clone(), other.clone()]);
    assert_eq!(rivals(&key, &tallies(31), &world.facts), both);
    let mut redeemed = Redeemed { count: 0, seats: 1 };
    world.facts.redeemed.insert("39NFJQT1PHSN:0001".into(), redeemed);
    assert_eq!(rivals(&key, &tallies(30), &world.facts), both, "bought before");
    redeemed = Redeemed { count: 1, seats: 0 };
    world.facts.redeemed.insert("39NFJQT1PHSN:0001".into(), redeemed);
    world.licence().promotions[0].redemptions_max = Some(5);
    assert!(rivals(&key, &tallies(30), &world.facts).is_empty());
    world.licence().promotions[0].redemptions_max = Some(4);
    assert_eq!(rivals(&key, &tallies(30), &world.facts), both);
}

#[test]
fn a_tally_tells_what_lines_buy_and_lean_on() {
    let mut world = World::new();
    let base = ItemKey::offer(OFFER);
    let sku = world.licence_sku();
    sku.is_addon = true;
    sku.prerequisite_skus = vec![base.clone()];
    let mut lines = vec![world.lines[0].clone()];
    lines.push(line(1, world.buy_offer().lines[0].input.clone()));
    lines.push(line(2, world.buy_licences(7).lines[0].input.clone()));
    lines[2].parent = Some(1);
    lines.push(line(3, world.buy_licences(3_000_000_000).lines[0].input.clone()));
    lines[3].error = Some(Box::new(error()));
    let tallies = tallies_of(&lines, &world.facts);
    // The second add-on hangs on its base.
    let licences = Tally { lines: 3, seats: 17, ..Tally::default() };
    assert_eq!(tally_of(&tallies, &licence_key()), licences);
    let offers = Tally { lines: 1, seats: 10, leaning: 2, ..Tally::default() };
    assert_eq!(tally_of(&tallies, &base), offers, "it has an add-on, so it is not sure");
    assert_eq!(tally_of(&tallies_of(&lines[1..2], &world.facts), &base).sure, 1);
    assert_eq!(bases_needed(&lines, &world.facts), BTreeSet::from([base.clone()]));
    world.licence_sku().minimum_base_seats = Some(1);
    assert!(is_weighed(&licence_key(), &world.facts));
    let tallies = tallies_of(&lines, &world.facts);
    assert_eq!((tally_of(&tallies, &base).weighing, tally_of(&tallies, &base).leaning), (3, 0));
    world.licence_sku().minimum_base_seats = None;
    world.owns(base.clone(), 1);
    assert_eq!(tally_of(&tallies_of(&lines, &world.facts), &base).leaning, 0, "he owns the base");
}
