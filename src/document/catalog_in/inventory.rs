//! Stock and restrictions of SKUs.

use super::price::sku_key;
use crate::catalog::model::{Inventory, Restriction, StockChange};
use crate::document::node::Node;
use crate::document::value;
use crate::error::Result;

pub(super) fn inventory(node: &Node<'_>) -> Result<Inventory> {
    Ok(Inventory { item: sku_key(node)?, stock: stock(node)?, restrictions: restrictions(node)? })
}

/// Here `null` does not equal absent: it says that the stock has no limit.
fn stock(node: &Node<'_>) -> Result<StockChange> {
    match node.given("availableQuantity") {
        None => Ok(StockChange::Keep),
        Some(number) if number.is_absent() => Ok(StockChange::Unlimited),
        Some(number) => value::count(&number).map(StockChange::Set),
    }
}

/// Here an empty list does not equal absent: it lifts the restrictions, as `isRestricted` `false`
/// does. That there are some without saying which cannot be understood.
fn restrictions(node: &Node<'_>) -> Result<Option<Vec<Restriction>>> {
    let is_restricted = node.read("isRestricted", value::flag)?;
    let given = node.given("restrictions").filter(|list| list.is_list() || !list.is_absent());
    let restrictions = given.map(|list| list.list(restriction)).transpose()?;
    match (is_restricted, restrictions) {
        (Some(false), None) => Ok(Some(Vec::new())),
        (Some(true), given) if given.as_ref().is_none_or(Vec::is_empty) => {
            Err(node.error("isRestricted is true, and restrictions names none"))
        }
        (_, restrictions) => Ok(restrictions),
    }
}

fn restriction(node: &Node<'_>) -> Result<Restriction> {
    node.properties()?;
    let reason = node.filled("reasonCode", value::owned_text)?;
    let Some(properties) = node.property("properties") else {
        return Ok(Restriction { reason, kind: None, values: Vec::new() });
    };
    Ok(Restriction {
        reason,
        kind: properties.filled("type", value::owned_text)?,
        values: properties.read("values", values)?.unwrap_or_default(),
    })
}

/// A list of values, or one string of them.
fn values(node: &Node<'_>) -> Result<Vec<String>> {
    if node.is_list() {
        return node.list(value::owned_text);
    }
    let values =
        node.text().map_err(|_| node.expected("a string or a list of strings"))?.split(',');
    Ok(values.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect())
}
