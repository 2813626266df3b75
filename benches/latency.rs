//! The slowest of many durable creates: how much slower than the others they are, beside the floor,
//! which never checkpoints while it is measured. It also shows how large the write-ahead log gets.
//!
//! Engine and floor take turns within one run, because figures of different minutes do not compare.
//! That is also why this bench has its own `main`: Criterion measures one thing after the other,
//! and averages what is of interest here.

mod support;

use std::path::Path;
use std::time::Duration;

use cart_engine::Engine;
use serde_json::json;
use support::figures::{Results, Took, micros, timed};
use support::stage::Stage;
use support::{amount, cart, request};

/// Lines of every cart.
const LINES: usize = 10;

/// Carts that are created between two looks at the size of the log.
const LOOK_EVERY: usize = 8;

fn main() {
    let (turns, turn) = (amount(100, 2), amount(1_000, 20));
    let document = cart(LINES);
    let create = |engine: &Engine, _: usize| {
        engine.create(&request("customer-1"), &document).expect("the cart is good");
    };
    let (mut stage, ()) = Stage::new("full", |_| ());
    let (mut by_engine, mut by_floor) = (Vec::new(), Vec::new());
    let (mut engine_log, mut floor_log) = (0, 0);
    for _ in 0..turns {
        let scripts: Vec<_> =
            (0..turn).map(|sample| stage.rehearse(&("create", &create), sample)).collect();
        stage.settle_rehearsals();
        for sample in 0..turn {
            by_engine.push(timed(|| create(&stage.engine, sample)));
            if sample.is_multiple_of(LOOK_EVERY) {
                engine_log = engine_log.max(log_bytes(stage.database()));
            }
        }
        by_floor.extend(scripts.iter().map(|script| timed(|| stage.floor.apply(script))));
        floor_log = floor_log.max(log_bytes(stage.floor.database()));
        stage.floor.checkpoint();
    }
    stage.expect_same_work();
    report(by_engine, by_floor, engine_log, floor_log);
}

fn log_bytes(database: &Path) -> u64 {
    let log = format!("{}-wal", database.display());
    std::fs::metadata(log).map_or(0, |log| log.len())
}

fn report(by_engine: Vec<Duration>, by_floor: Vec<Duration>, engine_log: u64, floor_log: u64) {
    let (engine, floor) = (Took::new(by_engine), Took::new(by_floor));
    println!("{} durable creates of {LINES} lines:", engine.count());
    println!("  engine  {engine}  the longest {:>9.1} µs", micros(engine.longest()));
    println!("  floor   {floor}  the longest {:>9.1} µs", micros(floor.longest()));
    let ratio = engine.p999().zip(floor.p999());
    let ratio = ratio.map(|(engine, floor)| engine.as_secs_f64() / floor.as_secs_f64());
    if let Some(ratio) = ratio {
        println!("  engine / floor, p99.9: {ratio:.2}");
    }
    println!(
        "  log of the engine, at its greatest: {engine_log} bytes (of the floor: {floor_log})"
    );
    Results::of("latency").put(&json!({
        "lines": LINES, "samples": engine.count(), "engine": engine.to_json(),
        "floor": floor.to_json(), "p999 ratio": ratio, "engine log bytes": engine_log,
        "floor log bytes": floor_log,
    }));
}
