//! Orders and checkout results. They have one shape in all dialects.

use std::borrow::Cow;

use super::cart_out::parts;
use super::page::write_page;
use super::writer::Writer;
use crate::cart::model::{LineInput, Order, OrderError, OrderLine, Participant};
use crate::store::{OrderRecord, Page};

/// Room for an order, and for a line of one; and for the ids and the customer.
const ORDER_BYTES: usize = 512;
const LINE_BYTES: usize = 512;
const IDS_BYTES: usize = 512;

/// All of an order that never changes, as an object without the ids and the customer.
#[must_use]
pub fn write_order_body(order: &Order<'_>) -> String {
    Writer::document(ORDER_BYTES + LINE_BYTES * order.lines.len(), |w| {
        w.plain_property("billingCycle", order.billing_cycle);
        w.text_property("currencyCode", &order.currency_code);
        w.optional_text("currencySymbol", order.currency_symbol.as_deref());
        w.name("lineItems").list(order.lines.iter().enumerate(), |w, (number, line)| {
            w.object(|w| order_line(w, number, line));
        });
        w.plain_property("creationDate", order.created);
        w.text_property("status", "completed");
        w.text_property("transactionType", "UserPurchase");
        w.optional_amount("totalPrice", order.total_price);
        w.name("attributes").object(|w| w.text_property("objectType", "Order"));
    })
}

fn order_line(w: &mut Writer, number: usize, order_line: &OrderLine<'_>) {
    let line = &order_line.line.input;
    w.raw_property("lineItemNumber", number);
    w.optional_text("offerId", order_line.offer_id.as_deref());
    w.optional_plain("subscriptionId", order_line.subscription_id);
    w.optional_text("parentSubscriptionId", order_line.parent_subscription_id.as_deref());
    parts::given(w, "termDuration", line.term_duration.as_ref());
    w.text_property("transactionType", "New");
    w.optional_text("friendlyName", order_line.friendly_name());
    w.optional_raw("quantity", line.quantity);
    parts::given(w, "customTermEndDate", line.custom_term_end.as_ref());
    w.optional_text("promotionId", order_line.promotion_id);
    parts::pricing(w, order_line.pricing);
    partners(w, &line.participants);
    details(w, line);
}

/// The reseller who made the sale, and others who had a part in it.
fn partners(w: &mut Writer, participants: &[Participant]) {
    let of = |key: &'static str| {
        let of_key = participants.iter().filter(move |participant| participant.key == key);
        of_key.map(|participant| participant.value.as_str())
    };
    w.optional_text("partnerIdOnRecord", of("transaction_reseller").next());
    let mut additional = of("additional_transaction_reseller").peekable();
    if additional.peek().is_some() {
        w.texts("additionalPartnerIdsOnRecord", additional);
    }
}

fn details(w: &mut Writer, line: &LineInput) {
    if !line.provisioning_context.is_empty() {
        parts::context(w, &line.provisioning_context);
    }
    if let Some(renewal) = &line.renews_to {
        parts::renewal(w.name("renewsTo"), renewal.term_duration.as_ref());
    }
    w.optional_raw("attestationAccepted", line.attestation_accepted);
}

/// An order as hosts see it: the ids, the customer, and the body byte for byte as it was written.
#[must_use]
pub fn join_order(order: &OrderRecord) -> String {
    Writer::document(IDS_BYTES + order.body.len(), |w| joined(w, order))
}

fn joined(w: &mut Writer, order: &OrderRecord) {
    w.plain_property("id", order.id);
    w.plain_property("alternateId", order.id);
    w.text_property("referenceCustomerId", &order.customer_id);
    w.properties_of(&order.body);
}

/// What a checkout answers.
#[must_use]
pub fn write_checkout(orders: &[Cow<'_, OrderRecord>], errors: &[OrderError]) -> String {
    let bodies: usize = orders.iter().map(|order| order.body.len() + ORDER_BYTES).sum();
    Writer::document(ORDER_BYTES + bodies, |w| {
        w.name("orders").list(orders, |w, order| w.object(|w| joined(w, order)));
        if !errors.is_empty() {
            w.name("orderErrors").list(errors, |w, error| w.object(|w| order_error(w, error)));
        }
        w.name("attributes").object(|w| w.text_property("objectType", "CartCheckoutResult"));
    })
}

fn order_error(w: &mut Writer, error: &OrderError) {
    w.text_property("orderGroupId", &error.group);
    w.raw_property("code", error.code);
    w.text_property("description", &error.description);
}

/// A page of a customer's orders.
#[must_use]
pub fn write_order_page(page: &Page<OrderRecord>) -> String {
    write_page(page, ORDER_BYTES + LINE_BYTES, |w, order| w.object(|w| joined(w, order)))
}

#[cfg(test)]
mod tests;
