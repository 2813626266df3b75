//! The golden suite through the Rust face: the same calls give the same documents as in every other
//! language. `tests/golden/README.md` tells what the files say.
//!
//! `CART_ENGINE_BLESS=1 cargo test --test golden` writes what the calls answer into the files.

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use cart_engine::document::write_error;
use cart_engine::{Engine, ErrorKind, Request, Result};
use support::{declared_functions, root};

fn folder() -> PathBuf {
    root().join("tests/golden")
}

fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|is| is == "golden")).collect();
    files.sort();
    files
}

/// A line of a file: its directive, and the rest as it is.
fn split(line: &str) -> (&str, &str) {
    line.split_once(' ').unwrap_or((line, ""))
}

/// A call, and what the file expects of it.
#[derive(Default)]
struct Step<'a> {
    /// Where the call stands in the file, counted from 1.
    line: usize,
    /// The last line that says what is called: what came of it follows there.
    last_line: usize,
    call: &'a str,
    arguments: Vec<Option<String>>,
    status: &'a str,
    answer: Option<&'a str>,
}

/// What a call returned: the name of its status, and its document.
type Outcome = (String, Option<String>);

impl Step<'_> {
    fn run(&self, engine: &Engine) -> Outcome {
        let (name, fields) = split(self.call);
        let (request, correlation_id) = request(fields);
        let texts: Vec<_> = self.arguments.iter().map(Option::as_deref).collect();
        match called(engine, name, &request, &texts) {
            Ok(answer) => ("CART_STATUS_OK".to_owned(), answer),
            Err(error) => {
                let document = write_error(&error, correlation_id);
                (status_name(error.kind().status()), Some(document))
            }
        }
    }
}

/// A request, and the correlation id, which in Rust only the error document takes.
fn request(fields: &str) -> (Request<'_>, Option<&str>) {
    let (mut request, mut correlation_id) = (Request::default(), None);
    for field in fields.split(' ').filter(|field| !field.is_empty()) {
        match field.split_once('=') {
            Some(("customer_id", id)) => request.customer_id = id,
            Some(("user", user)) => request.user = Some(user),
            Some(("request_id", id)) => request.request_id = Some(id),
            Some(("correlation_id", id)) => correlation_id = Some(id),
            Some(("if_match", etag)) => request.if_match = Some(etag),
            _ => panic!("what is {field:?} in a request?"),
        }
    }
    (request, correlation_id)
}

/// The name that the header gives a status.
fn status_name(status: i32) -> String {
    let header = std::fs::read_to_string(root().join("include/cart_engine.h")).unwrap();
    let defined = header.lines().filter_map(|line| line.strip_prefix("#define CART_STATUS_"));
    let mut named = defined.filter_map(|line| line.split_once(' '));
    let (name, _) = named.find(|(_, value)| *value == status.to_string()).unwrap();
    format!("CART_STATUS_{name}")
}

fn called(
    engine: &Engine,
    name: &str,
    request: &Request<'_>,
    texts: &[Option<&str>],
) -> Result<Option<String>> {
    let optional = |n: usize| texts[n];
    let text = |n: usize| texts[n].unwrap_or_else(|| panic!("{name} needs text {n}"));
    let progress = &mut |_, _| true;
    match name {
        "cart_engine_set_clock" => engine.set_clock(optional(0)).map(|()| None),
        "cart_engine_check" => engine.check(progress).map(Some),
        "cart_engine_purge" => engine.purge(optional(0)).map(Some),
        "cart_catalog_put" => engine.catalog_put(text(0)).map(Some),
        "cart_catalog_import" => engine.catalog_import(text(0), optional(1), progress).map(Some),
        "cart_catalog_find" => engine.catalog_find(text(0)).map(Some),
        "cart_catalog_remove" => engine.catalog_remove(text(0)).map(Some),
        "cart_customer_put" => engine.customer_put(text(0)).map(Some),
        "cart_customer_get" => engine.customer_get(text(0)).map(Some),
        "cart_customer_delete" => engine.customer_delete(text(0)).map(|()| None),
        "cart_price" => engine.price(request, text(0)).map(Some),
        "cart_create" => engine.create(request, text(0)).map(Some),
        "cart_get" => engine.get(request, text(0)).map(Some),
        "cart_list" => engine.list(request, optional(0)).map(Some),
        "cart_update" => engine.update(request, text(0), text(1)).map(Some),
        "cart_delete" => engine.delete(request, text(0)).map(|()| None),
        "cart_line_add" => engine.line_add(request, text(0), text(1)).map(Some),
        "cart_line_change" => engine.line_change(request, text(0), text(1), text(2)).map(Some),
        "cart_line_remove" => engine.line_remove(request, text(0), text(1)).map(Some),
        "cart_checkout" => engine.checkout(request, text(0)).map(Some),
        "cart_order_get" => engine.order_get(request, text(0)).map(Some),
        "cart_order_list" => engine.order_list(request, optional(0)).map(Some),
        _ => panic!("no function of a suite is called {name}"),
    }
}

/// What a file says to do: an engine to open, or a call on it.
enum Action<'a> {
    Open(&'a str),
    Call(Step<'a>),
}

fn actions(text: &str) -> Vec<Action<'_>> {
    let mut actions = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (directive, rest) = split(line);
        match (directive, actions.last_mut()) {
            ("open", _) => actions.push(Action::Open(rest)),
            ("call", _) => actions.push(Action::Call(Step {
                line: number,
                last_line: number,
                call: rest,
                ..Step::default()
            })),
            ("status", Some(Action::Call(step))) => step.status = rest,
            ("answer", Some(Action::Call(step))) => step.answer = Some(rest),
            (_, Some(Action::Call(step))) => {
                step.last_line = number;
                step.arguments.push(argument(directive, rest));
            }
            _ => panic!("line {number}: {line:?} belongs to no call"),
        }
    }
    actions
}

fn argument(directive: &str, rest: &str) -> Option<String> {
    match directive {
        "argument" => Some(rest.to_owned()),
        "file" => Some(folder().join(rest).to_str().unwrap().to_owned()),
        "null" => None,
        _ => panic!("what is {directive:?}?"),
    }
}

/// The file with the outcomes of its calls in place of those that it tells.
fn blessed(text: &str, outcomes: &[(usize, Outcome)]) -> String {
    let mut blessed = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        if !matches!(split(line).0, "status" | "answer") {
            writeln!(blessed, "{line}").unwrap();
        }
        if let Some((_, (status, answer))) = outcomes.iter().find(|(last, _)| *last == number) {
            writeln!(blessed, "status {status}").unwrap();
            if let Some(answer) = answer {
                writeln!(blessed, "answer {answer}").unwrap();
            }
        }
    }
    blessed
}

/// Runs a file, and tells what differs: where, what was expected, and what came.
fn differences(path: &Path, text: &str) -> (Vec<String>, Vec<(usize, Outcome)>) {
    let mut engine = None;
    let (mut differences, mut outcomes) = (Vec::new(), Vec::new());
    for action in actions(text) {
        let step = match action {
            Action::Open(options) => {
                engine = Some(Engine::open(options).unwrap());
                continue;
            }
            Action::Call(step) => step,
        };
        let (status, answer) = step.run(engine.as_ref().expect("a file begins with open"));
        if (status.as_str(), answer.as_deref()) != (step.status, step.answer) {
            differences.push(format!(
                "{}:{}: {}\nexpected {} {}\ncame     {status} {}",
                path.display(),
                step.line,
                step.call,
                step.status,
                step.answer.unwrap_or_default(),
                answer.as_deref().unwrap_or_default(),
            ));
        }
        outcomes.push((step.last_line, (status, answer)));
    }
    (differences, outcomes)
}

#[test]
fn the_suite_gives_the_documents_that_it_tells() {
    let mut wrong = Vec::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let (differences, outcomes) = differences(&path, &text);
        if std::env::var_os("CART_ENGINE_BLESS").is_some() {
            std::fs::write(&path, blessed(&text, &outcomes)).unwrap();
        } else {
            wrong.extend(differences);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The suite is for whoever writes a binding: what it leaves out, nobody finds wrong.
#[test]
fn the_suite_calls_every_function_and_meets_every_call_error_of_a_document() {
    let texts: Vec<_> = files().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let holds = |line: &str| texts.iter().any(|text| text.lines().any(|l| l.starts_with(line)));
    let elsewhere = [
        "cart_abi_version",
        "cart_version",
        "cart_status_name",
        "cart_string_free",
        "cart_engine_open",
        "cart_engine_close",
        // Their answers tell of the machine: sizes, versions, paths.
        "cart_engine_stats",
        "cart_engine_backup",
    ];
    for name in declared_functions() {
        assert_eq!(holds(&format!("call {name}")), !elsewhere.contains(&name.as_str()), "{name}");
    }
    // A file cannot fork, fill a disk, or ask for the end.
    let made_by_documents = |kind: &&ErrorKind| kind.status() < 300 && **kind != ErrorKind::Misuse;
    for kind in ErrorKind::ALL.iter().filter(made_by_documents) {
        let begin = format!(r#"answer {{"code":"{}","name":"{}""#, kind.code(), kind.name());
        assert!(holds(&begin), "{begin}");
    }
}

#[test]
fn the_suite_meets_every_line_error() {
    let texts: String = files().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for rule in cart_engine::cart::rules::RULES {
        let number = format!(r#""errorCode":{},"#, rule.code);
        assert!(texts.contains(&number), "{number}");
    }
}
