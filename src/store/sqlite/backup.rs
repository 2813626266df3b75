//! Copies the database into a new file while others go on.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

use super::error::unreachable_file;
use super::file::beside;
use super::readers::Snapshot;
use super::watch::cancelled;
use crate::error::{Error, Result};
use crate::store::Progress;

/// Pages copied between two questions whether to go on (1 MB).
const STEP_PAGES: i32 = 256;

/// Copies the database, as it is at this moment, to a path where nothing is yet.
///
/// The copy is made beside its place and moved there when it is complete, so that a file at the
/// target is always whole. The connection holds one snapshot all the while: changes made meanwhile
/// neither show in the copy nor begin it anew.
pub(super) fn backup(connection: &Connection, target: &Path, progress: Progress<'_>) -> Result<()> {
    if fs::symlink_metadata(target).is_ok() {
        return Err(present(target));
    }
    let partial = Partial { path: beside(target, &format!("-{}.partial", Uuid::new_v4())) };
    // Made here, because the database library does not tell why a file cannot be made.
    fs::File::create_new(&partial.path).map_err(|error| unreachable_file(target, &error))?;
    copy(connection, &partial.path, progress)?;
    partial.move_to(target)?;
    sync_folder(target)
}

/// Makes the name of a file as lasting as the file. Only where folders can be opened does this need
/// doing.
fn sync_folder(path: &Path) -> Result<()> {
    let Some(folder) = path.parent().filter(|_| cfg!(unix)) else { return Ok(()) };
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unreachable_file(folder, &error))
}

fn copy(connection: &Connection, path: &Path, progress: Progress<'_>) -> Result<()> {
    let _snapshot = Snapshot::begin(connection)?;
    // The first question pins the snapshot.
    connection.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))?;
    let mut copy = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // There is nothing to roll back to: a copy that fails is removed.
    copy.pragma_update(None, "journal_mode", "OFF")?;
    copy.pragma_update(None, "synchronous", "FULL")?;
    let backup = Backup::new(connection, &mut copy)?;
    loop {
        let step = backup.step(STEP_PAGES)?;
        let pages = backup.progress();
        let total = u64::try_from(pages.pagecount).unwrap_or(0);
        let left = u64::try_from(pages.remaining).unwrap_or(0);
        if !progress(total.saturating_sub(left), total) {
            return Err(cancelled());
        }
        if step == StepResult::Done {
            return Ok(());
        }
    }
}

fn present(target: &Path) -> Error {
    Error::argument("path", format_args!("{} is there already", target.display()))
}

/// A copy that is not yet in its place. What is left of it is removed.
struct Partial {
    path: PathBuf,
}

impl Partial {
    /// Gives the copy its name, unless something has got that name meanwhile.
    fn move_to(&self, target: &Path) -> Result<()> {
        match fs::hard_link(&self.path, target) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(present(target)),
            // Not every file system knows links.
            Err(_) => {
                fs::rename(&self.path, target).map_err(|error| unreachable_file(target, &error))
            }
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // A remainder that cannot be removed is named as what it is.
        let _ = fs::remove_file(&self.path);
    }
}
