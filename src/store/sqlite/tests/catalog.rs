//! Catalog documents: what is put is what rules are told.

use std::collections::BTreeSet;

use super::*;
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{
    Attestation, Availability, AvailabilityKey, CatalogChange, CatalogKeys, Inventory, ItemFacts,
    Offer, Price, PriceKey, Product, PromotedProduct, Promotion, Restriction, Sku, StockChange,
    Term,
};
use crate::store::{Scope, Stamps};
use crate::term::Duration;

pub(super) fn put(store: &dyn Store, documents: CatalogChange) -> u64 {
    apply(store, Change::CatalogPut(documents))
}

fn remove(store: &dyn Store, keys: CatalogKeys) -> u64 {
    apply(store, Change::CatalogRemoved(keys))
}

pub(super) fn key(text: &str) -> ItemKey {
    ItemKey::of_reference(text)
}

pub(super) fn facts(store: &dyn Store, market: &str, item: &str) -> Option<ItemFacts> {
    let keys = BTreeSet::from([key(item)]);
    ask(store, |view| view.items(market, &keys)).remove(&key(item))
}

fn stamps(store: &dyn Store) -> Stamps {
    let scope = Scope { customer: customer("contoso"), cart: None, request_id: None };
    ask(store, |view| view.stamps(&scope))
}

fn stock(store: &dyn Store, item: &str) -> Option<i64> {
    let keys = BTreeSet::from([key(item)]);
    ask(store, |view| view.stock(&keys)).remove(&key(item))
}

pub(super) fn product(id: &str, title: &str) -> Product {
    Product {
        id: id.to_owned(),
        title: Some(title.to_owned()),
        product_type: Some("OnlineServicesNCE".to_owned()),
        ..Product::default()
    }
}

pub(super) fn sku(product: &str, id: &str, title: &str) -> Sku {
    Sku {
        product_id: product.to_owned(),
        id: id.to_owned(),
        title: Some(title.to_owned()),
        ..Sku::default()
    }
}

pub(super) fn price(item: &str, market: &str, amount: &str) -> Price {
    Price {
        item: key(item),
        term: Some(Duration::months(12)),
        plan: BillingCycle::Monthly,
        market: market.to_owned(),
        currency: "EUR".to_owned(),
        segment: Some("commercial".to_owned()),
        unit_price: amount.parse().unwrap(),
        erp_price: None,
        start: at(10),
        end: at(20),
    }
}

fn availability(country: Option<&str>, segment: Option<&str>) -> Availability {
    Availability {
        product_id: "Prod".to_owned(),
        sku_id: "0001".to_owned(),
        id: "Avail".to_owned(),
        country: country.map(str::to_owned),
        segment: segment.map(str::to_owned),
        terms: vec![Term {
            duration: Duration::months(1),
            billing_cycle: Some(BillingCycle::Monthly),
            renewal_options: vec![Duration::months(12)],
        }],
        ..Availability::default()
    }
}

fn promotion(id: &str, items: &[&str]) -> Promotion {
    let products = items
        .iter()
        .map(|item| PromotedProduct {
            item: key(item),
            term: None,
            billing_cycle: None,
            discount: "0.05".parse().unwrap(),
        })
        .collect();
    Promotion {
        id: id.to_owned(),
        name: None,
        start: at(0),
        end: at(100),
        is_auto_applicable: true,
        products,
        seats: Vec::new(),
        redemptions_max: Some(3),
        first_purchase_only: true,
        owned_products: Vec::new(),
        country: None,
        segment: None,
    }
}

fn inventory(stock: StockChange, restrictions: Option<Vec<Restriction>>) -> CatalogChange {
    let item = key("prod:0001");
    CatalogChange {
        inventory: vec![Inventory { item, stock, restrictions }],
        ..CatalogChange::default()
    }
}

fn restriction() -> Restriction {
    Restriction {
        reason: Some("NotAvailableForSubscription".to_owned()),
        kind: Some("Location".to_owned()),
        values: vec!["westeurope".to_owned()],
    }
}

fn everything() -> CatalogChange {
    let mut full = sku("Prod", "0001", "Seat");
    full.prerequisite_skus = vec![key("base:0001")];
    full.minimum_addon_percent = Some("12.5".parse().unwrap());
    full.supported_billing_cycles = vec![BillingCycle::OneTime, BillingCycle::None];
    full.attestation = Some(Attestation { kind: Some("K12".to_owned()), enforced: true });
    CatalogChange {
        products: vec![product("Prod", "Productivity")],
        skus: vec![full],
        availabilities: vec![
            availability(None, None),
            availability(Some("DE"), None),
            availability(Some("DE"), Some("education")),
        ],
        offers: vec![
            Offer { id: "MS-AZR-0145p".to_owned(), ..Offer::default() },
            Offer {
                id: "ms-azr-0145P".to_owned(),
                country: Some("DE".to_owned()),
                ..Offer::default()
            },
        ],
        prices: vec![
            price("prod:0001", "DE", "364.80"),
            Price { term: None, ..price("prod:0001", "DE", "1") },
            Price { segment: None, ..price("prod:0001", "DE", "2") },
            Price { start: at(15), ..price("prod:0001", "DE", "0.000000000000000000000001") },
            price("prod:0001", "US", "400"),
            price("ms-azr-0145p", "DE", "7"),
        ],
        promotions: vec![promotion("Promo:0001:A", &["prod:0001", "other:0001", "prod:0001"])],
        inventory: vec![Inventory {
            item: key("prod:0001"),
            stock: StockChange::Set(5),
            restrictions: Some(vec![restriction()]),
        }],
    }
}

#[test]
fn items_are_told_with_all_their_documents_and_the_prices_of_one_market() {
    for (name, place) in stores() {
        let documents = everything();
        assert_eq!(put(&place.store, documents.clone()), 15, "{name}");
        let german = facts(&place.store, "DE", "PROD:0001").unwrap();
        assert_eq!(german.product.as_ref(), documents.products.first(), "{name}");
        assert_eq!(german.sku.as_ref(), documents.skus.first(), "{name}");
        assert_eq!(german.availabilities.len(), 3);
        assert!(documents.availabilities.iter().all(|put| german.availabilities.contains(put)));
        assert_eq!(german.prices.len(), 4);
        assert!(german.prices.iter().all(|price| documents.prices.contains(price)));
        assert_eq!(german.promotions, documents.promotions);
        assert_eq!(german.restrictions, [restriction()]);
        let american = facts(&place.store, "US", "prod:0001").unwrap();
        assert_eq!(american.prices, documents.prices[4..5]);
        let offer = facts(&place.store, "DE", "MS-AZR-0145P").unwrap();
        assert_eq!((offer.offers.len(), offer.prices.len()), (2, 1));
        assert!(offer.sku.is_none() && offer.product.is_none());
        assert_eq!(facts(&place.store, "DE", "prod:0002"), None);
        assert_eq!(facts(&place.store, "FR", "prod:0001").unwrap().prices, []);
        assert!(place.store.check(&mut |_, _| true).unwrap().is_empty());
    }
}

#[test]
fn the_prices_of_a_key_stand_by_start() {
    let place = Place::new();
    let later = Price { start: at(30), ..price("prod:0001", "DE", "2") };
    let earlier = Price { start: at(-5), ..price("prod:0001", "DE", "1") };
    let prices = vec![later.clone(), price("prod:0001", "DE", "3"), earlier.clone()];
    put(&place.store, CatalogChange { prices, ..CatalogChange::default() });
    let prices = facts(&place.store, "DE", "prod:0001").unwrap().prices;
    assert_eq!(prices, [earlier, price("prod:0001", "DE", "3"), later]);
}

#[test]
fn a_put_replaces_the_document_with_the_same_key() {
    let place = Place::new();
    put(&place.store, everything());
    let documents = CatalogChange {
        products: vec![product("PROD", "New")],
        skus: vec![sku("PROD", "0001", "New")],
        availabilities: vec![Availability {
            id: "AVAIL".to_owned(),
            is_purchasable: Some(false),
            ..availability(Some("DE"), None)
        }],
        prices: vec![price("prod:0001", "DE", "9")],
        promotions: vec![promotion("PROMO:0001:B", &["other:0001"])],
        ..CatalogChange::default()
    };
    put(&place.store, documents.clone());
    let read = facts(&place.store, "DE", "prod:0001").unwrap();
    assert_eq!(read.product, documents.products.first().cloned());
    assert_eq!(read.sku, documents.skus.first().cloned());
    assert_eq!(read.availabilities.len(), 3);
    assert!(read.availabilities.contains(&documents.availabilities[0]));
    assert_eq!(read.prices.len(), 4);
    assert!(read.prices.contains(&documents.prices[0]));
    assert_eq!(read.promotions, []);
    let other = facts(&place.store, "DE", "other:0001").unwrap();
    assert_eq!(other.promotions, documents.promotions);
}

#[test]
fn stock_is_kept_set_or_lifted_and_restrictions_apart_from_it() {
    let place = Place::new();
    put(&place.store, inventory(StockChange::Set(0), None));
    assert_eq!(stock(&place.store, "prod:0001"), Some(0));
    put(&place.store, inventory(StockChange::Keep, Some(vec![restriction()])));
    assert_eq!(stock(&place.store, "prod:0001"), Some(0));
    put(&place.store, inventory(StockChange::Unlimited, None));
    assert_eq!(stock(&place.store, "prod:0001"), None);
    let restrictions = || facts(&place.store, "DE", "prod:0001").unwrap().restrictions;
    assert_eq!(restrictions(), [restriction()]);
    put(&place.store, inventory(StockChange::Set(3), Some(Vec::new())));
    assert_eq!((stock(&place.store, "prod:0001"), restrictions()), (Some(3), Vec::new()));
}

#[test]
fn a_market_has_prices_once_one_was_put() {
    let place = Place::new();
    let has_prices = |market: &str| ask(&place.store, |view| view.market_has_prices(market));
    assert!(!has_prices("DE"));
    let prices = vec![price("prod:0001", "DE", "1")];
    put(&place.store, CatalogChange { prices, ..CatalogChange::default() });
    assert_eq!((has_prices("DE"), has_prices("US")), (true, false));
    let keys = vec![all_prices("prod:0001")];
    remove(&place.store, CatalogKeys { prices: keys, ..CatalogKeys::default() });
    assert!(!has_prices("DE"));
}

fn all_prices(item: &str) -> PriceKey {
    PriceKey {
        item: key(item),
        term: None,
        plan: None,
        market: None,
        currency: None,
        segment: None,
        start: None,
    }
}

#[test]
fn what_is_removed_is_gone_and_a_part_of_a_key_fits_all() {
    let place = Place::new();
    put(&place.store, everything());
    let one = AvailabilityKey {
        item: key("prod:0001"),
        id: "avail".to_owned(),
        country: Some("DE".to_owned()),
        segment: Some("education".to_owned()),
    };
    let keys = CatalogKeys {
        availabilities: vec![one.clone()],
        offers: vec![("MS-AZR-0145P".to_owned(), Some("DE".to_owned()))],
        prices: vec![PriceKey { term: Some(None), ..all_prices("prod:0001") }],
        ..CatalogKeys::default()
    };
    assert_eq!(remove(&place.store, keys.clone()), 3);
    assert_eq!(remove(&place.store, keys), 0);
    let read = facts(&place.store, "DE", "prod:0001").unwrap();
    assert_eq!((read.availabilities.len(), read.prices.len()), (2, 3));
    let keys = CatalogKeys {
        products: vec!["prod".to_owned()],
        skus: vec![key("prod:0001")],
        availabilities: vec![AvailabilityKey { country: None, segment: None, ..one }],
        offers: vec![("MS-AZR-0145P".to_owned(), None)],
        prices: vec![all_prices("prod:0001")],
        promotions: vec!["promo:0001:X".to_owned()],
        inventory: vec![key("prod:0001")],
    };
    assert_eq!(remove(&place.store, keys), 1 + 1 + 2 + 1 + 4 + 1 + 1);
    assert_eq!(facts(&place.store, "DE", "prod:0001"), None);
    assert_eq!(stock(&place.store, "prod:0001"), None);
}

#[test]
fn the_generation_moves_with_every_change_of_the_catalog_and_only_then() {
    let place = Place::new();
    let before = stamps(&place.store);
    put(&place.store, CatalogChange::default());
    remove(&place.store, CatalogKeys { skus: vec![key("a:b")], ..CatalogKeys::default() });
    assert_eq!(stamps(&place.store), before);
    put(&place.store, inventory(StockChange::Set(1), None));
    let put_once = stamps(&place.store);
    assert!(put_once.catalog > before.catalog);
    let keys = CatalogKeys { inventory: vec![key("prod:0001")], ..CatalogKeys::default() };
    remove(&place.store, keys);
    assert!(stamps(&place.store).catalog > put_once.catalog);
}

#[test]
fn titles_are_searched_by_words_in_any_case_and_paged_by_key() {
    for (name, place) in stores() {
        put(
            &place.store,
            CatalogChange {
                products: vec![product("P1", "Microsoft 365"), product("P2", "Übersicht")],
                skus: vec![
                    sku("P1", "0002", "Business Standard"),
                    sku("P1", "0001", "Business Basic"),
                    sku("P2", "0001", "Basic"),
                    sku("P3", "0001", "Business Basic (no product)"),
                ],
                offers: vec![Offer {
                    id: "MS-AZR-1".to_owned(),
                    name: Some("Business Azure".to_owned()),
                    ..Offer::default()
                }],
                ..CatalogChange::default()
            },
        );
        let find = |words: &[&str], limit, after: Option<&str>| {
            let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
            ask(&place.store, |view| view.search(&words, limit, after))
        };
        let keys = |items: &[&str]| items.iter().map(|item| key(item)).collect::<Vec<_>>();
        let business = ["MS-AZR-1", "P1:0001", "P1:0002", "P3:0001"];
        assert_eq!(find(&["BUSINESS"], 10, None), keys(&business), "{name}");
        assert_eq!(find(&["business"], 2, None), keys(&business[..2]), "{name}");
        assert_eq!(find(&["business"], 2, Some("P1:0001")), keys(&business[2..]), "{name}");
        assert_eq!(find(&["365", "basic"], 10, None), keys(&["P1:0001"]), "{name}");
        assert_eq!(find(&["üBERSICHT"], 10, None), keys(&["P2:0001"]), "{name}");
        assert_eq!(find(&["%"], 10, None), [], "{name}");
        assert_eq!(find(&[], 10, None).len(), 5, "{name}");
    }
}
