//! What a lasting create of a cart costs beside its floor, and how creates share the disk's
//! flushes.
//!
//! The floor is what no engine on SQLite can do without: the rows that the engine wrote, with the
//! same tables, indexes, settings and bytes, inserted by prepared statements in one transaction.
//! Engine and floor take turns within one run, a block of creates each, because figures of
//! different minutes do not compare. That is also why this bench has its own `main`: Criterion
//! measures one thing after the other.

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cart_engine::Engine;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use support::{cart, open_shop, request};

/// Lines of every cart.
const LINES: usize = 10;

/// The tables that a create writes: a header row, and a row for each line.
const TABLES: [&str; 2] = ["cart", "cart_line"];

/// How much is measured.
struct Scale {
    blocks: usize,
    creates_per_block: usize,
    rounds: usize,
    round: Duration,
}

/// For figures.
const FULL: Scale =
    Scale { blocks: 40, creates_per_block: 100, rounds: 5, round: Duration::from_secs(2) };
/// To see that it runs, when a test run builds the benches.
const SMOKE: Scale =
    Scale { blocks: 1, creates_per_block: 3, rounds: 1, round: Duration::from_millis(10) };

fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let scale = if is_bench { FULL } else { SMOKE };
    create_beside_floor(&scale);
    creates_of_threads(&scale);
}

// The floor ---------------------------------------------------------------------------------------

/// Rows of one cart: those of each table.
type Rows = [Vec<Vec<Value>>; TABLES.len()];

/// A database like the engine's, written without the engine.
struct Floor {
    connection: Connection,
    inserts: [String; TABLES.len()],
}

impl Floor {
    fn like(model: &Connection, path: &Path) -> Self {
        let connection = Connection::open(path).expect("the database can be made");
        configure(&connection, model);
        for statement in schema(model) {
            connection.execute_batch(&statement).expect("the schema is the engine's");
        }
        let inserts = TABLES.map(|table| insert_into(model, table));
        Self { connection, inserts }
    }

    fn write(&self, rows: &Rows) {
        self.run("BEGIN IMMEDIATE", &[]);
        for (insert, rows) in self.inserts.iter().zip(rows) {
            for row in rows {
                self.run(insert, row);
            }
        }
        self.run("COMMIT", &[]);
    }

    fn run(&self, sql: &str, row: &[Value]) {
        let mut statement = self.connection.prepare_cached(sql).expect("the statement is good");
        statement.execute(params_from_iter(row)).expect("the rows fit");
    }

    /// Outside of what is measured: the engine checkpoints outside of its calls, too.
    fn checkpoint(&self) {
        let sql = "PRAGMA wal_checkpoint(RESTART)";
        self.connection.query_row(sql, [], |_| Ok(())).expect("nobody else is there");
    }
}

/// The settings of the engine's connection that changes things.
fn configure(connection: &Connection, model: &Connection) {
    let page_size: i64 = model.pragma_query_value(None, "page_size", |row| row.get(0)).unwrap();
    let set = |name, value: &str| {
        connection.pragma_update_and_check(None, name, value, |_| Ok(())).ok();
    };
    set("page_size", &page_size.to_string());
    set("journal_mode", "WAL");
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    set("wal_autocheckpoint", "0");
    set("mmap_size", "0");
    connection.pragma_update(None, "cell_size_check", true).unwrap();
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true).unwrap();
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).unwrap();
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).unwrap();
    let mode: String =
        connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    let synchronous: i64 =
        connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
    assert_eq!((mode.as_str(), synchronous), ("wal", 2), "the floor is as durable as the engine");
}

fn schema(model: &Connection) -> Vec<String> {
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' \
               ORDER BY rowid";
    let mut statement = model.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn insert_into(model: &Connection, table: &str) -> String {
    let statement = model.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns: Vec<_> = statement.column_names().collect();
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "))
}

/// The rows of the carts that the engine has written since, oldest first, and the number of the
/// last.
fn rows_since(model: &Connection, last: i64) -> Vec<(i64, Rows)> {
    let carts = rows(model, "SELECT * FROM cart WHERE seq > ?1 ORDER BY seq", last);
    carts
        .into_iter()
        .map(|header| {
            let Value::Integer(seq) = header[0] else { panic!("a cart begins with its number") };
            let lines = rows(model, "SELECT * FROM cart_line WHERE cart = ?1 ORDER BY id", seq);
            assert_eq!(lines.len(), LINES);
            (seq, [vec![header], lines])
        })
        .collect()
}

fn rows(model: &Connection, sql: &str, key: i64) -> Vec<Vec<Value>> {
    let mut statement = model.prepare_cached(sql).unwrap();
    let columns = statement.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    statement.query_map([key], read).unwrap().collect::<Result<_, _>>().unwrap()
}

// Create beside the floor -------------------------------------------------------------------------

fn create_beside_floor(scale: &Scale) {
    let folder = tempfile::tempdir().expect("there is room for databases");
    let database = folder.path().join("engine.db");
    let engine = open_shop(&database);
    let model = Connection::open(&database).expect("the engine made it");
    let floor = Floor::like(&model, &folder.path().join("floor.db"));
    let document = cart(LINES);

    let (mut by_engine, mut by_floor) = (Vec::new(), Vec::new());
    let mut last = 0;
    // The first block warms up.
    for block in 0..=scale.blocks {
        let engine_took: Vec<_> =
            (0..scale.creates_per_block).map(|_| timed(|| create(&engine, &document))).collect();
        let carts = rows_since(&model, last);
        assert_eq!(carts.len(), scale.creates_per_block);
        let floor_took: Vec<_> =
            carts.iter().map(|(_, rows)| timed(|| floor.write(rows))).collect();
        floor.checkpoint();
        last = carts.last().map_or(last, |(seq, _)| *seq);
        if block > 0 {
            by_engine.extend(engine_took);
            by_floor.extend(floor_took);
        }
    }
    expect_same_rows(&model, &floor.connection);

    println!("create of a cart of {LINES} lines, durability full, {} times:", by_engine.len());
    let floor = report("floor", by_floor);
    let engine = report("engine", by_engine);
    println!("  engine / floor, medians: {:.2}", engine.as_secs_f64() / floor.as_secs_f64());
}

fn create(engine: &Engine, document: &str) {
    engine.create(&request("customer-1"), document).expect("the cart is good");
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn report(name: &str, mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    let at = |per_mille: usize| took[(took.len() - 1) * per_mille / 1_000];
    println!("  {name:6}  p50 {:>9.1?}  p99 {:>9.1?}  p99.9 {:>9.1?}", at(500), at(990), at(999));
    at(500)
}

/// The floor wrote what the engine wrote: no byte less in any table of the two.
fn expect_same_rows(model: &Connection, floor: &Connection) {
    for table in TABLES {
        let sql = format!("SELECT * FROM {table} WHERE ?1 = 0 ORDER BY 1, 2");
        assert!(rows(model, &sql, 0) == rows(floor, &sql, 0), "{table} differs");
    }
}

// Threads -----------------------------------------------------------------------------------------

fn creates_of_threads(scale: &Scale) {
    let folder = tempfile::tempdir().expect("there is room for a database");
    let engine = open_shop(&folder.path().join("engine.db"));
    creates_per_second(&engine, 1, scale.round);
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..scale.rounds {
        alone.push(creates_per_second(&engine, 1, scale.round));
        together.push(creates_per_second(&engine, 16, scale.round));
    }
    println!("creates of carts of {LINES} lines per second, durability full:");
    let alone = median("1 thread", alone);
    let together = median("16 threads", together);
    println!("  16 threads / 1 thread, medians: {:.2}", together / alone);
}

fn creates_per_second(engine: &Engine, threads: usize, round: Duration) -> f64 {
    let document = cart(LINES);
    let (count, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    create(engine, &document);
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(round);
        is_over.store(true, Ordering::Relaxed);
    });
    let creates = u32::try_from(count.into_inner()).expect("a round is short");
    f64::from(creates) / started.elapsed().as_secs_f64()
}

fn median(name: &str, mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    let (least, most) = (rates[0], rates[rates.len() - 1]);
    let median = rates[rates.len() / 2];
    println!("  {name:10}  {median:>8.0}  (rounds from {least:.0} to {most:.0})");
    median
}
