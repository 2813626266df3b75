//! Grouping the lines of a checkout, alone and as a part of the whole.
//!
//! The throughput counts lines, so that `Melem/s` tells whether the cost of a line stays the same
//! while carts grow.

mod support;

use std::hint::black_box;
use std::time::Duration;

use cart_engine::cart::model::PurchaseSystem;
use cart_engine::cart::order_group::{KeyRef, partition};
use cart_engine::term::BillingCycle;
use criterion::{
    BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use support::{cart, folder, is_short, new_cart, open_shop, request};

const PARTITIONED_LINES: [usize; 6] = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
const CHECKED_OUT_LINES: [usize; 5] = [1, 10, 100, 1_000, 10_000];

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
    // The longest carts take too long for a number of runs that grows from sample to sample.
    bench.sampling_mode(SamplingMode::Flat);
    for lines in PARTITIONED_LINES {
        bench.throughput(Throughput::Elements(lines as u64));
        for (name, groups) in [("1 group", 1), ("10 groups", 10), ("tenth groups", lines / 10)] {
            let sales_groups: Vec<String> =
                (0..groups).map(|group| format!("sales-{group:06}")).collect();
            let keys = keys(lines, &sales_groups);
            bench.bench_with_input(BenchmarkId::new(name, lines), &keys, |bencher, keys| {
                bencher.iter(|| partition(black_box(keys)));
            });
        }
    }
    bench.finish();
}

fn whole_checkouts(criterion: &mut Criterion) {
    let folder = folder();
    let engine = open_shop(&folder.path().join("shop.db"));
    let mut bench = criterion.benchmark_group("checkout");
    bench.sampling_mode(SamplingMode::Flat);
    let mut customers = 0;
    let count = if is_short() { CHECKED_OUT_LINES.len() - 1 } else { CHECKED_OUT_LINES.len() };
    for &lines in &CHECKED_OUT_LINES[..count] {
        bench.throughput(Throughput::Elements(lines as u64));
        bench.sample_size(if lines > 100 { 10 } else { 30 });
        let document = cart(lines);
        bench.bench_function(BenchmarkId::new("durability full", lines), |bencher| {
            bencher.iter_batched(
                || {
                    // Each cart is of a new customer: what customers own does not grow with the
                    // samples.
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

/// Criterion's own way to see that benches run is taken when cargo runs them as tests.
fn settings() -> Criterion {
    let (warm_up, measurement) = if is_short() { (10, 10) } else { (500, 1_500) };
    Criterion::default()
        .sample_size(if is_short() { 10 } else { 30 })
        .warm_up_time(Duration::from_millis(warm_up))
        .measurement_time(Duration::from_millis(measurement))
}

criterion_group! {
    name = benches;
    config = settings();
    targets = partitions, whole_checkouts
}
criterion_main!(benches);
