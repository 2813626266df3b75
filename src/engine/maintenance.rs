//! The upkeep of a database: counts, checks, copies and what nobody needs any more.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Engine, Progress};
use crate::clock::Timestamp;
use crate::document::{read_purge_options, write_backup, write_check, write_purged, write_stats};
use crate::error::{Error, Result};
use crate::store::{PurgeQuery, Purged, Weight, Write};
use crate::term::Duration;

/// How long the answers of request ids are kept at least.
const ANSWERS_KEPT: Duration = Duration::days(7);

impl Engine {
    /// Fixes "now" at a moment, for tests, or returns to real time.
    ///
    /// # Errors
    /// `InvalidArgument` for a text that is no timestamp.
    pub fn set_clock(&self, timestamp: Option<&str>) -> Result<()> {
        let read = |text| {
            Timestamp::parse(text).ok_or_else(|| {
                Error::argument(
                    "timestamp",
                    format!("\"{text}\" is no moment such as 2026-03-10T12:00:00Z"),
                )
            })
        };
        self.shared.clock.set(timestamp.map(read).transpose()?);
        Ok(())
    }

    /// Answers counts, sizes and versions.
    ///
    /// # Errors
    /// Those of the store.
    pub fn stats(&self) -> Result<String> {
        Ok(write_stats(&self.shared.store.stats()?))
    }

    /// Looks through the whole database for damage. Answers `{"ok":true}`, or
    /// `{"ok":false,"findings":[…]}`.
    ///
    /// # Errors
    /// `Cancelled` when `progress` asks for the end; those of the store.
    pub fn check(&self, progress: Progress<'_>) -> Result<String> {
        Ok(write_check(&self.shared.store.check(progress)?))
    }

    /// Removes expired carts, old answers of request ids and, when asked to, old ordered carts: a
    /// bounded number of each. Answers the counts, and whether there is more. `options` is
    /// `{"limit":1000,"orderedOlderThan":"P90D"}`, every part optional.
    ///
    /// # Errors
    /// `InvalidArgument` for options that are not understood.
    pub fn purge(&self, options: Option<&str>) -> Result<String> {
        let options = read_purge_options(options)?;
        let now = self.shared.clock.now();
        let query = PurgeQuery {
            expired_at: now,
            ordered_before: options.ordered_older_than.map(|age| now.minus(age)),
            answered_before: now.minus(ANSWERS_KEPT),
            limit: options.limit,
        };
        let purged = Arc::new(Mutex::new(Purged::default()));
        let place = Arc::clone(&purged);
        let work = move |work: &mut dyn Write| {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = work.purge(&query)?;
            Ok(())
        };
        self.shared.store.write(Weight::Edit, Box::new(work))?;
        let purged = *purged.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(write_purged(&purged))
    }

    /// Copies the database, as it is now, into a new file, while other calls go on. Answers
    /// `{"path"}`.
    ///
    /// # Errors
    /// `InvalidArgument` when the file is there already, `Cancelled` when `progress` asks for the
    /// end, those of the store.
    pub fn backup(&self, path: &str, progress: Progress<'_>) -> Result<String> {
        if path.is_empty() {
            return Err(Error::argument("path", "empty"));
        }
        self.shared.store.backup(path, progress)?;
        Ok(write_backup(path))
    }
}
