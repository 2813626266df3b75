//! What a line costs (behaviour 6).

use rust_decimal::Decimal;

use crate::cart::model::{Pricing, PurchaseSystem, value_of};
use crate::cart::proration::Schedule;
use crate::cart::resolve::{Resolved, is_same};
use crate::catalog::facts::{Facts, Rounding};
use crate::catalog::model::{ItemFacts, Price};
use crate::clock::Timestamp;
use crate::money::{AMOUNT_DECIMALS_MAX, Fraction, minor_unit_decimals};
use crate::term::Duration;

/// The greatest total of a line. Nobody pays it, and the total of an order always fits: a million
/// such lines with four decimals need 28 digits, which is what an amount holds.
const EXTENDED_PRICE_MAX: i64 = 1_000_000_000_000_000_000;

/// The price row in force for a line: of its currency, segment, plan and term.
pub(crate) fn price_row<'a>(
    line: &Resolved<'a>,
    facts: &'a Facts,
    now: Timestamp,
) -> Option<&'a Price> {
    let rows = line.facts()?.prices.iter().filter(|price| is_for(price, line));
    nearest(rows, &facts.buyer.segment, now)
}

/// The row in force: one of the segment's own is nearer than one for everybody.
fn nearest<'a>(
    rows: impl Iterator<Item = &'a Price> + Clone,
    segment: &str,
    now: Timestamp,
) -> Option<&'a Price> {
    let is_own = |price: &&Price| price.segment.as_deref().is_some_and(|its| is_same(its, segment));
    in_force(rows.clone().filter(is_own), now)
        .or_else(|| in_force(rows.filter(|price| price.segment.is_none()), now))
}

fn is_for(price: &Price, line: &Resolved<'_>) -> bool {
    let fits_term = || match price.term {
        Some(term) => line.term == Some(term),
        // A legacy price without a term fits every term; a SKU's is the price of a SKU without
        // terms.
        None => line.system == PurchaseSystem::Legacy || !line.has_terms(),
    };
    Some(price.plan) == line.cycle && fits_term() && price.currency == line.currency
}

/// Of overlapping rows the older rules until its end, and an open end is where the next row begins.
fn in_force<'a>(mut rows: impl Iterator<Item = &'a Price>, now: Timestamp) -> Option<&'a Price> {
    let first = rows.next()?;
    // Most items have one row for a plan and term, and then there is nothing to sort.
    let Some(second) = rows.next() else {
        return (first.start <= now && now <= first.end).then_some(first);
    };
    let mut rows: Vec<_> = [first, second].into_iter().chain(rows).collect();
    rows.sort_by_key(|price| price.start);
    let mut rest = rows.iter().peekable();
    while let Some(price) = rest.next() {
        let next_start = rest.peek().map(|next| next.start);
        let is_running = match next_start {
            Some(next) if price.end >= Timestamp::OPEN_END => now < next,
            _ => now <= price.end,
        };
        if price.start <= now && is_running {
            return Some(price);
        }
    }
    None
}

/// The prices of an item in force now for a segment, one of each term, plan and currency, in the
/// order of the rows.
#[must_use]
pub fn prices_in_force<'a>(
    item: &'a ItemFacts,
    segment: &str,
    currency: Option<&str>,
    now: Timestamp,
) -> Vec<&'a Price> {
    let same = |one: &Price, other: &Price| {
        (one.term, one.plan, &one.currency) == (other.term, other.plan, &other.currency)
    };
    let mut found: Vec<&Price> = Vec::new();
    for row in &item.prices {
        let is_wanted = currency.is_none_or(|wanted| row.currency.eq_ignore_ascii_case(wanted));
        if !is_wanted || found.iter().any(|known| same(known, row)) {
            continue;
        }
        found.extend(nearest(item.prices.iter().filter(|price| same(price, row)), segment, now));
    }
    found
}

/// What the price of a line is made from.
struct Parts {
    /// One unit for one cycle.
    per_cycle: Fraction,
    /// What is left of the price after the discount.
    left: Fraction,
    /// The share of the first cycle that is paid.
    first_share: Fraction,
    /// The sum of the shares of all cycles of the first term.
    shares: Fraction,
    is_prorated: bool,
}

/// The price of a line under a discount; `None` when an amount does not fit.
pub(crate) fn price(
    line: &Resolved<'_>,
    row: &Price,
    discount: Decimal,
    facts: &Facts,
    now: Timestamp,
) -> Option<Pricing> {
    let parts = parts(line, row, discount, now)?;
    let list = parts.per_cycle;
    let discounted = list.times(parts.left)?;
    let prorated = discounted.times(parts.first_share)?;
    let quantity = Fraction::whole(line.quantity?);
    let total = discounted.times(parts.shares)?.times(quantity)?;
    let decimals = minor_unit_decimals(line.currency);
    let is_truncated = parts.is_prorated || facts.partner.rounding == Rounding::Truncate;
    let extended = if is_truncated { total.truncated(decimals) } else { total.half_up(decimals) };
    // Without promotion and proration the amounts are the same, and nothing is rounded again.
    let rounded = |amount: Fraction, factor: Fraction, before| {
        if factor.is_one() { Some(before) } else { amount.half_up(AMOUNT_DECIMALS_MAX) }
    };
    let list_price = list.half_up(AMOUNT_DECIMALS_MAX)?;
    let discounted_price = rounded(discounted, parts.left, list_price)?;
    let prorated_price = rounded(prorated, parts.first_share, discounted_price)?;
    Some(Pricing {
        list_price,
        discounted_price,
        prorated_price,
        price: prorated_price,
        extended_price: extended.filter(is_payable)?,
    })
}

/// Whether a total is not above the greatest. Decimals take longer to compare.
fn is_payable(total: &Decimal) -> bool {
    total.mantissa() <= i128::from(EXTENDED_PRICE_MAX) * 10_i128.pow(total.scale())
}

fn parts(line: &Resolved<'_>, row: &Price, discount: Decimal, now: Timestamp) -> Option<Parts> {
    let cycle = line.cycle?;
    let cycles = cycle.cycles_in(line.term);
    let unit = Fraction::of(row.unit_price);
    let is_per_cycle = line.system == PurchaseSystem::Legacy && row.term.is_none();
    let per_cycle = if is_per_cycle { unit } else { unit.divided_by(cycles)? };
    let mut parts = Parts {
        per_cycle,
        left: if discount.is_zero() {
            Fraction::ONE
        } else {
            Fraction::of((Decimal::ONE - discount).max(Decimal::ZERO))
        },
        first_share: Fraction::ONE,
        shares: Fraction::whole(i64::from(cycles)),
        is_prorated: false,
    };
    if let (Some(end), Some(term)) = (value_of(line.line.input.custom_term_end.as_ref()), line.term)
    {
        let length = cycle.months().filter(|_| cycles > 1).map_or(term, Duration::months);
        let schedule = Schedule::new(now.date(), end.date(), length)?;
        parts.first_share = schedule.first_share()?;
        parts.shares = schedule.shares()?;
        parts.is_prorated = schedule.is_prorated();
    }
    Some(parts)
}

#[cfg(test)]
mod tests;
