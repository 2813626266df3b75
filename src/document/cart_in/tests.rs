use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::cart::model::{Given, LineInput, Participant, RenewsTo};
use crate::clock::Timestamp;
use crate::document::arbitrary::{self, cart_of};
use crate::document::options::Dialect;
use crate::document::write_cart;
use crate::error::{Error, ErrorKind};
use crate::term::{BillingCycle, Duration};

fn read(text: &str) -> Result<CartDraft> {
    read_cart(text, &Limits::default())
}

/// The one line of a cart whose line document is this.
fn line(document: &str) -> Result<LineDraft> {
    read(&format!(r#"{{"lineItems":[{document}]}}"#)).map(|mut cart| cart.lines.remove(0))
}

fn input(document: &str) -> LineInput {
    *line(document).unwrap().input
}

fn malformed<T>(text: &str) -> Given<T> {
    Given::Malformed(text.to_owned())
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn every_property_is_understood_in_every_dialect_and_case() {
    let expected = LineDraft {
        id: Some(7),
        input: Box::new(LineInput {
            catalog_item_id: Some("P:S:A".to_owned()),
            friendly_name: Some("é \"name\"".into()),
            quantity: Some(3),
            currency_code: Some("USD".into()),
            billing_cycle: Some(Given::Value(BillingCycle::OneTime)),
            term_duration: Some(Given::Value(Duration::months(12))),
            participants: vec![Participant {
                key: "transaction_reseller".to_owned(),
                value: "12345".to_owned(),
            }],
            provisioning_context: pairs(&[("scope", "shared")]),
            renews_to: Some(RenewsTo { term_duration: Some(Given::Value(Duration::months(1))) }),
            attestation_accepted: Some(true),
            promotion_id: Some("X:Y:Z".into()),
            custom_term_end: Timestamp::parse("2026-09-30").map(Given::Value),
        }),
        addons: vec![LineDraft::default()],
    };
    for document in [
        r#"{"id":"7","catalogItemId":"P:S:A","friendlyName":"é \"name\"","quantity":3,
            "currencyCode":"usd",
            "billingCycle":"one_time","termDuration":"P1Y",
            "participants":[{"key":"transaction_reseller","value":"12345"}],
            "provisioningContext":{"scope":"shared"},"addonItems":[{}],
            "renewsTo":[{"termDuration":"P1M"}],
            "AttestationAccepted":true,"promotionId":"X:Y:Z",
            "customTermEndDate":"2026-09-30T00:00:00"}"#,
        r#"{"ID":7,"CATALOGID":"P:S:A","FRIENDLYNAME":"\u00e9 \"name\"","QUANTITY":3.0,
            "CURRENCYCODE":"USD",
            "BILLINGCYCLE":"OneTime","TERMDURATION":"p12m",
            "PARTICIPANTS":[{"KEY":"TransactionReseller","VALUE":"12345"}],
            "PROVISIONINGCONTEXT":{"Scope":"shared"},"ADDONITEMS":[{}],
            "RENEWSTO":{"TERMDURATION":"P1M"},
            "ATTESTATIONACCEPTED":true,"PROMOTIONID":"X:Y:Z",
            "CUSTOMTERMENDDATE":"2026-09-30T02:00:00+02:00"}"#,
        r#"{"Id":7.0,"CatalogId":"p:s:a","CatalogItemId":"P:S:A","FriendlyName":"é \"name\"",
            "Quantity":1,
            "quantity":30e-1,"CurrencyCode":"Usd","BillingCycle":"oneTime","TermDuration":"P1Y",
            "Participants":[{"Key":"transactionReseller","Value":"12345"}],
            "ProvisioningContext":{"Scope":"single","scope":"shared"},"AddonItems":[{}],
            "RenewsTo":[{"TermDuration":"P1M"}],"attestationAccepted":true,"PromotionId":"X:Y:Z",
            "CustomTermEndDate":"2026-09-30","pricing":1,"error":"x","orderGroup":[],
            "purchaseSystem":{},"new":1}"#,
    ] {
        assert_eq!(line(document).unwrap(), expected, "{document}");
    }
}

#[test]
fn null_and_the_empty_list_equal_absent_and_what_the_engine_sets_is_ignored() {
    let nulls = r#"{"Id":null,"CatalogItemId":null,"catalogId":null,"FriendlyName":null,
        "Quantity":null,
        "CurrencyCode":null,"BillingCycle":null,"TermDuration":null,"Participants":null,
        "ProvisioningContext":null,"AddonItems":null,"RenewsTo":null,"AttestationAccepted":null,
        "PromotionId":null,"CustomTermEndDate":null,"Error":null}"#;
    assert_eq!(line(nulls).unwrap(), LineDraft::default());
    assert_eq!(line(&nulls.replace("null", "[]")).unwrap(), LineDraft::default());
    let cart = r#"{"id":1,"creationTimestamp":{},"expirationTimeStamp":"never","status":7,
        "attributes":[1],
        "PartnerOnRecordAttestationAccepted":null,"lineItems":[{}]}"#;
    assert_eq!(read(cart).unwrap().attestation_accepted, None);
    let attested = r#"{"partnerOnRecordAttestationAccepted":false,"lineItems":[{}]}"#;
    assert_eq!(read(attested).unwrap().attestation_accepted, Some(false));
}

#[test]
fn what_is_wrong_with_one_field_is_left_for_the_rules() {
    assert_eq!(input(r#"{"billingCycle":"weekly"}"#).billing_cycle, Some(malformed("weekly")));
    assert_eq!(input(r#"{"termDuration":"1 year"}"#).term_duration, Some(malformed("1 year")));
    assert_eq!(input(r#"{"termDuration":""}"#).term_duration, Some(malformed("")));
    assert_eq!(input(r#"{"customTermEndDate":"soon"}"#).custom_term_end, Some(malformed("soon")));
    let renewal = RenewsTo { term_duration: Some(malformed("P0D")) };
    assert_eq!(input(r#"{"renewsTo":{"termDuration":"P0D"}}"#).renews_to, Some(renewal));
    assert_eq!(input(r#"{"renewsTo":{}}"#).renews_to, Some(RenewsTo { term_duration: None }));
    assert_eq!(input(r#"{"currencyCode":"dollars"}"#).currency_code.as_deref(), Some("dollars"));
    assert_eq!(input(r#"{"quantity":-3}"#).quantity, Some(-3));
    // Beyond 64 bits there is no quantity; the nearest one is refused by its size as well.
    assert_eq!(input(r#"{"quantity":9223372036854775808}"#).quantity, Some(i64::MAX));
    assert_eq!(input(r#"{"quantity":-1e30}"#).quantity, Some(i64::MIN));
    let participants = input(r#"{"participants":[{"key":"Friend"},{"value":"1"}]}"#).participants;
    assert_eq!(participants[0], Participant { key: "Friend".to_owned(), value: String::new() });
    assert_eq!(participants[1], Participant { key: String::new(), value: "1".to_owned() });
}

#[test]
fn context_keys_are_kept_in_camel_case_and_the_last_of_equal_ones_rules() {
    let context = r#"{"provisioningContext":{"SubscriptionId":"1","scope":"x","Scope":"y",
        "Ärger":"z",
        "":"empty","gone":null}}"#;
    let expected = pairs(&[("subscriptionId", "1"), ("scope", "y"), ("Ärger", "z"), ("", "empty")]);
    assert_eq!(input(context).provisioning_context, expected);
}

/// Documents of a line that are unusable, and what is said of them.
const WRONG_TYPES: &[(&str, &str)] = &[
    (r#"{"quantity":"3"}"#, r#"quantity: expected an integer, came the string "3""#),
    (r#"{"quantity":1.5}"#, "quantity: expected an integer, came the number 1.5"),
    (r#"{"quantity":true}"#, "quantity: expected an integer, came true"),
    (r#"{"catalogItemId":5}"#, "catalogItemId: expected a string, came the number 5"),
    (r#"{"catalogId":{}}"#, "catalogId: expected a string, came an object"),
    (
        r#"{"catalogId":"A:B:C","catalogItemId":"A:B:D"}"#,
        "catalogId: A:B:C differs from catalogItemId A:B:D",
    ),
    (
        r#"{"id":-1}"#,
        "id: expected an integer within 0 to 9007199254740991, or a string of one, came the \
             number -1",
    ),
    (
        r#"{"id":1e30}"#,
        "id: expected an integer within 0 to 9007199254740991, or a string of one, came the \
             number 1e+30",
    ),
    (
        r#"{"id":0.5}"#,
        "id: expected an integer within 0 to 9007199254740991, or a string of one, came the \
             number 0.5",
    ),
    (
        r#"{"id":"-1"}"#,
        "id: expected an integer within 0 to 9007199254740991, or a string of one, came the \
             string \"-1\"",
    ),
    (
        r#"{"id":""}"#,
        "id: expected an integer within 0 to 9007199254740991, or a string of one, came the \
             string \"\"",
    ),
    (r#"{"friendlyName":[1]}"#, "friendlyName: expected a string, came a list"),
    (r#"{"currencyCode":1}"#, "currencyCode: expected a string, came the number 1"),
    (r#"{"billingCycle":1}"#, "billingCycle: expected a string, came the number 1"),
    (r#"{"termDuration":false}"#, "termDuration: expected a string, came false"),
    (r#"{"customTermEndDate":0}"#, "customTermEndDate: expected a string, came the number 0"),
    (r#"{"participants":{}}"#, "participants: expected a list, came an object"),
    (r#"{"participants":[1]}"#, "participants[0]: expected an object, came the number 1"),
    (
        r#"{"participants":[{"key":"a","value":"b"},{"key":1}]}"#,
        "participants[1].key: expected a string, came the number 1",
    ),
    (
        r#"{"provisioningContext":"x"}"#,
        r#"provisioningContext: expected an object, came the string "x""#,
    ),
    (
        r#"{"provisioningContext":{"A":1}}"#,
        "provisioningContext.A: expected a string, came the number 1",
    ),
    (r#"{"renewsTo":"P1M"}"#, r#"renewsTo: expected an object, came the string "P1M""#),
    (r#"{"renewsTo":[{},{}]}"#, "renewsTo: expected at most one, came 2"),
    (
        r#"{"renewsTo":[{"termDuration":1}]}"#,
        "renewsTo[0].termDuration: expected a string, came the number 1",
    ),
    (
        r#"{"attestationAccepted":"true"}"#,
        r#"attestationAccepted: expected true or false, came the string "true""#,
    ),
    (r#"{"promotionId":1}"#, "promotionId: expected a string, came the number 1"),
    (r#"{"addonItems":{}}"#, "addonItems: expected a list, came an object"),
    (
        r#"{"addonItems":[{"quantity":null},{"quantity":"x"}]}"#,
        r#"addonItems[1].quantity: expected an integer, came the string "x""#,
    ),
];

#[test]
fn a_wrong_type_makes_the_request_unusable_and_is_named() {
    for (document, complaint) in WRONG_TYPES {
        let error = line(document).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{document}");
        let complaint = format!("lineItems[0].{complaint}");
        assert_eq!(error.description(), complaint);
        let (path, _) = complaint.split_once(": ").unwrap();
        assert_eq!(error.data(), [path]);
    }
}

#[test]
fn a_long_value_is_shown_shortened() {
    let error = line(&format!(r#"{{"quantity":"{}"}}"#, "é".repeat(500))).unwrap_err();
    assert!(error.description().ends_with(&format!("came the string \"{}…\"", "é".repeat(64))));
}

#[test]
fn a_cart_without_lines_is_unusable() {
    for (document, kind, description) in [
        ("{}", ErrorKind::InvalidRequest, "lineItems: is required"),
        (r#"{"lineItems":[]}"#, ErrorKind::InvalidRequest, "lineItems: is required"),
        (r#"{"lineItems":null}"#, ErrorKind::InvalidRequest, "lineItems: is required"),
        (
            r#"{"lineItems":{}}"#,
            ErrorKind::InvalidRequest,
            "lineItems: expected a list, came an object",
        ),
        (
            r#"{"lineItems":[null]}"#,
            ErrorKind::InvalidRequest,
            "lineItems[0]: expected an object, came null",
        ),
        ("[]", ErrorKind::InvalidRequest, "the document: expected an object, came a list"),
        ("3", ErrorKind::InvalidRequest, "the document: expected an object, came the number 3"),
        (
            "{",
            ErrorKind::InvalidJson,
            "not usable JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            r#"{"PartnerOnRecordAttestationAccepted":1,"lineItems":[{}]}"#,
            ErrorKind::InvalidRequest,
            "PartnerOnRecordAttestationAccepted: expected true or false, came the number 1",
        ),
    ] {
        let error = read(document).unwrap_err();
        assert_eq!((error.kind(), error.description()), (kind, description), "{document}");
    }
}

#[test]
fn two_lines_may_not_share_an_id() {
    for (document, path) in [
        (r#"{"lineItems":[{"id":1},{"id":"1"}]}"#, "lineItems[1].id"),
        (
            r#"{"lineItems":[{"id":1},{"addonItems":[{"id":1.0}]}]}"#,
            "lineItems[1].addonItems[0].id",
        ),
        (r#"{"lineItems":[{"id":0,"addonItems":[{"id":0}]}]}"#, "lineItems[0].addonItems[0].id"),
    ] {
        let error = read(document).unwrap_err();
        assert_eq!(
            (error.kind(), error.data()),
            (ErrorKind::InvalidRequest, &[path.to_owned()][..])
        );
        assert!(error.description().ends_with("is the id of another line as well"), "{error}");
    }
}

#[test]
fn a_cart_over_the_limits_is_refused() {
    let limits = Limits { request_bytes: 100, line_items_per_cart: 3, addon_items_per_line: 1 };
    for (document, complaint) in [
        (r#"{"lineItems":[{},{},{}]}"#, None),
        (r#"{"lineItems":[{"addonItems":[{"addonItems":[{}]}]}]}"#, None),
        (
            r#"{"lineItems":[{},{},{},{}]}"#,
            Some("lineItems[3]: more than 3 lines (limits.lineItemsPerCart)"),
        ),
        (
            r#"{"lineItems":[{"addonItems":[{}]},{},{}]}"#,
            Some("lineItems[2]: more than 3 lines (limits.lineItemsPerCart)"),
        ),
        (
            r#"{"lineItems":[{"addonItems":[{},{}]}]}"#,
            Some("lineItems[0].addonItems: 2 is more than 1 (limits.addonItemsPerLine)"),
        ),
    ] {
        let error = read_cart(document, &limits).err();
        assert_eq!(error.as_ref().map(Error::description), complaint, "{document}");
        assert!(error.is_none_or(|error| error.kind() == ErrorKind::LimitExceeded));
    }
    let spaces = " ".repeat(101);
    for error in [
        read_cart(&spaces, &limits).unwrap_err(),
        read_lines(&spaces, &limits).unwrap_err(),
        patch_line(&LineDraft::default(), &spaces, &limits).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    }
}

#[test]
fn lines_to_add_come_as_a_list_or_alone() {
    let read = |text: &str| read_lines(text, &Limits::default());
    let one = LineDraft { id: Some(4), ..LineDraft::default() };
    assert_eq!(read(r#"{"id":4}"#).unwrap(), std::slice::from_ref(&one));
    assert_eq!(read(r#"[{"id":"4"},{}]"#).unwrap(), [one, LineDraft::default()]);
    for (document, complaint) in [
        ("[]", "the document: expected at least one line, came none"),
        (
            r#"{"lineItems":[{"quantity":1}]}"#,
            "lineItems: a line was expected, or a list of lines, and a cart came",
        ),
        (
            r#"{"lineItems":[]}"#,
            "lineItems: a line was expected, or a list of lines, and a cart came",
        ),
        ("null", "the document: expected a line or a list of lines, came null"),
        (r#""x""#, r#"the document: expected a line or a list of lines, came the string "x""#),
        (r#"[{},{"quantity":"x"}]"#, r#"[1].quantity: expected an integer, came the string "x""#),
        (r#"{"quantity":"x"}"#, r#"quantity: expected an integer, came the string "x""#),
        (r#"[{"id":1},{"id":1}]"#, "[1].id: 1 is the id of another line as well"),
        ("[[{}]]", "[0]: expected an object, came a list"),
    ] {
        assert_eq!(read(document).unwrap_err().description(), complaint, "{document}");
    }
}

fn patched(current: &str, patch: &str) -> LineDraft {
    patch_line(&line(current).unwrap(), patch, &Limits::default()).unwrap()
}

#[test]
fn a_patch_changes_what_it_names_and_nothing_else() {
    let current = r#"{"id":4,"catalogItemId":"P:S:A","quantity":1,"friendlyName":"n",
        "participants":[{"key":"transaction_reseller","value":"1"}],
        "provisioningContext":{"scope":"a","x":"b"},
        "renewsTo":{"termDuration":"P1M"},"addonItems":[{"id":5,"quantity":1},{"id":6}]}"#;
    for (patch, property, value) in [
        ("{}", "quantity", json!(1)),
        (r#"{"Quantity":2}"#, "quantity", json!(2)),
        (r#"{"id":99}"#, "id", json!(4)),
        (r#"{"id":"no id"}"#, "id", json!(4)),
        (r#"{"friendlyName":null}"#, "friendlyName", Value::Null),
        (r#"{"friendlyName":[]}"#, "friendlyName", Value::Null),
        (r#"{"catalogId":"Q:S:A"}"#, "catalogItemId", json!("Q:S:A")),
        (r#"{"CatalogId":null}"#, "catalogItemId", Value::Null),
        (r#"{"catalogId":null,"catalogItemId":"Q:S:A"}"#, "catalogItemId", json!("Q:S:A")),
        (r#"{"participants":[]}"#, "participants", Value::Null),
        (
            r#"{"participants":[{"key":"AdditionalTransactionReseller","value":"2"}]}"#,
            "participants",
            json!([{"key": "additional_transaction_reseller", "value": "2"}]),
        ),
        (
            r#"{"provisioningContext":{"Scope":"c","X":null,"New":"d"}}"#,
            "provisioningContext",
            json!({"scope": "c", "new": "d"}),
        ),
        (r#"{"provisioningContext":{}}"#, "provisioningContext", json!({"scope": "a", "x": "b"})),
        (r#"{"provisioningContext":null}"#, "provisioningContext", Value::Null),
        (r#"{"renewsTo":[{"TermDuration":"P1Y"}]}"#, "renewsTo", json!([{"termDuration": "P1Y"}])),
        (r#"{"renewsTo":{"termDuration":null}}"#, "renewsTo", json!([{}])),
        (r#"{"renewsTo":{}}"#, "renewsTo", json!([{"termDuration": "P1M"}])),
        (r#"{"renewsTo":null}"#, "renewsTo", Value::Null),
        (
            r#"{"addonItems":[{"id":6,"quantity":9}]}"#,
            "addonItems",
            json!([{"id": "6", "quantity": 9}]),
        ),
        (r#"{"addonItems":null}"#, "addonItems", Value::Null),
        (r#"{"orderGroup":"7","pricing":null,"nonsense":1}"#, "orderGroup", Value::Null),
        (r#"{"termDuration":"P3Y"}"#, "termDuration", json!("P3Y")),
    ] {
        let written = write_cart(&cart_of(&[with_id(patched(current, patch))]), Dialect::V2023);
        let written = &arbitrary::value(&written)["lineItems"][0];
        let got = written.get(property).cloned().unwrap_or(Value::Null);
        let got = if property == "id" {
            json!(got.as_str().unwrap().parse::<i64>().unwrap())
        } else {
            got
        };
        assert_eq!(got, value, "{patch}");
    }
}

/// The line with ids for those add-ons that have none, so that a cart can hold it.
fn with_id(mut line: LineDraft) -> LineDraft {
    for (id, addon) in (50..).zip(&mut line.addons) {
        addon.id = addon.id.or(Some(id));
    }
    line
}

#[test]
fn an_unusable_patch_is_refused() {
    for (patch, complaint) in [
        ("[]", "the document: expected an object, came a list"),
        ("null", "the document: expected an object, came null"),
        (r#"{"quantity":"2"}"#, r#"quantity: expected an integer, came the string "2""#),
        (r#"{"addonItems":[{"id":4}]}"#, "addonItems[0].id: 4 is the id of another line as well"),
        (r#"{"catalogId":"a","catalogItemId":"b"}"#, "catalogId: a differs from catalogItemId b"),
    ] {
        let current = line(r#"{"id":4}"#).unwrap();
        let error = patch_line(&current, patch, &Limits::default()).unwrap_err();
        assert_eq!((error.kind(), error.description()), (ErrorKind::InvalidRequest, complaint));
    }
}

const PUBLISHED: [(&str, &str, usize); 11] = [
    ("nulls", include_str!("../../../tests/fixtures/carts/request-pascal-case-nulls.json"), 1),
    ("participants", include_str!("../../../tests/fixtures/carts/request-participants.json"), 1),
    ("six lines", include_str!("../../../tests/fixtures/carts/request-six-lines.json"), 6),
    ("capital cycle", include_str!("../../../tests/fixtures/carts/request-capital-cycle.json"), 1),
    ("add-ons", include_str!("../../../tests/fixtures/carts/request-add-ons.json"), 1),
    ("parent", include_str!("../../../tests/fixtures/carts/request-parent-subscription.json"), 1),
    ("whole cart", include_str!("../../../tests/fixtures/carts/request-whole-cart.json"), 1),
    ("six lines answered", include_str!("../../../tests/fixtures/carts/answer-six-lines.json"), 6),
    ("pricing", include_str!("../../../tests/fixtures/carts/answer-pricing.json"), 1),
    ("add-ons answered", include_str!("../../../tests/fixtures/carts/answer-add-ons.json"), 1),
    ("promotion", include_str!("../../../tests/fixtures/carts/answer-promotion.json"), 2),
];

#[test]
fn published_requests_and_answers_are_understood() {
    for (name, document, lines) in PUBLISHED {
        let cart = read(document).unwrap();
        assert_eq!(cart.lines.len(), lines, "{name}");
        for line in &cart.lines {
            let input = &line.input;
            assert!(input.catalog_item_id.is_some() && input.quantity.is_some(), "{name}");
            assert!(matches!(input.billing_cycle, Some(Given::Value(_))), "{name}");
            assert!(!matches!(input.term_duration, Some(Given::Malformed(_))), "{name}");
        }
    }
    let [_, _, six, capital, addons, parent, ..] =
        PUBLISHED.map(|(_, document, _)| read(document).unwrap());
    assert_eq!(
        six.lines[5].input.renews_to,
        Some(RenewsTo { term_duration: Some(Given::Value(Duration::months(12))) })
    );
    assert_eq!((capital.lines[0].id, addons.lines[0].addons.len()), (None, 2));
    assert_eq!(parent.lines[0].input.provisioning_context[0].0, "parentSubscriptionId");
}

/// A merge patch as RFC 7396 defines it, on the tree of another library.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

/// A line's document in the live service's words.
fn document_of(line: &LineDraft) -> Value {
    let cart = write_cart(&cart_of(std::slice::from_ref(line)), Dialect::Wire);
    arbitrary::value(&cart)["lineItems"][0].take()
}

/// The order of the pairs of a context says nothing, and the other library has its own.
fn sort_contexts(line: &mut LineDraft) {
    line.input.provisioning_context.sort();
    line.addons.iter_mut().for_each(sort_contexts);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_back(lines in arbitrary::lines(), attested: Option<bool>) {
        let mut cart = cart_of(&lines);
        cart.header.attestation_accepted = attested;
        for dialect in [Dialect::V2023, Dialect::Wire] {
            let draft = read(&write_cart(&cart, dialect)).unwrap();
            prop_assert_eq!(&draft.lines, &lines);
            prop_assert_eq!(draft.attestation_accepted, attested);
        }
        let expressed: Vec<_> = lines.iter().map(expressed_in_2018).collect();
        prop_assert_eq!(read(&write_cart(&cart, Dialect::V2018)).unwrap().lines, expressed);
    }

    #[test]
    fn a_patch_means_what_the_standard_says(
        lines in arbitrary::lines(),
        others in arbitrary::lines(),
        removed in proptest::sample::subsequence(&PATCHABLE[..], 0..PATCHABLE.len()),
        named in proptest::sample::subsequence(&PATCHABLE[..], 0..PATCHABLE.len()),
    ) {
        let (current, mut other) = (&lines[0], document_of(&others[0]));
        let properties = other.as_object_mut().unwrap();
        properties.retain(|name, _| named.contains(&name.as_str()));
        properties.extend(removed.iter().map(|name| ((*name).to_owned(), Value::Null)));
        let mut whole = document_of(current);
        merge(&mut whole, &other);
        let merged = line(&whole.to_string());
        let patched = patch_line(current, &other.to_string(), &Limits::default());
        match (merged, patched) {
            (Ok(mut merged), Ok(mut patched)) => {
                sort_contexts(&mut merged);
                sort_contexts(&mut patched);
                prop_assert_eq!(merged, patched);
            }
            (Err(_), Err(_)) => {}
            (merged, patched) => prop_assert!(false, "{:?} and {:?}", merged, patched),
        }
    }

    #[test]
    fn no_document_is_too_strange(document in arbitrary::document(), lines in arbitrary::lines()) {
        let limits = Limits::default();
        let cart = format!("{{\"lineItems\":[{document}]}}");
        for text in [&document, &cart] {
            let _ = (read_cart(text, &limits), read_lines(text, &limits));
            let _ = patch_line(&lines[0], text, &limits);
        }
    }
}

const PATCHABLE: [&str; 13] = [
    "catalogItemId",
    "friendlyName",
    "quantity",
    "currencyCode",
    "billingCycle",
    "termDuration",
    "participants",
    "provisioningContext",
    "addonItems",
    "renewsTo",
    "attestationAccepted",
    "promotionId",
    "customTermEndDate",
];

fn expressed_in_2018(line: &LineDraft) -> LineDraft {
    let input = LineInput {
        term_duration: None,
        renews_to: None,
        attestation_accepted: None,
        promotion_id: None,
        custom_term_end: None,
        ..(*line.input).clone()
    };
    LineDraft { id: line.id, input: Box::new(input), addons: Vec::new() }
}
