//! Customers and their subscriptions as documents.

use super::catalog_in::{Rejected, read_each};
use super::json::Json;
use super::node::Node;
use super::value;
use super::writer::Writer;
use crate::catalog::model::{Customer, Subscription, segment_name};
use crate::error::Result;

/// What a host says of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerPut {
    /// The id, and the fields that the document names.
    pub customer: Customer,
    /// The subscriptions that can be used.
    pub subscriptions: Vec<Subscription>,
    /// Those that cannot.
    pub rejected: Vec<Rejected>,
}

/// Reads a customer. A subscription that cannot be used is rejected; the rest of the document
/// stands.
pub fn read_customer(text: &str) -> Result<CustomerPut> {
    let json = Json::parse(text)?;
    let node = Node::root(&json);
    node.properties()?;
    let customer = Customer {
        id: node.require("customerId", value::id)?,
        country: node.read("country", value::country)?,
        currency: node.read("currency", value::currency)?,
        segment: node.filled("segment", value::owned_text)?.map(|s| segment_name(&s)),
    };
    let mut rejected = Vec::new();
    let subscriptions = read_each(&node, "subscriptions", subscription, &mut rejected)?;
    Ok(CustomerPut { customer, subscriptions, rejected })
}

fn subscription(node: &Node<'_>) -> Result<Subscription> {
    let reservation = node.property("azureReservation");
    let reservation = |name: &str| match &reservation {
        Some(reservation) => reservation.read(name, value::boolean),
        None => Ok(None),
    };
    let text = |name: &str| node.filled(name, value::owned_text);
    let short_text = |name: &str| node.filled(name, value::short_text);
    Ok(Subscription {
        id: node.require("id", value::id)?,
        offer_id: node.require("offerId", value::id)?,
        quantity: node.require("quantity", |n| value::integer_in(n, 0..=i64::from(i32::MAX)))?,
        status: text("status")?.map_or("active".into(), |s| s.to_ascii_lowercase().into()),
        term_duration: node.filled("termDuration", value::duration)?,
        billing_cycle: node.filled("billingCycle", value::billing_cycle)?,
        is_trial: node.read("isTrial", value::boolean)?.unwrap_or_default(),
        created: node.filled("creationDate", value::timestamp)?,
        commitment_end: node.filled("commitmentEndDate", value::timestamp)?,
        reservations_enabled: reservation("enabled")?,
        is_registered: reservation("registered")?,
        parent_id: text("parentSubscriptionId")?,
        order_id: short_text("orderId")?,
        promotion_id: text("promotionId")?,
        friendly_name: short_text("friendlyName")?,
        product_type: node.read("productType", value::type_id)?.flatten().map(Into::into),
    })
}

/// A customer with his subscriptions; reading it gives the same.
#[must_use]
pub fn write_customer(customer: &Customer, subscriptions: &[Subscription]) -> String {
    Writer::document(256 + 512 * subscriptions.len(), |w| {
        w.text_property("customerId", &customer.id);
        w.optional_text("country", customer.country.as_deref());
        w.optional_text("currency", customer.currency.as_deref());
        w.optional_text("segment", customer.segment.as_deref());
        w.name("subscriptions").list(subscriptions, |w, subscription| {
            w.object(|w| write_subscription(w, subscription));
        });
    })
}

fn write_subscription(w: &mut Writer, subscription: &Subscription) {
    w.text_property("id", &subscription.id);
    w.text_property("offerId", &subscription.offer_id);
    w.optional_text("friendlyName", subscription.friendly_name.as_deref());
    if let Some(product_type) = &subscription.product_type {
        w.name("productType").object(|w| w.text_property("id", product_type));
    }
    w.raw_property("quantity", subscription.quantity);
    w.optional_text("parentSubscriptionId", subscription.parent_id.as_deref());
    w.optional_plain("creationDate", subscription.created);
    w.optional_plain("commitmentEndDate", subscription.commitment_end);
    w.text_property("status", &subscription.status);
    w.raw_property("isTrial", subscription.is_trial);
    w.optional_plain("billingCycle", subscription.billing_cycle);
    w.optional_plain("termDuration", subscription.term_duration);
    w.optional_text("promotionId", subscription.promotion_id.as_deref());
    w.optional_text("orderId", subscription.order_id.as_deref());
    let reservation = (subscription.reservations_enabled, subscription.is_registered);
    if reservation != (None, None) {
        w.name("azureReservation").object(|w| {
            w.optional_raw("enabled", reservation.0);
            w.optional_raw("registered", reservation.1);
        });
    }
}

#[cfg(test)]
mod tests;
