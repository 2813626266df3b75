//! The whole story of a cart: lines are put into it, one of them is changed, and it is checked out
//! into orders. Three transactions, beside the page that a programmer writes by hand in place of an
//! engine (`support/page.rs`), which stores the same facts as durably and knows no rules.
//!
//! Engines of two durabilities and a page beside each take turns within one run, because figures
//! of different minutes do not compare. That is also why this bench has its own `main`: Criterion
//! measures one thing after the other.

mod support;

use std::time::Duration;

use cart_engine::Engine;
use serde_json::json;
use support::figures::{Results, Took, timed};
use support::page::Page;
use support::{USER, amount, cart_in_groups, folder, id_of, open, request, stock};

/// Lines and orders of a story, and how often it is told.
const STORIES: [(usize, usize, usize); 3] = [(1, 1, 1_100), (10, 2, 1_100), (100, 20, 330)];

/// Turns of each teller in a run; the first of them is not counted.
const TURNS: usize = 11;

/// The quantity that the first line of every cart is changed to.
const CHANGED: i64 = 25;

/// A page and an engine of each durability, with their names.
type Tellers = [(&'static str, Teller); 4];

/// The steps of a story.
const STEPS: [&str; 3] = ["create", "change", "checkout"];

fn main() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    let engine = |durability| {
        let engine = open(&path(durability), durability);
        stock(&engine);
        engine
    };
    let page = |name, durability| Page::open(&path(name), durability);
    let tellers = [
        ("page", Teller::Page(page("page", "full"))),
        ("full", Teller::Engine(engine("full"))),
        ("checkout page", Teller::Page(page("checkout page", "checkout"))),
        ("checkout", Teller::Engine(engine("checkout"))),
    ];
    let mut results = Results::of("story");
    for (lines, orders, times) in STORIES {
        story(lines, orders, amount(times, 3), &tellers, &mut results);
    }
}

enum Teller {
    Engine(Engine),
    Page(Page),
}

/// How long each step took.
type Told = [Duration; STEPS.len()];

impl Teller {
    fn tell(&self, customer: &str, document: &str, orders: usize) -> Told {
        let (mut created, mut checked_out) = (String::new(), String::new());
        let mut told = Told::default();
        match self {
            Self::Engine(engine) => {
                let request = request(customer);
                told[0] = timed(|| created = engine.create(&request, document).expect("good"));
                let id = id_of(&created);
                let patch = json!({ "quantity": CHANGED }).to_string();
                told[1] =
                    timed(|| drop(engine.line_change(&request, &id, "0", &patch).expect("good")));
                told[2] = timed(|| checked_out = engine.checkout(&request, &id).expect("good"));
                assert_eq!(checked_out.matches(r#""alternateId":"#).count(), orders);
            }
            Self::Page(page) => {
                told[0] = timed(|| created = page.create(customer, USER, document));
                let id = id_of(&created);
                told[1] = timed(|| drop(page.change(&id, USER, 0, CHANGED)));
                told[2] = timed(|| checked_out = page.check_out(customer, USER, &id));
                assert_eq!(checked_out.matches(r#""creationDate":"#).count(), orders);
            }
        }
        told
    }
}

fn story(lines: usize, orders: usize, times: usize, tellers: &Tellers, results: &mut Results) {
    let document = cart_in_groups(lines, orders);
    let mut told: [Vec<Told>; 4] = Default::default();
    let turn = times.div_ceil(TURNS);
    for (round, first) in (0..times).step_by(turn).enumerate() {
        for ((_, teller), told) in tellers.iter().zip(&mut told) {
            // Each cart is of a new customer: what customers own does not grow with the samples.
            let customers = (first..(first + turn).min(times)).map(|n| format!("c-{lines}-{n}"));
            let stories: Vec<Told> =
                customers.map(|customer| teller.tell(&customer, &document, orders)).collect();
            // The first turn warms up.
            if round > 0 {
                told.extend(stories);
            }
            if let Teller::Page(page) = teller {
                page.checkpoint();
            }
        }
    }
    report(lines, orders, tellers, &told, results);
}

fn report(
    lines: usize,
    orders: usize,
    tellers: &Tellers,
    told: &[Vec<Told>; 4],
    results: &mut Results,
) {
    println!("{lines} lines, {orders} orders:");
    let mut figure = json!({ "lines": lines, "orders": orders, "samples": told[0].len() });
    let mut whole = Vec::new();
    for ((name, _), told) in tellers.iter().zip(told) {
        let took = Took::new(told.iter().map(|steps| steps.iter().sum()).collect());
        println!("  {name:13} {took}");
        figure[name] = took.to_json();
        for (at, step) in STEPS.iter().enumerate() {
            let took = Took::new(told.iter().map(|steps| steps[at]).collect());
            println!("    {step:11} {took}");
            figure[name][step] = took.to_json();
        }
        whole.push(took);
    }
    let [page, full, checkout_page, checkout] = whole.as_slice() else {
        panic!("there are four tellers")
    };
    for (name, one, other) in [
        ("full / page", full, page),
        ("full / checkout", full, checkout),
        ("page / checkout page", page, checkout_page),
        ("checkout / checkout page", checkout, checkout_page),
    ] {
        figure[name] = json!(one.over(other));
        println!("  {name} {:.2}", one.over(other));
    }
    results.put(&figure);
}
