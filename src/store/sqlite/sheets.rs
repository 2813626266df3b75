//! Price sheets: brought in under a number that counts for nothing yet, made valid by one small
//! transaction, and swept away in many short ones when they count no more. Nobody waits for longer
//! than a batch of rows.

use std::collections::BTreeSet;
use std::sync::mpsc;

use rusqlite::{Connection, OptionalExtension, params};

use super::SqliteStore;
use super::catalog::{move_generation, put_prices, search_text};
use super::connection::{change, row_limit};
use super::facts::for_each;
use super::sheet_claim::SheetClaim;
use super::writer::{Job, Task};
use crate::catalog::price_sheet::SheetRow;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{SheetDraft, Weight};

/// The rows that a transaction of a sweep looks at: a millisecond or two.
const SWEEP_ROWS: usize = 1_000;

/// Item keys are letters, digits and a few signs.
const AFTER_EVERY_KEY: &str = "\u{10FFFF}";

/// A sheet on its way in.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    store: &'a SqliteStore,
    number: i64,
    source: String,
    markets: BTreeSet<String>,
    /// Keeps the rows from being swept.
    _claim: SheetClaim,
}

impl<'a> Draft<'a> {
    /// Gives a new sheet its number. It is claimed before anybody else can see it.
    pub(super) fn begin(store: &'a SqliteStore, source: &str) -> Result<Self> {
        const BEGIN: &str = "INSERT INTO sheet (source, is_active) VALUES (?1, 0)";
        let (claims, text) = (store.sheet_claims.clone(), source.to_owned());
        let (number, claim) = answer(store, move |connection| {
            change(connection, BEGIN, [text])?;
            let number = connection.last_insert_rowid();
            Ok((number, claims.claim(number)?))
        })?;
        let source = source.to_owned();
        Ok(Self { store, number, source, markets: BTreeSet::new(), _claim: claim })
    }
}

impl SheetDraft for Draft<'_> {
    fn append(&mut self, rows: Vec<SheetRow>) -> Result<()> {
        self.markets.extend(rows.iter().map(|row| row.price.market.clone()));
        let number = self.number;
        answer(self.store, move |connection| {
            expect_draft(connection, number)?;
            put_prices(connection, number, rows.iter().map(|row| (row.tier, &row.price)))?;
            put_skus(connection, number, &rows)
        })
    }

    fn activate(self: Box<Self>) -> Result<()> {
        let (number, source, markets) = (self.number, self.source.clone(), self.markets.clone());
        answer(self.store, move |connection| {
            expect_draft(connection, number)?;
            activate(connection, number, &source, &markets)
        })
    }
}

/// Runs something in a transaction of the commit queue, and hands out what it answers.
fn answer<T: Send + 'static>(
    store: &SqliteStore,
    work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = mpsc::channel();
    let work = Task::Internal(Box::new(move |connection| {
        let answer = work(connection)?;
        // The caller waits for the commit, and takes the answer after it.
        let _ = sender.send(answer);
        Ok(())
    }));
    store.run(Job { weight: Weight::Edit, work })?;
    receiver.recv().map_err(|_| Error::new(ErrorKind::Panic, "a unit of work gave no answer"))
}

/// Makes sure that a sheet is still on its way in.
fn expect_draft(connection: &Connection, number: i64) -> Result<()> {
    if is_draft(connection, number)? {
        return Ok(());
    }
    Err(Error::new(ErrorKind::StoreIo, "the price sheet was taken away meanwhile"))
}

fn is_draft(connection: &Connection, number: i64) -> Result<bool> {
    const IS_DRAFT: &str = "SELECT 1 FROM sheet WHERE number = ?1 AND is_active = 0";
    Ok(connection.prepare_cached(IS_DRAFT)?.exists([number])?)
}

/// Puts what rows tell of their SKUs. What is told first stands.
fn put_skus(connection: &Connection, sheet: i64, rows: &[SheetRow]) -> Result<()> {
    const PUT: &str = "INSERT INTO sheet_sku (item, sheet, market, product_id, sku_id,
        product_title, sku_title, is_trial, is_license, search_text)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING";
    let mut statement = connection.prepare_cached(PUT)?;
    for SheetRow { sku, price, .. } in rows {
        let Some(sku) = sku else { continue };
        statement.execute(params![
            price.item.as_str(),
            sheet,
            price.market,
            sku.product_id,
            sku.sku_id,
            sku.product_title,
            sku.sku_title,
            sku.is_trial,
            sku.is_license,
            search_text([sku.product_title.as_deref(), sku.sku_title.as_deref()]),
        ])?;
    }
    Ok(())
}

fn activate(
    connection: &Connection,
    number: i64,
    source: &str,
    markets: &BTreeSet<String>,
) -> Result<()> {
    // A sheet without rows is as good as swept.
    const ACTIVATE: &str = "UPDATE sheet SET is_active = 1,
        stale_since = iif(?2, (SELECT catalog_generation FROM meta), NULL) WHERE number = ?1";
    const MARK_STALE: &str = "UPDATE sheet
        SET stale_since = (SELECT catalog_generation FROM meta)
        WHERE number = (SELECT sheet FROM sheet_market WHERE market = ?1 AND source = ?2)";
    const TAKE_OVER: &str = "INSERT INTO sheet_market (market, source, sheet) VALUES (?1, ?2, ?3)
        ON CONFLICT (market, source) DO UPDATE SET sheet = excluded.sheet";
    move_generation(connection)?;
    change(connection, ACTIVATE, params![number, markets.is_empty()])?;
    for market in markets {
        change(connection, MARK_STALE, [market.as_str(), source])?;
        change(connection, TAKE_OVER, params![market, source, number])?;
    }
    Ok(())
}

/// A sheet that may have rows that count no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stale {
    number: i64,
    is_active: bool,
    since: Option<i64>,
}

/// Removes the rows of sheets that count no more; answers how many.
pub(super) fn sweep(store: &SqliteStore) -> Result<u64> {
    let mut removed = 0;
    for stale in store.on_reader(|connection| stale_sheets(connection))? {
        // What is not active is swept only when nobody is bringing it in.
        if stale.is_active {
            removed += sweep_sheet(store, stale)?;
        } else if let Some(_claim) = store.sheet_claims.claim_abandoned(stale.number)? {
            removed += sweep_sheet(store, stale)?;
        }
    }
    Ok(removed)
}

pub(super) fn stale_sheets(connection: &Connection) -> Result<Vec<Stale>> {
    const STALE: &str = "SELECT number, is_active, stale_since FROM sheet
        WHERE is_active = 0 OR stale_since IS NOT NULL ORDER BY number";
    let mut found = Vec::new();
    for_each(connection, STALE, [], |row| {
        found.push(Stale { number: row.get(0)?, is_active: row.get(1)?, since: row.get(2)? });
        Ok(())
    })?;
    Ok(found)
}

/// Goes through a sheet once, batch by batch.
pub(super) fn sweep_sheet(store: &SqliteStore, stale: Stale) -> Result<u64> {
    let mut removed = 0;
    for table in [&PRICES, &SKUS] {
        let mut after = Some(String::new());
        while let Some(item) = after {
            let (count, next) =
                answer(store, move |connection| sweep_batch(connection, table, stale, &item))?;
            removed += count;
            after = next;
        }
    }
    answer(store, move |connection| finish(connection, stale))?;
    Ok(removed)
}

/// The statements that sweep a table: one finds where a batch ends, the other removes what counts
/// no more up to there.
struct Sweep {
    end_of_batch: &'static str,
    remove: &'static str,
}

const PRICES: Sweep = Sweep {
    end_of_batch: "SELECT item FROM price WHERE sheet = ?1 AND item > ?2
        ORDER BY item LIMIT 1 OFFSET ?3",
    remove: "DELETE FROM price WHERE sheet = ?1 AND item > ?2 AND item <= ?3
        AND NOT EXISTS (SELECT 1 FROM sheet_market AS m
            WHERE m.market = price.market AND m.sheet = price.sheet)",
};
const SKUS: Sweep = Sweep {
    end_of_batch: "SELECT item FROM sheet_sku INDEXED BY sheet_sku_by_sheet
        WHERE sheet = ?1 AND item > ?2 ORDER BY item LIMIT 1 OFFSET ?3",
    remove: "DELETE FROM sheet_sku INDEXED BY sheet_sku_by_sheet
        WHERE sheet = ?1 AND item > ?2 AND item <= ?3
        AND NOT EXISTS (SELECT 1 FROM sheet_market AS m
            WHERE m.market = sheet_sku.market AND m.sheet = sheet_sku.sheet)",
};

/// Removes what counts no more among the next rows after an item; answers how many, and where the
/// next batch begins.
fn sweep_batch(
    connection: &Connection,
    table: &Sweep,
    stale: Stale,
    after: &str,
) -> Result<(u64, Option<String>)> {
    let number = stale.number;
    let end: Option<String> = connection
        .prepare_cached(table.end_of_batch)?
        .query_row(params![number, after, row_limit(SWEEP_ROWS)], |row| row.get(0))
        .optional()?;
    if !stale.is_active && !is_draft(connection, number)? {
        // It counts since it was found here, and keeps its rows, or another process swept it.
        return Ok((0, None));
    }
    let up_to = end.as_deref().unwrap_or(AFTER_EVERY_KEY);
    let removed = change(connection, table.remove, params![number, after, up_to])?;
    Ok((removed, end))
}

/// Forgets a sheet that is valid nowhere; one that is valid somewhere is clean, unless it lost
/// another market meanwhile.
fn finish(connection: &Connection, stale: Stale) -> Result<()> {
    const FORGET: &str = "DELETE FROM sheet WHERE number = ?1 AND is_active = ?2
        AND stale_since IS ?3 AND NOT EXISTS (SELECT 1 FROM sheet_market WHERE sheet = ?1)";
    const CLEAN: &str = "UPDATE sheet SET stale_since = NULL
        WHERE number = ?1 AND stale_since IS ?2";
    let Stale { number, is_active, since } = stale;
    change(connection, FORGET, params![number, is_active, since])?;
    change(connection, CLEAN, params![number, since])?;
    Ok(())
}
