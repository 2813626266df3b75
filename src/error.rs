//! The one error type of the engine: what went wrong, in numbers for programs and in words for
//! people.

use std::fmt;

/// The result of an engine call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The longest description of an error, of a call's as of a line's, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 1_024;

/// What went wrong, as far as a program needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument is absent, not UTF-8, empty or too long, or an option is unknown.
    InvalidArgument,
    /// A document is not JSON, or nested deeper than 128.
    InvalidJson,
    /// A document is JSON that the operation cannot use.
    InvalidRequest,
    /// The cart has participants and the partner's attestation is required but not given.
    PartnerAttestationRequired,
    /// The engine was used in a way that is never allowed: after a fork, or with a wrong struct
    /// size.
    Misuse,
    /// A document is larger, or a cart longer, than the engine's limits.
    LimitExceeded,
    /// The customer has no such cart, or it has expired.
    CartNotFound,
    /// The customer has no such order.
    OrderNotFound,
    /// A line, customer or other thing named is not there.
    NotFound,
    /// The cart does not have the etag that the request demands.
    Conflict,
    /// The cart, or a line of it, has been ordered and can no longer change.
    CartOrdered,
    /// The cart cannot be checked out while lines are in error.
    CartHasErrors,
    /// The request id was used before for another request.
    RequestIdReused,
    /// Another process held the database longer than the busy time-out.
    StoreBusy,
    /// The database could not be read or written.
    StoreIo,
    /// The disk, or the database, is full.
    StoreFull,
    /// The file is not this engine's database, or it is damaged.
    StoreCorrupt,
    /// The database was written by a newer engine.
    StoreVersion,
    /// The database can only be read.
    StoreReadOnly,
    /// A remote store cannot be reached.
    StoreUnavailable,
    /// The progress callback asked for the end.
    Cancelled,
    /// A defect of the engine. The call changed nothing.
    Panic,
}

impl ErrorKind {
    /// Every kind, in the order of their status values.
    pub const ALL: [Self; 22] = [
        Self::InvalidArgument,
        Self::InvalidJson,
        Self::InvalidRequest,
        Self::PartnerAttestationRequired,
        Self::Misuse,
        Self::LimitExceeded,
        Self::CartNotFound,
        Self::OrderNotFound,
        Self::NotFound,
        Self::Conflict,
        Self::CartOrdered,
        Self::CartHasErrors,
        Self::RequestIdReused,
        Self::StoreBusy,
        Self::StoreIo,
        Self::StoreFull,
        Self::StoreCorrupt,
        Self::StoreVersion,
        Self::StoreReadOnly,
        Self::StoreUnavailable,
        Self::Cancelled,
        Self::Panic,
    ];

    /// The status value of the C ABI, the code of the error document and the name of the kind.
    const fn facts(self) -> (i32, &'static str, &'static str) {
        match self {
            Self::InvalidArgument => (100, "100", "InvalidArgument"),
            Self::InvalidJson => (101, "800002", "InvalidJson"),
            Self::InvalidRequest => (102, "800002", "InvalidRequest"),
            Self::PartnerAttestationRequired => (102, "900206", "PartnerAttestationRequired"),
            Self::Misuse => (103, "103", "Misuse"),
            Self::LimitExceeded => (104, "104", "LimitExceeded"),
            Self::CartNotFound => (200, "800008", "CartNotFound"),
            Self::OrderNotFound => (200, "20000", "OrderNotFound"),
            Self::NotFound => (200, "200", "NotFound"),
            Self::Conflict => (201, "2055", "Conflict"),
            Self::CartOrdered => (202, "800065", "CartOrdered"),
            Self::CartHasErrors => (203, "800009", "CartHasErrors"),
            Self::RequestIdReused => (204, "204", "RequestIdReused"),
            Self::StoreBusy => (300, "300", "StoreBusy"),
            Self::StoreIo => (301, "301", "StoreIo"),
            Self::StoreFull => (302, "302", "StoreFull"),
            Self::StoreCorrupt => (303, "303", "StoreCorrupt"),
            Self::StoreVersion => (304, "304", "StoreVersion"),
            Self::StoreReadOnly => (305, "305", "StoreReadOnly"),
            Self::StoreUnavailable => (306, "306", "StoreUnavailable"),
            Self::Cancelled => (400, "400", "Cancelled"),
            Self::Panic => (900, "900", "Panic"),
        }
    }

    /// The status value of the C ABI.
    #[must_use]
    pub const fn status(self) -> i32 {
        self.facts().0
    }

    /// The service's code where it has one, else the status value.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.facts().1
    }

    /// The name that the error document gives, such as `CartNotFound`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().2
    }

    /// Whether the same call may succeed later without a change.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::StoreBusy | Self::StoreUnavailable)
    }
}

/// Why a call failed. The call changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    description: String,
    data: Vec<String>,
}

impl Error {
    /// An error of a kind with a description in lower case: what was expected and what came.
    #[must_use]
    pub fn new(kind: ErrorKind, description: impl Into<String>) -> Self {
        Self { kind, description: shortened(description.into()), data: Vec::new() }
    }

    /// The same error, naming a property at fault (`lineItems[2].quantity`) or another datum.
    #[must_use]
    pub fn with_data(mut self, datum: impl Into<String>) -> Self {
        self.data.push(datum.into());
        self
    }

    /// An argument of the call is unusable.
    #[must_use]
    pub fn argument(name: &str, problem: impl fmt::Display) -> Self {
        Self::new(ErrorKind::InvalidArgument, format!("{name}: {problem}")).with_data(name)
    }

    /// A document is unusable because of one property, named by its path.
    #[must_use]
    pub fn request(path: &str, problem: impl fmt::Display) -> Self {
        Self::new(ErrorKind::InvalidRequest, format!("{path}: {problem}")).with_data(path)
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What was expected and what came, for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The properties at fault, or the current etag of a conflict.
    #[must_use]
    pub fn data(&self) -> &[String] {
        &self.data
    }
}

/// A description that is cut at the limit: it names values, and those may be of any length.
pub(crate) fn shortened(text: String) -> String {
    match text.char_indices().nth(DESCRIPTION_CHARS_MAX) {
        None => text,
        Some(_) => text.chars().take(DESCRIPTION_CHARS_MAX - 1).chain(['…']).collect(),
    }
}

/// What the operating system says went wrong, without the number that the standard library adds.
pub(crate) fn reason_of(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.kind.name(), self.kind.code(), self.description)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_cut_at_the_limit_of_the_error_document() {
        let exact = Error::new(ErrorKind::InvalidJson, "é".repeat(DESCRIPTION_CHARS_MAX));
        assert_eq!(exact.description().chars().count(), DESCRIPTION_CHARS_MAX);
        assert!(!exact.description().ends_with('…'));
        let longer = Error::new(ErrorKind::InvalidJson, "é".repeat(DESCRIPTION_CHARS_MAX + 1));
        assert_eq!(longer.description().chars().count(), DESCRIPTION_CHARS_MAX);
        assert!(longer.description().ends_with('…'));
    }

    #[test]
    fn kinds_stand_in_the_order_of_their_status_and_have_names_of_their_own() {
        let statuses: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.status()).collect();
        assert!(statuses.is_sorted());
        let mut names: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ErrorKind::ALL.len());
    }
}
