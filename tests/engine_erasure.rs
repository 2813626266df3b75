//! What is erased or purged is gone: from the bytes of the file, and not only from the answers.

mod support;

use std::fs;
use std::ops::RangeInclusive;

use cart_engine::{Engine, Request};
use serde_json::{Value, json};
use support::shop::{Shop, cart_of, id_of, licences, parse, stocked, text};

/// Found in everything that a customer who goes has told of himself.
const GOES: &str = "evergreen";
/// The same of one who stays.
const STAYS: &str = "perennial";

/// A customer whose every text tells of him, and changes with the number.
struct Customer<'e> {
    engine: &'e Engine,
    word: &'static str,
}

impl Customer<'_> {
    fn call<T>(&self, number: u32, call: impl FnOnce(&Engine, &Request<'_>) -> T) -> T {
        let [customer_id, user, request_id] =
            ["id", "user", "request"].map(|what| format!("{}-{what}", self.word));
        let request_id = format!("{request_id}-{number}");
        call(
            self.engine,
            &Request {
                customer_id: &customer_id,
                user: Some(&user),
                request_id: (number > 0).then_some(&request_id),
                ..Request::default()
            },
        )
    }

    fn named(&self, number: u32) -> Value {
        let mut line = licences(1);
        line["friendlyName"] = json!(format!("{} {number} {}", self.word, "long ".repeat(30)));
        line
    }

    fn put(&self, number: u32) {
        let subscriptions: Vec<Value> = (0..40)
            .map(|place| {
                json!({
                    "id": format!("{}-subscription-{place}", self.word),
                    "offerId": text(&licences(1), "catalogItemId"),
                    "quantity": 1,
                    "friendlyName": format!("{} {number}", self.word).repeat(8),
                })
            })
            .collect();
        let document = json!({
            "customerId": format!("{}-id", self.word),
            "subscriptions": subscriptions,
        });
        let answer = self.engine.customer_put(&document.to_string()).unwrap();
        assert_eq!(parse(&answer)["rejected"], json!([]));
    }

    /// Carts that grow, change, shrink, go and are bought, so that pages fill, split and empty.
    fn shop(&self, numbers: RangeInclusive<u32>) {
        for number in numbers {
            let id = self.edit(number);
            match number % 3 {
                0 => self.call(0, |engine, who| engine.delete(who, &id)).unwrap(),
                1 => self.buy(number),
                _ => {}
            }
        }
    }

    /// A cart of lines of which every third has changed and every third is gone.
    fn edit(&self, number: u32) -> String {
        let lines: Vec<Value> = (0..number * 3).map(|_| self.named(number)).collect();
        let cart = self.call(number, |engine, who| engine.create(who, &cart_of(&json!(lines))));
        let id = id_of(&parse(&cart.unwrap()));
        let change = json!({ "friendlyName": format!("{} anew", self.word) }).to_string();
        for line in 0..number * 3 {
            let line_id = line.to_string();
            self.call(0, |engine, who| match line % 3 {
                0 => drop(engine.line_change(who, &id, &line_id, &change).unwrap()),
                1 => drop(engine.line_remove(who, &id, &line_id).unwrap()),
                _ => {}
            });
        }
        id
    }

    /// An order stays, so its lines tell nothing.
    fn buy(&self, number: u32) {
        let lines = cart_of(&json!([stocked(1)]));
        let cart = self.call(0, |engine, who| engine.create(who, &lines)).unwrap();
        let id = id_of(&parse(&cart));
        self.call(1000 + number, |engine, who| engine.checkout(who, &id)).unwrap();
    }
}

/// How often a word is in a file, whatever the case of its letters.
fn count_in(bytes: &[u8], word: &str) -> usize {
    let lower = bytes.to_ascii_lowercase();
    lower.windows(word.len()).filter(|found| *found == word.as_bytes()).count()
}

/// Closes the engine, which takes its log into the file, and expects one word in it, not the other.
#[track_caller]
fn expect_only(shop: Shop, there: &str, gone: &str) {
    shop.assert_undamaged();
    let bytes = fs::read(shop.reopened().database()).unwrap();
    assert_ne!(count_in(&bytes, there), 0, "{there} has to be found");
    assert_eq!(count_in(&bytes, gone), 0, "{gone} has to be gone");
}

#[test]
fn an_erased_customer_is_gone_from_the_bytes_of_the_file() {
    let shop = Shop::open();
    shop.stock(1000);
    let [goes, stays] = [GOES, STAYS].map(|word| Customer { engine: &shop.engine, word });
    for numbers in [1..=9, 10..=19, 20..=30] {
        for customer in [&goes, &stays] {
            customer.put(*numbers.start());
            customer.shop(numbers.clone());
        }
    }
    shop.engine.customer_delete(&format!("{GOES}-id")).unwrap();
    expect_only(shop, STAYS, GOES);
}

#[test]
fn purged_carts_and_answers_are_gone_from_the_bytes_of_the_file() {
    let shop = Shop::open();
    let [goes, stays] = [GOES, STAYS].map(|word| Customer { engine: &shop.engine, word });
    (1..=20).for_each(|number| drop(goes.edit(number)));
    shop.at("2026-04-10T12:00:00Z");
    (1..=20).for_each(|number| drop(stays.edit(number)));
    while parse(&shop.engine.purge(None).unwrap())["more"] == true {}
    expect_only(shop, STAYS, &format!("{GOES} "));
}
