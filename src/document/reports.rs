//! Answers about the database.

use super::writer::Writer;
use crate::catalog::price_sheet::BadRow;
use crate::store::{Purged, Stats};

/// Room for a report; few are longer.
const REPORT_BYTES: usize = 512;

/// What a catalog removal did.
#[must_use]
pub fn write_removed(removed: u64) -> String {
    Writer::document(REPORT_BYTES, |w| w.raw_property("removed", removed))
}

/// What an import brought, and which rows it could not use: some of them by line, all of them
/// counted.
#[must_use]
pub fn write_imported(stored: u64, rejected_count: u64, rejected: &[BadRow]) -> String {
    Writer::document(REPORT_BYTES, |w| {
        w.raw_property("stored", stored);
        w.raw_property("rejectedCount", rejected_count);
        w.name("rejected").list(rejected, |w, row| {
            w.object(|w| {
                w.raw_property("line", row.line);
                w.text_property("reason", &row.reason);
            });
        });
    })
}

/// What a check found.
#[must_use]
pub fn write_check(findings: &[String]) -> String {
    Writer::document(REPORT_BYTES, |w| {
        w.raw_property("ok", findings.is_empty());
        if !findings.is_empty() {
            w.texts("findings", findings.iter().map(String::as_str));
        }
    })
}

/// What a purge removed.
#[must_use]
pub fn write_purged(purged: &Purged) -> String {
    Writer::document(REPORT_BYTES, |w| {
        w.raw_property("expiredCarts", purged.expired_carts);
        w.raw_property("orderedCarts", purged.ordered_carts);
        w.raw_property("requests", purged.requests);
        w.raw_property("more", purged.more);
    })
}

/// Where a backup is.
#[must_use]
pub fn write_backup(path: &str) -> String {
    Writer::document(REPORT_BYTES, |w| w.text_property("path", path))
}

/// Counts, sizes and versions.
#[must_use]
pub fn write_stats(stats: &Stats) -> String {
    Writer::document(REPORT_BYTES, |w| {
        w.name("counts").object(|w| {
            for &(name, count) in &stats.counts {
                w.raw_property(name, count);
            }
        });
        w.name("sizes").object(|w| {
            w.raw_property("databaseBytes", stats.database_bytes);
            w.raw_property("walBytes", stats.wal_bytes);
        });
        w.name("versions").object(|w| {
            w.text_property("engine", env!("CARGO_PKG_VERSION"));
            w.raw_property("schema", stats.schema_version);
            w.text_property("sqlite", &stats.sqlite_version);
        });
    })
}
