//! What holds of every cart: random catalogs, customers and carts, evaluated and checked out.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::cart::checkout::Checkout;
use crate::cart::evaluate as evaluate_cart;
use crate::cart::model::{
    Cart, CartHeader, CartStatus, Given, LineInput, Participant, PurchaseSystem, RenewsTo,
};
use crate::cart::rules::RULES;
use crate::cart::testing::{self, AZURE_SUBSCRIPTION, Placed, World, at, line, price};
use crate::catalog::facts::{Alignment, Owned, PartnerModel, Redeemed};
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{
    Attestation, Availability, ItemFacts, Offer, OwnedProductConstraint, OwnershipLimit, Product,
    PromotedProduct, Promotion, SeatConstraint, Sku, Term,
};
use crate::term::{BillingCycle, Duration};

/// How many SKUs and offers a random catalog has.
const SKUS: usize = 4;
const OFFERS: usize = 2;

fn sku_key(number: usize) -> ItemKey {
    ItemKey::sku(&format!("PRODUCT{number}"), "0001")
}

fn offer_id(number: usize) -> String {
    format!("91FD106F-4B2C-4938-95AC-F54F74E9A23{number}")
}

fn any_cycle() -> impl Strategy<Value = BillingCycle> {
    prop::sample::select(vec![
        BillingCycle::Monthly,
        BillingCycle::Monthly,
        BillingCycle::Annual,
        BillingCycle::OneTime,
        BillingCycle::None,
    ])
}

fn any_term() -> impl Strategy<Value = Duration> {
    prop::sample::select(vec![Duration::months(1), Duration::months(12), Duration::months(36)])
}

/// A fact that is often not loaded.
fn rarely<T: std::fmt::Debug + Clone>(
    strategy: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    prop::option::weighted(0.25, strategy)
}

fn any_sku(number: usize) -> impl Strategy<Value = (ItemKey, ItemFacts)> {
    let kinds = prop::sample::select(vec!["OnlineServicesNCE", "Azure", "Software", "SaaS"]);
    let limits = (rarely(1_i64..5), rarely(20_i64..60), rarely(0_i64..20), rarely(0_i64..60));
    let addon = (prop::bool::weighted(0.3), prop::collection::vec(0..SKUS, 0..2));
    let flags = (prop::bool::weighted(0.1), prop::bool::weighted(0.1), prop::bool::weighted(0.2));
    let offered = (any::<bool>(), prop::collection::vec((any_term(), rarely(any_cycle())), 0..3));
    (kinds, limits, addon, flags, offered, any_prices(sku_key(number))).prop_map(
        move |(kind, limits, addon, flags, offered, prices)| {
            let (least, most, base_seats, percent) = limits;
            let id = format!("PRODUCT{number}");
            let (is_trial, is_attested, needs_subscription) = flags;
            let attestation = Attestation { kind: None, enforced: is_attested };
            let sku = Sku {
                product_id: id.clone(),
                id: "0001".into(),
                minimum_quantity: least,
                maximum_quantity: most,
                is_trial: Some(is_trial),
                provisioning_variables: needs_subscription
                    .then(|| "SubscriptionId".into())
                    .into_iter()
                    .collect(),
                attestation: Some(attestation),
                is_addon: addon.0,
                prerequisite_skus: addon.1.into_iter().map(sku_key).collect(),
                minimum_base_seats: base_seats,
                minimum_addon_percent: percent.map(Decimal::from),
                ..Sku::default()
            };
            let facts = ItemFacts {
                product: Some(Product {
                    id: id.clone(),
                    product_type: Some(kind.into()),
                    ..Product::default()
                }),
                sku: Some(sku),
                availabilities: offered
                    .0
                    .then(|| availability(&id, offered.1))
                    .into_iter()
                    .collect(),
                prices,
                ..ItemFacts::default()
            };
            (sku_key(number), facts)
        },
    )
}

fn availability(product: &str, terms: Vec<(Duration, Option<BillingCycle>)>) -> Availability {
    let term =
        |(duration, billing_cycle)| Term { duration, billing_cycle, renewal_options: Vec::new() };
    Availability {
        product_id: product.into(),
        sku_id: "0001".into(),
        id: "AVAILABLE".into(),
        terms: terms.into_iter().map(term).collect(),
        ..Availability::default()
    }
}

fn any_offer(number: usize) -> impl Strategy<Value = (ItemKey, ItemFacts)> {
    let key = ItemKey::offer(&offer_id(number));
    let limit = rarely((any::<bool>(), 0_i64..3));
    (limit, prop::sample::select(vec!["1", "2"]), any::<bool>()).prop_map(
        move |(limit, group, is_priced)| {
            let kind = |is_ever| {
                if is_ever { OwnershipLimit::Lifetime } else { OwnershipLimit::Concurrent }
            };
            let offer = Offer {
                id: offer_id(number),
                sales_group_id: Some(group.into()),
                limit_kind: limit.map(|(is_ever, _)| kind(is_ever)),
                limit: limit.map(|(_, limit)| limit),
                ..Offer::default()
            };
            let row = price(key.clone(), None, BillingCycle::Monthly, "19.99");
            let prices = is_priced.then_some(row).into_iter().collect();
            (key.clone(), ItemFacts { offers: vec![offer], prices, ..ItemFacts::default() })
        },
    )
}

fn any_prices(key: ItemKey) -> impl Strategy<Value = Vec<crate::catalog::model::Price>> {
    let cents = prop_oneof![9 => 0_i64..1_000_000, 1 => Just(i64::MAX)];
    let row = (prop::option::weighted(0.9, any_term()), any_cycle(), cents);
    prop::collection::vec(row, 0..5).prop_map(move |rows| {
        let row = |(term, plan, cents): (Option<Duration>, BillingCycle, i64)| {
            let mut row = price(key.clone(), None, plan, "0");
            (row.term, row.unit_price) = (term, Decimal::new(cents, 2));
            row
        };
        rows.into_iter().map(row).collect()
    })
}

fn any_promotion(number: usize) -> impl Strategy<Value = Promotion> {
    let limits = (rarely(1_i64..10), rarely(10_i64..60), rarely(1_i64..3));
    let flags = (any::<bool>(), prop::bool::weighted(0.2));
    (0..SKUS, limits, flags, 0_i64..100, rarely(0..SKUS)).prop_map(
        move |(sku, (least, most, redemptions_max), flags, percent, owned)| Promotion {
            id: format!("PROMOTION:{number:04}"),
            name: None,
            start: at("2026-01-01"),
            end: at("2027-01-01"),
            is_auto_applicable: flags.0,
            products: vec![PromotedProduct {
                item: sku_key(sku),
                term: None,
                billing_cycle: None,
                discount: Decimal::new(percent, 2),
            }],
            seats: vec![SeatConstraint { least, most }],
            redemptions_max,
            first_purchase_only: flags.1,
            owned_products: owned
                .map(|sku| OwnedProductConstraint { item: sku_key(sku), least: None, most: None })
                .map(|wanted| vec![vec![wanted]])
                .unwrap_or_default(),
            country: None,
            segment: None,
        },
    )
}

/// A line of anything in the catalog, or of nothing.
fn any_input() -> impl Strategy<Value = LineInput> {
    let item = (0..SKUS + OFFERS + 1).prop_map(|number| match number {
        offer if (SKUS..SKUS + OFFERS).contains(&offer) => offer_id(offer - SKUS),
        sku => format!("PRODUCT{sku}:0001:AVAILABLE"),
    });
    let quantity = prop::option::weighted(0.95, prop_oneof![9 => 1_i64..30, 1 => -1_i64..70]);
    let plan = (prop::option::weighted(0.95, any_cycle()), prop::option::weighted(0.9, any_term()));
    let extras = (
        rarely(0_usize..3),
        rarely(prop::sample::select(vec!["2026-03-31", "2026-09-30", "2026-04-15", "2030-01-01"])),
        rarely(prop::sample::select(vec!["517285", "1"])),
        any::<[bool; 3]>(),
    );
    (item, quantity, plan, extras).prop_map(|(item, quantity, (cycle, term), extras)| {
        let (promotion, end, reseller, [has_subscription, is_accepted, renews]) = extras;
        LineInput {
            catalog_item_id: Some(item),
            quantity,
            billing_cycle: cycle.map(Given::Value),
            term_duration: term.map(Given::Value),
            promotion_id: promotion.map(|number| format!("promotion:{number:04}:ANY").into()),
            custom_term_end: end.map(|end| Given::Value(at(end))),
            participants: reseller
                .map(|id| Participant { key: "transaction_reseller".into(), value: id.into() })
                .into_iter()
                .collect(),
            provisioning_context: has_subscription
                .then(|| ("subscriptionId".into(), AZURE_SUBSCRIPTION.into()))
                .into_iter()
                .collect(),
            attestation_accepted: is_accepted.then_some(true),
            renews_to: renews
                .then(|| RenewsTo { term_duration: Some(Given::Value(Duration::months(12))) }),
            ..LineInput::default()
        }
    })
}

fn any_world() -> impl Strategy<Value = World> {
    let skus = [any_sku(0), any_sku(1), any_sku(2), any_sku(3)];
    let offers = [any_offer(0), any_offer(1)];
    let promotions = [any_promotion(0), any_promotion(1), any_promotion(2)];
    let owned = prop::collection::vec((0..SKUS + OFFERS, 0_i64..40), 0..3);
    let stock = prop::collection::vec((0..SKUS, 0_i64..60), 0..3);
    let buyer =
        (any::<bool>(), prop::bool::weighted(0.1), any::<bool>(), prop::bool::weighted(0.8));
    let lines = prop::collection::vec((any_input(), prop::bool::weighted(0.2)), 1..12);
    (skus, offers, promotions, (owned, stock, buyer), lines).prop_map(
        |(skus, offers, promotions, (owned, stock, buyer), inputs)| {
            let mut world = World::new();
            let mut items: BTreeMap<_, _> = skus.into_iter().chain(offers).collect();
            for promotion in promotions {
                let key = Promotion::key_of(&promotion.id);
                let item = &promotion.products[0].item;
                items.entry(item.clone()).or_default().promotions.push(promotion.clone());
                world.facts.promotions.insert(key.clone(), promotion);
                world.facts.redeemed.insert(key, Redeemed { count: 1, seats: 5 });
            }
            world.facts.items =
                items.into_iter().map(|(key, facts)| (key, Arc::new(facts))).collect();
            let key = |number| match number {
                offer if offer >= SKUS => ItemKey::offer(&offer_id(offer - SKUS)),
                sku => sku_key(sku),
            };
            for (number, seats) in owned {
                let owned = Owned { seats, active: 1, concurrent: 1, ever: 2 };
                world.facts.owned.insert(key(number), owned);
            }
            world.facts.stock = stock.into_iter().map(|(sku, left)| (sku_key(sku), left)).collect();
            let (is_indirect, is_sandbox, is_aligned, has_prices) = buyer;
            if is_indirect {
                world.facts.partner.model = PartnerModel::IndirectProvider;
            }
            world.facts.partner.is_sandbox = is_sandbox;
            world.facts.market_has_prices = has_prices;
            if is_aligned {
                let end = at("2026-04-15");
                world.facts.alignments = vec![Alignment { end, is_monthly: false }];
            }
            put_lines(&mut world, inputs);
            world
        },
    )
}

/// Lines, some of them add-ons of the root line before them.
fn put_lines(world: &mut World, inputs: Vec<(LineInput, bool)>) {
    world.lines.clear();
    let mut root = None;
    for (id, (input, is_addon)) in (0..).zip(inputs) {
        let mut new = line(id, input);
        new.parent = root.filter(|_| is_addon);
        if new.parent.is_none() {
            root = Some(id);
        }
        world.lines.push(new);
    }
}

/// The cart of a world, as it is stored.
fn cart_of(world: &World) -> Cart {
    let header = CartHeader {
        id: Uuid::nil(),
        customer_id: "customer".into(),
        created: world.now,
        modified: world.now,
        expires: world.now.plus(Duration::days(7)),
        user: None,
        status: CartStatus::Active,
        attestation_accepted: None,
        version: 1,
        next_line_id: 0,
        errors_left_by_checkout: false,
        groups: Vec::new(),
        line_count: 0,
        standing: None,
    };
    let mut cart = Cart { header, lines: world.lines.clone() };
    evaluate_cart(&mut cart, &world.facts, world.now);
    cart
}

/// Checks out; the lines told as changed are those that differ.
fn check_out(cart: &mut Cart, world: &World) -> (Checkout, Vec<Placed>) {
    let before = cart.lines.clone();
    let (done, orders) = testing::check_out(cart, world);
    let pairs = before.iter().zip(&cart.lines);
    let differing: Vec<_> = pairs.filter(|(old, new)| old != new).map(|(_, new)| new.id).collect();
    assert_eq!(done.changed, differing);
    (done, orders)
}

fn total_of(cart: &Cart, is_counted: impl Fn(i64) -> bool) -> Decimal {
    let lines = cart.lines.iter().filter(|line| is_counted(line.id));
    lines.filter_map(|line| line.pricing.as_ref()).map(|pricing| pricing.extended_price).sum()
}

/// The currency of a line that names none: the availability's, the partner's where the item is
/// priced in it for the segment, the customer's.
#[test]
fn a_line_without_a_currency_gets_the_nearest_one() {
    let currency = |default: Option<&str>, partners: &str, priced: &str, segment: Option<&str>| {
        let mut world = World::new();
        world.facts.partner.currency = partners.into();
        world.facts.buyer.currency = "CHF".into();
        let item = world.licence();
        item.availabilities[0].default_currency = default.map(str::to_owned);
        for row in &mut item.prices {
            row.currency = priced.into();
            row.segment = segment.map(str::to_owned);
        }
        cart_of(&world).lines[0].input.currency_code.clone().unwrap()
    };
    assert_eq!(currency(Some("USD"), "EUR", "EUR", None), "USD");
    assert_eq!(currency(None, "EUR", "EUR", None), "EUR");
    assert_eq!(currency(None, "EUR", "EUR", Some("commercial")), "EUR");
    assert_eq!(currency(None, "EUR", "EUR", Some("education")), "CHF");
    assert_eq!(currency(None, "EUR", "USD", None), "CHF");
    // Also of an item that nobody knows, since the output always has one.
    let mut world = World::new();
    world.input().catalog_item_id = None;
    assert_eq!(cart_of(&world).lines[0].input.currency_code.as_deref(), Some("USD"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn evaluation_is_deterministic_and_says_one_thing_of_each_line(world in any_world()) {
        let cart = cart_of(&world);
        prop_assert_eq!(&cart_of(&world), &cart);
        for (given, line) in world.lines.iter().zip(&cart.lines) {
            prop_assert!(line.error.is_none() || line.pricing.is_none());
            prop_assert!(line.input.currency_code.is_some());
            if let Some(error) = &line.error {
                prop_assert!(RULES.iter().any(|rule| rule.code == error.code));
                let available = error.additional.map(|numbers| numbers.available_quantity);
                prop_assert!(available >= Some(0) || available.is_none());
                // What may be the fault is kept.
                prop_assert_eq!(&line.input.promotion_id, &given.input.promotion_id);
            }
        }
    }

    #[test]
    fn groups_partition_the_lines_in_the_order_of_their_first(world in any_world()) {
        let cart = cart_of(&world);
        let mut expected =
            BTreeMap::from([(PurchaseSystem::Modern, 0), (PurchaseSystem::Legacy, 0)]);
        for group in &cart.header.groups {
            let number = expected.get_mut(&group.key.system).unwrap();
            let prefix = if group.key.system == PurchaseSystem::Legacy { "OMS-" } else { "" };
            prop_assert_eq!(&group.name, &format!("{prefix}{number}"));
            *number += 1;
        }
        let used = |slot| cart.lines.iter().position(|line| line.group == Some(slot));
        let firsts: Vec<_> = cart.header.groups.iter().map(|group| used(group.slot)).collect();
        prop_assert!(firsts.iter().all(Option::is_some) && firsts.is_sorted());
        for line in cart.lines.iter().filter(|line| line.error.is_none() && line.parent.is_none()) {
            prop_assert!(line.group.is_some());
        }
    }

    #[test]
    fn an_error_stays_the_first_of_the_table_when_other_lines_go(world in any_world()) {
        // The first rows of the table ask nothing of other lines.
        let own_codes = [10001, 400_072, 500_600, 10000, 10013];
        let cart = cart_of(&world);
        let roots = cart.lines.iter().enumerate().filter(|(_, line)| line.parent.is_none());
        for (index, line) in roots {
            let own_error = line.error.as_ref().filter(|error| own_codes.contains(&error.code));
            let Some(error) = own_error else { continue };
            let mut alone = world.clone();
            alone.lines = vec![world.lines[index].clone()];
            let outcome = alone.evaluate().swap_remove(0);
            prop_assert_eq!(outcome.error.as_ref().map(|error| error.code), Some(error.code));
        }
    }

    #[test]
    fn a_cart_without_errors_is_ordered_completely_at_the_same_moment(world in any_world()) {
        let before = cart_of(&world);
        let is_good = before.lines.iter().all(|line| line.error.is_none());
        let mut cart = before.clone();
        let (done, orders) = check_out(&mut cart, &world);
        prop_assert_eq!(is_good, done.errors.is_empty());
        prop_assert_eq!(is_good, cart.header.status == CartStatus::Ordered);
        if is_good {
            let ordered = orders.iter().map(|order| order.lines.len()).sum::<usize>();
            prop_assert_eq!(ordered, before.lines.len());
            prop_assert_eq!(orders.len(), before.header.groups.len());
        }
    }

    #[test]
    fn orders_hold_the_good_lines_of_the_groups_that_stand(world in any_world()) {
        let mut cart = cart_of(&world);
        let (done, orders) = check_out(&mut cart, &world);
        let bought: Vec<_> = orders.iter().flat_map(|order| &order.lines).collect();
        let mut ids: Vec<_> = bought.iter().map(|line| line.id).collect();
        ids.sort_unstable();
        let distinct = ids.iter().collect::<std::collections::BTreeSet<_>>().len();
        prop_assert_eq!(distinct, ids.len(), "nothing is in two orders");
        for line in &cart.lines {
            prop_assert_eq!(ids.binary_search(&line.id).is_ok(), cart.header.is_ordered(line));
            prop_assert!(line.error.is_none() || !cart.header.is_ordered(line));
        }
        let priced: Decimal = bought
            .iter()
            .filter_map(|line| line.pricing.as_ref())
            .map(|pricing| pricing.extended_price)
            .sum();
        prop_assert_eq!(priced, total_of(&cart, |id| ids.binary_search(&id).is_ok()));
        for order in &orders {
            let is_priced = order.lines.iter().all(|line| line.pricing.is_some());
            prop_assert_eq!(order.total_price.is_some(), is_priced);
        }
        for (key, sold) in &done.sold {
            prop_assert!(*sold <= world.facts.stock[key], "never more than there is");
        }
    }

    #[test]
    fn a_second_checkout_orders_only_the_rest(world in any_world()) {
        let mut cart = cart_of(&world);
        let (done, first) = check_out(&mut cart, &world);
        let mut again = cart.clone();
        // The stock that was sold is gone.
        let mut later = world.clone();
        for (key, sold) in &done.sold {
            *later.facts.stock.get_mut(key).unwrap() -= sold;
        }
        let (_, second) = check_out(&mut again, &later);
        for line in &cart.lines {
            if cart.header.is_ordered(line) {
                prop_assert!(again.lines.contains(line), "an ordered line changes no more");
            }
        }
        let ordered = first.iter().chain(&second).flat_map(|order| &order.lines);
        let mut ids: Vec<_> = ordered.map(|line| line.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
    }
}
