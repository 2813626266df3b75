//! What the benches share: a shop, carts of any length, and how long a bench may take.
#![allow(dead_code, reason = "each bench uses its part")]

pub mod figures;
pub mod floor;
pub mod page;
pub mod rehearsal;
pub mod stage;

use std::path::Path;

use cart_engine::{Engine, Request};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The user who makes every change.
pub const USER: &str = "bench@example.com";

/// SKUs of the shop. Longer carts have several lines of a SKU.
const SKUS: usize = 200;

/// The billing plans in which every SKU is sold: as many order groups has a cart.
const PLANS: [&str; 3] = ["monthly", "annual", "one_time"];

/// Legacy offers of the shop. Each is of a sales group of its own, and so of its own order group.
const OFFERS: usize = 20;

/// More than the longest cart of a bench has, so that a line can be added to it.
const LINES_MAX: usize = 20_000;

/// Whether the bench is only to show that it runs: when `CART_BENCH_SHORT` says so, and when cargo
/// runs it as a test.
pub fn is_short() -> bool {
    std::env::var_os("CART_BENCH_SHORT").is_some() || !std::env::args().any(|arg| arg == "--bench")
}

/// How much to do of what is dear: so much for figures, or so much to see that it runs.
pub fn amount(for_figures: usize, to_see_it_run: usize) -> usize {
    if is_short() { to_see_it_run } else { for_figures }
}

/// A folder for databases, beside what cargo builds: the folder for temporary files of a system may
/// be in memory, where nothing is durable.
pub fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("there is room for databases")
}

/// A request by a customer.
pub fn request(customer: &str) -> Request<'_> {
    Request::new(customer, USER)
}

/// An engine on a new database file, with a catalog. Everything it answers survives a power loss.
pub fn open_shop(database: &Path) -> Engine {
    let engine = open(database, "full");
    stock(&engine);
    engine
}

/// An engine on a database that is there already, or on one without a catalog.
pub fn open(database: &Path, durability: &str) -> Engine {
    let options = options(database, durability);
    Engine::open(&options).expect("the database can be opened")
}

/// The options of every engine here.
pub fn options(database: &Path, durability: &str) -> String {
    let limits = json!({ "lineItemsPerCart": LINES_MAX });
    json!({ "database": database, "durability": durability, "limits": limits }).to_string()
}

/// Puts the catalog.
pub fn stock(engine: &Engine) {
    let answer = engine.catalog_put(&catalog().to_string()).expect("the catalog can be used");
    assert!(answer.contains(r#""rejected":[]"#), "{answer}");
}

/// Creates a cart and tells its id.
pub fn new_cart(engine: &Engine, customer: &str, document: &str) -> String {
    let answer = engine.create(&request(customer), document).expect("the cart can be used");
    assert!(!answer.contains(r#""error":"#), "a line is in error: {answer}");
    id_of(&answer)
}

/// The id of the cart that a call has answered.
pub fn id_of(answer: &str) -> String {
    let id = answer.split(r#""id":""#).nth(1).and_then(|rest| rest.split('"').next());
    id.expect("a cart begins with its id").to_owned()
}

/// A cart of so many good lines, in three order groups.
pub fn cart(lines: usize) -> String {
    document_of((0..lines).map(|number| line(number, PLANS.len())))
}

/// A cart of so many good lines in so many order groups: by the billing cycle, and where that does
/// not yield enough of them, by the sales groups of legacy offers.
pub fn cart_in_groups(lines: usize, groups: usize) -> String {
    if groups <= PLANS.len() {
        return document_of((0..lines).map(|number| line(number, groups)));
    }
    assert!(groups <= OFFERS, "the shop has no more offers");
    document_of((0..lines).map(|number| legacy_line(number, groups)))
}

/// The cart of `cart`, as an update sends it once it is stored: every line has its id, and those
/// that `more` names have a quantity greater by so much.
pub fn stored_cart(lines: usize, more: impl Fn(usize) -> usize) -> String {
    document_of((0..lines).map(|number| {
        let mut line = line(number, PLANS.len());
        line["id"] = json!(number);
        line["quantity"] = json!(quantity(number) + more(number));
        line
    }))
}

/// One line, as `line_add` takes it.
pub fn lines_of_one() -> String {
    line(0, 1).to_string()
}

fn document_of(lines: impl Iterator<Item = Value>) -> String {
    json!({ "lineItems": lines.collect::<Vec<_>>() }).to_string()
}

fn line(number: usize, plans: usize) -> Value {
    let sku = number % SKUS;
    json!({
        "catalogItemId": format!("{}:{}", sku_path(sku), availability(sku)),
        "friendlyName": format!("Department {number}"),
        "quantity": quantity(number),
        "billingCycle": PLANS[number % plans],
        "termDuration": "P1Y",
    })
}

fn legacy_line(number: usize, groups: usize) -> Value {
    json!({
        "catalogItemId": offer(number % groups),
        "friendlyName": format!("Department {number}"),
        "quantity": quantity(number),
        "billingCycle": "monthly",
    })
}

/// The quantity of a line of a new cart.
pub fn quantity(line: usize) -> usize {
    1 + line % 20
}

fn offer(number: usize) -> String {
    format!("0A5F0000-0000-4000-8000-{number:012}")
}

/// The sales group of a legacy offer.
fn sales_group(number: usize) -> String {
    format!("sales-{number:02}")
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

/// What the shop sells, as the host loads it.
pub fn catalog() -> Value {
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
    let offers: Vec<Value> = (0..OFFERS)
        .map(|number| {
            json!({
                "id": offer(number), "name": format!("Older service {number}"), "country": "US",
                "isAvailableForPurchase": true, "salesGroupId": sales_group(number),
                "supportedBillingCycles": ["monthly"],
            })
        })
        .collect();
    let prices: Vec<Value> = prices().map(|price| price.document()).collect();
    json!({
        "products": products, "skus": skus, "availabilities": availabilities, "offers": offers,
        "prices": prices,
    })
}

/// One row of the shop's prices.
pub struct Price {
    /// The id of the item as a line of a cart names it.
    pub item: String,
    pub title: String,
    pub sales_group: Option<String>,
    pub plan: &'static str,
    /// Absent for a legacy offer, whose price is that of one billing cycle.
    pub term: Option<&'static str>,
    /// Of one unit for a whole term.
    pub cents: usize,
    key: Value,
}

impl Price {
    fn document(&self) -> Value {
        let mut document = self.key.clone();
        document["termDuration"] = json!(self.term.unwrap_or_default());
        document["billingPlan"] = json!(self.plan);
        document["market"] = json!("US");
        document["currency"] = json!("USD");
        document["segment"] = json!("Commercial");
        document["unitPrice"] = json!(format!("{}.{:02}", self.cents / 100, self.cents % 100));
        document["effectiveStartDate"] = json!("2020-01-01T00:00:00Z");
        document
    }
}

/// All prices of the shop.
pub fn prices() -> impl Iterator<Item = Price> {
    let skus = (0..SKUS).flat_map(|sku| PLANS.map(|plan| (sku, plan)));
    let of_skus = skus.map(|(sku, plan)| Price {
        item: format!("{}:{}", sku_path(sku), availability(sku)),
        title: format!("Service {sku}"),
        sales_group: None,
        plan,
        term: Some("P1Y"),
        cents: (50 + sku) * 100 + sku % 100,
        key: json!({ "productId": product(sku), "skuId": format!("{sku:04}") }),
    });
    let of_offers = (0..OFFERS).map(|number| Price {
        item: offer(number),
        title: format!("Older service {number}"),
        sales_group: Some(sales_group(number)),
        plan: "monthly",
        term: None,
        cents: 500 + number,
        key: json!({ "offerId": offer(number) }),
    });
    of_skus.chain(of_offers)
}
