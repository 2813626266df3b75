//! The names of things for sale.

use std::borrow::{Borrow, Cow};
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a line names: an availability of a SKU, or an offer of the older commerce system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemId<'a> {
    /// `ProductId:SkuId:AvailabilityId`
    Modern {
        /// The first two parts, with the colon between them.
        sku: &'a str,
        /// The third part.
        availability: &'a str,
    },
    /// An offer's GUID, or an Azure offer such as `MS-AZR-0145P`.
    Legacy(&'a str),
}

impl<'a> ItemId<'a> {
    /// Reads a catalog item id; `None` when it has none of the known forms.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let product = word_length(text);
        let Some(rest) = text.get(product..).and_then(|rest| rest.strip_prefix(':')) else {
            return is_legacy(text).then_some(Self::Legacy(text));
        };
        let sku = word_length(rest);
        let availability = rest.get(sku..)?.strip_prefix(':')?;
        let is_good = product > 0 && sku > 0 && (is_word(availability) || availability == "*");
        let sku = text.get(..product + 1 + sku)?;
        is_good.then_some(Self::Modern { sku, availability })
    }

    /// The key of what is sold: the SKU, or the offer.
    #[must_use]
    pub fn key(&self) -> ItemKey {
        ItemKey(self.key_text().into_owned())
    }

    /// The key as text. Nearly all ids are in upper case already, and nothing is copied of them.
    #[must_use]
    pub fn key_text(&self) -> Cow<'a, str> {
        let (Self::Modern { sku: text, .. } | Self::Legacy(text)) = *self;
        // Looking at every byte takes fewer steps than stopping at the first that is found.
        let has_lower = text.bytes().fold(false, |found, byte| found | byte.is_ascii_lowercase());
        if has_lower { Cow::Owned(text.to_ascii_uppercase()) } else { Cow::Borrowed(text) }
    }
}

/// Whether a text can be a part of a catalog item id.
#[must_use]
pub fn is_word(text: &str) -> bool {
    !text.is_empty() && word_length(text) == text.len()
}

/// How many letters and digits a text begins with.
fn word_length(text: &str) -> usize {
    let is_in_word = |byte: &u8| IS_IN_WORDS.get(usize::from(*byte)) == Some(&true);
    text.as_bytes().iter().position(|byte| !is_in_word(byte)).unwrap_or(text.len())
}

/// Whether a byte is a letter or a digit. Every letter of every id is looked at, and looking it up
/// takes half as long as comparing.
const IS_IN_WORDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &mut [bool] = &mut table;
    let mut byte = 0_u8;
    while let Some((entry, after)) = rest.split_first_mut() {
        *entry = byte.is_ascii_alphanumeric();
        byte = byte.wrapping_add(1);
        rest = after;
    }
    table
};

/// What stands before and after the first of these bytes. Ids are short, and looking at each of
/// their bytes is quicker than the search for one that texts of any length need.
fn split_at_first<'a>(text: &'a str, separators: &[u8]) -> Option<(&'a str, &'a str)> {
    let at = text.bytes().position(|byte| separators.contains(&byte))?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Whether a text can be the id of an offer.
#[must_use]
pub fn is_legacy(text: &str) -> bool {
    const AZURE: &str = "MS-AZR-";
    let azure = text.get(..AZURE.len()).is_some_and(|start| start.eq_ignore_ascii_case(AZURE));
    match text.get(AZURE.len()..) {
        Some(number) if azure => is_word(number),
        _ => text.len() == 36 && uuid::Uuid::try_parse(text).is_ok(),
    }
}

/// What is sold, whatever its availability: `PRODUCT:SKU` or an offer id, in upper case so that ids
/// compare without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemKey(String);

impl ItemKey {
    /// The key of a SKU.
    #[must_use]
    pub fn sku(product: &str, sku: &str) -> Self {
        let mut key = String::with_capacity(product.len() + 1 + sku.len());
        key.push_str(product);
        key.push(':');
        key.push_str(sku);
        key.make_ascii_uppercase();
        Self(key)
    }

    /// The key of a legacy offer.
    #[must_use]
    pub fn offer(id: &str) -> Self {
        Self(id.to_ascii_uppercase())
    }

    /// Reads `P:S`, `P/S`, `P:S:A` or an offer id, as references in the catalog write them.
    #[must_use]
    pub fn of_reference(text: &str) -> Self {
        match split_at_first(text, b":/") {
            Some((product, rest)) => {
                Self::sku(product, split_at_first(rest, b":/").map_or(rest, |(sku, _)| sku))
            }
            None => Self::offer(text),
        }
    }

    /// The key of the item that a catalog item id names; any text has one.
    #[must_use]
    pub fn of_item(text: &str) -> Self {
        Self::of_reference(text)
    }

    /// The key as a stored key was written.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The product and the SKU, when the key is a SKU's.
    #[must_use]
    pub fn parts(&self) -> Option<(&str, &str)> {
        self.0.split_once(':')
    }
}

/// Keys are found by their text.
impl Borrow<str> for ItemKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalog_item_ids_are_told_apart_by_form() {
        let modern = ItemId::parse("cfq7ttc0lch1:0002:CFQ7TTC0LF8S").unwrap();
        assert_eq!(modern.key().as_str(), "CFQ7TTC0LCH1:0002");
        for offer in ["MS-AZR-0145P", "ms-azr-0145p", "91fd106f-4b2c-4938-95ac-f54f74e9a239"] {
            let key = ItemId::parse(offer).unwrap().key();
            assert_eq!(key.as_str(), offer.to_ascii_uppercase());
        }
        for malformed in
            ["", "P", "P:S", "P:S:A:B", "P::A", ":S:A", "P:S:", "P S:1:2", "MS-AZR-", "91fd106f"]
        {
            assert_eq!(ItemId::parse(malformed), None, "{malformed}");
        }
    }
}
