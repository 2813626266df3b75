//! Statements that write many rows. One that holds a block of rows begins, finds its tables and its
//! place in them once for all of them.

use rusqlite::{Connection, Statement, ToSql};

use crate::error::Result;

/// The rows of a block.
const BLOCK: usize = 8;

/// A statement that writes rows: the text for a block of them, and the text for one.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowStatement {
    pub(super) block: &'static str,
    pub(super) one: &'static str,
}

/// The statement of what stands before the values, the values of one row, and what stands behind.
macro_rules! row_statement {
    ($start:expr, $row:expr, $end:expr) => {
        $crate::store::sqlite::blocks::RowStatement {
            block: concat!(
                $start, $row, ", ", $row, ", ", $row, ", ", $row, ", ", $row, ", ", $row, ", ",
                $row, ", ", $row, $end
            ),
            one: concat!($start, $row, $end),
        }
    };
}
pub(super) use row_statement;

/// Writes rows. `bind` binds the values of a row, the first of them at a place.
pub(super) fn write<T>(
    connection: &Connection,
    statement: RowStatement,
    rows: &[T],
    mut bind: impl FnMut(&mut Statement<'_>, usize, &T) -> Result<()>,
) -> Result<()> {
    let (blocks, rest) = rows.as_chunks::<BLOCK>();
    let parts = [(statement.block, blocks.as_flattened(), BLOCK), (statement.one, rest, 1)];
    for (sql, rows, count) in parts.into_iter().filter(|(_, rows, _)| !rows.is_empty()) {
        let mut statement = connection.prepare_cached(sql)?;
        let columns = statement.parameter_count() / count;
        for block in rows.chunks(count) {
            for (row, first) in block.iter().zip((1..).step_by(columns)) {
                bind(&mut statement, first, row)?;
            }
            statement.raw_execute()?;
        }
    }
    Ok(())
}

/// Binds values, the first of them at a place; answers the place that follows.
pub(super) fn bind(
    statement: &mut Statement<'_>,
    first: usize,
    values: &[&dyn ToSql],
) -> Result<usize> {
    for (place, value) in (first..).zip(values) {
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(first + values.len())
}
