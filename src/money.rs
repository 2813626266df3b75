//! Exact amounts: fractions that are rounded once, at the end, to a currency's minor unit.

#![deny(clippy::float_arithmetic)]

use std::cell::Cell;
use std::fmt::Write as _;

use iso_currency::Currency;
use rust_decimal::Decimal;

/// The most digits after the point of an amount that is no total.
pub const AMOUNT_DECIMALS_MAX: u32 = 10;

/// A number that is exact until it is rounded: a numerator and a positive denominator. They are
/// brought to lowest terms only where they would not fit otherwise: that takes longer than all else
/// that is done with an amount.
#[derive(Debug, Clone, Copy)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// One.
    pub const ONE: Self = Self::whole(1);
    /// Nothing.
    pub const ZERO: Self = Self::whole(0);

    /// `numerator / denominator`; `None` unless the denominator is positive.
    #[must_use]
    pub const fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator > 0 { Some(Self { numerator, denominator }) } else { None }
    }

    /// A decimal, exactly.
    #[must_use]
    pub fn of(amount: Decimal) -> Self {
        // A decimal has at most 28 fraction digits, and 10^28 fits well.
        Self { numerator: amount.mantissa(), denominator: 10_i128.pow(amount.scale()) }
    }

    /// A whole number, exactly.
    #[must_use]
    pub const fn whole(number: i64) -> Self {
        Self { numerator: number as i128, denominator: 1 }
    }

    /// Whether it is one: nothing changes by it.
    #[must_use]
    pub const fn is_one(self) -> bool {
        self.numerator == self.denominator
    }

    /// The product; `None` when it does not fit.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        // Most prices have no discount, and most cycles are whole.
        if other.is_one() {
            return Some(self);
        }
        self.multiplied(other).or_else(|| {
            let (one, other) = (self.in_lowest_terms()?, other.in_lowest_terms()?);
            // Crosswise, too: factors that cancel never make the product overflow.
            let left = Self::new(one.numerator, other.denominator)?.in_lowest_terms()?;
            let right = Self::new(other.numerator, one.denominator)?.in_lowest_terms()?;
            left.multiplied(right)
        })
    }

    fn multiplied(self, other: Self) -> Option<Self> {
        Some(Self {
            numerator: product(self.numerator, other.numerator)?,
            denominator: product(self.denominator, other.denominator)?,
        })
    }

    /// The sum; `None` when it does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.added(other).or_else(|| self.in_lowest_terms()?.added(other.in_lowest_terms()?))
    }

    fn added(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Some(Self {
            numerator: left.checked_add(right)?,
            denominator: self.denominator.checked_mul(other.denominator)?,
        })
    }

    fn in_lowest_terms(self) -> Option<Self> {
        let Self { numerator, denominator } = self;
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()?;
        Some(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// The fraction over a positive whole number; `None` when it does not fit.
    #[must_use]
    pub fn divided_by(self, number: u32) -> Option<Self> {
        self.times(Self::new(1, i128::from(number))?)
    }

    /// Rounded to so many decimals, a half going up. `None` when it does not fit a decimal.
    #[must_use]
    pub fn half_up(self, decimals: u32) -> Option<Decimal> {
        let Units { whole, rest, of } = self.units(decimals)?;
        // rest / of >= 1/2, without doubling what may be large.
        let up = rest >= of - rest;
        decimal(whole.checked_add(i128::from(up))?, decimals)
    }

    /// Cut off after so many decimals. `None` when it does not fit a decimal.
    #[must_use]
    pub fn truncated(self, decimals: u32) -> Option<Decimal> {
        decimal(self.units(decimals)?.whole, decimals)
    }

    fn units(self, decimals: u32) -> Option<Units> {
        // Most amounts and their rests are small.
        if let (Ok(above), Ok(below)) =
            (u64::try_from(self.numerator), u64::try_from(self.denominator))
            && let Some(above) =
                10_u64.checked_pow(decimals).and_then(|power| power.checked_mul(above))
        {
            let (whole, rest, of) = (above / below, above % below, below);
            return Some(Units { whole: whole.into(), rest: rest.into(), of: of.into() });
        }
        let power = Self { numerator: 10_i128.checked_pow(decimals)?, denominator: 1 };
        let Self { numerator, denominator: of } = self.times(power)?;
        Some(Units { whole: numerator.div_euclid(of), rest: numerator.rem_euclid(of), of })
    }
}

/// Fractions are equal that say the same in whatever terms.
impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        let terms = |fraction: &Self| {
            fraction.in_lowest_terms().map(|lowest| (lowest.numerator, lowest.denominator))
        };
        terms(self) == terms(other)
    }
}

impl Eq for Fraction {}

/// An amount as so many whole units and a rest, which is a part of one.
struct Units {
    whole: i128,
    rest: i128,
    of: i128,
}

/// The product; `None` when it does not fit. Most numbers are small, and need no checks.
fn product(one: i128, other: i128) -> Option<i128> {
    match (i64::try_from(one), i64::try_from(other)) {
        (Ok(one), Ok(other)) => Some(i128::from(one) * i128::from(other)),
        _ => one.checked_mul(other),
    }
}

fn decimal(units: i128, decimals: u32) -> Option<Decimal> {
    // Most amounts are small, and their zeros are quicker to take off than those of 96 bits.
    if let Ok(mut units) = i64::try_from(units) {
        let mut decimals = decimals;
        for zeros in [16, 8, 4, 2, 1] {
            let power = 10_i64.pow(zeros);
            if decimals >= zeros && units % power == 0 {
                units /= power;
                decimals -= zeros;
            }
        }
        return Decimal::try_new(units, decimals).ok();
    }
    Decimal::try_from_i128_with_scale(units, decimals).ok().map(|amount| amount.normalize())
}

/// Appends an amount in its shortest form. Carts are full of amounts, and the general way to write
/// a decimal takes several times as long.
pub fn push_amount(text: &mut String, amount: Decimal) {
    let decimals = amount.scale() as usize;
    let mut buffer = itoa::Buffer::new();
    let digits = u64::try_from(amount.mantissa()).map(|units| buffer.format(units));
    match digits
        .ok()
        .and_then(|digits| digits.split_at_checked(digits.len().wrapping_sub(decimals)))
    {
        Some((whole, fraction)) if !whole.is_empty() => {
            text.push_str(whole);
            let fraction = fraction.trim_end_matches('0');
            if !fraction.is_empty() {
                text.push('.');
                text.push_str(fraction);
            }
        }
        // Negative, below one, or of very many digits. Writing to a string cannot fail.
        _ => write!(text, "{}", amount.normalize()).unwrap_or_default(),
    }
}

fn greatest_common_divisor(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

/// The number of decimals of a currency's minor unit by ISO 4217; 2 for codes that it does not
/// list.
#[must_use]
pub fn minor_unit_decimals(currency: &str) -> u32 {
    const USUAL: u32 = 2;
    thread_local! {
        // The lines of a cart have one currency, and the list of currencies is long.
        static LAST: Cell<([u8; 3], u32)> = const { Cell::new(([0; 3], USUAL)) };
    }
    let Ok(code) = <[u8; 3]>::try_from(currency.as_bytes()) else { return USUAL };
    let (last, decimals) = LAST.get();
    if code == last {
        return decimals;
    }
    let exponent = Currency::from_code(currency).and_then(Currency::exponent);
    let decimals = exponent.map_or(USUAL, u32::from);
    LAST.set((code, decimals));
    decimals
}

/// The sign of a currency, such as `$`, where it has one of its own.
#[must_use]
pub fn currency_symbol(currency: &str) -> Option<String> {
    Currency::from_code(currency).map(|currency| currency.symbol().symbol)
}

/// Whether a text has the form of a currency code: three letters.
#[must_use]
pub fn is_currency_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_third_is_exact_until_it_is_rounded() {
        let third = Fraction::of(amount("100")).divided_by(3).unwrap();
        assert_eq!(third.half_up(2), Some(amount("33.33")));
        assert_eq!(third.times(Fraction::whole(3)).unwrap().half_up(2), Some(amount("100")));
        let two_thirds = third.times(Fraction::whole(2)).unwrap();
        assert_eq!(two_thirds.half_up(2), Some(amount("66.67")));
        assert_eq!(two_thirds.truncated(2), Some(amount("66.66")));
    }

    #[test]
    fn fractions_that_say_the_same_are_equal() {
        assert_eq!(Fraction::new(31, 31), Some(Fraction::ONE));
        assert_eq!(Fraction::of(amount("0.50")), Fraction::new(1, 2).unwrap());
        assert_ne!(Fraction::new(1, 2), Fraction::new(1, 3));
    }

    /// Numerators and denominators of every size.
    fn any_fraction() -> impl Strategy<Value = Fraction> {
        let numerator = (any::<i128>(), 0_u32..127).prop_map(|(number, bits)| number >> bits);
        let denominator = (1..=i128::MAX, 0_u32..126).prop_map(|(number, bits)| number >> bits);
        (numerator, denominator)
            .prop_map(|(above, below)| Fraction::new(above, below.max(1)).unwrap())
    }

    proptest! {
        #[test]
        fn a_rounded_amount_is_the_nearest_in_its_shortest_form(
            numerator in -(1_i128 << 70)..1 << 70,
            bits in 0_u32..70,
            denominator in 1_i128..1 << 20,
            decimals in 0..=AMOUNT_DECIMALS_MAX,
        ) {
            let numerator = numerator >> bits;
            let fraction = Fraction::new(numerator, denominator).unwrap();
            let units = |amount: Decimal| amount.mantissa() * 10_i128.pow(decimals - amount.scale());
            let exact = numerator * 10_i128.pow(decimals);
            let cut = fraction.truncated(decimals).unwrap();
            prop_assert_eq!(units(cut), exact.div_euclid(denominator));
            let rounded = fraction.half_up(decimals).unwrap();
            prop_assert_eq!(units(rounded), (2 * exact + denominator).div_euclid(2 * denominator));
            for amount in [cut, rounded] {
                prop_assert_eq!(amount.scale(), amount.normalize().scale());
            }
        }

        #[test]
        fn a_product_or_sum_is_the_same_in_any_terms(
            one in any_fraction(),
            other in any_fraction(),
            factor in 1..1_i128 << 20,
        ) {
            let widened = |fraction: Fraction| Some(Fraction {
                numerator: fraction.numerator.checked_mul(factor)?,
                denominator: fraction.denominator.checked_mul(factor)?,
            });
            if let Some(wide) = widened(one) {
                prop_assert_eq!(wide.times(other), one.times(other));
                prop_assert_eq!(wide.plus(other), one.plus(other));
                prop_assert_eq!(wide.half_up(2), one.half_up(2));
            }
        }
    }

    #[test]
    fn a_half_goes_up_and_less_goes_down() {
        for (text, decimals, rounded) in [
            ("0.005", 2, "0.01"),
            ("0.0049", 2, "0"),
            ("2.5", 0, "3"),
            ("2.4999", 0, "2"),
            ("1.0005", 3, "1.001"),
        ] {
            assert_eq!(
                Fraction::of(amount(text)).half_up(decimals),
                Some(amount(rounded)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_is_nothing_and_no_panic() {
        let huge = Fraction::of(Decimal::MAX);
        assert_eq!(huge.times(huge), None);
        assert_eq!(
            huge.times(Fraction::whole(i64::MAX)).and_then(|product| product.half_up(2)),
            None
        );
        assert_eq!(Fraction::ONE.divided_by(0), None);
    }

    #[test]
    fn currencies_have_the_minor_units_of_iso_4217() {
        let mut count = 0;
        let list = include_str!("../tests/fixtures/facts/minor-units.csv");
        for (code, units) in list.lines().skip(1).filter_map(|row| row.split_once(',')) {
            // Gold and its like have none.
            let expected = if units == "N.A." { 2 } else { units.parse().unwrap() };
            assert_eq!(minor_unit_decimals(code), expected, "{code}");
            count += 1;
        }
        assert_eq!(count, 178);
        assert_eq!(minor_unit_decimals("QQQ"), 2, "a code that nobody lists");
    }
}
