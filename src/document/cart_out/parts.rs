//! Parts of carts that dialects, and orders, have in common.

use crate::cart::model::{
    CartHeader, Given, Group, GroupSlot, Line, LineError, LineInput, Participant, Pricing,
};
use crate::document::unescaped::Unescaped;
use crate::document::writer::Writer;
use crate::term::Duration;

/// A cart's groups by slot, so that finding the group of each of many lines costs little.
pub(super) struct Groups<'a>(Vec<&'a Group>);

impl<'a> Groups<'a> {
    pub(super) fn of(header: &'a CartHeader) -> Self {
        let mut groups: Vec<_> = header.groups.iter().collect();
        groups.sort_unstable_by_key(|group| group.slot);
        Self(groups)
    }

    pub(super) fn of_line(&self, line: &Line) -> Option<&'a Group> {
        line.group.and_then(|slot| self.in_slot(slot))
    }

    fn in_slot(&self, slot: GroupSlot) -> Option<&'a Group> {
        let at = self.0.binary_search_by_key(&slot, |group| group.slot).ok()?;
        self.0.get(at).copied()
    }
}

/// `creation`, `lastModified` and `expiration` with the ending that the dialect gives them, and the
/// user.
pub(super) fn times(w: &mut Writer, cart: &CartHeader, names: [&'static str; 3]) {
    let [created, modified, expires] = names;
    w.plain_property("id", cart.id);
    w.plain_property(created, cart.created);
    w.plain_property(modified, cart.modified);
    w.plain_property(expires, cart.expires);
    w.optional_text("lastModifiedUser", cart.user.as_deref());
}

/// What is bought, as all dialects but the first tell it.
pub(super) fn item(w: &mut Writer, line: &LineInput) {
    w.optional_text("catalogItemId", line.catalog_item_id.as_deref());
    quantity_and_billing(w, line);
    given(w, "termDuration", line.term_duration.as_ref());
    participants(w, &line.participants);
}

/// Name, quantity, currency and billing cycle.
pub(super) fn quantity_and_billing(w: &mut Writer, line: &LineInput) {
    w.optional_text("friendlyName", line.friendly_name.as_deref());
    w.optional_raw("quantity", line.quantity);
    w.optional_text("currencyCode", line.currency_code.as_deref());
    given(w, "billingCycle", line.billing_cycle.as_ref());
}

/// A value in the engine's spelling, or the text that came in its place.
pub(in crate::document) fn given<T: Unescaped + Copy>(
    w: &mut Writer,
    name: &'static str,
    value: Option<&Given<T>>,
) {
    match value {
        Some(Given::Value(value)) => w.plain_property(name, *value),
        Some(Given::Malformed(text)) => w.text_property(name, text),
        None => {}
    }
}

/// Participants, left out when there are none.
pub(super) fn participants(w: &mut Writer, participants: &[Participant]) {
    if participants.is_empty() {
        return;
    }
    w.name("participants").list(participants, |w, participant| {
        w.object(|w| {
            w.text_property("key", &participant.key);
            w.text_property("value", &participant.value);
        });
    });
}

/// The provisioning context, an empty one included.
pub(in crate::document) fn context(w: &mut Writer, pairs: &[(String, String)]) {
    w.name("provisioningContext").object(|w| {
        for (key, value) in pairs {
            w.named_text(key, value);
        }
    });
}

/// The object of a renewal.
pub(in crate::document) fn renewal(w: &mut Writer, term: Option<&Given<Duration>>) {
    w.object(|w| given(w, "termDuration", term));
}

/// Prices, left out when there are none.
pub(in crate::document) fn pricing(w: &mut Writer, pricing: Option<&Pricing>) {
    let Some(pricing) = pricing else { return };
    w.name("pricing").object(|w| {
        w.amount("listPrice", pricing.list_price);
        w.amount("discountedPrice", pricing.discounted_price);
        w.amount("proratedPrice", pricing.prorated_price);
        w.amount("price", pricing.price);
        w.amount("extendedPrice", pricing.extended_price);
    });
}

/// What is wrong with a line, by its number.
pub(super) fn error(w: &mut Writer, error: Option<&LineError>) {
    let Some(error) = error else { return };
    w.name("error").object(|w| {
        w.raw_property("errorCode", error.code);
        w.text_property("errorDescription", &error.description);
        if let Some(numbers) = error.additional {
            w.name("additionalInformation").object(|w| {
                w.raw_property("availableQuantity", numbers.available_quantity);
                w.raw_property("purchasedQuantity", numbers.purchased_quantity);
            });
        }
    });
}
