//! The C# declarations are generated from `src/capi` and committed. This test fails when they
//! differ from what the source says; `CART_ENGINE_BLESS=1 cargo test --test csharp_declarations`
//! writes them anew.

use std::path::{Path, PathBuf};

const DECLARATIONS: &str = "bindings/csharp/CartEngine/Native/NativeMethods.g.cs";

/// The functions that see an engine before it has a handle, or when its handle lets go of it.
const BARE_ENGINE: [&str; 2] = ["cart_engine_open", "cart_engine_close"];

fn rust_sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/capi");
    let mut files: Vec<_> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "tests"))
        .collect();
    // A fixed order, so that the result is the same on every machine.
    files.sort();
    files
}

fn generated() -> String {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("NativeMethods.g.cs");
    let mut builder = csbindgen::Builder::default()
        .csharp_dll_name("cart_engine")
        .csharp_namespace("CartEngine.Native")
        .csharp_class_name("NativeMethods")
        .csharp_class_accessibility("internal")
        .csharp_use_function_pointer(true)
        .csharp_generate_const_filter(|name| name.starts_with("CART_"));
    for file in rust_sources() {
        builder = builder.input_extern_file(file);
    }
    builder.generate_csharp_file(&target).unwrap();
    let text = std::fs::read_to_string(target).unwrap();
    let mut lines: Vec<_> = text.lines().filter(|line| !is_comment(line)).map(finished).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.join("\n") + "\n"
}

/// The comments of the C header: here they would only have to be written anew whenever one changes.
fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("///")
}

/// A line as it is committed. Every call takes the `SafeHandle` in place of the pointer: the
/// runtime then keeps the engine open until the call has returned, whichever thread disposes of it
/// meanwhile.
fn finished(line: &str) -> String {
    let is_bare = BARE_ENGINE.iter().any(|name| line.contains(&format!(" {name}(")));
    let line = if is_bare {
        line.to_owned()
    } else {
        line.replace("cart_engine* engine", "EngineHandle engine")
    };
    line.trim_end().to_owned()
}

#[test]
fn the_committed_declarations_are_those_of_the_source() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(DECLARATIONS);
    let expected = generated();
    if std::env::var_os("CART_ENGINE_BLESS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        committed == expected,
        "{DECLARATIONS} differs from src/capi: run CART_ENGINE_BLESS=1 cargo test --test csharp_declarations"
    );
}

#[test]
fn every_exported_function_is_declared() {
    let declarations = generated();
    let mut exported = 0;
    for file in rust_sources() {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let Some((_, rest)) = line.split_once("extern \"C\" fn cart_") else { continue };
            let name = rest.split('(').next().unwrap();
            assert!(
                declarations.contains(&format!("EntryPoint = \"cart_{name}\"")),
                "cart_{name} has no declaration"
            );
            exported += 1;
        }
    }
    assert!(exported > 20, "only {exported} exported functions were found");
}
