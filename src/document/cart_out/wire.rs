//! Carts as the live service writes them.

use super::parts::{self, Groups};
use crate::cart::model::{CartHeader, Line};
use crate::document::writer::Writer;

const TIMES: [&str; 3] = ["creationTimestamp", "lastModifiedTimestamp", "expirationTimestamp"];

/// The properties of a cart, with its lines, or what stands for them, in their place.
pub(super) fn cart(w: &mut Writer, cart: &CartHeader, lines: impl FnOnce(&mut Writer)) {
    parts::times(w, cart, TIMES);
    w.text_property("status", cart.status.name());
    w.optional_raw("partnerOnRecordAttestationAccepted", cart.attestation_accepted);
    lines(w);
    w.name("links").object(|w| {
        w.name("self").object(|w| {
            let uri = format!("/customers/{}/carts/{}", cart.customer_id, cart.id);
            w.text_property("uri", &uri);
            w.text_property("method", "GET");
            w.name("headers").array(|_| {});
        });
    });
    w.name("attributes").object(|w| {
        w.text_property("objectType", "Cart");
        w.text_property("etag", &cart.etag());
    });
}

/// The properties of a line, with its add-ons in their place.
pub(super) fn line(
    w: &mut Writer,
    line: &Line,
    groups: &Groups<'_>,
    addons: impl FnOnce(&mut Writer),
) {
    let input = &line.input;
    w.raw_property("id", line.id);
    parts::item(w, input);
    if let Some(renewal) = &input.renews_to {
        parts::renewal(w.name("renewsTo"), renewal.term_duration.as_ref());
    }
    w.optional_text("promotionId", input.promotion_id.as_deref());
    parts::context(w, &input.provisioning_context);
    w.optional_text("orderGroup", groups.of_line(line).map(|group| group.name.as_str()));
    addons(w);
    parts::pricing(w, line.pricing.as_ref());
    parts::error(w, line.error.as_deref());
    w.optional_raw("attestationAccepted", input.attestation_accepted);
    parts::given(w, "customTermEndDate", input.custom_term_end.as_ref());
}
