use chrono::NaiveDate;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::cart::model::{Given, Pricing};
use crate::cart::testing::{OFFER, World, amount, at, licence_key, price};
use crate::catalog::facts::{Alignment, Rounding};
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
        ("2021-11-04T00:00:00Z", "2"),
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

/// The worked rows of the service's billing pages: unit price of a cycle, days of the cycle, days
/// billed, quantity, and the amount billed.
const BILLED: &str = include_str!("../../../tests/fixtures/facts/proration.csv");

/// Rows that are billed otherwise by days of the cycle, all units together, cut once: what this
/// gives, and what the page did.
const BILLED_OTHERWISE: [(&str, &str, &str); 7] = [
    ("16", "94.29", "the price of one unit was cut to 9.42 before it was multiplied"),
    ("17", "2318.4", "the price of one unit was cut to 7.72 before it was multiplied"),
    ("18", "1478.9", "the price of one unit was cut to 4.92 before it was multiplied"),
    ("19", "772.8", "the price of one unit was cut to 7.72 before it was multiplied"),
    ("20", "492.96", "the price of one unit was cut to 4.92 before it was multiplied"),
    ("22", "2294.52", "eleven of twelve months, not 335 of 365 days"),
    ("23", "13.93", "27 days of a cycle of 28, which from 21 January to 20 February has 31"),
];

/// When a row's first cycle begins to be paid, and when it ends.
fn days_of_row(id: &str, cycle_days: &str, billed_days: u64) -> (NaiveDate, NaiveDate) {
    let end = match (id, cycle_days) {
        ("22", _) => "2027-09-19",
        ("23", _) => "2026-02-20",
        (_, "30") => "2026-06-30",
        (_, "31") => "2026-03-31",
        (_, "365") => "2026-07-20",
        other => panic!("a row nobody knows: {other:?}"),
    };
    let end = at(end).date();
    (end - chrono::Days::new(billed_days - 1), end)
}

#[test]
fn shares_of_a_cycle_agree_with_the_billing_pages() {
    let mut count = 0;
    for row in BILLED.lines().skip(1) {
        let [id, unit, cycle_days, billed_days, quantity, billed] =
            row.split(',').collect::<Vec<_>>().try_into().unwrap();
        let is_year = cycle_days == "365";
        let (months, plan) =
            if is_year { (12, BillingCycle::Annual) } else { (1, BillingCycle::Monthly) };
        let mut world = world_with(months, plan, unit, quantity.parse().unwrap());
        let (bought, end) = days_of_row(id, cycle_days, billed_days.parse().unwrap());
        let end = Timestamp::at_start_of(end);
        world.now = Timestamp::at_start_of(bought);
        world.facts.alignments = vec![Alignment { end, is_monthly: !is_year }];
        world.input().custom_term_end = Some(Given::Value(end));
        let otherwise = BILLED_OTHERWISE.iter().find(|(of, ..)| *of == id);
        let expected = otherwise.map_or(billed, |(_, ours, _)| ours);
        assert_eq!(pricing(&world).extended_price, amount(expected), "row {row}");
        assert_eq!(otherwise.is_some(), amount(expected) != amount(billed), "row {row}");
        count += 1;
    }
    assert_eq!(count, 24);
}

/// A fraction in minor units, half-up or cut off, by plain division.
fn rounded_to(numerator: i128, denominator: i128, decimals: u32, half_up: bool) -> i128 {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    let (factor, rest) = (10_i128.pow(decimals), rest * 10_i128.pow(decimals));
    let is_up = half_up && rest % denominator * 2 >= denominator;
    whole * factor + rest / denominator + i128::from(is_up)
}

/// What a first term is billed: whole cycles, and days of the first and of how many.
#[derive(Debug, Clone, Copy)]
struct Billed {
    whole: i128,
    days: i128,
    of_days: i128,
}

/// Counted from the calendar, cycle by cycle back from the end.
fn billed(day: NaiveDate, end: Option<NaiveDate>, months: u32, cycle: u32) -> Billed {
    let whole = i128::from(months / cycle) - 1;
    let Some(end) = end else { return Billed { whole, days: 1, of_days: 1 } };
    let after = end.succ_opt().unwrap();
    let boundary = |count: u32| after - chrono::Months::new(count * cycle);
    let cut = (0..=36).find(|count| boundary(count + 1) <= day).unwrap();
    Billed {
        whole: i128::from(cut),
        days: i128::from((boundary(cut) - day).num_days()),
        of_days: i128::from((boundary(cut) - boundary(cut + 1)).num_days()),
    }
}

fn any_plan() -> impl Strategy<Value = (u32, u32, BillingCycle)> {
    prop::sample::select(vec![
        (1, 1, BillingCycle::Monthly),
        (12, 1, BillingCycle::Monthly),
        (12, 12, BillingCycle::Annual),
        (36, 1, BillingCycle::Monthly),
        (36, 12, BillingCycle::Annual),
        (36, 36, BillingCycle::Triennial),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn extended_price_is_the_exact_fraction_rounded_once(
        (mantissa, scale) in (0_i64..100_000_000_000_000_000, 0_u32..=10),
        quantity in 1_i64..=2_147_483_647,
        off in 0_i64..=10_000,
        (months, cycle, plan) in any_plan(),
        (currency, minor) in prop::sample::select(vec![("USD", 2_u32), ("JPY", 0), ("KWD", 3)]),
        rounding in prop::sample::select(vec![Rounding::HalfUp, Rounding::Truncate]),
        (start, length) in (0_u64..1500, 1_u64..1100),
    ) {
        // Of long prices fewer units, so that the plain numbers below suffice.
        let quantity = if mantissa > 1_000_000_000_000 { quantity % 10_000 + 1 } else { quantity };
        let mut world = world_with(months, plan, "0", quantity);
        let day = at("2024-01-01").date() + chrono::Days::new(start);
        world.now = Timestamp::at_start_of(day);
        let row = &mut world.licence().prices[0];
        (row.start, row.currency) = (at("2020-01-01"), currency.into());
        row.unit_price = Decimal::new(mantissa, scale);
        world.facts.partner.currency = currency.into();
        world.facts.partner.rounding = rounding;
        world.input().currency_code = Some(currency.into());
        let promotion = world.promote(1, "0");
        (promotion.start, promotion.end) = (at("2020-01-01"), at("2040-01-01"));
        (promotion.products[0].term, promotion.products[0].billing_cycle) = (None, None);
        promotion.products[0].discount = Decimal::new(off, 4);
        // The day that the length leads to, or the next month's end within the term.
        let month_end = (0..31)
            .map(|more| day + chrono::Days::new(length % (u64::from(months) * 31) + more))
            .find(|end| end.succ_opt().unwrap().format("%d").to_string() == "01");
        let end = month_end.filter(|end| {
            start % 3 != 0 && *end > day && *end < day + chrono::Months::new(months)
        });
        world.input().custom_term_end = end.map(Timestamp::at_start_of).map(Given::Value);

        let Billed { whole, days, of_days } = billed(day, end, months, cycle);
        let numerator = i128::from(mantissa)
            * i128::from(10_000 - off)
            * i128::from(quantity)
            * (whole * of_days + days);
        let denominator = 10_i128.pow(scale) * 10_000 * i128::from(months / cycle) * of_days;
        let half_up = days == of_days && rounding == Rounding::HalfUp;
        let units = rounded_to(numerator, denominator, minor, half_up);
        let expected = Decimal::try_from_i128_with_scale(units, minor).unwrap().normalize();
        if expected > Decimal::from(super::EXTENDED_PRICE_MAX) {
            let error = world.evaluate().swap_remove(0).error.unwrap();
            prop_assert_eq!((error.code, error.property.as_str()), (10006, "quantity"));
        } else {
            prop_assert_eq!(pricing(&world).extended_price, expected);
        }
    }

    #[test]
    fn a_price_of_any_size_is_a_price_or_a_line_error(
        (high, low) in any::<(u32, u64)>(),
        scale in 0_u32..=28,
        quantity in 1_i64..=2_147_483_647,
        off in any::<u64>(),
        (months, _, plan) in any_plan(),
    ) {
        let mut world = world_with(months, plan, "0", quantity);
        let unit = i128::from(high) << 64 | i128::from(low);
        world.licence().prices[0].unit_price = Decimal::from_i128_with_scale(unit, scale);
        let promotion = world.promote(1, "0");
        (promotion.products[0].term, promotion.products[0].billing_cycle) = (None, None);
        promotion.products[0].discount = Decimal::from_i128_with_scale(i128::from(off), 20);
        let outcome = world.evaluate().swap_remove(0);
        prop_assert!(outcome.error.is_none_or(|error| error.code == 10006));
    }
}
