//! Products, SKUs and availabilities.

use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{Attestation, Availability, Product, Sku, Term, segment_name};
use crate::document::node::Node;
use crate::document::value;
use crate::error::Result;
use crate::term::Duration;

pub(super) fn product(node: &Node<'_>) -> Result<Product> {
    let kind = node.property("productType");
    let sub_type = match &kind {
        Some(kind) if kind.is_object() => kind.read("subType", value::type_id)?.flatten(),
        _ => None,
    };
    Ok(Product {
        id: node.require("id", value::item_part)?,
        title: node.read("title", value::owned_text)?,
        product_type: kind.map(|kind| value::type_id(&kind)).transpose()?.flatten(),
        sub_type,
        is_microsoft_product: node.read("isMicrosoftProduct", value::flag)?,
    })
}

pub(super) fn sku(node: &Node<'_>) -> Result<Sku> {
    let mut sku = Sku {
        product_id: node.require("productId", value::item_part)?,
        id: node.require("id", value::item_part)?,
        title: node.read("title", value::owned_text)?,
        minimum_quantity: node.read("minimumQuantity", value::count)?,
        maximum_quantity: node.read("maximumQuantity", value::count)?,
        is_trial: node.read("isTrial", value::flag)?,
        supported_billing_cycles: node.list_of("supportedBillingCycles", value::billing_cycle)?,
        purchase_prerequisites: node.list_of("purchasePrerequisites", value::owned_text)?,
        inventory_variables: node.list_of("inventoryVariables", value::owned_text)?,
        provisioning_variables: node.list_of("provisioningVariables", value::owned_text)?,
        attestation: attestation(node)?,
        ..Sku::default()
    };
    if let Some(attributes) = node.property("dynamicAttributes") {
        attributes.properties()?;
        read_attributes(&mut sku, &attributes)?;
    }
    Ok(sku)
}

fn read_attributes(sku: &mut Sku, attributes: &Node<'_>) -> Result<()> {
    sku.is_addon = attributes.filled("isAddon", value::flag)?.unwrap_or_default();
    sku.prerequisite_skus = attributes.list_of("prerequisiteSkus", reference)?;
    sku.arm_region_name = attributes.filled("armRegionName", value::owned_text)?;
    sku.minimum_base_seats = attributes.filled("minimumBaseSeats", value::count)?;
    sku.minimum_addon_percent = attributes.filled("minimumAddonPercent", value::not_negative)?;
    Ok(())
}

/// Terms to agree to before a purchase, of a SKU or an offer.
pub(super) fn attestation(node: &Node<'_>) -> Result<Option<Attestation>> {
    node.read("attestationProperties", |properties| {
        properties.properties()?;
        Ok(Attestation {
            kind: properties.filled("attestationType", value::owned_text)?,
            enforced: properties.read("enforceAttestation", value::flag)?.unwrap_or_default(),
        })
    })
}

/// Another item, named as `P:S`, `P/S` or an offer id.
pub(super) fn reference(node: &Node<'_>) -> Result<ItemKey> {
    value::id(node).map(|text| ItemKey::of_reference(&text))
}

pub(super) fn availability(node: &Node<'_>) -> Result<Availability> {
    let currency = node.property("defaultCurrency");
    let (code, symbol) = match &currency {
        Some(currency) if currency.is_object() => {
            (currency.read("code", value::currency)?, currency.filled("symbol", value::owned_text)?)
        }
        Some(currency) => (Some(value::currency(currency)?), None),
        None => (None, None),
    };
    let product_id = node.require("productId", value::item_part)?;
    let sku_id = node.require("skuId", value::item_part)?;
    let id = node.require("id", value::item_part)?;
    let catalog_item_id = node
        .filled("catalogItemId", |given| spelled(given, &format!("{product_id}:{sku_id}:{id}")))?;
    Ok(Availability {
        product_id,
        sku_id,
        id,
        catalog_item_id,
        default_currency: code,
        currency_symbol: symbol,
        segment: segment(node)?,
        country: node.filled("country", value::country)?,
        is_purchasable: node.read("isPurchasable", value::flag)?,
        is_renewable: node.read("isRenewable", value::flag)?,
        terms: node.list_of("terms", term)?,
    })
}

/// The item's id as the document spells it. Lines are stored with it, so it has to be that of the
/// three ids.
fn spelled(node: &Node<'_>, item_id: &str) -> Result<String> {
    match node.text()? {
        text if text.eq_ignore_ascii_case(item_id) => Ok(text.to_owned()),
        _ => Err(node.expected(&format!("{item_id}, as its ids say"))),
    }
}

/// A segment by its one name; none where the text is blank.
pub(super) fn segment(node: &Node<'_>) -> Result<Option<String>> {
    Ok(node.filled("segment", value::id)?.map(|name| segment_name(&name)))
}

fn term(node: &Node<'_>) -> Result<Term> {
    Ok(Term {
        duration: node.require("duration", value::duration)?,
        billing_cycle: node.filled("billingCycle", value::billing_cycle)?,
        renewal_options: node.list_of("renewalOptions", renewal)?.into_iter().flatten().collect(),
    })
}

/// The term of a renewal option; other things that an option may say restrict no term.
fn renewal(node: &Node<'_>) -> Result<Option<Duration>> {
    node.properties()?;
    node.filled("termDuration", value::duration)
}
