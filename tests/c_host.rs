//! Programs in C and C++ use the shared library: the samples of the project, and programs that
//! abuse it.
//! Each runs plainly, under valgrind, and with the address and undefined behaviour sanitizers.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{
    WARNINGS, declared_functions, is_installed, link_library_into, quiet_command, root, run,
};
use tempfile::TempDir;

const SANITIZERS: [&str; 2] = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// Any error, and any byte that is not released, is a failure.
const MEMCHECK: [&str; 4] = [
    "--leak-check=full",
    "--show-leak-kinds=all",
    "--errors-for-leak-kinds=all",
    "--error-exitcode=9",
];

/// The child of a fork forgets the parent's engine, which is then lost to it.
const MEMCHECK_WITHOUT_LEAKS: [&str; 2] = ["--leak-check=no", "--error-exitcode=9"];

/// A compiled program in a folder of its own, with the library beside it.
struct Host {
    folder: TempDir,
    program: PathBuf,
}

impl Host {
    fn compile(source: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        link_library_into(folder.path());
        let program = folder.path().join("host");
        let is_cpp = Path::new(source).extension().is_some_and(|is| is == "cpp");
        let mut command = Command::new(if is_cpp { "c++" } else { "cc" });
        command.arg(if is_cpp { "-std=c++17" } else { "-std=c11" });
        command.arg("-pthread").args(WARNINGS).args(flags);
        command.arg("-I").arg(root().join("include")).arg(root().join(source));
        command.arg("-L").arg(folder.path()).arg("-lcart_engine");
        command.arg(format!("-Wl,-rpath,{}", folder.path().display())).arg("-o").arg(&program);
        run(&mut command);
        Self { folder, program }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    fn command(&self) -> Command {
        quiet_command(&self.program)
    }

    fn command_under_valgrind(&self, options: &[&str]) -> Option<Command> {
        is_installed("valgrind").then(|| {
            let mut command = quiet_command("valgrind");
            command.args(options).arg(&self.program);
            command
        })
    }
}

fn fixtures() -> PathBuf {
    root().join("tests/fixtures")
}

fn golden_files() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("tests/golden")).unwrap();
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "golden"));
    files
}

fn run_quickstart(mut command: Command, database: &Path) {
    let output = run(command.arg(database).arg(fixtures()));
    for line in [
        "  MS-AZR-0145P                    group OMS-0  0\n",
        "  DZH318Z0BQ36:004G:DZH318Z08C0S  group 0      6526.2\n",
        "  DZH318Z0BQ36:004J:DZH318Z08B8X  group 0      12627.36\n",
        "  DG7GMGF0DWTL:0001:DG7GMGF0DSFM  group 0      2485\n",
        "  DZH318Z0BXWC:0002:DZH318Z0BMRV  group 1      149.5\n",
        "  DZH318Z0C0WF:0001:DZH318Z0BP69  group 2      0\n",
        "line 4 with quantity 3:\n  DZH318Z0BXWC:0002:DZH318Z0BMRV  group 1      448.5\n",
    ] {
        assert!(output.contains(line), "no {line:?} in:\n{output}");
    }
    let totals = output.lines().filter(|line| line.starts_with("order "));
    let totals: Vec<_> = totals.map(|line| line.rsplit(' ').next().unwrap()).collect();
    assert_eq!(totals, ["0", "21638.56", "448.5", "0"], "{output}");
}

#[test]
fn the_quickstart_shows_groups_and_orders() {
    let host = Host::compile("bindings/c/quickstart.c", &["-O2"]);
    run_quickstart(host.command(), &host.database());
    run_quickstart(host.command(), &host.database());
}

#[test]
fn the_quickstart_leaves_no_memory_behind() {
    let host = Host::compile("bindings/c/quickstart.c", &[]);
    if let Some(command) = host.command_under_valgrind(&MEMCHECK) {
        run_quickstart(command, &host.database());
    }
    let host = Host::compile("bindings/c/quickstart.c", &SANITIZERS);
    run_quickstart(host.command(), &host.database());
}

/// The program runs in the folder of the project, where its database would stay behind.
fn run_story(mut command: Command, folder: &Path) {
    std::os::unix::fs::symlink(root().join("tests"), folder.join("tests")).unwrap();
    let output = run(command.current_dir(folder));
    assert!(output.contains("\"referenceCustomerId\":\"customer-1\""), "{output}");
    assert!(output.contains("\"totalPrice\":448.5"), "{output}");
    assert!(folder.join("shop.db").exists());
}

#[test]
fn the_story_ends_with_an_order() {
    let host = Host::compile("bindings/c/story.c", &["-O2"]);
    run_story(host.command(), host.folder.path());
    let host = Host::compile("bindings/c/story.c", &SANITIZERS);
    run_story(host.command(), host.folder.path());
    let host = Host::compile("bindings/c/story.c", &[]);
    if let Some(command) = host.command_under_valgrind(&MEMCHECK) {
        run_story(command, host.folder.path());
    }
}

const ERRORS: &str = "\
a mistyped option: CART_STATUS_INVALID_ARGUMENT, code 100, retryable false: databse: is not known; \
known are database, durability, readOnly, busyTimeoutMs, dialect, partner, cartLifetime, \
partnerAttestation, rounding, limits, idSeed
created with a line in error: quantity 301 is above the maximum 300
no JSON: CART_STATUS_INVALID_JSON, code 800002, retryable false: not usable JSON: EOF while \
parsing a list at line 1 column 14
a wrong type: CART_STATUS_INVALID_REQUEST, code 800002, retryable false: lineItems[0].quantity: \
expected an integer, came true
not there: CART_STATUS_NOT_FOUND, code 800008, retryable false: cart no-such-cart does not exist \
for this customer, or has expired
a line in error: CART_STATUS_CART_HAS_ERRORS, code 800009, retryable false: 1 line is in error: \
change or remove the lines with id 0
overtaken: CART_STATUS_CONFLICT, code 2055, retryable false: if_match an-old-etag: the cart's etag \
is 1, it has changed since
sent twice, happened once: yes
ordered: one_time; not ordered: nothing
ordered: monthly; not ordered: line 1: quantity 1: 0 of DG7GMGF0DWTL:0001 are left in stock
";

#[test]
fn the_errors_are_told_and_handled() {
    let host = Host::compile("bindings/c/errors.c", &["-O2"]);
    assert_eq!(run(&mut host.command()), ERRORS);
    if let Some(mut command) = host.command_under_valgrind(&MEMCHECK) {
        assert_eq!(run(&mut command), ERRORS);
    }
    let host = Host::compile("bindings/c/errors.c", &SANITIZERS);
    assert_eq!(run(&mut host.command()), ERRORS);
}

fn run_cpp_quickstart(mut command: Command, database: &Path) {
    let sheet = root().join("tests/golden/sheet_first.csv");
    let output = run(command.arg(database).arg(sheet));
    let expected = "\
{\"stored\":5,\"rejectedCount\":0,\"rejected\":[]}
order of customer-0
order of customer-1
order of customer-2
order of customer-3
CART_STATUS_NOT_FOUND (800008): cart no-such-cart does not exist for this customer, or has expired
";
    assert!(output.starts_with("read 0 of ") && output.ends_with(expected), "{output}");
}

#[test]
fn the_quickstart_in_cpp_sells_from_many_threads() {
    let host = Host::compile("bindings/c/quickstart.cpp", &["-O2"]);
    run_cpp_quickstart(host.command(), &host.database());
    if let Some(command) = host.command_under_valgrind(&MEMCHECK) {
        run_cpp_quickstart(command, &host.database());
    }
    let host = Host::compile("bindings/c/quickstart.cpp", &SANITIZERS);
    run_cpp_quickstart(host.command(), &host.database());
}

#[test]
fn the_cpp_wrapper_keeps_its_promises() {
    let host = Host::compile("tests/c/wrapper.cpp", &["-O2"]);
    run(host.command().arg(host.folder.path()));
    let host = Host::compile("tests/c/wrapper.cpp", &[]);
    if let Some(mut command) = host.command_under_valgrind(&MEMCHECK) {
        run(command.arg(host.folder.path()));
    }
    let host = Host::compile("tests/c/wrapper.cpp", &SANITIZERS);
    run(host.command().arg(host.folder.path()));
}

#[test]
fn the_cpp_wrapper_compiles_without_a_warning_wherever_it_may() {
    for compiler in ["g++", "clang++"] {
        if !is_installed(compiler) {
            continue;
        }
        for dialect in ["c++17", "c++20"] {
            let mut command = Command::new(compiler);
            command.arg("-fsyntax-only").arg(format!("-std={dialect}")).args(WARNINGS);
            command.args(["-Wshadow", "-Wconversion", "-Wsign-conversion"]);
            command.arg("-I").arg(root().join("include"));
            run(command.arg(root().join("tests/c/wrapper.cpp")));
        }
    }
}

#[test]
fn no_function_is_left_out_of_the_cpp_wrapper() {
    let wrapper = std::fs::read_to_string(root().join("include/cart_engine.hpp")).unwrap();
    let code = wrapper.lines().filter(|line| !line.trim_start().starts_with(['/', '*']));
    let code: String = code.flat_map(|line| [line, "\n"]).collect();
    for name in declared_functions() {
        let is_used = [",", "(", ")"].iter().any(|end| code.contains(&format!("{name}{end}")));
        // Whoever links with the library has got that of the ABI that he asked for.
        assert_eq!(is_used, name != "cart_abi_version", "{name}");
    }
}

#[test]
fn threads_share_an_engine() {
    let host = Host::compile("bindings/c/threads.c", &["-O2"]);
    let output = run(host.command().arg(host.database()).arg("20"));
    assert_eq!(output, "16 threads, 321 lines in the shared cart, 321 expected\n");
}

#[test]
fn threads_leave_no_memory_behind() {
    let host = Host::compile("bindings/c/threads.c", &[]);
    if let Some(mut command) = host.command_under_valgrind(&MEMCHECK) {
        run(command.arg(host.database()).arg("2"));
    }
    let host = Host::compile("bindings/c/threads.c", &SANITIZERS);
    run(host.command().arg(host.database()).arg("10"));
}

#[test]
fn the_conventions_hold_for_every_function() {
    let host = Host::compile("tests/c/conventions.c", &["-O2"]);
    run(host.command().arg(host.folder.path()));
}

#[test]
fn the_conventions_leave_no_memory_behind() {
    let host = Host::compile("tests/c/conventions.c", &[]);
    if let Some(mut command) = host.command_under_valgrind(&MEMCHECK) {
        run(command.arg(host.folder.path()));
    }
    let host = Host::compile("tests/c/conventions.c", &SANITIZERS);
    run(host.command().arg(host.folder.path()));
}

/// Not under the sanitizers, which stand before the functions of the system themselves.
#[test]
fn every_status_is_made_or_told_why_not() {
    let header = std::fs::read_to_string(root().join("include/cart_engine.h")).unwrap();
    let defined = header.lines().filter_map(|line| line.strip_prefix("#define CART_STATUS_"));
    let defined: Vec<_> = defined.map(|rest| rest.split(' ').next().unwrap()).collect();
    let host = Host::compile("tests/c/statuses.c", &["-O2"]);
    let output = run(host.command().arg(host.folder.path()));
    let mut told = Vec::new();
    for line in output.lines() {
        let (name, outcome) = line.split_once(' ').unwrap();
        assert!(outcome == "made" || outcome.starts_with("not made: "), "{line}");
        told.push(name.strip_prefix("CART_STATUS_").unwrap());
    }
    assert_eq!(told, defined);
    assert_eq!(output.matches(" not made").count(), 2, "{output}");
}

/// The blocks of the page, each with the file and the snippet that it is.
#[test]
fn the_page_shows_parts_of_the_samples() {
    let page = std::fs::read_to_string(root().join("bindings/c/README.md")).unwrap();
    let blocks: Vec<_> = page.split("<!-- ").skip(1).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let (place, rest) = block.split_once(" -->\n```cpp\n").unwrap();
        let (path, name) = place.split_once(": ").unwrap();
        let shown = rest.split_once("```\n").unwrap().0;
        let sample = std::fs::read_to_string(root().join(path)).unwrap();
        let part = format!("/* snippet: {name} */\n{shown}/* end of snippet */\n");
        assert!(sample.contains(&part), "{place}");
    }
}

#[test]
fn every_function_takes_every_abuse() {
    let host = Host::compile("tests/c/abuse.c", &["-O2"]);
    run(&mut host.command());
}

#[test]
fn abuse_leaves_no_memory_behind() {
    let host = Host::compile("tests/c/abuse.c", &[]);
    if let Some(mut command) = host.command_under_valgrind(&MEMCHECK) {
        run(&mut command);
    }
    let host = Host::compile("tests/c/abuse.c", &SANITIZERS);
    run(&mut host.command());
}

#[test]
fn the_golden_suite_gives_the_documents_that_it_tells() {
    let host = Host::compile("tests/c/golden.c", &["-O2"]);
    let files = golden_files();
    let output = run(host.command().args(&files));
    assert_eq!(output.lines().count(), files.len(), "{output}");
    let host = Host::compile("tests/c/golden.c", &SANITIZERS);
    run(host.command().args(&files));
}

#[test]
fn a_difference_from_the_golden_suite_is_told() {
    let host = Host::compile("tests/c/golden.c", &[]);
    let text = std::fs::read_to_string(root().join("tests/golden/price.golden")).unwrap();
    let path = host.folder.path().join("wrong.golden");
    for (right, wrong) in [
        ("\"totalCount\":0", "\"totalCount\":1"),
        ("status CART_STATUS_NOT_FOUND", "status CART_STATUS_OK"),
        ("call cart_list", "call cart_lists"),
        ("customer_id=customer-1", "customer=customer-1"),
        ("\nnull\n", "\nnothing\n"),
    ] {
        assert!(text.contains(right), "{right}");
        std::fs::write(&path, text.replacen(right, wrong, 1)).unwrap();
        let output = host.command().arg(&path).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{wrong}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("wrong.golden:"), "{told}");
    }
}

#[test]
fn a_forked_child_is_refused_and_harms_nobody() {
    let host = Host::compile("tests/c/fork.c", &["-O2"]);
    run(host.command().arg(host.database()));
    if let Some(mut command) = host.command_under_valgrind(&MEMCHECK_WITHOUT_LEAKS) {
        run(command.arg(host.database()));
    }
    let host = Host::compile("tests/c/fork.c", &SANITIZERS);
    run(host.command().arg(host.database()));
}

#[test]
fn no_function_of_an_engine_is_left_out_of_the_abuse() {
    let table = std::fs::read_to_string(root().join("tests/c/functions.h")).unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("    ROW("));
    let abused: Vec<_> =
        rows.map(|row| format!("cart_{}", row.split(',').next().unwrap())).collect();
    let elsewhere = [
        "cart_abi_version",
        "cart_version",
        "cart_status_name",
        "cart_string_free",
        "cart_engine_open",
        "cart_engine_close",
    ];
    let mut declared = declared_functions();
    declared.retain(|name| !elsewhere.contains(&name.as_str()));
    assert_eq!(abused, declared);
}
