//! Offers of the older commerce system.

use super::product::{attestation, reference};
use crate::catalog::model::{Offer, OwnershipLimit};
use crate::document::node::Node;
use crate::document::value;
use crate::error::Result;

const LIMITS: [(&str, Option<OwnershipLimit>); 3] = [
    ("None", None),
    ("Lifetime", Some(OwnershipLimit::Lifetime)),
    ("Concurrent", Some(OwnershipLimit::Concurrent)),
];

pub(super) fn offer(node: &Node<'_>) -> Result<Offer> {
    Ok(Offer {
        id: node.require("id", value::offer_id)?,
        name: node.read("name", value::owned_text)?,
        minimum_quantity: node.read("minimumQuantity", value::count)?,
        maximum_quantity: node.read("maximumQuantity", value::count)?,
        is_addon: node.read("isAddOn", value::flag)?.unwrap_or_default(),
        prerequisite_offers: node.list_of("prerequisiteOffers", reference)?,
        is_available_for_purchase: node.read("isAvailableForPurchase", value::flag)?,
        is_trial: node.read("isTrial", value::flag)?,
        billing: node.filled("billing", value::owned_text)?,
        supported_billing_cycles: node.list_of("supportedBillingCycles", value::billing_cycle)?,
        sales_group_id: node.filled("salesGroupId", value::owned_text)?,
        limit_kind: node.filled("limitUnitOfMeasure", |n| value::word(n, &LIMITS))?.flatten(),
        limit: node.filled("limit", value::count)?,
        attestation: attestation(node)?,
        country: node.filled("country", value::country)?,
    })
}
