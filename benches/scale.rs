//! Whether the engine answers from a large database as it does from a small one: creates and reads
//! in files of a thousand carts, of ten times as many, and so on. Whether it changes a line of a
//! long cart as one of a short cart. And whether it sells to a customer who has bought a lot as to
//! one who has bought little.
//!
//! `CART_BENCH_CARTS` says how many the largest file has. A million carts of ten lines take some
//! 5 GB of disk: one file for the engine, one for the floor, and one to rehearse in.
//!
//! The files, the carts and the customers take turns within one run, because figures of different
//! minutes do not compare. That is also why this bench has its own `main`: Criterion measures one
//! thing after the other.

mod support;

use std::array;
use std::cell::RefCell;
use std::hint::black_box;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cart_engine::Engine;
use serde_json::{Value, json};
use support::figures::{Results, timed};
use support::floor::{CART_TABLES, Floor, Lines, Reading};
use support::rehearsal::Script;
use support::stage::{Pair, Stage};
use support::{amount, cart, lines_of_one, new_cart, request};

/// Lines of every cart.
const LINES: usize = 10;

/// Carts of a customer.
const CARTS_PER_CUSTOMER: usize = 10;

/// Carts of the smallest file, and of each so many of the newest are read.
const FEW: usize = 1_000;

/// Threads that fill a file.
const FILLERS: usize = 8;

fn main() {
    let most = std::env::var("CART_BENCH_CARTS").ok();
    let most = most.map_or(amount(100_000, 1_000), |text| text.parse().expect("it is a number"));
    let few = amount(FEW, 100);
    let sizes = std::iter::successors(Some(few), |size| Some(size * 10));
    let mut results = Results::of("scale");
    let mut files: Vec<Shop> = sizes.take_while(|size| *size <= most).map(Shop::filled).collect();
    for file in &files {
        file.report(&mut results);
    }
    create(&mut files, &mut results);
    fastrand::seed(1);
    let newest = |carts| carts - 1 - fastrand::usize(..amount(FEW, 100));
    get("get of the newest", &files, &newest, &mut results);
    get("get of any", &files, &|carts| fastrand::usize(..carts), &mut results);
    drop(files);
    change_lines(&mut results);
    sell_again(&mut results);
}

// Files -------------------------------------------------------------------------------------------

/// Engine and floor with files of as many carts.
struct Shop {
    stage: Stage,
    /// The ids of carts, the newest last, each with the number of its customer.
    carts: Vec<(usize, String)>,
    seconds: f64,
}

impl Shop {
    /// Files of so many carts.
    fn filled(carts: usize) -> Self {
        let started = Instant::now();
        let (stage, carts) = Stage::new("full", |engine| fill(engine, carts));
        Self { stage, carts, seconds: started.elapsed().as_secs_f64() }
    }

    fn size(&self) -> usize {
        self.carts.len()
    }

    fn report(&self, results: &mut Results) {
        let stats = self.stage.engine.stats().expect("it can be counted");
        let stats: Value = serde_json::from_str(&stats).expect("answers are JSON");
        let (carts, bytes) = (self.size(), &stats["sizes"]["databaseBytes"]);
        println!("{carts} carts of {LINES} lines: {bytes} bytes, filled in {:.0} s", self.seconds);
        results.put(&json!({ "operation": "file", "carts": carts, "bytes": bytes }));
    }
}

/// Makes carts; answers the id of each, with the number of its customer.
fn fill(engine: &Engine, carts: usize) -> Vec<(usize, String)> {
    let document = cart(LINES);
    let next = AtomicUsize::new(0);
    let fill = || {
        let mut ids = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= carts {
                return ids;
            }
            let id = new_cart(engine, &customer(number / CARTS_PER_CUSTOMER), &document);
            ids.push((number, id));
        }
    };
    let mut carts: Vec<(usize, String)> = std::thread::scope(|scope| {
        let fillers: Vec<_> = (0..FILLERS).map(|_| scope.spawn(fill)).collect();
        fillers.into_iter().flat_map(|filler| filler.join().expect("it fills")).collect()
    });
    carts.sort_unstable();
    for (number, _) in &mut carts {
        *number /= CARTS_PER_CUSTOMER;
    }
    carts
}

fn create(files: &mut [Shop], results: &mut Results) {
    let (document, samples) = (cart(LINES), amount(2_200, 10));
    let create = |engine: &Engine, sample: usize| {
        let customer = format!("new-{}", sample / CARTS_PER_CUSTOMER);
        engine.create(&request(&customer), &document).expect("the cart is good");
    };
    let rehearse = |file: &mut Shop| -> Vec<Script> {
        let scripts = (0..samples).map(|n| file.stage.rehearse(&("create", &create), n)).collect();
        file.stage.settle_rehearsals();
        scripts
    };
    let scripts: Vec<Vec<Script>> = files.iter_mut().map(rehearse).collect();
    let contestants: Vec<_> = files
        .iter()
        .zip(&scripts)
        .map(|(file, scripts)| {
            let by_engine = |engine: &Engine, sample| [timed(|| create(engine, sample))];
            let by_floor = |floor: &Floor, sample: usize| [timed(|| floor.apply(&scripts[sample]))];
            Contestant::new(file.size(), &file.stage, by_engine, by_floor)
        })
        .collect();
    compare(["create"], "carts", samples, &contestants, results);
}

/// Reads carts that are picked from as many as a file has.
fn get(name: &str, files: &[Shop], pick: &dyn Fn(usize) -> usize, results: &mut Results) {
    let samples = amount(22_000, 10);
    let plans: Vec<Vec<(usize, Reading)>> = files
        .iter()
        .map(|file| {
            // What the floor has read before it is measured would be in its memory.
            let finder = Floor::open(file.stage.floor.database(), "full");
            let plan = (0..samples).map(|_| {
                let at = pick(file.size());
                (at, finder.reading_of_cart(&file.carts[at].1, &Lines::All))
            });
            plan.collect()
        })
        .collect();
    let contestants: Vec<_> = files
        .iter()
        .zip(&plans)
        .map(|(file, plan)| {
            let by_engine = |engine: &Engine, sample: usize| {
                let (number, id) = &file.carts[plan[sample].0];
                let customer = customer(*number);
                let get = || engine.get(&request(&customer), id).expect("the cart is there");
                [timed(|| drop(black_box(get())))]
            };
            let by_floor = |floor: &Floor, sample: usize| {
                [timed(|| drop(black_box(floor.read(&plan[sample].1))))]
            };
            Contestant::new(file.size(), &file.stage, by_engine, by_floor)
        })
        .collect();
    compare([name], "carts", samples, &contestants, results);
}

fn customer(number: usize) -> String {
    format!("customer-{number}")
}

// Lines -------------------------------------------------------------------------------------------

/// A cart: how many lines it was made with, and its id.
type LongCart = (usize, String);

/// What is done to the lines of a cart, told which sample it is.
type ActOnLines<'a> = &'a dyn Fn(&Engine, &LongCart, usize);

const LINE_ACTS: [&str; 3] = ["line add", "line change", "line remove"];

/// Who owns the carts whose lines are changed.
const CUSTOMER: &str = "customer";

/// Adds a line to carts of several lengths, changes one, and removes the one that was added.
fn change_lines(results: &mut Results) {
    let samples = amount(1_100, 10);
    let (mut stage, carts) = Stage::new("full", |engine| -> Vec<LongCart> {
        let lengths = [10, 100, 1_000, amount(10_000, 1_000)];
        lengths.iter().map(|lines| (*lines, new_cart(engine, CUSTOMER, &cart(*lines)))).collect()
    });
    let line = lines_of_one();
    // The ids of lines are given in turn, and never twice.
    let added = |lines: usize, sample: usize| lines + sample;
    let add = |engine: &Engine, (_, id): &LongCart, _: usize| {
        engine.line_add(&request(CUSTOMER), id, &line).expect("the line is good");
    };
    let change = |engine: &Engine, (_, id): &LongCart, sample: usize| {
        let patch = json!({ "quantity": 101 + sample % 2 }).to_string();
        engine.line_change(&request(CUSTOMER), id, "0", &patch).expect("the patch is good");
    };
    let remove = |engine: &Engine, (lines, id): &LongCart, sample: usize| {
        let line = added(*lines, sample).to_string();
        engine.line_remove(&request(CUSTOMER), id, &line).expect("the line was added");
    };
    let acts: [ActOnLines<'_>; LINE_ACTS.len()] = [&add, &change, &remove];
    let mut scripts: Vec<Vec<[Script; LINE_ACTS.len()]>> =
        carts.iter().map(|_| Vec::new()).collect();
    for first in (0..samples).step_by(turn_of(samples)) {
        for (cart, scripts) in carts.iter().zip(&mut scripts) {
            for sample in turn_from(first, samples) {
                let touched = [Lines::None, Lines::One(0), Lines::One(added(cart.0, sample))];
                scripts.push(array::from_fn(|at| {
                    let act = |engine: &Engine, sample| acts[at](engine, cart, sample);
                    let reading = stage.floor.reading_of_cart(&cart.1, &touched[at]);
                    Script { reading, ..stage.rehearse(&(LINE_ACTS[at], &act), sample) }
                }));
            }
        }
    }
    stage.settle_rehearsals();
    let contestants: Vec<_> = carts
        .iter()
        .zip(&scripts)
        .map(|(cart, scripts)| {
            let by_engine =
                |engine: &Engine, sample| acts.map(|act| timed(|| act(engine, cart, sample)));
            let by_floor = |floor: &Floor, sample: usize| {
                scripts[sample].each_ref().map(|script| timed(|| floor.apply(script)))
            };
            Contestant::new(cart.0, &stage, by_engine, by_floor)
        })
        .collect();
    compare(LINE_ACTS, "lines", samples, &contestants, results);
}

// Customers ---------------------------------------------------------------------------------------

/// Creates and checks out carts of customers who have bought different numbers of the same carts.
/// All of them buy as many more while they are measured.
fn sell_again(results: &mut Results) {
    let (document, samples) = (cart(LINES), amount(1_100, 10));
    let newest = RefCell::new(String::new());
    let create = |engine: &Engine, count: usize| {
        *newest.borrow_mut() = new_cart(engine, &customer(count), &document);
    };
    let check_out = |engine: &Engine, count: usize| {
        let cart = newest.borrow();
        black_box(engine.checkout(&request(&customer(count)), &cart).expect("the cart is good"));
    };
    let sell = |engine: &Engine, count: usize| {
        create(engine, count);
        check_out(engine, count);
    };
    let bought = [10, amount(1_000, 11), amount(10_000, 12)];
    let (mut stage, ()) = Stage::new("full", |engine| {
        for count in bought {
            (0..count).for_each(|_| sell(engine, count));
        }
    });
    let mut scripts = bought.map(|_| Vec::new());
    for first in (0..samples).step_by(turn_of(samples)) {
        // The customers take turns, as they do when they are measured.
        for (count, scripts) in bought.iter().zip(&mut scripts) {
            for _ in turn_from(first, samples) {
                let created = stage.rehearse(&("create", &create), *count);
                let reading = stage.floor.reading_of(&CART_TABLES, &created);
                let sold = stage.rehearse(&("checkout", &check_out), *count);
                scripts.push([created, Script { reading, ..sold }]);
            }
        }
    }
    stage.settle_rehearsals();
    let contestants: Vec<_> = bought
        .iter()
        .zip(&scripts)
        .map(|(count, scripts)| {
            let by_engine = |engine: &Engine, _| [timed(|| sell(engine, *count))];
            let by_floor = |floor: &Floor, sample: usize| {
                [timed(|| scripts[sample].iter().for_each(|script| floor.apply(script)))]
            };
            Contestant::new(*count, &stage, by_engine, by_floor)
        })
        .collect();
    compare(["create and checkout"], "carts bought", samples, &contestants, results);
}

// Turns -------------------------------------------------------------------------------------------

/// Turns of each contestant in a run; the first of them is not counted.
const TURNS: usize = 11;

/// How many samples a turn has.
fn turn_of(samples: usize) -> usize {
    samples.div_ceil(TURNS)
}

/// The samples of the turn that begins with one.
fn turn_from(first: usize, samples: usize) -> Range<usize> {
    first..(first + turn_of(samples)).min(samples)
}

/// How long some operations take whoever does them, told which of the samples it is.
type Measured<'a, T, const N: usize> = Box<dyn Fn(&T, usize) -> [Duration; N] + 'a>;

/// One of those that take turns: an engine and its floor.
struct Contestant<'a, const N: usize> {
    size: usize,
    stage: &'a Stage,
    by_engine: Measured<'a, Engine, N>,
    by_floor: Measured<'a, Floor, N>,
}

impl<'a, const N: usize> Contestant<'a, N> {
    fn new(
        size: usize,
        stage: &'a Stage,
        by_engine: impl Fn(&Engine, usize) -> [Duration; N] + 'a,
        by_floor: impl Fn(&Floor, usize) -> [Duration; N] + 'a,
    ) -> Self {
        Self { size, stage, by_engine: Box::new(by_engine), by_floor: Box::new(by_floor) }
    }
}

/// Times the same operations of contestants of several sizes; `of` says what their sizes count.
fn compare<const N: usize>(
    operations: [&str; N],
    of: &str,
    samples: usize,
    contestants: &[Contestant<'_, N>],
    results: &mut Results,
) {
    let mut times: Vec<_> = contestants.iter().map(|_| (Vec::new(), Vec::new())).collect();
    for (round, first) in (0..samples).step_by(turn_of(samples)).enumerate() {
        for (contestant, (engine, floor)) in contestants.iter().zip(&mut times) {
            let Contestant { stage, by_engine, by_floor, .. } = contestant;
            let turn = turn_from(first, samples);
            let by_engine: Vec<_> = turn.clone().map(|n| by_engine(&stage.engine, n)).collect();
            let by_floor: Vec<_> = turn.map(|n| by_floor(&stage.floor, n)).collect();
            stage.floor.checkpoint();
            if round > 0 {
                engine.extend(by_engine);
                floor.extend(by_floor);
            }
        }
    }
    for (at, operation) in operations.iter().enumerate() {
        let each = |times: &[[Duration; N]]| times.iter().map(|times| times[at]).collect();
        let pairs: Vec<Pair> =
            times.iter().map(|(engine, floor)| Pair::new(each(engine), each(floor))).collect();
        let sizes: Vec<usize> = contestants.iter().map(|contestant| contestant.size).collect();
        report(operation, of, &sizes, &pairs, results);
    }
}

fn report(operation: &str, of: &str, sizes: &[usize], pairs: &[Pair], results: &mut Results) {
    for (size, Pair { engine, floor }) in sizes.iter().zip(pairs) {
        let (ratio, of_floor) = (engine.over(&pairs[0].engine), floor.over(&pairs[0].floor));
        println!("{operation:19} {size:>9} {of:12} {engine}   to the smallest {ratio:.2}");
        println!("{:19} {:>9} {:>12} {floor}   to the smallest {of_floor:.2}", "", "", "floor");
        results.put(&json!({
            "operation": operation, of: size, "samples": engine.count(),
            "engine": engine.to_json(), "floor": floor.to_json(), "ratio": ratio,
            "floor ratio": of_floor,
        }));
    }
}
