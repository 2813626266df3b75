use chrono::NaiveDate;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::cart::model::{Given, Pricing};
use crate::cart::testing::{OFFER, World, amount, at, licence_key, price};
use crate::catalog::facts::Rounding;
use crate::catalog::item_id::ItemKey;
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

fn pricing(world: &World) -> Pricing {
    let outcome = world.evaluate().swap_remove(0);
    assert_eq!(outcome.error, None);
    outcome.pricing.unwrap()
}

/// One unit price for the term and plan of the first line.
fn world_with(term: u32, plan: BillingCycle, unit_price: &str, quantity: i64) -> World {
    let mut world = World::new();
    let item = world.licence();
    item.prices = vec![price(licence_key(), Some(term), plan, unit_price)];
    item.availabilities.clear();
    let sku = item.sku.as_mut().unwrap();
    (sku.maximum_quantity, sku.supported_billing_cycles) = (None, Vec::new());
    let input = world.buy_licences(quantity).input();
    input.billing_cycle = Some(Given::Value(plan));
    input.term_duration = Some(Given::Value(Duration::months(term)));
    world
}

#[test]
fn list_price_is_one_cycle_and_extended_price_the_whole_term() {
    let table = [
        // The published one: 30.4 a month for a year.
        (12, BillingCycle::Monthly, "364.8", 1, "30.4", "364.8"),
        (12, BillingCycle::Annual, "364.8", 2, "364.8", "729.6"),
        (36, BillingCycle::Monthly, "3600", 1, "100", "3600"),
        (36, BillingCycle::Annual, "3600", 1, "1200", "3600"),
        (36, BillingCycle::Triennial, "3600", 1, "3600", "3600"),
        (1, BillingCycle::Monthly, "36.48", 1, "36.48", "36.48"),
        (1, BillingCycle::None, "0", 10, "0", "0"),
        (36, BillingCycle::Monthly, "100", 3, "2.7777777778", "300"),
    ];
    for (term, plan, unit, quantity, list, extended) in table {
        let pricing = pricing(&world_with(term, plan, unit, quantity));
        let expected = (amount(list), amount(extended));
        assert_eq!((pricing.list_price, pricing.extended_price), expected, "{term} {plan} {unit}");
        assert_eq!(pricing.price, pricing.list_price);
    }
}

#[test]
fn totals_are_rounded_to_the_minor_unit_of_the_currency() {
    for (currency, half_up, truncated) in
        [("USD", "0.67", "0.66"), ("JPY", "1", "0"), ("KWD", "0.667", "0.666")]
    {
        for (rounding, expected) in [(Rounding::HalfUp, half_up), (Rounding::Truncate, truncated)] {
            let mut world = world_with(12, BillingCycle::Annual, "0.66666", 1);
            world.licence().prices[0].currency = currency.into();
            world.facts.partner.rounding = rounding;
            world.facts.partner.currency = currency.into();
            world.input().currency_code = Some(currency.into());
            assert_eq!(pricing(&world).extended_price, amount(expected), "{currency}");
        }
    }
}

#[test]
fn a_legacy_price_without_a_term_is_that_of_one_cycle() {
    let mut world = World::new();
    world.buy_offer();
    assert_eq!(pricing(&world).extended_price, amount("200"));
    world.input().term_duration = Some(Given::Value(Duration::months(12)));
    let priced = pricing(&world);
    assert_eq!((priced.list_price, priced.extended_price), (amount("20"), amount("2400")));
    let row = price(ItemKey::offer(OFFER), Some(12), BillingCycle::Monthly, "120");
    world.item(&ItemKey::offer(OFFER)).prices = vec![row];
    let priced = pricing(&world);
    assert_eq!((priced.list_price, priced.extended_price), (amount("10"), amount("1200")));
}

#[test]
fn a_custom_end_cuts_only_the_first_cycle_and_truncates() {
    // Unit price 120 a year by the month, bought on 10 March 2026.
    let table = [
        ("2026-09-30", "67.09", "7.0967741935"),
        ("2026-03-31", "7.09", "7.0967741935"),
        ("2027-02-28", "117.09", "7.0967741935"),
    ];
    for (end, extended, prorated) in table {
        let mut world = world_with(12, BillingCycle::Monthly, "120", 1);
        world.input().custom_term_end = Some(Given::Value(at(end)));
        let priced = pricing(&world);
        assert_eq!(priced.extended_price, amount(extended), "{end}");
        assert_eq!((priced.prorated_price, priced.price), (amount(prorated), amount(prorated)));
        assert_eq!(priced.discounted_price, amount("10"));
    }
}

#[test]
fn a_cycle_that_is_whole_is_not_truncated() {
    let mut world = world_with(1, BillingCycle::Monthly, "0.666", 1);
    world.now = at("2026-03-01T12:00:00Z");
    world.input().custom_term_end = Some(Given::Value(at("2026-03-31")));
    assert_eq!(pricing(&world).extended_price, amount("0.67"));
}

#[test]
fn of_overlapping_rows_the_older_rules_until_its_end() {
    let mut world = world_with(12, BillingCycle::Annual, "1", 1);
    let first = world.licence().prices[0].clone();
    let row = |start, end, unit| crate::catalog::model::Price {
        start: at(start),
        end: at(end),
        unit_price: amount(unit),
        ..first.clone()
    };
    world.licence().prices = vec![
        row("2021-11-01T00:00:00Z", "9999-11-30T23:59:59Z", "2"),
        row("2021-10-01T00:00:00Z", "2021-11-03T06:57:30.0682597Z", "1"),
        row("2022-01-01T00:00:00Z", "9999-11-30T23:59:59Z", "3"),
    ];
    for (now, unit) in [
        ("2021-11-02T00:00:00Z", "1"),
        ("2021-11-03T06:57:30.0682597Z", "1"),
        ("2021-11-03T06:57:30.0682598Z", "2"),
        ("2021-12-31T23:59:59.9999999Z", "2"),
        ("2022-01-01T00:00:00Z", "3"),
        ("2030-01-01T00:00:00Z", "3"),
    ] {
        world.now = at(now);
        assert_eq!(pricing(&world).list_price, amount(unit), "{now}");
    }
}

#[test]
fn a_price_of_the_segment_is_nearer_than_one_for_all() {
    let mut world = world_with(12, BillingCycle::Annual, "100", 1);
    let mut own = world.licence().prices[0].clone();
    (own.segment, own.unit_price) = (Some("education".into()), amount("50"));
    world.licence().prices.push(own);
    assert_eq!(pricing(&world).list_price, amount("100"));
    world.facts.buyer.segment = "education".into();
    assert_eq!(pricing(&world).list_price, amount("50"));
}

/// Rows of the service's billing pages: price of a cycle, days of the cycle, days billed, quantity,
/// and the amount billed. Left out are five rows of cancellations and conversions in which the
/// service cut the price of one unit to cents before it multiplied (10.08 x 23/30 = 7.728, billed
/// as 300 x 7.72): rounding once gives cents more; a row by months (11/12 of 250) and one of a
/// year's price (192 x 181/365) that no month's end of a first term expresses.
const BILLED: [(&str, i64, u64, i64, &str); 17] = [
    ("10.08", 30, 30, 10, "100.8"),
    ("10.08", 30, 28, 10, "94.08"),
    ("10.08", 30, 28, 12, "112.89"),
    ("10.08", 30, 28, 8, "75.26"),
    ("12", 31, 31, 10, "120"),
    ("12", 31, 29, 10, "112.25"),
    ("12", 31, 29, 15, "168.38"),
    ("12", 31, 26, 15, "150.96"),
    ("12", 31, 26, 25, "251.61"),
    ("12", 31, 22, 23, "195.87"),
    ("12", 31, 22, 20, "170.32"),
    ("12", 31, 11, 20, "85.16"),
    ("12", 31, 11, 30, "127.74"),
    ("52.61", 30, 30, 25, "1315.25"),
    ("16", 28, 27, 1, "15.42"),
    ("12", 31, 24, 25, "232.25"),
    ("12", 31, 24, 23, "213.67"),
];

#[test]
fn shares_of_a_cycle_agree_with_the_billing_pages() {
    for (unit, cycle_days, billed_days, quantity, total) in BILLED {
        // A month of that many days whose last day ends the term, bought so many days before.
        let end = match cycle_days {
            28 => "2026-02-28",
            30 => "2026-06-30",
            _ => "2026-03-31",
        };
        let mut world = world_with(1, BillingCycle::Monthly, unit, quantity);
        let bought: NaiveDate = at(end).date() - chrono::Days::new(billed_days - 1);
        world.now = Timestamp::at_start_of(bought);
        world.input().custom_term_end = Some(Given::Value(at(end)));
        assert_eq!(
            pricing(&world).extended_price,
            amount(total),
            "{unit} {billed_days}/{cycle_days}"
        );
    }
}

/// floor or half-up of numerator / denominator, by plain long division in wide numbers.
fn rounded(numerator: i128, denominator: i128, half_up: bool) -> i128 {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    quotient + i128::from(half_up && rest * 2 >= denominator)
}

proptest! {
    #[test]
    fn extended_price_is_the_exact_fraction_rounded_once(
        cents in 0_i64..10_000_000,
        quantity in 1_i64..10_000,
        percent in 0_i64..=100,
        months in prop::sample::select(vec![1_u32, 12, 36]),
        start in 0_u64..1500,
        length in 1_u64..1100,
    ) {
        let mut world = world_with(months, BillingCycle::Monthly, "0", quantity);
        let day = at("2024-01-01").date() + chrono::Days::new(start);
        world.now = Timestamp::at_start_of(day);
        world.licence().prices[0].start = at("2020-01-01");
        world.licence().prices[0].unit_price = Decimal::new(cents, 2);
        let promotion = world.promote(1, "0");
        (promotion.start, promotion.end) = (at("2020-01-01"), at("2040-01-01"));
        promotion.products[0].term = None;
        promotion.products[0].discount = Decimal::new(percent, 2);
        // A month's end within the term, when the length leads to one.
        let end = day + chrono::Days::new(length);
        let is_custom = end.succ_opt().unwrap().to_string().ends_with("-01")
            && end < day + chrono::Months::new(months);
        if is_custom {
            world.input().custom_term_end = Some(Given::Value(Timestamp::at_start_of(end)));
        }
        // Whole months and the cut one, counted day by day from the calendar.
        let (mut whole, mut first) = (i128::from(months), (1_i128, 1_i128));
        if is_custom {
            whole = 0;
            let mut begin = end.succ_opt().unwrap() - chrono::Months::new(1);
            while begin > day {
                whole += 1;
                begin = begin - chrono::Months::new(1);
            }
            let next = begin + chrono::Months::new(1);
            first = (i128::from((next - day).num_days()), i128::from((next - begin).num_days()));
        } else {
            whole -= 1;
        }
        let is_cut = first.0 != first.1;
        let numerator = i128::from(cents)
            * i128::from(100 - percent)
            * i128::from(quantity)
            * (whole * first.1 + first.0);
        let denominator = 100 * i128::from(months) * first.1;
        let cents = rounded(numerator, denominator, !is_cut);
        let expected = Decimal::from_i128_with_scale(cents, 2).normalize();
        prop_assert_eq!(pricing(&world).extended_price, expected);
    }
}
