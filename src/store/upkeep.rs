//! Looking after a store: what goes, what there is, and how far long work has come.

use crate::clock::Timestamp;

/// What to remove, and how much of it at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurgeQuery {
    /// Active carts that expire at or before this moment go.
    pub expired_at: Timestamp,
    /// Ordered carts last changed before this moment go.
    pub ordered_before: Option<Timestamp>,
    /// Remembered requests answered before this moment go.
    pub answered_before: Timestamp,
    /// The most rows of each kind to remove.
    pub limit: usize,
}

/// What a purge removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Expired carts.
    pub expired_carts: u64,
    /// Ordered carts.
    pub ordered_carts: u64,
    /// Remembered requests.
    pub requests: u64,
    /// Whether there is more to remove.
    pub more: bool,
}

/// Counts and sizes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// Names and numbers, in the order to tell them: `carts`, `lines`, `orders`, `customers`,
    /// `subscriptions`, `skus` …
    pub counts: Vec<(&'static str, i64)>,
    /// Bytes of the database file and of its write-ahead log.
    pub database_bytes: i64,
    /// Bytes of the write-ahead log.
    pub wal_bytes: i64,
    /// The number of the schema.
    pub schema_version: i64,
    /// The version of the database library.
    pub sqlite_version: String,
}

/// Asked now and then on long work with what is done and what there is in all; `false` ends the
/// work.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> bool;
