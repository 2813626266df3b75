use proptest::prelude::*;

use super::*;
use crate::document::arbitrary;

fn parsed(text: &str) -> Json<'_> {
    Json::parse(text).unwrap()
}

#[test]
fn a_document_is_read_as_it_stands() {
    let json = parsed(r#" {"a":[null,true,-1,"x","y\u00e9\n"],"b":{}} "#);
    let items = vec![
        Json::Null,
        Json::Bool(true),
        Json::Integer(-1),
        Json::Text("x".into()),
        Json::Text("yé\n".into()),
    ];
    let properties = vec![("a".into(), Json::List(items)), ("b".into(), Json::Object(vec![]))];
    assert_eq!(json, Json::Object(properties));
}

#[test]
fn text_without_escapes_is_borrowed() {
    let json = parsed(r#"{"name":"text"}"#);
    let Json::Object(properties) = json else { panic!("an object") };
    assert!(matches!(&properties[0], (Cow::Borrowed("name"), Json::Text(Cow::Borrowed("text")))));
}

#[test]
fn numbers_keep_all_their_digits() {
    for text in ["0.1", "-0", "3.0", "18446744073709551615", "0.30000000000000000001"] {
        assert_eq!(parsed(text), Json::Number(text.to_owned()));
    }
    assert_eq!(
        parsed("[1,-9223372036854775808]"),
        Json::List(vec![1, i64::MIN].into_iter().map(Json::Integer).collect())
    );
}

#[test]
fn an_exponent_is_told_with_its_sign() {
    assert_eq!(parsed("1E400"), Json::Number("1e+400".to_owned()));
    assert_eq!(parsed("1.5e-3"), Json::Number("1.5e-3".to_owned()));
}

#[test]
fn what_is_not_json_is_told_with_its_place() {
    for (text, problem) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{\"a\":\n[}", "expected value at line 2 column 2"),
        ("{} {}", "trailing characters at line 1 column 4"),
        ("{'a':1}", "key must be a string at line 1 column 2"),
        ("[1,]", "trailing comma at line 1 column 4"),
        ("\"\\ud800\"", "unexpected end of hex escape at line 1 column 8"),
        ("01", "invalid number at line 1 column 2"),
        ("NaN", "expected value at line 1 column 1"),
    ] {
        let error = Json::parse(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidJson, "{text}");
        assert_eq!(error.description(), format!("not usable JSON: {problem}"), "{text}");
    }
}

#[test]
fn lists_and_objects_may_stand_128_deep_in_each_other() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| format!("{}1.5{}", open.repeat(depth), close.repeat(depth));
        assert!(arbitrary::is_json(&nested(DEPTH_MAX)));
        let error = Json::parse(&nested(DEPTH_MAX + 1)).map(|_| ()).unwrap_err();
        assert!(error.description().contains("nested deeper than 128 at line 1"), "{error}");
        assert!(!arbitrary::is_json(&nested(200_000)));
    }
    let empty = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(arbitrary::is_json(&empty(DEPTH_MAX)));
    assert!(!arbitrary::is_json(&empty(DEPTH_MAX + 1)));
}

#[test]
fn an_object_that_poses_as_a_number_is_refused() {
    let pose = format!(r#"{{"{NUMBER_KEY}":"3"}}"#);
    assert_eq!(Json::parse(&pose).unwrap_err().kind(), ErrorKind::InvalidJson);
    let nested = format!("{{\"{NUMBER_KEY}\":").repeat(100_000);
    assert_eq!(Json::parse(&nested).unwrap_err().kind(), ErrorKind::InvalidJson);
    assert!(arbitrary::is_json(&format!(r#"{{"a":1,"{NUMBER_KEY}":"3"}}"#)));
}

#[test]
fn properties_are_found_in_any_case_and_the_last_of_equal_names_rules() {
    let json = parsed(r#"{"Quantity":1,"QUANTITY":2,"other":3}"#);
    assert_eq!(json.get("quantity"), Some(&Json::Integer(2)));
    assert_eq!(json.get("quantities"), None);
    assert_eq!(Json::Null.get("quantity"), None);
}

#[test]
fn null_and_the_empty_list_say_as_much_as_nothing() {
    for (text, is_absent) in [
        ("null", true),
        ("[]", true),
        ("[null]", false),
        ("{}", false),
        ("\"\"", false),
        ("0", false),
    ] {
        assert_eq!(parsed(text).is_absent(), is_absent, "{text}");
    }
}

#[test]
fn a_document_over_the_limit_is_refused_unread() {
    let limits = Limits { request_bytes: 4, ..Limits::default() };
    assert_eq!(check_size("1234", &limits), Ok(()));
    let error = check_size("{{{{{", &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    let told = "the document has 5 bytes, more than the limit of 4 (limits.requestBytes)";
    assert_eq!(error.description(), told);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        let oracle = serde_json::from_str::<serde_json::Value>(&text);
        prop_assert_eq!(arbitrary::is_json(&text), oracle.is_ok());
    }

    #[test]
    fn documents_are_json(text in arbitrary::document()) {
        prop_assert!(arbitrary::is_json(&text), "{}", text);
    }
}
