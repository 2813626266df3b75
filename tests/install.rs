//! The C library is installed into a prefix, and projects elsewhere build against it. The libraries
//! are those that belong to this test, so that no release build is needed.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{WARNINGS, build_folder, declared_functions, is_installed, quiet_command, root, run};
use tempfile::TempDir;

/// Uses the library a little, and a name of SQLite's for itself.
const PROGRAM: &str = r#"
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

const CMAKE_PROJECT: &str = r"
cmake_minimum_required(VERSION 3.16)
project(host C)
find_package(cart_engine 0.1 REQUIRED)
add_executable(shared host.c)
target_link_libraries(shared cart_engine::cart_engine)
add_executable(static host.c)
target_link_libraries(static cart_engine::static)
";

/// A prefix with the library installed, and a project that knows nothing of the source.
struct Installed {
    folder: TempDir,
}

impl Installed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let installed = Self { folder };
        run(&mut installer("/usr/local", installed.folder.path()));
        std::fs::write(installed.folder.path().join("host.c"), PROGRAM).unwrap();
        installed
    }

    fn prefix(&self) -> PathBuf {
        self.folder.path().join("usr/local")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pkg_config(&self, arguments: &[&str]) -> Vec<String> {
        let mut command = Command::new("pkg-config");
        command.env("PKG_CONFIG_PATH", self.prefix().join("lib/pkgconfig"));
        let flags = run(command.args(arguments).arg("cart_engine"));
        flags.split_whitespace().map(str::to_owned).collect()
    }

    fn expect_to_run(&self, program: &Path) {
        let mut command = quiet_command(program);
        command.env("LD_LIBRARY_PATH", self.prefix().join("lib"));
        let expected = format!("{} CART_STATUS_OK 7\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(run(&mut command), expected);
    }
}

fn installer(prefix: &str, destination: &Path) -> Command {
    let mut command = Command::new(root().join("bindings/c/install.sh"));
    command.arg(prefix).env("DESTDIR", destination).env("CART_ENGINE_BUILD", build_folder());
    command
}

fn compiler(program: &Path) -> Command {
    let mut command = Command::new("cc");
    command.arg("-std=c11").args(WARNINGS).arg("-o").arg(program);
    command
}

#[test]
fn a_project_elsewhere_builds_with_pkg_config() {
    let installed = Installed::new();
    let shared = installed.path("shared");
    let flags = installed.pkg_config(&["--cflags", "--libs"]);
    run(compiler(&shared).arg(installed.path("host.c")).args(flags));
    installed.expect_to_run(&shared);

    let linked = installed.path("static");
    let mut flags = installed.pkg_config(&["--cflags", "--libs", "--static"]);
    flags.retain(|flag| flag != "-lcart_engine");
    let archive = installed.prefix().join("lib/libcart_engine.a");
    run(compiler(&linked).arg(installed.path("host.c")).arg(archive).args(flags));
    installed.expect_to_run(&linked);
    let needed = run(Command::new("readelf").arg("-d").arg(&linked));
    assert!(!needed.contains("libcart_engine"), "{needed}");
}

#[test]
fn a_project_elsewhere_builds_with_cmake() {
    if !is_installed("cmake") {
        return;
    }
    let installed = Installed::new();
    std::fs::write(installed.path("CMakeLists.txt"), CMAKE_PROJECT).unwrap();
    let build = installed.path("build");
    let prefix = format!("-DCMAKE_PREFIX_PATH={}", installed.prefix().display());
    run(Command::new("cmake").arg(&prefix).arg("-S").arg(installed.path("")).arg("-B").arg(&build));
    run(Command::new("cmake").arg("--build").arg(&build));
    installed.expect_to_run(&build.join("shared"));
    installed.expect_to_run(&build.join("static"));

    let later = CMAKE_PROJECT.replace("cart_engine 0.1", "cart_engine 99.0");
    std::fs::write(installed.path("CMakeLists.txt"), later).unwrap();
    let mut command = Command::new("cmake");
    command.arg(&prefix).arg("-S").arg(installed.path("")).arg("-B").arg(installed.path("later"));
    assert!(!command.output().unwrap().status.success(), "a later version was found");
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
    // A second installation replaces the first.
    run(&mut installer("/usr/local", installed.folder.path()));
}

#[test]
fn a_prefix_has_to_be_named() {
    let output = Command::new(root().join("bindings/c/install.sh")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
