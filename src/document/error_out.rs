//! The error document.

use super::writer::Writer;
use crate::error::Error;

/// Where errors come from, for hosts that mix them with those of other parts.
const SOURCE: &str = "cart_engine";

/// An error as hosts of other languages see it.
#[must_use]
pub fn write_error(error: &Error, correlation_id: Option<&str>) -> String {
    let kind = error.kind();
    Writer::document(256 + error.description().len(), |w| {
        w.text_property("code", kind.code());
        w.text_property("name", kind.name());
        w.text_property("description", error.description());
        w.texts("data", error.data().iter().map(String::as_str));
        w.text_property("source", SOURCE);
        w.raw_property("retryable", kind.is_retryable());
        w.optional_text("correlationId", correlation_id);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn an_error_document_tells_programs_and_people() {
        let error = Error::request("lineItems[2].quantity", "expected an integer, came null");
        assert_eq!(
            write_error(&error, Some("c-1")),
            concat!(
                r#"{"code":"800002","name":"InvalidRequest","#,
                r#""description":"lineItems[2].quantity: expected an integer, came null","#,
                r#""data":["lineItems[2].quantity"],"source":"cart_engine","retryable":false,"#,
                r#""correlationId":"c-1"}"#,
            )
        );
        assert_eq!(
            write_error(&Error::new(ErrorKind::StoreBusy, "held \"long\""), None),
            concat!(
                r#"{"code":"300","name":"StoreBusy","description":"held \"long\"","data":[],"#,
                r#""source":"cart_engine","retryable":true}"#,
            )
        );
    }
}
