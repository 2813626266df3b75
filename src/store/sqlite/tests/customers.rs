//! Customers, their subscriptions and orders.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use rusqlite::Connection;

use super::catalog::{key, product, put};
use super::*;
use crate::catalog::facts::{Alignment, Owned, Redeemed};
use crate::catalog::model::{CatalogChange, Customer, Inventory, StockChange, Subscription};
use crate::store::sqlite::view::View;
use crate::store::{
    Answered, OrderQuery, OrderRecord, Period, PurgeQuery, Scope, SubscriptionRecord,
};
use crate::term::{BillingCycle, Duration};

fn subscription(id: &str, item: &str, status: &str, quantity: i64) -> SubscriptionRecord {
    SubscriptionRecord {
        item: key(item),
        promotion: None,
        subscription: Subscription {
            id: id.to_owned(),
            offer_id: item.to_owned(),
            quantity,
            status: status.into(),
            ..Subscription::default()
        },
    }
}

fn put_customer(store: &dyn Store, id: &str, subscriptions: Vec<SubscriptionRecord>) {
    let fields = Customer {
        id: id.to_owned(),
        country: Some("DE".to_owned()),
        currency: None,
        segment: Some("education".to_owned()),
    };
    apply(store, Change::CustomerPut { customer: customer(id), fields, subscriptions });
}

fn erase(store: &dyn Store, id: &str) -> u64 {
    apply(store, Change::CustomerErased { customer: customer(id), mark: "Erased".to_owned() })
}

fn generation(store: &dyn Store, id: &str) -> i64 {
    let scope = Scope { customer: customer(id), cart: None, request_id: None };
    ask(store, |view| view.stamps(&scope)).customer
}

fn order(number: u128, cart: Uuid) -> OrderRecord {
    OrderRecord {
        id: Uuid::from_u128(number),
        cart,
        customer_id: "Contoso".to_owned(),
        body: format!("{{\"number\":{number}}}"),
    }
}

fn ordered(
    orders: Vec<OrderRecord>,
    subscriptions: Vec<SubscriptionRecord>,
    sold: &[(&str, i64)],
) -> Change {
    let sold = sold.iter().map(|(item, quantity)| (key(item), *quantity)).collect();
    Change::Ordered { customer: customer("contoso"), orders, subscriptions, sold }
}

#[test]
fn a_customer_is_known_by_any_spelling_once_put() {
    for (name, place) in stores() {
        assert_eq!(ask(&place.store, |view| view.customer(&customer("contoso"))), None);
        put_customer(&place.store, "Contoso", Vec::new());
        let read = ask(&place.store, |view| view.customer(&customer("CONTOSO"))).unwrap();
        assert_eq!((read.id.as_str(), read.country.as_deref()), ("Contoso", Some("DE")), "{name}");
        assert_eq!((read.currency, read.segment.as_deref()), (None, Some("education")), "{name}");
    }
}

#[test]
fn subscriptions_are_replaced_by_id_and_keep_their_order() {
    let place = Place::new();
    let first = vec![subscription("B", "p:1", "active", 1), subscription("a", "p:1", "active", 2)];
    put_customer(&place.store, "contoso", first);
    put_customer(&place.store, "contoso", vec![subscription("b", "p:2", "suspended", 3)]);
    let all = ask(&place.store, |view| view.all_subscriptions(&customer("contoso")));
    let told: Vec<_> = all.iter().map(|one| (one.id.as_str(), one.quantity)).collect();
    assert_eq!(told, [("b", 3), ("a", 2)]);
    let wanted = BTreeSet::from(["b".to_owned(), "c".to_owned()]);
    let named = ask(&place.store, |view| view.subscriptions(&customer("contoso"), &wanted));
    assert_eq!(named.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(named["b"].status, "suspended");
}

#[test]
fn subscriptions_come_back_as_they_were_put() {
    let place = Place::new();
    let bare = Subscription { id: "Bare".to_owned(), ..Subscription::default() };
    let full = Subscription {
        id: "Full".to_owned(),
        offer_id: "P:1:A".to_owned(),
        quantity: 7,
        status: "active".into(),
        term_duration: Duration::parse("P14D"),
        billing_cycle: Some(BillingCycle::OneTime),
        is_trial: true,
        created: Some(at(-5)),
        commitment_end: Some(at(9)),
        reservations_enabled: Some(true),
        is_registered: Some(false),
        parent_id: Some("Parent".to_owned()),
        order_id: Some("Order".into()),
        promotion_id: Some("promo:1:x".to_owned()),
        friendly_name: Some("Name".into()),
        product_type: Some("Azure".into()),
    };
    // More than are written at once, and one of them twice.
    let numbered = |number| Subscription { id: format!("s{number}"), ..full.clone() };
    let last = Subscription { quantity: 8, ..full.clone() };
    let named = (0..20).map(numbered);
    let put: Vec<_> = [full.clone()].into_iter().chain(named).chain([last]).collect();
    let record = |subscription: &Subscription| SubscriptionRecord {
        item: key("P:1"),
        promotion: None,
        subscription: subscription.clone(),
    };
    put_customer(&place.store, "contoso", put.iter().map(record).collect());
    put_customer(&place.store, "fabrikam", vec![record(&bare)]);
    let all = |owner: &str| ask(&place.store, |view| view.all_subscriptions(&customer(owner)));
    let mut expected = put;
    expected.swap_remove(0);
    assert_eq!(all("contoso"), expected);
    // What has no status is a purchase, and no subscription.
    assert_eq!(all("fabrikam"), []);
    let bare = Subscription { status: "expired".into(), ..bare };
    put_customer(&place.store, "fabrikam", vec![record(&bare)]);
    assert_eq!(all("fabrikam"), [bare]);
}

#[test]
fn what_is_owned_depends_on_the_status() {
    let place = Place::new();
    let states = ["active", "suspended", "deleted", "cancelled", "expired", "pending"];
    let mut subscriptions: Vec<_> = states
        .iter()
        .zip(1..)
        .map(|(status, power)| subscription(status, "p:1", status, 10_i64.pow(power)))
        .collect();
    subscriptions.push(subscription("other", "p:2", "active", 7));
    put_customer(&place.store, "contoso", subscriptions);
    put_customer(&place.store, "fabrikam", vec![subscription("x", "p:1", "active", 1)]);
    let keys = BTreeSet::from([key("p:1"), key("p:2"), key("p:3")]);
    let owned = ask(&place.store, |view| view.owned(&customer("contoso"), &keys));
    assert_eq!(owned.len(), 2);
    let expected = Owned { seats: 110, active: 2, concurrent: 4, ever: 6 };
    assert_eq!(owned[&key("p:1")], expected);
    assert_eq!(owned[&key("p:2")], Owned { seats: 7, active: 1, concurrent: 1, ever: 1 });
    let count = ask(&place.store, |view| view.subscriptions_owned(&customer("contoso")));
    assert_eq!(count, 3);
}

#[test]
fn redemptions_count_whatever_became_of_them() {
    let place = Place::new();
    let under = |promotion: &str, record: SubscriptionRecord| SubscriptionRecord {
        promotion: Some(promotion.to_owned()),
        ..record
    };
    let subscriptions = vec![
        under("PROMO:1", subscription("a", "p:1", "active", 3)),
        under("PROMO:1", subscription("b", "p:1", "cancelled", 4)),
        under("PROMO:2", subscription("c", "p:1", "active", 5)),
        subscription("d", "p:1", "active", 6),
    ];
    put_customer(&place.store, "contoso", subscriptions);
    let wanted = BTreeSet::from(["PROMO:1".to_owned(), "PROMO:3".to_owned()]);
    let redeemed = ask(&place.store, |view| view.redeemed(&customer("contoso"), &wanted));
    assert_eq!(redeemed.len(), 1);
    assert_eq!(redeemed["PROMO:1"], Redeemed { count: 2, seats: 7 });
}

/// What items, what promotions, and how many running subscriptions.
type Sums = (Vec<(String, Owned)>, Vec<(String, Redeemed)>, i64);

fn sums(store: &dyn Store, id: &str) -> Sums {
    let items = ["p:1", "p:2"].map(key).into();
    let promotions = ["PROMO:1", "PROMO:2"].map(str::to_owned).into();
    let id = customer(id);
    ask(store, |view| {
        let owned = view.owned(&id, &items)?.into_iter();
        let redeemed = view.redeemed(&id, &promotions)?.into_iter().collect();
        let owned = owned.map(|(item, owned)| (item.as_str().to_owned(), owned)).collect();
        Ok((owned, redeemed, view.subscriptions_owned(&id)?))
    })
}

#[test]
fn a_subscription_that_is_replaced_no_longer_counts_as_what_it_was() {
    let place = Place::new();
    let under = |promotion: Option<&str>, mut record: SubscriptionRecord| {
        record.promotion = promotion.map(str::to_owned);
        record
    };
    let active = |id: &str, item: &str, quantity| subscription(id, item, "active", quantity);
    let owned = |item: &str, seats, active, concurrent, ever| {
        (item.to_owned(), Owned { seats, active, concurrent, ever })
    };
    let redeemed = |id: &str, count, seats| (id.to_owned(), Redeemed { count, seats });
    let promo = Some("PROMO:1");
    for (put, expected) in [
        (
            vec![under(promo, active("A", "p:1", 5)), under(promo, active("b", "p:1", 6))],
            (vec![owned("P:1", 11, 2, 2, 2)], vec![redeemed("PROMO:1", 2, 11)], 2),
        ),
        // Another status, and more seats under another promotion.
        (
            vec![
                under(promo, subscription("a", "p:1", "cancelled", 5)),
                under(Some("PROMO:2"), active("B", "p:1", 7)),
            ],
            (
                vec![owned("P:1", 7, 1, 2, 2)],
                vec![redeemed("PROMO:1", 1, 5), redeemed("PROMO:2", 1, 7)],
                1,
            ),
        ),
        // Of one put twice the last counts; another item, and no promotion any more.
        (
            vec![active("a", "p:1", 1), active("c", "p:2", 1), active("A", "p:2", 2)],
            (
                vec![owned("P:1", 7, 1, 1, 1), owned("P:2", 3, 2, 2, 2)],
                vec![redeemed("PROMO:2", 1, 7)],
                3,
            ),
        ),
        // Nothing is left of an item and of a promotion.
        (vec![active("b", "p:2", 4)], (vec![owned("P:2", 7, 3, 3, 3)], vec![], 3)),
        (vec![active("b", "p:2", 4)], (vec![owned("P:2", 7, 3, 3, 3)], vec![], 3)),
    ] {
        put_customer(&place.store, "contoso", put.clone());
        assert_eq!(sums(&place.store, "contoso"), expected, "after {put:?}");
        assert_eq!(place.store.check(&mut |_, _| true).unwrap(), Vec::<String>::new());
    }
    let bought = ["d", "e"].map(|id| under(promo, active(id, "p:1", 1))).to_vec();
    apply(&place.store, ordered(vec![], bought, &[]));
    let expected = (
        vec![owned("P:1", 2, 2, 2, 2), owned("P:2", 7, 3, 3, 3)],
        vec![redeemed("PROMO:1", 2, 2)],
        5,
    );
    assert_eq!(sums(&place.store, "contoso"), expected);
    erase(&place.store, "contoso");
    // Another customer gets the number that is free again.
    put_customer(&place.store, "fabrikam", vec![]);
    for id in ["contoso", "fabrikam"] {
        assert_eq!(sums(&place.store, id), (vec![], vec![], 0), "{id}");
    }
    assert_eq!(place.store.check(&mut |_, _| true).unwrap(), Vec::<String>::new());
}

/// Subscriptions of a customer, or `None`: the customer is erased.
fn any_change() -> impl Strategy<Value = Option<Vec<SubscriptionRecord>>> {
    let status =
        prop::sample::select(vec!["active", "suspended", "deleted", "cancelled", "expired", ""]);
    let promotion = prop::option::of(prop::sample::select(vec!["PROMO:1", "PROMO:2"]));
    let record = ("[abAB]", "p:[12]", status, 1..9_i64, promotion);
    let record = record.prop_map(|(id, item, status, quantity, promotion)| SubscriptionRecord {
        promotion: promotion.map(str::to_owned),
        ..subscription(&id, &item, status, quantity)
    });
    prop::option::weighted(0.9, prop::collection::vec(record, 0..12))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn sums_are_those_of_the_subscriptions(
        changes in prop::collection::vec((any_change(), any::<bool>()), 1..8),
    ) {
        let store = open(Path::new(":memory:")).unwrap();
        for ((change, is_order), number) in changes.into_iter().zip(0..) {
            match change {
                None => drop(erase(&store, "contoso")),
                Some(mut bought) if is_order => {
                    // What is bought has an id that nothing else has.
                    for (record, place) in bought.iter_mut().zip(0..) {
                        record.subscription.id = format!("bought {number} {place}");
                    }
                    apply(&store, ordered(Vec::new(), bought, &[]));
                }
                Some(subscriptions) => put_customer(&store, "contoso", subscriptions),
            }
            prop_assert_eq!(store.check(&mut |_, _| true).unwrap(), Vec::<String>::new());
        }
    }
}

/// How many steps SQLite takes for a question.
fn steps_of(connection: &mut Connection, question: impl FnOnce(&View<'_>) -> Result<()>) -> usize {
    let steps = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&steps);
    let step = move || {
        count.fetch_add(1, Ordering::Relaxed);
        false
    };
    connection.progress_handler(1, Some(step)).unwrap();
    question(&View::new(connection)).unwrap();
    steps.load(Ordering::Relaxed)
}

#[test]
fn what_a_customer_has_is_told_in_as_many_steps_however_much_it_is() {
    let place = Place::new();
    let bought = |id: usize| SubscriptionRecord {
        promotion: Some("PROMO:1".to_owned()),
        ..subscription(&format!("s{id}"), "p:1", "active", 1)
    };
    // The end of a table is told in a step less: so neither of the two is there.
    for (id, count) in [("little", 1), ("much", 500), ("last", 1)] {
        put_customer(&place.store, id, (0..count).map(bought).collect());
    }
    let mut connection = Connection::open(place.folder.path().join("carts.db")).unwrap();
    let mut of = |id: &str| {
        let id = customer(id);
        let items = BTreeSet::from([key("p:1")]);
        let promotions = BTreeSet::from(["PROMO:1".to_owned()]);
        let named = BTreeSet::from(["s0".to_owned()]);
        [
            steps_of(&mut connection, |view| view.owned(&id, &items).map(drop)),
            steps_of(&mut connection, |view| view.redeemed(&id, &promotions).map(drop)),
            steps_of(&mut connection, |view| view.subscriptions_owned(&id).map(drop)),
            steps_of(&mut connection, |view| view.subscriptions(&id, &named).map(drop)),
        ]
    };
    // The first time prepares the statements, which takes steps, too.
    of("little");
    let (little, much) = (of("little"), of("much"));
    assert!(little.iter().all(|steps| *steps > 0), "the test shows nothing: {little:?}");
    assert_eq!(little, much);
}

#[test]
fn a_term_end_aligns_with_running_licences_only() {
    let place = Place::new();
    let products = vec![
        product("licence", ""),
        crate::catalog::model::Product {
            product_type: Some("Azure".into()),
            ..product("azure", "")
        },
    ];
    put(&place.store, CatalogChange { products, ..CatalogChange::default() });
    let ending = |end, mut record: SubscriptionRecord, term: &str| {
        record.subscription.commitment_end = Some(at(end));
        record.subscription.term_duration = Duration::parse(term);
        record
    };
    let mut told = ending(4, subscription("told", "none:1", "active", 1), "P1M");
    told.subscription.product_type = Some("onlineservicesnce".into());
    let mut trial = ending(5, subscription("trial", "licence:1", "active", 1), "P1Y");
    trial.subscription.is_trial = true;
    let subscriptions = vec![
        ending(3, subscription("a", "licence:1", "active", 1), "P1Y"),
        ending(3, subscription("b", "licence:2", "active", 1), "P1Y"),
        told,
        trial,
        ending(6, subscription("c", "licence:1", "suspended", 1), "P1Y"),
        ending(7, subscription("d", "azure:1", "active", 1), "P1Y"),
        ending(8, subscription("e", "none:1", "active", 1), "P1Y"),
        subscription("f", "licence:1", "active", 1),
    ];
    put_customer(&place.store, "contoso", subscriptions);
    let found = |day: &str| {
        let ends = [day.parse().unwrap()].into();
        ask(&place.store, |view| view.alignments(&customer("contoso"), &ends))
    };
    let expected =
        [(3, false), (4, true)].map(|(end, is_monthly)| Alignment { end: at(end), is_monthly });
    for day in ["1970-01-01", "2026-01-01"] {
        assert_eq!(found(day), expected, "{day}");
    }
    for day in ["1970-01-02", "1970-02-01"] {
        assert_eq!(found(day), [], "{day}");
    }
}

#[test]
fn a_generation_moves_with_every_change_and_never_returns() {
    let place = Place::new();
    let mut seen = vec![generation(&place.store, "contoso")];
    assert_eq!(seen, [0]);
    put_customer(&place.store, "contoso", Vec::new());
    seen.push(generation(&place.store, "contoso"));
    apply(&place.store, ordered(vec![], vec![subscription("a", "p:1", "active", 1)], &[]));
    seen.push(generation(&place.store, "contoso"));
    erase(&place.store, "contoso");
    assert_eq!(generation(&place.store, "contoso"), 0);
    put_customer(&place.store, "contoso", Vec::new());
    seen.push(generation(&place.store, "contoso"));
    assert!(seen.is_sorted_by(|earlier, later| earlier < later), "{seen:?}");
    put_customer(&place.store, "fabrikam", Vec::new());
    assert_eq!(generation(&place.store, "contoso"), seen[3]);
}

#[test]
fn orders_are_listed_newest_first_also_by_cart() {
    for (name, place) in stores() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let orders = vec![order(7, one), order(5, other), order(6, one)];
        apply(&place.store, ordered(orders.clone(), Vec::new(), &[]));
        let list = |owner: &str, cart, limit, after| {
            let query = OrderQuery { cart, created: Period::default(), limit, after };
            ask(&place.store, |view| view.orders(&customer(owner), &query))
        };
        let page = list("contoso", None, 2, None);
        assert_eq!((page.total, &page.items), (3, &vec![orders[2].clone(), orders[1].clone()]));
        let page = list("contoso", None, 2, page.after);
        assert_eq!((page.items, page.after), (orders[..1].to_vec(), None), "{name}");
        let page = list("contoso", Some(one), 2, None);
        let expected = vec![orders[2].clone(), orders[0].clone()];
        assert_eq!((page.total, page.items, page.after), (2, expected, None), "{name}");
        assert_eq!(list("fabrikam", None, 2, None).total, 0, "{name}");
        assert_eq!(list("fabrikam", Some(one), 2, None).total, 0, "{name}");
        let read = |owner: &str| {
            ask(&place.store, |view| view.order(&customer(owner), Uuid::from_u128(5)))
        };
        assert_eq!((read("CONTOSO"), read("fabrikam")), (Some(orders[1].clone()), None), "{name}");
    }
}

#[test]
fn stock_is_taken_and_never_falls_below_zero() {
    let place = Place::new();
    let limited = |item: &str, stock| Inventory { item: key(item), stock, restrictions: None };
    let inventory =
        vec![limited("p:1", StockChange::Set(5)), limited("p:2", StockChange::Unlimited)];
    put(&place.store, CatalogChange { inventory, ..CatalogChange::default() });
    let scope = Scope { customer: customer("contoso"), cart: None, request_id: None };
    let stamps = || ask(&place.store, |view| view.stamps(&scope));
    let before = stamps();
    let cart = Uuid::from_u128(1);
    apply(
        &place.store,
        ordered(vec![order(1, cart)], vec![], &[("p:1", 3), ("p:2", 9), ("p:3", 9)]),
    );
    let after = stamps();
    assert_eq!((after.catalog, after.stock), (before.catalog, before.stock + 1));
    let outcome = try_apply(
        &place.store,
        ordered(vec![order(2, cart)], vec![subscription("a", "p:1", "active", 3)], &[("p:1", 3)]),
    );
    let error = error_of(outcome);
    assert!(error.description().contains("2 are left"), "{error}");
    assert_eq!(stamps(), after);
    let keys = BTreeSet::from([key("p:1"), key("p:2")]);
    let stock = ask(&place.store, |view| view.stock(&keys));
    assert_eq!(stock.into_iter().collect::<Vec<_>>(), [(key("p:1"), 2)]);
    let second = ask(&place.store, |view| view.order(&customer("contoso"), Uuid::from_u128(2)));
    assert_eq!(second, None);
}

#[test]
fn stock_is_sold_once_by_whatever_number_of_threads_and_stores() {
    let place = Place::new();
    let other = open(&place.folder.path().join("carts.db")).unwrap();
    let inventory =
        vec![Inventory { item: key("p:1"), stock: StockChange::Set(50), restrictions: None }];
    put(&place.store, CatalogChange { inventory, ..CatalogChange::default() });
    let sold = std::sync::atomic::AtomicI64::new(0);
    std::thread::scope(|scope| {
        for thread in 0..16_u128 {
            let (store, sold) = (if thread % 2 == 0 { &place.store } else { &other }, &sold);
            scope.spawn(move || {
                for round in 0..10 {
                    let order = order(1 + thread * 10 + round, Uuid::nil());
                    let sale = ordered(vec![order], Vec::new(), &[("p:1", 1)]);
                    if try_apply(store, sale).is_ok() {
                        sold.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(sold.into_inner(), 50);
    let query = OrderQuery { cart: None, created: Period::default(), limit: 1, after: None };
    let orders = ask(&place.store, |view| view.orders(&customer("contoso"), &query));
    assert_eq!(orders.total, 50);
}

#[test]
fn subscriptions_stay_with_their_customer_when_numbers_are_given_again() {
    let place = Place::new();
    let owned = |owner: &str| {
        let all = ask(&place.store, |view| view.all_subscriptions(&customer(owner)));
        all.into_iter().map(|one| one.quantity).collect::<Vec<_>>()
    };
    put_customer(&place.store, "contoso", vec![subscription("s", "p:1", "active", 1)]);
    put_customer(&place.store, "fabrikam", vec![subscription("s", "p:1", "active", 2)]);
    assert_eq!((owned("contoso"), owned("fabrikam")), (vec![1], vec![2]));
    erase(&place.store, "fabrikam");
    put_customer(&place.store, "northwind", Vec::new());
    assert_eq!((owned("contoso"), owned("northwind")), (vec![1], Vec::new()));
    put_customer(&place.store, "northwind", vec![subscription("s", "p:1", "active", 3)]);
    assert_eq!((owned("contoso"), owned("northwind")), (vec![1], vec![3]));
}

#[test]
fn an_erased_customer_leaves_orders_under_a_mark() {
    let place = Place::new();
    put_customer(&place.store, "contoso", vec![subscription("a", "p:1", "active", 1)]);
    put_customer(&place.store, "fabrikam", vec![subscription("a", "p:1", "active", 1)]);
    let cart = cart_of(vec![line(0, 0)]);
    create(&place.store, "contoso", &cart);
    apply(&place.store, ordered(vec![order(1, cart.header.id)], Vec::new(), &[]));
    answer(&place.store, "contoso", 5);
    assert_eq!(erase(&place.store, "contoso"), 2 + 1 + 1 + 1 + 1);
    let contoso = customer("contoso");
    ask(&place.store, |view| {
        assert_eq!(view.customer(&contoso)?, None);
        assert_eq!(view.cart(&contoso, cart.header.id)?, None);
        assert_eq!(view.all_subscriptions(&contoso)?, []);
        assert_eq!(view.answered(&contoso, "r-1")?, None);
        assert_eq!(view.order(&contoso, Uuid::from_u128(1))?, None);
        let order = view.order(&customer("erased"), Uuid::from_u128(1))?.unwrap();
        assert_eq!(order.customer_id, "Erased");
        assert_eq!(view.all_subscriptions(&customer("fabrikam"))?.len(), 1);
        Ok(())
    });
}

fn answer(store: &dyn Store, owner: &str, ticks: i64) -> Answered {
    let answered =
        Answered { fingerprint: Uuid::from_u128(9), answer: "{\"id\":\"1\"}".to_owned() };
    let change = Change::RequestAnswered {
        customer: customer(owner),
        request_id: "r-1".to_owned(),
        answered: answered.clone(),
        at: at(ticks),
    };
    apply(store, change);
    answered
}

#[test]
fn an_answer_is_remembered_for_its_customer_until_it_is_purged() {
    let place = Place::new();
    let answered = answer(&place.store, "contoso", 5);
    let recall = |owner: &str| ask(&place.store, |view| view.answered(&customer(owner), "r-1"));
    assert_eq!((recall("Contoso"), recall("fabrikam")), (Some(answered), None));
    let scope = |request: &str| Scope {
        customer: customer("contoso"),
        cart: None,
        request_id: Some(request.to_owned()),
    };
    assert!(ask(&place.store, |view| view.stamps(&scope("r-1"))).is_answered);
    assert!(!ask(&place.store, |view| view.stamps(&scope("r-2"))).is_answered);
    for (before, is_kept) in [(5, true), (6, false)] {
        let query = PurgeQuery {
            expired_at: at(0),
            ordered_before: None,
            answered_before: at(before),
            limit: 10,
        };
        place
            .store
            .write(Weight::Edit, Box::new(move |unit| unit.purge(&query).map(|_| ())))
            .unwrap();
        assert_eq!(recall("contoso").is_some(), is_kept);
    }
}

#[test]
fn the_stamp_of_a_cart_is_its_version_for_its_owner() {
    let place = Place::new();
    let mut cart = cart_of(vec![line(0, 0)]);
    create(&place.store, "contoso", &cart);
    let version = |owner: &str| {
        let id = Some(cart.header.id);
        let scope = Scope { customer: customer(owner), cart: id, request_id: None };
        ask(&place.store, |view| view.stamps(&scope)).cart
    };
    assert_eq!((version("contoso"), version("fabrikam")), (Some(1), None));
    cart.header.version = 2;
    apply(&place.store, Edits::default().with(&cart.header));
    assert_eq!(version("contoso"), Some(2));
}
