//! The main job from beginning to end: a catalog is loaded, a cart priced, stored, grouped, mended,
//! changed and checked out, and the orders are listed.
//!
//!     cargo run --release --example quickstart [DATABASE]
//!
//! Without a DATABASE the file is temporary and removed at the end.

use std::path::PathBuf;

use cart_engine::{Engine, Request, Result};
use serde_json::{Value, json};

const CATALOG: &str = include_str!("../tests/fixtures/catalog.json");
const CUSTOMER: &str = include_str!("../tests/fixtures/customer.json");
const CART: &str = include_str!("../tests/fixtures/cart.json");

/// The line that is wrong at first, and a plan in which it is not sold.
const LINE: &str = "4";
const WRONG_PLAN: &str = "annual";

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let named = std::env::args_os().nth(1).map(PathBuf::from);
    let hint = if named.is_some() { "" } else { " (removed at the end; name a file to keep it)" };
    let database = named.unwrap_or_else(|| folder.path().join("quickstart.db"));
    println!("database   {}{hint}", database.display());

    let engine = Engine::open(&json!({ "database": database }).to_string())?;
    load(&engine)?;
    let customer = text(&parsed(CUSTOMER)["customerId"]);
    sell(&engine, &Request::new(&customer, "ada@example.com"))?;
    engine.close()?;
    Ok(())
}

fn load(engine: &Engine) -> Result<()> {
    let loaded = parsed(&engine.catalog_put(CATALOG)?);
    let rejected = loaded["rejected"].as_array().map_or(0, Vec::len);
    println!("catalog    {} documents stored, {rejected} rejected", loaded["stored"]);
    engine.customer_put(CUSTOMER)?;
    println!("customer   {}", text(&parsed(CUSTOMER)["customerId"]));
    Ok(())
}

fn sell(engine: &Engine, request: &Request<'_>) -> Result<()> {
    // What would it cost? Pricing stores nothing.
    heading("Price a cart");
    show_cart(&parsed(&engine.price(request, CART)?));

    // A mistake in one line does not fail the call: the cart is stored, and the line tells what is
    // wrong.
    heading("Create it, with a mistake in line 4");
    let cart = parsed(&engine.create(request, &cart_with_a_mistake())?);
    show_cart(&cart);
    let id = text(&cart["id"]);

    heading("Check out");
    if let Err(error) = engine.checkout(request, &id) {
        println!("refused    {error}");
    }

    // A merge patch changes what it names, and answers what changed. The etag guards against a
    // change by somebody else since the cart was read.
    heading("Mend line 4 and take three of it");
    let guarded = Request { if_match: cart["attributes"]["etag"].as_str(), ..*request };
    let patch = json!({ "billingCycle": "monthly", "quantity": 3 }).to_string();
    let changed = parsed(&engine.line_change(&guarded, &id, LINE, &patch)?);
    show_lines(&changed["lineItems"]);

    // With a request id the call may be sent again after a time-out or a crash: the cart is ordered
    // once.
    heading("Check out again");
    let checkout = Request { request_id: Some(&id), ..*request };
    let result = parsed(&engine.checkout(&checkout, &id)?);
    println!("ordered    {} orders", items(&result["orders"]).len());
    let cart = parsed(&engine.get(request, &id)?);
    println!("cart       {} is {}", id, text(&cart["status"]));

    heading("List the orders of the cart");
    let query = json!({ "cartId": id }).to_string();
    show_orders(&parsed(&engine.order_list(request, Some(&query))?));
    Ok(())
}

/// The published cart, but with a billing plan in which line 4 is not sold.
fn cart_with_a_mistake() -> String {
    let mut cart = parsed(CART);
    cart["lineItems"][4]["billingCycle"] = json!(WRONG_PLAN);
    cart.to_string()
}

// What is shown -----------------------------------------------------------------------------------

fn heading(title: &str) {
    println!("\n{title}\n{}", "─".repeat(title.chars().count()));
}

fn show_cart(cart: &Value) {
    let expires = text(&cart["expirationTimeStamp"]);
    let day = expires.split('T').next().unwrap_or_default();
    println!("cart       {}, {}, until {day}", text(&cart["id"]), text(&cart["status"]));
    show_lines(&cart["lineItems"]);
}

fn show_lines(lines: &Value) {
    println!();
    println!(
        "  {:>4}  {:<31} {:>3}  {:<8} {:<4}  {:<6} {:>14}",
        "line", "item", "qty", "billing", "term", "group", "price"
    );
    for line in items(lines) {
        println!(
            "  {:>4}  {:<31} {:>3}  {:<8} {:<4}  {:<6} {:>14}",
            text(&line["id"]),
            text(&line["catalogItemId"]),
            line["quantity"].to_string(),
            text(&line["billingCycle"]),
            text(&line["termDuration"]),
            text(&line["orderGroup"]),
            money(&line["pricing"]["extendedPrice"], &line["currencyCode"]),
        );
        if let Some(error) = line.get("error") {
            println!("        └ {}: {}", error["errorCode"], text(&error["errorDescription"]));
        }
    }
    show_groups(lines);
}

/// What each order of the cart would come to.
fn show_groups(lines: &Value) {
    let mut groups: Vec<String> = Vec::new();
    for group in items(lines).iter().map(|line| text(&line["orderGroup"])) {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    println!("\n  groups: {} (each becomes an order)", groups.join(", "));
}

fn show_orders(page: &Value) {
    for order in items(&page["items"]) {
        println!(
            "order      {}  {:<8} {:>14}",
            text(&order["id"]),
            text(&order["billingCycle"]),
            money(&order["totalPrice"], &order["currencyCode"]),
        );
        for line in items(&order["lineItems"]) {
            println!(
                "           {:>5} × {}",
                line["quantity"].to_string(),
                text(&line["friendlyName"])
            );
        }
    }
}

/// An amount with the currency, or a dash where there is none.
fn money(amount: &Value, currency: &Value) -> String {
    let Some(digits) = amount.as_number().map(ToString::to_string) else { return "–".to_owned() };
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    format!("{}.{fraction:0<2} {}", grouped(whole), text(currency))
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let places = (1..=digits.len()).rev();
    let with_comma = digits.chars().zip(places).map(|(digit, place)| {
        if place > 1 && place % 3 == 1 { format!("{digit},") } else { digit.to_string() }
    });
    with_comma.collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("–").to_owned()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The engine's answers, and the documents above, are JSON.
fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}
