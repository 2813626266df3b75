//! Price sheets: what counts, and what is swept.

use std::collections::BTreeSet;

use super::catalog::{facts, key, price, product, put, sku};
use super::*;
use crate::catalog::model::{CatalogChange, CatalogKeys, Price};
use crate::catalog::price_sheet::{SheetRow, SheetSku};
use crate::store::Scope;
use crate::store::sqlite::sheets::{stale_sheets, sweep_sheet};

fn row(item: &str, market: &str, amount: &str) -> SheetRow {
    let (product, sku) = item.split_once(':').unwrap();
    SheetRow {
        sku: Some(SheetSku {
            product_id: product.to_owned(),
            sku_id: sku.to_owned(),
            product_title: Some(format!("Product {product}")),
            sku_title: Some(format!("Sku {sku}")),
            is_trial: false,
            is_license: true,
        }),
        tier: 0,
        price: price(item, market, amount),
    }
}

fn import(store: &dyn Store, source: &str, rows: Vec<SheetRow>) {
    let mut draft = store.begin_sheet(source).unwrap();
    draft.append(rows).unwrap();
    draft.activate().unwrap();
}

fn amounts(store: &dyn Store, market: &str, item: &str) -> Vec<String> {
    let facts = facts(store, market, item).unwrap_or_default();
    facts.prices.iter().map(|price| price.unit_price.to_string()).collect()
}

fn generation(store: &dyn Store) -> i64 {
    let scope = Scope { customer: customer("contoso"), cart: None, request_id: None };
    ask(store, |view| view.stamps(&scope)).catalog
}

fn count(store: &SqliteStore, name: &str) -> i64 {
    let stats = store.stats().unwrap();
    stats.counts.iter().find(|(counted, _)| *counted == name).unwrap().1
}

#[test]
fn a_sheet_counts_from_its_activation_on() {
    for (name, place) in stores() {
        let before = generation(&place.store);
        let mut draft = place.store.begin_sheet("license").unwrap();
        draft.append(vec![row("p1:0001", "DE", "1.5")]).unwrap();
        draft.append(vec![row("p2:0001", "DE", "2")]).unwrap();
        let has_prices = || ask(&place.store, |view| view.market_has_prices("DE"));
        assert_eq!(facts(&place.store, "DE", "p1:0001"), None, "{name}");
        assert_eq!((has_prices(), generation(&place.store)), (false, before), "{name}");
        let words = ["product".to_owned()];
        assert_eq!(ask(&place.store, |view| view.search(&words, 9, None)), [], "{name}");
        draft.activate().unwrap();
        assert!(has_prices() && generation(&place.store) > before, "{name}");
        let known = facts(&place.store, "DE", "P1:0001").unwrap();
        assert_eq!(known.prices, [price("p1:0001", "DE", "1.5")], "{name}");
        let sku = known.sku.unwrap();
        assert_eq!((sku.product_id.as_str(), sku.title.as_deref()), ("p1", Some("Sku 0001")));
        assert_eq!(sku.is_trial, Some(false), "{name}");
        let product = known.product.unwrap();
        assert_eq!(product.title.as_deref(), Some("Product p1"), "{name}");
        assert_eq!(product.product_type.as_deref(), Some("OnlineServicesNCE"), "{name}");
        let found = ask(&place.store, |view| view.search(&words, 9, None));
        assert_eq!(found, [key("p1:0001"), key("p2:0001")], "{name}");
        assert_eq!(place.store.sweep_sheets().unwrap(), 0, "{name}");
    }
}

#[test]
fn a_sheet_replaces_the_earlier_one_of_its_source_in_the_markets_it_holds() {
    for (name, place) in stores() {
        let store = &place.store;
        let of = |amount: &str, markets: &[&str]| {
            markets.iter().map(|market| row("p1:0001", market, amount)).collect::<Vec<_>>()
        };
        import(store, "license", of("1", &["DE", "US", "FR"]));
        import(store, "software", vec![row("p2:0001", "DE", "7")]);
        let mut second = of("2", &["DE", "US"]);
        second.push(row("p3:0001", "DE", "3"));
        import(store, "license", second);
        assert_eq!(amounts(store, "DE", "p1:0001"), ["2"], "{name}");
        assert_eq!(amounts(store, "FR", "p1:0001"), ["1"], "{name}");
        assert_eq!(amounts(store, "DE", "p2:0001"), ["7"], "{name}");
        assert_eq!(count(store, "prices"), 7, "{name}");
        // Two prices and two SKUs of the first sheet count no more.
        assert_eq!(store.sweep_sheets().unwrap(), 4, "{name}");
        assert_eq!(store.sweep_sheets().unwrap(), 0, "{name}");
        assert_eq!((count(store, "prices"), count(store, "sheets")), (5, 3), "{name}");
        import(store, "license", of("4", &["FR"]));
        assert_eq!(store.sweep_sheets().unwrap(), 2, "{name}");
        assert_eq!(amounts(store, "FR", "p1:0001"), ["4"], "{name}");
        // A SKU that the new sheet of its market has no more is unknown.
        import(store, "license", of("5", &["DE"]));
        assert_eq!(facts(store, "DE", "p3:0001"), None, "{name}");
        store.sweep_sheets().unwrap();
        assert!(store.check(&mut |_, _| true).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn what_the_host_has_put_goes_before_a_sheet() {
    let place = Place::new();
    let store = &place.store;
    import(store, "license", vec![row("p1:0001", "DE", "1"), row("p1:0002", "DE", "1")]);
    let documents = CatalogChange {
        products: vec![product("P1", "Put")],
        skus: vec![sku("P1", "0001", "Put")],
        prices: vec![
            price("p1:0001", "DE", "9"),
            Price { term: None, ..price("p1:0001", "DE", "3") },
        ],
        ..CatalogChange::default()
    };
    put(store, documents);
    assert_eq!(amounts(store, "DE", "p1:0001"), ["3", "9"]);
    for (item, title) in [("p1:0001", "Put"), ("p1:0002", "Sku 0002")] {
        let known = facts(store, "DE", item).unwrap();
        assert_eq!(known.sku.unwrap().title.as_deref(), Some(title));
        assert_eq!(known.product.unwrap().title.as_deref(), Some("Put"));
    }
    let keys = CatalogKeys {
        products: vec!["p1".to_owned()],
        skus: vec![key("p1:0001")],
        ..CatalogKeys::default()
    };
    apply(store, Change::CatalogRemoved(keys));
    let known = facts(store, "DE", "p1:0002").unwrap();
    assert_eq!(known.product.unwrap().title.as_deref(), Some("Product p1"));
    assert!(facts(store, "DE", "p1:0001").unwrap().sku.is_none());
}

#[test]
fn of_the_tiers_of_a_price_the_lowest_counts() {
    let place = Place::new();
    let tier = |tier, amount| SheetRow { tier, ..row("p1:0001", "DE", amount) };
    let mut draft = place.store.begin_sheet("software").unwrap();
    draft.append(vec![tier(10, "10"), tier(1, "1"), tier(100, "100")]).unwrap();
    draft.append(vec![tier(50, "50")]).unwrap();
    draft.activate().unwrap();
    assert_eq!(amounts(&place.store, "DE", "p1:0001"), ["1"]);
}

#[test]
fn an_import_given_up_is_swept_and_one_under_way_is_not() {
    for (name, place) in stores() {
        let store = &place.store;
        let mut under_way = store.begin_sheet("license").unwrap();
        under_way.append(vec![row("p1:0001", "DE", "1")]).unwrap();
        let mut given_up = store.begin_sheet("license").unwrap();
        given_up.append(vec![row("p2:0001", "DE", "1")]).unwrap();
        assert_eq!(store.sweep_sheets().unwrap(), 0, "{name}");
        drop(given_up);
        assert_eq!(store.sweep_sheets().unwrap(), 2, "{name}");
        assert_eq!(count(store, "prices"), 1, "{name}");
        under_way.append(vec![row("p3:0001", "DE", "1")]).unwrap();
        under_way.activate().unwrap();
        assert_eq!(amounts(store, "DE", "p3:0001"), ["1"], "{name}");
        store.begin_sheet("license").unwrap().activate().unwrap();
        assert_eq!(store.sweep_sheets().unwrap(), 0, "{name}");
        assert_eq!((count(store, "prices"), amounts(store, "DE", "p1:0001").len()), (2, 1));
        let names: Vec<_> = std::fs::read_dir(place.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("sheet"))
            .collect();
        assert!(names.is_empty(), "{name}: {names:?}");
    }
}

#[test]
fn another_store_on_the_file_leaves_an_import_under_way_alone() {
    let place = Place::new();
    let other = open(&place.folder.path().join("carts.db")).unwrap();
    let mut draft = place.store.begin_sheet("license").unwrap();
    draft.append(vec![row("p1:0001", "DE", "1")]).unwrap();
    assert_eq!(other.sweep_sheets().unwrap(), 0);
    drop(draft);
    assert_eq!(other.sweep_sheets().unwrap(), 2);
}

#[test]
fn a_sheet_that_counts_or_was_swept_since_it_was_found_stale_is_no_failure() {
    let place = Place::new();
    let store = &place.store;
    for is_activated in [true, false] {
        let mut draft = store.begin_sheet("license").unwrap();
        draft.append(vec![row("p1:0001", "DE", "1")]).unwrap();
        let found = store.on_reader(|connection| stale_sheets(connection)).unwrap();
        assert_eq!(found.len(), 1);
        if is_activated {
            draft.activate().unwrap();
        } else {
            drop(draft);
            assert_eq!(store.sweep_sheets().unwrap(), 2);
        }
        assert_eq!(sweep_sheet(store, found[0]).unwrap(), 0);
        assert_eq!(amounts(store, "DE", "p1:0001"), ["1"]);
    }
}

#[test]
fn what_a_killed_import_left_is_swept_later() {
    let place = Place::new();
    let mut draft = place.store.begin_sheet("license").unwrap();
    draft.append(vec![row("p1:0001", "DE", "1")]).unwrap();
    // As after a kill: the name of the lock is there, and nobody holds it.
    let folder = place.folder.path();
    let claim = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_str().unwrap().contains("-sheet-"))
        .unwrap();
    drop(draft);
    std::fs::write(&claim, "").unwrap();
    assert_eq!(place.store.sweep_sheets().unwrap(), 2);
    assert!(!claim.exists());
}

#[test]
fn a_sweep_goes_through_more_rows_than_a_batch() {
    let place = Place::new();
    let rows = |market: &str, amount: &str| -> Vec<SheetRow> {
        (0..2_500).map(|number| row(&format!("p{number}:0001"), market, amount)).collect()
    };
    let mut both = rows("DE", "1");
    both.extend(rows("US", "1"));
    import(&place.store, "license", both);
    import(&place.store, "license", rows("DE", "2"));
    assert_eq!(place.store.sweep_sheets().unwrap(), 5_000);
    assert_eq!(count(&place.store, "prices"), 5_000);
    let keys: BTreeSet<_> = (0..2_500).map(|number| key(&format!("p{number}:0001"))).collect();
    for (market, amount) in [("DE", "2"), ("US", "1")] {
        let items = ask(&place.store, |view| view.items(market, &keys));
        assert_eq!(items.len(), 2_500);
        let is_right = |price: &Price| price.unit_price.to_string() == amount;
        assert!(
            items
                .values()
                .all(|facts| facts.prices.len() == 1 && facts.prices.iter().all(is_right))
        );
    }
}

#[test]
fn changes_go_on_during_an_import() {
    let place = Place::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..100 {
                create(&place.store, "contoso", &cart_of(vec![line(0, 0)]));
            }
        });
        let mut draft = place.store.begin_sheet("license").unwrap();
        for batch in 0..20 {
            let item = |number| format!("p{}:0001", batch * 100 + number);
            draft.append((0..100).map(|number| row(&item(number), "DE", "1")).collect()).unwrap();
        }
        draft.activate().unwrap();
    });
    assert_eq!((count(&place.store, "carts"), count(&place.store, "prices")), (100, 2_000));
}

#[test]
fn a_licence_of_a_sheet_counts_for_alignment() {
    let place = Place::new();
    import(&place.store, "license", vec![row("p1:0001", "DE", "1")]);
    let subscription = crate::catalog::model::Subscription {
        id: "a".to_owned(),
        status: "active".into(),
        commitment_end: Some(at(5)),
        ..Default::default()
    };
    let record =
        crate::store::SubscriptionRecord { item: key("p1:0001"), promotion: None, subscription };
    apply(
        &place.store,
        Change::Ordered {
            customer: customer("contoso"),
            orders: Vec::new(),
            subscriptions: vec![record],
            sold: Vec::new(),
        },
    );
    let ends = [at(5).date()].into();
    let found = ask(&place.store, |view| view.alignments(&customer("contoso"), &ends));
    assert_eq!(found.len(), 1);
}
