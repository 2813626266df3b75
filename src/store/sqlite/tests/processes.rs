//! Several processes on one file. A test starts itself again, with the place to work on in the
//! environment.

use std::process::{Child, Command};

use super::*;

const PLACE: &str = "CART_STORE_TEST_PLACE";
const CARTS: i64 = 20;

/// What a started process does; run as a test of its own it has nothing to do.
#[test]
fn a_process_of_its_own_creates_carts() {
    let Some(path) = std::env::var_os(PLACE) else { return };
    let store = open(Path::new(&path)).unwrap();
    for _ in 0..CARTS {
        create(&store, "contoso", &cart_of(vec![line(0, 0)]));
    }
}

fn start(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::sqlite::tests::processes::a_process_of_its_own_creates_carts"])
        .env(PLACE, path)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn processes_create_and_change_one_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db");
    let processes: Vec<_> = (0..4).map(|_| start(&path)).collect();
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    let store = open(&path).unwrap();
    assert!(store.stats().unwrap().counts.contains(&("carts", 4 * CARTS)));
    assert!(store.check(&mut |_, _| true).unwrap().is_empty());
}

#[test]
fn a_database_is_whole_after_its_process_was_killed_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db");
    for _ in 0..12 {
        let mut process = start(&path);
        // Where the process is by then differs from round to round: before, in or after the
        // creation, between changes.
        while !path.exists() {
            std::thread::yield_now();
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let store = open(&path).unwrap();
        assert!(store.check(&mut |_, _| true).unwrap().is_empty());
        drop(store);
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
    }
}
