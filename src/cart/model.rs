//! Carts, their lines and what evaluation says of them.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// A line's id, unique over all lines and add-ons of a cart.
pub type LineId = i64;

/// The greatest line id: beyond it, readers of JSON in other languages lose digits.
pub const LINE_ID_MAX: LineId = (1 << 53) - 1;

/// A field as the host gave it: understood, or kept as it came so that nothing is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Given<T> {
    /// A value of the field's type.
    Value(T),
    /// Text that is no such value.
    Malformed(String),
}

impl<T> Given<T> {
    /// The value, when there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Malformed(_) => None,
        }
    }
}

/// The value of an optional field, when it was given and understood.
pub(crate) fn value_of<T: Copy>(field: Option<&Given<T>>) -> Option<T> {
    field.and_then(Given::value).copied()
}

/// Someone who takes part in a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// `transaction_reseller` or `additional_transaction_reseller`; otherwise as it came.
    pub key: String,
    /// A reseller's partner id.
    pub value: String,
}

/// What a line asks for: the properties that a host sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct LineInput {
    /// What is bought, in the catalog's spelling once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalog_item_id: Option<String>,
    /// What the host calls the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub friendly_name: Option<SmolStr>,
    /// Licences or instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// The currency, in upper case; filled in by evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency_code: Option<SmolStr>,
    /// How it is billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_cycle: Option<Given<BillingCycle>>,
    /// For how long it is bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term_duration: Option<Given<Duration>>,
    /// Who takes part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Participant>,
    /// What provisioning needs to know, as ordered pairs; keys in camel case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provisioning_context: Vec<(String, String)>,
    /// What it renews to; the document's object may be there without a term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renews_to: Option<RenewsTo>,
    /// Whether the terms of the SKU or offer are agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attestation_accepted: Option<bool>,
    /// The promotion asked for; after evaluation, the one that applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promotion_id: Option<SmolStr>,
    /// The last day of the first term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_term_end: Option<Given<Timestamp>>,
}

/// What a subscription renews to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewsTo {
    /// The renewal's term.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub term_duration: Option<Given<Duration>>,
}

/// A line as a document brings it, before the cart has given it a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineDraft {
    /// The id, when the host gave one.
    pub id: Option<LineId>,
    /// What it asks for, in a place of its own: so it moves into the cart without being copied.
    pub input: Box<LineInput>,
    /// The add-ons, as deep as they came.
    pub addons: Vec<LineDraft>,
}

/// A cart as a document brings it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CartDraft {
    /// Whether the partner attests who the participants are.
    pub attestation_accepted: Option<bool>,
    /// The root lines.
    pub lines: Vec<LineDraft>,
}

/// Numbers that go with a line error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdditionalInformation {
    /// What can still be bought; never negative.
    pub available_quantity: i64,
    /// What the line asks for.
    pub purchased_quantity: i64,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineError {
    /// The number of the error, as the service counts them.
    pub code: i64,
    /// The property, the value and what is allowed.
    pub description: String,
    /// The property at fault, such as `quantity`.
    pub property: String,
    /// Numbers, for errors that have them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub additional: Option<AdditionalInformation>,
}

/// The price of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pricing {
    /// One unit for one billing cycle.
    pub list_price: Decimal,
    /// The list price less the promotion.
    pub discounted_price: Decimal,
    /// The discounted price for the share of the first cycle.
    pub prorated_price: Decimal,
    /// The price of one unit in the first cycle.
    pub price: Decimal,
    /// The line's total for its first term.
    pub extended_price: Decimal,
}

/// A line of a cart: a root line, or an add-on of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The id.
    pub id: LineId,
    /// The line that this one is an add-on of.
    pub parent: Option<LineId>,
    /// The place among the root lines, or among the add-ons of one line; places may be left empty.
    pub position: i64,
    /// What it asks for.
    pub input: Box<LineInput>,
    /// The order group, as the slot of the cart's group table.
    pub group: Option<GroupSlot>,
    /// What is wrong with it, which most lines need no room for.
    pub error: Option<Box<LineError>>,
    /// What it costs.
    pub pricing: Option<Pricing>,
}

/// A group's place in the group table: it stays when the group is renamed.
pub type GroupSlot = u32;

/// Which system an item is sold by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseSystem {
    /// SKUs.
    Modern,
    /// Offers of the older commerce system.
    Legacy,
}

/// What the lines of one order have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKey {
    /// The system that sells it.
    pub system: PurchaseSystem,
    /// The sales group of a legacy offer.
    pub sales_group: Option<String>,
    /// How it is billed.
    pub billing_cycle: BillingCycle,
    /// In what currency.
    pub currency: String,
}

/// Lines that can be placed in one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The place that lines refer to.
    pub slot: GroupSlot,
    /// `0`, `1` … or `OMS-0`, `OMS-1` …
    pub name: String,
    /// What its lines have in common.
    pub key: GroupKey,
    /// The order it became.
    pub order: Option<Uuid>,
}

/// Whether a cart can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CartStatus {
    /// It can be changed and checked out.
    Active,
    /// All of it has been ordered.
    Ordered,
}

impl CartStatus {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Ordered => "Ordered",
        }
    }
}

/// A cart without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartHeader {
    /// The cart's id.
    pub id: Uuid,
    /// The customer, as the creating request spelled him.
    pub customer_id: String,
    /// When it was created.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// From when on it is gone, unless it was ordered.
    pub expires: Timestamp,
    /// Who changed it last.
    pub user: Option<String>,
    /// Whether it can change.
    pub status: CartStatus,
    /// Whether the partner attests who the participants are.
    pub attestation_accepted: Option<bool>,
    /// Counts the changes, from 1: the etag.
    pub version: i64,
    /// One more than the greatest line id ever used.
    pub next_line_id: LineId,
    /// Whether the errors on its lines were left by a checkout, which decides them anew.
    pub errors_left_by_checkout: bool,
    /// The order groups, in the order of their first lines.
    pub groups: Vec<Group>,
    /// Root lines and add-ons.
    pub line_count: i64,
    /// What the outcome of its lines rests on, where that is kept: in large carts.
    pub standing: Option<Standing>,
}

/// What the outcome of a cart's lines rests on: while all of it stands, evaluating the cart again
/// would change nothing, and a line operation evaluates only what it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The generation of the catalog.
    pub catalog: i64,
    /// The generation of the customer.
    pub customer: i64,
    /// The generation of the stock, when a line buys what has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stock: Option<i64>,
    /// Stands for the partner's options and the rules.
    pub rules: Uuid,
    /// The moment from which on time alone may change an outcome.
    pub until: Timestamp,
    /// The position behind all root lines.
    pub next_position: i64,
}

impl CartHeader {
    /// The group in a slot.
    #[must_use]
    pub fn group(&self, slot: GroupSlot) -> Option<&Group> {
        self.groups.iter().find(|group| group.slot == slot)
    }

    /// Whether a line has become part of an order.
    #[must_use]
    pub fn is_ordered(&self, line: &Line) -> bool {
        line.group.and_then(|slot| self.group(slot)).is_some_and(|group| group.order.is_some())
    }

    /// The etag in documents and in `if_match`.
    #[must_use]
    pub fn etag(&self) -> String {
        self.version.to_string()
    }

    /// Whether the cart is gone.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.status == CartStatus::Active && now >= self.expires
    }
}

/// A cart: the header, and the lines in cart order, each root followed by its add-ons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// All but the lines.
    pub header: CartHeader,
    /// Root lines and add-ons, flattened in cart order.
    pub lines: Vec<Line>,
}

/// An order: the lines of one group, bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Order<'a> {
    /// The order's id.
    pub id: Uuid,
    /// How it is billed.
    pub billing_cycle: BillingCycle,
    /// In what currency.
    pub currency_code: String,
    /// The currency's sign, when known.
    pub currency_symbol: Option<String>,
    /// What was bought, in cart order, add-ons after their root line.
    pub lines: Vec<OrderLine<'a>>,
    /// When.
    pub created: Timestamp,
    /// The sum of the extended prices, when the lines have prices.
    pub total_price: Option<Decimal>,
}

/// A line of an order, with what is known better than in the cart.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderLine<'a> {
    /// The cart's line.
    pub line: &'a Line,
    /// What was bought, in the catalog's spelling.
    pub offer_id: Option<Cow<'a, str>>,
    /// The promotion that applied.
    pub promotion_id: Option<&'a str>,
    /// What it costs.
    pub pricing: Option<&'a Pricing>,
    /// The SKU's or offer's title, for lines without a friendly name.
    pub title: Option<&'a str>,
    /// The subscription that it made.
    pub subscription_id: Option<Uuid>,
    /// The subscription that an add-on was bought towards.
    pub parent_subscription_id: Option<Cow<'a, str>>,
}

impl OrderLine<'_> {
    /// What the host calls the line, or else what the catalog calls the item.
    #[must_use]
    pub fn friendly_name(&self) -> Option<&str> {
        self.line.input.friendly_name.as_deref().or(self.title)
    }
}

/// A group that could not be ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderError {
    /// The group's name.
    pub group: String,
    /// The number of the error, as the service counts order errors.
    pub code: i64,
    /// The line at fault and what is wrong with it.
    pub description: String,
}

/// What a line operation answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineChanges<'a> {
    /// The cart after the change.
    pub cart: &'a Cart,
    /// The lines named, and those whose error, pricing or promotion changed, with the roots of
    /// add-ons among them.
    pub lines: Vec<LineId>,
    /// The lines that are gone.
    pub removed: Vec<LineId>,
    /// Groups that have another name now: the old one and the new one.
    pub renamed: Vec<(String, String)>,
}
