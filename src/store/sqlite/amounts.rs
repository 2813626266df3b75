//! How the five amounts of a line's pricing are kept: as a list in JSON, in which an amount that
//! equals the one before it is `null`. Without promotion and proration four of the five are equal.

use rust_decimal::Decimal;

use super::error::damaged;
use crate::cart::model::Pricing;
use crate::error::Result;
use crate::money::push_amount;

/// Stands for the amount before.
const SAME: &str = "null";

/// The text that is kept.
pub(super) fn to_text(pricing: &Pricing) -> String {
    let mut text = String::with_capacity(48);
    let mut last: Option<Decimal> = None;
    let Pricing { list_price, discounted_price, prorated_price, price, extended_price } = *pricing;
    for amount in [list_price, discounted_price, prorated_price, price, extended_price] {
        text.push(if last.is_some() { ',' } else { '[' });
        // Their bytes are compared in a fraction of the time that their values take.
        if last.is_some_and(|last| last.serialize() == amount.serialize()) {
            text.push_str(SAME);
        } else {
            push_amount(&mut text, amount);
        }
        last = Some(amount);
    }
    text.push(']');
    text
}

/// The amounts of a text that was kept.
pub(super) fn from_text(text: &str) -> Result<Pricing> {
    // In texts this short one of several separators is found faster than a single one.
    let mut parts = text.trim_matches(['[', ']']).split([',']);
    let mut last = None;
    let mut next = || {
        let amount = match parts.next() {
            Some(SAME) => last,
            part => part.and_then(|part| Decimal::from_str_exact(part).ok()),
        };
        last = amount;
        amount.ok_or_else(|| damaged(format_args!("\"{text}\" is no pricing")))
    };
    Ok(Pricing {
        list_price: next()?,
        discounted_price: next()?,
        prorated_price: next()?,
        price: next()?,
        extended_price: next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pricing(amounts: [&str; 5]) -> Pricing {
        let [list_price, discounted_price, prorated_price, price, extended_price] =
            amounts.map(|amount| amount.parse().unwrap());
        Pricing { list_price, discounted_price, prorated_price, price, extended_price }
    }

    #[test]
    fn what_is_kept_comes_back() {
        for (amounts, text) in [
            (["30.4", "30.4", "30.4", "30.4", "364.8"], "[30.4,null,null,null,364.8]"),
            (["100", "95", "47.5", "47.5", "1092.5"], "[100,95,47.5,null,1092.5]"),
            (["0", "0", "0", "0", "0"], "[0,null,null,null,null]"),
            (["0.5", "0.05", "0.005", "0.0000000001", "7"], "[0.5,0.05,0.005,0.0000000001,7]"),
        ] {
            assert_eq!(to_text(&pricing(amounts)), text);
            assert_eq!(from_text(text).unwrap(), pricing(amounts));
        }
    }

    #[test]
    fn what_was_never_kept_is_damage() {
        for text in ["", "[]", "[1,2,3,4]", "[null,1,2,3,4]", "[1,x,3,4,5]"] {
            assert!(from_text(text).is_err(), "{text}");
        }
    }
}
