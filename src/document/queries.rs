//! Queries and options of single calls. Like those of an engine they refuse names that are not
//! known.

use uuid::Uuid;

use super::json::{Json, check_size};
use super::node::{Node, as_argument};
use super::options::Limits;
use super::options_in::within;
use super::page::read_after;
use super::value;
use crate::cart::model::CartStatus;
use crate::catalog::model::segment_name;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::store::{CartQuery, OrderQuery, Period};
use crate::term::Duration;

/// The most items of a page, and how many there are when the query does not say.
const PAGE_ITEMS_MAX: i64 = 1_000;
const PAGE_ITEMS_DEFAULT: usize = 100;

/// The most rows of each kind that one purge removes, and how many when its options do not say.
const PURGE_ROWS_MAX: i64 = 1_000_000;
const PURGE_ROWS_DEFAULT: usize = 1_000;

/// The longest name of the source of a price sheet.
const SOURCE_BYTES_MAX: usize = 128;

const STATUSES: [(&str, CartStatus); 2] =
    [("Active", CartStatus::Active), ("Ordered", CartStatus::Ordered)];
/// The engine completes an order when it makes it, so that asking for this status leaves none out.
const ORDER_STATUSES: [(&str, ()); 1] = [("completed", ())];
const BAD_ROWS: [(&str, OnBadRow); 2] = [("fail", OnBadRow::Fail), ("skip", OnBadRow::Skip)];

/// Reads which carts a list is about; all of them without a query.
pub fn read_cart_query(text: Option<&str>, now: Timestamp) -> Result<CartQuery> {
    let names = ["status", "createdAfter", "createdBefore", "limit", "after"];
    read(text, &names, |query| {
        Ok(CartQuery {
            status: query.read("status", |n| value::word(n, &STATUSES))?,
            created: period(query)?,
            limit: page_limit(query)?,
            after: after(query)?,
            now,
        })
    })
}

/// Reads which orders a list is about; all of them without a query.
pub fn read_order_query(text: Option<&str>) -> Result<OrderQuery> {
    let names = ["cartId", "status", "createdAfter", "createdBefore", "limit", "after"];
    read(text, &names, |query| {
        query.read("status", |n| value::word(n, &ORDER_STATUSES))?;
        let cart_id =
            |n: &Node<'_>| value::parsed(n, "a cart's id", |text| Uuid::try_parse(text).ok());
        Ok(OrderQuery {
            cart: query.read("cartId", cart_id)?,
            created: period(query)?,
            limit: page_limit(query)?,
            after: after(query)?,
        })
    })
}

/// What a purge may remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurgeOptions {
    /// The most rows of each kind.
    pub limit: usize,
    /// Ordered carts not changed for so long go; they stay when absent.
    pub ordered_older_than: Option<Duration>,
}

/// Reads the options of a purge.
pub fn read_purge_options(text: Option<&str>) -> Result<PurgeOptions> {
    read(text, &["limit", "orderedOlderThan"], |options| {
        let limit = options.read("limit", |n| within(n, 1, PURGE_ROWS_MAX))?;
        Ok(PurgeOptions {
            limit: limit.unwrap_or(PURGE_ROWS_DEFAULT),
            ordered_older_than: options.read("orderedOlderThan", value::duration)?,
        })
    })
}

/// What a catalog query looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// The item that a catalog item id names.
    Item(String),
    /// The items whose titles hold these words.
    Text(String),
}

/// Which catalog items a query is about, and for whom they are priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindQuery {
    /// What is looked for.
    pub sought: Sought,
    /// The most items to answer.
    pub limit: usize,
    /// The token of the page before this one.
    pub after: Option<String>,
    /// The country to sell in, in upper case; the partner's when absent.
    pub country: Option<String>,
    /// The currency of the prices, in upper case; any when absent.
    pub currency: Option<String>,
    /// The segment to sell to; `commercial` when absent.
    pub segment: Option<String>,
}

/// Reads a catalog query: `{"catalogItemId":…}` or `{"text":…}`.
pub fn read_find_query(text: &str) -> Result<FindQuery> {
    let names = ["catalogItemId", "text", "limit", "after", "country", "currency", "segment"];
    read(Some(text), &names, |query| {
        Ok(FindQuery {
            sought: sought(query)?,
            limit: page_limit(query)?,
            after: query.read("after", value::id)?,
            country: query.read("country", value::country)?,
            currency: query.read("currency", value::currency)?,
            segment: query.read("segment", value::id)?.map(|segment| segment_name(&segment)),
        })
    })
}

fn sought(query: &Node<'_>) -> Result<Sought> {
    let item = query.read("catalogItemId", value::id)?.map(Sought::Item);
    let text = query.read("text", value::owned_text)?.map(Sought::Text);
    match (item, text) {
        (Some(sought), None) | (None, Some(sought)) => Ok(sought),
        (None, None) => Err(query.error("expected catalogItemId or text")),
        (Some(_), Some(_)) => Err(query.error("expected catalogItemId or text, came both")),
    }
}

/// What to do with a row of a price sheet that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnBadRow {
    /// The import fails.
    Fail,
    /// The row is passed over and reported.
    Skip,
}

/// How a price sheet is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// Which of the price sheets of a market it is: a sheet replaces the one of its source.
    pub source: String,
    /// What to do with a row that cannot be used.
    pub on_bad_row: OnBadRow,
}

/// Reads the options of an import.
pub fn read_import_options(text: Option<&str>) -> Result<ImportOptions> {
    read(text, &["source", "onBadRow"], |options| {
        let source = options.read("source", source)?;
        let on_bad_row = options.read("onBadRow", |n| value::word(n, &BAD_ROWS))?;
        Ok(ImportOptions {
            source: source.unwrap_or_else(|| "license".to_owned()),
            on_bad_row: on_bad_row.unwrap_or(OnBadRow::Fail),
        })
    })
}

/// A source's name, in lower case: names compare without regard to case.
fn source(node: &Node<'_>) -> Result<String> {
    match value::id(node)? {
        long if long.len() > SOURCE_BYTES_MAX => {
            Err(node.error(format_args!("is longer than {SOURCE_BYTES_MAX} bytes")))
        }
        name => Ok(name.to_lowercase()),
    }
}

/// Reads a query; an absent one says nothing and leaves everything to the defaults.
fn read<T>(
    text: Option<&str>,
    names: &[&str],
    read: impl FnOnce(&Node<'_>) -> Result<T>,
) -> Result<T> {
    let text = text.unwrap_or("{}");
    check_size(text, &Limits::default())?;
    let json = Json::parse(text)?;
    let node = Node::root(&json);
    node.check_names(names).and_then(|()| read(&node)).map_err(as_argument)
}

/// When what is listed was created. Periods that follow each other have no gap and share nothing.
fn period(query: &Node<'_>) -> Result<Period> {
    Ok(Period {
        from: query.read("createdAfter", value::timestamp)?,
        before: query.read("createdBefore", value::timestamp)?,
    })
}

fn page_limit(query: &Node<'_>) -> Result<usize> {
    let limit = query.read("limit", |n| within(n, 1, PAGE_ITEMS_MAX))?;
    Ok(limit.unwrap_or(PAGE_ITEMS_DEFAULT))
}

fn after(query: &Node<'_>) -> Result<Option<i64>> {
    query.read("after", |n| read_after(n.text()?))
}

#[cfg(test)]
mod tests;
