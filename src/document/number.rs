//! Numbers of documents, read from their digits: nothing goes through binary floating point.

use rust_decimal::Decimal;

/// A JSON number taken apart.
struct Parts<'a> {
    is_negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (mantissa, ""),
    };
    let is_usable = !whole.is_empty() && is_digits(whole) && is_digits(fraction);
    is_usable.then_some(Parts { is_negative, whole, fraction, exponent })
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The exponent; one beyond 64 bits is held at the end of their range, which no digits reach.
fn exponent_of(text: &str) -> Option<i64> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !is_digits(digits) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX);
    Some(if is_negative { -size } else { size })
}

/// The integer that a number's text means, `3.0` and `3e2` included; one beyond 64 bits is held at
/// the end of their range, so that a check of its size still fails. `None` when it has a fraction.
pub(super) fn integer_of(text: &str) -> Option<i64> {
    let Parts { is_negative, whole, fraction, exponent } = parts(text)?;
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    let trimmed = i64::try_from(digits.len() - significant.len()).ok()?;
    let zeros =
        exponent.saturating_sub(i64::try_from(fraction.len()).ok()?).saturating_add(trimmed);
    let size = magnitude(significant, u64::try_from(zeros).ok()?);
    let signed = if is_negative { size.map(|size| -size) } else { size };
    let beyond = if is_negative { i64::MIN } else { i64::MAX };
    Some(signed.and_then(|value| i64::try_from(value).ok()).unwrap_or(beyond))
}

/// Digits followed by zeros as a number, when it is anywhere near 64 bits.
fn magnitude(digits: &str, zeros: u64) -> Option<i128> {
    let factor = 10_i128.checked_pow(u32::try_from(zeros).ok()?)?;
    digits.trim_start_matches('0').parse::<i128>().ok()?.checked_mul(factor)
}

/// The exact decimal that a number's text means; `None` when it has more digits than a decimal
/// holds.
pub(super) fn decimal_of(text: &str) -> Option<Decimal> {
    let Parts { exponent, .. } = parts(text)?;
    let mantissa = Decimal::from_str_exact(text.split(['e', 'E']).next()?).ok()?.normalize();
    shifted(mantissa, exponent)
}

/// A decimal times a power of ten; `None` when not all of its digits are left.
fn shifted(mut decimal: Decimal, exponent: i64) -> Option<Decimal> {
    let scale = i64::from(decimal.scale()).saturating_sub(exponent);
    if decimal.is_zero() {
        return Some(decimal);
    }
    if scale >= 0 {
        decimal.set_scale(u32::try_from(scale).ok()?).ok()?;
        return Some(decimal);
    }
    decimal.set_scale(0).ok()?;
    let factor = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
    decimal.checked_mul(Decimal::try_from_i128_with_scale(factor, 0).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integral_number_is_an_integer_however_it_is_written() {
        for (text, value) in [
            ("3", Some(3)),
            ("3.0", Some(3)),
            ("-3.000", Some(-3)),
            ("3e2", Some(300)),
            ("3.25E2", Some(325)),
            ("300e-2", Some(3)),
            ("0.0", Some(0)),
            ("-0", Some(0)),
            ("0e99999999999999999999", Some(0)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", Some(i64::MAX)),
            ("-9223372036854775809", Some(i64::MIN)),
            ("1e400", Some(i64::MAX)),
            ("-1e99999999999999999999", Some(i64::MIN)),
            ("1.5", None),
            ("1e-1", None),
            ("1e-99999999999999999999", None),
            ("", None),
            ("1.", None),
            ("1e", None),
            ("one", None),
        ] {
            assert_eq!(integer_of(text), value, "{text}");
        }
    }

    #[test]
    fn a_decimal_keeps_every_digit() {
        for text in ["0.1", "30.4", "0.0000000001", "79228162514264337593543950335"] {
            assert_eq!(decimal_of(text).map(|value| value.to_string()).as_deref(), Some(text));
        }
        for text in ["3.04e1", "3.04E+1", "304e-1"] {
            assert_eq!(decimal_of(text), decimal_of("30.4"), "{text}");
        }
        for (text, plain) in [
            ("1.234567890123456789012345678e3", "1234.567890123456789012345678"),
            ("12.50e1", "125"),
            ("1e28", "10000000000000000000000000000"),
            ("1e-28", "0.0000000000000000000000000001"),
            ("0e400", "0"),
            ("-25e-1", "-2.5"),
        ] {
            assert_eq!(decimal_of(text), decimal_of(plain), "{text}");
        }
        for text in [
            "",
            "1_000",
            "1e400",
            "1e-29",
            "1e99999999999999999999",
            "1.23456789012345678901234567890123e0",
            "79228162514264337593543950336",
            "NaN",
            "0x1",
        ] {
            assert_eq!(decimal_of(text), None, "{text}");
        }
    }
}
