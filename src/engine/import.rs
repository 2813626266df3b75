//! Price sheets.

use super::{Engine, Progress};
use crate::error::{Error, ErrorKind, Result};

impl Engine {
    /// Imports a price sheet.
    pub fn catalog_import(
        &self,
        _path: &str,
        _options: Option<&str>,
        _progress: Progress<'_>,
    ) -> Result<String> {
        Err(Error::new(ErrorKind::Panic, "not yet"))
    }
}
