//! The log, whose writes are joined, as connections with the usual files see it.

use fastrand::Rng;
use rusqlite::{Connection, OpenFlags};

use super::*;
use crate::store::sqlite::vfs;

const ROWS: u32 = 60;

/// A connection with joined writes, and so little memory for pages that transactions write them
/// before they end, and write some of them twice.
fn joined(path: &Path, synchronous: &str) -> Connection {
    let name = vfs::name().unwrap();
    let flags = OpenFlags::default();
    let connection = Connection::open_with_flags_and_vfs(path, flags, name).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", synchronous).unwrap();
    connection.pragma_update(None, "cache_size", 3).unwrap();
    connection
        .execute_batch("CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, bytes BLOB)")
        .unwrap();
    connection
}

fn rows(connection: &Connection) -> Vec<(i64, Vec<u8>)> {
    let mut statement = connection.prepare("SELECT id, bytes FROM kept ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}

/// Changes some rows, and takes a part of it back now and then.
fn change_rows(connection: &Connection, rng: &mut Rng) {
    for _ in 0..rng.u8(1..12) {
        connection.execute_batch("SAVEPOINT part").unwrap();
        for _ in 0..rng.u8(1..6) {
            let bytes = vec![rng.u8(..); rng.usize(..9_000)];
            connection
                .execute("REPLACE INTO kept VALUES (?1, ?2)", (rng.u32(..ROWS), bytes))
                .unwrap();
        }
        let is_kept = rng.u8(..4) > 0;
        let end = if is_kept { "RELEASE part" } else { "ROLLBACK TO part; RELEASE part" };
        connection.execute_batch(end).unwrap();
    }
}

#[test]
fn a_commit_is_in_the_file_when_it_can_be_seen() {
    for (seed, synchronous) in (0..6).zip(["NORMAL", "FULL"].into_iter().cycle()) {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("log.db"), folder.path().join("copy.db"));
        let writers = [joined(&path, synchronous), joined(&path, synchronous)];
        let usual = Connection::open(&path).unwrap();
        let mut rng = Rng::with_seed(seed);
        let mut expected = rows(&usual);
        for turn in 0..80 {
            let writer = &writers[rng.usize(..2)];
            writer.execute_batch("BEGIN IMMEDIATE").unwrap();
            change_rows(writer, &mut rng);
            let within = rows(writer);
            let is_kept = rng.u8(..4) > 0;
            writer.execute_batch(if is_kept { "COMMIT" } else { "ROLLBACK" }).unwrap();
            expected = if is_kept { within } else { expected };
            assert!(rows(&usual) == expected, "seed {seed}, turn {turn}");
            assert!(rows(writer) == expected, "seed {seed}, turn {turn}");
            match rng.u8(..16) {
                0 => usual.execute_batch("PRAGMA wal_checkpoint(RESTART)").unwrap(),
                1 => writer.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap(),
                2 => {
                    // What a loss of power would leave: the log is read from its checksums.
                    for suffix in ["", "-wal"] {
                        let name = |path: &Path| format!("{}{suffix}", path.display());
                        std::fs::copy(name(&path), name(&copy)).unwrap();
                    }
                    assert!(rows(&Connection::open(&copy).unwrap()) == expected, "seed {seed}");
                }
                _ => {}
            }
        }
        let sound: String =
            usual.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
    }
}

#[test]
fn what_was_written_of_a_transaction_given_up_never_meets_the_commit_of_another() {
    const CHANGE: &str = "UPDATE kept SET bytes = randomblob(3000) WHERE id <= ?1";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let [one, another] = [joined(&path, "NORMAL"), joined(&path, "NORMAL")];
    for id in 0..ROWS {
        one.execute("INSERT INTO kept VALUES (?1, zeroblob(3000))", [id]).unwrap();
    }
    for last in 0..ROWS {
        // No page is added or removed, so that giving up reads nothing from the log.
        one.execute_batch("BEGIN IMMEDIATE").unwrap();
        one.execute(CHANGE, [last]).unwrap();
        one.execute_batch("ROLLBACK").unwrap();
        another.execute(CHANGE, [ROWS]).unwrap();
        let expected = rows(&another);
        assert!(rows(&one) == expected, "{last} rows given up");
        assert!(rows(&Connection::open(&path).unwrap()) == expected, "{last} rows given up");
    }
}
