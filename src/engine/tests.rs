//! What operations cost in statements: facts are fetched in a bounded number of queries, whatever
//! the size of the cart.

use std::sync::{Arc, LazyLock, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cart_cache::CartCache;
use super::{Engine, Request};
use crate::document::options::Options;
use crate::store::Durability;
use crate::store::sqlite::tests::statements::Log;
use crate::store::sqlite::{OpenOptions, SqliteStore};

const CUSTOMER: &str = "contoso";
const REQUEST: Request<'static> = Request::new(CUSTOMER, "anna");

/// An engine whose statements are written down, and a catalog of different items.
struct Bench {
    engine: Engine,
    log: Log,
    folder: TempDir,
}

impl Bench {
    /// An engine without memory: what is in memory needs no statements.
    fn new(items: usize) -> Self {
        let mut bench = Self::with_memory(items);
        Arc::get_mut(&mut bench.engine.shared).unwrap().carts = CartCache::of(0);
        bench
    }

    fn with_memory(items: usize) -> Self {
        let bench = Self::on(tempfile::tempdir().unwrap());
        bench.engine.catalog_put(&catalog(items).to_string()).unwrap();
        bench.engine.customer_put(&owner(items).to_string()).unwrap();
        bench
    }

    /// An engine that has just been opened.
    fn on(folder: TempDir) -> Self {
        let database = folder.path().join("carts.db").to_str().unwrap().to_owned();
        let store = SqliteStore::open(&OpenOptions {
            database: database.clone(),
            durability: Durability::Normal,
            read_only: false,
            busy_timeout_ms: 5_000,
        });
        let (store, log) = (store.unwrap(), Arc::new(Mutex::new(Vec::new())));
        store.log_statements(&log);
        let engine = Engine::on(Box::new(store), Options::new(database));
        Self { engine, log, folder }
    }

    /// The statements that a call runs.
    fn statements_of<T>(&self, call: impl FnOnce(&Engine) -> T) -> (T, Vec<String>) {
        self.log.lock().unwrap().clear();
        let answer = call(&self.engine);
        (answer, std::mem::take(&mut *self.log.lock().unwrap()))
    }
}

/// Items with all that can be asked of them: availability, price, promotion and stock, and every
/// second an add-on.
fn catalog(items: usize) -> Value {
    let each = |make: fn(String) -> Value| (0..items).map(|at| make(format!("P{at}"))).collect();
    let of = |make: fn(String) -> Value| Value::Array(each(make));
    json!({
        "products": of(|id| json!({ "id": id, "productType": { "id": "OnlineServicesNCE" } })),
        "skus": of(|id| json!({ "productId": id, "id": "1", "maximumQuantity": 5000,
            "dynamicAttributes": { "isAddon": true, "prerequisiteSkus": ["P0:1", "P1:1", "BASE:1"] } })),
        "availabilities": of(|id| json!({ "productId": id, "skuId": "1", "id": "A",
            "terms": [{ "duration": "P1Y", "billingCycle": "monthly" }] })),
        "prices": of(|id| json!({ "productId": id, "skuId": "1", "termDuration": "P1Y",
            "billingPlan": "monthly", "market": "US", "currency": "USD", "unitPrice": 12 })),
        "promotions": of(|id| json!({ "id": format!("{id}X:1:A"),
            "properties": { "isAutoApplicable": true }, "requiredProducts": [
                { "productId": id, "skuId": "1", "pricingPolicies": [
                    { "policyType": "PercentDiscount", "value": "0.5" }] }] })),
        "inventory": of(|id| json!({ "productId": id, "skuId": "1", "availableQuantity": 9 })),
    })
}

/// A customer who owns one of everything.
fn owner(items: usize) -> Value {
    let subscription = |at: usize| {
        json!({ "id": format!("s{at}"), "offerId": format!("P{at}:1:A"), "quantity": 1,
                "commitmentEndDate": "2099-12-31T00:00:00Z" })
    };
    let subscriptions: Vec<_> = (0..items).map(subscription).collect();
    json!({ "customerId": CUSTOMER, "subscriptions": subscriptions })
}

/// A line that asks for all that can be asked.
fn line(at: usize) -> Value {
    json!({
        "catalogItemId": format!("P{at}:1:A"), "quantity": 1, "billingCycle": "monthly",
        "termDuration": "P1Y", "promotionId": format!("P{at}X:1:A"),
        "provisioningContext": { "subscriptionId": format!("s{at}") },
    })
}

fn cart(items: usize) -> String {
    json!({ "lineItems": (0..items).map(line).collect::<Vec<_>>() }).to_string()
}

/// Everything but what writes one row of the many that a cart, or its orders, have, what ends the
/// standing of a large cart, and what a turn of its own takes: long documents are settled before
/// it.
fn without_rows(statements: &[String]) -> Vec<&str> {
    let rows = [
        "BEGIN",
        "ROLLBACK",
        "PRAGMA user_version",
        "SELECT catalog_generation",
        "INSERT OR FAIL INTO cart_line",
        "INSERT OR REPLACE INTO cart_line",
        "DELETE FROM cart_line",
        "DELETE FROM cart_item WHERE cart = ?1",
        "INSERT OR FAIL INTO subscription",
        "INSERT INTO owned",
        "INSERT INTO redeemed",
        "UPDATE inventory",
    ];
    let is_row = |statement: &&str| rows.iter().any(|row| statement.starts_with(row));
    statements.iter().map(String::as_str).filter(|statement| !is_row(statement)).collect()
}

/// The statements of operations, by their names.
type Statements = Vec<(&'static str, Vec<String>)>;

static SMALL_AND_LARGE: LazyLock<[Statements; 3]> =
    LazyLock::new(|| [10, 300, 1_000].map(statements));

/// The statements of every operation on a cart of so many different items.
fn statements(items: usize) -> Statements {
    let bench = Bench::new(items + 1);
    let (document, added) = (cart(items), line(items).to_string());
    let (created, of_create) = bench.statements_of(|engine| engine.create(&REQUEST, &document));
    let created: Value = serde_json::from_str(&created.unwrap()).unwrap();
    assert!(created["lineItems"].as_array().unwrap().iter().all(|line| line["error"].is_null()));
    let id = created["id"].as_str().unwrap();
    let reader = Request { customer_id: CUSTOMER, ..Request::default() };
    let mut all = vec![("create", of_create)];
    let mut run = |name, call: Call<'_>| {
        let (answer, statements) = bench.statements_of(call);
        answer.unwrap();
        all.push((name, statements));
    };
    run("price", &|engine| engine.price(&reader, &document));
    run("get", &|engine| engine.get(&reader, id));
    run("list", &|engine| engine.list(&reader, None));
    run("update", &|engine| engine.update(&REQUEST, id, &document));
    // The first line operation gives a large cart what the others rest on. The update has given new
    // ids.
    let first = items.to_string();
    run("first line", &|engine| engine.line_change(&REQUEST, id, &first, "{}"));
    run("line add", &|engine| engine.line_add(&REQUEST, id, &added));
    let last = created["lineItems"].as_array().unwrap().len() * 2;
    let last = last.to_string();
    run("line change", &|engine| engine.line_change(&REQUEST, id, &last, r#"{"quantity":2}"#));
    run("line remove", &|engine| engine.line_remove(&REQUEST, id, &last));
    run("checkout", &|engine| engine.checkout(&REQUEST, id));
    all
}

#[test]
fn operations_run_as_many_queries_for_a_large_cart_as_for_a_small_one() {
    let [small, _, large] = &*SMALL_AND_LARGE;
    for ((name, small), (_, large)) in small.iter().zip(large) {
        assert!(!small.is_empty(), "{name} ran nothing: the test shows nothing");
        if !name.contains("line") {
            assert_eq!(without_rows(small), without_rows(large), "{name}");
        }
        assert!(small.len() <= 80, "{name} runs {} statements", small.len());
    }
}

#[test]
fn line_operations_do_as_much_in_a_large_cart_as_in_a_larger_one() {
    let [_, large, larger] = &*SMALL_AND_LARGE;
    for ((name, large), (_, larger)) in large.iter().zip(larger) {
        if name.starts_with("line") {
            assert_eq!(large, larger, "{name}");
            let rows = large.iter().filter(|statement| statement.contains("INTO cart_line"));
            assert!(rows.count() <= 1, "{name} writes more than the line");
            assert!(large.len() <= 40, "{name} runs {} statements", large.len());
        }
    }
}

type Call<'a> = &'a dyn Fn(&Engine) -> crate::Result<String>;

/// How many lines statements wrote.
fn lines_written(statements: &[String]) -> usize {
    let is_write =
        |statement: &&String| statement.contains(" cart_line ") && !statement.starts_with("SELECT");
    let writes = statements.iter().filter(is_write);
    writes.map(|statement| statement.matches("), (").count() + 1).sum()
}

#[test]
fn a_cart_in_memory_stands_there_and_one_that_is_read_stands_in_the_store() {
    let [small, large] = [30, 1_000].map(|items: usize| {
        let bench = Bench::with_memory(items + 1);
        let created = bench.engine.create(&REQUEST, &cart(items)).unwrap();
        let created: Value = serde_json::from_str(&created).unwrap();
        let id = created["id"].as_str().unwrap().to_owned();
        let (added, patch) = (line(items).to_string(), r#"{"quantity":2}"#);
        let calls: [Call<'_>; 4] = [
            &|engine| engine.line_change(&REQUEST, &id, "0", patch),
            &|engine| engine.line_add(&REQUEST, &id, &added),
            &|engine| engine.line_change(&REQUEST, &id, "1", patch),
            &|engine| engine.line_remove(&REQUEST, &id, "1"),
        ];
        let of_calls = calls.map(|call| {
            let (answer, statements) = bench.statements_of(call);
            answer.unwrap();
            assert!(lines_written(&statements) <= 1, "{statements:#?}");
            assert!(!statements.iter().any(|one| one.starts_with("SELECT key, wide_id")));
            statements
        });
        let reopened = Bench::on(bench.folder);
        let written = ["2", "3"].map(|line| {
            let call = |engine: &Engine| engine.line_change(&REQUEST, &id, line, patch);
            let (answer, statements) = reopened.statements_of(call);
            answer.unwrap();
            lines_written(&statements)
        });
        (of_calls, written)
    });
    assert_eq!(small.0[1..], large.0[1..]);
    assert_eq!((small.1, large.1), ([1, 1], [1_000, 1]));
}

#[test]
fn lines_of_ids_that_hosts_chose_are_found_among_many_as_among_few() {
    let [large, larger] = [300, 600].map(|items: usize| {
        let bench = Bench::new(items + 1);
        let id_of = |at: usize| json!((1 << 40) + 3 * at);
        let line_with_id = |at: usize| {
            let mut line = line(at);
            line["id"] = id_of(at);
            line
        };
        let document = json!({ "lineItems": (0..items).map(line_with_id).collect::<Vec<_>>() });
        let created = bench.engine.create(&REQUEST, &document.to_string()).unwrap();
        let created: Value = serde_json::from_str(&created).unwrap();
        let (cart, last) = (created["id"].as_str().unwrap(), id_of(items - 1).to_string());
        bench.engine.line_change(&REQUEST, cart, &last, "{}").unwrap();
        let added = line_with_id(items).to_string();
        let patch = r#"{"quantity":2}"#;
        let calls: [Call<'_>; 3] = [
            &|engine| engine.line_add(&REQUEST, cart, &added),
            &|engine| engine.line_change(&REQUEST, cart, &last, patch),
            &|engine| engine.line_remove(&REQUEST, cart, &last),
        ];
        calls.map(|call| {
            let (answer, statements) = bench.statements_of(call);
            answer.unwrap();
            statements
        })
    });
    assert_eq!(large, larger);
    for statements in large {
        assert!(statements.iter().any(|statement| statement.contains("cart_line_by_wide_id")));
        assert!(statements.len() <= 45, "{statements:#?}");
    }
}
