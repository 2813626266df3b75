//! Exact amounts: fractions that are rounded once, at the end, to a currency's minor unit.

#![deny(clippy::float_arithmetic)]

use std::cell::Cell;
use std::fmt::Write as _;

use iso_currency::Currency;
use rust_decimal::Decimal;

/// The most digits after the point of an amount that is no total.
pub const AMOUNT_DECIMALS_MAX: u32 = 10;

/// A number that is exact until it is rounded: numerator and positive denominator in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// One.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// `numerator / denominator`; `None` unless the denominator is positive.
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator <= 0 {
            return None;
        }
        // Most numbers are small, and 64-bit division is many times faster than 128-bit division.
        if let (Ok(above), Ok(below)) = (i64::try_from(numerator), i64::try_from(denominator)) {
            let divisor = i64::try_from(small_divisor(above.unsigned_abs(), below.unsigned_abs()));
            let divisor = divisor.ok()?;
            let (numerator, denominator) =
                (i128::from(above / divisor), i128::from(below / divisor));
            return Some(Self { numerator, denominator });
        }
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()?;
        Some(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// A decimal, exactly.
    #[must_use]
    pub fn of(amount: Decimal) -> Self {
        // A decimal has at most 28 fraction digits, and 10^28 fits well.
        Self::new(amount.mantissa(), 10_i128.pow(amount.scale())).unwrap_or(Self::ZERO)
    }

    /// A whole number, exactly.
    #[must_use]
    pub const fn whole(number: i64) -> Self {
        Self { numerator: number as i128, denominator: 1 }
    }

    /// The product; `None` when it does not fit.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        // Most prices have no discount, and most cycles are whole.
        if self == Self::ONE || other == Self::ONE {
            return Some(if self == Self::ONE { other } else { self });
        }
        // Crosswise first: factors that cancel never make the product overflow.
        let left = Self::new(self.numerator, other.denominator)?;
        let right = Self::new(other.numerator, self.denominator)?;
        Some(Self {
            numerator: left.numerator.checked_mul(right.numerator)?,
            denominator: left.denominator.checked_mul(right.denominator)?,
        })
    }

    /// The sum; `None` when it does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Self::new(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?)
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

/// An amount as so many whole units and a rest, which is a part of one.
struct Units {
    whole: i128,
    rest: i128,
    of: i128,
}

fn decimal(units: i128, decimals: u32) -> Option<Decimal> {
    // Most amounts are small, and their zeros are quicker to take off than those of 96 bits.
    if let Ok(mut units) = i64::try_from(units) {
        let mut decimals = decimals;
        while decimals > 0 && units % 10 == 0 {
            units /= 10;
            decimals -= 1;
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
        // Most numbers are small, and 64-bit division is several times faster than 128-bit
        // division.
        if let (Ok(small_left), Ok(small_right)) = (u64::try_from(left), u64::try_from(right)) {
            return u128::from(small_divisor(small_left, small_right));
        }
        (left, right) = (right, left % right);
    }
    left
}

fn small_divisor(mut left: u64, mut right: u64) -> u64 {
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
