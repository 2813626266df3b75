//! The tables of BEHAVIOUR.md say what the code does, and the C header names the same codes.

use cart_engine::cart::checkout::{ORDER_ERROR_CODES, ORDER_FAILED};
use cart_engine::cart::rules::RULES;
use cart_engine::{Engine, ErrorKind, Request};
use serde_json::{Value, json};

/// The rows of the table whose header line begins so, as cells.
fn table(header: &str) -> Vec<Vec<String>> {
    let page = include_str!("../BEHAVIOUR.md");
    let start = page.find(header).unwrap_or_else(|| panic!("no table {header}"));
    page[start..]
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

#[test]
fn line_errors_are_those_of_the_rules_in_their_order() {
    let told: Vec<_> =
        table("| order | code | name |").iter().map(|row| row[..3].to_vec()).collect();
    let known: Vec<_> = RULES
        .iter()
        .map(|rule| vec![rule.order.to_string(), rule.code.to_string(), rule.name.to_owned()])
        .collect();
    assert_eq!(told, known);
}

#[test]
fn call_errors_are_those_of_the_error_type() {
    let told: Vec<_> =
        table("| status | code | name |").iter().map(|row| row[..3].to_vec()).collect();
    let known: Vec<_> = ErrorKind::ALL
        .iter()
        .map(|kind| vec![kind.status().to_string(), kind.code().to_owned(), kind.name().to_owned()])
        .collect();
    assert_eq!(told, known);
}

#[test]
fn order_errors_are_those_of_checkout() {
    let mut known: Vec<_> = ORDER_ERROR_CODES
        .iter()
        .map(|(line, order)| vec![line.to_string(), order.to_string()])
        .collect();
    known.push(vec!["any other".to_owned(), ORDER_FAILED.to_string()]);
    assert_eq!(table("| line error | order error |"), known);
}

/// A C programmer has the header alone.
#[test]
fn the_header_names_every_code_of_lines_and_calls() {
    let header = include_str!("../include/cart_engine.h");
    let words: Vec<_> = header.split(|char: char| !char.is_ascii_digit()).collect();
    let lines = RULES.iter().map(|rule| rule.code.to_string());
    let calls = ErrorKind::ALL.iter().map(|kind| kind.code().to_owned());
    for code in lines.chain(calls) {
        assert!(words.contains(&code.as_str()), "{code} is not told");
    }
}

/// What a licence costs that is bought at noon of a day, when its price row says so.
fn pricing(day: &str, unit_price: &str, [term, cycle]: [&str; 2], rest: &Value) -> Value {
    let engine = Engine::open(r#"{"database":":memory:"}"#).unwrap();
    engine.set_clock(Some(&format!("{day}T12:00:00Z"))).unwrap();
    let catalog = json!({
        "products": [{ "id": "P", "productType": { "id": "OnlineServicesNCE" } }],
        "skus": [{ "productId": "P", "id": "0001" }],
        "prices": [{ "productId": "P", "skuId": "0001", "termDuration": term, "billingPlan": cycle,
                     "market": "US", "currency": "USD", "unitPrice": unit_price }],
    });
    engine.catalog_put(&catalog.to_string()).unwrap();
    let mut line = json!({ "catalogItemId": "P:0001:A", "quantity": 1, "termDuration": term,
                           "billingCycle": cycle });
    line.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    let cart = json!({ "lineItems": [line] }).to_string();
    let priced = engine.price(&Request::new("customer-1", "tester"), &cart).unwrap();
    let priced: Value = serde_json::from_str(&priced).unwrap();
    priced["lineItems"][0]["pricing"].clone()
}

#[test]
fn prices_are_those_that_the_engine_computes() {
    let rows = table("| unit price | term | billing cycle | quantity |");
    assert_eq!(rows.len(), 6);
    for row in rows {
        let quantity = json!({ "quantity": row[3].parse::<i64>().unwrap() });
        let pricing = pricing("2026-03-10", &row[0], [&row[1], &row[2]], &quantity);
        let told = [&pricing["listPrice"], &pricing["extendedPrice"]].map(Value::to_string);
        assert_eq!(told[..], row[4..], "{row:?}");
    }
}

#[test]
fn custom_term_ends_cost_what_the_engine_computes() {
    let rows = table("| bought | end | unit price |");
    assert_eq!(rows.len(), 5);
    for row in rows {
        let end = json!({ "customTermEndDate": row[1] });
        let pricing = pricing(&row[0], &row[2], [&row[3], &row[4]], &end);
        let told = [&pricing["proratedPrice"], &pricing["extendedPrice"]].map(Value::to_string);
        assert_eq!(told[..], row[5..], "{row:?}");
    }
}
