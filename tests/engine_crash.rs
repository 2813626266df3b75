//! A host is killed in the middle of its work, again and again: what was answered is there, and
//! nothing by halves.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use cart_engine::{Engine, ErrorKind};
use fastrand::Rng;
use serde_json::{Value, json};
use support::process;
use support::shop::{
    ADDON, CUSTOMER, SERVICE, Shop, by, cart_of, etag, id_of, licences, line, open, parse, reader,
    stocked, text, with_addons,
};

const KILLS: u64 = 50;
const ANSWERS_MAX: usize = 120;
const WRITERS: u64 = 3;

/// Part: changes carts for ever, and says each answer as soon as it has it.
#[test]
fn part_of_a_process_that_writes_until_it_is_killed() {
    let Some(options) = process::part() else { return };
    let engine = open(&options);
    let seed = options["idSeed"].as_u64().unwrap_or(1);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let engine = &engine;
            scope.spawn(move || write_for_ever(engine, &mut Rng::with_seed(seed ^ writer)));
        }
    });
}

fn write_for_ever(engine: &Engine, rng: &mut Rng) {
    let mut carts: Vec<String> = Vec::new();
    loop {
        if carts.is_empty() || rng.u8(..10) < 3 {
            carts.push(create(engine, rng));
            continue;
        }
        let at = rng.usize(..carts.len());
        let goes_on = match rng.u8(..10) {
            0 => check_out(engine, &carts[at]),
            1 => delete(engine, &carts[at]),
            other => edit(engine, &carts[at], other),
        };
        if !goes_on {
            carts.swap_remove(at);
        }
    }
}

fn create(engine: &Engine, rng: &mut Rng) -> String {
    let root = with_addons(licences(2), json!([line(ADDON, 1, "monthly", "P1Y")]));
    let mut lines = vec![root, line(SERVICE, 1, "monthly", "P1M")];
    lines.extend((0..rng.usize(..20)).map(|_| stocked(1)));
    let cart = parse(&engine.create(&by(CUSTOMER), &cart_of(&json!(lines))).unwrap());
    say(&id_of(&cart), &etag(&cart));
    id_of(&cart)
}

fn check_out(engine: &Engine, id: &str) -> bool {
    engine.checkout(&by(CUSTOMER), id).unwrap();
    say(id, "Ordered");
    false
}

/// An end is announced, so that it can be told from a loss when its answer does not come through.
fn delete(engine: &Engine, id: &str) -> bool {
    say(id, "Deleting");
    engine.delete(&by(CUSTOMER), id).unwrap();
    say(id, "Deleted");
    false
}

/// Changes a line, or all of them; `false` when the cart has no such line any more.
fn edit(engine: &Engine, id: &str, choice: u8) -> bool {
    let request = by(CUSTOMER);
    let answer = match choice {
        2..=3 => engine.line_remove(&request, id, "0"),
        4..=6 => engine.line_change(&request, id, "2", r#"{"quantity":2}"#),
        _ => engine.line_add(&request, id, &json!(vec![stocked(1); 5]).to_string()),
    };
    if let Ok(answer) = &answer {
        say(id, &etag(&parse(answer)["cart"]));
    }
    answer.is_ok()
}

fn say(id: &str, state: &str) {
    process::say(&format!("{id} {state}"));
}

#[test]
fn what_was_answered_survives_the_kill_of_the_host_and_nothing_is_there_by_halves() {
    let shop = Shop::open();
    shop.put(&without_maximum());
    let mut rng = Rng::with_seed(0x1c46_1a25);
    let mut answered = BTreeMap::new();
    for kill in 0..KILLS {
        let durability = ["full", "checkout", "normal"][rng.usize(..3)];
        let mut options = shop.options().clone();
        options["durability"] = json!(durability);
        let mut writer =
            process::start("part_of_a_process_that_writes_until_it_is_killed", &options);
        let mut lines = process::lines_of(&mut writer);
        let mut touched: Vec<String> = lines.by_ref().take(rng.usize(1..=ANSWERS_MAX)).collect();
        writer.kill().unwrap();
        touched.extend(lines);
        writer.wait().unwrap();
        let touched = touched.iter().map(|line| {
            let (id, state) = line.split_once(' ').unwrap();
            (id.to_owned(), state.to_owned())
        });
        let touched: BTreeMap<String, String> = touched.collect();
        // Another engine, which finds the database as the killed one left it.
        let engine = open(shop.options());
        let told = format!("kill {kill}, durability {durability}");
        assert_eq!(engine.check(&mut |_, _| true).unwrap(), r#"{"ok":true}"#, "{told}");
        for (id, state) in &touched {
            assert_is_there(&engine, id, state, &told);
        }
        answered.extend(touched);
    }
    for (id, state) in &answered {
        assert_is_there(&shop.engine, id, state, "in the end");
    }
    assert!(answered.len() > 500, "the writers hardly wrote: the test shows nothing");
    assert_is_whole(&shop.engine);
}

/// Seats would run out after some hundred orders.
fn without_maximum() -> Value {
    json!({ "skus": [
        { "productId": "CFQ7TTC0LCHC", "id": "0002" },
        { "productId": "CFQ7TTC0ADDN", "id": "0001",
          "dynamicAttributes": { "isAddon": true, "prerequisiteSkus": ["CFQ7TTC0LCHC:0002"] } },
        { "productId": "DZH318Z0BXWC", "id": "0002" },
    ]})
}

/// A cart is as its last answer said, or as a change made it that was not answered any more.
fn assert_is_there(engine: &Engine, id: &str, state: &str, told: &str) {
    let cart = match engine.get(&reader(), id) {
        Ok(cart) => parse(&cart),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::CartNotFound, "{told}: {id} {state}");
            return assert!(state.starts_with("Delet"), "{told}: {id} {state} is gone");
        }
    };
    match state {
        "Deleting" => {}
        "Deleted" => panic!("{told}: {id} is still there"),
        "Ordered" => assert_eq!(text(&cart, "status"), "Ordered", "{told}: {id}"),
        version => {
            let (version, stored): (i64, i64) =
                (version.parse().unwrap(), etag(&cart).parse().unwrap());
            assert!(stored >= version, "{told}: {id} has {stored}, answered was {version}");
        }
    }
}

/// Every cart of the list can be read, with all its lines, each in a group, and every ordered one
/// has its orders.
fn assert_is_whole(engine: &Engine) {
    let mut query = json!({ "limit": 1000 });
    loop {
        let page = parse(&engine.list(&reader(), Some(&query.to_string())).unwrap());
        for header in page["items"].as_array().unwrap() {
            assert_cart_is_whole(engine, header);
        }
        let Some(after) = page.get("after") else { return };
        query["after"] = after.clone();
    }
}

fn assert_cart_is_whole(engine: &Engine, header: &Value) {
    let id = id_of(header);
    let cart = parse(&engine.get(&reader(), &id).unwrap());
    let mut groups = BTreeSet::new();
    let mut count = 0;
    for root in cart["lineItems"].as_array().unwrap() {
        let addons = root["addonItems"].as_array();
        for line in std::iter::once(root).chain(addons.into_iter().flatten()) {
            assert!(!line["pricing"].is_null(), "{line}");
            groups.insert(text(line, "orderGroup").to_owned());
            count += 1;
        }
    }
    assert_eq!(header["lineCount"], count);
    let query = json!({ "cartId": id }).to_string();
    let orders = parse(&engine.order_list(&reader(), Some(&query)).unwrap());
    let expected = if text(&cart, "status") == "Ordered" { groups.len() } else { 0 };
    assert_eq!(orders["totalCount"], expected);
    let bought = orders["items"].as_array().unwrap().iter();
    let bought: usize = bought.map(|order| order["lineItems"].as_array().unwrap().len()).sum();
    assert_eq!(bought, if expected == 0 { 0 } else { count });
}
