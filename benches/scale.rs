//! Whether the engine answers from a large database as it does from a small one: creates and reads
//! in files of a thousand carts, of ten times as many, and so on. And whether it sells to a
//! customer who has bought a lot as to one who has bought little.
//!
//! `CART_BENCH_CARTS` says how many the largest file has. A million carts of ten lines take some
//! 2 GB of disk.
//!
//! The files, and the customers, take turns within one run, because figures of different minutes do
//! not compare. That is also why this bench has its own `main`: Criterion measures one thing after
//! the other.

mod support;

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use cart_engine::Engine;
use serde_json::{Value, json};
use support::figures::{Results, Took, timed};
use support::{amount, cart, folder, new_cart, open, open_shop, request, stock};
use tempfile::TempDir;

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
    let files: Vec<Shop> = sizes.take_while(|size| *size <= most).map(Shop::filled).collect();
    for file in &files {
        file.report(&mut results);
    }
    fastrand::seed(1);
    let calls: [(&str, usize, Call); 3] = [
        ("create", amount(2_200, 10), Shop::create),
        ("get of the newest", amount(22_000, 10), Shop::get_newest),
        ("get of any", amount(22_000, 10), Shop::get_any),
    ];
    for (operation, samples, call) in calls {
        let each = |shop| Contestant::new(Shop::size(shop), move |sample| call(shop, sample));
        let contestants: Vec<_> = files.iter().map(each).collect();
        compare(operation, "carts", samples, &contestants, &mut results);
    }
    drop(files);
    sell_again(&mut results);
}

/// Creates and checks out carts of customers who have bought different numbers of the same carts.
/// All of them buy as many more while they are measured.
fn sell_again(results: &mut Results) {
    let folder = folder();
    let engine = open_shop(&folder.path().join("engine.db"));
    let document = cart(LINES);
    let sell = |customer: &str| {
        let cart = new_cart(&engine, customer, &document);
        black_box(engine.checkout(&request(customer), &cart).expect("the cart is good"));
    };
    let bought = [10, amount(1_000, 11), amount(10_000, 12)];
    let customers = bought.map(|count| (count, customer(count)));
    for (count, customer) in &customers {
        (0..*count).for_each(|_| sell(customer));
    }
    let contestants: Vec<_> = customers
        .iter()
        .map(|(count, customer)| Contestant::new(*count, |_| sell(customer)))
        .collect();
    compare("create and checkout", "carts bought", amount(1_100, 10), &contestants, results);
}

/// What is asked of a shop, told which of its calls it is.
type Call = fn(&Shop, usize);

struct Shop {
    engine: Engine,
    /// The ids of carts, the newest last, each with the number of its customer.
    carts: Vec<(usize, String)>,
    seconds: f64,
    document: String,
    // The last to go.
    _folder: TempDir,
}

impl Shop {
    /// A file of so many carts.
    fn filled(carts: usize) -> Self {
        let (folder, started) = (folder(), Instant::now());
        let database = folder.path().join("engine.db");
        let document = cart(LINES);
        // Filling need not wait for the disk.
        let filler = open(&database, "normal");
        stock(&filler);
        let next = AtomicUsize::new(0);
        let fill = || {
            let mut ids = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= carts {
                    return ids;
                }
                let id = new_cart(&filler, &customer(number / CARTS_PER_CUSTOMER), &document);
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
        filler.close().expect("the database can be closed");
        let engine = open(&database, "full");
        let seconds = started.elapsed().as_secs_f64();
        Self { engine, carts, seconds, document, _folder: folder }
    }

    fn report(&self, results: &mut Results) {
        let stats = self.engine.stats().expect("it can be counted");
        let stats: Value = serde_json::from_str(&stats).expect("answers are JSON");
        let (carts, bytes) = (self.carts.len(), &stats["sizes"]["databaseBytes"]);
        println!("{carts} carts of {LINES} lines: {bytes} bytes, filled in {:.0} s", self.seconds);
        results.put(&json!({ "operation": "file", "carts": carts, "bytes": bytes }));
    }

    fn create(&self, sample: usize) {
        let customer = format!("new-{}", sample / CARTS_PER_CUSTOMER);
        self.engine.create(&request(&customer), &self.document).expect("the cart is good");
    }

    fn size(&self) -> usize {
        self.carts.len()
    }

    fn get_newest(&self, _: usize) {
        self.get(self.size() - 1 - fastrand::usize(..amount(FEW, 100)));
    }

    fn get_any(&self, _: usize) {
        self.get(fastrand::usize(..self.size()));
    }

    fn get(&self, at: usize) {
        let (number, id) = &self.carts[at];
        let customer = customer(*number);
        black_box(self.engine.get(&request(&customer), id).expect("the cart is there"));
    }
}

fn customer(number: usize) -> String {
    format!("customer-{number}")
}

/// Turns of each contestant in a run; the first of them is not counted.
const TURNS: usize = 11;

/// One of those that take turns.
struct Contestant<'a> {
    size: usize,
    call: Box<dyn Fn(usize) + 'a>,
}

impl<'a> Contestant<'a> {
    fn new(size: usize, call: impl Fn(usize) + 'a) -> Self {
        Self { size, call: Box::new(call) }
    }
}

/// Times the same call of contestants of several sizes; `of` says what their sizes count.
fn compare(
    operation: &str,
    of: &str,
    samples: usize,
    contestants: &[Contestant<'_>],
    results: &mut Results,
) {
    let mut times = vec![Vec::new(); contestants.len()];
    let turn = samples.div_ceil(TURNS);
    for (round, first) in (0..samples).step_by(turn).enumerate() {
        for (contestant, times) in contestants.iter().zip(&mut times) {
            let samples = first..(first + turn).min(samples);
            let turn: Vec<_> = samples.map(|sample| timed(|| (contestant.call)(sample))).collect();
            if round > 0 {
                times.extend(turn);
            }
        }
    }
    let times: Vec<Took> = times.into_iter().map(Took::new).collect();
    for (Contestant { size, .. }, took) in contestants.iter().zip(&times) {
        let ratio = took.over(&times[0]);
        println!("{operation:19} {size:>9} {of:12} {took}   to the smallest {ratio:.2}");
        results.put(&json!({
            "operation": operation, "lines": LINES, of: size,
            "samples": took.count(), "engine": took.to_json(), "ratio": ratio,
        }));
    }
}
