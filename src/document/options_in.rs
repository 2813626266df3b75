//! Options of an engine as documents bring them. Here a name that is not known is an error: an
//! option that does nothing would deceive its host.

use super::json::{Json, check_size};
use super::node::{Node, as_argument};
use super::options::{Dialect, Durability, Limits, Options};
use super::value;
use crate::catalog::facts::{Partner, PartnerModel, Rounding};
use crate::error::Result;

/// The words for each kind of durability.
pub(super) const DURABILITIES: [(&str, Durability); 3] = [
    ("full", Durability::Full),
    ("checkout", Durability::Checkout),
    ("normal", Durability::Normal),
];

/// The words for each dialect.
pub(super) const DIALECTS: [(&str, Dialect); 3] =
    [("2018", Dialect::V2018), ("2023", Dialect::V2023), ("wire", Dialect::Wire)];

/// The words for each way to sell.
pub(super) const PARTNER_MODELS: [(&str, PartnerModel); 2] =
    [("direct", PartnerModel::Direct), ("indirect_provider", PartnerModel::IndirectProvider)];

/// The words for each way to round.
pub(super) const ROUNDINGS: [(&str, Rounding); 2] =
    [("half_up", Rounding::HalfUp), ("truncate", Rounding::Truncate)];

/// The words for whether the partner's attestation is required.
pub(super) const ATTESTATIONS: [(&str, bool); 2] = [("optional", false), ("required", true)];

/// The longest wait for another process: an hour.
const BUSY_TIMEOUT_MS_MAX: i64 = 3_600_000;
/// The longest document: the database holds no longer text.
const REQUEST_BYTES_MAX: i64 = 1_000_000_000;
/// The most lines of a cart, and add-ons of a line.
const LINES_MAX: i64 = 1_000_000;

const NAMES: [&str; 11] = [
    "database",
    "durability",
    "readOnly",
    "busyTimeoutMs",
    "dialect",
    "partner",
    "cartLifetime",
    "partnerAttestation",
    "rounding",
    "limits",
    "idSeed",
];
const PARTNER_NAMES: [&str; 5] = ["model", "country", "currency", "sandbox", "resellers"];
const LIMIT_NAMES: [&str; 3] = ["requestBytes", "lineItemsPerCart", "addonItemsPerLine"];

/// Reads the options with which an engine is opened; what is not said is as [`Options::new`] has
/// it.
pub fn read_options(text: &str) -> Result<Options> {
    check_size(text, &Limits::default())?;
    let json = Json::parse(text)?;
    options(&Node::root(&json)).map_err(as_argument)
}

fn options(node: &Node<'_>) -> Result<Options> {
    node.check_names(&NAMES)?;
    let mut options = Options::new(node.require("database", value::id)?);
    set(&mut options.durability, node, "durability", |n| value::word(n, &DURABILITIES))?;
    set(&mut options.read_only, node, "readOnly", value::boolean)?;
    set(&mut options.busy_timeout_ms, node, "busyTimeoutMs", |n| {
        within(n, 0, BUSY_TIMEOUT_MS_MAX)
    })?;
    set(&mut options.dialect, node, "dialect", |n| value::word(n, &DIALECTS))?;
    if let Some(partner) = node.property("partner") {
        read_partner(&mut options.partner, &partner)?;
    }
    set(&mut options.cart_lifetime, node, "cartLifetime", value::duration)?;
    let attestation = |n: &Node<'_>| value::word(n, &ATTESTATIONS);
    let is_required = &mut options.is_partner_attestation_required;
    set(is_required, node, "partnerAttestation", attestation)?;
    set(&mut options.partner.rounding, node, "rounding", |n| value::word(n, &ROUNDINGS))?;
    if let Some(limits) = node.property("limits") {
        read_limits(&mut options.limits, &limits)?;
    }
    options.id_seed = node.read("idSeed", value::unsigned)?;
    Ok(options)
}

fn read_partner(partner: &mut Partner, node: &Node<'_>) -> Result<()> {
    node.check_names(&PARTNER_NAMES)?;
    set(&mut partner.model, node, "model", |n| value::word(n, &PARTNER_MODELS))?;
    set(&mut partner.country, node, "country", value::country)?;
    set(&mut partner.currency, node, "currency", value::currency)?;
    set(&mut partner.is_sandbox, node, "sandbox", value::boolean)?;
    set(&mut partner.resellers, node, "resellers", |n| n.list(value::id))
}

fn read_limits(limits: &mut Limits, node: &Node<'_>) -> Result<()> {
    node.check_names(&LIMIT_NAMES)?;
    set(&mut limits.request_bytes, node, "requestBytes", |n| within(n, 1, REQUEST_BYTES_MAX))?;
    set(&mut limits.line_items_per_cart, node, "lineItemsPerCart", |n| within(n, 1, LINES_MAX))?;
    set(&mut limits.addon_items_per_line, node, "addonItemsPerLine", |n| within(n, 0, LINES_MAX))
}

/// Replaces a default where the document says something.
fn set<T>(
    option: &mut T,
    node: &Node<'_>,
    name: &str,
    read: impl FnOnce(&Node<'_>) -> Result<T>,
) -> Result<()> {
    if let Some(value) = node.read(name, read)? {
        *option = value;
    }
    Ok(())
}

/// A number within a range, in the type of its option.
pub(super) fn within<T: TryFrom<i64>>(node: &Node<'_>, least: i64, most: i64) -> Result<T> {
    let value = value::integer_in(node, least..=most)?;
    T::try_from(value).map_err(|_| node.error(format_args!("{value} is out of range")))
}

#[cfg(test)]
mod tests;
