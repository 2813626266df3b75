use super::*;

#[test]
fn smoke() {
    let d = read_cart(
        r#"{"LineItems":[{"Quantity":3.0,"id":"7","addonItems":[{"quantity":1e400}]}]}"#,
        &Limits::default(),
    )
    .unwrap();
    println!("{d:?}");
    for t in [
        "",
        "[]",
        "{}",
        r#"{"lineItems":[]}"#,
        r#"{"lineItems":[{"quantity":"3"}]}"#,
        r#"{"lineItems":[{"id":1},{"addonItems":[{"id":1}]}]}"#,
        "{\"a\":\n[}",
    ] {
        println!("{:?}", read_cart(t, &Limits::default()).unwrap_err());
    }
}
