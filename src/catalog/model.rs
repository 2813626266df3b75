//! What is for sale, as the host has loaded it. `None` and empty lists are facts that were not
//! loaded: they restrict nothing.

mod change;
mod customer;
mod promotion;

pub use change::{AvailabilityKey, CatalogChange, CatalogKeys, PriceKey};
pub use customer::{Customer, Subscription};
pub use promotion::{OwnedProductConstraint, PromotedProduct, Promotion, SeatConstraint};

use std::sync::Arc;

use foldhash::HashMap;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::item_id::ItemKey;
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// A product: the family of its SKUs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Product {
    /// The id as the catalog writes it.
    pub id: String,
    /// The name shown to people.
    pub title: Option<String>,
    /// `OnlineServicesNCE`, `Azure`, `Software`, `SaaS` …
    pub product_type: Option<String>,
    /// A finer kind, such as `VirtualMachines`.
    pub sub_type: Option<String>,
    /// Whether the vendor itself makes it.
    pub is_microsoft_product: Option<bool>,
}

/// Whether terms have to be agreed to before a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Attestation {
    /// What is attested.
    pub kind: Option<String>,
    /// Whether a purchase needs it.
    pub enforced: bool,
}

/// A stock keeping unit: what a line buys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Sku {
    /// The product's id as the catalog writes it.
    pub product_id: String,
    /// The id as the catalog writes it.
    pub id: String,
    /// The name shown to people.
    pub title: Option<String>,
    /// The least quantity of a line.
    pub minimum_quantity: Option<i64>,
    /// The greatest quantity of a line, and the seat maximum of a customer.
    pub maximum_quantity: Option<i64>,
    /// Whether it is a trial.
    pub is_trial: Option<bool>,
    /// The billing cycles it can be bought with.
    pub supported_billing_cycles: Vec<BillingCycle>,
    /// `InventoryCheck`, `AzureSubscriptionRegistration` …
    pub purchase_prerequisites: Vec<String>,
    /// What an inventory question needs to know.
    pub inventory_variables: Vec<String>,
    /// The keys that a line's provisioning context must have.
    pub provisioning_variables: Vec<String>,
    /// The terms to agree to.
    pub attestation: Option<Attestation>,
    /// Whether it is bought towards another SKU.
    pub is_addon: bool,
    /// The SKUs it can be bought towards.
    pub prerequisite_skus: Vec<ItemKey>,
    /// The Azure region of a reservation.
    pub arm_region_name: Option<String>,
    /// The least seats that the bases of an add-on must have together.
    pub minimum_base_seats: Option<i64>,
    /// The least seats of an add-on, in per cent of its bases' seats.
    pub minimum_addon_percent: Option<Decimal>,
}

/// A term that an availability offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// How long it lasts.
    pub duration: Duration,
    /// The billing cycle it is offered with; any when absent.
    pub billing_cycle: Option<BillingCycle>,
    /// The terms it may renew to.
    pub renewal_options: Vec<Duration>,
}

/// An availability: on what terms a SKU is sold in a country to a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Availability {
    /// The product's id as the catalog writes it.
    pub product_id: String,
    /// The SKU's id as the catalog writes it.
    pub sku_id: String,
    /// The id as the catalog writes it.
    pub id: String,
    /// The whole name, as the catalog writes it.
    pub catalog_item_id: Option<String>,
    /// The currency of a line that names none.
    pub default_currency: Option<String>,
    /// The sign that goes with the default currency.
    pub currency_symbol: Option<String>,
    /// The segment it is sold to, as `segment_name` writes it.
    pub segment: Option<String>,
    /// The country it is sold in, in upper case.
    pub country: Option<String>,
    /// Whether it can be bought now.
    pub is_purchasable: Option<bool>,
    /// Whether it can be renewed.
    pub is_renewable: Option<bool>,
    /// The terms offered.
    pub terms: Vec<Term>,
}

/// How a legacy offer limits what one customer may have of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnershipLimit {
    /// So many ever.
    Lifetime,
    /// So many at a time, cancelled ones included.
    Concurrent,
}

/// An offer of the older commerce system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Offer {
    /// The id as the catalog writes it.
    pub id: String,
    /// The name shown to people.
    pub name: Option<String>,
    /// The least quantity of a line.
    pub minimum_quantity: Option<i64>,
    /// The greatest quantity of a line, and the seat maximum of a customer.
    pub maximum_quantity: Option<i64>,
    /// Whether it is bought towards another offer.
    pub is_addon: bool,
    /// The offers it can be bought towards.
    pub prerequisite_offers: Vec<ItemKey>,
    /// Whether it is still for sale.
    pub is_available_for_purchase: Option<bool>,
    /// Whether it is a trial.
    pub is_trial: Option<bool>,
    /// `license` or `usage`.
    pub billing: Option<String>,
    /// The billing cycles it can be bought with.
    pub supported_billing_cycles: Vec<BillingCycle>,
    /// Offers of different sales groups cannot share an order.
    pub sales_group_id: Option<String>,
    /// Whether and how ownership is limited.
    pub limit_kind: Option<OwnershipLimit>,
    /// The number of purchases allowed.
    pub limit: Option<i64>,
    /// The terms to agree to.
    pub attestation: Option<Attestation>,
    /// The country it is sold in, in upper case.
    pub country: Option<String>,
}

/// A row of a price sheet: the price of one unit for the whole term.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// The SKU or legacy offer priced.
    pub item: ItemKey,
    /// The term; absent where the item has none.
    pub term: Option<Duration>,
    /// The billing plan.
    pub plan: BillingCycle,
    /// The country, in upper case.
    pub market: String,
    /// The currency, in upper case.
    pub currency: String,
    /// The segment it is for; any when absent.
    pub segment: Option<String>,
    /// One unit for the whole term.
    pub unit_price: Decimal,
    /// The suggested retail price.
    pub erp_price: Option<Decimal>,
    /// In force from here on.
    pub start: Timestamp,
    /// The last moment in force; a moment of the year 9999 is an open end.
    pub end: Timestamp,
}

/// What stands in the way of selling a SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// `NotAvailableForSubscription` …
    pub reason: Option<String>,
    /// What is restricted, such as `Location`.
    pub kind: Option<String>,
    /// The values restricted, such as regions.
    pub values: Vec<String>,
}

/// What the host says about the stock of a SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// The SKU.
    pub item: ItemKey,
    /// The stock from now on.
    pub stock: StockChange,
    /// The restrictions from now on, when they were named.
    pub restrictions: Option<Vec<Restriction>>,
}

/// What a put says about the number in stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StockChange {
    /// Nothing.
    Keep,
    /// There is no limit.
    Unlimited,
    /// So many are left.
    Set(i64),
}

/// All that is known of one SKU or offer, for one market.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ItemFacts {
    /// The product, where it was loaded.
    pub product: Option<Product>,
    /// The SKU, where the item is one and known.
    pub sku: Option<Sku>,
    /// The SKU's availabilities, in every country.
    pub availabilities: Vec<Availability>,
    /// The offer's documents, one for each country.
    pub offers: Vec<Offer>,
    /// The prices of the market, in force or not, sheets of equal key by start.
    pub prices: Vec<Price>,
    /// The promotions that name the SKU.
    pub promotions: Vec<Promotion>,
    /// The restrictions on its sale.
    pub restrictions: Vec<Restriction>,
    /// Whether there is a limit to what is left of it.
    pub is_stocked: bool,
}

impl ItemFacts {
    /// Whether anything is known of the item at all.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.sku.is_some() || !self.offers.is_empty()
    }
}

/// Everything that rules may ask about the items of one call.
pub type Items = HashMap<ItemKey, Arc<ItemFacts>>;

/// One spelling for a segment: lower case, `charity` told as `nonprofit`.
#[must_use]
pub fn segment_name(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if lower == "charity" { "nonprofit".to_owned() } else { lower }
}
