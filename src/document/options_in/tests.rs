use proptest::prelude::*;

use super::*;
use crate::document::{arbitrary, write_options};
use crate::error::ErrorKind;
use crate::term::Duration;

#[test]
fn a_database_is_all_that_has_to_be_said() {
    for document in [
        r#"{"database":"carts.db"}"#,
        r#"{"DATABASE":"carts.db","durability":null,"partner":null,"limits":{},"idSeed":null}"#,
        r#"{"database":"carts.db","partner":{"model":null,"resellers":[]}}"#,
    ] {
        assert_eq!(read_options(document).unwrap(), Options::new("carts.db"), "{document}");
    }
}

#[test]
fn every_option_is_understood() {
    let document = r#"{"database":":memory:","durability":"checkout","readOnly":true,
        "busyTimeoutMs":0,
        "dialect":"wire","partner":{"model":"indirect_provider","country":"de","currency":"eur",
        "sandbox":true,
        "resellers":["12345","67890"]},"cartLifetime":"PT15M","partnerAttestation":"required",
        "rounding":"truncate","limits":{"requestBytes":1,"lineItemsPerCart":2,
        "addonItemsPerLine":0},
        "idSeed":18446744073709551615}"#;
    let options = read_options(document).unwrap();
    let expected = Options {
        database: ":memory:".to_owned(),
        durability: Durability::Checkout,
        read_only: true,
        busy_timeout_ms: 0,
        dialect: Dialect::Wire,
        partner: Partner {
            model: PartnerModel::IndirectProvider,
            country: "DE".to_owned(),
            currency: "EUR".to_owned(),
            is_sandbox: true,
            resellers: vec!["12345".to_owned(), "67890".to_owned()],
            rounding: Rounding::Truncate,
        },
        cart_lifetime: Duration::parse("PT15M").unwrap(),
        is_partner_attestation_required: true,
        limits: Limits { request_bytes: 1, line_items_per_cart: 2, addon_items_per_line: 0 },
        id_seed: Some(u64::MAX),
    };
    assert_eq!(options, expected);
}

#[test]
fn the_options_in_force_are_told_with_their_defaults() {
    let expected = concat!(
        r#"{"database":"carts.db","durability":"full","readOnly":false,"busyTimeoutMs":5000,"#,
        r#""dialect":"2023","partner":{"model":"direct","country":"US","currency":"USD","#,
        r#""sandbox":false,"#,
        r#""resellers":[]},"cartLifetime":"P7D","partnerAttestation":"optional","#,
        r#""rounding":"half_up","#,
        r#""limits":{"requestBytes":8388608,"lineItemsPerCart":10000,"addonItemsPerLine":100}}"#,
    );
    assert_eq!(write_options(&Options::new("carts.db")), expected);
}

/// What a bad option is refused with, without the property's name, which stands first in all.
fn complaint(option: &str) -> String {
    let error = read_options(&format!(r#"{{"database":"x",{option}}}"#)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{option}");
    let (path, problem) = error.description().split_once(": ").unwrap();
    assert_eq!(error.data(), [path]);
    format!("{path}: {problem}")
}

#[test]
fn an_unknown_option_is_told_the_known_ones() {
    let known = NAMES.join(", ");
    assert_eq!(complaint(r#""databse":"x""#), format!("databse: is not known; known are {known}"));
    let known = "model, country, currency, sandbox, resellers";
    let told = complaint(r#""partner":{"colour":1}"#);
    assert_eq!(told, format!("partner.colour: is not known; known are {known}"));
    let known = "requestBytes, lineItemsPerCart, addonItemsPerLine";
    let told = complaint(r#""limits":{"lines":1}"#);
    assert_eq!(told, format!("limits.lines: is not known; known are {known}"));
}

#[test]
fn a_bad_value_is_told_with_what_is_allowed() {
    for (name, value, allowed, came) in [
        ("readOnly", r#""yes""#, "true or false", r#"the string "yes""#),
        ("busyTimeoutMs", r#""1""#, "an integer within 0 to 3600000", r#"the string "1""#),
        ("durability", r#""high""#, r#""full", "checkout" or "normal""#, r#"the string "high""#),
        ("durability", "1", r#""full", "checkout" or "normal""#, "the number 1"),
        ("dialect", r#""2020""#, r#""2018", "2023" or "wire""#, r#"the string "2020""#),
        ("dialect", "2023", r#""2018", "2023" or "wire""#, "the number 2023"),
        ("cartLifetime", r#""7 d""#, "an ISO 8601 duration such as P1Y", r#"the string "7 d""#),
        ("partnerAttestation", "true", r#""optional" or "required""#, "true"),
        ("rounding", r#""up""#, r#""half_up" or "truncate""#, r#"the string "up""#),
        ("partner", r#""me""#, "an object", r#"the string "me""#),
        ("idSeed", "-1", "an integer within 0 to 18446744073709551615", "the number -1"),
        ("idSeed", "0.5", "an integer within 0 to 18446744073709551615", "the number 0.5"),
    ] {
        let expected = format!("{name}: expected {allowed}, came {came}");
        assert_eq!(complaint(&format!(r#""{name}":{value}"#)), expected);
    }
    for (name, value, allowed, came) in [
        ("model", r#""x""#, r#""direct" or "indirect_provider""#, r#"the string "x""#),
        ("country", r#""USA""#, "a country of two letters such as US", r#"the string "USA""#),
        ("currency", r#""$""#, "a currency of three letters such as USD", r#"the string "$""#),
        ("sandbox", "0", "true or false", "the number 0"),
        ("resellers", "1", "a list", "the number 1"),
    ] {
        let expected = format!("partner.{name}: expected {allowed}, came {came}");
        assert_eq!(complaint(&format!(r#""partner":{{"{name}":{value}}}"#)), expected);
    }
    let told = complaint(r#""partner":{"resellers":["1",""]}"#);
    assert_eq!(told, "partner.resellers[1]: must not be empty");
}

#[test]
fn a_value_out_of_range_is_told_the_range() {
    for (option, expected) in [
        (
            r#""busyTimeoutMs":3600001"#,
            "busyTimeoutMs: expected an integer within 0 to 3600000, \
         came the number 3600001",
        ),
        (
            r#""busyTimeoutMs":-1"#,
            "busyTimeoutMs: expected an integer within 0 to 3600000, came \
         the number -1",
        ),
        (
            r#""limits":{"requestBytes":0}"#,
            "limits.requestBytes: expected an integer within 1 to 1000000000, came the number 0",
        ),
        (
            r#""limits":{"lineItemsPerCart":1000001}"#,
            "limits.lineItemsPerCart: expected an integer within 1 to 1000000, came the number \
             1000001",
        ),
        (
            r#""limits":{"addonItemsPerLine":-1}"#,
            "limits.addonItemsPerLine: expected an integer within 0 to 1000000, came the number -1",
        ),
    ] {
        assert_eq!(complaint(option), expected);
    }
}

#[test]
fn a_database_has_to_be_named() {
    for (document, complaint) in [
        ("{}", "database: is required"),
        (r#"{"database":null}"#, "database: is required"),
        (r#"{"database":""}"#, "database: must not be empty"),
        (r#"{"database":1}"#, "database: expected a string, came the number 1"),
        ("[]", "the document: expected an object, came a list"),
    ] {
        let error = read_options(document).unwrap_err();
        assert_eq!((error.kind(), error.description()), (ErrorKind::InvalidArgument, complaint));
    }
    assert_eq!(read_options("{").unwrap_err().kind(), ErrorKind::InvalidJson);
}

#[test]
fn every_known_name_does_something() {
    // A name in the list that nothing reads would be accepted and ignored: wrong types must be
    // refused by each.
    for name in NAMES {
        let wrong = format!(r#"{{"database":"x","{name}":{{"wrong":1}}}}"#);
        assert!(read_options(&wrong).is_err(), "{name}");
    }
    for (object, names) in [("partner", &PARTNER_NAMES[..]), ("limits", &LIMIT_NAMES[..])] {
        for name in names {
            let wrong = format!(r#"{{"database":"x","{object}":{{"{name}":{{}}}}}}"#);
            assert!(read_options(&wrong).is_err(), "{name}");
        }
    }
}

proptest! {
    #[test]
    fn what_is_in_force_is_read_back(
        database in arbitrary::text().prop_filter("named", |text| !text.is_empty()),
        words in (0_usize..3, 0_usize..3, 0_usize..2, 0_usize..2, 0_usize..2),
        flags in (any::<bool>(), any::<bool>()),
        cart_lifetime in arbitrary::duration(),
        resellers in proptest::collection::vec("[a-z0-9\"]{1,8}", 0..3),
        id_seed: Option<u64>,
        busy_timeout_ms in 0_u32..=3_600_000,
    ) {
        let options = Options {
            durability: DURABILITIES[words.0].1,
            dialect: DIALECTS[words.1].1,
            read_only: flags.0,
            busy_timeout_ms,
            partner: Partner {
                model: PARTNER_MODELS[words.2].1,
                is_sandbox: flags.1,
                resellers,
                rounding: ROUNDINGS[words.3].1,
                ..Options::new("").partner
            },
            cart_lifetime,
            is_partner_attestation_required: ATTESTATIONS[words.4].1,
            id_seed,
            ..Options::new(database)
        };
        prop_assert_eq!(read_options(&write_options(&options)).unwrap(), options);
    }

    #[test]
    fn no_document_is_too_strange(document in arbitrary::document()) {
        let _ = read_options(&document);
    }
}
