//! The tables, and how a database of an older schema becomes one of this schema.

use rusqlite::Connection;

use super::connection::{number_pragma, run};
use super::error::{damaged, to_json};
use super::readers::Snapshot;
use crate::error::{Error, ErrorKind, Result};

/// Marks a database file as this engine's: "Cart" in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x4361_7274;

/// The schemas, each with the statements that make it of the one before. Entries are never changed
/// once released, only added.
const MIGRATIONS: &[(i64, &str)] = &[(1, include_str!("schema/001_first.sql"))];

/// The number of this schema: the last migration's.
pub(super) const VERSION: i64 = 1;

/// Bytes of a page of a new database. A change touches a row or two in each of several trees, and
/// the log holds a page for each: pages of 4,096 make the story of a short cart a tenth slower, and
/// those of 1,024 that of a long one.
const PAGE_BYTES: i64 = 2_048;

/// Every table of this schema.
pub(super) const TABLES: &[&str] = &[
    "meta",
    "cart",
    "cart_line",
    "cart_item",
    "orders",
    "request",
    "customer",
    "subscription",
    "owned",
    "redeemed",
    "product",
    "sku",
    "availability",
    "offer",
    "promotion",
    "promotion_item",
    "inventory",
    "price",
    "sheet",
    "sheet_market",
    "sheet_sku",
];

/// What a database says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It holds nothing yet.
    Empty,
    /// It is this engine's, with a schema of this number.
    Ours(i64),
}

/// Tells what a database is, reading it only, and at one moment: somebody else may be making it.
pub(super) fn standing(connection: &Connection) -> Result<Standing> {
    let _moment = connection.is_autocommit().then(|| Snapshot::begin(connection)).transpose()?;
    let application = number_pragma(connection, "application_id")?;
    let version = number_pragma(connection, "user_version")?;
    if application == i64::from(APPLICATION_ID) {
        check_version(version)?;
        return Ok(Standing::Ours(version));
    }
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application == 0 && version == 0 && tables == 0 {
        return Ok(Standing::Empty);
    }
    Err(foreign())
}

/// Makes sure that the tables are there: a database of this engine that lacks one has been tampered
/// with.
pub(super) fn check_complete(connection: &Connection) -> Result<()> {
    const MISSING: &str = "SELECT group_concat(value, ', ') FROM json_each(?1)
        WHERE value NOT IN (SELECT name FROM sqlite_schema WHERE type = 'table')";
    let missing: Option<String> =
        connection.query_row(MISSING, [to_json(TABLES)?], |row| row.get(0))?;
    if let Some(tables) = missing {
        return Err(damaged(format_args!("tables are missing: {tables}")));
    }
    let rows: i64 = connection.query_row("SELECT count(*) FROM meta", [], |row| row.get(0))?;
    if rows == 1 { Ok(()) } else { Err(damaged("the generations are missing")) }
}

/// Refuses a database whose schema is newer than this engine.
pub(super) fn check_version(version: i64) -> Result<()> {
    if version > VERSION {
        return Err(Error::new(
            ErrorKind::StoreVersion,
            format!("the database has schema {version}, this engine knows schemas up to {VERSION}"),
        ));
    }
    Ok(())
}

/// The error of a file that belongs to somebody else.
pub(super) fn foreign() -> Error {
    Error::new(ErrorKind::StoreCorrupt, "the file is not a database of this engine")
}

/// Brings a database to this schema, in one transaction. Several processes may try at once: the
/// first does it, the others find it done.
pub(super) fn migrate(connection: &Connection) -> Result<()> {
    if standing(connection)? == Standing::Ours(VERSION) {
        return Ok(());
    }
    // A database that is there keeps the pages that it has.
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    apply(connection, MIGRATIONS)
}

fn apply(connection: &Connection, migrations: &[(i64, &str)]) -> Result<()> {
    run(connection, "BEGIN IMMEDIATE")?;
    let outcome =
        apply_in_transaction(connection, migrations).and_then(|()| run(connection, "COMMIT"));
    if outcome.is_err() && !connection.is_autocommit() {
        // What went wrong first is what counts.
        let _ = run(connection, "ROLLBACK");
    }
    outcome
}

fn apply_in_transaction(connection: &Connection, migrations: &[(i64, &str)]) -> Result<()> {
    let done = match standing(connection)? {
        Standing::Empty => 0,
        Standing::Ours(version) => version,
    };
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    for (number, statements) in migrations.iter().filter(|(number, _)| *number > done) {
        connection.execute_batch(statements)?;
        connection.pragma_update(None, "user_version", number)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: (i64, &str) = (1, "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT");

    fn tables(connection: &Connection) -> Vec<String> {
        let mut statement =
            connection.prepare("SELECT name FROM sqlite_schema ORDER BY name").unwrap();
        let names = statement.query_map([], |row| row.get(0)).unwrap();
        names.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn the_number_of_the_schema_is_the_last_migration_and_they_run_without_gaps() {
        let numbers = MIGRATIONS.iter().map(|(number, _)| *number);
        assert!(numbers.eq(1..=VERSION));
    }

    #[test]
    fn only_the_migrations_that_are_missing_run() {
        let connection = Connection::open_in_memory().unwrap();
        apply(&connection, &[FIRST]).unwrap();
        assert_eq!(standing(&connection).unwrap(), Standing::Ours(1));
        let second = (2, "CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT");
        apply(&connection, &[FIRST, second]).unwrap();
        assert_eq!(tables(&connection), ["one", "two"]);
        assert_eq!(number_pragma(&connection, "user_version").unwrap(), 2);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_database_as_it_was() {
        let connection = Connection::open_in_memory().unwrap();
        let broken = (2, "CREATE TABLE two (id INTEGER); CREATE TABLE one (id INTEGER)");
        apply(&connection, &[FIRST, broken]).unwrap_err();
        assert_eq!(standing(&connection).unwrap(), Standing::Empty);
        apply(&connection, &[FIRST]).unwrap();
        apply(&connection, &[FIRST, broken]).unwrap_err();
        assert_eq!(tables(&connection), ["one"]);
        assert_eq!(standing(&connection).unwrap(), Standing::Ours(1));
    }

    #[test]
    fn every_table_is_named() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection).unwrap();
        let mut named: Vec<_> = TABLES.iter().map(|name| (*name).to_owned()).collect();
        named.sort();
        let mut statement = connection
            .prepare(
                "SELECT name FROM sqlite_schema
                WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
            )
            .unwrap();
        let there: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(there, named);
    }
}
