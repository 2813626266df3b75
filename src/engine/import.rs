//! Price sheets come in: a file, or a ZIP that holds one, row by row and batch by batch, while
//! other calls go on.

use std::fs::File;
use std::io::{self, Read, Seek};

use zip::ZipArchive;

use super::ahead::{Giver, Taker};
use super::{Engine, Progress};
use crate::catalog::price_sheet::{BadRow, SheetError, SheetReader, SheetRow};
use crate::document::{OnBadRow, read_import_options, write_imported};
use crate::error::{Error, ErrorKind, Result, reason_of};
use crate::store::SheetDraft;

/// Rows written in one transaction: few enough that another call's wait for it is a matter of
/// milliseconds.
const BATCH_ROWS: usize = 1_000;
/// Batches read ahead of the one that is being written: reading goes on while a commit waits for
/// the disk, and memory does not grow with the sheet.
const BATCHES_AHEAD: usize = 2;
/// Bad rows that the answer names; the others are counted.
const BAD_ROWS_NAMED_MAX: usize = 100;
/// How every ZIP file begins.
const ZIP_MAGIC: [u8; 4] = *b"PK\x03\x04";

impl Engine {
    /// Imports a price sheet of the service, CSV or a ZIP holding one, as the whole truth of its
    /// source in the markets that it holds. All or nothing; other calls go on meanwhile. `progress`
    /// is told bytes. `options` is `{"source":"license","onBadRow":"fail"}`, every part optional.
    /// Answers `{"stored","rejectedCount","rejected":[{"line","reason"}]}`.
    ///
    /// # Errors
    /// `InvalidArgument` for a file that cannot be opened, `InvalidRequest` for one that is no
    /// price sheet, or has a bad row, `Cancelled` when `progress` asks for the end, those of the
    /// store.
    pub fn catalog_import(
        &self,
        path: &str,
        options: Option<&str>,
        progress: Progress<'_>,
    ) -> Result<String> {
        let options = read_import_options(options)?;
        let unopened =
            |error: io::Error| Error::argument("path", format!("{path}: {}", reason_of(&error)));
        let mut file = File::open(path).map_err(unopened)?;
        let mut import = Import {
            skips_bad_rows: options.on_bad_row == OnBadRow::Skip,
            progress,
            stored: 0,
            bad_rows: Vec::new(),
            bad_row_count: 0,
        };
        let store = &self.shared.store;
        store.sweep_sheets()?;
        let mut draft = store.begin_sheet(&options.source)?;
        if is_zip(&mut file).map_err(unopened)? {
            let mut archive = ZipArchive::new(file).map_err(unusable)?;
            let index = sheet_in(&mut archive)?;
            let size = archive.by_index(index).map_err(unusable)?.size();
            let read = move |giver: &_| match archive.by_index(index) {
                Ok(sheet) => read_ahead(sheet, giver),
                Err(error) => {
                    giver.give(Err(SheetError::Io(error.into())));
                }
            };
            import.read(read, size, draft.as_mut())?;
        } else {
            let size = file.metadata().map_err(unopened)?.len();
            import.read(move |giver: &_| read_ahead(file, giver), size, draft.as_mut())?;
        }
        draft.activate()?;
        // The sheet counts from here on, so that nothing may fail the call any more. What a sweep
        // leaves is swept by the next import.
        let _ = store.sweep_sheets();
        Ok(write_imported(import.stored, import.bad_row_count, &import.bad_rows))
    }
}

/// An import under way.
struct Import<'a> {
    skips_bad_rows: bool,
    progress: Progress<'a>,
    stored: u64,
    bad_rows: Vec<BadRow>,
    bad_row_count: u64,
}

type SheetResult<T> = std::result::Result<T, SheetError>;

/// A stretch of a sheet.
struct Batch {
    rows: Vec<SheetRow>,
    bad_rows: Vec<BadRow>,
    /// How much of the file has been read with it.
    bytes_read: u64,
}

impl Import<'_> {
    /// Reads the sheet on a thread of its own, and writes what it has read on this one, where the
    /// host is asked whether to go on.
    fn read(
        &mut self,
        read: impl FnOnce(&Giver<SheetResult<Batch>>) + Send + 'static,
        size: u64,
        draft: &mut dyn SheetDraft,
    ) -> Result<()> {
        self.report(0, size)?;
        let batches = Taker::start("cart-price-sheet", BATCHES_AHEAD, |giver| read(&giver));
        let mut batches = batches.map_err(|error| unread(SheetError::Io(error)))?;
        // Returning drops the taker, by which the thread ends.
        while let Some(batch) = batches.take() {
            self.write(batch.map_err(unread)?, size, draft)?;
        }
        self.report(size, size)
    }

    fn write(&mut self, batch: Batch, size: u64, draft: &mut dyn SheetDraft) -> Result<()> {
        batch.bad_rows.into_iter().try_for_each(|bad| self.reject(bad))?;
        self.stored += batch.rows.len() as u64;
        draft.append(batch.rows)?;
        // An archive may hold more than it says.
        self.report(batch.bytes_read.min(size), size)
    }

    fn report(&mut self, done: u64, size: u64) -> Result<()> {
        if (self.progress)(done, size) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Cancelled, "the import was cancelled; nothing of it counts"))
    }

    fn reject(&mut self, bad: BadRow) -> Result<()> {
        if !self.skips_bad_rows {
            let text = format!("line {}: {}; nothing was imported", bad.line, bad.reason);
            let error = Error::new(ErrorKind::InvalidRequest, text);
            return Err(error.with_data(format!("line {}", bad.line)));
        }
        self.bad_row_count += 1;
        if self.bad_rows.len() < BAD_ROWS_NAMED_MAX {
            self.bad_rows.push(bad);
        }
        Ok(())
    }
}

/// Sends the batches of a sheet, or why it cannot be read on, for as long as somebody takes them.
fn read_ahead(file: impl Read, batches: &Giver<SheetResult<Batch>>) {
    let mut sheet = match SheetReader::new(file) {
        Ok(sheet) => sheet,
        Err(error) => {
            batches.give(Err(error));
            return;
        }
    };
    while let Some(batch) = next_batch(&mut sheet).transpose() {
        let is_over = batch.is_err();
        if !batches.give(batch) || is_over {
            return;
        }
    }
}

/// The next rows of a sheet, good and bad ones together no more than go into one transaction; the
/// last batch has none. After an error there is nothing that could be read on.
fn next_batch<R: Read>(sheet: &mut SheetReader<R>) -> SheetResult<Option<Batch>> {
    let (mut rows, mut bad_rows) = (Vec::with_capacity(BATCH_ROWS), Vec::new());
    while rows.len() + bad_rows.len() < BATCH_ROWS
        && let Some(row) = sheet.next_row()?
    {
        match row {
            Ok(row) => rows.push(row),
            Err(bad) => bad_rows.push(bad),
        }
    }
    let is_over = rows.is_empty() && bad_rows.is_empty();
    Ok((!is_over).then(|| Batch { rows, bad_rows, bytes_read: sheet.bytes_read() }))
}

fn is_zip(file: &mut File) -> io::Result<bool> {
    let mut start = Vec::new();
    file.by_ref().take(ZIP_MAGIC.len() as u64).read_to_end(&mut start)?;
    file.rewind()?;
    Ok(start == ZIP_MAGIC)
}

/// The one CSV file of an archive.
fn sheet_in(archive: &mut ZipArchive<File>) -> Result<usize> {
    let mut sheets = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(unusable)?;
        let name = entry.name().map_err(unusable)?.into_owned();
        if entry.is_file() && name.to_ascii_lowercase().ends_with(".csv") {
            sheets.push((index, name));
        }
    }
    match sheets.as_slice() {
        [(index, _)] => Ok(*index),
        [] => Err(Error::request("path", "the ZIP file holds no CSV file: one is expected")),
        [(_, first), (_, second), ..] => {
            let problem =
                format!("the ZIP file holds {first}, {second} …: one CSV file is expected");
            Err(Error::request("path", problem))
        }
    }
}

fn unusable(error: impl std::fmt::Display) -> Error {
    Error::request("path", format!("the price sheet cannot be read: {error}"))
}

fn unread(error: SheetError) -> Error {
    match error {
        SheetError::Unusable(text) => Error::request("path", text),
        SheetError::Io(error) if is_damage(&error) => unusable(error),
        SheetError::Io(error) => {
            let text = format!("the price sheet cannot be read: {}", reason_of(&error));
            Error::new(ErrorKind::StoreIo, text)
        }
    }
}

/// Whether it is the file's content that is wrong, as in a damaged ZIP file.
fn is_damage(error: &io::Error) -> bool {
    // InvalidInput is what a broken deflate stream is told as, Unsupported an entry that is packed
    // in another way or encrypted; no reading of a file is told so.
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::Unsupported
    )
}
