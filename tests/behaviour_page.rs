//! The tables of BEHAVIOUR.md say what the code does.

use cart_engine::ErrorKind;
use cart_engine::cart::checkout::{ORDER_ERROR_CODES, ORDER_FAILED};
use cart_engine::cart::rules::RULES;

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
