//! The C header says what the source says, compiles in every dialect, and names exactly what is
//! exported.

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use support::{WARNINGS, declared_functions, root, run, shared_library};

fn path() -> PathBuf {
    root().join("include/cart_engine.h")
}

/// The macros that cbindgen cannot make from Rust items.
fn macros() -> String {
    format!(
        r#"
/** The version of the library that this header came with, as text and in parts. */
#define CART_ENGINE_VERSION "{}"
#define CART_ENGINE_VERSION_MAJOR {}
#define CART_ENGINE_VERSION_MINOR {}
#define CART_ENGINE_VERSION_PATCH {}

/** The initial value of every cart_request: its size, and nothing set. */
#define CART_REQUEST_INIT {{ sizeof(cart_request), NULL, NULL, NULL, NULL, NULL }}"#,
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH"),
    )
}

fn generated() -> String {
    let mut config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    config.after_includes = Some(macros());
    let mut header = Vec::new();
    // Not the whole crate, which would bring the public constants of other rooms along.
    let builder = cbindgen::Builder::new().with_src(root().join("src/capi/mod.rs"));
    builder.with_config(config).generate().unwrap().write(&mut header);
    let header = String::from_utf8(header).unwrap();
    // cbindgen leaves the struct without a tag, and debuggers would have no name for it.
    let header = header.replace("typedef struct {", "typedef struct cart_request {");
    without_gaps(&header)
}

/// cbindgen leaves an empty line for each constant it has put elsewhere.
fn without_gaps(header: &str) -> String {
    let mut lines: Vec<&str> = header.lines().collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.join("\n") + "\n"
}

#[test]
fn the_committed_header_is_that_of_the_source() {
    let generated = generated();
    if std::env::var_os("CART_ENGINE_BLESS").is_some() {
        std::fs::write(path(), &generated).unwrap();
    }
    let committed = std::fs::read_to_string(path()).unwrap_or_default();
    assert!(
        committed == generated,
        "include/cart_engine.h is not what src/capi says; \
         CART_ENGINE_BLESS=1 cargo test --test header rewrites it"
    );
}

#[test]
fn the_header_compiles_alone_in_every_dialect() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("alone.c");
    let program = "#include \"cart_engine.h\"\n#include \"cart_engine.h\"\n\
        extern cart_request request;\ncart_request request = CART_REQUEST_INIT;\n\
        #if CART_STATUS_OK || CART_ABI_VERSION != 1\n#error \"no constants\"\n#endif\n";
    std::fs::write(&source, program).unwrap();
    for (compiler, language, dialect) in [
        ("cc", "c", "c99"),
        ("cc", "c", "c11"),
        ("cc", "c", "c17"),
        ("c++", "c++", "c++11"),
        ("c++", "c++", "c++17"),
        ("c++", "c++", "c++20"),
    ] {
        let mut command = Command::new(compiler);
        command.args(["-fsyntax-only", "-x", language]).arg(format!("-std={dialect}"));
        command.args(WARNINGS).args(["-Wundef", "-Wconversion"]);
        run(command.arg("-I").arg(root().join("include")).arg(&source));
    }
}

#[test]
fn the_library_exports_the_functions_of_the_header_and_nothing_else() {
    let mut command = Command::new("nm");
    command.args(["-D", "--defined-only", "--format=just-symbols"]).arg(shared_library());
    let exported = run(&mut command);
    let exported: BTreeSet<_> = exported.lines().collect();
    let declared = declared_functions();
    let names: BTreeSet<_> = declared.iter().map(String::as_str).collect();
    assert_eq!(exported, names);
    assert_eq!(declared.len(), names.len(), "a function is declared twice");
    assert!(exported.iter().all(|name| name.starts_with("cart_")), "{exported:?}");
}

#[test]
fn the_library_has_a_name_with_the_version_of_the_abi() {
    let dynamic = run(Command::new("readelf").arg("-d").arg(shared_library()));
    assert!(dynamic.contains("[libcart_engine.so.1]"), "{dynamic}");
}

#[test]
fn no_line_of_the_header_is_too_long_to_read() {
    let header = std::fs::read_to_string(path()).unwrap();
    for (number, line) in header.lines().enumerate() {
        assert!(line.chars().count() <= 100, "line {}: {line}", number + 1);
    }
}

/// The functions of the header: the comment before each, and its declaration on one line.
fn functions(header: &str) -> Vec<(String, String)> {
    let (_, body) = header.split_once("extern \"C\" {").unwrap();
    let entries = body.split("/**").skip(1).map(|entry| entry.split_once("*/").unwrap());
    let on_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    entries
        .map(|(comment, rest)| (comment.to_owned(), on_one_line(rest.split_once(';').unwrap().0)))
        .collect()
}

/// A C programmer learns from the header alone what each function takes and gives.
#[test]
fn every_function_is_told_whole() {
    let header = std::fs::read_to_string(path()).unwrap();
    let functions = functions(&header);
    assert_eq!(functions.len(), declared_functions().len());
    for (comment, declaration) in functions {
        let (start, parameters) = declaration.split_once('(').unwrap();
        let parameters = parameters.trim_end_matches(')').split(", ").filter(|p| *p != "void");
        let names: Vec<_> =
            parameters.map(|parameter| parameter.rsplit([' ', '*']).next().unwrap()).collect();
        let told: Vec<_> = comment
            .lines()
            .filter_map(|line| line.split_once("@param "))
            .map(|(_, rest)| rest.split(' ').next().unwrap())
            .collect();
        assert_eq!(told, names, "{declaration}");
        assert_eq!(comment.contains("@return"), !start.starts_with("void "), "{declaration}");
        if names.contains(&"out") {
            assert!(comment.contains("cart_string_free()"), "who releases what of {declaration}?");
        }
    }
}

#[test]
fn the_header_does_not_speak_rust() {
    let header = std::fs::read_to_string(path()).unwrap();
    for word in ["Rust", "crate", "trait", "Option<", "Some(", "unwrap", "&str", "`["] {
        assert!(!header.contains(word), "{word}");
    }
}
