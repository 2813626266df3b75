//! What a host puts into the catalog, and takes out of it.

use super::{Availability, Inventory, Offer, Price, Product, Promotion, Sku};
use crate::catalog::item_id::ItemKey;
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

/// Keys and documents to store, one put of the host.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CatalogChange {
    /// Products by id.
    pub products: Vec<Product>,
    /// SKUs by product and id.
    pub skus: Vec<Sku>,
    /// Availabilities by product, SKU, id, country and segment.
    pub availabilities: Vec<Availability>,
    /// Offers by id and country.
    pub offers: Vec<Offer>,
    /// Prices by item, term, plan, market, currency, segment and start.
    pub prices: Vec<Price>,
    /// Promotions by the first two parts of their id.
    pub promotions: Vec<Promotion>,
    /// Stock and restrictions by SKU.
    pub inventory: Vec<Inventory>,
}

/// Keys of documents to remove. A part of a key that is absent fits every value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CatalogKeys {
    /// Product ids.
    pub products: Vec<String>,
    /// SKUs.
    pub skus: Vec<ItemKey>,
    /// Availabilities.
    pub availabilities: Vec<AvailabilityKey>,
    /// Offer ids, with the country where only one is meant.
    pub offers: Vec<(String, Option<String>)>,
    /// Prices.
    pub prices: Vec<PriceKey>,
    /// Promotion ids.
    pub promotions: Vec<String>,
    /// SKUs whose stock and restrictions are forgotten.
    pub inventory: Vec<ItemKey>,
}

/// Which availabilities are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailabilityKey {
    /// The SKU.
    pub item: ItemKey,
    /// The availability's id.
    pub id: String,
    /// One country, or all.
    pub country: Option<String>,
    /// One segment, or all.
    pub segment: Option<String>,
}

/// Which prices are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceKey {
    /// The SKU or offer.
    pub item: ItemKey,
    /// One term, or all; `Some(None)` is "no term".
    pub term: Option<Option<Duration>>,
    /// One plan, or all.
    pub plan: Option<BillingCycle>,
    /// One market, or all.
    pub market: Option<String>,
    /// One currency, or all.
    pub currency: Option<String>,
    /// One segment, or all.
    pub segment: Option<String>,
    /// One start, or all.
    pub start: Option<Timestamp>,
}
