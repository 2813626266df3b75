//! Gathers what the rules may ask, in a bounded number of questions to the store, whatever the size
//! of the cart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use crate::cart::end_to_align;
use crate::cart::model::Line;
use crate::catalog::facts::{Buyer, Facts, Partner};
use crate::catalog::item_id::{ItemId, ItemKey};
use crate::catalog::model::{Customer, ItemFacts, Items, Promotion};
use crate::error::Result;
use crate::store::{CustomerKey, Read, Stamps};

/// The provisioning keys that name subscriptions, in lower case.
const SUBSCRIPTION_KEYS: [&str; 3] =
    ["subscriptionid", "parentsubscriptionid", "azuresubscriptionid"];
/// The segment of a customer of whom nothing is known.
pub(crate) const DEFAULT_SEGMENT: &str = "commercial";
/// Items kept in memory; more than one shop offers, and some 100 MB at the very most.
const CACHED_ITEMS_MAX: usize = 50_000;

/// Gathers the facts for lines of a customer, and for further items. `cache` is given where the
/// view holds only what has been committed.
pub(crate) fn gather(
    view: &dyn Read,
    cache: Option<&ItemCache>,
    stamps: &Stamps,
    partner: &Partner,
    customer: &CustomerKey,
    lines: &[Line],
    items: &BTreeSet<ItemKey>,
) -> Result<Facts> {
    // Of a customer never seen nothing is known.
    let is_known = stamps.customer != 0;
    let fields = if is_known { view.customer(customer)? } else { None };
    let buyer = buyer(fields, partner);
    let mut asked = Asked::of(lines);
    let mut keys = std::mem::take(&mut asked.items);
    keys.extend(items.iter().cloned());
    let (items, market_has_prices) = match cache {
        Some(cache) => cache.items(view, stamps.catalog, &buyer.country, keys)?,
        None => (
            shared(view.items(&buyer.country, &keys.into_iter().collect())?),
            view.market_has_prices(&buyer.country)?,
        ),
    };
    let mut facts = Facts {
        partner: partner.clone(),
        buyer,
        items,
        market_has_prices,
        owned: BTreeMap::new(),
        subscriptions_owned: 0,
        subscriptions: BTreeMap::new(),
        alignments: Vec::new(),
        stock: BTreeMap::new(),
        promotions: BTreeMap::new(),
        redeemed: BTreeMap::new(),
    };
    let stocked = facts.items.iter().filter(|(_, item)| item.is_stocked);
    let stocked: BTreeSet<ItemKey> = stocked.map(|(key, _)| key.clone()).collect();
    if !stocked.is_empty() {
        facts.stock = view.stock(&stocked)?;
    }
    if !asked.promotions.is_empty() {
        facts.promotions = view.promotions(&asked.promotions)?;
    }
    if is_known {
        add_ownership(view, customer, &asked, &mut facts)?;
    }
    Ok(facts)
}

/// Who buys, with the partner's values where his own are unknown.
fn buyer(fields: Option<Customer>, partner: &Partner) -> Buyer {
    let fields = fields.unwrap_or_default();
    Buyer {
        country: fields.country.unwrap_or_else(|| partner.country.clone()),
        currency: fields.currency.unwrap_or_else(|| partner.currency.clone()),
        segment: fields.segment.unwrap_or_else(|| DEFAULT_SEGMENT.to_owned()),
    }
}

fn add_ownership(
    view: &dyn Read,
    customer: &CustomerKey,
    asked: &Asked,
    facts: &mut Facts,
) -> Result<()> {
    facts.owned = view.owned(customer, &owned_keys(&facts.items))?;
    if facts.partner.is_sandbox {
        facts.subscriptions_owned = view.subscriptions_owned(customer)?;
    }
    if !asked.subscriptions.is_empty() {
        facts.subscriptions = view.subscriptions(customer, &asked.subscriptions)?;
    }
    if !asked.ends_to_align.is_empty() {
        facts.alignments = view.alignments(customer, &asked.ends_to_align)?;
    }
    let promotions: BTreeSet<String> = facts
        .items
        .values()
        .flat_map(|item| item.promotions.iter().map(|promotion| Promotion::key_of(&promotion.id)))
        .collect();
    if !promotions.is_empty() {
        facts.redeemed = view.redeemed(customer, &promotions)?;
    }
    Ok(())
}

/// The items whose ownership a rule may ask for: those bought, their bases, and what promotions ask
/// for.
fn owned_keys(items: &Items) -> BTreeSet<ItemKey> {
    let mut keys: BTreeSet<ItemKey> = items.keys().cloned().collect();
    for item in items.values() {
        keys.extend(item.sku.iter().flat_map(|sku| sku.prerequisite_skus.iter().cloned()));
        keys.extend(item.offers.iter().flat_map(|offer| offer.prerequisite_offers.iter().cloned()));
        let wanted = item.promotions.iter().flat_map(|promotion| promotion.owned_products.iter());
        keys.extend(wanted.flatten().map(|product| product.item.clone()));
    }
    keys
}

/// What lines name.
#[derive(Debug, Default)]
struct Asked {
    items: HashSet<ItemKey>,
    subscriptions: BTreeSet<String>,
    promotions: BTreeSet<String>,
    /// Days on which terms may end only where subscriptions do.
    ends_to_align: BTreeSet<NaiveDate>,
}

impl Asked {
    fn of(lines: &[Line]) -> Self {
        let items = HashSet::with_capacity(lines.len());
        let mut asked = Self { items, ..Self::default() };
        for input in lines.iter().map(|line| &line.input) {
            let id = input.catalog_item_id.as_deref().and_then(ItemId::parse);
            let text = id.map(|id| id.key_text());
            if let Some(text) = text.filter(|text| !asked.items.contains(&**text)) {
                asked.items.insert(ItemKey::from_stored(text.into_owned()));
            }
            asked.promotions.extend(input.promotion_id.as_deref().map(Promotion::key_of));
            asked.ends_to_align.extend(end_to_align(input));
            let named = input.provisioning_context.iter().filter(|(key, _)| {
                SUBSCRIPTION_KEYS.iter().any(|name| key.eq_ignore_ascii_case(name))
            });
            asked.subscriptions.extend(named.map(|(_, id)| id.to_ascii_lowercase()));
        }
        asked
    }
}

fn shared(items: BTreeMap<ItemKey, ItemFacts>) -> Items {
    items.into_iter().map(|(key, facts)| (key, Arc::new(facts))).collect()
}

/// What was read of the catalog, kept while the catalog's generation stands.
#[derive(Debug, Default)]
pub(crate) struct ItemCache {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    generation: i64,
    count: usize,
    markets: HashMap<String, Market>,
}

/// What is known of items in one market. Items that nothing is known of are kept as such.
#[derive(Debug, Default)]
struct Market {
    has_prices: Option<bool>,
    items: Items,
}

impl ItemCache {
    /// The items asked for, and whether the market has prices, as of a generation that the view
    /// has.
    fn items(
        &self,
        view: &dyn Read,
        generation: i64,
        market: &str,
        keys: HashSet<ItemKey>,
    ) -> Result<(Items, bool)> {
        let (mut items, missing, has_prices) = self.lock().find(generation, market, keys);
        let is_news = has_prices.is_none() || !missing.is_empty();
        let has_prices = match has_prices {
            Some(known) => known,
            None => view.market_has_prices(market)?,
        };
        if is_news {
            let mut found = view.items(market, &missing)?;
            let read = missing.into_iter().map(|key| {
                let facts = found.remove(&key).unwrap_or_default();
                (key, Arc::new(facts))
            });
            let read: Items = read.collect();
            self.lock().keep(generation, market, has_prices, &read);
            items.extend(read.into_iter().filter(|(_, facts)| facts.is_known()));
        }
        Ok((items, has_prices))
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn find(
        &self,
        generation: i64,
        market: &str,
        keys: HashSet<ItemKey>,
    ) -> (Items, BTreeSet<ItemKey>, Option<bool>) {
        let market = self.markets.get(market).filter(|_| self.generation == generation);
        let mut items = Items::with_capacity(keys.len());
        let mut missing = BTreeSet::new();
        for key in keys {
            match market.and_then(|market| market.items.get(&key)) {
                Some(facts) if facts.is_known() => _ = items.insert(key, Arc::clone(facts)),
                Some(_) => {}
                None => _ = missing.insert(key),
            }
        }
        (items, missing, market.and_then(|market| market.has_prices))
    }

    fn keep(&mut self, generation: i64, market: &str, has_prices: bool, items: &Items) {
        // A reader of an older snapshot must not undo what a newer one has found.
        if generation < self.generation {
            return;
        }
        if generation > self.generation || self.count > CACHED_ITEMS_MAX {
            *self = Self { generation, ..Self::default() };
        }
        let known = self.markets.entry(market.to_owned()).or_default();
        known.has_prices = Some(has_prices);
        for (key, facts) in items {
            if !known.items.contains_key(key) {
                known.items.insert(key.clone(), Arc::clone(facts));
                self.count += 1;
            }
        }
    }
}
