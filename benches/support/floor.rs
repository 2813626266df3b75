//! What no engine on SQLite can do without: the rows that the engine wrote or read, with the same
//! tables, indexes, settings and bytes, by prepared statements, and no rules.
//!
//! A change is one transaction: it reads what the operation cannot do without, as the lines of a
//! cart that is checked out, and runs the statements that a rehearsal has found. A read is one
//! transaction, too, so that all of a cart is of one moment. Rows that are read are handed over as
//! values that are the reader's own.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use uuid::Uuid;

use super::rehearsal::{Script, Step, Table, tables};

/// What a cart is read from.
pub const CART_TABLES: [&str; 2] = ["cart", "cart_line"];

/// A copy of the engine's database, used without the engine.
pub struct Floor {
    connection: Connection,
    database: PathBuf,
    tables: Vec<Table>,
}

/// Statements that read, each with its parameters.
#[derive(Default)]
pub struct Reading(Vec<(String, Vec<Value>)>);

/// Lines of a cart.
pub enum Lines {
    None,
    /// The line of an id.
    One(usize),
    All,
}

impl Reading {
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl Floor {
    /// Opens a copy of a database, to write it as an engine of this durability does.
    pub fn open(database: &Path, durability: &str) -> Self {
        let connection = Connection::open(database).expect("the copy is a database");
        configure(&connection, durability);
        let tables = tables(&connection);
        Self { connection, database: database.to_owned(), tables }
    }

    pub fn database(&self) -> &Path {
        &self.database
    }

    /// Makes the changes of an operation.
    pub fn apply(&self, script: &Script) {
        self.apply_all(std::slice::from_ref(script));
    }

    /// Makes the changes of several operations with one commit.
    pub fn apply_all(&self, scripts: &[Script]) {
        self.run("BEGIN IMMEDIATE");
        for script in scripts {
            drop(black_box(self.rows(&script.reading)));
            script.steps.iter().for_each(|step| self.take(step));
        }
        self.run("COMMIT");
    }

    fn take(&self, step: &Step) {
        let mut statement =
            self.connection.prepare_cached(&step.sql).expect("the statement is good");
        for row in &step.rows {
            statement.execute(params_from_iter(row)).expect("the row fits");
        }
    }

    pub fn read(&self, reading: &Reading) -> Vec<Vec<Value>> {
        self.run("BEGIN");
        let found = self.rows(reading);
        self.run("COMMIT");
        found
    }

    fn rows(&self, reading: &Reading) -> Vec<Vec<Value>> {
        let mut found = Vec::new();
        for (sql, params) in &reading.0 {
            let mut statement = self.connection.prepare_cached(sql).expect("the statement is good");
            let columns = statement.column_count();
            let mut rows = statement.query(params_from_iter(params)).expect("it can be read");
            while let Some(row) = rows.next().expect("it can be read") {
                let values = (0..columns).map(|at| row.get(at).expect("any value can be had"));
                found.push(values.collect());
            }
        }
        found
    }

    /// How to read a cart.
    pub fn reading_of_cart(&self, id: &str, lines: &Lines) -> Reading {
        let id = Uuid::try_parse(id).expect("it is an id").into_bytes().to_vec();
        let find = "SELECT seq FROM cart WHERE id = ?1";
        let seq: i64 =
            self.connection.query_row(find, [&id], |row| row.get(0)).expect("the cart is there");
        let header = "SELECT * FROM cart WHERE id = ?1";
        let mut statements = vec![(header.to_owned(), vec![Value::Blob(id)])];
        // The key of a line is the number of its cart and its place there.
        let first = seq << 24;
        match lines {
            Lines::None => {}
            Lines::One(line) => {
                let line = i64::try_from(*line).expect("it is a small number");
                let one = "SELECT * FROM cart_line WHERE key = ?1";
                statements.push((one.to_owned(), vec![Value::Integer(first + line)]));
            }
            Lines::All => {
                let last = first + (1 << 24) - 1;
                let all = "SELECT * FROM cart_line WHERE key BETWEEN ?1 AND ?2";
                let params = vec![Value::Integer(first), Value::Integer(last)];
                statements.push((all.to_owned(), params));
            }
        }
        Reading(statements)
    }

    /// How to read the rows of some tables that a script has inserted. The lines of a cart lie side
    /// by side, so that several rows are one stretch of their table.
    pub fn reading_of(&self, names: &[&str], script: &Script) -> Reading {
        let mut statements = Vec::new();
        for name in names {
            let table = self.tables.iter().find(|table| table.name == *name);
            let table = table.unwrap_or_else(|| panic!("the engine has no table {name}"));
            let [key] = *table.key else { panic!("{name} is kept by more than a number") };
            let start = format!("INSERT INTO {name} ");
            let steps = script.steps.iter().filter(|step| step.sql.starts_with(&start));
            let keys: Vec<&Value> =
                steps.flat_map(|step| &step.rows).map(|row| &row[key]).collect();
            let column = &table.columns[key];
            let (is_read, params) = match *keys {
                [] => continue,
                [one] => (format!("{column} = ?1"), vec![one.clone()]),
                [first, .., last] => {
                    (format!("{column} BETWEEN ?1 AND ?2"), vec![first.clone(), last.clone()])
                }
            };
            statements.push((format!("SELECT * FROM {name} WHERE {is_read}"), params));
        }
        Reading(statements)
    }

    /// Outside of what is measured: the engine checkpoints outside of its calls, too.
    pub fn checkpoint(&self) {
        let sql = "PRAGMA wal_checkpoint(RESTART)";
        self.connection.query_row(sql, [], |_| Ok(())).expect("nobody else is there");
    }

    /// Fails unless every table holds as many rows as in another database, and as many bytes.
    pub fn expect_like(&self, other: &Path) {
        let other = Connection::open(other).expect("the engine has made it");
        for table in &self.tables {
            let parts = table.columns.iter().map(|name| format!("coalesce(length({name}), 0)"));
            let bytes = parts.collect::<Vec<_>>().join(" + ");
            let sql = format!("SELECT count(*), coalesce(sum({bytes}), 0) FROM {}", table.name);
            let size = |connection: &Connection| -> (i64, i64) {
                let size = connection.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
                size.expect("the table is there")
            };
            let (floor, engine) = (size(&self.connection), size(&other));
            assert_eq!(floor.0, engine.0, "rows of {}", table.name);
            // Times of day are written with as many digits as they need.
            let difference = (floor.1 - engine.1).abs();
            assert!(difference * 100 <= engine.1, "bytes of {}: {floor:?} {engine:?}", table.name);
        }
    }

    fn run(&self, sql: &str) {
        let mut statement = self.connection.prepare_cached(sql).expect("the statement is good");
        statement.execute([]).expect("nobody else is there");
    }
}

/// The settings of the engine's connection that changes things.
pub fn configure(connection: &Connection, durability: &str) {
    let is_full = durability == "full";
    connection.set_prepared_statement_cache_capacity(256);
    let set = |name, value: &str| {
        connection.pragma_update_and_check(None, name, value, |_| Ok(())).ok();
    };
    set("journal_mode", "WAL");
    set("wal_autocheckpoint", "0");
    set("mmap_size", "0");
    set("cache_size", "-8192");
    set("journal_size_limit", "16777216");
    connection.pragma_update(None, "cell_size_check", true).expect("it is a setting");
    flush_commits(connection, is_full);
    for (setting, value) in [
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    ] {
        connection.set_db_config(setting, value).expect("it is a setting");
    }
    let mode: String =
        connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("it is told");
    let level: i64 =
        connection.pragma_query_value(None, "synchronous", |row| row.get(0)).expect("it is told");
    let expected = if is_full { 2 } else { 1 };
    assert_eq!((mode.as_str(), level), ("wal", expected), "as durable as the engine");
}

/// Whether commits wait for the disk from now on.
pub fn flush_commits(connection: &Connection, is_full: bool) {
    let synchronous = if is_full { "FULL" } else { "NORMAL" };
    connection.pragma_update(None, "synchronous", synchronous).expect("it is a setting");
}
