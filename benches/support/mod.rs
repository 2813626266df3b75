//! What the benches share: a shop, and carts of any length.
#![allow(dead_code, reason = "each bench uses its part")]

use std::path::Path;

use cart_engine::{Engine, Request};
use serde_json::{Value, json};

/// The user who makes every change.
pub const USER: &str = "bench@example.com";

/// SKUs of the shop. Longer carts have several lines of a SKU.
const SKUS: usize = 200;

/// The billing plans in which every SKU is sold: as many order groups has a cart.
const PLANS: [&str; 3] = ["monthly", "annual", "one_time"];

/// A request by a customer.
pub fn request(customer: &str) -> Request<'_> {
    Request::new(customer, USER)
}

/// An engine on a new database file, with a catalog. Everything it answers survives a power loss.
pub fn open_shop(database: &Path) -> Engine {
    let options = json!({ "database": database, "durability": "full" });
    let engine = Engine::open(&options.to_string()).expect("the database can be made");
    engine.catalog_put(&catalog().to_string()).expect("the catalog is in order");
    engine
}

/// A cart of so many good lines, in three order groups.
pub fn cart(lines: usize) -> String {
    let lines: Vec<Value> = (0..lines)
        .map(|line| {
            json!({
                "catalogItemId": format!("{}:{}", sku_path(line % SKUS), availability(line % SKUS)),
                "friendlyName": format!("Department {line}"),
                "quantity": 1 + line % 20,
                "billingCycle": PLANS[line % PLANS.len()],
                "termDuration": "P1Y",
            })
        })
        .collect();
    json!({ "lineItems": lines }).to_string()
}

fn product(sku: usize) -> String {
    format!("CFQ7TTC0{:04}", sku / 10)
}

fn sku_path(sku: usize) -> String {
    format!("{}:{:04}", product(sku), sku)
}

fn availability(sku: usize) -> String {
    format!("CFQ7TTC1{sku:04}")
}

fn catalog() -> Value {
    let products: Vec<Value> = (0..SKUS)
        .step_by(10)
        .map(|sku| json!({ "id": product(sku), "productType": { "id": "OnlineServicesNCE" } }))
        .collect();
    let skus: Vec<Value> = (0..SKUS)
        .map(|sku| {
            json!({
                "productId": product(sku), "id": format!("{sku:04}"),
                "title": format!("Service {sku}"), "minimumQuantity": 1,
                "supportedBillingCycles": PLANS,
            })
        })
        .collect();
    let availabilities: Vec<Value> = (0..SKUS)
        .map(|sku| {
            json!({
                "productId": product(sku), "skuId": format!("{sku:04}"), "id": availability(sku),
                "country": "US", "segment": "commercial", "defaultCurrency": "USD",
                "isPurchasable": true, "terms": [{ "duration": "P1Y" }],
            })
        })
        .collect();
    json!({
        "products": products, "skus": skus, "availabilities": availabilities, "prices": prices(),
    })
}

fn prices() -> Vec<Value> {
    let rows = (0..SKUS).flat_map(|sku| PLANS.map(|plan| (sku, plan)));
    rows.map(|(sku, plan)| {
        json!({
            "productId": product(sku), "skuId": format!("{sku:04}"), "termDuration": "P1Y",
            "billingPlan": plan, "market": "US", "currency": "USD", "segment": "Commercial",
            "unitPrice": format!("{}.{:02}", 50 + sku, sku % 100),
            "effectiveStartDate": "2020-01-01T00:00:00Z",
        })
    })
    .collect()
}
