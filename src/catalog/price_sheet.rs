//! Reads the service's price sheets: rows of CSV, in any column order, with what spreadsheets do to
//! them (catalog 3).

use std::borrow::Cow;
use std::io::Read;

use chrono::NaiveDateTime;
use csv::{Reader, ReaderBuilder, StringRecord, Terminator};
use rust_decimal::Decimal;

use super::item_id::{ItemKey, is_word};
use super::model::{Price, segment_name};
use crate::clock::Timestamp;
use crate::money::is_currency_code;
use crate::term::{BillingCycle, Duration};

/// A row of a sheet: a price, and what it tells of its SKU.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRow {
    /// The SKU; absent when the row before was of the same SKU and market and has told it.
    pub sku: Option<SheetSku>,
    /// Where the price tier begins: of a SKU's tiers the lowest counts.
    pub tier: i64,
    /// The price.
    pub price: Price,
}

/// What a sheet tells of a SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetSku {
    /// The product's id as the sheet writes it.
    pub product_id: String,
    /// The SKU's id, with the leading zeros that a spreadsheet may have taken away.
    pub sku_id: String,
    /// The product's name for people.
    pub product_title: Option<String>,
    /// The SKU's name for people.
    pub sku_title: Option<String>,
    /// Whether the SKU is a trial.
    pub is_trial: bool,
    /// Whether the SKU is licence-based.
    pub is_license: bool,
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line of the file, the first being 1.
    pub line: u64,
    /// Which column is at fault, what it holds and what is allowed.
    pub reason: String,
}

/// Why a sheet cannot be read on.
#[derive(Debug)]
pub enum SheetError {
    /// It is not a price sheet: a column is missing, or it is empty.
    Unusable(String),
    /// The file could not be read.
    Io(std::io::Error),
}

/// The columns that are read; the first nine must be there.
const COLUMNS: [&str; 15] = [
    "ProductId",
    "SkuId",
    "TermDuration",
    "BillingPlan",
    "Market",
    "Currency",
    "UnitPrice",
    "EffectiveStartDate",
    "EffectiveEndDate",
    "ProductTitle",
    "SkuTitle",
    "ERP Price",
    "PricingTierRangeMin",
    "Tags",
    "Segment",
];
const REQUIRED_COLUMNS: usize = 9;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const UTF_16_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
const LINE_END: &[u8] = b"\n";
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// The length that a SKU's id had before a spreadsheet took it for a number.
const SKU_ID_CHARS: usize = 4;
/// How sheets before 2022 write their dates.
const OLD_DATE: &str = "%m/%d/%Y %I:%M:%S %p";
/// The longest header line looked at to find the delimiter, in bytes.
const HEADER_BYTES_MAX: u64 = 1 << 16;

/// The longest row, in bytes: a quote that is never closed would make one row of the whole rest of
/// a sheet.
const ROW_BYTES_MAX: u64 = 1 << 20;

/// Reads the rows of a sheet one after the other; memory does not grow with the sheet.
pub struct SheetReader<R> {
    rows: Reader<Ended<Measured<Peeked<R>>>>,
    columns: [Option<usize>; COLUMNS.len()],
    /// How many fields the header line has.
    width: usize,
    record: StringRecord,
    /// The SKU and market of the row before.
    told: Option<(ItemKey, String)>,
}

/// A file of which it is known how much was read, in all and for the row at hand.
struct Measured<R> {
    file: R,
    bytes: u64,
    row_bytes: u64,
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.row_bytes > ROW_BYTES_MAX {
            let text = format!("a row has more than {ROW_BYTES_MAX} bytes: is a quote not closed?");
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, text));
        }
        let count = self.file.read(buffer)?;
        self.bytes += count as u64;
        self.row_bytes += count as u64;
        Ok(count)
    }
}

/// A file whose last line has an end.
type Ended<R> = std::io::Chain<R, &'static [u8]>;

/// A file whose first bytes have been looked at.
type Peeked<R> = std::io::Chain<std::io::Cursor<Vec<u8>>, R>;

impl<R: Read> SheetReader<R> {
    /// Starts reading: finds the delimiter and the columns in the header line.
    ///
    /// # Errors
    /// `Unusable` when a column that every sheet has is missing.
    pub fn new(mut file: R) -> Result<Self, SheetError> {
        let mut start = Vec::new();
        file.by_ref().take(HEADER_BYTES_MAX).read_to_end(&mut start).map_err(SheetError::Io)?;
        if start.starts_with(BYTE_ORDER_MARK) {
            start.drain(..BYTE_ORDER_MARK.len());
        }
        if UTF_16_MARKS.iter().any(|mark| start.starts_with(mark)) {
            let text = "not a price sheet in UTF-8: it is UTF-16, which spreadsheets call Unicode";
            return Err(SheetError::Unusable(text.to_owned()));
        }
        let delimiter = delimiter_of(&start);
        // By default a carriage return ends a row as well, and the line feed behind it is then
        // counted to the next one: the lines of bad rows would be told wrong. So it is a part of
        // the last field, except in files of old, which have no line feeds.
        let has_line_feeds = start.contains(&b'\n');
        let row_end = if has_line_feeds { Terminator::Any(b'\n') } else { Terminator::CRLF };
        let file = std::io::Cursor::new(start).chain(file);
        let file = Measured { file, bytes: 0, row_bytes: 0 }.chain(LINE_END);
        let mut rows = ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(row_end)
            .flexible(true)
            .from_reader(file);
        let header = rows.byte_headers().map_err(unreadable)?;
        let columns = COLUMNS.map(|name| header.iter().position(|column| is_named(column, name)));
        let missing: Vec<&str> = COLUMNS
            .iter()
            .zip(&columns)
            .take(REQUIRED_COLUMNS)
            .filter(|(_, place)| place.is_none())
            .map(|(name, _)| *name)
            .collect();
        if !missing.is_empty() {
            let text = format!("not a price sheet: the header line has no {}", missing.join(", "));
            return Err(SheetError::Unusable(text));
        }
        let width = header.len();
        Ok(Self { rows, columns, width, record: StringRecord::new(), told: None })
    }

    /// The next row, good or bad; `None` after the last.
    ///
    /// # Errors
    /// `Io` when the file cannot be read on.
    pub fn next_row(&mut self) -> Result<Option<Result<SheetRow, BadRow>>, SheetError> {
        loop {
            self.rows.get_mut().get_mut().0.row_bytes = 0;
            match self.rows.read_record(&mut self.record) {
                Ok(false) => return Ok(None),
                // A blank line with a carriage return.
                Ok(true) if self.record.len() == 1 && self.text(Some(0)).is_empty() => {}
                Ok(true) => break,
                Err(error) => return not_utf8(error).map(|bad| Some(Err(bad))),
            }
        }
        Ok(Some(self.row().map_err(|reason| BadRow { line: self.line(), reason })))
    }

    /// The line on which the row begins.
    fn line(&self) -> u64 {
        let after_last_row = self.record.position().map_or(0, csv::Position::line);
        // Blank lines may stand between, and line breaks within.
        let breaks = self.record.as_slice().bytes().filter(|byte| *byte == b'\n').count() as u64;
        after_last_row.max(self.rows.position().line().saturating_sub(1 + breaks))
    }

    /// How many bytes of the file have been read.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.rows.get_ref().get_ref().0.bytes
    }

    fn row(&mut self) -> Result<SheetRow, String> {
        self.check_width()?;
        let [product, sku, term, plan, market, currency, unit, start, end, rest @ ..] =
            self.columns;
        let [product_title, sku_title, erp, tier, tags, segment] = rest;
        let product_id = self.id(product, "ProductId")?;
        let sku_id = padded(self.id(sku, "SkuId")?);
        let price = Price {
            item: ItemKey::sku(product_id, &sku_id),
            term: self.parsed(term, "TermDuration", "P1M, P1Y or P3Y", Duration::parse)?,
            plan: self
                .parsed(
                    plan,
                    "BillingPlan",
                    "Monthly, Annual, Triennial or None",
                    BillingCycle::parse,
                )?
                .unwrap_or(BillingCycle::OneTime),
            market: self.required(market, "Market", "a country code", country)?,
            currency: self.required(currency, "Currency", "a currency code", currency_code)?,
            segment: Some(self.text(segment)).filter(|text| !text.is_empty()).map(segment_name),
            unit_price: self.required(unit, "UnitPrice", "a price of 0 or more", price_of)?,
            erp_price: self.parsed(erp, "ERP Price", "a price of 0 or more", price_of)?,
            start: self
                .parsed(start, "EffectiveStartDate", DATES, date)?
                .unwrap_or(Timestamp::FIRST),
            end: self.parsed(end, "EffectiveEndDate", DATES, date)?.unwrap_or(Timestamp::LAST),
        };
        let tier = self.parsed(tier, "PricingTierRangeMin", "a number", price_of)?;
        let is_told = self
            .told
            .as_ref()
            .is_some_and(|(item, market)| *item == price.item && *market == price.market);
        let has_tag =
            |tag: &str| self.text(tags).split(';').any(|its| its.trim().eq_ignore_ascii_case(tag));
        let sku = (!is_told).then(|| SheetSku {
            product_id: product_id.to_owned(),
            sku_id: sku_id.into_owned(),
            product_title: self.title(product_title),
            sku_title: self.title(sku_title),
            is_trial: has_tag("Trial"),
            is_license: has_tag("License"),
        });
        if !is_told {
            self.told = Some((price.item.clone(), price.market.clone()));
        }
        let tier = tier.and_then(|tier| i64::try_from(tier.trunc()).ok()).unwrap_or_default();
        Ok(SheetRow { sku, tier, price })
    }

    /// A row of more or fewer fields than the header line is cut off, or a comma splits a field of
    /// it that has no quotes: its price could be anything.
    fn check_width(&self) -> Result<(), String> {
        let (count, width) = (self.record.len(), self.width);
        if count == width {
            return Ok(());
        }
        Err(format!("the row has {count} fields, the header line {width}"))
    }

    /// A field without the spaces around it; empty when the column is not there.
    fn text(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.record.get(column)).unwrap_or_default().trim()
    }

    fn title(&self, column: Option<usize>) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn id(&self, column: Option<usize>, name: &str) -> Result<&str, String> {
        let text = self.text(column);
        if is_word(text) { Ok(text) } else { Err(bad(name, text, "letters and digits")) }
    }

    /// A field that may be blank.
    fn parsed<T>(
        &self,
        column: Option<usize>,
        name: &str,
        allowed: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, String> {
        match self.text(column) {
            "" => Ok(None),
            text => parse(text).map(Some).ok_or_else(|| bad(name, text, allowed)),
        }
    }

    fn required<T>(
        &self,
        column: Option<usize>,
        name: &str,
        allowed: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, String> {
        self.parsed(column, name, allowed, parse)?.ok_or_else(|| bad(name, "", allowed))
    }
}

/// A SKU's id with all its digits.
fn padded(id: &str) -> Cow<'_, str> {
    if id.len() < SKU_ID_CHARS { format!("{id:0>SKU_ID_CHARS$}").into() } else { id.into() }
}

const DATES: &str = "a date such as 2025-04-01T00:00:00Z or 2/1/2019 12:00:00 AM";

fn bad(column: &str, value: &str, allowed: &str) -> String {
    let value: String = value.chars().take(40).collect();
    format!("{column} \"{value}\": {allowed} is allowed")
}

/// The delimiter that the header line has most of.
fn delimiter_of(start: &[u8]) -> u8 {
    let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| header.split(|byte| byte == delimiter).count();
    // Of equal counts the first: a comma.
    DELIMITERS.into_iter().rev().max_by_key(count).unwrap_or(b',')
}

/// Whether a column of the header has a name, whatever its case and spaces.
fn is_named(column: &[u8], name: &str) -> bool {
    let letters = |text: &[u8]| -> Vec<u8> {
        text.iter().filter(|b| !b.is_ascii_whitespace()).map(u8::to_ascii_lowercase).collect()
    };
    letters(column) == letters(name.as_bytes())
}

fn country(text: &str) -> Option<String> {
    let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| text.to_ascii_uppercase())
}

fn currency_code(text: &str) -> Option<String> {
    is_currency_code(text).then(|| text.to_ascii_uppercase())
}

fn price_of(text: &str) -> Option<Decimal> {
    // The library takes an underscore for a separator of digits.
    let amount = (!text.contains('_')).then(|| text.parse::<Decimal>().ok())??;
    (!amount.is_sign_negative() || amount.is_zero()).then_some(amount)
}

fn date(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| {
        let old = NaiveDateTime::parse_from_str(text, OLD_DATE).ok()?;
        Timestamp::parse(&old.format("%Y-%m-%dT%H:%M:%S").to_string())
    })
}

/// The bad row of an error; the reader has gone past it.
fn not_utf8(error: csv::Error) -> Result<BadRow, SheetError> {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            Ok(BadRow { line, reason: "a field is not UTF-8".to_owned() })
        }
        _ => Err(unreadable(error)),
    }
}

fn unreadable(error: csv::Error) -> SheetError {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => SheetError::Io(error),
        _ => SheetError::Unusable(text),
    }
}

#[cfg(test)]
mod tests;
