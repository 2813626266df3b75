//! Catalog documents, in the shapes of the service's own answers.

mod inventory;
mod keys;
mod offer;
mod price;
mod product;
mod promotion;

pub use self::keys::read_catalog_keys;

use super::json::{Json, check_size};
use super::node::Node;
use super::options::Limits;
use super::writer::Writer;
use crate::catalog::model::CatalogChange;
use crate::error::Result;

/// A document that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The list in which it stands, such as `skus`.
    pub list: &'static str,
    /// Its place in the list, from 0.
    pub position: usize,
    /// The property at fault, what was expected and what came.
    pub reason: String,
}

/// Reads catalog documents. Those that cannot be used are rejected; the others stand.
pub fn read_catalog(text: &str, limits: &Limits) -> Result<(CatalogChange, Vec<Rejected>)> {
    check_size(text, limits)?;
    let json = Json::parse(text)?;
    let root = Node::root(&json);
    // A document of other names alone would be read as an empty one.
    root.check_any_name(&LISTS)?;
    let mut rejected = Vec::new();
    let change = CatalogChange {
        products: read_each(&root, "products", product::product, &mut rejected)?,
        skus: read_each(&root, "skus", product::sku, &mut rejected)?,
        availabilities: read_each(&root, "availabilities", product::availability, &mut rejected)?,
        offers: read_each(&root, "offers", offer::offer, &mut rejected)?,
        prices: price::lowest(read_each(&root, "prices", price::price, &mut rejected)?),
        promotions: read_each(&root, "promotions", promotion::promotion, &mut rejected)?,
        inventory: read_each(&root, "inventory", inventory::inventory, &mut rejected)?,
    };
    Ok((change, rejected))
}

/// The lists of a document of the catalog.
const LISTS: [&str; 7] =
    ["products", "skus", "availabilities", "offers", "prices", "promotions", "inventory"];

/// Reads each document of a list, which may also be a collection (`{"items":[…]}`) or a single
/// resource.
pub(super) fn read_each<T>(
    root: &Node<'_>,
    list: &'static str,
    read: impl Fn(&Node<'_>) -> Result<T>,
    rejected: &mut Vec<Rejected>,
) -> Result<Vec<T>> {
    let mut usable = Vec::new();
    visit_each(root, list, |position, document| {
        let document = document.as_root();
        match document.properties().and_then(|_| read(&document)) {
            Ok(value) => usable.push(value),
            Err(error) => {
                let reason = error.description().to_owned();
                rejected.push(Rejected { list, position, reason });
            }
        }
        Ok(())
    })?;
    Ok(usable)
}

/// Visits the documents of a list, a collection or a single resource.
fn visit_each(
    root: &Node<'_>,
    list: &str,
    mut visit: impl FnMut(usize, &Node<'_>) -> Result<()>,
) -> Result<()> {
    let Some(value) = root.property(list) else { return Ok(()) };
    if value.is_list() {
        return value.items()?.enumerate().try_for_each(|(at, item)| visit(at, &item));
    }
    if !value.is_object() {
        return Err(value.expected("a list, a collection or one resource"));
    }
    match value.given("items") {
        Some(items) if items.is_absent() => Ok(()),
        Some(items) => items.items()?.enumerate().try_for_each(|(at, item)| visit(at, &item)),
        None => visit(0, &value),
    }
}

/// What a put answers: how many documents were stored, and which were not.
#[must_use]
pub fn write_put_answer(stored: u64, rejected: &[Rejected]) -> String {
    Writer::document(64 + 128 * rejected.len(), |w| {
        w.raw_property("stored", stored);
        w.name("rejected").list(rejected, |w, rejected| {
            w.object(|w| {
                w.text_property("list", rejected.list);
                w.raw_property("position", rejected.position);
                w.text_property("reason", &rejected.reason);
            });
        });
    })
}

#[cfg(test)]
mod tests;
