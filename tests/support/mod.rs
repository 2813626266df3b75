//! What tests share. Here what those of the C side need: where things lie, and how programs are
//! compiled and run.
#![allow(dead_code, reason = "each test program uses its part")]

pub mod process;
pub mod shop;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The strictest that a host may ask of the header and of the samples.
pub const WARNINGS: [&str; 5] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"];

/// The root of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder where cargo puts the libraries that belong to this test.
pub fn build_folder() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// The shared library that belongs to this test.
pub fn shared_library() -> PathBuf {
    build_folder().join("libcart_engine.so")
}

/// The names of the functions that the header declares, in its order.
pub fn declared_functions() -> Vec<String> {
    let header = std::fs::read_to_string(root().join("include/cart_engine.h")).unwrap();
    let names = header.lines().filter(|line| !line.starts_with([' ', '#', '}', '/', 't']));
    let names = names.filter_map(|line| line.split_once('('));
    names.map(|(start, _)| start.rsplit([' ', '*']).next().unwrap().to_owned()).collect()
}

/// Runs a command that has to succeed and returns what it wrote.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}\n{}", output.status, all_output(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Both streams of a program, to show on a failure.
pub fn all_output(output: &Output) -> String {
    let streams = [&output.stdout, &output.stderr];
    streams.map(|stream| String::from_utf8_lossy(stream)).concat()
}

/// Whether a tool is installed. When it is not, the test says so aloud instead of passing in
/// silence.
pub fn is_installed(tool: &str) -> bool {
    let is_installed = Command::new(tool).arg("--version").output().is_ok();
    if !is_installed {
        // Not eprintln, whose text is kept from sight while a test passes.
        let warning = format!("\n*** {tool} is not installed: NOT CHECKED ***\n");
        std::io::stderr().write_all(warning.as_bytes()).unwrap();
    }
    is_installed
}

/// Makes the shared library available under the names that programs are linked with and look for.
pub fn link_library_into(folder: &Path) {
    for name in ["libcart_engine.so", "libcart_engine.so.1"] {
        std::os::unix::fs::symlink(shared_library(), folder.join(name)).unwrap();
    }
}

/// A command without the variables that change what a panic leaves behind: a backtrace keeps
/// megabytes of caches.
pub fn quiet_command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_remove("RUST_BACKTRACE").env_remove("RUST_LIB_BACKTRACE");
    command
}
