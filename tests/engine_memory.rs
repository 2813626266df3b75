//! What an engine keeps of carts in memory never shows: whoever changes a cart by another engine on
//! the same file, as another process does, is seen at once.

mod support;

use std::collections::BTreeMap;

use cart_engine::{Engine, ErrorKind};
use fastrand::Rng;
use serde_json::json;
use support::shop::{
    CUSTOMER, LICENCE, SERVICE, Shop, by, cart_of, etag, id_of, licences, line, open, parse,
    reader, refused, stocked,
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

/// One operation on one of some lines of a long cart, which may fail, or a change of what its lines
/// rest on. There is stock and there are seats for all lines of some carts, and too few for others.
fn operate_on_lines(engine: &Engine, rng: &mut Rng, id: &str) {
    let (request, place) = (by(CUSTOMER), rng.usize(..300).to_string());
    let added = [licences(1), stocked(1), line(SERVICE, 1, "monthly", "P1M")];
    match rng.u8(..20) {
        0 => {
            let stock = json!({ "inventory": [{ "productId": "DG7GMGF0DWTL", "skuId": "0001",
                "availableQuantity": rng.i64(0..200) }] });
            drop(engine.catalog_put(&stock.to_string()).unwrap());
        }
        1 => {
            let subscription = json!({ "id": "s", "offerId": LICENCE, "status": "active",
                "quantity": rng.i64(200..300) });
            let owner = json!({ "customerId": CUSTOMER, "subscriptions": [subscription] });
            drop(engine.customer_put(&owner.to_string()).unwrap());
        }
        2..=7 => {
            let lines = json!([added[rng.usize(..added.len())]]);
            drop(engine.line_add(&request, id, &lines.to_string()).unwrap());
        }
        8..=9 => drop(engine.line_remove(&request, id, &place)),
        _ => {
            let patch = json!({ "quantity": rng.i64(1..4) }).to_string();
            drop(engine.line_change(&request, id, &place, &patch));
        }
    }
}

#[test]
fn lines_that_threads_of_two_engines_change_are_as_whole_carts_would_have_them() {
    const THREADS: u64 = 6;
    let shop = Shop::open();
    let other = shop.another();
    // From carts that are looked at as a whole to such as stand in the file once they are read.
    let ids = [3, 12, 60, 250].map(|count| {
        let service = || line(SERVICE, 1, "monthly", "P1M");
        let lines: Vec<_> =
            (0..count).map(|at| if at % 3 == 0 { stocked(1) } else { service() }).collect();
        id_of(&shop.create(&json!(lines)))
    });
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let engine = if thread % 2 == 0 { &shop.engine } else { &other };
            let ids = &ids;
            scope.spawn(move || {
                let mut rng = Rng::with_seed(thread);
                for _ in 0..OPERATIONS / 4 {
                    let id = &ids[rng.usize(..ids.len())];
                    operate_on_lines(engine, &mut rng, id);
                }
            });
        }
    });
    let mut rng = Rng::with_seed(THREADS);
    let turns = [&shop.engine, &other].into_iter().cycle().take(40);
    for (engine, id) in turns.flat_map(|engine| ids.iter().map(move |id| (engine, id))) {
        operate_on_lines(engine, &mut rng, id);
        // What the cart rests on may have changed alone: a line operation looks.
        let added = [licences(1), stocked(1)][rng.usize(..2)].to_string();
        engine.line_add(&by(CUSTOMER), id, &added).unwrap();
        let (cart, fresh) = (engine.get(&reader(), id).unwrap(), shop.another());
        assert_eq!(fresh.get(&reader(), id).unwrap(), cart);
        let whole = parse(&fresh.price(&reader(), &cart).unwrap());
        assert_eq!(whole["lineItems"], parse(&cart)["lineItems"]);
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
