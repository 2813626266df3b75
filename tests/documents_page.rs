//! The tables and examples of DOCUMENTS.md say what the code does.

use cart_engine::document::options::Options;
use cart_engine::document::{read_options, write_options};
use serde_json::{Value, json};

const PAGE: &str = include_str!("../DOCUMENTS.md");

/// The rows of the table with this header line, as cells; none when there is no such table.
fn table(header: &str) -> Vec<Vec<&'static str>> {
    let after = PAGE.split_once(header).map_or("", |(_, after)| after);
    let rows = after.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The properties of an object by their paths, those of objects in it in its place.
fn flat(object: &Value, prefix: &str) -> Vec<(String, Value)> {
    let properties = object.as_object().into_iter().flatten();
    let flattened = properties.flat_map(|(name, value)| match value {
        Value::Object(_) => flat(value, &format!("{prefix}{name}.")),
        _ => vec![(format!("{prefix}{name}"), value.clone())],
    });
    flattened.collect()
}

fn unquoted(cell: &str) -> &str {
    cell.trim_matches('`')
}

#[test]
fn the_options_told_are_those_in_force_with_their_defaults() {
    let in_force: Value = serde_json::from_str(&write_options(&Options::new("carts.db"))).unwrap();
    let mut known = flat(&in_force, "");
    let mut told: Vec<(String, Value)> = table("| name | default | allowed |")
        .into_iter()
        .filter(|row| unquoted(row[0]) != "idSeed")
        .map(|row| match row[1] {
            "required" => (unquoted(row[0]).to_owned(), json!("carts.db")),
            default => {
                (unquoted(row[0]).to_owned(), serde_json::from_str(unquoted(default)).unwrap())
            }
        })
        .collect();
    known.sort_by(|a, b| a.0.cmp(&b.0));
    told.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(told, known);
}

#[test]
fn the_ends_of_the_ranges_told_are_allowed_and_what_lies_beyond_is_not() {
    let mut ranges = 0;
    for row in table("| name | default | allowed |") {
        let range = row[2].split(';').next().and_then(|range| range.split_once(" to "));
        let Some((least, most)) = range else { continue };
        let (least, most): (i128, i128) = (least.parse().unwrap(), most.parse().unwrap());
        let is_allowed = |value: i128| {
            let option = unquoted(row[0])
                .split('.')
                .rev()
                .fold(value.to_string(), |value, name| format!("{{\"{name}\":{value}}}"));
            let option = option.trim_start_matches('{');
            read_options(&format!("{{\"database\":\"x\",{option}")).is_ok()
        };
        assert!(is_allowed(least) && is_allowed(most), "{}", row[0]);
        assert!(!is_allowed(least - 1) && !is_allowed(most + 1), "{}", row[0]);
        ranges += 1;
    }
    assert_eq!(ranges, 5);
}

#[test]
fn the_examples_are_json() {
    let examples: Vec<&str> = PAGE.split("```json").skip(1).collect();
    assert_eq!(examples.len(), 3);
    for example in examples {
        let (json, _) = example.split_once("```").expect("the end of the example");
        assert!(serde_json::from_str::<Value>(json).is_ok(), "{json}");
    }
}
