//! What is known of carts that have a standing without reading their lines: what they add up to,
//! and where order groups begin.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::carts::Seq;
use super::connection::change;
use super::error::to_json;
use super::facts::for_each;
use super::line_keys::key_of;
use crate::cart::model::{GroupSlot, LineId};
use crate::cart::tally::TallyChange;
use crate::cart::tally::{Tallies, Tally, tally_of};
use crate::catalog::item_id::ItemKey;
use crate::error::Result;

/// The positions of the first root lines in groups, one root line passed over.
pub(super) fn first_positions(
    connection: &Connection,
    seq: Seq,
    slots: &BTreeSet<GroupSlot>,
    passed_over: LineId,
) -> Result<BTreeMap<GroupSlot, i64>> {
    const FIRST: &str = "SELECT position FROM cart_line INDEXED BY cart_line_by_group
        WHERE key >> 24 = ?1 AND group_slot = ?2 AND item IS NOT NULL AND parent IS NULL
        AND key IS NOT ?3 ORDER BY position LIMIT 1";
    let mut found = BTreeMap::new();
    let passed_over = key_of(connection, seq, passed_over)?;
    let mut statement = connection.prepare_cached(FIRST)?;
    for slot in slots {
        let first = statement.query_row(params![seq, slot, passed_over], |row| row.get(0));
        found.extend(first.optional()?.map(|position| (*slot, position)));
    }
    Ok(found)
}

/// The tallies of items.
pub(super) fn tallies(
    connection: &Connection,
    seq: Seq,
    keys: &BTreeSet<ItemKey>,
) -> Result<Tallies> {
    const SOME: &str = "SELECT i.item, i.lines, i.seats, i.sure, i.leaning, i.weighing
        FROM json_each(?2) AS wanted CROSS JOIN cart_item AS i
        ON i.cart = ?1 AND i.item = wanted.value";
    read_tallies(connection, SOME, params![seq, to_json(keys)?])
}

fn read_tallies(connection: &Connection, sql: &str, params: impl Params) -> Result<Tallies> {
    let mut found = Tallies::new();
    for_each(connection, sql, params, |row| {
        found.insert(ItemKey::from_stored(row.get(0)?), tally_row(row)?);
        Ok(())
    })?;
    Ok(found)
}

fn tally_row(row: &Row<'_>) -> Result<Tally> {
    Ok(Tally {
        lines: row.get(1)?,
        seats: row.get(2)?,
        sure: row.get(3)?,
        leaning: row.get(4)?,
        weighing: row.get(5)?,
    })
}

/// Makes the tallies of a cart what they are to be; rows that say so already are not written.
pub(super) fn write_tallies(
    connection: &Connection,
    seq: Seq,
    tallies: &TallyChange,
) -> Result<()> {
    const ALL: &str = "SELECT item, lines, seats, sure, leaning, weighing
        FROM cart_item WHERE cart = ?1";
    const REMOVE_ALL: &str = "DELETE FROM cart_item WHERE cart = ?1";
    match tallies {
        TallyChange::Keep => Ok(()),
        TallyChange::Some(some) => put_tallies(connection, seq, some.iter()),
        TallyChange::All(all) if all.is_empty() => change(connection, REMOVE_ALL, [seq]).map(drop),
        TallyChange::All(all) => {
            let old = read_tallies(connection, ALL, [seq])?;
            let gone = old.keys().filter(|key| !all.contains_key(*key));
            let gone: Tallies = gone.map(|key| (key.clone(), Tally::default())).collect();
            let differing = all.iter().filter(|(key, tally)| tally_of(&old, key) != **tally);
            put_tallies(connection, seq, gone.iter().chain(differing))
        }
    }
}

fn put_tallies<'a>(
    connection: &Connection,
    seq: Seq,
    tallies: impl Iterator<Item = (&'a ItemKey, &'a Tally)>,
) -> Result<()> {
    const PUT: &str = "INSERT INTO cart_item (cart, item, lines, seats, sure, leaning, weighing)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (cart, item) DO UPDATE SET lines = excluded.lines, seats = excluded.seats,
        sure = excluded.sure, leaning = excluded.leaning, weighing = excluded.weighing";
    const REMOVE: &str = "DELETE FROM cart_item WHERE cart = ?1 AND item = ?2";
    for (key, tally) in tallies {
        if *tally == Tally::default() {
            change(connection, REMOVE, params![seq, key.as_str()])?;
            continue;
        }
        let Tally { lines, seats, sure, leaning, weighing } = *tally;
        change(connection, PUT, params![seq, key.as_str(), lines, seats, sure, leaning, weighing])?;
    }
    Ok(())
}
