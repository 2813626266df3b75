//! Carts, lines and documents made at random, for property tests.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use super::json::Json;
use crate::cart::model::{
    AdditionalInformation, Cart, CartHeader, CartStatus, Given, Group, GroupKey, Line, LineDraft,
    LineError, LineInput, Participant, Pricing, PurchaseSystem, RenewsTo,
};
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// Text with everything that has to be escaped.
pub fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 :\"\\\\\n\t\u{1}é€😀-]{0,12}"
}

fn given<T: std::fmt::Debug + Clone + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Option<Given<T>>> {
    // No word that begins like this is a duration, a date or a billing cycle.
    option::of(prop_oneof![
        3 => value.prop_map(Given::Value),
        1 => text().prop_map(|text| Given::Malformed(format!("?{text}"))),
    ])
}

pub fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![(1_u32..=36).prop_map(Duration::months), (1_u32..=90).prop_map(Duration::days)]
}

pub fn billing_cycle() -> impl Strategy<Value = BillingCycle> {
    proptest::sample::select(&BillingCycle::ALL[..])
}

pub fn timestamp() -> impl Strategy<Value = Timestamp> {
    (Timestamp::FIRST.ticks()..=Timestamp::LAST.ticks()).prop_map(Timestamp::from_ticks)
}

fn participant() -> impl Strategy<Value = Participant> {
    let key = prop_oneof![
        Just("transaction_reseller".to_owned()),
        Just("additional_transaction_reseller".to_owned()),
        text(),
    ];
    (key, text()).prop_map(|(key, value)| Participant { key, value })
}

/// Pairs of distinct keys in camel case.
fn context() -> impl Strategy<Value = Vec<(String, String)>> {
    vec(("[a-z][a-zA-Z]{0,6}", text()), 0..4).prop_map(|mut pairs| {
        pairs.sort_by_key(|(key, _)| key.to_ascii_lowercase());
        pairs.dedup_by(|(a, _), (b, _)| a.eq_ignore_ascii_case(b));
        pairs
    })
}

/// What a line asks for.
pub fn line_input() -> impl Strategy<Value = Box<LineInput>> {
    let item = prop_oneof![text(), Just("CFQ7TTC0LH18:0001:CFQ7TTC0K971".to_owned())];
    let what = (
        option::of(item),
        option::of(text()),
        option::of(any::<i64>()),
        option::of("[A-Z]{3}"),
        given(billing_cycle()),
        given(duration()),
    );
    let renewal = given(duration()).prop_map(|term_duration| RenewsTo { term_duration });
    let how = (
        vec(participant(), 0..3),
        context(),
        option::of(renewal),
        option::of(any::<bool>()),
        option::of(text()),
        given(timestamp()),
    );
    (what, how).prop_map(|(what, how)| {
        Box::new(LineInput {
            catalog_item_id: what.0,
            friendly_name: what.1.map(Into::into),
            quantity: what.2,
            currency_code: what.3.map(Into::into),
            billing_cycle: what.4,
            term_duration: what.5,
            participants: how.0,
            provisioning_context: how.1,
            renews_to: how.2,
            attestation_accepted: how.3,
            promotion_id: how.4.map(Into::into),
            custom_term_end: how.5,
        })
    })
}

/// A line with add-ons two levels deep, whose ids are still to be given.
fn line_tree() -> impl Strategy<Value = LineDraft> {
    let leaf = line_input().prop_map(|input| LineDraft { id: None, input, addons: Vec::new() });
    let branch = (line_input(), vec(leaf, 0..2));
    let branch = branch.prop_map(|(input, addons)| LineDraft { id: None, input, addons });
    (line_input(), vec(branch, 0..3)).prop_map(|(input, addons)| LineDraft {
        id: None,
        input,
        addons,
    })
}

fn number(lines: &mut [LineDraft], next: &mut i64) {
    for line in lines {
        line.id = Some(*next);
        *next += 1;
        number(&mut line.addons, next);
    }
}

/// Root lines with add-ons, all with ids.
pub fn lines() -> impl Strategy<Value = Vec<LineDraft>> {
    vec(line_tree(), 1..4).prop_map(|mut lines| {
        number(&mut lines, &mut 0);
        lines
    })
}

/// The lines of drafts as a cart has them: flat, each followed by its add-ons.
pub fn flatten(drafts: &[LineDraft], parent: Option<i64>, into: &mut Vec<Line>) {
    for (position, draft) in (0..).zip(drafts) {
        let id = draft.id.expect("a numbered line");
        let input = draft.input.clone();
        into.push(Line { id, parent, position, input, group: None, error: None, pricing: None });
        flatten(&draft.addons, Some(id), into);
    }
}

/// A header without groups.
pub fn header(line_count: usize) -> CartHeader {
    let created = Timestamp::parse("2026-03-10T12:00:00Z").expect("a timestamp");
    CartHeader {
        id: Uuid::from_u128(0x3655_b1a0_b1c9_4268_9824_577f_dbc4_d0be),
        customer_id: "28045616-f6b9-462f-9701-0d89b5e65c44".to_owned(),
        created,
        modified: Timestamp::from_ticks(created.ticks() + 1),
        expires: created.plus(Duration::days(7)),
        user: Some("user".to_owned()),
        status: CartStatus::Active,
        attestation_accepted: None,
        version: 3,
        next_line_id: 100,
        errors_left_by_checkout: false,
        groups: Vec::new(),
        line_count: i64::try_from(line_count).expect("a small number"),
        standing: None,
    }
}

/// A cart of these root lines, in no groups.
pub fn cart_of(drafts: &[LineDraft]) -> Cart {
    let mut lines = Vec::new();
    flatten(drafts, None, &mut lines);
    Cart { header: header(lines.len()), lines }
}

/// A group of modern items billed by the month.
pub fn group(slot: u32, name: &str) -> Group {
    let system =
        if name.starts_with("OMS") { PurchaseSystem::Legacy } else { PurchaseSystem::Modern };
    let billing_cycle = BillingCycle::Monthly;
    let key = GroupKey { system, sales_group: None, billing_cycle, currency: "USD".to_owned() };
    Group { slot, name: name.to_owned(), key, order: None }
}

/// Prices told in cents.
pub fn pricing(list: i64, extended: i64) -> Pricing {
    let [list_price, extended_price] = [list, extended].map(|cents| Decimal::new(cents, 2));
    Pricing {
        list_price,
        discounted_price: list_price,
        prorated_price: list_price,
        price: list_price,
        extended_price,
    }
}

/// An error with numbers.
pub fn line_error() -> LineError {
    LineError {
        code: 10_015,
        description: "quantity 51: 50 seats remain of 300 for CFQ7TTC0LCHC:0002".to_owned(),
        property: "quantity".to_owned(),
        additional: Some(AdditionalInformation { available_quantity: 50, purchased_quantity: 51 }),
    }
}

/// The same document, for comparisons that do not look at the order of properties.
pub fn value(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

/// JSON that uses the names and words of the engine's documents in all the wrong places.
pub fn document() -> impl Strategy<Value = String> {
    let name = proptest::sample::select(&NAMES[..]);
    let word = prop_oneof![
        proptest::sample::select(&WORDS[..]).prop_map(|word| Value::from(word).to_string()),
        text().prop_map(|text| Value::from(text).to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,4})?(e[0-9]{1,6})?",
        Just("null".to_owned()),
        Just("true".to_owned()),
    ];
    word.prop_recursive(6, 96, 8, move |inner| {
        let property =
            (name.clone(), inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            1 => vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            3 => vec(property, 0..8).prop_map(|properties| format!("{{{}}}", properties.join(","))),
        ]
    })
}

const NAMES: [&str; 48] = [
    "lineItems",
    "LineItems",
    "id",
    "catalogItemId",
    "catalogId",
    "friendlyName",
    "quantity",
    "currencyCode",
    "billingCycle",
    "termDuration",
    "participants",
    "key",
    "value",
    "provisioningContext",
    "subscriptionId",
    "addonItems",
    "renewsTo",
    "AttestationAccepted",
    "promotionId",
    "customTermEndDate",
    "PartnerOnRecordAttestationAccepted",
    "products",
    "skus",
    "availabilities",
    "offers",
    "prices",
    "promotions",
    "inventory",
    "items",
    "productId",
    "skuId",
    "productType",
    "dynamicAttributes",
    "prerequisiteSkus",
    "terms",
    "duration",
    "unitPrice",
    "requiredProducts",
    "pricingPolicies",
    "promotionConstraints",
    "restrictions",
    "properties",
    "values",
    "customerId",
    "subscriptions",
    "offerId",
    "database",
    "limit",
];
const WORDS: [&str; 12] = [
    "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
    "MS-AZR-0145P",
    "P1Y",
    "p1m",
    "monthly",
    "OneTime",
    "USD",
    "US",
    "2026-03-10T12:00:00Z",
    "PercentDiscount",
    "true",
    "0.05",
];

/// Reads a document whole and says nothing of it but that it was read.
pub fn is_json(text: &str) -> bool {
    Json::parse(text).is_ok()
}
