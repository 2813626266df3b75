//! Backup and check.

use std::fs;

use rusqlite::Connection;

use super::*;
use crate::store::{CartQuery, Period};

fn filled(carts: i64) -> Place {
    let place = Place::new();
    for _ in 0..carts {
        create(&place.store, "contoso", &cart_of((0..50).map(|id| line(id, id)).collect()));
    }
    place
}

fn count(store: &SqliteStore) -> i64 {
    store.stats().unwrap().counts[0].1
}

#[test]
fn a_backup_is_a_database_of_its_own() {
    for (name, place) in stores() {
        create(&place.store, "contoso", &cart_of(vec![line(0, 0)]));
        let target = place.folder.path().join("backup.db");
        let mut reports = Vec::new();
        let mut progress = |done, total| {
            reports.push((done, total));
            true
        };
        place.store.backup(target.to_str().unwrap(), &mut progress).unwrap();
        let (done, total) = *reports.last().unwrap();
        assert!(done == total && total > 0, "{name}");
        let copy = open(&target).unwrap();
        assert_eq!(count(&copy), 1, "{name}");
        assert!(copy.check(&mut |_, _| true).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_backup_ends_while_others_write_and_holds_one_moment() {
    let place = filled(900);
    let target = place.folder.path().join("backup.db");
    let mut steps = 0;
    let mut write_meanwhile = |_, _| {
        steps += 1;
        create(&place.store, "contoso", &cart_of(vec![line(0, 0)]));
        true
    };
    place.store.backup(target.to_str().unwrap(), &mut write_meanwhile).unwrap();
    assert!(steps > 2);
    let copy = open(&target).unwrap();
    assert_eq!(count(&copy), 900);
    assert_eq!(count(&place.store), 900 + steps);
    assert!(copy.check(&mut |_, _| true).unwrap().is_empty());
}

#[test]
fn a_backup_never_touches_what_is_there_and_leaves_no_part_behind() {
    let place = filled(100);
    let target = place.folder.path().join("notes.txt");
    fs::write(&target, "mine").unwrap();
    let outcome = place.store.backup(target.to_str().unwrap(), &mut |_, _| true);
    assert_eq!(error_of(outcome).kind(), ErrorKind::InvalidArgument);
    assert_eq!(fs::read(&target).unwrap(), b"mine");

    let other = tempfile::tempdir().unwrap();
    let target = other.path().join("backup.db");
    let outcome = place.store.backup(target.to_str().unwrap(), &mut |_, _| false);
    assert_eq!(error_of(outcome).kind(), ErrorKind::Cancelled);
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);

    let nowhere = other.path().join("nowhere").join("backup.db");
    let error = error_of(place.store.backup(nowhere.to_str().unwrap(), &mut |_, _| true));
    assert_eq!(error.kind(), ErrorKind::StoreIo);
    let reason = "nowhere/backup.db: No such file or directory";
    assert!(error.description().ends_with(reason), "{error}");
    let outcome = place.store.backup(":memory:", &mut |_, _| true);
    assert_eq!(error_of(outcome).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_check_finds_what_was_planted() {
    for (statement, finding) in [
        ("UPDATE cart SET line_count = 7", "the line count"),
        ("UPDATE cart_line SET group_slot = 9 WHERE key & 8388607 = 1", "a group that its cart"),
        ("UPDATE cart_line SET parent = 99 WHERE key & 8388607 = 1", "belongs to no line"),
        ("UPDATE cart SET next_line_id = 1", "has still to give"),
        ("DELETE FROM cart", "belongs to no cart"),
        ("UPDATE cart_line SET wide_id = 7 WHERE key & 8388607 = 7", "place of its id"),
        ("UPDATE cart_line SET key = key | 8388608 WHERE key & 8388607 = 7", "place of its id"),
        (
            "UPDATE cart_line SET key = key | 8388608, wide_id = 9 WHERE key & 8388607 = 7",
            "place of its id: cart number 1 place 8388615",
        ),
        (
            "UPDATE cart_line SET key = key | 8388608, wide_id = 1 << 40 WHERE key & 8388607 = 7",
            "still to give",
        ),
        ("UPDATE cart_line SET parent = 1 << 40 WHERE key & 8388607 = 1", "belongs to no line"),
        ("UPDATE cart SET standing = '{}'", "stands is not found by its item"),
        ("INSERT INTO cart_item VALUES (1, 'A:1', 1, 0, 0, 0, 0)", "adds up to more"),
        (
            "UPDATE cart_line SET item = iif(key & 8388607 = 1, 'A:1', '');
             UPDATE cart SET standing = '{}';
             INSERT INTO cart_item VALUES (1, 'A:1', 2, 0, 0, 0, 0)",
            "item A:1",
        ),
        ("UPDATE cart SET groups = '[{'", "cannot be read: groups of cart"),
        ("UPDATE cart_line SET error = '{' WHERE key & 8388607 = 3", "line 3"),
        (
            "INSERT INTO sheet (source, is_active) VALUES ('x', 0);
             INSERT INTO sheet_market (market, source, sheet) VALUES ('DE', 'x', 1)",
            "brought in to its end",
        ),
        (
            "INSERT INTO customer (key, number, generation) VALUES ('x', 1, 1);
             INSERT INTO subscription (customer, id, made, item, status, quantity, is_trial,
             offer_id) VALUES (1, 's', 2, 'P:1', 'active', 1, 0, 'P:1:A')",
            "has still to have: customer x subscription s",
        ),
        (
            "INSERT INTO owned VALUES (1, 'P:1', 5, 1, 1, 1)",
            "differs from its subscriptions: customer 1 item P:1",
        ),
        (
            "INSERT INTO redeemed VALUES (1, 'PROMO:1', 1, 5)",
            "differs from its subscriptions: customer 1 promotion PROMO:1",
        ),
        ("UPDATE cart SET user = CAST(x'ff' AS TEXT)", "table cart: a text is not UTF-8"),
        (
            "DROP INDEX cart_by_customer; CREATE INDEX cart_by_customer ON cart (customer)",
            "cart_by_customer is not as the engine makes it",
        ),
        ("ALTER TABLE product RENAME COLUMN body TO bodx", "product is not as the engine makes it"),
        ("ANALYZE", ""),
    ] {
        let Place { folder, store } = filled(1);
        let path = folder.path().join("carts.db");
        drop(store);
        Connection::open(&path).unwrap().execute_batch(statement).unwrap();
        let findings = open(&path).unwrap().check(&mut |_, _| true).unwrap();
        let is_found = findings.iter().any(|text| text.contains(finding));
        assert_eq!(is_found, !finding.is_empty(), "{statement}: {findings:?}");
    }
}

#[test]
fn what_another_program_has_made_of_the_tables_is_damage() {
    for (statement, kind) in [
        ("UPDATE cart SET user = CAST(x'ff' AS TEXT)", ErrorKind::StoreCorrupt),
        ("ALTER TABLE cart RENAME COLUMN user TO users", ErrorKind::StoreCorrupt),
    ] {
        let Place { folder, store } = filled(1);
        let path = folder.path().join("carts.db");
        drop(store);
        Connection::open(&path).unwrap().execute_batch(statement).unwrap();
        let store = open(&path).unwrap();
        let query = CartQuery {
            status: None,
            created: Period::default(),
            limit: 1,
            after: None,
            now: at(0),
        };
        let outcome = store.read(&mut |view| view.carts(&customer("contoso"), &query).map(drop));
        assert_eq!(error_of(outcome).kind(), kind, "{statement}");
    }
}

#[test]
fn a_check_finds_a_damaged_page() {
    let Place { folder, store } = filled(100);
    let path = folder.path().join("carts.db");
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4_096 * 4_096;
    bytes[middle..middle + 4_096].fill(0x5A);
    fs::write(&path, bytes).unwrap();
    let findings = open(&path).unwrap().check(&mut |_, _| true).unwrap();
    assert!(!findings.is_empty());
}

#[test]
fn a_check_tells_how_far_it_is_and_can_be_cancelled() {
    for (name, place) in stores() {
        let mut last = (0, 1);
        let mut progress = |done, total| {
            assert!(done >= last.0 && done <= total);
            last = (done, total);
            true
        };
        place.store.check(&mut progress).unwrap();
        assert_eq!(last.0, last.1, "{name}");
        let outcome = place.store.check(&mut |_, _| false);
        assert_eq!(error_of(outcome).kind(), ErrorKind::Cancelled, "{name}");
    }
}
