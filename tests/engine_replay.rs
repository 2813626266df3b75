//! Request ids: a repeated request does nothing and gets its first answer, byte for byte, whatever
//! became of the cart.

mod support;

use cart_engine::{Engine, ErrorKind, Request, Result};
use serde_json::json;
use support::shop::{
    CUSTOMER, Shop, by, cart_of, id_of, licences, line, matching, once, parse, refused, stocked,
};

type Operation = fn(&Engine, &Request<'_>, &str) -> Result<String>;

/// Every operation that changes a cart, by name.
const OPERATIONS: [(&str, Operation); 7] = [
    ("create", |engine, request, _| engine.create(request, r#"{"lineItems":[{"quantity":1}]}"#)),
    ("update", |engine, request, id| {
        engine.update(request, id, &cart_of(&json!([licences(4), stocked(2)])))
    }),
    ("line add", |engine, request, id| engine.line_add(request, id, &licences(1).to_string())),
    ("line change", |engine, request, id| {
        engine.line_change(request, id, "0", r#"{"quantity":7}"#)
    }),
    ("line remove", |engine, request, id| engine.line_remove(request, id, "1")),
    ("checkout", |engine, request, id| engine.checkout(request, id)),
    ("delete", |engine, request, id| engine.delete(request, id).map(|()| String::new())),
];

fn new_cart(shop: &Shop) -> String {
    id_of(&shop.create(&json!([licences(3), stocked(1)])))
}

fn counts(shop: &Shop) -> serde_json::Value {
    let mut counts = parse(&shop.engine.stats().unwrap())["counts"].clone();
    counts["requests"].take();
    counts
}

#[test]
fn a_repeated_request_gets_its_first_answer_and_does_nothing() {
    for (name, operation) in OPERATIONS {
        let shop = Shop::open();
        let id = new_cart(&shop);
        let first = operation(&shop.engine, &once("r-1"), &id).unwrap();
        let (cart, before) = (shop.engine.get(&by(CUSTOMER), &id), counts(&shop));
        assert_eq!(operation(&shop.engine, &once("r-1"), &id).unwrap(), first, "{name}");
        assert_eq!(shop.engine.get(&by(CUSTOMER), &id), cart, "{name}");
        assert_eq!(counts(&shop), before, "{name}");
    }
}

#[test]
fn a_repeated_request_gets_its_first_answer_whatever_became_of_the_cart() {
    for (name, operation) in OPERATIONS {
        let shop = Shop::open();
        let id = new_cart(&shop);
        let first = operation(&shop.engine, &once("r-1"), &id).unwrap();
        if name != "delete" && name != "checkout" {
            shop.update(&id, &json!({ "lineItems": [stocked(9)] }));
            assert_eq!(operation(&shop.engine, &once("r-1"), &id).unwrap(), first, "{name}");
            shop.checkout(&id);
            assert_eq!(operation(&shop.engine, &once("r-1"), &id).unwrap(), first, "{name}");
        }
        if name != "delete" {
            shop.engine.delete(&by(CUSTOMER), &id).unwrap();
            assert_eq!(operation(&shop.engine, &once("r-1"), &id).unwrap(), first, "{name}");
        }
        shop.at("2026-04-10T12:00:00Z");
        assert_eq!(operation(&shop.engine, &once("r-1"), &id).unwrap(), first, "{name}");
        let shop = shop.reopened();
        assert_eq!(operation(&shop.engine, &once("r-1"), &id).unwrap(), first, "{name}");
    }
}

#[test]
fn a_repetition_may_differ_in_what_the_request_is_not_about() {
    for (name, operation) in OPERATIONS {
        let shop = Shop::open();
        let id = new_cart(&shop);
        let first = operation(&shop.engine, &once("r-1"), &id).unwrap();
        let customer = CUSTOMER.to_uppercase();
        let other_user =
            Request { customer_id: &customer, user: Some("somebody-else"), ..once("r-1") };
        let answer = operation(&shop.engine, &other_user, &id.to_uppercase()).unwrap();
        assert_eq!(answer, first, "{name}");
        if name != "create" {
            let stale = Request { request_id: Some("r-1"), ..matching("77") };
            assert_eq!(operation(&shop.engine, &stale, &id).unwrap(), first, "{name}");
        }
    }
}

#[test]
fn a_request_id_used_for_anything_else_is_refused() {
    for (first_name, first) in OPERATIONS {
        let shop = Shop::open();
        let (id, other_id) = (new_cart(&shop), new_cart(&shop));
        first(&shop.engine, &once("r-1"), &id).unwrap();
        let before = counts(&shop);
        for (name, operation) in OPERATIONS {
            if name != first_name {
                assert_reused(operation(&shop.engine, &once("r-1"), &other_id));
            }
            if name != first_name {
                assert_reused(operation(&shop.engine, &once("r-1"), &id));
            } else if name != "create" {
                assert_reused(operation(&shop.engine, &once("r-1"), &other_id));
            }
        }
        assert_eq!(counts(&shop), before, "{first_name}");
    }
}

#[track_caller]
fn assert_reused(outcome: Result<String>) {
    let error = refused(outcome, ErrorKind::RequestIdReused);
    assert_eq!((error.kind().status(), error.data()), (204, &["request_id".to_owned()][..]));
}

#[test]
fn documents_and_line_ids_are_compared_byte_for_byte() {
    let shop = Shop::open();
    let id = new_cart(&shop);
    let engine = &shop.engine;
    let cart = cart_of(&json!([licences(3), stocked(1)]));
    engine.create(&once("create"), &cart).unwrap();
    assert_reused(engine.create(&once("create"), &format!("{cart} ")));
    engine.update(&once("update"), &id, &cart).unwrap();
    assert_reused(engine.update(&once("update"), &id, &format!(" {cart}")));
    engine.line_add(&once("add"), &id, &licences(1).to_string()).unwrap();
    assert_reused(engine.line_add(&once("add"), &id, &json!([licences(1)]).to_string()));
    let patch = r#"{"quantity":2}"#;
    engine.line_change(&once("change"), &id, "2", patch).unwrap();
    assert_reused(engine.line_change(&once("change"), &id, "3", patch));
    assert_reused(engine.line_change(&once("change"), &id, "2", r#"{"quantity":3}"#));
    engine.line_remove(&once("remove"), &id, "2").unwrap();
    assert_reused(engine.line_remove(&once("remove"), &id, "3"));
}

#[test]
fn a_failed_call_remembers_nothing() {
    let shop = Shop::open();
    shop.stock(0);
    let bad = json!([licences(301)]);
    let id = id_of(&shop.create(&bad));
    refused(shop.engine.checkout(&once("r-1"), &id), ErrorKind::CartHasErrors);
    let updated = shop.engine.update(&once("r-1"), &id, "{}");
    refused(updated, ErrorKind::InvalidRequest);
    refused(shop.engine.line_remove(&once("r-1"), &id, "0"), ErrorKind::InvalidRequest);
    let stale = Request { request_id: Some("r-1"), ..matching("0") };
    refused(shop.engine.delete(&stale, &id), ErrorKind::Conflict);
    refused(shop.engine.create(&once("r-1"), "[]"), ErrorKind::InvalidRequest);
    assert_eq!(parse(&shop.engine.stats().unwrap())["counts"]["requests"], 0);
    shop.engine.line_change(&once("r-1"), &id, "0", r#"{"quantity":3}"#).unwrap();
    shop.engine.checkout(&once("r-2"), &id).unwrap();
}

#[test]
fn request_ids_of_customers_are_their_own() {
    let shop = Shop::open();
    let first = shop.engine.create(&once("r-1"), &cart_of(&json!([licences(1)]))).unwrap();
    let other = Request { request_id: Some("r-1"), ..by("another-customer") };
    let second = shop.engine.create(&other, &cart_of(&json!([stocked(1)]))).unwrap();
    assert_ne!(first, second);
    let again = shop.engine.create(&other, &cart_of(&json!([stocked(1)]))).unwrap();
    assert_eq!(again, second);
}

#[test]
fn request_ids_are_told_apart_by_case() {
    let shop = Shop::open();
    let lines = cart_of(&json!([licences(1)]));
    let first = shop.engine.create(&once("R-1"), &lines).unwrap();
    assert_ne!(shop.engine.create(&once("r-1"), &lines).unwrap(), first);
}

#[test]
fn answers_are_forgotten_by_a_purge_after_seven_days_and_not_before() {
    let shop = Shop::open();
    let lines = cart_of(&json!([licences(1)]));
    let first = shop.engine.create(&once("r-1"), &lines).unwrap();
    shop.at("2026-03-17T12:00:00Z");
    assert_eq!(parse(&shop.engine.purge(None).unwrap())["requests"], 0);
    assert_eq!(shop.engine.create(&once("r-1"), &lines).unwrap(), first);
    shop.at("2026-03-17T12:00:00.0000001Z");
    assert_eq!(parse(&shop.engine.purge(None).unwrap())["requests"], 1);
    assert_ne!(shop.engine.create(&once("r-1"), &lines).unwrap(), first);
}

#[test]
fn the_answer_of_a_checkout_that_ordered_a_part_is_repeated_too() {
    let shop = Shop::open();
    let id = id_of(
        &shop.create(&json!([stocked(2), line(support::shop::SERVICE, 1, "monthly", "P1M")])),
    );
    shop.stock(1);
    let partial = shop.engine.checkout(&once("r-1"), &id).unwrap();
    shop.stock(5);
    assert_eq!(shop.engine.checkout(&once("r-1"), &id).unwrap(), partial);
    let complete = shop.engine.checkout(&once("r-2"), &id).unwrap();
    assert_ne!(complete, partial);
    assert_eq!(shop.engine.checkout(&by(CUSTOMER), &id).unwrap(), complete);
    assert_eq!(shop.engine.checkout(&once("r-1"), &id).unwrap(), partial);
}

#[test]
fn an_erased_customer_leaves_no_answers() {
    let shop = Shop::open();
    let lines = cart_of(&json!([licences(1)]));
    let first = shop.engine.create(&once("r-1"), &lines).unwrap();
    shop.engine.customer_delete(CUSTOMER).unwrap();
    assert_ne!(shop.engine.create(&once("r-1"), &lines).unwrap(), first);
}

#[test]
fn the_same_request_from_many_threads_is_done_once() {
    let shop = Shop::open();
    let lines = cart_of(&json!([licences(1)]));
    let answers: Vec<String> = std::thread::scope(|scope| {
        let create = || shop.engine.create(&once("r-1"), &lines).unwrap();
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(create)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(counts(&shop)["carts"], 1);
}
