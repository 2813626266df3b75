//! What the database says went wrong, in the engine's terms.

use rusqlite::{ErrorCode, ffi};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result, reason_of};

/// The one place where an error of the database becomes an error of the engine.
impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let kind = kind_of(&error);
        let meaning = match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) if kind != ErrorKind::Misuse => {
                "a row breaks a rule of the database"
            }
            _ => meaning(kind),
        };
        Self::new(kind, format!("{meaning}: {error}"))
    }
}

fn kind_of(error: &rusqlite::Error) -> ErrorKind {
    // Only ids are unique, and those that the engine makes never repeat unless a host has asked for
    // it.
    if error.sqlite_error().is_some_and(|it| it.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE) {
        return ErrorKind::Misuse;
    }
    // The statements are the engine's own: one that cannot be understood meets other tables.
    if matches!(error, rusqlite::Error::SqlInputError { .. }) {
        return ErrorKind::StoreCorrupt;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::StoreBusy,
        Some(ErrorCode::DiskFull) => ErrorKind::StoreFull,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => ErrorKind::StoreCorrupt,
        Some(ErrorCode::ReadOnly) => ErrorKind::StoreReadOnly,
        Some(_) => ErrorKind::StoreIo,
        None => kind_without_code(error),
    }
}

/// A value of another type than the schema says was not written by this engine.
fn kind_without_code(error: &rusqlite::Error) -> ErrorKind {
    match error {
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::Utf8Error(..)
        | rusqlite::Error::QueryReturnedNoRows => ErrorKind::StoreCorrupt,
        _ => ErrorKind::StoreIo,
    }
}

fn meaning(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StoreBusy => "the database was held by others longer than the busy time-out",
        ErrorKind::StoreFull => "the disk that holds the database is full",
        ErrorKind::StoreCorrupt => "the database is damaged",
        ErrorKind::Misuse => "an id is there already; ids of the option idSeed repeat in every run",
        ErrorKind::StoreReadOnly => "the database can only be read",
        _ => "the database could not be read or written",
    }
}

/// The error of a call that comes after the store was closed.
pub(super) fn closed() -> Error {
    Error::new(ErrorKind::Misuse, "the store is closed")
}

/// The error of something stored that this engine would not have stored.
pub(super) fn damaged(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::StoreCorrupt, format!("the database is damaged: {what}"))
}

/// The error of a file that cannot be reached.
pub(super) fn unreachable_file(path: &std::path::Path, error: &std::io::Error) -> Error {
    let kind = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ErrorKind::StoreFull,
        _ => ErrorKind::StoreIo,
    };
    Error::new(kind, format!("{}: {}", path.display(), reason_of(error)))
}

/// A document as it is kept.
pub(super) fn to_json<T: Serialize + ?Sized>(document: &T) -> Result<String> {
    serde_json::to_string(document).map_err(|error| {
        Error::new(ErrorKind::Panic, format!("a document cannot be kept: {error}"))
    })
}

/// A kept document, read back.
pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| damaged(format_args!("a document cannot be read: {error}")))
}
