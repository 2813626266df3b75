//! Carts as the first published resource page has them, to the letter: what that page does not list
//! is not written.

use super::parts::{self, Groups};
use crate::cart::model::{CartHeader, Line, PurchaseSystem};
use crate::catalog::item_id::ItemId;
use crate::document::writer::Writer;

const TIMES: [&str; 3] = ["creationTimeStamp", "lastModifiedTimeStamp", "expirationTimeStamp"];

/// The properties of a cart, with its lines, or what stands for them, in their place.
pub(super) fn cart(w: &mut Writer, cart: &CartHeader, lines: impl FnOnce(&mut Writer)) {
    parts::times(w, cart, TIMES);
    lines(w);
    w.name("attributes").object(|w| w.text_property("etag", &cart.etag()));
}

/// The properties of a line. There are no add-ons in this dialect.
pub(super) fn line(w: &mut Writer, line: &Line, groups: &Groups<'_>) {
    let (input, group) = (&line.input, groups.of_line(line));
    w.plain_property("id", line.id);
    w.optional_text("catalogId", input.catalog_item_id.as_deref());
    parts::quantity_and_billing(w, input);
    parts::participants(w, &input.participants);
    if !input.provisioning_context.is_empty() {
        parts::context(w, &input.provisioning_context);
    }
    w.optional_text("orderGroup", group.map(|group| group.name.as_str()));
    let system = group.map(|group| group.key.system);
    let system = system.or_else(|| system_by_form(input.catalog_item_id.as_deref()?));
    w.optional_text("purchaseSystem", system.map(system_name));
    if let Some(error) = &line.error {
        let property = property_name(&error.property);
        w.name("error").object(|w| w.named_text(property, &error.description));
    }
}

/// The purchase system that sells items of this form; none where the form is unknown.
fn system_by_form(item_id: &str) -> Option<PurchaseSystem> {
    ItemId::parse(item_id).map(|item| match item {
        ItemId::Modern { .. } => PurchaseSystem::Modern,
        ItemId::Legacy(_) => PurchaseSystem::Legacy,
    })
}

const fn system_name(system: PurchaseSystem) -> &'static str {
    match system {
        PurchaseSystem::Modern => "modern",
        PurchaseSystem::Legacy => "legacy",
    }
}

/// The property at fault by the name that it has in this dialect.
fn property_name(property: &str) -> &str {
    match property {
        "catalogItemId" => "catalogId",
        other => other,
    }
}
