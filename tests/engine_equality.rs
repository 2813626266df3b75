//! Line operations mean the same as the update that sends the whole resulting cart: the same lines,
//! errors, prices and groups. One cart is changed by line operations; another gets the document of
//! the first, changed by a plain model of what the operation means. Whoever keeps a copy of the
//! cart and follows the answers of line operations has the cart.

mod support;

use cart_engine::{ErrorKind, Result};
use fastrand::Rng;
use serde_json::{Map, Value, json};
use support::shop::{
    ADDON, CUSTOMER, LICENCE, OFFER, OFFER_ADDON, SERVICE, STOCKED, Shop, TRIAL, by, cart_of,
    id_of, parse, promotion, stock_of,
};

/// A sequence that failed is run alone by its number, which is its seed.
const SEQUENCES: u64 = 1_000;
const OPERATIONS_MAX: usize = 6;
const AUTOMATIC: &str = "39NFJQT1PHSN:0008:39NFJQT1Q5J0";
const NAMED: &str = "39NFJQT1NAMD:0001:39NFJQT1Q5J1";

#[test]
fn line_operations_mean_the_update_that_sends_the_whole_cart() {
    std::thread::scope(|scope| {
        for (half, dialect) in (0..).zip(["2023", "wire"]) {
            scope.spawn(move || {
                let shop = crowded_shop(dialect);
                for seed in (0..SEQUENCES).filter(|seed| seed % 2 == half) {
                    run_sequence(&shop, seed);
                }
                shop.assert_undamaged();
            });
        }
    });
}

/// A shop where lines get in each other's way: seats, stock, promotions, bases and add-ons are all
/// scarce.
fn crowded_shop(dialect: &str) -> Shop {
    let shop = Shop::with(json!({ "dialect": dialect }));
    shop.put(&json!({ "promotions": [promotion(AUTOMATIC, true), promotion(NAMED, false)] }));
    let owned = json!({ "customerId": CUSTOMER, "subscriptions": [
        { "id": "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "offerId": LICENCE, "quantity": 100,
          "termDuration": "P1Y", "commitmentEndDate": "2026-08-17T00:00:00Z" },
    ]});
    shop.engine.customer_put(&owned.to_string()).unwrap();
    shop
}

fn run_sequence(shop: &Shop, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    change_the_world(shop, &mut rng);
    let start = cart_of(&json!(random_lines(&mut rng)));
    let by_lines = id_of(&create(shop, &start));
    let by_updates = id_of(&create(shop, &start));
    let mut cart = shop.get(&by_lines);
    let mut copy = cart.clone();
    for step in 0..rng.usize(1..=OPERATIONS_MAX) {
        if rng.u8(..) < 30 {
            change_the_world(shop, &mut rng);
        }
        let operation = Operation::random(&cart, &mut rng);
        let document = operation.applied_to(cart);
        let answer = operation.run(shop, &by_lines);
        let updated = shop.engine.update(&by(CUSTOMER), &by_updates, &document.to_string());
        let told = format!("seed {seed} step {step}: {operation:?}");
        match (&answer, &updated) {
            (Ok(answer), Ok(_)) => follow(&mut copy, answer),
            (Err(one), Err(other)) => assert_eq!(one.kind(), other.kind(), "{told}"),
            _ => panic!("{told}: {answer:?} is not as {updated:?}"),
        }
        cart = shop.get(&by_lines);
        assert_eq!(essence(cart.clone()), essence(shop.get(&by_updates)), "{told}");
        assert_eq!(copy, cart, "{told}: the copy of a host");
    }
}

fn create(shop: &Shop, cart: &str) -> Value {
    parse(&shop.engine.create(&by(CUSTOMER), cart).unwrap())
}

/// What two carts with the same lines have in common.
fn essence(mut cart: Value) -> Value {
    cart.as_object_mut()
        .unwrap()
        .retain(|name, _| !["id", "attributes", "links"].contains(&&**name));
    cart
}

/// Stock and promotions come and go while a cart is edited.
fn change_the_world(shop: &Shop, rng: &mut Rng) {
    let mut automatic = promotion(AUTOMATIC, true);
    automatic["promotionConstraints"]["seatConstraints"][0]["maxSeats"] = json!(rng.i64(5..60));
    let mut documents = stock_of(rng.i64(0..20));
    documents["promotions"] = json!([automatic]);
    shop.put(&documents);
}

#[derive(Debug)]
enum Operation {
    Add(Vec<Value>),
    Change(String, Value),
    Remove(String),
}

impl Operation {
    fn random(cart: &Value, rng: &mut Rng) -> Self {
        let ids = ids_of(cart);
        let id = ids[rng.usize(..ids.len())].clone();
        match rng.u8(..10) {
            0..=3 => Self::Add(random_lines(rng)),
            4..=7 => Self::Change(id, random_patch(rng)),
            _ => Self::Remove(id),
        }
    }

    fn run(&self, shop: &Shop, cart: &str) -> Result<Value> {
        let (engine, request) = (&shop.engine, by(CUSTOMER));
        let answer = match self {
            Self::Add(lines) => engine.line_add(&request, cart, &json!(lines).to_string()),
            Self::Change(id, patch) => engine.line_change(&request, cart, id, &patch.to_string()),
            Self::Remove(id) => engine.line_remove(&request, cart, id),
        };
        answer.map(|answer| parse(&answer))
    }

    /// The cart's document as it is meant to be afterwards.
    fn applied_to(&self, mut cart: Value) -> Value {
        let lines = cart["lineItems"].as_array_mut().unwrap();
        match self {
            Self::Add(added) => lines.extend(added.iter().cloned()),
            Self::Change(id, patch) => with_line(lines, id, &mut |lines, at| {
                let id = lines[at]["id"].clone();
                merge(&mut lines[at], patch);
                lines[at]["id"] = id;
            }),
            Self::Remove(id) => with_line(lines, id, &mut |lines, at| _ = lines.remove(at)),
        }
        cart
    }
}

/// The ids of all lines and add-ons.
fn ids_of(cart: &Value) -> Vec<String> {
    fn collect(lines: &Value, ids: &mut Vec<String>) {
        for line in lines.as_array().into_iter().flatten() {
            ids.push(line_id(line));
            collect(&line["addonItems"], ids);
        }
    }
    let mut ids = Vec::new();
    collect(&cart["lineItems"], &mut ids);
    ids
}

/// A line's id as text: in one dialect it is a number.
fn line_id(line: &Value) -> String {
    line["id"].as_str().map_or_else(|| line["id"].to_string(), str::to_owned)
}

/// Finds a line or add-on and does something with the list that it stands in.
fn with_line(lines: &mut Vec<Value>, id: &str, act: &mut dyn FnMut(&mut Vec<Value>, usize)) {
    if let Some(at) = lines.iter().position(|line| line_id(line) == id) {
        return act(lines, at);
    }
    for line in lines {
        if let Some(Value::Array(addons)) = line.get_mut("addonItems") {
            with_line(addons, id, act);
        }
    }
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().unwrap();
    for (name, value) in patch {
        match value {
            Value::Null => _ = target.remove(name),
            value => merge(target.entry(name).or_insert(Value::Null), value),
        }
    }
}

/// What a host does to its copy of a cart with the answer of a line operation.
fn follow(copy: &mut Value, answer: &Value) {
    let mut lines = copy["lineItems"].as_array().unwrap().clone();
    *copy = answer["cart"].clone();
    copy.as_object_mut().unwrap().remove("lineCount").unwrap();
    for id in answer["removed"].as_array().unwrap() {
        remove_line(&mut lines, id);
    }
    rename_groups(&mut lines, answer["orderGroups"].as_object().unwrap());
    for told in answer["lineItems"].as_array().unwrap() {
        match lines.iter().position(|line| line["id"] == told["id"]) {
            Some(at) => lines[at] = told.clone(),
            None => lines.push(told.clone()),
        }
    }
    copy["lineItems"] = json!(lines);
}

fn remove_line(lines: &mut Vec<Value>, id: &Value) {
    lines.retain(|line| line["id"] != *id);
    for line in lines {
        if let Some(Value::Array(addons)) = line.get_mut("addonItems") {
            remove_line(addons, id);
            if addons.is_empty() {
                line.as_object_mut().unwrap().remove("addonItems");
            }
        }
    }
}

fn rename_groups(lines: &mut [Value], names: &Map<String, Value>) {
    for line in lines {
        let name = line["orderGroup"].as_str().and_then(|old| names.get(old)).cloned();
        if let Some(name) = name {
            line["orderGroup"] = name;
        }
        if let Some(Value::Array(addons)) = line.get_mut("addonItems") {
            rename_groups(addons, names);
        }
    }
}

fn random_lines(rng: &mut Rng) -> Vec<Value> {
    (0..rng.usize(1..=4)).map(|_| random_line(rng, 0)).collect()
}

/// A line that is often good.
fn random_line(rng: &mut Rng, depth: usize) -> Value {
    let items = [LICENCE, LICENCE, LICENCE, ADDON, STOCKED, SERVICE, TRIAL, OFFER, OFFER_ADDON];
    let item = items[rng.usize(..items.len())];
    let (cycle, term) = match item {
        STOCKED => ("one_time", ""),
        SERVICE => ("monthly", "P1M"),
        TRIAL => ("none", "P1M"),
        OFFER | OFFER_ADDON => (["monthly", "annual"][rng.usize(..2)], ""),
        _ => ("monthly", "P1Y"),
    };
    let mut line = support::shop::line(item, random_quantity(rng), cycle, term);
    if depth < 2 && rng.u8(..) < 80 >> (3 * depth) {
        let addons: Vec<_> = (0..rng.usize(1..=2)).map(|_| random_line(rng, depth + 1)).collect();
        line["addonItems"] = json!(addons);
    }
    if rng.u8(..) < 60 {
        merge(&mut line, &random_patch(rng));
    }
    line
}

fn random_quantity(rng: &mut Rng) -> i64 {
    let quantities = [1, 1, 2, 5, 5, 8, 20, 100, 199, 200, 201, 0, 301];
    quantities[rng.usize(..quantities.len())]
}

/// A few properties, good and bad ones, or `null`.
fn random_patch(rng: &mut Rng) -> Value {
    let mut patch = json!({});
    for _ in 0..rng.usize(1..=3) {
        let (name, values) = match rng.u8(..12) {
            0..=3 => ("quantity", json!([random_quantity(rng)])),
            4 => ("catalogItemId", json!([LICENCE, ADDON, STOCKED, OFFER, "P:S:A", "?", null])),
            5 => ("billingCycle", json!(["monthly", "annual", "one_time", "weekly", null])),
            6 => ("termDuration", json!(["P1M", "P1Y", "a year", null])),
            7 => ("promotionId", json!([AUTOMATIC, NAMED, NAMED, "NONE:0001:NONE", null])),
            8 => ("currencyCode", json!(["USD", "EUR", "euro", null])),
            9 => ("customTermEndDate", json!(["2026-09-30", "2026-08-17", "2025-01-01", null])),
            10 => ("provisioningContext", json!([{ "a": "1" }, { "a": null, "b": "2" }, null])),
            _ => ("renewsTo", json!([[{ "termDuration": "P1M" }], [{}], [], null])),
        };
        let values = values.as_array().unwrap();
        patch[name] = values[rng.usize(..values.len())].clone();
    }
    patch
}

#[test]
fn the_model_knows_what_the_last_line_means() {
    let shop = crowded_shop("2023");
    let cart = create(&shop, &cart_of(&json!([support::shop::licences(1)])));
    let operation = Operation::Remove("0".to_owned());
    let document = operation.applied_to(cart.clone()).to_string();
    let outcomes = [
        operation.run(&shop, &id_of(&cart)).map(drop),
        shop.engine.update(&by(CUSTOMER), &id_of(&cart), &document).map(drop),
    ];
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}
