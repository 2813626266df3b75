//! The short texts of a request: who asks, and the ids that tell calls apart.

use crate::error::{Error, Result};

/// The longest token in bytes. Ids of every known directory are GUIDs (36); the rest is room for a
/// host's own scheme.
pub(crate) const TOKEN_BYTES_MAX: usize = 128;

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
            assert_eq!(error.kind(), crate::ErrorKind::InvalidArgument);
            assert_eq!(error.description(), description);
            assert_eq!(error.data(), ["user"]);
        }
    }
}
