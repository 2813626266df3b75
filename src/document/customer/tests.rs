use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::clock::Timestamp;
use crate::document::arbitrary;
use crate::error::ErrorKind;
use crate::term::{BillingCycle, Duration};

#[test]
fn only_the_fields_that_a_document_names_are_set() {
    let put = read_customer(r#"{"customerId":"C1"}"#).unwrap();
    assert_eq!(put.customer, Customer { id: "C1".to_owned(), ..Customer::default() });
    assert_eq!((put.subscriptions, put.rejected), (vec![], vec![]));
    let put = read_customer(
        r#"{"CustomerId":"C1","Country":"de","currency":"eur","segment":"Charity",
            "subscriptions":null}"#,
    );
    let expected = Customer {
        id: "C1".to_owned(),
        country: Some("DE".to_owned()),
        currency: Some("EUR".to_owned()),
        segment: Some("nonprofit".to_owned()),
    };
    assert_eq!(put.unwrap().customer, expected);
}

#[test]
fn a_customer_that_cannot_be_used_is_refused() {
    for (document, complaint) in [
        ("{}", "customerId: is required"),
        (r#"{"customerId":""}"#, "customerId: must not be empty"),
        (r#"{"customerId":1}"#, "customerId: expected a string, came the number 1"),
        (
            r#"{"customerId":"1","country":"USA"}"#,
            r#"country: expected a country of two letters such as US, came the string "USA""#,
        ),
        (
            r#"{"customerId":"1","subscriptions":"x"}"#,
            r#"subscriptions: expected a list, a collection or one resource, came the string "x""#,
        ),
        ("[]", "the document: expected an object, came a list"),
    ] {
        let error = read_customer(document).unwrap_err();
        assert_eq!((error.kind(), error.description()), (ErrorKind::InvalidRequest, complaint));
    }
}

#[test]
fn a_subscription_that_cannot_be_used_is_rejected_and_the_others_are_kept() {
    let put = read_customer(
        r#"{"customerId":"1","subscriptions":[1,{"id":"a"},{"id":"a","offerId":"b"},
            {"id":"a","offerId":"b","quantity":-1},{"id":"a","offerId":"b","quantity":1,
            "status":"ACTIVE"},
            {"id":"a","offerId":"b","quantity":1,"termDuration":"year"},
            {"id":"a","offerId":"b","quantity":1,"billingCycle":"weekly"}]}"#,
    )
    .unwrap();
    let expected = Subscription {
        id: "a".to_owned(),
        offer_id: "b".to_owned(),
        quantity: 1,
        status: "active".into(),
        ..Subscription::default()
    };
    assert_eq!(put.subscriptions, [expected]);
    let rejected: Vec<_> = put.rejected.iter().map(|r| (r.position, r.reason.as_str())).collect();
    let expected = [
        (0, "the document: expected an object, came the number 1"),
        (1, "offerId: is required"),
        (2, "quantity: is required"),
        (3, "quantity: expected an integer within 0 to 2147483647, came the number -1"),
        (5, "termDuration: expected an ISO 8601 duration such as P1Y, came the string \"year\""),
        (
            6,
            "billingCycle: expected monthly, annual, biennial, triennial, one_time, none or \
             unknown, came the string \"weekly\"",
        ),
    ];
    assert_eq!(rejected, expected);
    assert!(put.rejected.iter().all(|rejected| rejected.list == "subscriptions"));
}

#[test]
fn published_subscriptions_are_understood() {
    let published = [
        include_str!("../../../tests/fixtures/catalog/subscription-1.json"),
        include_str!("../../../tests/fixtures/catalog/subscription-2.json"),
        include_str!("../../../tests/fixtures/catalog/subscription-3.json"),
    ];
    let document = format!(r#"{{"customerId":"1","subscriptions":[{}]}}"#, published.join(","));
    let put = read_customer(&document).unwrap();
    assert_eq!(put.rejected, []);
    let [azure, addon, seats] = <[Subscription; 3]>::try_from(put.subscriptions).unwrap();
    assert_eq!((azure.offer_id.as_str(), azure.term_duration), ("MS-AZR-0145P", None));
    assert_eq!(addon.parent_id.as_deref(), Some("1C2B75C1-74A5-472A-A729-7F8CEFC477F9"));
    let expected = Subscription {
        id: "a4c1340d-6911-4758-bba3-0c4c6007d161".to_owned(),
        offer_id: "CFQ7TTC0LH18:0001:CFQ7TTC0K971".to_owned(),
        quantity: 15,
        status: "expired".into(),
        term_duration: Some(Duration::months(12)),
        billing_cycle: Some(BillingCycle::Monthly),
        created: Timestamp::parse("2021-01-14T16:57:15.0966728Z"),
        commitment_end: Timestamp::parse("2022-01-13"),
        order_id: Some("34b37d7340cc".into()),
        friendly_name: Some("Microsoft 365 Business Basic".into()),
        product_type: Some("OnlineServicesNCE".into()),
        ..Subscription::default()
    };
    assert_eq!(seats, expected);
}

#[test]
fn a_customer_is_written_with_all_that_is_known() {
    let document = concat!(
        r#"{"customerId":"C1","country":"US","currency":"USD","segment":"commercial","#,
        r#""subscriptions":["#,
        r#"{"id":"s","offerId":"P:S:A","friendlyName":"n","productType":{"id":"Azure"},"#,
        r#""quantity":2,"#,
        r#""parentSubscriptionId":"p","creationDate":"2026-01-01T00:00:00.0000000Z","#,
        r#""commitmentEndDate":"2026-12-31T00:00:00.0000000Z","status":"active","isTrial":false,"#,
        r#""billingCycle":"monthly","termDuration":"P1Y","promotionId":"X:Y:Z","orderId":"o","#,
        r#""azureReservation":{"enabled":true,"registered":false}}]}"#,
    );
    let put = read_customer(document).unwrap();
    assert_eq!(write_customer(&put.customer, &put.subscriptions), document);
}

fn filled() -> impl Strategy<Value = Option<String>> {
    option::of("[a-zA-Z0-9\"é][a-zA-Z0-9 \"\\\\]{0,8}")
}

fn subscription() -> impl Strategy<Value = Subscription> {
    let numbers =
        (0_i64..=i64::from(i32::MAX), any::<bool>(), any::<Option<bool>>(), any::<Option<bool>>());
    let texts = ["[a-z0-9]{1,8}"; 3];
    let optional = [filled(), filled(), filled(), filled(), filled()];
    let terms = (
        option::of(arbitrary::duration()),
        option::of(arbitrary::billing_cycle()),
        option::of(arbitrary::timestamp()),
        option::of(arbitrary::timestamp()),
    );
    (numbers, texts, optional, terms).prop_map(|(numbers, texts, optional, terms)| {
        let [id, offer_id, status] = texts;
        let [parent_id, order_id, promotion_id, friendly_name, product_type] = optional;
        Subscription {
            id,
            offer_id,
            quantity: numbers.0,
            status: status.into(),
            term_duration: terms.0,
            billing_cycle: terms.1,
            is_trial: numbers.1,
            created: terms.2,
            commitment_end: terms.3,
            reservations_enabled: numbers.2,
            is_registered: numbers.3,
            parent_id,
            order_id: order_id.map(Into::into),
            promotion_id,
            friendly_name: friendly_name.map(Into::into),
            product_type: product_type.map(Into::into),
        }
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(subscriptions in vec(subscription(), 0..4)) {
        let customer = Customer { id: "C1".to_owned(), ..Customer::default() };
        let put = read_customer(&write_customer(&customer, &subscriptions)).unwrap();
        prop_assert_eq!(put, CustomerPut { customer, subscriptions, rejected: vec![] });
    }

    #[test]
    fn no_document_is_too_strange(document in arbitrary::document()) {
        let _ = read_customer(&document);
    }
}
