//! Options and upkeep: how a database is opened, what it survives, how it is copied, checked,
//! counted and cleaned.

mod support;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use cart_engine::{Engine, Error, ErrorKind};
use serde_json::{Value, json};
use support::shop::{
    CUSTOMER, NOW, Shop, by, cart_of, catalog, error_codes, id_of, licences, line, once, open,
    parse, reader, refused, stocked, text,
};

#[test]
fn every_durability_keeps_what_was_answered() {
    for durability in ["full", "checkout", "normal"] {
        let shop = Shop::with(json!({ "durability": durability }));
        assert_eq!(parse(&shop.engine.options())["durability"], durability);
        let edited = id_of(&shop.create(&json!([licences(1)])));
        let ordered = id_of(&shop.create(&json!([stocked(1), licences(2)])));
        let result = shop.checkout(&ordered);
        let before = shop.get_text(&edited);
        let shop = shop.reopened();
        assert_eq!(shop.get_text(&edited), before);
        assert_eq!(shop.checkout(&ordered), result);
        shop.assert_undamaged();
    }
}

#[test]
fn the_options_in_force_are_told_and_open_the_same_engine() {
    let shop = Shop::with(json!({ "durability": "Full", "idSeed": u64::MAX, "dialect": "wire" }));
    let told = shop.engine.options();
    assert_eq!(
        parse(&told),
        json!({
            "database": shop.database(), "durability": "full", "readOnly": false,
            "busyTimeoutMs": 5000, "dialect": "wire",
            "partner": { "model": "direct", "country": "US", "currency": "USD", "sandbox": false,
                         "resellers": [] },
            "cartLifetime": "P7D", "partnerAttestation": "optional", "rounding": "half_up",
            "limits": { "requestBytes": 8_388_608, "lineItemsPerCart": 10_000,
                        "addonItemsPerLine": 100 },
            "idSeed": u64::MAX,
        })
    );
    assert_eq!(Engine::open(&told).unwrap().options(), told);
}

/// That options are refused, and the name that is at fault.
#[track_caller]
fn assert_refused(options: &Value, kind: ErrorKind, at_fault: &[&str]) -> Error {
    let error = Engine::open(&options.to_string()).err().unwrap_or_else(|| panic!("{options}"));
    assert_eq!((error.kind(), error.data()), (kind, &to_strings(at_fault)[..]), "{error}");
    error
}

fn to_strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn an_option_with_a_bad_value_is_told_by_name_and_makes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("carts.db");
    for (name, values) in [
        ("database", json!(["", 7, null, []])),
        ("durability", json!(["none", 1, true])),
        ("readOnly", json!(["true", 1])),
        ("busyTimeoutMs", json!([-1, 3_600_001, "5", 1.5])),
        ("dialect", json!(["2017", 2023, "", "json"])),
        ("partner", json!(["direct", 1])),
        ("partner.model", json!(["reseller", 1])),
        ("partner.country", json!(["USA", "", "U1", 1])),
        ("partner.currency", json!(["US", "DOLLAR", "$$$", 1])),
        ("partner.sandbox", json!(["yes", 1])),
        ("partner.resellers", json!(["517285", { "id": 1 }])),
        ("partner.name", json!(["x"])),
        ("cartLifetime", json!(["7 days", "P", "PT", "P0D", "-P1D", 7])),
        ("partnerAttestation", json!([true, "yes"])),
        ("rounding", json!(["up", 2])),
        ("limits", json!([7])),
        ("limits.requestBytes", json!([0, -1, "8", 1e10])),
        ("limits.lineItemsPerCart", json!([0, 1_000_001])),
        ("limits.addonItemsPerLine", json!([-1])),
        ("limits.lines", json!([1])),
        ("idSeed", json!([-1, "x", 1.5])),
        ("colour", json!(["blue"])),
    ] {
        for value in values.as_array().unwrap() {
            let mut options = json!({ "database": database });
            match name.split_once('.') {
                Some((outer, inner)) => options[outer] = json!({ inner: value }),
                None => options[name] = value.clone(),
            }
            assert_refused(&options, ErrorKind::InvalidArgument, &[name]);
        }
    }
    for text in ["", "{", "nonsense"] {
        assert_eq!(Engine::open(text).err().unwrap().kind(), ErrorKind::InvalidJson);
    }
    for options in [json!([]), json!(null), json!("carts.db")] {
        assert_refused(&options, ErrorKind::InvalidArgument, &[]);
    }
    assert_refused(&json!({}), ErrorKind::InvalidArgument, &["database"]);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn a_database_that_cannot_be_there_is_told_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing/carts.db");
    let error = Engine::open(&json!({ "database": missing }).to_string()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::StoreIo, "{error}");
    assert!(error.description().contains("missing/carts.db"), "{error}");
    let error = Engine::open(&json!({ "database": folder.path() }).to_string()).err().unwrap();
    assert!(matches!(error.kind(), ErrorKind::StoreIo | ErrorKind::StoreCorrupt), "{error}");
    let foreign = folder.path().join("letter.txt");
    std::fs::write(&foreign, "Dear database, ".repeat(400)).unwrap();
    let error = Engine::open(&json!({ "database": foreign }).to_string()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::StoreCorrupt, "{error}");
    assert_eq!(std::fs::read_to_string(&foreign).unwrap(), "Dear database, ".repeat(400));
}

#[test]
fn a_path_is_a_path_whatever_it_looks_like() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["file:carts.db", "carts.db?mode=memory", "größe 😀.db", "a b%20#c.db", "'x';--.db"]
    {
        let database = folder.path().join(name);
        let options = json!({ "database": database });
        let engine = open(&options);
        let cart = engine.create(&by(CUSTOMER), &cart_of(&json!([licences(1)]))).unwrap();
        engine.close().unwrap();
        assert!(database.is_file(), "{name}");
        open(&options).get(&reader(), &id_of(&parse(&cart))).unwrap();
    }
}

#[test]
fn ids_that_repeat_collide_in_a_database_that_has_them_and_change_nothing() {
    let shop = Shop::with(json!({ "idSeed": 7 }));
    let first = shop.create(&json!([licences(1)]));
    let shop = shop.reopened();
    let again = shop.engine.create(&by(CUSTOMER), &cart_of(&json!([stocked(1)])));
    let error = refused(again, ErrorKind::Misuse);
    assert!(error.description().contains("idSeed"), "{error}");
    assert_eq!(shop.get(&id_of(&first)), first);
    shop.create(&json!([stocked(1)]));
}

#[test]
fn an_engine_that_only_reads_answers_questions_and_refuses_changes() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1), stocked(1)])));
    let order = id_of(&shop.checkout(&id)["orders"][0]);
    let mut options = shop.options().clone();
    options["readOnly"] = json!(true);
    let engine = open(&options);
    assert_eq!(engine.get(&reader(), &id).unwrap(), shop.get_text(&id));
    engine.list(&reader(), None).unwrap();
    engine.order_get(&reader(), &order).unwrap();
    engine.order_list(&reader(), None).unwrap();
    engine.customer_get(CUSTOMER).unwrap();
    engine.stats().unwrap();
    engine.catalog_find(r#"{"text":"office"}"#).unwrap();
    assert_eq!(engine.check(&mut |_, _| true).unwrap(), r#"{"ok":true}"#);
    let cart = cart_of(&json!([licences(1)]));
    let priced = parse(&engine.price(&reader(), &cart).unwrap());
    assert_eq!(error_codes(&priced), [0]);
    let active = id_of(&shop.create(&json!([licences(1), stocked(1)])));
    assert_eq!(engine.get(&reader(), &active).unwrap(), shop.get_text(&active));
    for outcome in changes(&engine, &active) {
        refused(outcome, ErrorKind::StoreReadOnly);
    }
    let copy = shop.folder().join("copy.db");
    engine.backup(copy.to_str().unwrap(), &mut |_, _| true).unwrap();
    // What was ordered before is answered, as nothing changes.
    engine.checkout(&by(CUSTOMER), &id).unwrap();
    engine.close().unwrap();
}

/// Every call that changes something.
fn changes(engine: &Engine, cart: &str) -> Vec<cart_engine::Result<String>> {
    let (request, lines) = (by(CUSTOMER), cart_of(&json!([licences(1)])));
    vec![
        engine.create(&request, &lines),
        engine.update(&request, cart, &lines),
        engine.line_add(&request, cart, &licences(1).to_string()),
        engine.line_change(&request, cart, "0", "{}"),
        engine.line_remove(&request, cart, "0"),
        engine.checkout(&request, cart),
        engine.delete(&request, cart).map(|()| String::new()),
        engine.catalog_put(&catalog().to_string()),
        engine.catalog_remove(r#"{"products":[{"id":"CFQ7TTC0LCHC"}]}"#),
        engine.customer_put(&json!({ "customerId": CUSTOMER }).to_string()),
        engine.customer_delete(CUSTOMER).map(|()| String::new()),
        engine.purge(None),
    ]
}

#[test]
fn an_engine_that_only_reads_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let options = json!({ "database": folder.path().join("carts.db"), "readOnly": true });
    assert!(Engine::open(&options.to_string()).is_err());
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
    let memory = json!({ "database": ":memory:", "readOnly": true }).to_string();
    assert!(Engine::open(&memory).is_err(), "there is nothing in it to read");
}

#[test]
fn a_database_in_memory_does_all_of_it_for_many_threads() {
    let engine = open(&json!({ "database": ":memory:" }));
    engine.catalog_put(&catalog().to_string()).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let lines = cart_of(&json!([licences(1), stocked(1)]));
                    let cart = parse(&engine.create(&by(CUSTOMER), &lines).unwrap());
                    engine.checkout(&by(CUSTOMER), &id_of(&cart)).unwrap();
                }
            });
        }
    });
    let orders = parse(&engine.order_list(&reader(), None).unwrap());
    assert_eq!(orders["totalCount"], 160);
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    engine.backup(copy.to_str().unwrap(), &mut |_, _| true).unwrap();
    let copy = open(&json!({ "database": copy }));
    let orders = parse(&copy.order_list(&reader(), None).unwrap());
    assert_eq!(orders["totalCount"], 160);
    assert!(Engine::open(r#"{"database":":memory:"}"#).unwrap().get(&reader(), "x").is_err());
}

#[test]
fn seeded_ids_repeat_from_run_to_run() {
    let run = |seed: u64| {
        let shop = Shop::with(json!({ "idSeed": seed }));
        let cart = shop.create(&json!([licences(1), stocked(1)]));
        let result = shop.checkout(&id_of(&cart));
        format!("{cart}{result}{:?}", shop.subscriptions(CUSTOMER))
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn a_clock_that_is_no_moment_stays_where_it_was() {
    let shop = Shop::open();
    for moment in ["", "now", "2026-02-30T00:00:00Z", "10000-01-01T00:00:00Z"] {
        let error = refused(shop.engine.set_clock(Some(moment)), ErrorKind::InvalidArgument);
        assert_eq!(error.data(), ["timestamp"]);
    }
    let cart = shop.create(&json!([licences(1)]));
    assert_eq!(text(&cart, "creationTimeStamp"), "2026-03-10T12:00:00.0000000Z");
    shop.engine.set_clock(None).unwrap();
    let cart = shop.create(&json!([licences(1)]));
    assert_ne!(text(&cart, "creationTimeStamp"), "2026-03-10T12:00:00.0000000Z");
}

#[test]
fn a_backup_is_a_whole_database_taken_while_others_write() {
    let shop = Shop::open();
    for _ in 0..30 {
        shop.create(&json!(vec![licences(1); 20]));
    }
    let copy = shop.folder().join("copy.db");
    let is_over = AtomicBool::new(false);
    let mut steps = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                shop.create(&json!([licences(1)]));
            }
        });
        let backup = shop.engine.backup(copy.to_str().unwrap(), &mut |done, total| {
            steps += 1;
            done <= total
        });
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(parse(&backup.unwrap()), json!({ "path": copy }));
    });
    assert!(steps > 0);
    let copied = open(&json!({ "database": copy }));
    assert_eq!(copied.check(&mut |_, _| true).unwrap(), r#"{"ok":true}"#);
    let ids = |engine: &Engine| {
        let page = parse(&engine.list(&reader(), Some(r#"{"limit":1000}"#)).unwrap());
        let items = page["items"].as_array().unwrap();
        items.iter().rev().map(id_of).collect::<Vec<_>>()
    };
    let (copied_ids, all) = (ids(&copied), ids(&shop.engine));
    assert!(copied_ids.len() >= 30 && all.starts_with(&copied_ids));
    for id in &copied_ids {
        assert_eq!(copied.get(&reader(), id).unwrap(), shop.get_text(id));
    }
    copied.create(&by(CUSTOMER), &cart_of(&json!([licences(1)]))).unwrap();
}

#[test]
fn a_backup_replaces_nothing_and_leaves_nothing_when_it_is_called_off() {
    let shop = Shop::open();
    let names = || {
        let entries = std::fs::read_dir(shop.folder()).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect::<BTreeSet<_>>()
    };
    let before = names();
    let copy = shop.folder().join("copy.db");
    let path = copy.to_str().unwrap();
    refused(shop.engine.backup(path, &mut |_, _| false), ErrorKind::Cancelled);
    assert_eq!(names(), before);
    shop.engine.backup(path, &mut |_, _| true).unwrap();
    let content = std::fs::read(&copy).unwrap();
    let database = shop.database();
    for target in
        [path, database.to_str().unwrap(), shop.folder().to_str().unwrap(), "", ":memory:"]
    {
        refused(shop.engine.backup(target, &mut |_, _| true), ErrorKind::InvalidArgument);
    }
    assert_eq!(std::fs::read(&copy).unwrap(), content);
    let nowhere = shop.folder().join("missing/copy.db");
    let error = shop.engine.backup(nowhere.to_str().unwrap(), &mut |_, _| true).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StoreIo, "{error}");
}

#[test]
fn a_check_that_is_called_off_says_so() {
    let shop = Shop::open();
    let mut steps = Vec::new();
    shop.engine
        .check(&mut |done, total| {
            steps.push((done, total));
            true
        })
        .unwrap();
    assert!(steps.is_sorted() && steps.last().is_some_and(|(done, total)| done == total));
    refused(shop.engine.check(&mut |_, _| false), ErrorKind::Cancelled);
}

#[test]
fn counts_are_told() {
    let shop = Shop::open();
    let id = id_of(&shop.create(&json!([licences(1), stocked(1)])));
    shop.engine.create(&once("r-1"), &cart_of(&json!([licences(1)]))).unwrap();
    shop.checkout(&id);
    let stats = parse(&shop.engine.stats().unwrap());
    for (name, count) in [
        ("carts", 2),
        ("lines", 3),
        ("orders", 2),
        ("customers", 1),
        ("subscriptions", 1),
        ("requests", 1),
        ("products", 5),
        ("skus", 5),
        ("availabilities", 5),
        ("offers", 2),
        ("prices", 12),
        ("promotions", 0),
        ("inventory", 0),
        ("sheets", 0),
    ] {
        assert_eq!(stats["counts"][name], count, "{name}");
    }
    assert!(stats["sizes"]["databaseBytes"].as_i64().unwrap() > 4_096);
    assert_eq!(text(&stats["versions"], "engine"), env!("CARGO_PKG_VERSION"));
}

fn purge(shop: &Shop, options: &str) -> Value {
    parse(&shop.engine.purge(Some(options)).unwrap())
}

#[test]
fn a_purge_removes_a_bounded_number_and_says_whether_there_is_more() {
    let shop = Shop::open();
    for at in 0..25 {
        let request = format!("r-{at}");
        shop.engine.create(&once(&request), &cart_of(&json!([stocked(1), stocked(1)]))).unwrap();
    }
    let kept = id_of(&shop.create(&json!([stocked(1)])));
    shop.checkout(&kept);
    assert_eq!(
        purge(&shop, "{}"),
        json!({ "expiredCarts": 0, "orderedCarts": 0, "requests": 0, "more": false })
    );
    shop.at("2026-03-18T00:00:00Z");
    let live = id_of(&shop.create(&json!([stocked(1)])));
    let mut counts = Vec::new();
    loop {
        let purged = purge(&shop, r#"{"limit":10}"#);
        counts.push((purged["expiredCarts"].clone(), purged["requests"].clone()));
        if purged["more"] == false {
            break;
        }
    }
    assert_eq!(counts, [(10, 10), (10, 10), (5, 5)].map(|(a, b)| (json!(a), json!(b))));
    let stats = parse(&shop.engine.stats().unwrap());
    assert_eq!(stats["counts"]["carts"], 2);
    assert_eq!(stats["counts"]["lines"], 2);
    shop.get(&kept);
    shop.get(&live);
    shop.assert_undamaged();
}

#[test]
fn ordered_carts_go_when_they_are_asked_to_by_age() {
    let shop = Shop::open();
    let ids: Vec<String> = (1..=3)
        .map(|day| {
            shop.at(&format!("2026-03-0{day}T00:00:00Z"));
            let id = id_of(&shop.create(&json!([stocked(1)])));
            shop.checkout(&id);
            id
        })
        .collect();
    shop.at("2026-03-12T00:00:00Z");
    assert_eq!(purge(&shop, "{}")["orderedCarts"], 0);
    assert_eq!(purge(&shop, r#"{"orderedOlderThan":"P11D"}"#)["orderedCarts"], 0);
    assert_eq!(purge(&shop, r#"{"orderedOlderThan":"P10D"}"#)["orderedCarts"], 1);
    refused(shop.engine.get(&reader(), &ids[0]), ErrorKind::CartNotFound);
    let rest = purge(&shop, r#"{"orderedOlderThan":"PT1S","limit":1}"#);
    assert_eq!((&rest["orderedCarts"], &rest["more"]), (&json!(1), &json!(true)));
    let orders = parse(&shop.engine.order_list(&reader(), None).unwrap());
    assert_eq!(orders["totalCount"], 3, "orders stay");
    for (options, at_fault) in [
        (r#"{"limit":0}"#, "limit"),
        (r#"{"limit":"10"}"#, "limit"),
        (r#"{"orderedOlderThan":"90"}"#, "orderedOlderThan"),
        (r#"{"olderThan":"P1D"}"#, "olderThan"),
    ] {
        let error = refused(shop.engine.purge(Some(options)), ErrorKind::InvalidArgument);
        assert_eq!(error.data(), [at_fault]);
    }
}

/// The ids on all pages of a list, and the totals that the pages tell; between two pages something
/// else happens.
fn walk(
    list: impl Fn(&str) -> cart_engine::Result<String>,
    mut query: Value,
    mut meanwhile: impl FnMut(),
) -> (Vec<String>, Vec<i64>) {
    let (mut ids, mut totals) = (Vec::new(), Vec::new());
    loop {
        let page = parse(&list(&query.to_string()).unwrap());
        ids.extend(page["items"].as_array().unwrap().iter().map(id_of));
        totals.push(page["totalCount"].as_i64().unwrap());
        let Some(after) = page.get("after") else { return (ids, totals) };
        query["after"] = after.clone();
        meanwhile();
    }
}

#[test]
fn pages_stay_right_while_carts_come_and_go() {
    let shop = Shop::open();
    let ids: Vec<String> = (0..10).map(|_| id_of(&shop.create(&json!([stocked(1)])))).collect();
    let newest_first: Vec<String> = ids.iter().rev().cloned().collect();
    let list = |query: &str| shop.engine.list(&reader(), Some(query));
    let mut gone = [ids[9].clone(), ids[6].clone(), ids[0].clone()].into_iter();
    let (told, totals) = walk(list, json!({ "limit": 3 }), || {
        shop.create(&json!([stocked(1)]));
        if let Some(id) = gone.next() {
            shop.engine.delete(&by(CUSTOMER), &id).unwrap();
        }
    });
    // The first to go had been told, the second had just been passed, the last had still to come.
    let there: Vec<_> = newest_first.iter().filter(|id| **id != ids[0]).cloned().collect();
    assert_eq!(told, there);
    assert_eq!(totals, [10, 10, 10, 10]);
}

#[test]
fn carts_and_orders_are_listed_by_status_and_time() {
    let shop = Shop::open();
    let carts: Vec<String> = (1..=6)
        .map(|day| {
            shop.at(&format!("2026-03-0{day}T00:00:00Z"));
            let id = id_of(&shop.create(&json!([stocked(1), licences(1)])));
            if day % 2 == 0 {
                shop.checkout(&id);
            }
            id
        })
        .collect();
    let carts_of = |query: Value| {
        let (ids, totals) = walk(|query| shop.engine.list(&reader(), Some(query)), query, || {});
        assert!(totals.iter().all(|total| *total == i64::try_from(ids.len()).unwrap()));
        ids.iter().map(|id| 1 + carts.iter().position(|its| its == id).unwrap()).collect::<Vec<_>>()
    };
    let (from, before) = ("2026-03-02T00:00:00Z", "2026-03-05T01:00:00+01:00");
    assert_eq!(carts_of(json!({ "createdAfter": from, "limit": 2 })), [6, 5, 4, 3, 2]);
    assert_eq!(carts_of(json!({ "createdBefore": before, "limit": 1 })), [4, 3, 2, 1]);
    let both = json!({ "createdAfter": from, "createdBefore": before, "status": "Active" });
    assert_eq!(carts_of(both), [3]);
    assert!(carts_of(json!({ "createdAfter": before, "createdBefore": from })).is_empty());
    let orders_of = |query: Value| {
        let (ids, totals) =
            walk(|query| shop.engine.order_list(&reader(), Some(query)), query, || {});
        assert!(totals.iter().all(|total| *total == i64::try_from(ids.len()).unwrap()));
        ids.iter()
            .map(|id| {
                let order = parse(&shop.engine.order_get(&reader(), id).unwrap());
                text(&order, "creationDate")[..10].to_owned()
            })
            .collect::<Vec<_>>()
    };
    // Each checkout made two orders.
    let days = |days: &[u8]| -> Vec<_> {
        days.iter().flat_map(|day| vec![format!("2026-03-0{day}"); 2]).collect()
    };
    assert_eq!(orders_of(json!({ "createdAfter": "2026-03-04T00:00:00Z" })), days(&[6, 4]));
    assert_eq!(orders_of(json!({ "createdBefore": "2026-03-04T00:00:00Z" })), days(&[2]));
    let one = json!({ "cartId": carts[3], "createdAfter": from, "createdBefore": before });
    assert_eq!(orders_of(one.clone()), days(&[4]));
    let mut none = one;
    none["createdAfter"] = json!("2026-03-04T00:00:00.0000001Z");
    assert_eq!(orders_of(none), days(&[]));
    let bad = Some(r#"{"createdAfter":"yesterday"}"#);
    for outcome in [shop.engine.list(&reader(), bad), shop.engine.order_list(&reader(), bad)] {
        assert_eq!(refused(outcome, ErrorKind::InvalidArgument).data(), ["createdAfter"]);
    }
}

#[test]
fn truncation_is_an_option_of_rounding() {
    let price = |rounding: &str| {
        let shop = Shop::with(json!({ "rounding": rounding }));
        shop.put(&json!({ "prices": [
            { "productId": "DG7GMGF0DWTL", "skuId": "0001", "market": "US", "currency": "USD",
              "segment": "Commercial", "unitPrice": "0.335",
              "effectiveStartDate": "2019-01-01T00:00:00Z" },
        ]}));
        let cart = shop.create(&json!([stocked(1)]));
        cart["lineItems"][0]["pricing"]["extendedPrice"].to_string()
    };
    assert_eq!(price("half_up"), "0.34");
    assert_eq!(price("truncate"), "0.33");
}

#[test]
fn what_customers_have_is_put_merged_and_told() {
    let shop = Shop::open();
    refused(shop.engine.customer_get(CUSTOMER), ErrorKind::NotFound);
    let put = |document: Value| parse(&shop.engine.customer_put(&document.to_string()).unwrap());
    put(json!({ "customerId": CUSTOMER, "country": "de", "currency": "eur" }));
    let answer = put(json!({ "customerId": CUSTOMER.to_uppercase(), "segment": "Education",
        "subscriptions": [
            { "id": "A", "offerId": support::shop::LICENCE, "quantity": 250 },
            { "id": "B", "quantity": 1 },
            { "id": "C", "offerId": "x", "quantity": -1 },
        ] }));
    assert_eq!(answer["stored"], 2);
    let rejected: Vec<_> =
        answer["rejected"].as_array().unwrap().iter().map(|r| &r["position"]).collect();
    assert_eq!(rejected, [1, 2]);
    let customer = parse(&shop.engine.customer_get(CUSTOMER).unwrap());
    assert_eq!((text(&customer, "country"), text(&customer, "currency")), ("DE", "EUR"));
    assert_eq!(text(&customer, "segment"), "education");
    put(
        json!({ "customerId": CUSTOMER, "country": "US", "segment": "commercial", "currency": "USD",
        "subscriptions": [{ "id": "a", "offerId": support::shop::LICENCE, "quantity": 299 }] }),
    );
    assert_eq!(shop.subscriptions(CUSTOMER).len(), 1);
    let seats = |quantity| error_codes(&shop.create(&json!([licences(quantity)])));
    assert_eq!((seats(1), seats(2)), (vec![0], vec![10015]));
    let suspended = json!({ "customerId": CUSTOMER, "subscriptions": [
        { "id": "A", "offerId": support::shop::LICENCE, "quantity": 299, "status": "Cancelled" },
    ]});
    put(suspended);
    assert_eq!(seats(300), [0]);
    for bad in [json!({}), json!({ "customerId": 7 }), json!({ "customerId": "" })] {
        assert!(shop.engine.customer_put(&bad.to_string()).is_err(), "{bad}");
    }
}

#[test]
fn the_clock_is_the_engines_own() {
    let shop = Shop::open();
    let other = shop.another();
    shop.at("2026-03-20T00:00:00Z");
    let cart = other.create(&by(CUSTOMER), &cart_of(&json!([line("?", 1, "monthly", "")])));
    assert!(text(&parse(&cart.unwrap()), "creationTimeStamp").starts_with(&NOW[..19]));
}
