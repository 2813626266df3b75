//! Several processes on one file. A test starts itself again, with the place to work on in the
//! environment.

use std::process::{Child, Command};

use super::*;
use crate::store::sqlite::file::beside;

const PLACE: &str = "CART_STORE_TEST_PLACE";
const FULL_PLACE: &str = "CART_STORE_TEST_FULL_PLACE";
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

fn carts_stand(store: &SqliteStore, count: i64) {
    assert!(store.stats().unwrap().counts.contains(&("carts", count)));
    assert!(store.check(&mut |_, _| true).unwrap().is_empty());
}

/// Creates carts of 2000 lines in one transaction.
fn create_long(store: &SqliteStore, carts: usize) -> Result<()> {
    let cart = || Arc::new(cart_of((0..2_000).map(|id| line(id, id)).collect()));
    let carts: Vec<_> = std::iter::repeat_with(cart).take(carts).collect();
    let create = move |cart| Change::CartCreated { customer: customer("contoso"), cart };
    store.write(
        Weight::Edit,
        Box::new(move |unit| {
            carts.into_iter().try_for_each(|cart| unit.apply(&create(cart)).map(drop))
        }),
    )
}

/// What a process does whose files may not grow beyond a length, at which its writes end half-way.
#[test]
fn a_process_of_its_own_fills_its_files() {
    let Some(path) = std::env::var_os(FULL_PLACE) else { return };
    let store = open(Path::new(&path)).unwrap();
    let mut created = 0;
    while create_long(&store, 1).is_ok() {
        created += 1;
    }
    assert!(created > 0);
    carts_stand(&store, created);
    // More than the page cache holds, so that the write that fails is not at the end.
    assert_eq!(error_of(create_long(&store, 30)).kind(), ErrorKind::StoreIo);
    carts_stand(&store, created);
    std::fs::write(beside(Path::new(&path), "-created"), created.to_string()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_write_that_ends_half_way_takes_back_its_change_and_no_other() {
    const LIMITED: &str = "trap '' XFSZ; ulimit -S -f 6000; exec \"$0\" --exact \
        store::sqlite::tests::processes::a_process_of_its_own_fills_its_files";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db");
    let mut limited = Command::new("sh");
    limited.args(["-c", LIMITED]).arg(std::env::current_exe().unwrap()).env(FULL_PLACE, &path);
    let output = limited.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let created = std::fs::read_to_string(beside(&path, "-created")).unwrap().parse().unwrap();
    let store = open(&path).unwrap();
    carts_stand(&store, created);
    create_long(&store, 1).unwrap();
    carts_stand(&store, created + 1);
}
