//! Statements that write many rows. One that holds a block of rows begins, finds its tables and its
//! place in them once for all of them.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement};

use crate::error::Result;

/// The rows of a block.
pub(super) const BLOCK: usize = 8;

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

/// Writes rows of these values. A statement begins with all values NULL and keeps what is bound to
/// it, so that only what differs from the row before at the same place of a block is bound.
pub(super) fn write<'r, T, const N: usize>(
    connection: &Connection,
    statement: RowStatement,
    rows: &'r [T],
    mut values_of: impl FnMut(&'r T) -> Result<[ToSqlOutput<'r>; N]>,
) -> Result<()> {
    let (blocks, rest) = rows.as_chunks::<BLOCK>();
    let parts = [(statement.block, blocks.as_flattened(), BLOCK), (statement.one, rest, 1)];
    for (sql, rows, count) in parts {
        run(connection, sql, rows, count, &mut values_of, |_, _| Ok(()))?;
    }
    Ok(())
}

/// Runs a statement with the values of each row, and tells how many rows of the table each changed.
pub(super) fn run_each<'r, T, const N: usize>(
    connection: &Connection,
    sql: &str,
    rows: &'r [T],
    values_of: impl FnMut(&'r T) -> Result<[ToSqlOutput<'r>; N]>,
    mut changed: impl FnMut(&'r T, usize) -> Result<()>,
) -> Result<()> {
    let changed = |rows: &'r [T], count| rows.iter().try_for_each(|row| changed(row, count));
    run(connection, sql, rows, 1, values_of, changed)
}

fn run<'r, T, const N: usize>(
    connection: &Connection,
    sql: &str,
    rows: &'r [T],
    count: usize,
    mut values_of: impl FnMut(&'r T) -> Result<[ToSqlOutput<'r>; N]>,
    mut changed: impl FnMut(&'r [T], usize) -> Result<()>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(sql)?;
    debug_assert_eq!(statement.parameter_count(), count * N, "{sql}");
    let mut bound: Vec<[ToSqlOutput<'r>; N]> = Vec::with_capacity(count);
    for block in rows.chunks(count) {
        for (place, row) in block.iter().enumerate() {
            let values = values_of(row)?;
            let first = 1 + place * N;
            if let Some(before) = bound.get_mut(place) {
                bind(&mut statement, first, &values, before)?;
                *before = values;
            } else {
                bind(&mut statement, first, &values, &[const { NULL }; N])?;
                bound.push(values);
            }
        }
        changed(block, statement.raw_execute()?)?;
    }
    Ok(())
}

fn bind(
    statement: &mut Statement<'_>,
    first: usize,
    values: &[ToSqlOutput<'_>],
    before: &[ToSqlOutput<'_>],
) -> Result<()> {
    for (place, (value, before)) in (first..).zip(values.iter().zip(before)) {
        if value != before {
            statement.raw_bind_parameter(place, value)?;
        }
    }
    Ok(())
}

const NULL: ToSqlOutput<'static> = ToSqlOutput::Borrowed(ValueRef::Null);

/// A value to bind, or NULL.
pub(super) fn value<'r>(value: Option<impl Into<ToSqlOutput<'r>>>) -> ToSqlOutput<'r> {
    value.map_or(NULL, Into::into)
}
