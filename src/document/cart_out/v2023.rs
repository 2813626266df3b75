//! Carts as the resource page of 2023 has them.

use super::parts::{self, Groups};
use crate::cart::model::{CartHeader, Line};
use crate::document::writer::Writer;

const TIMES: [&str; 3] = ["creationTimeStamp", "lastModifiedTimeStamp", "expirationTimeStamp"];

/// The properties of a cart, with its lines, or what stands for them, in their place.
pub(super) fn cart(w: &mut Writer, cart: &CartHeader, lines: impl FnOnce(&mut Writer)) {
    parts::times(w, cart, TIMES);
    w.text_property("status", cart.status.name());
    w.optional_raw("PartnerOnRecordAttestationAccepted", cart.attestation_accepted);
    lines(w);
    w.name("attributes").object(|w| w.text_property("etag", &cart.etag()));
}

/// The properties of a line, with its add-ons in their place.
pub(super) fn line(
    w: &mut Writer,
    line: &Line,
    groups: &Groups<'_>,
    addons: impl FnOnce(&mut Writer),
) {
    let input = &line.input;
    w.plain_property("id", line.id);
    parts::item(w, input);
    if !input.provisioning_context.is_empty() {
        parts::context(w, &input.provisioning_context);
    }
    w.optional_text("orderGroup", groups.of_line(line).map(|group| group.name.as_str()));
    addons(w);
    parts::error(w, line.error.as_deref());
    if let Some(renewal) = &input.renews_to {
        w.name("renewsTo").array(|w| parts::renewal(w, renewal.term_duration.as_ref()));
    }
    w.optional_raw("AttestationAccepted", input.attestation_accepted);
    w.optional_text("promotionId", input.promotion_id.as_deref());
    parts::given(w, "customTermEndDate", input.custom_term_end.as_ref());
    parts::pricing(w, line.pricing.as_ref());
}
