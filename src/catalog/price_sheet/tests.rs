use std::io::Read;

use super::{BadRow, SheetError, SheetReader, SheetRow};
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// All rows of a sheet.
fn read(text: &[u8]) -> Result<Vec<Result<SheetRow, BadRow>>, SheetError> {
    let mut reader = SheetReader::new(text)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row()? {
        rows.push(row);
    }
    Ok(rows)
}

const NEW: &str = "ChangeIndicator,ProductTitle,ProductId,SkuId,SkuTitle,Publisher,SkuDescription,UnitOfMeasure,TermDuration,BillingPlan,Market,Currency,UnitPrice,PricingTierRangeMin,PricingTierRangeMax,EffectiveStartDate,EffectiveEndDate,Tags,ERP Price,Segment,PreviousValues
Unchanged,\"Plan, with add-ons – premium\",CFQ7TTC0HDK0,0001,Plan 0001,Contoso,,,P1Y,Annual,US,USD,115.2,,,2025-04-01T00:00:00.0000000Z,9999-11-30T23:59:59.0000000Z,License,144,Commercial,
";

/// A row as older sheets had it: quoted, dates of a spreadsheet, no segment, columns in another
/// order.
const OLD: &str = "\"ProductTitle\",\"ProductId\",\"SkuId\",\"SkuTitle\",\"Publisher\",\"SkuDescription\",\"UnitOfMeasure\",\"TermDuration\",\"BillingPlan\",\"Market\",\"Currency\",\"UnitPrice\",\"PricingTierRangeMin\",\"PricingTierRangeMax\",\"EffectiveStartDate\",\"EffectiveEndDate\",\"Tags\",\"ERP Price\"
\"Advanced\",\"CFQ7TTC0HDK0\",\"1\",\"Advanced\",\"Contoso\",\"Tools, and more\",\"\",\"P1M\",\"None\",\"us\",\"usd\",\"0\",\"\",\"\",\"2/1/2019 12:00:00 AM\",\"2/4/2021 8:35:31 PM\",\"License;Trial\",\"\"
";

#[test]
fn a_row_of_today_and_a_row_of_2021_are_read() {
    let rows = read(NEW.as_bytes()).unwrap();
    let new = rows[0].as_ref().unwrap();
    let sku = new.sku.as_ref().unwrap();
    assert_eq!(sku.product_title.as_deref(), Some("Plan, with add-ons – premium"));
    assert_eq!(new.price.item.as_str(), "CFQ7TTC0HDK0:0001");
    assert_eq!(
        (new.price.term, new.price.plan),
        (Some(Duration::months(12)), BillingCycle::Annual)
    );
    assert_eq!(new.price.unit_price.to_string(), "115.2");
    assert_eq!(new.price.segment.as_deref(), Some("commercial"));
    assert!(sku.is_license && !sku.is_trial);

    let rows = read(OLD.as_bytes()).unwrap();
    let old = rows[0].as_ref().unwrap();
    let sku = old.sku.as_ref().unwrap();
    assert_eq!(sku.sku_id, "0001");
    assert_eq!((old.price.market.as_str(), old.price.currency.as_str()), ("US", "USD"));
    assert_eq!(old.price.start, Timestamp::parse("2019-02-01T00:00:00Z").unwrap());
    assert_eq!(old.price.end, Timestamp::parse("2021-02-04T20:35:31Z").unwrap());
    assert_eq!((old.price.plan, old.price.segment.as_deref()), (BillingCycle::None, None));
    assert!(sku.is_trial);
    assert_eq!(old.price.erp_price, None);
}

#[test]
fn byte_order_mark_delimiters_and_line_ends_make_no_difference() {
    let plain = read(NEW.as_bytes()).unwrap();
    let marked = [b"\xef\xbb\xbf", NEW.as_bytes()].concat();
    assert_eq!(read(&marked).unwrap(), plain);
    for delimiter in [";", "\t"] {
        // The comma inside the quoted title stays.
        let text =
            NEW.replace(',', delimiter).replace(&format!("Plan{delimiter} with"), "Plan, with");
        assert_eq!(read(text.as_bytes()).unwrap(), plain, "{delimiter:?}");
    }
    assert_eq!(read(NEW.replace('\n', "\r\n").as_bytes()).unwrap(), plain);
    assert_eq!(read(NEW.replace('\n', "\r").as_bytes()).unwrap(), plain);
    assert_eq!(read(NEW.trim_end().as_bytes()).unwrap(), plain);
}

#[test]
fn blank_terms_plans_and_ends_have_their_meaning() {
    let text = NEW.replace("P1Y,Annual", ",").replace("9999-11-30T23:59:59.0000000Z", "");
    let rows = read(text.as_bytes()).unwrap();
    let row = rows[0].as_ref().unwrap();
    assert_eq!((row.price.term, row.price.plan), (None, BillingCycle::OneTime));
    assert_eq!(row.price.end, Timestamp::LAST);
    let charity = read(NEW.replace("Commercial", "Charity").as_bytes()).unwrap();
    assert_eq!(charity[0].as_ref().unwrap().price.segment.as_deref(), Some("nonprofit"));
}

#[test]
fn bad_rows_are_told_by_line_column_value_and_what_is_allowed() {
    let table = [
        ("115.2", "n/a", "UnitPrice \"n/a\": a price of 0 or more is allowed"),
        ("115.2", "1_000", "UnitPrice \"1_000\": a price of 0 or more is allowed"),
        ("115.2", "1\u{a0}000", "UnitPrice \"1\u{a0}000\": a price of 0 or more is allowed"),
        ("115.2", "-1", "UnitPrice \"-1\": a price of 0 or more is allowed"),
        ("115.2", "", "UnitPrice \"\": a price of 0 or more is allowed"),
        ("P1Y", "1 year", "TermDuration \"1 year\": P1M, P1Y or P3Y is allowed"),
        (
            "Annual",
            "Weekly",
            "BillingPlan \"Weekly\": Monthly, Annual, Triennial or None is allowed",
        ),
        ("US", "USA", "Market \"USA\": a country code is allowed"),
        ("USD", "$", "Currency \"$\": a currency code is allowed"),
        ("CFQ7TTC0HDK0,", ",", "ProductId \"\": letters and digits is allowed"),
        (
            "2025-04-01T00:00:00.0000000Z",
            "n/a",
            "EffectiveStartDate \"n/a\": a date such as 2025-04-01T00:00:00Z or 2/1/2019 12:00:00 AM is allowed",
        ),
    ];
    for (good, value, reason) in table {
        let bad_row = NEW.replacen(&format!(",{good}"), &format!(",{value}"), 1);
        let bad_row = bad_row.split_once('\n').unwrap().1;
        let text = format!("{NEW}{bad_row}");
        let rows = read(text.as_bytes()).unwrap();
        assert!(rows[0].is_ok());
        assert_eq!(rows[1], Err(BadRow { line: 3, reason: reason.into() }), "{good}");
    }
}

#[test]
fn a_sheet_in_utf_16_is_told_so() {
    let text = || format!("\u{feff}{NEW}");
    let little: Vec<u8> = text().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text().encode_utf16().flat_map(u16::to_be_bytes).collect();
    for sheet in [little, big] {
        let Err(SheetError::Unusable(reason)) = read(&sheet) else { panic!("it was read") };
        assert!(reason.contains("it is UTF-16"), "{reason}");
    }
}

/// A price that is cut off is another price.
#[test]
fn a_row_that_is_cut_off_or_split_is_bad() {
    let (head, row) = NEW.trim_end().split_once('\n').unwrap();
    let width = head.split(',').count();
    let last = row.rfind(',').unwrap();
    let only = |row: &str| read(format!("{head}\n{row}").as_bytes()).unwrap().remove(0);
    for end in (1..=last).filter(|end| row.is_char_boundary(*end)) {
        assert!(only(&row[..end]).is_err(), "{}", &row[..end]);
    }
    let told = |count| format!("the row has {count} fields, the header line {width}");
    let reason = |row: &str| only(row).unwrap_err().reason;
    assert_eq!(reason(&row[..last]), told(width - 1));
    assert_eq!(reason(&row.replace("115.2", "1,115.2")), told(width + 1));
    assert_eq!(reason(&row.replace("\"Plan, with", "Plan, with")), told(width + 1));
    assert_eq!(reason(&format!("{row},")), told(width + 1));
}

/// Files of Windows end their lines with two characters. The reader took the first for the end of a
/// row and counted the second to the next one, so that all lines were told one too low.
#[test]
fn lines_are_those_of_the_file_whatever_ends_them() {
    let (head, good) = NEW.trim_end().split_once('\n').unwrap();
    let bad = good.replace("115.2", "n/a");
    let broken = bad.replace("Plan, with", "Plan,\nwith");
    assert_ne!(broken, bad);
    let text = [head, &bad, good, &broken, &bad, "", "", &bad, &broken].join("\n");
    for text in [text.clone(), format!("{text}\n"), text.replace('\n', "\r\n")] {
        let rows = read(text.as_bytes()).unwrap();
        let lines: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
        let lines: Vec<_> = lines.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [2, 4, 6, 9, 10], "{text:?}");
        assert_eq!(rows.len(), 6, "{text:?}");
    }
}

#[test]
fn text_that_is_not_utf_8_is_a_bad_row() {
    let mut text = NEW.as_bytes().to_vec();
    let place = text.windows(4).rposition(|bytes| bytes == b"Plan").unwrap();
    text[place] = 0xff;
    let rows = read(&text).unwrap();
    assert_eq!(rows[0], Err(BadRow { line: 2, reason: "a field is not UTF-8".into() }));
}

#[test]
fn what_is_no_price_sheet_is_refused() {
    let prices = "Currency, UnitPrice, EffectiveStartDate, EffectiveEndDate";
    let plans = format!("TermDuration, BillingPlan, Market, {prices}");
    for (text, missing) in [
        ("", format!("ProductId, SkuId, {plans}")),
        ("a,b\n1,2\n", format!("ProductId, SkuId, {plans}")),
        ("product id,SKUID,Market\nA,1,US\n", format!("TermDuration, BillingPlan, {prices}")),
    ] {
        let Err(SheetError::Unusable(reason)) = read(text.as_bytes()) else {
            panic!("read {text:?}");
        };
        assert_eq!(reason, format!("not a price sheet: the header line has no {missing}"));
    }
}

#[test]
fn a_sku_is_told_by_its_first_row_in_each_market() {
    let line = NEW.lines().nth(1).unwrap();
    let german = line.replace(",US,USD,", ",DE,EUR,");
    let other = line.replace(",0001,", ",2,");
    let text = [NEW.trim_end(), line, &german, &german, line, &other].join("\n");
    let rows = read(text.as_bytes()).unwrap();
    let told: Vec<bool> = rows.iter().map(|row| row.as_ref().unwrap().sku.is_some()).collect();
    assert_eq!(told, [true, false, true, false, true, true]);
    assert_eq!(rows[5].as_ref().unwrap().sku.as_ref().unwrap().sku_id, "0002");
}

#[test]
fn a_quote_that_is_never_closed_does_not_make_a_row_of_the_whole_sheet() {
    let endless = std::io::repeat(b'x').take(1 << 30);
    let file = [NEW.as_bytes(), b"Unchanged,\"Plan"].concat();
    let mut reader = SheetReader::new((&*file).chain(endless)).unwrap();
    assert!(reader.next_row().unwrap().unwrap().is_ok());
    let Err(SheetError::Io(error)) = reader.next_row() else { panic!("the row has no end") };
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    assert!(error.to_string().contains("is a quote not closed?"), "{error}");
    assert!(reader.bytes_read() < 2 << 20);
}
