use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{
    Attestation, Availability, AvailabilityKey, CatalogKeys, Inventory, Offer,
    OwnedProductConstraint, OwnershipLimit, Price, PriceKey, Product, PromotedProduct, Promotion,
    Restriction, SeatConstraint, Sku, StockChange, Term,
};
use crate::clock::Timestamp;
use crate::document::arbitrary;
use crate::error::ErrorKind;
use crate::term::{BillingCycle, Duration};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/catalog/", $name, ".json"))
    };
}

/// Reads the documents of one list; none may be rejected.
fn change(list: &str, documents: &str) -> CatalogChange {
    let text = format!(r#"{{"{list}":{documents}}}"#);
    let (change, rejected) = read_catalog(&text, &Limits::default()).unwrap();
    assert_eq!(rejected, [], "{documents}");
    change
}

/// Why one document is rejected.
fn rejection(list: &str, document: &str) -> String {
    let text = format!(r#"{{"{list}":[{document}]}}"#);
    let (change, mut rejected) = read_catalog(&text, &Limits::default()).unwrap();
    assert_eq!(change, CatalogChange::default(), "{document}");
    let rejected = rejected.remove(0);
    assert_eq!((rejected.list, rejected.position), (list, 0));
    rejected.reason
}

fn string(text: &str) -> String {
    text.to_owned()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn sku_key(text: &str) -> ItemKey {
    ItemKey::of_reference(text)
}

const YEAR: Duration = Duration::months(12);

#[test]
fn a_list_may_be_a_collection_or_a_single_resource() {
    let products = |documents: &str| change("products", documents).products;
    let expected = [Product { id: "P".to_owned(), ..Product::default() }];
    for documents in [
        r#"{"id":"P"}"#,
        r#"[{"id":"P"}]"#,
        r#"{"totalCount":1,"items":[{"id":"P"}],"links":{}}"#,
        r#"{"Items":[{"Id":"P"}]}"#,
    ] {
        assert_eq!(products(documents), expected, "{documents}");
    }
    for documents in ["null", "[]", r#"{"totalCount":0,"items":[]}"#, r#"{"items":null}"#] {
        assert_eq!(products(documents), [], "{documents}");
    }
}

#[test]
fn a_document_that_is_no_catalog_is_refused() {
    for (document, kind, complaint) in [
        ("[]", ErrorKind::InvalidRequest, "the document: expected an object, came a list"),
        (
            r#"{"skus":"x"}"#,
            ErrorKind::InvalidRequest,
            r#"skus: expected a list, a collection or one resource, came the string "x""#,
        ),
        (
            r#"{"skus":{"items":1}}"#,
            ErrorKind::InvalidRequest,
            "skus.items: expected a list, came the number 1",
        ),
        (
            "{",
            ErrorKind::InvalidJson,
            "not usable JSON: EOF while parsing an object at line 1 column 1",
        ),
    ] {
        let error = read_catalog(document, &Limits::default()).unwrap_err();
        assert_eq!((error.kind(), error.description()), (kind, complaint));
    }
    let limits = Limits { request_bytes: 1, ..Limits::default() };
    assert_eq!(read_catalog("{}", &limits).unwrap_err().kind(), ErrorKind::LimitExceeded);
    assert_eq!(read_catalog("{}", &Limits::default()).unwrap(), (CatalogChange::default(), vec![]));
}

#[test]
fn one_bad_document_does_not_keep_the_others_out() {
    let text = r#"{"products":[{"id":"P"},{"title":"x"},null],"skus":[{"id":"S"}],"other":7}"#;
    let (change, rejected) = read_catalog(text, &Limits::default()).unwrap();
    assert_eq!(change.products.len(), 1);
    let told: Vec<_> = rejected.iter().map(|r| (r.list, r.position, r.reason.as_str())).collect();
    let expected = [
        ("products", 1, "id: is required"),
        ("products", 2, "the document: expected an object, came null"),
        ("skus", 0, "productId: is required"),
    ];
    assert_eq!(told, expected);
    let answer = write_put_answer(1, &rejected[..1]);
    let expected =
        r#"{"stored":1,"rejected":[{"list":"products","position":1,"reason":"id: is required"}]}"#;
    assert_eq!(answer, expected);
    assert_eq!(write_put_answer(0, &[]), r#"{"stored":0,"rejected":[]}"#);
}

#[test]
fn published_products_and_skus_are_understood() {
    let products = change("products", fixture!("products")).products;
    let expected = Product {
        id: "DZH318Z0BQ3Q".to_owned(),
        title: Some(string("Virtual Machines DSv2 Series")),
        product_type: Some(string("Azure")),
        sub_type: Some(string("VirtualMachines")),
        is_microsoft_product: Some(true),
    };
    assert_eq!(products, [expected]);
    let product = change("products", fixture!("product")).products.remove(0);
    assert_eq!((product.product_type, product.sub_type), (Some(string("OnlineServicesNCE")), None));
    let sku = change("skus", fixture!("sku")).skus.remove(0);
    let expected = Sku {
        product_id: "CFQ7TTC0LH18".to_owned(),
        id: "0001".to_owned(),
        title: Some(string("Microsoft 365 Business Basic")),
        minimum_quantity: Some(1),
        maximum_quantity: Some(300),
        is_trial: Some(false),
        supported_billing_cycles: vec![BillingCycle::Annual, BillingCycle::Monthly],
        purchase_prerequisites: strings(&["MicrosoftCloudAgreement"]),
        ..Sku::default()
    };
    assert_eq!(sku, expected);
    let reservation = change("skus", fixture!("sku-reservation")).skus.remove(0);
    assert_eq!(reservation.provisioning_variables, ["Scope", "SubscriptionId"]);
    assert_eq!(reservation.inventory_variables, ["CustomerId", "AzureSubscriptionId"]);
    assert_eq!(reservation.arm_region_name, Some(string("westus2")));
    assert_eq!(change("skus", fixture!("skus")).skus.len(), 2);
}

#[test]
fn attributes_of_a_sku_may_be_strings() {
    for attributes in [
        r#"{"isAddon":true,"prerequisiteSkus":["P:1","P/2"],"minimumBaseSeats":10,
            "minimumAddonPercent":12.5}"#,
        r#"{"IsAddon":"True","PrerequisiteSkus":["p:1","P:2:A"],"MinimumBaseSeats":"10",
            "minimumAddonPercent":"12.5"}"#,
    ] {
        let document = format!(
            r#"{{"productId":"P","id":"3","dynamicAttributes":{attributes},
                "attestationProperties":{{"attestationType":"K12","enforceAttestation":true}}}}"#
        );
        let sku = change("skus", &document).skus.remove(0);
        let expected = Sku {
            product_id: "P".to_owned(),
            id: "3".to_owned(),
            attestation: Some(Attestation { kind: Some(string("K12")), enforced: true }),
            is_addon: true,
            prerequisite_skus: vec![sku_key("P:1"), sku_key("P:2")],
            minimum_base_seats: Some(10),
            minimum_addon_percent: Some(Decimal::new(125, 1)),
            ..Sku::default()
        };
        assert_eq!(sku, expected);
    }
}

#[test]
fn published_availabilities_are_understood() {
    let availabilities = change("availabilities", fixture!("availabilities")).availabilities;
    let expected = Availability {
        product_id: "DZH318Z0BQ3Q".to_owned(),
        sku_id: "0001".to_owned(),
        id: "DZH318XZXVNF".to_owned(),
        catalog_item_id: Some(string("DZH318Z0BQ3Q:0001:DZH318XZXVNF")),
        default_currency: Some(string("USD")),
        currency_symbol: Some(string("$")),
        segment: Some(string("commercial")),
        country: Some(string("US")),
        is_purchasable: Some(true),
        is_renewable: Some(false),
        terms: vec![Term { duration: YEAR, billing_cycle: None, renewal_options: vec![] }],
    };
    assert_eq!(availabilities, [expected]);
    let availability = change("availabilities", fixture!("availability")).availabilities.remove(0);
    assert_eq!(availability.terms[0].billing_cycle, Some(BillingCycle::Annual));
}

#[test]
fn an_availability_tells_currency_and_renewals_in_more_than_one_way() {
    let document = r#"{"productId":"P","skuId":"S","id":"A","defaultCurrency":"eur",
        "segment":"Charity","country":"de",
        "terms":[{"duration":"P1M","billingCycle":"","renewalOptions":[{"termDuration":"P1Y"},
        {"renewToId":"P:S"}]}]}"#;
    let expected = Availability {
        product_id: "P".to_owned(),
        sku_id: "S".to_owned(),
        id: "A".to_owned(),
        default_currency: Some(string("EUR")),
        segment: Some(string("nonprofit")),
        country: Some(string("DE")),
        terms: vec![Term {
            duration: Duration::months(1),
            billing_cycle: None,
            renewal_options: vec![YEAR],
        }],
        ..Availability::default()
    };
    assert_eq!(change("availabilities", document).availabilities, [expected]);
}

#[test]
fn published_offers_are_understood() {
    let offers = change("offers", fixture!("offers")).offers;
    let expected = Offer {
        id: "45320EC9-9B8E-49D0-B900-F14141A0ABD1".to_owned(),
        name: Some(string("Microsoft MyAnalytics")),
        minimum_quantity: Some(1),
        maximum_quantity: Some(10_000_000),
        is_addon: true,
        prerequisite_offers: offers[1].prerequisite_offers.clone(),
        is_available_for_purchase: Some(true),
        billing: Some(string("license")),
        sales_group_id: Some(string("1")),
        country: Some(string("US")),
        ..Offer::default()
    };
    assert_eq!((offers.len(), &offers[1]), (2, &expected));
    assert_eq!(expected.prerequisite_offers.len(), 6);
    let offer = change("offers", fixture!("offer")).offers.remove(0);
    assert_eq!((offer.maximum_quantity, offer.is_addon), (Some(300), false));
    for (unit, kind) in [
        ("None", None),
        ("lifetime", Some(OwnershipLimit::Lifetime)),
        ("Concurrent", Some(OwnershipLimit::Concurrent)),
        ("", None),
    ] {
        let document =
            format!(r#"{{"id":"MS-AZR-0145P","limitUnitOfMeasure":"{unit}","limit":2}}"#);
        let offer = change("offers", &document).offers.remove(0);
        assert_eq!((offer.limit_kind, offer.limit), (kind, Some(2)), "{unit}");
    }
}

#[test]
fn a_price_is_read_as_a_sheet_names_it() {
    let row = r#"{"ProductTitle":"x","ProductId":"cfq","SkuId":"0001","TermDuration":"P1Y",
        "BillingPlan":"Monthly",
        "Market":"us","Currency":"usd","Segment":"Charity","UnitPrice":"30.40","ErpPrice":38,
        "EffectiveStartDate":"2025-04-01T00:00:00.0000000Z",
        "EffectiveEndDate":"9999-11-30T23:59:59.9999999Z"}"#;
    let expected = Price {
        item: sku_key("CFQ:0001"),
        term: Some(YEAR),
        plan: BillingCycle::Monthly,
        market: "US".to_owned(),
        currency: "USD".to_owned(),
        segment: Some(string("nonprofit")),
        unit_price: Decimal::new(304, 1),
        erp_price: Some(Decimal::from(38)),
        start: Timestamp::parse("2025-04-01").unwrap(),
        end: Timestamp::parse("9999-11-30T23:59:59.9999999Z").unwrap(),
    };
    assert_eq!(change("prices", row).prices, [expected]);
    let legacy = r#"{"offerId":"ms-azr-0145p","termDuration":"","billingPlan":" ","market":"US",
        "currency":"USD",
        "segment":"","unitPrice":1.10,"effectiveEndDate":""}"#;
    let expected = Price {
        item: ItemKey::offer("MS-AZR-0145P"),
        term: None,
        plan: BillingCycle::OneTime,
        market: "US".to_owned(),
        currency: "USD".to_owned(),
        segment: None,
        unit_price: Decimal::new(11, 1),
        erp_price: None,
        start: Timestamp::FIRST,
        end: Timestamp::LAST,
    };
    assert_eq!(change("prices", legacy).prices, [expected]);
}

#[test]
fn of_the_tiers_of_a_price_the_lowest_is_used() {
    let row = |sku: &str, price: &str| {
        format!(
            r#"{{"productId":"P","skuId":"{sku}","market":"US","currency":"USD",
                "unitPrice":{price}}}"#
        )
    };
    let rows = [row("1", "12"), row("2", "7"), row("1", "\"9.5\""), row("1", "10")].join(",");
    let prices = change("prices", &format!("[{rows}]")).prices;
    let told: Vec<_> = prices.iter().map(|price| (price.item.as_str(), price.unit_price)).collect();
    assert_eq!(told, [("P:1", Decimal::new(95, 1)), ("P:2", Decimal::from(7))]);
}

#[test]
fn published_promotions_are_understood() {
    let promotion = change("promotions", fixture!("promotion")).promotions.remove(0);
    let expected = Promotion {
        id: "39NFJQT1SNC7:0001:39NFJQT1Q5KM".to_owned(),
        name: Some(string("TEST Promotion May 2023 - Microsoft 365 F3")),
        start: Timestamp::parse("2023-05-03").unwrap(),
        end: Timestamp::parse("9999-01-01").unwrap(),
        is_auto_applicable: true,
        products: vec![PromotedProduct {
            item: sku_key("CFQ7TTC0LH05:0001"),
            term: Some(YEAR),
            billing_cycle: Some(BillingCycle::Annual),
            discount: Decimal::new(5, 1),
        }],
        seats: vec![SeatConstraint { least: Some(10), most: Some(100) }],
        redemptions_max: Some(3),
        first_purchase_only: true,
        owned_products: vec![vec![OwnedProductConstraint {
            item: sku_key("CFQ7TTC0MBMD:0002"),
            least: None,
            most: None,
        }]],
        country: None,
        segment: None,
    };
    assert_eq!(promotion, expected);
    let promotions = change("promotions", fixture!("promotions")).promotions;
    let discounts: Vec<_> = promotions.iter().map(|p| p.products[0].discount).collect();
    assert_eq!(discounts, [Decimal::new(5, 2), Decimal::new(167, 3)]);
}

#[test]
fn a_promotion_without_conditions_has_none() {
    let document = r#"{"id":"X:Y","country":"us","segment":"Education","requiredProducts":[
        {"productId":"P","skuId":"S","pricingPolicies":[
            {"policyType":"PercentDiscount","value":0.1},{"policyType":"percentDiscount",
            "value":"0.2"}]}],
        "promotionConstraints":{"eligibilityConstraints":[{"type":"Unheard",
        "isApplicable":false}]}}"#;
    let expected = Promotion {
        id: "X:Y".to_owned(),
        name: None,
        start: Timestamp::FIRST,
        end: Timestamp::LAST,
        is_auto_applicable: false,
        products: vec![PromotedProduct {
            item: sku_key("P:S"),
            term: None,
            billing_cycle: None,
            discount: Decimal::new(2, 1),
        }],
        seats: vec![],
        redemptions_max: None,
        first_purchase_only: false,
        owned_products: vec![],
        country: Some(string("US")),
        segment: Some(string("education")),
    };
    assert_eq!(change("promotions", document).promotions, [expected]);
}

fn location(values: &[&str]) -> Restriction {
    let (reason, kind) = (Some(string("NotAvailableForSubscription")), Some(string("Location")));
    Restriction { reason, kind, values: strings(values) }
}

#[test]
fn published_inventory_is_understood() {
    let inventory = change("inventory", fixture!("inventory")).inventory;
    let told: Vec<_> =
        inventory.iter().map(|i| (i.item.as_str(), i.restrictions.clone())).collect();
    let expected = [
        ("DZH318Z0BQ3P:0039", Some(vec![location(&["japanwest"])])),
        ("DZH318Z0BQ3P:0038", Some(vec![location(&["japanwest"])])),
        ("DZH318Z0BQ3P:000S", Some(vec![])),
        ("DZH318Z0BQ3P:0011", Some(vec![])),
    ];
    assert_eq!(told, expected);
    assert!(inventory.iter().all(|inventory| inventory.stock == StockChange::Keep));
}

#[test]
fn stock_is_set_lifted_or_left_alone() {
    for (said, stock, restrictions) in [
        (r#""x":1"#, StockChange::Keep, None),
        (r#""availableQuantity":null"#, StockChange::Unlimited, None),
        (r#""availableQuantity":0"#, StockChange::Set(0), None),
        (r#""availableQuantity":"12""#, StockChange::Set(12), None),
        (r#""isRestricted":false"#, StockChange::Keep, Some(vec![])),
        (r#""restrictions":[]"#, StockChange::Keep, Some(vec![])),
        (r#""restrictions":null"#, StockChange::Keep, None),
        (
            r#""restrictions":[{"reasonCode":"NotAvailableForSubscription",
                "properties":{"type":"Location","values":["a","b"]}}]"#,
            StockChange::Keep,
            Some(vec![location(&["a", "b"])]),
        ),
        (
            r#""restrictions":[{"reasonCode":"NotAvailableForSubscription",
                "properties":{"type":"Location","values":"a, b"}}]"#,
            StockChange::Keep,
            Some(vec![location(&["a", "b"])]),
        ),
    ] {
        let document = format!(r#"{{"productId":"P","skuId":"S",{said}}}"#);
        let expected = Inventory { item: sku_key("P:S"), stock, restrictions };
        assert_eq!(change("inventory", &document).inventory, [expected], "{said}");
    }
}

/// Each of these documents is rejected for the reason beside it.
fn assert_rejected(list: &str, documents: &[(&str, &str)]) {
    for (document, reason) in documents {
        assert_eq!(rejection(list, document), *reason, "{document}");
    }
}

#[test]
fn an_unusable_product_or_sku_is_told_the_property_and_what_came() {
    let products = [
        ("7", "the document: expected an object, came the number 7"),
        (r#"{"id":7}"#, "id: expected a string, came the number 7"),
        (r#"{"id":""}"#, "id: must not be empty"),
    ];
    assert_rejected("products", &products);
    let skus = [
        (
            r#""minimumQuantity":-1"#,
            "minimumQuantity: expected an integer that is not below 0, \
         came the number -1",
        ),
        (
            r#""supportedBillingCycles":["monthly","weekly"]"#,
            "supportedBillingCycles[1]: expected monthly, annual, biennial, triennial, one_time, \
             none or unknown, came the string \"weekly\"",
        ),
        (
            r#""dynamicAttributes":{"isAddon":"maybe"}"#,
            r#"dynamicAttributes.isAddon: expected true or false, came the string "maybe""#,
        ),
        (r#""dynamicAttributes":1"#, "dynamicAttributes: expected an object, came the number 1"),
    ];
    for (property, reason) in skus {
        let document = format!(r#"{{"productId":"P","id":"S",{property}}}"#);
        assert_eq!(rejection("skus", &document), reason);
    }
}

#[test]
fn an_id_that_no_line_could_name_is_told() {
    for (good, bad) in [("CFQ7ttc0", "CFQ-7TTC0"), ("P", "my product"), ("1", "1:2"), ("a", "ä")] {
        let documents = [
            ("products", "id", r#"{"id":"@"}"#),
            ("skus", "productId", r#"{"productId":"@","id":"S"}"#),
            ("skus", "id", r#"{"productId":"P","id":"@"}"#),
            ("availabilities", "productId", r#"{"productId":"@","skuId":"S","id":"A"}"#),
            ("availabilities", "skuId", r#"{"productId":"P","skuId":"@","id":"A"}"#),
            ("availabilities", "id", r#"{"productId":"P","skuId":"S","id":"@"}"#),
            ("inventory", "productId", r#"{"productId":"@","skuId":"S"}"#),
            ("inventory", "skuId", r#"{"productId":"P","skuId":"@"}"#),
        ];
        for (list, property, document) in documents {
            change(list, &document.replace('@', good));
            assert_eq!(
                rejection(list, &document.replace('@', bad)),
                format!(r#"{property}: expected letters and digits, came the string "{bad}""#)
            );
        }
    }
    change("offers", r#"{"id":"91fd106f-4b2c-4938-95ac-f54f74e9a239"}"#);
    change("offers", r#"{"id":"ms-azr-0145p"}"#);
    let reason = r#"id: expected a GUID or MS-AZR-…, came the string "basic""#;
    assert_rejected("offers", &[(r#"{"id":"basic"}"#, reason)]);
}

#[test]
fn an_unusable_availability_or_offer_is_told_the_property_and_what_came() {
    let availabilities = [
        (r#""terms":[{}]"#, "terms[0].duration: is required"),
        (
            r#""defaultCurrency":{"code":"dollar"}"#,
            "defaultCurrency.code: expected a currency of three letters such as USD, \
             came the string \"dollar\"",
        ),
        (
            r#""catalogItemId":"P:S:B""#,
            "catalogItemId: expected P:S:A, as its ids say, came the string \"P:S:B\"",
        ),
    ];
    for (property, reason) in availabilities {
        let document = format!(r#"{{"productId":"P","skuId":"S","id":"A",{property}}}"#);
        assert_eq!(rejection("availabilities", &document), reason);
    }
    let offers = [(
        r#"{"id":"MS-AZR-0145P","limitUnitOfMeasure":"Daily"}"#,
        "limitUnitOfMeasure: expected \"None\", \"Lifetime\" or \"Concurrent\", \
         came the string \"Daily\"",
    )];
    assert_rejected("offers", &offers);
}

#[test]
fn an_unusable_price_or_stock_is_told_the_property_and_what_came() {
    let prices = [
        (r#""x":1"#, "unitPrice: is required"),
        (r#""unitPrice":"1,5""#, r#"unitPrice: expected a decimal number, came the string "1,5""#),
        (
            r#""unitPrice":-0.01"#,
            "unitPrice: expected an amount that is not below 0, came the \
         number -0.01",
        ),
        (
            r#""unitPrice":1,"effectiveStartDate":"1.4.2025""#,
            "effectiveStartDate: expected a date and time such as 2026-03-10T12:00:00Z, \
             came the string \"1.4.2025\"",
        ),
    ];
    for (properties, reason) in prices {
        let key = r#""productId":"P","skuId":"S","market":"US","currency":"USD""#;
        assert_eq!(rejection("prices", &format!("{{{key},{properties}}}")), reason);
    }
    assert_rejected("prices", &[(r#"{"productId":"P","market":"US"}"#, "skuId: is required")]);
    let inventory = [
        (
            r#"{"productId":"P","skuId":"S","availableQuantity":-5}"#,
            "availableQuantity: expected an integer that is not below 0, came the number -5",
        ),
        ("[]", "the document: expected an object, came a list"),
        (
            r#"{"productId":"P","skuId":"S","isRestricted":true}"#,
            "the document: isRestricted is true, and restrictions names none",
        ),
        (
            r#"{"productId":"P","skuId":"S","isRestricted":true,"restrictions":[]}"#,
            "the document: isRestricted is true, and restrictions names none",
        ),
        (
            r#"{"productId":"P","skuId":"S","restrictions":"Location"}"#,
            "restrictions: expected a list, came the string \"Location\"",
        ),
    ];
    assert_rejected("inventory", &inventory);
}

#[test]
fn a_promotion_that_is_not_understood_is_rejected_rather_than_given_away() {
    let products = [
        (r#""x":1"#, "pricingPolicies: is required"),
        (
            r#""pricingPolicies":[{"policyType":"FixedPrice","value":"1"}]"#,
            "pricingPolicies[0].policyType: expected PercentDiscount, came the string \
             \"FixedPrice\"",
        ),
        (
            r#""term":{"duration":"P1Y","billingPlan":"annual"}"#,
            "term.billingPlan: is not known; known are duration, billingCycle",
        ),
        (
            r#""pricingPolicies":[{"policyType":"PercentDiscount","value":"5"}]"#,
            "pricingPolicies[0].value: 5 is above 1, which is the whole price",
        ),
    ];
    for (property, reason) in products {
        let product = format!(r#"{{"productId":"P","skuId":"S",{property}}}"#);
        let document = format!(r#"{{"id":"X:Y","requiredProducts":[{product}]}}"#);
        assert_eq!(rejection("promotions", &document), format!("requiredProducts[0].{reason}"));
    }
    let constraints = [
        (
            r#"{"regionConstraints":[]}"#,
            "regionConstraints: is not known; known are seatConstraints, assetOwnershipLimits, \
             eligibilityConstraints, productOwnershipConstraints",
        ),
        (
            r#"{"seatConstraints":[{"minimumSeats":30}]}"#,
            "seatConstraints[0].minimumSeats: is not known; known are type, minSeats, maxSeats",
        ),
        (
            r#"{"seatConstraints":[{"type":"TenantSeats","minSeats":30}]}"#,
            "seatConstraints[0].type: expected SubscriptionQuantity, came the string \
             \"TenantSeats\"",
        ),
        (
            r#"{"assetOwnershipLimits":[{"type":"LifetimeRedemptionCount","maxAsset":1}]}"#,
            "assetOwnershipLimits[0].maxAsset: is not known; known are type, minAssets, maxAssets",
        ),
        (
            r#"{"assetOwnershipLimits":[{"type":"LifetimeRedemptionCount","minAssets":3}]}"#,
            "assetOwnershipLimits[0].minAssets: is above 0: owning some as a condition is not \
             understood",
        ),
        (
            r#"{"productOwnershipConstraints":[[{"bigId":"P/S","seats":3}]]}"#,
            "productOwnershipConstraints[0][0].seats: is not known; known are bigId, minSeats, \
             maxSeats",
        ),
        (
            r#"{"eligibilityConstraints":[{"type":"NewCustomer"}]}"#,
            "eligibilityConstraints[0].type: expected FirstPurchase, came the string \
             \"NewCustomer\"",
        ),
        (
            r#"{"assetOwnershipLimits":[{"type":"PerDay","maxAssets":1}]}"#,
            "assetOwnershipLimits[0].type: expected LifetimeRedemptionCount, \
             came the string \"PerDay\"",
        ),
    ];
    let policy = r#"{"policyType":"PercentDiscount","value":"0.1"}"#;
    let product = format!(r#"{{"productId":"P","skuId":"S","pricingPolicies":[{policy}]}}"#);
    for (constraints, reason) in constraints {
        let products = format!(r#""requiredProducts":[{product}]"#);
        let document = format!(r#"{{"id":"X:Y","promotionConstraints":{constraints},{products}}}"#);
        assert_eq!(rejection("promotions", &document), format!("promotionConstraints.{reason}"));
    }
    assert_rejected("promotions", &[(r#"{"id":"X:Y"}"#, "requiredProducts: is required")]);
}

#[test]
fn keys_name_what_to_remove_and_what_they_leave_open_fits_all() {
    let keys = read_catalog_keys(
        r#"{"products":[{"id":"P"}],"skus":{"productId":"p","id":"s",
            "title":"whole documents serve"},
            "availabilities":[{"productId":"P","skuId":"S","id":"A"},
                {"productId":"P","skuId":"S","id":"A","country":"us","segment":"Charity"}],
            "offers":[{"id":"O"},{"id":"O","country":"DE"}],
            "prices":[{"productId":"P","skuId":"S"},{"offerId":"O","termDuration":"",
            "billingPlan":"",
                "market":"us","currency":"usd","segment":"Commercial",
                "effectiveStartDate":"2026-01-01"},
                {"productId":"P","skuId":"S","termDuration":"P1Y","billingPlan":"Monthly"}],
            "promotions":[{"id":"X:Y:Z"}],"inventory":{"items":[{"productId":"P","skuId":"S"}]}}"#,
    );
    let (sku, offer) = (sku_key("P:S"), ItemKey::offer("O"));
    let every = PriceKey {
        item: sku.clone(),
        term: None,
        plan: None,
        market: None,
        currency: None,
        segment: None,
        start: None,
    };
    let availability =
        AvailabilityKey { item: sku.clone(), id: "A".to_owned(), country: None, segment: None };
    let expected = CatalogKeys {
        products: strings(&["P"]),
        skus: vec![sku.clone()],
        availabilities: vec![
            availability.clone(),
            AvailabilityKey {
                country: Some(string("US")),
                segment: Some(string("nonprofit")),
                ..availability
            },
        ],
        offers: vec![("O".to_owned(), None), ("O".to_owned(), Some(string("DE")))],
        prices: vec![
            every.clone(),
            PriceKey {
                item: offer,
                term: Some(None),
                plan: Some(BillingCycle::OneTime),
                market: Some(string("US")),
                currency: Some(string("USD")),
                segment: Some(string("commercial")),
                start: Timestamp::parse("2026-01-01"),
            },
            PriceKey { term: Some(Some(YEAR)), plan: Some(BillingCycle::Monthly), ..every },
        ],
        promotions: strings(&["X:Y:Z"]),
        inventory: vec![sku],
    };
    assert_eq!(keys.unwrap(), expected);
}

#[test]
fn an_unusable_key_removes_nothing() {
    for (document, complaint) in [
        (r#"{"skus":[{"productId":"P"}]}"#, "skus[0].id: is required"),
        (r#"{"products":["P"]}"#, r#"products[0]: expected an object, came the string "P""#),
        (r#"{"prices":[{"offerId":""}]}"#, "prices[0].productId: is required"),
        (
            r#"{"prices":[{"productId":"P","skuId":"S","country":"DE"}]}"#,
            "prices[0].country: is not known; known are productId, skuId, offerId, termDuration, \
             billingPlan, market, currency, segment, unitPrice, erpPrice, effectiveStartDate, \
             effectiveEndDate",
        ),
        (
            r#"{"prices":[{"productId":"P","skuId":"S","market":""}]}"#,
            "prices[0].market: expected a country of two letters such as US, came the string \"\"",
        ),
        ("null", "the document: expected an object, came null"),
    ] {
        let error = read_catalog_keys(document).unwrap_err();
        assert_eq!((error.kind(), error.description()), (ErrorKind::InvalidRequest, complaint));
    }
}

#[test]
fn a_document_that_holds_none_of_the_lists_is_refused() {
    for (document, name) in [
        (r#"{"price":[{"productId":"P"}]}"#, "price"),
        (r#"{"totalCount":1,"items":[{"id":"P"}]}"#, "totalCount"),
    ] {
        let complaint = format!("{name}: is not known; known are {}", LISTS.join(", "));
        let errors = [
            read_catalog(document, &Limits::default()).unwrap_err(),
            read_catalog_keys(document).unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.description() == complaint), "{errors:?}");
    }
    let beside = r#"{"attributes":{},"PRODUCTS":[{"id":"P"}]}"#;
    assert_eq!(read_catalog(beside, &Limits::default()).unwrap().0.products.len(), 1);
    assert_eq!(read_catalog("{}", &Limits::default()).unwrap().1, []);
}

proptest! {
    #[test]
    fn no_document_is_too_strange(document in arbitrary::document()) {
        let _ = (read_catalog(&document, &Limits::default()), read_catalog_keys(&document));
        for list in LISTS {
            let catalog = format!(r#"{{"{list}":[{document}]}}"#);
            let read = read_catalog(&catalog, &Limits::default());
            prop_assert!(read.is_ok(), "{:?}", read);
        }
    }
}
