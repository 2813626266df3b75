//! What an engine takes of memory: idle, over many operations, and for the longest cart.
//!
//! Memory that is resident is what the system says of this process, so each figure is what the
//! process has grown by. Pages of code that come into use count, too. Allocations are counted, and
//! not only bytes, where a function is to need few of them. (Criterion measures times.)
#![allow(unsafe_code, reason = "an allocator is unsafe to write")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use cart_engine::Engine;
use cart_engine::cart::model::PurchaseSystem;
use cart_engine::cart::order_group::{KeyRef, partition};
use cart_engine::term::BillingCycle;
use serde_json::json;
use support::figures::Results;
use support::{amount, cart, catalog, folder, new_cart, open, options, request, stock};

const CUSTOMER: &str = "customer-1";

/// Counts how often memory is asked for.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is done by the allocator of the system.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps to what `alloc` demands.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    let mut results = Results::of("memory");
    // The first, while the process is as small as it ever is.
    let folder = folder();
    idle(&folder.path().join("idle.db"), &mut results);
    growth(&folder.path().join("growth.db"), &mut results);
    longest_cart(&folder.path().join("longest.db"), &mut results);
    allocations_of_partition(&mut results);
}

/// A value of this process that the system tells in KiB.
fn kib(name: &str) -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the system is Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).expect("it is a number of KiB")
}

/// An engine on a file that has done one of everything, and waits.
fn idle(database: &Path, results: &mut Results) {
    let options = options(database, "full");
    let (catalog, document) = (catalog().to_string(), cart(1));
    let before = kib("VmRSS");
    let engine = Engine::open(&options).expect("the database can be made");
    let opened = kib("VmRSS") - before;
    engine.catalog_put(&catalog).expect("the catalog can be used");
    let id = new_cart(&engine, CUSTOMER, &document);
    black_box(engine.get(&request(CUSTOMER), &id).expect("the cart is there"));
    let idle = kib("VmRSS") - before;
    println!(
        "idle engine: {opened} KiB once open, {idle} KiB with a catalog, a create and a get done"
    );
    results.put(&json!({ "figure": "idle", "KiB": idle, "KiB once open": opened }));
}

/// How often memory is looked at while operations go on.
const LOOKS: usize = 10;

/// Operations of all kinds; what they create they also delete, so that the database stays as it is.
fn growth(database: &Path, results: &mut Results) {
    let operations = amount(1_000_000, 2_000);
    let engine = open(database, "normal");
    stock(&engine);
    let document = cart(1);
    let carts: Vec<String> = (0..100).map(|_| new_cart(&engine, CUSTOMER, &document)).collect();
    let mut looks = Vec::new();
    for operation in 0..operations {
        if operation.is_multiple_of(operations / LOOKS) {
            looks.push(kib("VmRSS"));
        }
        operate(&engine, operation, &carts, &document);
    }
    looks.push(kib("VmRSS"));
    // The first tenth fills caches.
    let growth = looks[LOOKS] - looks[1];
    println!(
        "{operations} operations: {growth} KiB of growth after the first tenth; KiB {looks:?}"
    );
    results.put(&json!({
        "figure": "growth", "operations": operations, "KiB": growth, "looks": looks,
    }));
}

fn operate(engine: &Engine, operation: usize, carts: &[String], document: &str) {
    let request = request(CUSTOMER);
    let cart = &carts[operation / 20 % carts.len()];
    match operation % 20 {
        0 => {
            let id = new_cart(engine, CUSTOMER, document);
            engine.delete(&request, &id).expect("the cart is there");
        }
        1..=4 => {
            let patch = json!({ "quantity": 1 + operation % 7 }).to_string();
            engine.line_change(&request, cart, "0", &patch).expect("the patch is good");
        }
        5..=9 => drop(engine.price(&request, document).expect("the cart is good")),
        _ => drop(engine.get(&request, cart).expect("the cart is there")),
    }
}

/// What the process grows by, at the most, while the longest cart is created, read and checked out.
fn longest_cart(database: &Path, results: &mut Results) {
    let engine = open(database, "normal");
    stock(&engine);
    let lines = amount(10_000, 1_000);
    let document = cart(lines);
    let mut id = String::new();
    let created = peak_of(|| id = new_cart(&engine, CUSTOMER, &document));
    let read = peak_of(|| drop(engine.get(&request(CUSTOMER), &id).expect("the cart is there")));
    let checked_out =
        peak_of(|| drop(engine.checkout(&request(CUSTOMER), &id).expect("the cart is good")));
    println!(
        "a cart of {lines} lines ({} KiB of JSON): at most {created} KiB to create it, {read} KiB \
         more to get it, {checked_out} KiB more to check it out",
        document.len() / 1_024
    );
    results.put(&json!({
        "figure": "longest cart", "lines": lines, "create KiB": created, "get KiB": read,
        "checkout KiB": checked_out,
    }));
}

/// By how many KiB the process grows at the most.
fn peak_of(work: impl FnOnce()) -> i64 {
    // What was freed before is given back, so that using it again counts.
    // SAFETY: it may be called at any time.
    unsafe { libc::malloc_trim(0) };
    // Begins the peak anew.
    std::fs::write("/proc/self/clear_refs", "5").expect("the system allows it");
    let before = kib("VmRSS");
    work();
    kib("VmHWM") - before
}

/// That grouping needs memory for its result, and none for a line.
fn allocations_of_partition(results: &mut Results) {
    for lines in [1_000, 100_000] {
        let keys: Vec<_> = (0..lines)
            .map(|line| KeyRef {
                system: PurchaseSystem::Legacy,
                sales_group: Some(["a", "b", "c", "d", "e"][line % 5]),
                billing_cycle: BillingCycle::Monthly,
                currency: "USD",
            })
            .map(Some)
            .collect();
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        black_box(partition(black_box(&keys)));
        let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
        println!("partition of {lines} lines into 5 groups: {allocations} allocations");
        results.put(&json!({
            "figure": "allocations of partition", "lines": lines, "allocations": allocations,
        }));
    }
}
