//! Grouping the lines of a checkout, alone and as a part of the whole.
//!
//! The throughput counts lines, so that `Kelem/s` tells whether the cost of a line stays the same
//! while carts grow.

mod support;

use std::hint::black_box;
use std::time::Duration;

use cart_engine::Engine;
use cart_engine::cart::model::PurchaseSystem;
use cart_engine::cart::order_group::{KeyRef, partition};
use cart_engine::term::BillingCycle;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use support::{cart, open_shop, request};

const PARTITIONED_LINES: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];
const CHECKED_OUT_LINES: [usize; 3] = [10, 100, 1_000];

/// Neighbours are in different groups, which is the dearest order that lines can stand in.
fn keys(lines: usize, sales_groups: &[String]) -> Vec<Option<KeyRef<'_>>> {
    let key = |name| KeyRef {
        system: PurchaseSystem::Legacy,
        sales_group: Some(name),
        billing_cycle: BillingCycle::Monthly,
        currency: "USD",
    };
    sales_groups.iter().cycle().take(lines).map(|name| Some(key(name.as_str()))).collect()
}

fn partitions(criterion: &mut Criterion) {
    let mut bench = criterion.benchmark_group("partition");
    for lines in PARTITIONED_LINES {
        bench.throughput(Throughput::Elements(lines as u64));
        for (name, groups) in [("1 group", 1), ("10 groups", 10), ("n/10 groups", lines / 10)] {
            let sales_groups: Vec<String> =
                (0..groups).map(|group| format!("sales-{group:05}")).collect();
            let keys = keys(lines, &sales_groups);
            bench.bench_with_input(BenchmarkId::new(name, lines), &keys, |bencher, keys| {
                bencher.iter(|| partition(black_box(keys)));
            });
        }
    }
    bench.finish();
}

/// Each cart is of a new customer: what customers own does not grow with the samples.
fn new_cart(engine: &Engine, customer: &str, document: &str) -> String {
    let answer = engine.create(&request(customer), document).expect("the cart is good");
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("answers are JSON");
    answer["id"].as_str().expect("a cart has an id").to_owned()
}

fn whole_checkouts(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is room for a database");
    let engine = open_shop(&folder.path().join("shop.db"));
    let mut bench = criterion.benchmark_group("checkout of a database file, durability full");
    bench.sample_size(30);
    let mut customers = 0;
    for lines in CHECKED_OUT_LINES {
        bench.throughput(Throughput::Elements(lines as u64));
        let document = cart(lines);
        bench.bench_function(BenchmarkId::from_parameter(lines), |bencher| {
            bencher.iter_batched(
                || {
                    customers += 1;
                    let customer = format!("customer-{customers}");
                    let id = new_cart(&engine, &customer, &document);
                    (customer, id)
                },
                |(customer, id)| engine.checkout(&request(&customer), &id),
                BatchSize::PerIteration,
            );
        });
    }
    bench.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2));
    targets = partitions, whole_checkouts
}
criterion_main!(benches);
