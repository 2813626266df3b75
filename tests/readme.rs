//! The README says what the code does: its examples are parts of programs that are compiled and
//! run, and its tables are those of the code.

mod support;

use std::process::Command;

use cart_engine::cart::model::LINE_ID_MAX;
use cart_engine::error::DESCRIPTION_CHARS_MAX;
use cart_engine::{Engine, ErrorKind};
use serde_json::Value;
use support::{root, run};

const README: &str = include_str!("../README.md");

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

// Examples ----------------------------------------------------------------------------------------

/// The code blocks that a comment of one line precedes: the comment, and the block.
fn marked_blocks() -> Vec<(&'static str, &'static str)> {
    let comments = README.split("\n<!-- ").skip(1);
    comments
        .map(|text| {
            let (comment, rest) = text.split_once(" -->\n```").expect("a block follows");
            let (_language, rest) = rest.split_once('\n').unwrap();
            (comment, rest.split_once("```\n").unwrap().0)
        })
        .collect()
}

/// The part of a program between `snippet: NAME` and `end of snippet`, moved to the left.
fn snippet(path: &str, name: &str) -> String {
    let text = read(path);
    let begins = |line: &&str| line.contains("snippet: ") && line.contains(name);
    let lines = text.lines().skip_while(|line| !begins(line)).skip(1);
    let lines: Vec<_> = lines.take_while(|line| !line.contains("end of snippet")).collect();
    assert!(!lines.is_empty(), "{path} has no snippet {name}");
    let indented = lines.iter().filter(|line| !line.is_empty());
    let indent = indented.map(|line| line.len() - line.trim_start().len()).min().unwrap();
    let moved = lines.iter().map(|line| line.get(indent..).unwrap_or_default());
    moved.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn examples_are_parts_of_programs() {
    let mut programs = Vec::new();
    for (comment, block) in marked_blocks() {
        let Some((path, name)) = comment.split_once(": ") else { continue };
        assert_eq!(block, snippet(path, name), "{comment}");
        programs.push(path);
    }
    programs.dedup();
    let expected = [
        "bindings/c/story.c",
        "bindings/python/examples/story.py",
        "bindings/csharp/CartEngine.Story/Program.cs",
    ];
    assert_eq!(programs, expected);
}

#[test]
fn the_quickstart_shows_what_the_readme_shows() {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--example", "quickstart"]).current_dir(root());
    let output = run(&mut command);
    let (_, shown) =
        marked_blocks().into_iter().find(|(comment, _)| !comment.contains(": ")).unwrap();
    for line in shown.lines() {
        assert!(output.contains(line), "no {line:?} in:\n{output}");
    }
    assert!(output.contains("refused    CartHasErrors (800009)"), "{output}");
    assert!(output.contains("ordered    4 orders"), "{output}");
}

#[test]
fn the_commands_are_those_of_the_project() {
    let commands = "```sh\ncargo run --release --example quickstart\ncargo test\n```";
    assert!(README.contains(commands));
    assert!(root().join("examples/quickstart.rs").is_file());
    assert!(README.contains(&format!("Rust {} or later", env!("CARGO_PKG_RUST_VERSION"))));
}

#[test]
fn links_lead_somewhere() {
    let links = README.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    for link in links.filter(|link| !link.starts_with("https:")) {
        let (path, heading) = link.split_once('#').unwrap_or((link, ""));
        let page = if path.is_empty() { README.to_owned() } else { read(path) };
        let mut headings = page.lines().filter(|line| line.starts_with('#'));
        let as_anchor = |line: &str| line.trim_matches(['#', ' ']).to_lowercase().replace(' ', "-");
        assert!(heading.is_empty() || headings.any(|line| as_anchor(line) == heading), "{link}");
    }
}

// Tables ------------------------------------------------------------------------------------------

/// The cells of the first table under a heading.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = README.split_once(&format!("\n## {heading}\n")).unwrap();
    let lines = rest.lines().skip_while(|line| !line.starts_with('|')).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn statuses_are_those_of_the_header() {
    let header = read("include/cart_engine.h");
    let defined: Vec<Vec<_>> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define CART_STATUS_"))
        .map(|line| line.split_whitespace().rev().collect())
        .collect();
    let told: Vec<_> = table("Status").iter().map(|row| row[..2].to_vec()).collect();
    assert_eq!(told, defined);
    for kind in ErrorKind::ALL {
        let row = told.iter().find(|row| row[0] == kind.status().to_string());
        assert!(row.is_some(), "{} has no row", kind.name());
    }
}

#[test]
fn what_may_be_repeated_is_retryable() {
    for row in table("Status").iter().skip(1) {
        let kind = ErrorKind::ALL.into_iter().find(|kind| kind.status().to_string() == row[0]);
        assert_eq!(kind.unwrap().is_retryable(), row[2].ends_with("try again"), "{row:?}");
    }
}

#[test]
fn options_have_the_defaults_told() {
    let engine = Engine::open(r#"{"database":":memory:"}"#).unwrap();
    let in_force: Value = serde_json::from_str(&engine.options()).unwrap();
    let in_force = in_force.as_object().unwrap();
    let mut told = Vec::new();
    for row in table("Options") {
        let (name, default) = (row[0].trim_matches('`'), row[1].trim_matches('`'));
        match default {
            "required" | "absent" => {}
            default => {
                let default: Value = serde_json::from_str(default).unwrap();
                assert_eq!(in_force.get(name), Some(&default), "{name}");
            }
        }
        told.push(name);
    }
    told.retain(|name| *name != "idSeed");
    told.sort_unstable();
    assert_eq!(told, in_force.keys().collect::<Vec<_>>());
}

/// The number that a constant of the source has, in whatever unit. Not all of them are public.
fn constant(path: &str, name: &str) -> i64 {
    let text = read(path);
    let (_, rest) = text.split_once(&format!("const {name}: ")).unwrap();
    let value = rest.split(';').next().unwrap().split_once(" = ").unwrap().1;
    let value = value.trim_start_matches("Duration::days");
    let value = value.replace(['_', '(', ')'], "");
    value.parse().unwrap()
}

#[test]
fn limits_are_those_of_the_code() {
    let limits = cart_engine::document::options::Limits::default();
    let page = constant("src/document/queries.rs", "PAGE_ITEMS_MAX");
    let page_by_default = constant("src/document/queries.rs", "PAGE_ITEMS_DEFAULT");
    let expected = [
        format!("{}, option", limits.request_bytes),
        format!("{}, option", limits.line_items_per_cart),
        format!("{}, option", limits.addon_items_per_line),
        constant("src/document/json.rs", "DEPTH_MAX").to_string(),
        constant("src/cart/rules/input.rs", "ADDON_DEPTH_MAX").to_string(),
        constant("src/cart/rules/input.rs", "QUANTITY_MAX").to_string(),
        constant("src/cart/rules/input.rs", "FRIENDLY_NAME_CHARS_MAX").to_string(),
        LINE_ID_MAX.to_string(),
        constant("src/engine/request.rs", "TOKEN_BYTES_MAX").to_string(),
        format!("{page}, {page_by_default} unless asked"),
        DESCRIPTION_CHARS_MAX.to_string(),
        constant("src/engine/maintenance.rs", "ANSWERS_KEPT").to_string(),
    ];
    let told: Vec<_> = table("Limits").iter().map(|row| row[1].to_owned()).collect();
    assert_eq!(told, expected);
}
