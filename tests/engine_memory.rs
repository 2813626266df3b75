//! What an engine keeps of carts in memory never shows: whoever changes a cart by another engine on
//! the same file, as another process does, is seen at once.

mod support;

use std::collections::BTreeMap;

use cart_engine::{Engine, ErrorKind};
use fastrand::Rng;
use serde_json::json;
use support::shop::{
    CUSTOMER, Shop, by, cart_of, etag, id_of, licences, open, parse, reader, refused, stocked,
};

/// Operations of each sequence.
const OPERATIONS: usize = 300;

/// One operation on one of some carts, which may fail.
fn operate(engine: &Engine, rng: &mut Rng, ids: &mut Vec<String>) {
    let id = ids[rng.usize(..ids.len())].clone();
    let (request, quantity) = (by(CUSTOMER), rng.i64(1..20));
    let patch = json!({ "quantity": quantity }).to_string();
    match rng.u8(..20) {
        0..=1 => {
            let lines = json!([licences(quantity), stocked(1)]);
            ids.push(id_of(&parse(&engine.create(&request, &cart_of(&lines)).unwrap())));
        }
        2..=5 => drop(engine.update(&request, &id, &cart_of(&json!([licences(quantity)])))),
        6..=9 => drop(engine.line_add(&request, &id, &licences(quantity).to_string())),
        10..=14 => drop(engine.line_change(&request, &id, "0", &patch)),
        15..=16 => drop(engine.line_remove(&request, &id, "1")),
        17..=18 => drop(engine.checkout(&request, &id)),
        _ => drop(engine.delete(&request, &id)),
    }
}

#[test]
fn two_engines_that_change_the_same_carts_in_turns_see_what_the_file_holds() {
    let shop = Shop::open();
    let other = shop.another();
    let mut rng = Rng::with_seed(7);
    let mut ids = vec![id_of(&shop.create(&json!([licences(3), stocked(1)])))];
    let (mut found, mut gone) = (0, 0);
    for step in 0..OPERATIONS {
        let engine = if rng.bool() { &shop.engine } else { &other };
        operate(engine, &mut rng, &mut ids);
        // It has kept nothing yet.
        let fresh = shop.another();
        for id in ids.iter().rev().take(4) {
            let expected = fresh.get(&reader(), id);
            for (name, engine) in [("one", &shop.engine), ("other", &other)] {
                assert_eq!(engine.get(&reader(), id), expected, "step {step}, {name} engine");
            }
            *(if expected.is_ok() { &mut found } else { &mut gone }) += 1;
        }
    }
    assert!(found > OPERATIONS && gone > 10, "{found} found and {gone} gone show something");
    shop.assert_undamaged();
}

#[test]
fn threads_of_two_engines_that_change_the_same_carts_never_see_an_older_one() {
    const THREADS: u64 = 6;
    let shop = Shop::open();
    let other = shop.another();
    let ids: Vec<String> =
        (0..4).map(|_| id_of(&shop.create(&json!([licences(3), stocked(1)])))).collect();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let engine = if thread % 2 == 0 { &shop.engine } else { &other };
            let mut ids = ids.clone();
            scope.spawn(move || {
                let mut rng = Rng::with_seed(thread);
                let mut newest = BTreeMap::new();
                for _ in 0..OPERATIONS {
                    operate(engine, &mut rng, &mut ids);
                    let id = &ids[rng.usize(..ids.len())];
                    let Ok(cart) = engine.get(&reader(), id) else { continue };
                    let version: u64 = etag(&parse(&cart)).parse().unwrap();
                    let before = newest.insert(id.clone(), version).unwrap_or_default();
                    assert!(before <= version, "cart {id} was {before} and is {version}");
                }
            });
        }
    });
    let fresh = shop.another();
    for id in &ids {
        let expected = fresh.get(&reader(), id);
        assert_eq!(shop.engine.get(&reader(), id), expected);
        assert_eq!(other.get(&reader(), id), expected);
    }
    shop.assert_undamaged();
}

#[test]
fn an_id_that_comes_back_is_another_cart() {
    let shop = Shop::with(json!({ "idSeed": 5 }));
    let again = |quantity| {
        let engine = open(shop.options());
        let cart = engine.create(&by(CUSTOMER), &cart_of(&json!([licences(quantity)]))).unwrap();
        (engine, parse(&cart))
    };
    let first = shop.create(&json!([licences(1)]));
    let id = id_of(&first);
    shop.another().delete(&by(CUSTOMER), &id).unwrap();
    let (_, second) = again(2);
    assert_eq!((id_of(&second), &second["attributes"]), (id.clone(), &first["attributes"]));
    assert_eq!(shop.get(&id), second);
    shop.another().delete(&by(CUSTOMER), &id).unwrap();
    refused(shop.engine.get(&reader(), &id), ErrorKind::CartNotFound);
    let (_, third) = again(3);
    let orders = shop.checkout(&id);
    assert_eq!(orders["orders"][0]["lineItems"][0]["quantity"], third["lineItems"][0]["quantity"]);
}

#[test]
fn a_cart_in_memory_is_its_customers_alone() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1)])));
    refused(shop.engine.get(&by("somebody-else"), &id), ErrorKind::CartNotFound);
    refused(shop.engine.checkout(&by("somebody-else"), &id), ErrorKind::CartNotFound);
    let patch = r#"{"quantity":2}"#;
    let change = shop.engine.line_change(&by("somebody-else"), &id, "0", patch);
    refused(change, ErrorKind::CartNotFound);
    shop.engine.customer_delete(CUSTOMER).unwrap();
    refused(shop.engine.get(&reader(), &id), ErrorKind::CartNotFound);
}
