//! How fast a price sheet comes in, with how much memory, and how long others wait meanwhile.
//!
//! The floor is what a program would do that needed none of an engine's promises: the `csv` crate
//! reads the file, and a prepared statement puts the columns of every row into one table with the
//! key of the engine's, as durable as the engine and in transactions as long. It checks nothing,
//! replaces nothing, and knows no titles. Engine and floor take turns, each time in a process of
//! its own, so that the most memory that a process has had is that of one import.

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cart_engine::Engine;
use csv::StringRecord;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Value, json};
use support::figures::Results;
use support::{cart, folder, open_shop, request};

/// How a process of this bench is told that it is to import, and with what.
const IMPORTER: &str = "CART_BENCH_IMPORTER";

/// Rows of one transaction of the floor: as many as the engine's.
const BATCH_ROWS: u64 = 1_000;

/// How much is measured.
struct Scale {
    rows: usize,
    rounds: usize,
}

/// For figures.
const FULL: Scale = Scale { rows: 1_000_000, rounds: 3 };
/// To see that it runs, when a test run builds the benches, or with `CART_BENCH_SHORT=1`.
const SHORT: Scale = Scale { rows: 20_000, rounds: 1 };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Ok(importer) = std::env::var(IMPORTER) {
        let [sheet, database] = &arguments[..] else { panic!("a sheet and a database") };
        println!("{}", import_here(&importer, Path::new(sheet), Path::new(database)));
        return;
    }
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let is_short = !has("--bench")
        || has("--test")
        || has("--quick")
        || std::env::var("CART_BENCH_SHORT").is_ok_and(|value| value == "1");
    let scale = if is_short { SHORT } else { FULL };
    let folder = folder();
    let sheet = folder.path().join("sheet.csv");
    std::fs::write(&sheet, price_sheet(scale.rows)).expect("there is room for a sheet");
    import_beside_floor(&scale, &sheet, folder.path());
    others_meanwhile(&sheet, folder.path());
}

/// A sheet in the form of the service's: three ways to buy each SKU, ten SKUs of each product.
fn price_sheet(rows: usize) -> String {
    let mut sheet = "ProductTitle,ProductId,SkuId,SkuTitle,Publisher,SkuDescription,UnitOfMeasure,\
        TermDuration,BillingPlan,Market,Currency,UnitPrice,PricingTierRangeMin,\
        PricingTierRangeMax,EffectiveStartDate,EffectiveEndDate,Tags,ERP Price,Segment\n"
        .to_owned();
    for row in 0..rows {
        let (sku, plan) = (row / 3, row % 3);
        let product = sku / 10;
        let plan = ["P1M,Monthly", "P1Y,Annual", "P1Y,Monthly"][plan];
        let price = 10 + row % 990;
        writeln!(
            sheet,
            "\"Plan {product}, with support\",CFQ7TTC{product:06},{sku:04},Plan {product} number \
             {sku},Contoso,,,{plan},US,USD,{price}.5,,,2025-04-01T00:00:00.0000000Z,\
             9999-11-30T23:59:59.0000000Z,License,{price}.99,Commercial",
            sku = sku % 10
        )
        .expect("a text takes it");
    }
    sheet
}

// Engine beside the floor -------------------------------------------------------------------------

fn import_beside_floor(scale: &Scale, sheet: &Path, folder: &Path) {
    println!("import of {} rows, durability full, {} times:", scale.rows, scale.rounds);
    let mut took = [const { Vec::new() }; 2];
    let mut peaks = [0, 0];
    for round in 0..scale.rounds {
        for (at, importer) in ["floor", "engine"].into_iter().enumerate() {
            let database = folder.join(format!("{importer}-{round}.db"));
            let outcome = import_in_a_process(importer, sheet, &database);
            assert_eq!(outcome["rows"], scale.rows, "{importer}");
            took[at].push(outcome["seconds"].as_f64().expect("a number"));
            peaks[at] = peaks[at].max(outcome["peakKib"].as_u64().unwrap_or(0));
            std::fs::remove_file(database).expect("the database is there");
        }
    }
    let rows = u32::try_from(scale.rows).expect("a sheet is no longer");
    let rates = took.map(|mut took| {
        took.sort_by(f64::total_cmp);
        f64::from(rows) / took[took.len() / 2]
    });
    for (at, importer) in ["floor", "engine"].into_iter().enumerate() {
        println!("  {importer:6} {:>9.0} rows/s, peak {} KiB", rates[at], peaks[at]);
    }
    println!("  engine / floor, medians: {:.2}", rates[1] / rates[0]);
    Results::of("import").put(&json!({
        "rows": scale.rows, "engine rows per second": rates[1], "floor rows per second": rates[0],
        "engine peak KiB": peaks[1], "floor peak KiB": peaks[0], "ratio": rates[0] / rates[1],
    }));
}

fn import_in_a_process(importer: &str, sheet: &Path, database: &Path) -> Value {
    let program = std::env::current_exe().expect("this program is a file");
    let output = Command::new(program)
        .env(IMPORTER, importer)
        .args([sheet, database])
        .output()
        .expect("this program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the importer tells in JSON")
}

fn import_here(importer: &str, sheet: &Path, database: &Path) -> Value {
    let started;
    let rows = if importer == "floor" {
        let connection = floor_database(database);
        started = Instant::now();
        floor_import(&connection, sheet)
    } else {
        let options = json!({ "database": database, "durability": "full" });
        let engine = Engine::open(&options.to_string()).expect("the database can be made");
        started = Instant::now();
        engine_import(&engine, sheet)
    };
    let seconds = started.elapsed().as_secs_f64();
    json!({ "rows": rows, "seconds": seconds, "peakKib": peak_kib() })
}

fn engine_import(engine: &Engine, sheet: &Path) -> u64 {
    let path = sheet.to_str().expect("the path is UTF-8");
    let answer = engine.catalog_import(path, None, &mut |_, _| true).expect("the sheet is good");
    let answer: Value = serde_json::from_str(&answer).expect("the answer is JSON");
    answer["stored"].as_u64().expect("a number")
}

fn floor_database(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("the database can be made");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             CREATE TABLE price (product TEXT, sku TEXT, market TEXT, term TEXT, plan TEXT,
                 currency TEXT, segment TEXT, start_at TEXT, end_at TEXT, unit_price TEXT,
                 erp_price TEXT, title TEXT,
                 PRIMARY KEY (product, sku, market, term, plan, currency, segment, start_at)
             ) STRICT, WITHOUT ROWID",
        )
        .expect("the table can be made");
    connection
}

fn floor_import(connection: &Connection, sheet: &Path) -> u64 {
    const COLUMNS: [usize; 12] = [1, 2, 9, 7, 8, 10, 18, 14, 15, 11, 17, 3];
    let mut insert = connection
        .prepare("INSERT INTO price VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
        .expect("the statement is good");
    let mut sheet = csv::Reader::from_path(sheet).expect("the sheet is there");
    let mut record = StringRecord::new();
    let mut rows = 0;
    connection.execute_batch("BEGIN").expect("nobody else is there");
    while sheet.read_record(&mut record).expect("the sheet is good") {
        let row = COLUMNS.map(|column| &record[column]);
        insert.execute(params_from_iter(row)).expect("the row is new");
        rows += 1;
        if rows % BATCH_ROWS == 0 {
            connection.execute_batch("COMMIT; BEGIN").expect("there is room");
        }
    }
    connection.execute_batch("COMMIT").expect("there is room");
    rows
}

/// The most memory that this process has had, where the system tells it.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

// Others meanwhile --------------------------------------------------------------------------------

/// How long creates and gets took, each kind in the order in which they came.
#[derive(Default)]
struct Calls {
    creates: Vec<Duration>,
    gets: Vec<Duration>,
}

fn others_meanwhile(sheet: &Path, folder: &Path) {
    let engine = open_shop(&folder.join("shop.db"));
    let document = cart(10);
    let (mut alone, mut meanwhile) = (Calls::default(), Calls::default());
    let started = Instant::now();
    let (mut import_took, mut longest_step) = (Duration::ZERO, Duration::ZERO);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let import = scope.spawn(|| {
            let path = sheet.to_str().expect("the path is UTF-8");
            let (started, mut longest) = (Instant::now(), Duration::ZERO);
            let mut last = started;
            let mut step = |_, _| {
                longest = longest.max(last.elapsed());
                last = Instant::now();
                true
            };
            engine.catalog_import(path, None, &mut step).expect("the sheet is good");
            is_over.store(true, Ordering::Relaxed);
            (started.elapsed(), longest)
        });
        while !is_over.load(Ordering::Relaxed) {
            meanwhile.call(&engine, &document);
        }
        (import_took, longest_step) = import.join().expect("the import ends");
    });
    let _ = started;
    while alone.creates.len() < meanwhile.creates.len().min(5_000) {
        alone.call(&engine, &document);
    }
    println!("another caller's creates of carts of 10 lines, and gets, while the sheet comes in");
    println!("  (import {import_took:.1?}, from batch to batch at most {longest_step:.1?}):");
    for (name, calls) in [("alone", alone), ("meanwhile", meanwhile)] {
        report(name, "create", calls.creates);
        report(name, "get", calls.gets);
    }
}

impl Calls {
    fn call(&mut self, engine: &Engine, document: &str) {
        let started = Instant::now();
        let answer = engine.create(&request("customer-1"), document).expect("the cart is good");
        self.creates.push(started.elapsed());
        let answer: Value = serde_json::from_str(&answer).expect("the answer is JSON");
        let id = answer["id"].as_str().expect("a cart has an id");
        let started = Instant::now();
        engine.get(&request("customer-1"), id).expect("the cart is there");
        self.gets.push(started.elapsed());
    }
}

fn report(name: &str, call: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |per_mille: usize| took[(took.len() - 1) * per_mille / 1_000];
    let (p50, p99, longest) = (at(500), at(990), at(1_000));
    let count = took.len();
    println!(
        "  {name:9} {call:6} p50 {p50:>9.1?}  p99 {p99:>9.1?}  longest {longest:>9.1?}  ({count})"
    );
}
