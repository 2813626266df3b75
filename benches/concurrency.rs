//! How many calls of an engine a second its threads get done, and how that grows with the threads.
//!
//! Creates stand beside their floor: the same rows by bare statements of one thread that has nobody
//! to wait for, with one commit for as many creates as there are threads.
//!
//! Rounds of every number of threads follow each other and are then begun anew, because figures of
//! different minutes do not compare. That is also why this bench has its own `main`: Criterion
//! measures one thing after the other, and knows one thread.

mod support;

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cart_engine::Engine;
use serde_json::json;
use support::figures::{Results, median, timed};
use support::floor::Floor;
use support::rehearsal::Script;
use support::stage::Stage;
use support::{amount, cart, folder, is_short, new_cart, open, request, stock};
use tempfile::TempDir;

const THREADS: [usize; 5] = [1, 2, 4, 16, 64];

/// Of so many calls of mixed work, one changes a cart and the others read one.
const READS_PER_CHANGE: usize = 4;

/// Carts that mixed work is about.
const CARTS: usize = 200;

/// How long a rate is measured, and how often.
const ROUND: Duration = Duration::from_millis(900);
const ROUNDS: usize = 3;

/// Creates of the floor in a round.
const FLOOR_CREATES: usize = 2_000;

/// What every thread does all the time. It is told which thread it is, and which of its calls.
type Work<'a> = &'a (dyn Fn(usize, usize) + Sync);

fn main() {
    let mut results = Results::of("concurrency");
    for durability in ["full", "normal"] {
        for lines in [1, 10] {
            creates(lines, durability, &mut results);
        }
        mixed(durability, &mut results);
    }
}

fn creates(lines: usize, durability: &str, results: &mut Results) {
    let (mut stage, ()) = Stage::new(durability, |_| ());
    let document = cart(lines);
    let create = |engine: &Engine, thread: usize| {
        let customer = format!("customer-{thread}");
        engine.create(&request(&customer), &document).expect("the cart is good");
    };
    let rates = rounds(|threads, round| {
        let samples = 0..amount(FLOOR_CREATES, threads);
        let rehearse = |sample| stage.rehearse(&("create", &create), sample % threads);
        let scripts: Vec<Script> = samples.map(rehearse).collect();
        stage.settle_rehearsals();
        let engine = &stage.engine;
        let by_engine = calls_per_second(threads, round, &|thread, _| create(engine, thread));
        (by_engine, Some(scripts_per_second(&stage.floor, &scripts, threads)))
    });
    report("creates", lines, durability, &rates, results);
}

/// Reads and changes of carts that are there.
fn mixed(durability: &str, results: &mut Results) {
    let (engine, _folder) = shop(durability);
    let lines = 10;
    let document = cart(lines);
    let customers: Vec<String> = (0..CARTS).map(|number| format!("customer-{number}")).collect();
    let carts: Vec<String> =
        customers.iter().map(|customer| new_cart(&engine, customer, &document)).collect();
    let patches = [1, 2].map(|quantity| json!({ "quantity": quantity }).to_string());
    let work = |thread: usize, call: usize| {
        let at = (thread * 31 + call * 7) % CARTS;
        let (request, cart) = (request(&customers[at]), &carts[at]);
        if call.is_multiple_of(READS_PER_CHANGE + 1) {
            let patch = &patches[call % 2];
            black_box(engine.line_change(&request, cart, "0", patch).expect("the patch is good"));
        } else {
            black_box(engine.get(&request, cart).expect("the cart is there"));
        }
    };
    let rates = rounds(|threads, round| (calls_per_second(threads, round, &work), None));
    report("mixed calls", lines, durability, &rates, results);
}

/// An engine, and the folder that goes after it.
fn shop(durability: &str) -> (Engine, TempDir) {
    let folder = folder();
    let engine = open(&folder.path().join("engine.db"), durability);
    stock(&engine);
    (engine, folder)
}

/// What engine and floor get done in a second.
type Rates = (f64, Option<f64>);

/// Measures every number of threads, in turns; answers the medians.
fn rounds(mut measure: impl FnMut(usize, Duration) -> Rates) -> [Rates; THREADS.len()] {
    let (round, rounds) = if is_short() { (Duration::from_millis(10), 1) } else { (ROUND, ROUNDS) };
    // The first round warms up.
    measure(1, round);
    let mut rates = THREADS.map(|_| Vec::new());
    for _ in 0..rounds {
        for (threads, rates) in THREADS.iter().zip(&mut rates) {
            rates.push(measure(*threads, round));
        }
    }
    rates.map(|rates| {
        let (engine, floor): (_, Vec<Option<f64>>) = rates.into_iter().unzip();
        let floor: Option<Vec<f64>> = floor.into_iter().collect();
        (median(engine), floor.map(median))
    })
}

fn report(name: &str, lines: usize, durability: &str, rates: &[Rates], results: &mut Results) {
    println!("{name} of {lines} lines per second, durability {durability}:");
    for (threads, (rate, floor)) in THREADS.iter().zip(rates) {
        let ratio = rate / rates[0].0;
        print!("  {threads:>2} threads {rate:>9.0}   to 1 thread {ratio:.2}");
        if let Some(floor) = floor {
            print!("   floor {floor:>9.0}   floor / engine {:.2}", floor / rate);
        }
        println!();
        results.put(&json!({
            "work": name, "lines": lines, "durability": durability, "threads": threads,
            "per second": rate, "ratio": ratio, "floor per second": floor,
        }));
    }
}

/// How many operations a second the floor makes, so many of them with each commit.
fn scripts_per_second(floor: &Floor, scripts: &[Script], of_commit: usize) -> f64 {
    let took = timed(|| scripts.chunks(of_commit).for_each(|scripts| floor.apply_all(scripts)));
    floor.checkpoint();
    let count = u32::try_from(scripts.len()).expect("they are few");
    f64::from(count) / took.as_secs_f64()
}

/// How many calls a second the engine's threads get done.
fn calls_per_second(threads: usize, round: Duration, work: Work<'_>) -> f64 {
    let (count, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let ready = Barrier::new(threads + 1);
    let took = std::thread::scope(|scope| {
        for thread in 0..threads {
            let (count, is_over, ready) = (&count, &is_over, &ready);
            scope.spawn(move || {
                ready.wait();
                let mut calls = 0;
                while !is_over.load(Ordering::Relaxed) {
                    work(thread, calls);
                    calls += 1;
                }
                count.fetch_add(calls as u64, Ordering::Relaxed);
            });
        }
        ready.wait();
        let started = Instant::now();
        std::thread::sleep(round);
        is_over.store(true, Ordering::Relaxed);
        started
    })
    .elapsed();
    let calls = u32::try_from(count.into_inner()).expect("a round is short");
    f64::from(calls) / took.as_secs_f64()
}
