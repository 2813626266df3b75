//! Runs the tests of the Python binding with the interpreter `python3` and the library just built.

mod support;

use std::io::Write;
use std::process::Output;

use support::{quiet_command, root, shared_library};

/// Runs `python3` in the folder of the binding. Python is a prerequisite of the project, so its
/// absence is a failure.
fn python(arguments: &[&str]) -> Output {
    let binding = root().join("bindings/python");
    quiet_command("python3")
        .args(arguments)
        .current_dir(&binding)
        .env("CART_ENGINE_LIBRARY", shared_library())
        .env("PYTHONPATH", binding.join("src"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap_or_else(|problem| panic!("Python 3.9 or later is needed as python3: {problem}"))
}

#[test]
fn the_python_binding_passes_its_tests() {
    let output = python(&["-m", "unittest", "discover", "-s", "tests"]);
    let report = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = report.lines().filter(|line| !line.is_empty()).collect();
    assert!(output.status.success() && lines.len() >= 2, "{report}");
    let closing = lines[lines.len() - 2..].join(", ");
    assert!(!closing.contains("Ran 0 tests"), "no test was found");
    // Written past the test harness, which would keep it: how much ran is worth seeing.
    writeln!(std::io::stderr(), "python: {closing}").unwrap();
    if !python(&["-c", "import flask"]).status.success() {
        let warning = "\n*** flask is not installed: the host in Python was NOT CHECKED ***\n";
        std::io::stderr().write_all(warning.as_bytes()).unwrap();
    }
}
