//! The lines of carts. What nearly every line has stands in columns of its own, which costs a
//! fraction of a document to write and to read; the rest is a document, which most lines lack.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, Params, Row, params};

use super::blocks::{BLOCK, RowStatement, row_statement, value};
use super::carts::Seq;
use super::connection::{change, text_in};
use super::error::{damaged, from_json, to_json};
use super::line_keys::{Keys, id_of, key_of, keys_of, wide_id};
use super::{amounts, blocks};
use crate::cart::model::{Given, Line, LineId, LineInput, value_of};
use crate::catalog::item_id::ItemKey;
use crate::error::Result;
use crate::term::{BillingCycle, Duration};

/// The columns of what a line says and of its group, in the order in which `write` binds and
/// `line_of` reads them.
macro_rules! content_columns {
    () => {
        "group_slot, catalog_item_id, friendly_name, quantity, currency, cycle, term, more, error, \
         pricing"
    };
}

/// The columns of a line, in the order in which `line_of` reads them.
macro_rules! columns {
    () => {
        concat!("key, wide_id, parent, position, ", content_columns!())
    };
}

/// The statement that writes lines, by its first words. The columns stand in the order of the
/// table, which saves SQLite a copy of each value.
macro_rules! write_with {
    ($verb:literal) => {
        row_statement!(
            concat!(
                $verb,
                " INTO cart_line (key, wide_id, parent, position, item, ",
                content_columns!(),
                ") VALUES "
            ),
            "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ""
        )
    };
}

/// Writes the lines of a new cart.
pub(super) fn insert(connection: &Connection, seq: Seq, lines: &[Line]) -> Result<()> {
    // What fails is undone as a whole: SQLite need not keep the pages as they were before.
    const INSERT: RowStatement = write_with!("INSERT OR FAIL");
    let keyed = if count_up(lines) { BLOCK.min(lines.len()) } else { lines.len() };
    let (keyed, appended) = lines.split_at(keyed);
    let keyed: Vec<&Line> = keyed.iter().collect();
    write(connection, INSERT, seq, &keyed, IsIndexed(false))?;
    append(connection, seq, appended)
}

/// Whether the places of lines, which are their ids, follow each other.
fn count_up(lines: &[Line]) -> bool {
    let follow = |pair: &[Line]| matches!(pair, [one, next] if next.id == one.id + 1);
    lines.iter().all(|line| wide_id(line.id).is_none()) && lines.windows(2).all(follow)
}

/// Writes the lines whose keys follow the greatest there is. SQLite gives them by itself when they
/// are left out, and then looks neither for the place of a key in the table nor for a row that has
/// it, which is a fifth of what a row costs.
fn append(connection: &Connection, seq: Seq, lines: &[Line]) -> Result<()> {
    const APPEND: RowStatement = row_statement!(
        concat!(
            "INSERT OR FAIL INTO cart_line (parent, position, ",
            content_columns!(),
            ") VALUES "
        ),
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ""
    );
    let Some(last) = lines.last() else { return Ok(()) };
    blocks::write(connection, APPEND, lines, |line| {
        let [group, catalog_id, name, quantity, currency, cycle, term, more, error, pricing] =
            content_of(line)?;
        let (parent, position) = (value(line.parent), line.position.into());
        Ok([
            parent, position, group, catalog_id, name, quantity, currency, cycle, term, more,
            error, pricing,
        ])
    })?;
    // All keys are as they should be when the last one is.
    let key = key_of(connection, seq, last.id)?;
    if key == Some(connection.last_insert_rowid()) {
        return Ok(());
    }
    Err(damaged(format_args!("there are lines of carts above number {seq}, the newest")))
}

/// Whether the lines of a cart are found by what they buy, which costs the others nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct IsIndexed(pub bool);

/// Writes lines of which some may be there.
pub(super) fn put(
    connection: &Connection,
    seq: Seq,
    lines: &[&Line],
    is_indexed: IsIndexed,
) -> Result<()> {
    const PUT: RowStatement = write_with!("INSERT OR REPLACE");
    write(connection, PUT, seq, lines, is_indexed)
}

fn write(
    connection: &Connection,
    statement: RowStatement,
    seq: Seq,
    lines: &[&Line],
    is_indexed: IsIndexed,
) -> Result<()> {
    let mut keys = Keys::new(connection, seq, lines.len());
    blocks::write(connection, statement, lines, |line| {
        let item = || line.input.catalog_item_id.as_deref().map(ItemKey::of_item);
        let item =
            is_indexed.0.then(|| item().map_or_else(String::new, |item| item.as_str().to_owned()));
        let [group, catalog_id, name, quantity, currency, cycle, term, more, error, pricing] =
            content_of(line)?;
        Ok([
            keys.of(line.id)?.into(),
            value(wide_id(line.id)),
            value(line.parent),
            line.position.into(),
            value(item),
            group,
            catalog_id,
            name,
            quantity,
            currency,
            cycle,
            term,
            more,
            error,
            pricing,
        ])
    })
}

/// A line's group, and what it says.
fn content_of(line: &Line) -> Result<[ToSqlOutput<'_>; 10]> {
    let input = &line.input;
    Ok([
        value(line.group),
        value(input.catalog_item_id.as_deref()),
        value(input.friendly_name.as_deref()),
        value(input.quantity),
        value(input.currency_code.as_deref()),
        value(value_of(input.billing_cycle.as_ref()).map(BillingCycle::name)),
        value(value_of(input.term_duration.as_ref()).map(term_value)),
        value(more_of(input)?),
        value(line.error.as_ref().map(to_json).transpose()?),
        value(line.pricing.as_ref().map(amounts::to_text)),
    ])
}

/// Writes what lines say that are there and stay where they are, in their groups, and buy what they
/// did: no index has to follow.
pub(super) fn alter<'l>(connection: &Connection, seq: Seq, lines: &[&'l Line]) -> Result<()> {
    const ALTER: &str = "UPDATE cart_line SET catalog_item_id = ?1, friendly_name = ?2,
        quantity = ?3, currency = ?4, cycle = ?5, term = ?6, more = ?7, error = ?8, pricing = ?9
        WHERE key = ?10";
    let values_of = |line: &&'l Line| {
        let [_, catalog_id, name, quantity, currency, cycle, term, more, error, pricing] =
            content_of(line)?;
        let key = value(key_of(connection, seq, line.id)?);
        Ok([catalog_id, name, quantity, currency, cycle, term, more, error, pricing, key])
    };
    blocks::run_each(connection, ALTER, lines, values_of, |line, changed| match changed {
        1 => Ok(()),
        _ => Err(damaged(format_args!("line {} of a cart is missing", line.id))),
    })
}

/// What has no column of its own, if there is any of it.
fn more_of(input: &LineInput) -> Result<Option<String>> {
    // Nearly every line has nothing more, which is told without copying what it has.
    if let LineInput {
        billing_cycle: None | Some(Given::Value(_)),
        term_duration: None | Some(Given::Value(_)),
        renews_to: None,
        attestation_accepted: None,
        promotion_id: None,
        custom_term_end: None,
        participants,
        provisioning_context,
        catalog_item_id: _,
        friendly_name: _,
        quantity: _,
        currency_code: _,
    } = input
        && participants.is_empty()
        && provisioning_context.is_empty()
    {
        return Ok(None);
    }
    let more = LineInput {
        catalog_item_id: None,
        friendly_name: None,
        quantity: None,
        currency_code: None,
        billing_cycle: malformed(input.billing_cycle.as_ref()),
        term_duration: malformed(input.term_duration.as_ref()),
        participants: input.participants.clone(),
        provisioning_context: input.provisioning_context.clone(),
        renews_to: input.renews_to.clone(),
        attestation_accepted: input.attestation_accepted,
        promotion_id: input.promotion_id.clone(),
        custom_term_end: input.custom_term_end.clone(),
    };
    to_json(&more).map(Some)
}

fn malformed<T>(field: Option<&Given<T>>) -> Option<Given<T>> {
    match field {
        Some(Given::Malformed(text)) => Some(Given::Malformed(text.clone())),
        _ => None,
    }
}

/// Removes lines.
pub(super) fn remove(connection: &Connection, seq: Seq, removed: &[LineId]) -> Result<()> {
    const REMOVE: &str = "DELETE FROM cart_line WHERE key = ?1";
    let mut statement = connection.prepare_cached(REMOVE)?;
    for id in removed {
        statement.execute([key_of(connection, seq, *id)?])?;
    }
    Ok(())
}

/// Removes all lines of a cart; answers how many that were.
pub(super) fn remove_all(connection: &Connection, seq: Seq) -> Result<u64> {
    const REMOVE_ALL: &str = "DELETE FROM cart_line WHERE key BETWEEN ?1 AND ?2";
    let keys = keys_of(seq);
    change(connection, REMOVE_ALL, [keys.start(), keys.end()])
}

/// All lines of a cart, in cart order.
pub(super) fn of_cart(connection: &Connection, seq: Seq) -> Result<Vec<Line>> {
    const LINES: &str =
        concat!("SELECT ", columns!(), " FROM cart_line WHERE key BETWEEN ?1 AND ?2");
    let keys = keys_of(seq);
    in_cart_order(read(connection, LINES, [keys.start(), keys.end()])?)
}

/// The root lines that some line, or lines of items, are or hang on, with all that hangs on them,
/// in cart order. The lines of the cart must be indexed.
pub(super) fn of_part(
    connection: &Connection,
    seq: Seq,
    line: Option<LineId>,
    items: &BTreeSet<ItemKey>,
) -> Result<Vec<Line>> {
    const BY_KEY: &str = concat!("SELECT ", columns!(), " FROM cart_line WHERE key = ?1");
    const BY_PARENT: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM cart_line INDEXED BY cart_line_by_parent \
         WHERE key >> 24 = ?1 AND parent = ?2 AND item IS NOT NULL"
    );
    const BY_ITEM: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM cart_line INDEXED BY cart_line_by_item WHERE key >> 24 = ?1 AND item = ?2"
    );
    let mut found: BTreeMap<LineId, Line> = BTreeMap::new();
    let mut open = Vec::new();
    for item in items {
        open.extend(read(connection, BY_ITEM, params![seq, item.as_str()])?);
    }
    let mut missing: Vec<LineId> = line.into_iter().collect();
    loop {
        // Up to the roots.
        while let Some(id) = missing.pop() {
            open.extend(read(connection, BY_KEY, [key_of(connection, seq, id)?])?);
        }
        let Some(line) = open.pop() else { break };
        missing.extend(line.parent.filter(|parent| !found.contains_key(parent)));
        found.insert(line.id, line);
    }
    // Down to everything that hangs on them.
    let mut above: Vec<LineId> = found.keys().copied().collect();
    while let Some(id) = above.pop() {
        for line in read(connection, BY_PARENT, params![seq, id])? {
            if found.insert(line.id, line.clone()).is_none() {
                above.push(line.id);
            }
        }
    }
    in_cart_order(found.into_values().collect())
}

fn read(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<Line>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(line_of(row)?);
    }
    Ok(lines)
}

/// Puts lines in cart order: the roots by position, each followed by its add-ons by position.
fn in_cart_order(lines: Vec<Line>) -> Result<Vec<Line>> {
    let is_in_order = |pair: &[Line]| matches!(pair, [one, next] if one.position < next.position);
    if lines.iter().all(|line| line.parent.is_none()) && lines.windows(2).all(is_in_order) {
        return Ok(lines);
    }
    let count = lines.len();
    let mut children: BTreeMap<Option<LineId>, Vec<Line>> = BTreeMap::new();
    for line in lines {
        children.entry(line.parent).or_default().push(line);
    }
    // The next line is taken from the end.
    for siblings in children.values_mut() {
        siblings.sort_by_key(|line| std::cmp::Reverse((line.position, line.id)));
    }
    let mut ordered = Vec::with_capacity(count);
    let mut open = children.remove(&None).unwrap_or_default();
    while let Some(line) = open.pop() {
        open.extend(children.remove(&Some(line.id)).unwrap_or_default());
        ordered.push(line);
    }
    if ordered.len() == count { Ok(ordered) } else { Err(damaged("an add-on has no root line")) }
}

fn line_of(row: &Row<'_>) -> Result<Line> {
    let text = |column| text_in(row, column);
    let mut input: Box<LineInput> = text(11)?.map(from_json).transpose()?.unwrap_or_default();
    input.catalog_item_id = text(5)?.map(Into::into);
    input.friendly_name = text(6)?.map(Into::into);
    input.quantity = row.get(7)?;
    input.currency_code = text(8)?.map(Into::into);
    if let Some(cycle) = text(9)? {
        input.billing_cycle = Some(Given::Value(kept(cycle, BillingCycle::parse)?));
    }
    if let Some(term) = text(10)? {
        input.term_duration = Some(Given::Value(kept(term, Duration::parse)?));
    }
    Ok(Line {
        id: id_of(row.get(0)?, row.get(1)?),
        parent: row.get(2)?,
        position: row.get(3)?,
        group: row.get(4)?,
        input,
        error: text(12)?.map(from_json).transpose()?,
        pricing: text(13)?.map(amounts::from_text).transpose()?,
    })
}

/// A word that was written from a value.
pub(super) fn kept<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| damaged(format_args!("\"{text}\" was kept")))
}

/// A term as it is kept; nearly every one has a name that need not be made.
pub(super) fn term_value(term: Duration) -> ToSqlOutput<'static> {
    term.usual_name().map_or_else(|| term.to_string().into(), Into::into)
}
