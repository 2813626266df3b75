//! Builds the C# binding, runs its tests and its sample hosts against the library that cargo has
//! just built: with `dotnet` where it is installed, else with a stand-in for it (`csharp test
//! PROJECT`, `csharp run PROJECT ARG…`) named by the variable CSHARP. Without either nothing of C#
//! is tested, which is said aloud.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

const BINDING: &str = "bindings/csharp";

/// Names the native library to a program.
const LIBRARY: &str = "CART_ENGINE_LIBRARY";

/// Both tests compile the same projects into the same folders.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

enum Runner {
    Dotnet,
    StandIn(PathBuf),
}

impl Runner {
    fn find() -> Option<Self> {
        if Command::new("dotnet").arg("--version").output().is_ok_and(|told| told.status.success())
        {
            return Some(Self::Dotnet);
        }
        std::env::var_os("CSHARP").map(|path| Self::StandIn(path.into()))
    }

    fn test(&self, project: &Path) -> Command {
        self.command(&["test"], &["test"], project)
    }

    fn run(&self, project: &Path) -> Command {
        self.command(&["run", "--project"], &["run"], project)
    }

    fn command(&self, dotnet: &[&str], stand_in: &[&str], project: &Path) -> Command {
        let (mut command, arguments) = match self {
            Self::Dotnet => (Command::new("dotnet"), dotnet),
            Self::StandIn(path) => (Command::new(path), stand_in),
        };
        command.args(arguments).arg(project).env(LIBRARY, library());
        command
    }

    /// What separates the runner's arguments from those of the program.
    fn separator(&self) -> Option<OsString> {
        matches!(self, Self::Dotnet).then(|| "--".into())
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The library that cargo builds along with this test, and beside it.
fn library() -> PathBuf {
    let name =
        format!("{}cart_engine{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    std::env::current_exe().unwrap().with_file_name(name)
}

fn project(name: &str) -> PathBuf {
    root().join(BINDING).join(name).join(format!("{name}.csproj"))
}

fn turn() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Past the capture of the test harness: who runs the tests is to see it.
fn say(text: &str) {
    let mut terminal = std::io::stderr();
    writeln!(terminal, "C#: {text}").unwrap();
}

fn runner() -> Option<Runner> {
    let found = Runner::find();
    if found.is_none() {
        say("NOT TESTED: there is no `dotnet`, and the variable CSHARP names no stand-in for it");
    }
    found
}

fn succeed(mut command: Command) -> String {
    let Output { status, stdout, stderr } =
        command.output().unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
    let text = String::from_utf8_lossy(&stdout).into_owned();
    assert!(
        status.success(),
        "{command:?}: {status}\n{}\n{}",
        without_passed(&text),
        String::from_utf8_lossy(&stderr)
    );
    text
}

/// What did not pass is to be found at once, and not among hundreds of tests that did.
fn without_passed(told: &str) -> String {
    let lines: Vec<&str> = told.lines().filter(|line| !line.starts_with("passed ")).collect();
    lines.join("\n")
}

#[test]
fn the_tests_of_the_binding_pass() {
    let _turn = turn();
    let Some(runner) = runner() else { return };
    let told = succeed(runner.test(&project("CartEngine.Tests")));
    let closing =
        told.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("the runner said nothing");
    say(&format!("tests: {closing}"));
}

#[test]
fn the_sample_host_sells_the_published_cart() {
    let _turn = turn();
    let Some(runner) = runner() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut command = runner.run(&project("CartEngine.Host"));
    command.args(runner.separator());
    command.arg(root().join("tests/fixtures")).arg(folder.path().join("carts.db"));
    let told = succeed(command);
    for group in ["OMS-0", "0", "1", "2"] {
        assert!(told.contains(&format!("\n  group {group}\n")), "no group {group} in:\n{told}");
    }
    assert!(told.contains("becomes 12\n"), "the line did not change:\n{told}");
    assert_eq!(told.lines().filter(|line| line.starts_with("order ")).count(), 4, "{told}");
    say(&format!("host: {}", told.lines().last().unwrap_or_default()));
}

#[test]
fn the_story_of_the_readme_ends_with_an_order() {
    let _turn = turn();
    let Some(runner) = runner() else { return };
    let folder = tempfile::tempdir().unwrap();
    let catalog = root().join("tests/fixtures/catalog.json");
    std::fs::copy(catalog, folder.path().join("catalog.json")).unwrap();
    let mut command = runner.run(&project("CartEngine.Story"));
    command.current_dir(folder.path());
    let told = succeed(command);
    let order = told.lines().last().unwrap_or_default();
    // Three of them at 149.50.
    assert!(order.starts_with("order ") && order.ends_with(": 448.5 USD"), "{told}");
    assert!(folder.path().join("shop.db").is_file());
    say(&format!("story: {order}"));
}

#[test]
fn a_program_without_the_library_is_told_where_it_is_looked_for() {
    let _turn = turn();
    let Some(runner) = runner() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut command = runner.run(&project("CartEngine.Story"));
    // Cargo names the folder of the library to the programs that it runs.
    command.current_dir(folder.path()).env_remove(LIBRARY).env_remove("LD_LIBRARY_PATH");
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(told.contains(LIBRARY) && told.contains("runtimes/"), "{told}");
}

#[test]
fn the_package_has_the_version_of_the_crate() {
    let properties =
        std::fs::read_to_string(root().join(BINDING).join("Directory.Build.props")).unwrap();
    let version = format!("<Version>{}</Version>", env!("CARGO_PKG_VERSION"));
    assert!(properties.contains(&version), "Directory.Build.props does not say {version}");
}

#[test]
fn the_line_errors_have_the_names_and_numbers_of_the_behaviour_page() {
    let source = root().join(BINDING).join("CartEngine/Model/CartError.cs");
    let source = std::fs::read_to_string(source).unwrap();
    let page = std::fs::read_to_string(root().join("BEHAVIOUR.md")).unwrap();
    let (_, table) = page.split_once("## Line errors").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let mut rows = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        if let [_, _, code, name, ..] = *cells
            && code.parse::<u32>().is_ok()
        {
            let member = format!("    {name} = {code},\n");
            assert!(source.contains(&member), "CartErrorCode has no {name} = {code}");
            rows += 1;
        }
    }
    assert!(rows > 20, "only {rows} line errors stand on the page");
}
