//! What is opened, what is refused, and that what is refused stays as it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;

use super::*;

/// Every file of a folder with its length and a fingerprint of its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, (usize, Uuid)> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .map(|(path, bytes)| (path, (bytes.len(), Uuid::new_v5(&Uuid::nil(), &bytes))))
        .collect()
}

/// Opens a file, expects a refusal, and that the folder is as before. Reading only is refused
/// alike.
fn refused(path: &Path) -> ErrorKind {
    let before = contents(path.parent().unwrap());
    let error = error_of(open(path));
    assert_eq!(contents(path.parent().unwrap()), before, "{error}");
    let reading = error_of(SqliteStore::open(&OpenOptions { read_only: true, ..options(path) }));
    assert_eq!(contents(path.parent().unwrap()), before, "{reading}");
    assert_eq!(reading.kind(), error.kind(), "{reading}");
    error.kind()
}

fn database(statements: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    Connection::open(&path).unwrap().execute_batch(statements).unwrap();
    (folder, path)
}

/// A closed database of this engine with a cart in it.
fn own() -> (TempDir, PathBuf) {
    let Place { folder, store } = Place::new();
    create(&store, "contoso", &cart_of(vec![line(0, 0)]));
    drop(store);
    let path = folder.path().join("carts.db");
    (folder, path)
}

#[test]
fn what_was_written_is_there_again_after_reopening_and_no_log_is_left() {
    let Place { folder, store } = Place::new();
    let cart = cart_of(vec![line(0, 0)]);
    create(&store, "contoso", &cart);
    store.close().unwrap();
    let path = folder.path().join("carts.db");
    assert!(contents(folder.path()).keys().eq([&path]));
    let store = open(&path).unwrap();
    assert_eq!(ask(&store, |view| view.cart(&customer("contoso"), cart.header.id)), Some(cart));
}

#[test]
fn a_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["to whom it may concern\n", &"x".repeat(10_000), "SQLite format 3", "\0"] {
        let path = folder.path().join("carts.db");
        fs::write(&path, text).unwrap();
        assert_eq!(refused(&path), ErrorKind::StoreCorrupt);
    }
}

#[test]
fn a_database_of_another_application_is_refused() {
    for statements in [
        "CREATE TABLE person (name TEXT)",
        "PRAGMA application_id = 252006673; CREATE TABLE person (name TEXT)",
        "PRAGMA application_id = 252006673",
        "PRAGMA user_version = 7",
        "PRAGMA journal_mode = WAL; CREATE TABLE person (name TEXT)",
    ] {
        let (_folder, path) = database(statements);
        assert_eq!(refused(&path), ErrorKind::StoreCorrupt, "{statements}");
    }
}

#[test]
fn a_newer_database_is_refused() {
    let (_folder, path) = own();
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 1000").unwrap();
    assert_eq!(refused(&path), ErrorKind::StoreVersion);
}

#[test]
fn a_newer_number_is_seen_also_while_it_stands_only_in_the_log() {
    let (folder, path) = own();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA user_version = 1000").unwrap();
    let before = contents(folder.path());
    assert_eq!(error_of(open(&path)).kind(), ErrorKind::StoreVersion);
    let after = contents(folder.path());
    for name in ["carts.db", "carts.db-wal"] {
        let name = folder.path().join(name);
        assert_eq!(before.get(&name), after.get(&name), "{}", name.display());
    }
}

#[test]
fn a_newer_engine_that_comes_while_the_store_is_open_stops_its_changes() {
    let place = Place::new();
    let other = Connection::open(place.folder.path().join("carts.db")).unwrap();
    other.execute_batch("PRAGMA user_version = 1000").unwrap();
    let outcome = try_apply(&place.store, Change::CartDeleted(Uuid::nil()));
    assert_eq!(error_of(outcome).kind(), ErrorKind::StoreVersion);
}

#[test]
fn a_damaged_database_is_refused() {
    let (_folder, path) = own();
    let whole = fs::read(&path).unwrap();
    let mut cut = whole.clone();
    cut.truncate(5_000);
    let mut scribbled = whole.clone();
    scribbled[100..4_000].fill(0xAB);
    let mut header_only = whole.clone();
    header_only.truncate(100);
    for bytes in [cut, scribbled, header_only] {
        fs::write(&path, bytes).unwrap();
        assert_eq!(refused(&path), ErrorKind::StoreCorrupt);
    }
}

#[test]
fn a_database_without_one_of_its_tables_is_refused() {
    let (_folder, path) = own();
    Connection::open(&path).unwrap().execute_batch("DROP TABLE price").unwrap();
    let error = error_of(open(&path));
    assert_eq!(error.kind(), ErrorKind::StoreCorrupt);
    assert!(error.description().contains("price"), "{error}");
}

#[test]
fn an_empty_file_becomes_a_database_but_not_by_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db");
    fs::write(&path, "").unwrap();
    let reading = SqliteStore::open(&OpenOptions { read_only: true, ..options(&path) });
    assert_eq!(error_of(reading).kind(), ErrorKind::StoreCorrupt);
    open(&path).unwrap();
}

#[test]
fn an_empty_file_with_a_log_has_lost_what_it_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db");
    fs::write(&path, "").unwrap();
    fs::write(folder.path().join("carts.db-wal"), "something").unwrap();
    assert_eq!(refused(&path), ErrorKind::StoreCorrupt);
}

#[test]
fn a_link_leads_to_the_same_database() {
    let (folder, path) = own();
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let (one, other) = (open(&path).unwrap(), open(&link).unwrap());
    create(&one, "contoso", &cart_of(vec![line(0, 0)]));
    assert!(other.stats().unwrap().wal_bytes > 0);
    let _draft = one.begin_sheet("license").unwrap();
    assert_eq!(other.sweep_sheets().unwrap(), 0);
    assert!(other.stats().unwrap().counts.contains(&("carts", 2)));
}

#[test]
fn a_database_in_memory_cannot_only_be_read() {
    let options = OpenOptions { read_only: true, ..options(Path::new(":memory:")) };
    assert_eq!(error_of(SqliteStore::open(&options)).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_creation_that_ended_half_way_is_undone_and_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("half.db");
    let half = Connection::open(&path).unwrap();
    // A cache of no pages writes them into the file before the commit, as a large transaction does.
    half.execute_batch("PRAGMA cache_size = 0; PRAGMA cache_spill = 1; BEGIN IMMEDIATE;").unwrap();
    half.pragma_update(None, "application_id", super::super::schema::APPLICATION_ID).unwrap();
    half.execute_batch(include_str!("../schema/001_first.sql")).unwrap();
    let found = folder.path().join("carts.db");
    fs::copy(&path, &found).unwrap();
    fs::copy(folder.path().join("half.db-journal"), folder.path().join("carts.db-journal"))
        .unwrap();
    assert!(fs::metadata(&found).unwrap().len() > 4_096);
    let store = open(&found).unwrap();
    create(&store, "contoso", &cart_of(vec![line(0, 0)]));
    assert!(store.check(&mut |_, _| true).unwrap().is_empty());
}

#[test]
fn a_creation_that_was_cut_short_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db");
    // As a crash leaves it that has enlarged the file and written none of it.
    fs::write(&path, vec![0; 8_192]).unwrap();
    fs::write(folder.path().join("carts.db-journal"), "").unwrap();
    let outcome = open(&path);
    // The library decides: it either rolls the creation back, or finds the file damaged; nothing
    // foreign was touched.
    assert!(matches!(outcome.as_ref().map_err(Error::kind), Ok(_) | Err(ErrorKind::StoreCorrupt)));
}

#[test]
fn what_cannot_be_reached_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere").join("carts.db");
    let absent = folder.path().join("carts.db");
    let read_only = OpenOptions { read_only: true, ..options(&absent) };
    for (name, outcome) in [
        ("nowhere", open(&missing)),
        ("carts.db", SqliteStore::open(&read_only)),
        (folder.path().to_str().unwrap(), open(folder.path())),
    ] {
        let error = error_of(outcome);
        assert_eq!(error.kind(), ErrorKind::StoreIo, "{error}");
        assert!(error.description().contains(name), "{error}");
    }
    assert!(contents(folder.path()).is_empty());
    assert_eq!(error_of(open(Path::new(""))).kind(), ErrorKind::StoreIo);
}

#[test]
fn a_path_is_a_path_and_no_uri() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file:carts.db?mode=memory");
    drop(open(&path).unwrap());
    assert!(path.is_file());
}

#[test]
fn a_store_for_reading_answers_and_refuses_changes() {
    let (_folder, path) = own();
    let before = fs::read(&path).unwrap();
    let store = SqliteStore::open(&OpenOptions { read_only: true, ..options(&path) }).unwrap();
    assert!(store.stats().unwrap().counts.contains(&("carts", 1)));
    let outcome = try_apply(&store, Change::CartDeleted(Uuid::nil()));
    assert_eq!(error_of(outcome).kind(), ErrorKind::StoreReadOnly);
    drop(store);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn many_may_create_one_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carts.db");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let store = open(&path).unwrap();
                create(&store, "contoso", &cart_of(vec![line(0, 0)]));
            });
        }
    });
    let store = open(&path).unwrap();
    assert!(store.stats().unwrap().counts.contains(&("carts", 8)));
}

#[test]
fn a_closed_store_refuses_everything_and_closes_again() {
    for (name, place) in stores() {
        place.store.close().unwrap();
        place.store.close().unwrap();
        assert_eq!(place.store.stats().unwrap_err().kind(), ErrorKind::Misuse, "{name}");
        let outcome = try_apply(&place.store, Change::CartDeleted(Uuid::nil()));
        assert_eq!(error_of(outcome).kind(), ErrorKind::Misuse, "{name}");
    }
}
