//! Pages of lists, and the tokens that lead from one to the next.

use super::writer::Writer;
use crate::error::{Error, Result};
use crate::store::Page;

/// Digits of a token: a 64-bit number in hexadecimal.
const TOKEN_DIGITS: usize = 16;

/// A page, each item written by a closure.
pub(super) fn write_page<T>(
    page: &Page<T>,
    item_bytes: usize,
    item: impl FnMut(&mut Writer, &T),
) -> String {
    Writer::document(64 + item_bytes * page.items.len(), |w| {
        w.raw_property("totalCount", page.total);
        w.name("items").list(&page.items, item);
        w.optional_text("after", page.after.map(token).as_deref());
    })
}

/// The token of a place in a list. Hosts hand it back as it is and read nothing into it.
fn token(sequence: i64) -> String {
    format!("{sequence:0TOKEN_DIGITS$x}")
}

/// Reads a token of a page: the sequence number after which the list goes on.
pub fn read_after(token: &str) -> Result<i64> {
    let is_token =
        token.len() == TOKEN_DIGITS && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let sequence = u64::from_str_radix(token, 16).ok().filter(|_| is_token);
    sequence
        .and_then(|sequence| i64::try_from(sequence).ok())
        .ok_or_else(|| Error::argument("after", "is not a token of an earlier page"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_place() {
        for sequence in [0, 1, 255, i64::MAX] {
            assert_eq!(read_after(&token(sequence)), Ok(sequence));
        }
        for text in ["", "1", "000000000000000g", "+000000000000001", "ffffffffffffffff"] {
            let error = read_after(text).unwrap_err();
            assert_eq!(error.description(), "after: is not a token of an earlier page", "{text}");
        }
    }
}
