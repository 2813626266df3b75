//! The keys of lines. A key begins with the number of the cart and ends with the place of the line
//! in it, so that the lines of a cart lie side by side in a table that is kept by number, the
//! smallest and fastest kind there is.
//!
//! The place of a line is its id. Hosts may choose ids that are too great for that: lines of such
//! ids take places of the upper half in the order in which they come, and keep their ids in a
//! column that no other line fills, and by whose index they are found.

use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension};

use super::carts::Seq;
use super::error::damaged;
use crate::cart::model::LineId;
use crate::error::Result;

/// The number of a line's row.
pub(super) type LineKey = i64;

/// The bits of a key that are the place. Each half of the places is eight times as many as a cart
/// may have lines, and the bits left over count 500 thousand million carts.
const PLACE_BITS: u32 = 24;

/// The first place that is not an id.
const WIDE: i64 = 1 << (PLACE_BITS - 1);

/// The keys that the lines of a cart can have.
pub(super) fn keys_of(seq: Seq) -> RangeInclusive<LineKey> {
    let first = seq << PLACE_BITS;
    first..=first | ((1 << PLACE_BITS) - 1)
}

/// The id that is kept beside the key.
pub(super) fn wide_id(id: LineId) -> Option<LineId> {
    (!(0..WIDE).contains(&id)).then_some(id)
}

/// The id of a line.
pub(super) fn id_of(key: LineKey, wide_id: Option<LineId>) -> LineId {
    wide_id.unwrap_or(key & (WIDE - 1))
}

/// The key of a line; `None` when the cart is known not to have it.
pub(super) fn key_of(connection: &Connection, seq: Seq, id: LineId) -> Result<Option<LineKey>> {
    const FIND: &str = "SELECT key FROM cart_line INDEXED BY cart_line_by_wide_id
        WHERE key >> 24 = ?1 AND wide_id = ?2";
    if wide_id(id).is_none() {
        return Ok(Some((seq << PLACE_BITS) | id));
    }
    let mut statement = connection.prepare_cached(FIND)?;
    Ok(statement.query_row([seq, id], |row| row.get(0)).optional()?)
}

/// Gives keys to lines that are written, some of which may be there.
#[derive(Debug)]
pub(super) struct Keys<'c> {
    connection: &'c Connection,
    seq: Seq,
    /// How many lines are written at the most.
    count: usize,
    /// Where to look for the next key that is not an id; known once it is asked for.
    next: Option<LineKey>,
}

impl<'c> Keys<'c> {
    pub(super) fn new(connection: &'c Connection, seq: Seq, count: usize) -> Self {
        Self { connection, seq, count, next: None }
    }

    /// The key that a line has, or is to have.
    pub(super) fn of(&mut self, id: LineId) -> Result<LineKey> {
        match key_of(self.connection, self.seq, id)? {
            Some(key) => Ok(key),
            None => self.free(),
        }
    }

    /// The first free key. Those given before are not free, though their lines may still have to be
    /// written.
    fn free(&mut self) -> Result<LineKey> {
        const FREE: &str = "SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM cart_line WHERE key = ?1)
            UNION ALL SELECT key + 1 FROM cart_line AS taken WHERE key >= ?1 AND key < ?2
            AND NOT EXISTS (SELECT 1 FROM cart_line WHERE key = taken.key + 1) LIMIT 1";
        let last = *keys_of(self.seq).end();
        let next = self.next.map_or_else(|| self.first(), Ok)?;
        let mut statement = self.connection.prepare_cached(FREE)?;
        let key = statement.query_row([next, last], |row| row.get(0)).optional()?;
        let key: LineKey = key.filter(|key| *key <= last).ok_or_else(|| {
            damaged(format_args!("cart number {} has no place for another line", self.seq))
        })?;
        self.next = Some(key + 1);
        Ok(key)
    }

    /// Where to begin: behind the last line or, when the end is near, where lines were removed.
    fn first(&self) -> Result<LineKey> {
        const LAST: &str = "SELECT max(key) FROM cart_line WHERE key BETWEEN ?1 AND ?2";
        let (first, last) = ((self.seq << PLACE_BITS) | WIDE, *keys_of(self.seq).end());
        let mut statement = self.connection.prepare_cached(LAST)?;
        let taken: Option<LineKey> = statement.query_row([first, last], |row| row.get(0))?;
        let Some(taken) = taken else { return Ok(first) };
        let left = usize::try_from(last - taken).unwrap_or(usize::MAX);
        Ok(if self.count <= left { taken + 1 } else { first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_whose_places_are_taken_to_the_end_has_none() {
        let connection = Connection::open_in_memory().unwrap();
        super::super::schema::migrate(&connection).unwrap();
        let last = *keys_of(3).end();
        let take = "INSERT INTO cart_line (key, wide_id, position) VALUES (?1, 1 << 40, 0)";
        connection.execute(take, [last]).unwrap();
        let mut keys = Keys { next: Some(last - 1), ..Keys::new(&connection, 3, 1) };
        assert_eq!(keys.of(1 << 40).unwrap(), last);
        assert_eq!(keys.of(1 << 41).unwrap(), last - 1);
        let error = keys.of(1 << 42).unwrap_err();
        let text = "the database is damaged: cart number 3 has no place for another line";
        assert_eq!(error.description(), text);
    }
}
