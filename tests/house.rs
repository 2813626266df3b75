//! The order of the house: imports run downwards, files stay short, and nothing unfinished lies
//! about. (clippy.toml keeps functions short.)

mod support;

use std::path::{Path, PathBuf};

use support::root;

/// The floors from the top down, with the rooms on each. A room may use those of its own floor and
/// of those below.
const FLOORS: [&[&str]; 7] = [
    &["capi"],
    &["engine"],
    &["document"],
    &["store"],
    &["cart"],
    &["catalog"],
    &["error", "clock", "term", "money"],
];

/// What lib.rs gives a shorter name, with the room it comes from.
const SHORT_NAMES: [(&str, &str); 6] = [
    ("Engine", "engine"),
    ("Progress", "engine"),
    ("Request", "engine"),
    ("Error", "error"),
    ("ErrorKind", "error"),
    ("Result", "error"),
];

const FILE_LINES_MAX: usize = 400;
const COLUMNS_MAX: usize = 100;

/// A file of Rust, without its unit tests.
struct Source {
    /// From the root of the project.
    path: PathBuf,
    text: String,
}

impl Source {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let body = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        Self { path: path.strip_prefix(root()).unwrap().to_owned(), text: body }
    }

    /// Files of tests, and what only they use.
    fn is_test(&self) -> bool {
        self.path.iter().any(|part| ["tests", "tests.rs", "testing.rs"].iter().any(|t| part == *t))
    }

    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().filter(|(_, line)| !is_comment(line))
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }

    /// The module that the file is, as the names from the root of the crate to it.
    fn module(&self) -> Vec<&str> {
        let parts = self.path.iter().skip(1).map(|part| part.to_str().unwrap());
        parts.map(|part| part.trim_end_matches(".rs")).filter(|part| *part != "mod").collect()
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// All files of Rust in folders of the project.
fn sources(folders: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(Source::read(&path));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

fn program() -> Vec<Source> {
    let mut sources = sources(&["src"]);
    sources.retain(|source| !source.is_test());
    sources
}

fn expect_none(found: &[String], what: &str) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

// Imports -----------------------------------------------------------------------------------------

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The rooms that a line names from the root of the crate: by `crate::`, and by as many `super::`
/// as lead there.
fn rooms_named(line: &str, depth: usize) -> Vec<String> {
    let to_root = "super::".repeat(depth);
    let paths = [line.split("crate::").skip(1), line.split(to_root.as_str()).skip(1)];
    paths.into_iter().flatten().flat_map(first_names).collect()
}

/// The first name of a path, or the names of a list in braces.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| {
        text.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned()
    };
    match path.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap().split(',').map(name).collect(),
        None => vec![name(path)],
    }
}

fn room_of(name: &str) -> &str {
    SHORT_NAMES.iter().find(|(short, _)| *short == name).map_or(name, |(_, room)| room)
}

#[test]
fn imports_run_downwards_only() {
    let mut wrong = Vec::new();
    for source in program() {
        let module = source.module();
        let Some(own) = module.first().and_then(|room| floor_of(room)) else {
            assert_eq!(module, ["lib"], "FLOORS does not know {}", source.path.display());
            continue;
        };
        for (number, line) in source.code() {
            for name in rooms_named(line, module.len()) {
                let floor = floor_of(room_of(&name));
                assert!(floor.is_some(), "{}: what is {name}?", source.at(number));
                if floor < Some(own) {
                    wrong.push(format!("{}: {}", source.at(number), line.trim()));
                }
            }
        }
    }
    expect_none(&wrong, "these climb the stairs");
}

#[test]
fn names_of_rooms_are_found_in_lines() {
    assert_eq!(rooms_named("use crate::cart::model::{Cart, Line};", 2), ["cart"]);
    assert_eq!(rooms_named("use crate::{store, term::Duration};", 2), ["store", "term"]);
    assert_eq!(rooms_named("use super::super::capi;", 2), ["capi"]);
    assert_eq!(rooms_named("    fn f(x: &mut dyn crate::store::Write) {}", 2), ["store"]);
    assert!(rooms_named("use super::request::Request;", 2).is_empty());
    assert_eq!(room_of("Request"), "engine");
}

// Files -------------------------------------------------------------------------------------------

#[test]
fn files_are_short() {
    let long: Vec<_> = program()
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES_MAX)
        .map(|(source, lines)| format!("{} has {lines} lines", source.path.display()))
        .collect();
    expect_none(&long, "too much for one file");
}

#[test]
fn lines_are_short() {
    let mut long = Vec::new();
    for source in sources(&["src", "tests", "benches", "examples"]) {
        // Nothing breaks a text but its end.
        let too_long = source
            .lines()
            .filter(|(_, line)| line.chars().count() > COLUMNS_MAX)
            .filter(|(_, line)| is_comment(line) || !line.contains('"'));
        long.extend(too_long.map(|(number, _)| source.at(number)));
    }
    expect_none(&long, "too wide");
}

// Leftovers ---------------------------------------------------------------------------------------

#[test]
fn nothing_is_unfinished() {
    let words = [
        "TO".to_owned() + "DO",
        "FIX".to_owned() + "ME",
        "XX".to_owned() + "X",
        "todo".to_owned() + "!",
        "unimplemented".to_owned() + "!",
    ];
    let mut found = Vec::new();
    for source in sources(&["src", "tests", "benches", "examples"]) {
        let unfinished =
            source.lines().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        found.extend(unfinished.map(|(number, line)| format!("{}: {line}", source.at(number))));
    }
    expect_none(&found, "unfinished");
}

/// Where the project meets C: its own ABI, and the functions that the database library calls.
const MEETS_C: [&str; 2] = ["src/capi", "src/store/sqlite/vfs"];

#[test]
fn unsafe_code_is_where_the_project_meets_c() {
    let mut found = Vec::new();
    let meets_c = |source: &Source| MEETS_C.iter().any(|place| source.path.starts_with(place));
    for source in program().iter().filter(|source| !meets_c(source)) {
        let is_word =
            |line: &str| line.split(|c: char| !c.is_alphanumeric()).any(|word| word == "unsafe");
        found.extend(source.code().filter(|(_, line)| is_word(line)).map(|(n, _)| source.at(n)));
    }
    expect_none(&found, "unsafe where the project does not meet C");
}
