//! What an operation changes in the engine's database, learnt from the database itself.
//!
//! An engine of its own does every operation before it is measured on another one, in a copy of the
//! same database. Triggers of its tables note each row that is written. They know nothing of the
//! engine but the tables that its database says it has, so that the floor goes on being the floor
//! when the engine learns to keep things in another way.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use cart_engine::Engine;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::floor::Reading;

type Row = Vec<Value>;

/// So many changes that have been told are kept at the most, and those of one more operation.
const TOLD_MAX: i64 = 50_000;

/// What one operation changes, as few statements as can bring it about, and what it reads before.
#[derive(Default)]
pub struct Script {
    pub reading: Reading,
    pub steps: Vec<Step>,
}

/// One statement, run with each of these parameters.
pub struct Step {
    pub sql: Rc<str>,
    pub rows: Vec<Row>,
}

/// The engine that goes ahead, and who watches it.
pub struct Rehearsal {
    pub engine: Engine,
    watcher: Connection,
    tables: Vec<Table>,
    /// The number of the last change that has been told.
    told: i64,
    /// One copy of each statement.
    statements: HashMap<String, Rc<str>>,
}

impl Rehearsal {
    /// Watches an engine, whose database is this one, from now on.
    pub fn watch(engine: Engine, database: &Path) -> Self {
        let watcher = Connection::open(database).expect("the engine has made it");
        let tables = tables(&watcher);
        let widest = tables.iter().map(|table| table.columns.len()).max().unwrap_or(0);
        let places: Vec<String> =
            ["old", "new"].iter().flat_map(|side| (0..widest).map(|at| column(side, at))).collect();
        let log = format!(
            "CREATE TABLE rehearsed (n INTEGER PRIMARY KEY, place INTEGER, kind TEXT, {})",
            places.join(", ")
        );
        watcher.execute_batch(&log).expect("a table of this name is not the engine's");
        for (place, table) in tables.iter().enumerate() {
            let triggers = table.triggers(place);
            watcher.execute_batch(&triggers).expect("tables of the engine can have triggers");
        }
        Self { engine, watcher, tables, told: 0, statements: HashMap::new() }
    }

    /// What the engine has changed since this was last asked.
    pub fn changes(&mut self) -> Script {
        let mut net = Net::default();
        let sql = "SELECT * FROM rehearsed WHERE n > ?1 ORDER BY n";
        let mut statement = self.watcher.prepare_cached(sql).expect("the table is there");
        let half = (statement.column_count() - 3) / 2;
        let mut rows = statement.query([self.told]).expect("it can be read");
        while let Some(row) = rows.next().expect("it can be read") {
            self.told = row.get(0).expect("the first column is the number");
            let place: u32 = row.get(1).expect("the second column is the table");
            let place = place as usize;
            let kind: String = row.get(2).expect("the third column is the kind");
            let width = self.tables[place].columns.len();
            let side = |first: usize| -> Row {
                (first..first + width)
                    .map(|at| row.get(at).expect("any value can be had"))
                    .collect()
            };
            let (old, new) = (side(3), side(3 + half));
            match kind.as_str() {
                "insert" => net.add(&self.tables[place], place, None, Some(new)),
                "seen" => net.add(&self.tables[place], place, Some(old.clone()), Some(old)),
                "update" => net.add(&self.tables[place], place, Some(old), Some(new)),
                _ => net.add(&self.tables[place], place, Some(old), None),
            }
        }
        drop(rows);
        drop(statement);
        self.forget_told();
        self.script(net)
    }

    /// Empties the log now and then. Its numbers begin anew with it.
    fn forget_told(&mut self) {
        if self.told > TOLD_MAX {
            self.watcher.execute("DELETE FROM rehearsed", []).expect("nobody else is there");
            self.told = 0;
        }
    }

    fn script(&mut self, net: Net) -> Script {
        let mut script = Script::default();
        for RowChange { place, before, after } in net.rows {
            let table = &self.tables[place];
            let (sql, row) = match (before, after) {
                (None, Some(row)) => (table.insert(), row),
                (Some(row), None) => (table.delete(), table.key(&row)),
                (Some(old), Some(new)) if old != new => table.update(&old, new),
                _ => continue,
            };
            if let Some(step) = script.steps.last_mut().filter(|step| *step.sql == *sql) {
                step.rows.push(row);
            } else {
                let sql = self.statements.entry(sql).or_insert_with_key(|sql| sql.as_str().into());
                script.steps.push(Step { sql: Rc::clone(sql), rows: vec![row] });
            }
        }
        script
    }
}

/// A row as it was before an operation and is after it.
struct RowChange {
    place: usize,
    before: Option<Row>,
    after: Option<Row>,
}

/// The changes of one operation: a row that it writes twice is a row that changes once.
#[derive(Default)]
struct Net {
    rows: Vec<RowChange>,
    /// Where the change of a row is, by the table and the key.
    of_key: HashMap<(usize, String), usize>,
}

impl Net {
    fn add(&mut self, table: &Table, place: usize, old: Option<Row>, new: Option<Row>) {
        let row = old.as_ref().or(new.as_ref()).expect("a change has a row");
        let key = (place, format!("{:?}", table.key(row)));
        if let Some(at) = self.of_key.get(&key) {
            self.rows[*at].after = new;
        } else {
            self.of_key.insert(key, self.rows.len());
            self.rows.push(RowChange { place, before: old, after: new });
        }
    }
}

/// A table of the engine.
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// The columns of the primary key, in its order.
    pub key: Vec<usize>,
}

/// The tables of a database.
pub fn tables(connection: &Connection) -> Vec<Table> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
               ORDER BY rowid";
    let names: Vec<String> = column_of(connection, sql, []);
    names.into_iter().map(|name| Table::of(connection, name)).collect()
}

fn column_of<T: rusqlite::types::FromSql>(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Vec<T> {
    let mut statement = connection.prepare(sql).expect("the statement is good");
    let rows = statement.query_map(params, |row| row.get(0)).expect("the schema can be read");
    rows.collect::<Result<_, _>>().expect("the schema can be read")
}

impl Table {
    fn of(connection: &Connection, name: String) -> Self {
        let columns: Vec<String> =
            column_of(connection, "SELECT name FROM pragma_table_info(?1) ORDER BY cid", [&name]);
        let key: Vec<u32> = column_of(
            connection,
            "SELECT cid FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk",
            [&name],
        );
        assert!(!key.is_empty(), "{name} has no primary key");
        Self { name, columns, key: key.into_iter().map(|at| at as usize).collect() }
    }

    fn triggers(&self, place: usize) -> String {
        let trigger = |kind: &str, sides: &[&str]| {
            let name = &self.name;
            let each = |name: &dyn Fn(&str, usize) -> String| -> String {
                let columns = 0..self.columns.len();
                let places = sides.iter().flat_map(|side| columns.clone().map(|at| name(side, at)));
                places.collect::<Vec<_>>().join(", ")
            };
            let into = each(&column);
            let values = each(&|side, at| format!("{side}.\"{}\"", self.columns[at]));
            format!(
                "CREATE TRIGGER rehearsed_{name}_{kind} AFTER {kind} ON {name} BEGIN
                   INSERT INTO rehearsed (place, kind, {into})
                   VALUES ({place}, '{kind}', {values});
                 END;"
            )
        };
        trigger("insert", &["new"])
            + &trigger("update", &["old", "new"])
            + &trigger("delete", &["old"])
            + &self.trigger_before_insert(place)
    }

    /// Notes the row that an insert meets: no trigger tells when that replaces it.
    fn trigger_before_insert(&self, place: usize) -> String {
        let name = &self.name;
        let quoted = |at: usize| format!("\"{}\"", self.columns[at]);
        let columns: Vec<String> = (0..self.columns.len()).map(quoted).collect();
        let into: Vec<String> = (0..self.columns.len()).map(|at| column("old", at)).collect();
        let is_met = self.key.iter().map(|at| format!("{0} = new.{0}", quoted(*at)));
        format!(
            "CREATE TRIGGER rehearsed_{name}_before BEFORE INSERT ON {name} BEGIN
               INSERT INTO rehearsed (place, kind, {}) SELECT {place}, 'seen', {} FROM {name}
               WHERE {};
             END;",
            into.join(", "),
            columns.join(", "),
            is_met.collect::<Vec<_>>().join(" AND ")
        )
    }

    fn key(&self, row: &[Value]) -> Row {
        self.key.iter().map(|at| row[*at].clone()).collect()
    }

    fn insert(&self) -> String {
        let places: Vec<String> =
            (1..=self.columns.len()).map(|place| format!("?{place}")).collect();
        let columns = self.columns.join(", ");
        format!("INSERT INTO {} ({columns}) VALUES ({})", self.name, places.join(", "))
    }

    fn delete(&self) -> String {
        format!("DELETE FROM {} WHERE {}", self.name, self.is_row(0))
    }

    /// Sets the columns that differ.
    fn update(&self, old: &[Value], new: Row) -> (String, Row) {
        let mut row = self.key(&new);
        assert!(row == self.key(old), "{}: a row has another key than before", self.name);
        let mut sets = Vec::new();
        for (at, value) in new.into_iter().enumerate().filter(|(at, value)| old[*at] != *value) {
            row.push(value);
            sets.push(format!("{} = ?{}", self.columns[at], row.len()));
        }
        (format!("UPDATE {} SET {} WHERE {}", self.name, sets.join(", "), self.is_row(0)), row)
    }

    /// The condition that a row has this key, given as the parameters after so many others.
    pub fn is_row(&self, after: usize) -> String {
        let parts = self.key.iter().zip(after + 1..);
        let parts: Vec<String> =
            parts.map(|(at, place)| format!("{} = ?{place}", self.columns[*at])).collect();
        parts.join(" AND ")
    }
}

fn column(side: &str, at: usize) -> String {
    format!("{side}_{at}")
}
