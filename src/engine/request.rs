//! Who asks, and how a call is to be taken.

use uuid::Uuid;

use crate::error::{Error, ErrorKind, Result};
use crate::store::{CustomerKey, Scope};

/// The longest token in bytes. Ids of every known directory are GUIDs (36); the rest is room for a
/// host's own scheme.
pub(crate) const TOKEN_BYTES_MAX: usize = 128;

/// Who asks, and how a call is to be taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// The customer whose cart or order it is.
    pub customer_id: &'a str,
    /// Who acts; required on changes, becomes `lastModifiedUser`.
    pub user: Option<&'a str>,
    /// Guards against doing a thing twice: a repeated request gets its first answer.
    pub request_id: Option<&'a str>,
    /// The etag that the cart must have for the change to happen.
    pub if_match: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// A request of a customer, by a user.
    #[must_use]
    pub const fn new(customer_id: &'a str, user: &'a str) -> Self {
        Self { customer_id, user: Some(user), request_id: None, if_match: None }
    }

    /// The key of the customer who asks.
    pub(crate) fn customer(&self) -> CustomerKey {
        CustomerKey::new(self.customer_id)
    }

    /// Checks a request that changes nothing, and so has nothing to match.
    pub(crate) fn check_reading(&self) -> Result<()> {
        match self.if_match {
            Some(_) => {
                Err(Error::argument("if_match", "this call changes no cart that could match"))
            }
            None => self.check_tokens(),
        }
    }

    /// Checks a request that changes something, and tells who acts.
    pub(crate) fn check_changing(&self) -> Result<&'a str> {
        self.check_tokens()?;
        self.user
            .ok_or_else(|| Error::argument("user", "absent: a change needs to know who makes it"))
    }

    /// Checks a request that changes a cart, so that what names the call is found wrong before its
    /// document is read.
    pub(crate) fn check_changing_of(&self, cart: &str) -> Result<()> {
        self.check_changing()?;
        cart_id(cart).map(drop)
    }

    fn check_tokens(&self) -> Result<()> {
        check_token("customer_id", self.customer_id)?;
        let tokens =
            [("user", self.user), ("request_id", self.request_id), ("if_match", self.if_match)];
        tokens
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .try_for_each(|(name, value)| check_token(name, value))
    }

    /// What the outcome of the request may depend on.
    pub(crate) fn scope(&self, cart: Option<Uuid>) -> Scope {
        Scope { customer: self.customer(), cart, request_id: self.request_id.map(str::to_owned) }
    }
}

/// Checks a customer id, user, request id or correlation id: one word that fits a log line, a key
/// and a header field.
pub(crate) fn check_token(name: &str, value: &str) -> Result<()> {
    if value.is_empty() {
        return Err(Error::argument(name, "empty"));
    }
    if value.len() > TOKEN_BYTES_MAX {
        let length = value.len();
        let problem = format!("{length} bytes are more than {TOKEN_BYTES_MAX}");
        return Err(Error::argument(name, problem));
    }
    match value.char_indices().find(|(_, character)| !character.is_ascii_graphic()) {
        None => Ok(()),
        Some((position, character)) => {
            let problem = format!("{character:?} at byte {position} is not printable ASCII");
            Err(Error::argument(name, problem))
        }
    }
}

/// The id of a cart; a text that is no id names no cart.
pub(crate) fn cart_id(text: &str) -> Result<Uuid> {
    check_token("cart_id", text)?;
    Uuid::try_parse(text).map_err(|_| no_such_cart(text))
}

/// There is no such cart for this customer.
pub(crate) fn no_such_cart(id: impl std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::CartNotFound,
        format!("cart {id} does not exist for this customer, or has expired"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_printable_word_of_at_most_128_bytes() {
        for good in ["a", "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d", "~!@#{}", &"x".repeat(128)] {
            assert_eq!(check_token("user", good), Ok(()));
        }
        for (bad, description) in [
            ("", "user: empty"),
            ("a b", "user: ' ' at byte 1 is not printable ASCII"),
            ("tab\t", "user: '\\t' at byte 3 is not printable ASCII"),
            ("bé", "user: 'é' at byte 1 is not printable ASCII"),
            (&"x".repeat(129), "user: 129 bytes are more than 128"),
        ] {
            let error = check_token("user", bad).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert_eq!(error.description(), description);
            assert_eq!(error.data(), ["user"]);
        }
    }
}
