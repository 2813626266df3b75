//! What every operation costs beside its floor, in carts of 1 to 10 000 lines.
//!
//! The floor of an operation is what no engine on SQLite can do without: the rows that this one
//! wrote and those that it has to read, by bare prepared statements in one transaction with the
//! same durability, and no rules. An update and a checkout have to read the whole cart, an
//! operation on a line the cart without its lines, and that line. The engine has carts in memory
//! that it changed lately: those that are updated and whose lines are changed here, unless they are
//! long, and none of those that are checked out. A `get` is measured from the file and from memory.
//! `support/rehearsal.rs` tells how the rows written are found. Engine and floor take turns within
//! one run, because figures of different minutes do not compare. That is also why this bench has
//! its own `main`: Criterion measures one thing after the other.

mod support;

use std::hint::black_box;

use cart_engine::Engine;
use serde_json::json;
use support::figures::{Results, Took, timed};
use support::floor::{CART_TABLES, Floor, Lines, Reading};
use support::stage::{Act, Pair, Stage};
use support::{amount, cart, id_of, is_short, lines_of_one, new_cart, open, request, stored_cart};

/// Who owns the carts that are read and changed.
const CUSTOMER: &str = "customer-1";

/// What a list of carts is read from.
const LIST_TABLES: [&str; 1] = ["cart"];

/// Carts of a page of a list. As many carts are there of every length.
const LISTED: usize = 4;

/// How often something is done with carts of a length.
struct Size {
    lines: usize,
    /// How many carts there are to be read and changed.
    carts: usize,
    /// Creates and updates.
    changes: usize,
    line_changes: usize,
    readings: usize,
    checkouts: usize,
}

const SHORTEST: Size = Size {
    lines: 1,
    carts: 100,
    changes: 2_200,
    line_changes: 2_200,
    readings: 4_400,
    checkouts: 1_100,
};

const SIZES: [Size; 5] = [
    SHORTEST,
    Size { lines: 10, ..SHORTEST },
    Size {
        lines: 100,
        carts: 50,
        changes: 660,
        line_changes: 660,
        readings: 1_650,
        checkouts: 220,
    },
    Size { lines: 1_000, carts: 10, changes: 88, line_changes: 440, readings: 330, checkouts: 44 },
    Size { lines: 10_000, carts: 4, changes: 12, line_changes: 440, readings: 48, checkouts: 8 },
];

/// Turns of each of the two in a run; the first of them is not counted.
const TURNS: usize = 11;

/// Turns when both only read.
const READING_TURNS: usize = 110;

fn main() {
    let mut report = Report(Results::of("operations"));
    let sizes = if is_short() { &SIZES[..4] } else { &SIZES[..] };
    for size in sizes.iter().filter(|size| is_asked_for(size.lines)) {
        measure(size, &mut report);
    }
}

/// Whether carts of so many lines are to be measured: all are, unless `CART_BENCH_LINES` names one.
fn is_asked_for(lines: usize) -> bool {
    std::env::var("CART_BENCH_LINES").map_or(true, |wanted| wanted == lines.to_string())
}

struct Report(Results);

impl Report {
    fn pair(&mut self, operation: &str, lines: usize, pair: &Pair) {
        let (Pair { engine, floor }, ratio) = (pair, pair.ratio());
        println!("{operation:17} {lines:>6} lines  engine {engine}");
        println!("{:31}  floor  {floor}   engine / floor {ratio:.2}", "");
        self.0.put(&json!({
            "operation": operation, "lines": lines, "samples": engine.count(),
            "engine": engine.to_json(), "floor": floor.to_json(), "ratio": ratio,
        }));
    }

    fn alone(&mut self, operation: &str, lines: usize, engine: &Took) {
        println!("{operation:17} {lines:>6} lines  engine {engine}");
        self.0.put(&json!({
            "operation": operation, "lines": lines, "samples": engine.count(),
            "engine": engine.to_json(),
        }));
    }
}

/// What the acts find in the database.
struct Shop {
    carts: Vec<String>,
    /// Each of a customer of its own: what a customer owns does not grow with the samples.
    to_check_out: Vec<(String, String)>,
}

fn measure(size: &Size, report: &mut Report) {
    let checkouts = amount(size.checkouts, 2);
    let document = cart(size.lines);
    let (mut stage, shop) = Stage::new("full", |engine| Shop {
        carts: (0..amount(size.carts, LISTED))
            .map(|_| new_cart(engine, CUSTOMER, &document))
            .collect(),
        to_check_out: (0..checkouts)
            .map(|number| format!("buyer-{number}"))
            .map(|buyer| (new_cart(engine, &buyer, &document), buyer))
            .collect(),
    });
    create(&mut stage, size, &document, report);
    read(&mut stage, size, &shop, &document, report);
    change(&mut stage, size, &shop, report);

    let check_out = |engine: &Engine, sample: usize| {
        let (cart, buyer) = &shop.to_check_out[sample];
        engine.checkout(&request(buyer), cart).expect("the cart is good");
    };
    let reads = |floor: &Floor, _: &str, sample: usize| {
        floor.reading_of_cart(&shop.to_check_out[sample].0, &Lines::All)
    };
    run(&mut stage, size, checkouts, &[("checkout", &check_out)], &reads, report);
    stage.expect_same_work();
}

/// Measures acts that change something, and reports each.
fn run(
    stage: &mut Stage,
    size: &Size,
    samples: usize,
    acts: &[Act<'_>],
    reads: &dyn Fn(&Floor, &str, usize) -> Reading,
    report: &mut Report,
) {
    let pairs = stage.compare(0..samples, samples.div_ceil(TURNS), acts, reads);
    for ((operation, _), pair) in acts.iter().zip(&pairs) {
        report.pair(operation, size.lines, pair);
    }
}

fn create(stage: &mut Stage, size: &Size, document: &str, report: &mut Report) {
    let create = |engine: &Engine, _| {
        engine.create(&request("customer-2"), document).expect("the cart is good");
    };
    let nothing = |_: &Floor, _: &str, _| Reading::default();
    run(stage, size, amount(size.changes, 3), &[("create", &create)], &nothing, report);
}

// Reading -----------------------------------------------------------------------------------------

fn read(stage: &mut Stage, size: &Size, shop: &Shop, document: &str, report: &mut Report) {
    let samples = amount(size.readings, 6);
    let turn = samples.div_ceil(READING_TURNS);
    let (carts, readings, newest) = carts_to_read(stage, shop.carts.len(), document);
    let get = |engine: &Engine, sample: usize| {
        let cart = &carts[sample % carts.len()];
        black_box(engine.get(&request(READER), cart).expect("the cart is there"));
    };
    // It has changed none of the carts.
    let other = open(stage.database(), "full");
    let get_from_file = |_: &Engine, sample: usize| get(&other, sample);
    let pair = stage.compare_readings(samples, turn, &("get", &get_from_file), &readings);
    report.pair("get", size.lines, &pair);
    let pair = stage.compare_readings(samples, turn, &("get of changed", &get), &readings);
    report.pair("get of changed", size.lines, &pair);

    let query = json!({ "limit": LISTED }).to_string();
    let list = |engine: &Engine, _| {
        black_box(engine.list(&request(READER), Some(&query)).expect("carts can be listed"));
    };
    let pair = stage.compare_readings(samples, turn, &("list", &list), &[newest]);
    report.pair("list", size.lines, &pair);

    let price = |engine: &Engine| {
        black_box(engine.price(&request(READER), document).expect("the cart is good"));
    };
    let times = (0..samples).map(|_| timed(|| price(&stage.engine))).skip(samples / TURNS);
    report.alone("price", size.lines, &Took::new(times.collect()));
}

/// Who owns the carts that are read.
const READER: &str = "customer-3";

/// Makes carts in all databases, and tells how the floor reads each of them, and the newest of them
/// as a list has them.
fn carts_to_read(
    stage: &mut Stage,
    count: usize,
    document: &str,
) -> (Vec<String>, Vec<Reading>, Reading) {
    let create = |engine: &Engine, _: usize| {
        engine.create(&request(READER), document).expect("the cart is good");
    };
    let (mut carts, mut readings, mut newest) = (Vec::new(), Vec::new(), Reading::default());
    for sample in 0..count {
        let script = stage.rehearse(&("create", &create), sample);
        stage.floor.apply(&script);
        let answer = stage.engine.create(&request(READER), document).expect("the cart is good");
        carts.push(id_of(&answer));
        readings.push(stage.floor.reading_of(&CART_TABLES, &script));
        if sample + LISTED >= count {
            newest.extend(stage.floor.reading_of(&LIST_TABLES, &script));
        }
    }
    stage.floor.checkpoint();
    (carts, readings, newest)
}

// Changing ----------------------------------------------------------------------------------------

/// Ways to change a cart, each of two kinds that take turns, so that every call changes something.
struct Changes {
    one_line: [String; 2],
    every_line: [String; 2],
    patches: [String; 2],
}

impl Changes {
    fn of(lines: usize) -> Self {
        let one = |more| stored_cart(lines, |line| if line == 0 { more } else { 0 });
        let every = |more| stored_cart(lines, |_| more);
        let patch = |quantity: usize| json!({ "quantity": quantity }).to_string();
        Self {
            one_line: [one(1), one(2)],
            every_line: [every(3), every(4)],
            patches: [patch(101), patch(102)],
        }
    }
}

fn change(stage: &mut Stage, size: &Size, shop: &Shop, report: &mut Report) {
    let samples = amount(size.changes, 4);
    let changes = Changes::of(size.lines);
    let carts = &shop.carts;
    let cart_of = |sample: usize| carts[sample % carts.len()].as_str();
    let kind_of = |sample: usize| sample / carts.len() % 2;
    let update = |engine: &Engine, cart: &str, document: &str| {
        engine.update(&request(CUSTOMER), cart, document).expect("the cart is good");
    };

    let whole =
        |floor: &Floor, _: &str, sample| floor.reading_of_cart(cart_of(sample), &Lines::All);
    let one_line = |engine: &Engine, sample: usize| {
        update(engine, cart_of(sample), &changes.one_line[kind_of(sample)]);
    };
    run(stage, size, samples, &[("update of a line", &one_line)], &whole, report);
    let every_line = |engine: &Engine, sample: usize| {
        update(engine, cart_of(sample), &changes.every_line[kind_of(sample)]);
    };
    run(stage, size, samples, &[("update", &every_line)], &whole, report);

    let line = lines_of_one();
    let add = |engine: &Engine, sample: usize| {
        engine.line_add(&request(CUSTOMER), cart_of(sample), &line).expect("the line is good");
    };
    let change = |engine: &Engine, sample: usize| {
        let (cart, patch) = (cart_of(sample), &changes.patches[kind_of(sample)]);
        engine.line_change(&request(CUSTOMER), cart, "0", patch).expect("the patch is good");
    };
    // The ids of lines are given in turn, and never twice.
    let added = |sample: usize| size.lines + sample / carts.len();
    let remove = |engine: &Engine, sample: usize| {
        let (cart, line) = (cart_of(sample), added(sample).to_string());
        engine.line_remove(&request(CUSTOMER), cart, &line).expect("the line was added");
    };
    let acts: [Act<'_>; 3] =
        [("line add", &add), ("line change", &change), ("line remove", &remove)];
    let reads = |floor: &Floor, act: &str, sample: usize| {
        let line = match act {
            "line add" => Lines::None,
            "line change" => Lines::One(0),
            _ => Lines::One(added(sample)),
        };
        floor.reading_of_cart(cart_of(sample), &line)
    };
    run(stage, size, amount(size.line_changes, 4), &acts, &reads, report);
}
