use proptest::prelude::*;

use super::*;
use crate::document::arbitrary;
use crate::error::{Error, ErrorKind};

const CART: &str = "3655b1a0-b1c9-4268-9824-577fdbc4d0be";

fn now() -> Timestamp {
    Timestamp::parse("2026-03-10T12:00:00Z").unwrap()
}

#[test]
fn without_a_query_everything_is_meant() {
    for text in [None, Some("{}"), Some(r#"{"status":null,"limit":null,"after":null}"#)] {
        let query = CartQuery {
            status: None,
            created: Period::default(),
            limit: 100,
            after: None,
            now: now(),
        };
        assert_eq!(read_cart_query(text, now()), Ok(query));
    }
    assert_eq!(
        read_order_query(None),
        Ok(OrderQuery { cart: None, created: Period::default(), limit: 100, after: None })
    );
    assert_eq!(
        read_purge_options(None),
        Ok(PurgeOptions { limit: 1_000, ordered_older_than: None })
    );
    let import = ImportOptions { source: "license".to_owned(), on_bad_row: OnBadRow::Fail };
    assert_eq!(read_import_options(None), Ok(import));
}

#[test]
fn every_part_of_a_query_is_understood() {
    let query = read_cart_query(
        Some(
            r#"{"Status":"ordered","LIMIT":1000.0,"after":"000000000000002a",
                "createdAfter":"2026-03-10T12:00:00Z"}"#,
        ),
        now(),
    );
    let status = Some(CartStatus::Ordered);
    let created = Period { from: Some(now()), before: None };
    let expected = CartQuery { status, created, limit: 1_000, after: Some(42), now: now() };
    assert_eq!(query, Ok(expected));
    let query = read_order_query(Some(&format!(
        r#"{{"cartId":"{}","limit":1,"createdBefore":"2026-03-10T13:00:00+01:00"}}"#,
        CART.to_uppercase()
    )));
    let (cart, created) = (Uuid::try_parse(CART).ok(), Period { from: None, before: Some(now()) });
    assert_eq!(query, Ok(OrderQuery { cart, created, limit: 1, after: None }));
    let query = read_order_query(Some(r#"{"status":"Completed"}"#));
    assert_eq!(query, read_order_query(None));
    let purge = read_purge_options(Some(r#"{"limit":7,"orderedOlderThan":"P90D"}"#));
    assert_eq!(purge, Ok(PurgeOptions { limit: 7, ordered_older_than: Some(Duration::days(90)) }));
    let import = read_import_options(Some(r#"{"source":"Perpetual","onBadRow":"SKIP"}"#));
    let expected = ImportOptions { source: "perpetual".to_owned(), on_bad_row: OnBadRow::Skip };
    assert_eq!(import, Ok(expected));
    let find = r#"{"text":"business basic","limit":5,"after":"P:S","country":"de","currency":"eur",
        "segment":"Charity"}"#;
    let expected = FindQuery {
        sought: Sought::Text("business basic".to_owned()),
        limit: 5,
        after: Some("P:S".to_owned()),
        country: Some("DE".to_owned()),
        currency: Some("EUR".to_owned()),
        segment: Some("nonprofit".to_owned()),
    };
    assert_eq!(read_find_query(find), Ok(expected));
    let find = read_find_query(r#"{"catalogItemId":"P:S:A"}"#).unwrap();
    assert_eq!(find.sought, Sought::Item("P:S:A".to_owned()));
}

/// Reads one kind of query.
type Reader<'r> = &'r dyn Fn(&str) -> Result<()>;

#[track_caller]
fn expect_complaints(table: &[(Reader<'_>, &str, &str)]) {
    for (read, text, complaint) in table {
        let error = read(text).unwrap_err();
        assert_eq!((error.kind(), error.description()), (ErrorKind::InvalidArgument, *complaint));
    }
}

#[test]
fn an_unusable_query_of_a_list_is_told_what_is_allowed() {
    let carts = |text: &str| read_cart_query(Some(text), now()).map(|_| ());
    let orders = |text: &str| read_order_query(Some(text)).map(|_| ());
    expect_complaints(&[
        (
            &carts,
            r#"{"state":1}"#,
            "state: is not known; known are status, createdAfter, createdBefore, limit, after",
        ),
        (
            &carts,
            r#"{"cartId":1}"#,
            "cartId: is not known; known are status, createdAfter, createdBefore, limit, after",
        ),
        (
            &carts,
            r#"{"status":"open"}"#,
            r#"status: expected "Active" or "Ordered", came the string "open""#,
        ),
        (
            &carts,
            r#"{"limit":0}"#,
            "limit: expected an integer within 1 to 1000, came the number 0",
        ),
        (
            &carts,
            r#"{"limit":1001}"#,
            "limit: expected an integer within 1 to 1000, came the number 1001",
        ),
        (&carts, r#"{"after":"x"}"#, "after: is not a token of an earlier page"),
        (&carts, r#"{"after":1}"#, "after: expected a string, came the number 1"),
        (&carts, "[]", "the document: expected an object, came a list"),
        (&orders, r#"{"cartId":"x"}"#, r#"cartId: expected a cart's id, came the string "x""#),
        (
            &orders,
            r#"{"status":"pending"}"#,
            r#"status: expected "completed", came the string "pending""#,
        ),
    ]);
    assert_eq!(carts("{").map_err(|error| Error::kind(&error)), Err(ErrorKind::InvalidJson));
}

#[test]
fn an_unusable_query_of_other_calls_is_told_what_is_allowed() {
    let purge = |text: &str| read_purge_options(Some(text)).map(|_| ());
    let import = |text: &str| read_import_options(Some(text)).map(|_| ());
    let find = |text: &str| read_find_query(text).map(|_| ());
    let long = format!(r#"{{"source":"{}"}}"#, "x".repeat(129));
    expect_complaints(&[
        (
            &purge,
            r#"{"limit":0}"#,
            "limit: expected an integer within 1 to 1000000, came the number 0",
        ),
        (
            &purge,
            r#"{"orderedOlderThan":"90"}"#,
            r#"orderedOlderThan: expected an ISO 8601 duration such as P1Y, came the string "90""#,
        ),
        (
            &import,
            r#"{"onBadRow":"stop"}"#,
            r#"onBadRow: expected "fail" or "skip", came the string "stop""#,
        ),
        (&import, r#"{"source":""}"#, "source: must not be empty"),
        (&import, &long, "source: is longer than 128 bytes"),
        (&find, "{}", "the document: expected catalogItemId or text"),
        (
            &find,
            r#"{"text":"a","catalogItemId":"b"}"#,
            "the document: expected catalogItemId or text, came both",
        ),
        (
            &find,
            r#"{"text":"a","country":"Germany"}"#,
            r#"country: expected a country of two letters such as US, came the string "Germany""#,
        ),
    ]);
}

proptest! {
    #[test]
    fn no_document_is_too_strange(document in arbitrary::document()) {
        let text = Some(document.as_str());
        let _ = (read_cart_query(text, now()), read_order_query(text), read_purge_options(text));
        let _ = (read_import_options(text), read_find_query(&document));
    }
}
