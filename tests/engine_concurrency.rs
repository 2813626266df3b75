//! Threads, engines and processes on one database: nothing is done twice, lost or sold twice, and
//! what one has changed the others see at once.

mod support;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cart_engine::{Engine, ErrorKind};
use serde_json::{Value, json};
use support::process;
use support::shop::{
    CUSTOMER, SERVICE, Shop, by, cart_of, error_codes, etag, id_of, licences, line, matching, open,
    parse, reader, stock_of, stocked, text,
};

const THREADS: usize = 16;

/// Does the same in many threads at the same time.
fn in_threads<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let act = &act;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|at| scope.spawn(move || act(at))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn order_count(engine: &Engine) -> i64 {
    let orders = parse(&engine.order_list(&reader(), Some(r#"{"limit":1}"#)).unwrap());
    orders["totalCount"].as_i64().unwrap()
}

#[test]
fn threads_that_check_out_one_cart_get_one_answer_and_its_orders_once() {
    for round in 1..=10 {
        let shop = Shop::open();
        shop.stock(1);
        let other = shop.another();
        let cart = json!([licences(2), stocked(1), line(SERVICE, 1, "monthly", "P1M")]);
        let id = id_of(&shop.create(&cart));
        let answers = in_threads(THREADS, |at| {
            let engine = if at % 2 == 0 { &shop.engine } else { &other };
            engine.checkout(&by(CUSTOMER), &id).unwrap()
        });
        assert!(answers.iter().all(|answer| *answer == answers[0]), "round {round}");
        assert_eq!(parse(&answers[0])["orders"].as_array().unwrap().len(), 2);
        assert_eq!(order_count(&shop.engine), 2);
        assert_eq!(shop.subscriptions(CUSTOMER).len(), 2);
    }
}

#[test]
fn carts_created_by_many_threads_are_all_there_once() {
    let shop = Shop::open();
    let other = shop.another();
    let ids = in_threads(THREADS, |at| {
        let engine = if at % 2 == 0 { &shop.engine } else { &other };
        let create = |quantity| {
            let answer = engine.create(&by(CUSTOMER), &cart_of(&json!([licences(quantity)])));
            id_of(&parse(&answer.unwrap()))
        };
        (1..=25).map(create).collect::<Vec<_>>()
    });
    let ids: BTreeSet<String> = ids.into_iter().flatten().collect();
    assert_eq!(ids.len(), THREADS * 25);
    let page = parse(&shop.engine.list(&reader(), Some(r#"{"limit":1000}"#)).unwrap());
    let listed: BTreeSet<String> = page["items"].as_array().unwrap().iter().map(id_of).collect();
    assert_eq!(listed, ids);
    shop.assert_undamaged();
}

#[test]
fn changes_under_an_etag_are_never_lost() {
    const EACH: i64 = 12;
    let shop = Shop::open();
    let other = shop.another();
    let id = id_of(&shop.create(&json!([stocked(1)])));
    let conflicts = AtomicUsize::new(0);
    in_threads(8, |at| {
        let engine = if at % 2 == 0 { &shop.engine } else { &other };
        let mut done = 0;
        while done < EACH {
            let cart = parse(&engine.get(&reader(), &id).unwrap());
            let quantity = cart["lineItems"][0]["quantity"].as_i64().unwrap();
            let patch = json!({ "quantity": quantity + 1 }).to_string();
            match engine.line_change(&matching(&etag(&cart)), &id, "0", &patch) {
                Ok(_) => done += 1,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
                    conflicts.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    });
    let cart = shop.get(&id);
    assert_eq!(cart["lineItems"][0]["quantity"], 1 + 8 * EACH);
    assert_eq!(etag(&cart), (1 + 8 * EACH).to_string());
    assert!(conflicts.into_inner() > 0, "nobody met another: the test shows nothing");
}

#[test]
fn lines_added_by_many_threads_are_all_there_with_ids_of_their_own() {
    let shop = Shop::open();
    let other = shop.another();
    let id = id_of(&shop.create(&json!([stocked(1)])));
    let added = in_threads(THREADS, |at| {
        let engine = if at % 2 == 0 { &shop.engine } else { &other };
        let add = |_| {
            let answer = engine.line_add(&by(CUSTOMER), &id, &stocked(1).to_string()).unwrap();
            id_of(&parse(&answer)["lineItems"][0])
        };
        (0..5).map(add).collect::<Vec<_>>()
    });
    let mut ids: Vec<i64> = added.into_iter().flatten().map(|id| id.parse().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=5 * 16).collect::<Vec<_>>());
    assert_eq!(shop.get(&id)["lineItems"].as_array().unwrap().len(), 1 + 5 * THREADS);
    shop.assert_undamaged();
}

#[test]
fn a_cart_that_is_edited_while_it_is_checked_out_is_ordered_as_it_was_or_as_it_became() {
    let shop = Shop::open();
    for _ in 0..10 {
        let id = id_of(&shop.create(&json!([stocked(1), stocked(1)])));
        let results = in_threads(4, |at| {
            if at == 0 {
                return shop.engine.checkout(&by(CUSTOMER), &id).map(|answer| parse(&answer));
            }
            let lines = json!([stocked(7), stocked(7)]);
            shop.engine.update(&by(CUSTOMER), &id, &cart_of(&lines)).map(|_| Value::Null)
        });
        let result = results[0].clone().unwrap();
        let lines = result["orders"][0]["lineItems"].as_array().unwrap();
        let quantities: BTreeSet<_> = lines.iter().map(|line| line["quantity"].as_i64()).collect();
        assert_eq!(quantities.len(), 1, "two changes of one cart mixed: {result}");
        for other in &results[1..] {
            assert!(other.as_ref().err().is_none_or(|e| e.kind() == ErrorKind::CartOrdered));
        }
        let cart = shop.get(&id);
        assert_eq!(text(&cart, "status"), "Ordered");
        assert_eq!(cart["lineItems"][0]["quantity"], lines[0]["quantity"]);
    }
}

#[test]
fn what_one_engine_changes_the_other_sees_at_once() {
    let shop = Shop::open();
    let other = shop.another();
    let price = |engine: &Engine| {
        let cart = engine.price(&reader(), &cart_of(&json!([stocked(1)]))).unwrap();
        parse(&cart)["lineItems"][0]["pricing"]["price"].clone()
    };
    for unit in ["1", "2", "3.5"] {
        for (writer, reader) in [(&shop.engine, &other), (&other, &shop.engine)] {
            let rows = json!({ "prices": [
                { "productId": "DG7GMGF0DWTL", "skuId": "0001", "market": "US", "currency": "USD",
                  "segment": "Commercial", "unitPrice": unit,
                  "effectiveStartDate": "2019-01-01T00:00:00Z" },
            ]});
            writer.catalog_put(&rows.to_string()).unwrap();
            assert_eq!(price(reader).to_string(), unit);
            assert_eq!(price(writer).to_string(), unit);
        }
    }
    let id = id_of(&parse(&other.create(&by(CUSTOMER), &cart_of(&json!([licences(1)]))).unwrap()));
    shop.checkout(&id);
    assert_eq!(text(&parse(&other.get(&reader(), &id).unwrap()), "status"), "Ordered");
}

/// Part: takes another price for the stocked item, and a stock of 7.
#[test]
fn part_of_a_process_that_loads_a_catalog() {
    let Some(options) = process::part() else { return };
    let engine = open(&options);
    let mut documents = stock_of(7);
    documents["prices"] = json!([
        { "productId": "DG7GMGF0DWTL", "skuId": "0001", "market": "US", "currency": "USD",
          "segment": "Commercial", "unitPrice": "99", "effectiveStartDate": "2019-01-01T00:00:00Z" },
    ]);
    engine.catalog_put(&documents.to_string()).unwrap();
    engine.close().unwrap();
}

#[test]
fn a_catalog_that_another_process_loads_is_seen_at_once() {
    let shop = Shop::open();
    let before = shop.create(&json!([stocked(8)]));
    assert_eq!(before["lineItems"][0]["pricing"]["price"], 2485);
    let other = process::start("part_of_a_process_that_loads_a_catalog", shop.options());
    process::finish(other);
    let after = shop.create(&json!([stocked(8), stocked(7)]));
    assert_eq!(error_codes(&after), [10003, 0]);
    assert_eq!(after["lineItems"][1]["pricing"]["price"], 99);
    let line = shop.engine.line_add(&by(CUSTOMER), &id_of(&before), &stocked(1).to_string());
    assert_eq!(error_codes(&parse(&line.unwrap())), [10003, 0], "line operations see it as well");
}

const STOCK: usize = 10;
const SELLERS: usize = 3;

/// Part: sells single pieces until there are none, from several threads, and says what it sold.
#[test]
fn part_of_a_process_that_sells() {
    let Some(options) = process::part() else { return };
    let engine = open(&options);
    in_threads(2, |_| {
        loop {
            let created = engine.create(&by(CUSTOMER), &cart_of(&json!([stocked(1)]))).unwrap();
            let cart = parse(&created);
            if error_codes(&cart) != [0] {
                return;
            }
            let result = parse(&engine.checkout(&by(CUSTOMER), &id_of(&cart)).unwrap());
            for order in result["orders"].as_array().unwrap() {
                process::say(text(order, "id"));
            }
        }
    });
    engine.close().unwrap();
}

#[test]
fn processes_that_sell_from_one_stock_sell_all_of_it_and_no_more() {
    let shop = Shop::open();
    let mut expected = BTreeSet::new();
    for round in 1..=4 {
        shop.stock(STOCK.try_into().unwrap());
        let processes: Vec<_> = (0..SELLERS)
            .map(|_| process::start("part_of_a_process_that_sells", shop.options()))
            .collect();
        let sold: Vec<String> = processes.into_iter().flat_map(process::finish).collect();
        assert_eq!(sold.len(), STOCK, "round {round}: {sold:?}");
        expected.extend(sold);
        assert_eq!(expected.len(), STOCK * round, "an order was told twice");
        assert_eq!(error_codes(&shop.create(&json!([stocked(1)]))), [10003]);
    }
    let page = parse(&shop.engine.order_list(&reader(), Some(r#"{"limit":1000}"#)).unwrap());
    let stored: BTreeSet<String> = page["items"].as_array().unwrap().iter().map(id_of).collect();
    assert_eq!(stored, expected);
    shop.assert_undamaged();
}

#[test]
fn a_database_that_another_process_holds_is_busy_for_changes_and_not_for_questions() {
    let shop = Shop::open().with_engine("busyTimeoutMs", json!(30));
    let id = id_of(&shop.create(&json!([stocked(1)])));
    let holder = rusqlite::Connection::open(shop.database()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let held = shop.engine.line_change(&by(CUSTOMER), &id, "0", r#"{"quantity":2}"#);
    let error = held.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StoreBusy, "{error}");
    assert!(error.kind().is_retryable());
    assert_eq!(shop.get(&id)["lineItems"][0]["quantity"], 1);
    holder.execute_batch("ROLLBACK").unwrap();
    shop.engine.line_change(&by(CUSTOMER), &id, "0", r#"{"quantity":2}"#).unwrap();
    assert_eq!(shop.get(&id)["lineItems"][0]["quantity"], 2);
}

/// Part: opens a database that may not be there yet, and sells nothing but air.
#[test]
fn part_of_a_process_that_opens_and_creates() {
    let Some(options) = process::part() else { return };
    in_threads(4, |_| {
        let engine = open(&options);
        let cart = engine.create(&by(CUSTOMER), &cart_of(&json!([{ "quantity": 1 }]))).unwrap();
        process::say(&id_of(&parse(&cart)));
    });
}

#[test]
fn a_database_that_many_open_at_once_for_the_first_time_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let options = json!({ "database": folder.path().join(format!("{round}.db")) });
        let processes: Vec<_> = (0..3)
            .map(|_| process::start("part_of_a_process_that_opens_and_creates", &options))
            .collect();
        let ids: BTreeSet<String> = processes.into_iter().flat_map(process::finish).collect();
        assert_eq!(ids.len(), 12);
        let engine = open(&options);
        for id in ids {
            engine.get(&reader(), &id).unwrap();
        }
        assert_eq!(engine.check(&mut |_, _| true).unwrap(), r#"{"ok":true}"#);
    }
}
