use super::*;
use crate::cart::model::{CartHeader, CartStatus};
use crate::cart::testing::{licence_input, line};
use crate::catalog::item_id::ItemKey;
use crate::clock::Timestamp;

const NEVER: i64 = 0;

/// A cart of so many lines.
fn cart(id: u128, version: i64, lines: usize) -> Left {
    Left::Cart(Known::whole(Arc::new(cart_of(id, version, lines))))
}

fn cart_of(id: u128, version: i64, lines: usize) -> Cart {
    let header = CartHeader {
        id: Uuid::from_u128(id),
        customer_id: "contoso".to_owned(),
        created: Timestamp::FIRST,
        modified: Timestamp::FIRST,
        expires: Timestamp::LAST,
        user: None,
        status: CartStatus::Active,
        attestation_accepted: None,
        version,
        next_line_id: 0,
        errors_left_by_checkout: false,
        groups: Vec::new(),
        line_count: 0,
        standing: None,
    };
    let lines = (0..).take(lines).map(|id| line(id, licence_input(1))).collect();
    Cart { header, lines }
}

/// What the items of a cart add up to.
fn tallies<const N: usize>(items: [(&str, i64); N]) -> Tallies {
    let tally = |lines| Tally { lines, ..Tally::default() };
    items.map(|(item, lines)| (ItemKey::of_item(item), tally(lines))).into()
}

fn standing(next_position: i64) -> Standing {
    let rules = Uuid::nil();
    Standing { catalog: 1, customer: 0, stock: None, rules, until: Timestamp::LAST, next_position }
}

/// A cart of three lines that stands in memory, in its first version.
fn standing_cart() -> Left {
    let footing = Footing { standing: standing(3), tallies: tallies([("A:1", 2), ("B:1", 1)]) };
    let known = Known::whole(Arc::new(cart_of(1, 1, 3)));
    Left::Cart(Known { footing: Some(Arc::new(footing)), ..known })
}

/// Its second line is gone, and two are new at its end.
fn patch(version: i64) -> Left {
    let cart = Cart {
        lines: [3, 4].map(|id| line(id, licence_input(9))).into(),
        ..cart_of(1, version, 0)
    };
    Left::Patch(Patch {
        before: vec![line(1, licence_input(1))],
        cart: Arc::new(cart),
        standing: standing(5),
        tallies: tallies([("A:1", 4), ("B:1", 0), ("C:1", 1)]),
    })
}

fn has(cache: &CartCache, id: u128, version: i64, removals: i64) -> bool {
    let known = cache.find(Uuid::from_u128(id), CartMark { version, removals });
    known.is_some_and(|known| known.version() == version)
}

#[test]
fn a_cart_counts_in_the_version_and_after_the_removals_that_it_was_kept_with() {
    let cache = CartCache::default();
    cache.keep(cart(1, 3, 2), 7);
    let table = [(1, 3, 7, true), (1, 2, 7, false), (1, 4, 7, false), (2, 3, 7, false)];
    for (id, version, removals, is_there) in table {
        assert_eq!(has(&cache, id, version, removals), is_there, "{id} {version} {removals}");
    }
    assert!(!has(&cache, 1, 3, 6) && !has(&cache, 1, 3, 8));
}

#[test]
fn the_newest_version_stays_in_whatever_order_they_come() {
    let cache = CartCache::default();
    for version in [2, 1, 3, 2] {
        cache.keep(cart(1, version, 1), NEVER);
    }
    assert!(has(&cache, 1, 3, NEVER) && !has(&cache, 1, 2, NEVER));
    cache.forget(Uuid::from_u128(1));
    assert!(!cache.has(Uuid::from_u128(1)));
}

#[test]
fn a_removal_lets_all_go_that_was_kept_before_it() {
    let cache = CartCache::default();
    cache.keep(cart(1, 1, 1), 1);
    cache.keep(cart(2, 1, 1), 2);
    // It was settled before the removal, and tells nothing of what came after.
    cache.keep(cart(3, 1, 1), 1);
    assert!(!cache.has(Uuid::from_u128(1)) && !cache.has(Uuid::from_u128(3)));
    assert!(has(&cache, 2, 1, 2));
}

#[test]
fn the_carts_that_were_asked_for_last_stay() {
    // Three lines and what a cart weighs besides: room for four of them.
    let cache = CartCache::of(4 * (3 + CART_WEIGHT));
    for id in 0..4 {
        cache.keep(cart(id, 1, 3), NEVER);
    }
    assert!(has(&cache, 0, 1, NEVER));
    cache.keep(cart(4, 1, 3), NEVER);
    let kept: Vec<u128> = (0..5).filter(|id| cache.has(Uuid::from_u128(*id))).collect();
    assert_eq!(kept, [0, 2, 3, 4]);
    // A new version takes the place of the old one.
    cache.keep(cart(2, 2, 1), NEVER);
    cache.forget(Uuid::from_u128(3));
    cache.keep(cart(5, 1, 3), NEVER);
    let kept: Vec<u128> = (0..6).filter(|id| cache.has(Uuid::from_u128(*id))).collect();
    assert_eq!(kept, [0, 2, 4, 5]);
    assert_eq!(cache.lock().weight, 3 * (3 + CART_WEIGHT) + 1 + CART_WEIGHT);
}

#[test]
fn a_cart_that_would_drive_out_many_is_not_kept() {
    let cache = CartCache::default();
    let most = LINES_MAX / PART_MAX - CART_WEIGHT;
    for (id, lines, is_kept) in [(1, most, true), (2, most + 1, false)] {
        cache.keep(cart(id, 1, lines), NEVER);
        assert_eq!(cache.has(Uuid::from_u128(id)), is_kept, "{lines} lines");
    }
    CartCache::of(0).keep(cart(1, 1, 0), NEVER);
}

#[test]
fn a_patch_changes_the_cart_that_it_was_made_for() {
    let cache = CartCache::default();
    cache.keep(standing_cart(), NEVER);
    let mark = |version| CartMark { version, removals: NEVER };
    let before = cache.find(Uuid::from_u128(1), mark(1)).unwrap();
    cache.keep(patch(2), NEVER);
    let after = cache.find(Uuid::from_u128(1), mark(2)).unwrap();
    let ids = |known: &Known| known.cart.lines.iter().map(|line| line.id).collect::<Vec<_>>();
    assert_eq!(ids(&after), [0, 2, 3, 4]);
    let footing = after.footing.unwrap();
    assert_eq!(footing.tallies, tallies([("A:1", 4), ("C:1", 1)]));
    assert_eq!(footing.standing, standing(5));
    assert_eq!(cache.lock().weight, 4 + CART_WEIGHT);
    // Who was reading it goes on reading what it was.
    assert_eq!((before.version(), ids(&before)), (1, vec![0, 1, 2]));
}

#[test]
fn a_patch_of_another_version_or_of_a_cart_that_is_gone_is_dropped() {
    for (version, removals, forgotten) in
        [(3, 0, false), (1, 0, false), (2, 1, false), (2, 0, true)]
    {
        let cache = CartCache::default();
        cache.keep(standing_cart(), NEVER);
        if forgotten {
            cache.forget(Uuid::from_u128(1));
        }
        cache.keep(patch(version), removals);
        assert_eq!(has(&cache, 1, 1, NEVER), !forgotten, "{version} {removals} {forgotten}");
        assert!(!has(&cache, 1, version, removals) || version == 1);
    }
}

#[test]
fn a_cart_that_grows_beyond_its_room_is_dropped() {
    for (room, is_kept) in [(4 + CART_WEIGHT, true), (3 + CART_WEIGHT, false)] {
        let cache = CartCache::of(room * PART_MAX);
        cache.keep(standing_cart(), NEVER);
        cache.keep(patch(2), NEVER);
        assert_eq!(has(&cache, 1, 2, NEVER), is_kept);
        assert_eq!(cache.lock().weight, if is_kept { 4 + CART_WEIGHT } else { 0 });
    }
}
