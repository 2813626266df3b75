//! The C library is installed into a prefix, and projects elsewhere build against it. The libraries
//! are those that belong to this test, so that no release build is needed.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{WARNINGS, build_folder, declared_functions, is_installed, quiet_command, root, run};
use tempfile::TempDir;

/// Uses the library a little, and a name of SQLite's for itself.
const C_PROGRAM: &str = r#"
#include <stdio.h>
#include "cart_engine.h"

int sqlite3_libversion_number(void);
int sqlite3_libversion_number(void) { return 7; }

int main(void)
{
    cart_engine *engine = NULL;
    char *out = NULL;
    cart_status status = cart_engine_open("{\"database\":\":memory:\"}", &engine, &out);
    printf("%s %s %d\n", cart_version(), cart_status_name(status), sqlite3_libversion_number());
    cart_string_free(out);
    return cart_engine_close(engine, NULL);
}
"#;

/// The same in C++.
const CPP_PROGRAM: &str = r#"
#include <iostream>
#include <cart_engine.hpp>

extern "C" int sqlite3_libversion_number() { return 7; }

int main()
{
    cart::engine engine(R"({"database": ":memory:"})");
    std::cout << cart::version() << " CART_STATUS_OK " << sqlite3_libversion_number() << '\n';
    engine.close();
}
"#;

const CMAKE_PROJECT: &str = r"
cmake_minimum_required(VERSION 3.16)
project(host C CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(cart_engine 0.1 REQUIRED)
foreach(language c cpp)
  add_executable(shared_${language} host.${language})
  target_link_libraries(shared_${language} cart_engine::cart_engine)
  add_executable(static_${language} host.${language})
  target_link_libraries(static_${language} cart_engine::static)
endforeach()
";

/// Languages by the ending of their files, with their compilers and dialects.
const LANGUAGES: [(&str, &str, &str); 2] = [("c", "cc", "-std=c11"), ("cpp", "c++", "-std=c++17")];

/// A prefix with the library installed, and a project that knows nothing of the source. The prefix
/// was moved after the installation, and there is a space in its path.
struct Installed {
    folder: TempDir,
}

impl Installed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let installed = Self { folder };
        run(&mut installer("/usr/local", &installed.path("stage")));
        std::fs::create_dir(installed.path("my shop")).unwrap();
        std::fs::rename(installed.path("stage/usr/local"), installed.prefix()).unwrap();
        std::fs::write(installed.path("host.c"), C_PROGRAM).unwrap();
        std::fs::write(installed.path("host.cpp"), CPP_PROGRAM).unwrap();
        installed
    }

    fn prefix(&self) -> PathBuf {
        self.path("my shop/engine")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A shell command in the folder of the project, as a makefile would have it.
    fn shell(&self, command: &str) -> String {
        let mut shell = Command::new("sh");
        shell.env("PKG_CONFIG_PATH", self.prefix().join("lib/pkgconfig"));
        shell.env("WARNINGS", WARNINGS.join(" ")).env("PREFIX", self.prefix());
        run(shell.current_dir(self.folder.path()).args(["-euc", command]))
    }

    fn expect_to_run(&self, program: &Path) {
        let mut command = quiet_command(program);
        command.env("LD_LIBRARY_PATH", self.prefix().join("lib"));
        let expected = format!("{} CART_STATUS_OK 7\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(run(&mut command), expected, "{}", program.display());
    }
}

fn needs_shared_library(program: &Path) -> bool {
    run(Command::new("readelf").arg("-d").arg(program)).contains("libcart_engine.so.1")
}

fn installer(prefix: &str, destination: &Path) -> Command {
    let mut command = Command::new(root().join("bindings/c/install.sh"));
    command.arg(prefix).env("DESTDIR", destination).env("CART_ENGINE_BUILD", build_folder());
    command
}

#[test]
fn a_project_elsewhere_builds_with_pkg_config() {
    let installed = Installed::new();
    for (language, compiler, dialect) in LANGUAGES {
        // eval, because pkg-config puts a backslash before the space in the path.
        let compile = format!("eval {compiler} {dialect} $WARNINGS host.{language}");
        let shared = format!("shared_{language}");
        installed
            .shell(&format!("{compile} \"$(pkg-config --cflags --libs cart_engine)\" -o {shared}"));
        installed.expect_to_run(&installed.path(&shared));
        assert!(needs_shared_library(&installed.path(&shared)));

        let linked = format!("static_{language}");
        let archive = "sed s/-lcart_engine/-l:libcart_engine.a/";
        installed.shell(&format!(
            "flags=$(pkg-config --static --cflags --libs cart_engine | {archive})
            {compile} \"$flags\" -o {linked}"
        ));
        installed.expect_to_run(&installed.path(&linked));
        assert!(!needs_shared_library(&installed.path(&linked)));
    }
    assert_eq!(
        installed.shell("pkg-config --modversion cart_engine").trim(),
        env!("CARGO_PKG_VERSION")
    );
}

#[test]
fn a_project_elsewhere_builds_with_cmake() {
    if !is_installed("cmake") {
        return;
    }
    let installed = Installed::new();
    std::fs::write(installed.path("CMakeLists.txt"), CMAKE_PROJECT).unwrap();
    installed.shell("cmake -S . -B build -DCMAKE_PREFIX_PATH=\"$PREFIX\"; cmake --build build");
    for (language, ..) in LANGUAGES {
        for (kind, is_shared) in [("shared", true), ("static", false)] {
            let program = installed.path(&format!("build/{kind}_{language}"));
            installed.expect_to_run(&program);
            assert_eq!(needs_shared_library(&program), is_shared);
        }
    }
    let later = CMAKE_PROJECT.replace("cart_engine 0.1", "cart_engine 99.0");
    std::fs::write(installed.path("CMakeLists.txt"), later).unwrap();
    installed.shell("! cmake -S . -B later -DCMAKE_PREFIX_PATH=\"$PREFIX\"");
}

#[test]
fn the_static_library_has_no_global_names_but_those_of_the_header() {
    let installed = Installed::new();
    let archive = installed.prefix().join("lib/libcart_engine.a");
    let mut command = Command::new("nm");
    command.args(["-g", "--defined-only", "--format=just-symbols"]).arg(archive);
    let names = run(&mut command);
    let mut names: Vec<_> =
        names.lines().filter(|line| line.starts_with(char::is_alphabetic)).collect();
    names.retain(|name| !name.ends_with(".o:"));
    names.sort_unstable();
    let mut declared = declared_functions();
    declared.sort_unstable();
    assert_eq!(names, declared);
}

#[test]
fn the_shared_library_is_found_by_each_of_its_names() {
    let installed = Installed::new();
    let folder = installed.prefix().join("lib");
    let version = concat!("libcart_engine.so.", env!("CARGO_PKG_VERSION"));
    for name in ["libcart_engine.so", "libcart_engine.so.1"] {
        let target = std::fs::canonicalize(folder.join(name)).unwrap();
        assert_eq!(target, std::fs::canonicalize(folder.join(version)).unwrap());
    }
}

/// The files below a folder, by name.
fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = run(Command::new("find").arg(".").current_dir(folder))
        .lines()
        .filter(|path| !folder.join(path).is_dir())
        .map(str::to_owned)
        .collect();
    files.sort();
    files
}

#[test]
fn a_second_installation_replaces_the_first() {
    let installed = Installed::new();
    let first = files(&installed.prefix());
    let again = installed.path("again");
    run(&mut installer("/opt/engine", &again));
    run(&mut installer("/opt/engine", &again));
    assert_eq!(files(&again.join("opt/engine")), first);
    assert_eq!(first.len(), 9, "{first:?}");
}

/// The one command of the README, which builds the library as its users have it.
#[test]
fn one_command_builds_and_installs() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(root().join("bindings/c/install.sh"));
    run(command.arg(folder.path()).env_remove("CART_ENGINE_BUILD").env_remove("DESTDIR"));
    let mut command = Command::new("nm");
    command.args(["-D", "--defined-only", "--format=just-symbols"]);
    let exported = run(command.arg(folder.path().join("lib/libcart_engine.so")));
    assert_eq!(exported.lines().count(), declared_functions().len());
}

#[test]
fn a_prefix_has_to_be_named() {
    let output = Command::new(root().join("bindings/c/install.sh")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
