//! A small world for the tests of the domain: a catalog with one licence, one reservation and one
//! legacy offer, a customer, and lines that are good until a test spoils them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::cart::checkout::{Checkout, checkout};
use crate::cart::evaluate::{Outcome, evaluate, resolve};
use crate::cart::model::{Cart, Given, Line, LineId, LineInput, Order, OrderLine, Pricing};
use crate::catalog::facts::{Buyer, Facts, Owned, Partner, PartnerModel, Rounding};
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{
    Availability, ItemFacts, Offer, Price, Product, PromotedProduct, Promotion, Sku, Subscription,
    Term,
};
use crate::clock::Timestamp;
use crate::term::{BillingCycle, Duration};

pub(crate) const LICENCE: &str = "CFQ7TTC0LCHC:0002:CFQ7TTC0K971";
pub(crate) const RESERVATION: &str = "DZH318Z0BQ36:004G:DZH318Z08C0S";
pub(crate) const OFFER: &str = "91FD106F-4B2C-4938-95AC-F54F74E9A239";
pub(crate) const AZURE_SUBSCRIPTION: &str = "1c461a25-f729-4fa5-aadb-280947dd05e8";

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Facts, lines and a moment.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub facts: Facts,
    pub lines: Vec<Line>,
    pub now: Timestamp,
}

impl World {
    /// One good line of each kind of item can be bought; the cart has one line of ten licences.
    pub(crate) fn new() -> Self {
        let partner = Partner {
            model: PartnerModel::Direct,
            country: "US".into(),
            currency: "USD".into(),
            is_sandbox: false,
            resellers: vec!["517285".into()],
            rounding: Rounding::HalfUp,
        };
        let buyer =
            Buyer { country: "US".into(), currency: "USD".into(), segment: "commercial".into() };
        let items = [licence(), reservation(), offer()].map(|(key, facts)| (key, Arc::new(facts)));
        let azure = Subscription {
            id: AZURE_SUBSCRIPTION.into(),
            offer_id: "MS-AZR-0145P".into(),
            quantity: 1,
            status: "active".into(),
            ..Subscription::default()
        };
        Self {
            facts: Facts {
                partner,
                buyer,
                items: items.into_iter().collect(),
                market_has_prices: true,
                owned: BTreeMap::new(),
                subscriptions_owned: 0,
                subscriptions: BTreeMap::from([(AZURE_SUBSCRIPTION.into(), azure)]),
                alignments: Vec::new(),
                stock: BTreeMap::new(),
                promotions: BTreeMap::new(),
                redeemed: BTreeMap::new(),
            },
            lines: vec![line(0, licence_input(10))],
            now: at("2026-03-10T12:00:00Z"),
        }
    }

    pub(crate) fn evaluate(&self) -> Vec<Outcome> {
        let lines: Vec<&Line> = self.lines.iter().collect();
        evaluate(&resolve(&lines, &self.facts), &self.facts, self.now)
    }

    /// The first line's wishes.
    pub(crate) fn input(&mut self) -> &mut LineInput {
        &mut self.lines[0].input
    }

    /// Lets the first line buy so many licences.
    pub(crate) fn buy_licences(&mut self, quantity: i64) -> &mut Self {
        *self.input() = licence_input(quantity);
        self
    }

    /// Lets the first line buy a reservation.
    pub(crate) fn buy_reservation(&mut self) -> &mut Self {
        *self.input() = LineInput {
            catalog_item_id: Some(RESERVATION.into()),
            quantity: Some(1),
            billing_cycle: Some(Given::Value(BillingCycle::OneTime)),
            term_duration: Some(Given::Value(Duration::months(12))),
            provisioning_context: vec![("subscriptionId".into(), AZURE_SUBSCRIPTION.into())],
            ..LineInput::default()
        };
        self
    }

    /// Lets the first line buy a legacy offer.
    pub(crate) fn buy_offer(&mut self) -> &mut Self {
        *self.input() = LineInput {
            catalog_item_id: Some(OFFER.into()),
            quantity: Some(10),
            billing_cycle: Some(Given::Value(BillingCycle::Monthly)),
            ..LineInput::default()
        };
        self
    }

    pub(crate) fn item(&mut self, key: &ItemKey) -> &mut ItemFacts {
        Arc::make_mut(self.facts.items.get_mut(key).unwrap())
    }

    pub(crate) fn licence(&mut self) -> &mut ItemFacts {
        self.item(&licence_key())
    }

    pub(crate) fn licence_sku(&mut self) -> &mut Sku {
        self.licence().sku.as_mut().unwrap()
    }

    pub(crate) fn offer(&mut self) -> &mut Offer {
        &mut self.item(&ItemKey::offer(OFFER)).offers[0]
    }

    pub(crate) fn owns(&mut self, key: ItemKey, seats: i64) -> &mut Self {
        self.facts.owned.insert(key, Owned { seats, active: 1, concurrent: 1, ever: 1 });
        self
    }

    /// Offers a promotion on the licence.
    pub(crate) fn promote(&mut self, number: u32, discount: &str) -> &mut Promotion {
        let promotion = Promotion {
            id: format!("39NFJQT1PHSN:{number:04}:39NFJQT1Q5J0"),
            name: None,
            start: at("2026-01-01T00:00:00Z"),
            end: at("2026-12-31T23:59:59Z"),
            is_auto_applicable: true,
            products: vec![PromotedProduct {
                item: licence_key(),
                term: Some(Duration::months(12)),
                billing_cycle: Some(BillingCycle::Monthly),
                discount: amount(discount),
            }],
            seats: Vec::new(),
            redemptions_max: None,
            first_purchase_only: false,
            owned_products: Vec::new(),
            country: None,
            segment: None,
        };
        let promotions = &mut self.licence().promotions;
        promotions.push(promotion);
        promotions.last_mut().unwrap()
    }
}

pub(crate) fn licence_key() -> ItemKey {
    ItemKey::sku("CFQ7TTC0LCHC", "0002")
}

pub(crate) fn line(id: i64, input: impl Into<Box<LineInput>>) -> Line {
    let input = input.into();
    Line { id, parent: None, position: id, input, group: None, error: None, pricing: None }
}

/// So many licences for a year, paid by the month.
pub(crate) fn licence_input(quantity: i64) -> LineInput {
    LineInput {
        catalog_item_id: Some(LICENCE.into()),
        quantity: Some(quantity),
        billing_cycle: Some(Given::Value(BillingCycle::Monthly)),
        term_duration: Some(Given::Value(Duration::months(12))),
        ..LineInput::default()
    }
}

pub(crate) fn price(
    item: ItemKey,
    term: Option<u32>,
    plan: BillingCycle,
    unit_price: &str,
) -> Price {
    Price {
        item,
        term: term.map(Duration::months),
        plan,
        market: "US".into(),
        currency: "USD".into(),
        segment: None,
        unit_price: amount(unit_price),
        erp_price: None,
        start: at("2025-04-01T00:00:00Z"),
        end: at("9999-11-30T23:59:59Z"),
    }
}

fn licence() -> (ItemKey, ItemFacts) {
    let key = licence_key();
    let term = |months, cycle| Term {
        duration: Duration::months(months),
        billing_cycle: Some(cycle),
        renewal_options: vec![Duration::months(12)],
    };
    let facts = ItemFacts {
        product: Some(product("CFQ7TTC0LCHC", "OnlineServicesNCE")),
        sku: Some(Sku {
            product_id: "CFQ7TTC0LCHC".into(),
            id: "0002".into(),
            title: Some("Business Premium".into()),
            minimum_quantity: Some(1),
            maximum_quantity: Some(300),
            supported_billing_cycles: vec![BillingCycle::Monthly, BillingCycle::Annual],
            ..Sku::default()
        }),
        availabilities: vec![availability(
            LICENCE,
            vec![
                term(1, BillingCycle::Monthly),
                term(12, BillingCycle::Monthly),
                term(12, BillingCycle::Annual),
            ],
        )],
        prices: vec![
            price(key.clone(), Some(1), BillingCycle::Monthly, "12"),
            price(key.clone(), Some(12), BillingCycle::Monthly, "120"),
            price(key.clone(), Some(12), BillingCycle::Annual, "115.2"),
        ],
        ..ItemFacts::default()
    };
    (key, facts)
}

fn reservation() -> (ItemKey, ItemFacts) {
    let key = ItemKey::sku("DZH318Z0BQ36", "004G");
    let facts = ItemFacts {
        product: Some(product("DZH318Z0BQ36", "Azure")),
        sku: Some(Sku {
            product_id: "DZH318Z0BQ36".into(),
            id: "004G".into(),
            provisioning_variables: vec!["SubscriptionId".into()],
            purchase_prerequisites: vec!["AzureSubscriptionRegistration".into()],
            arm_region_name: Some("eastus2".into()),
            ..Sku::default()
        }),
        availabilities: vec![availability(
            RESERVATION,
            vec![Term {
                duration: Duration::months(12),
                billing_cycle: None,
                renewal_options: Vec::new(),
            }],
        )],
        prices: vec![price(key.clone(), Some(12), BillingCycle::OneTime, "6000")],
        ..ItemFacts::default()
    };
    (key, facts)
}

fn offer() -> (ItemKey, ItemFacts) {
    let key = ItemKey::offer(OFFER);
    let facts = ItemFacts {
        offers: vec![Offer {
            id: OFFER.into(),
            name: Some("Office 365 Enterprise E3".into()),
            country: Some("US".into()),
            sales_group_id: Some("1".into()),
            ..Offer::default()
        }],
        prices: vec![price(key.clone(), None, BillingCycle::Monthly, "20")],
        ..ItemFacts::default()
    };
    (key, facts)
}

fn product(id: &str, kind: &str) -> Product {
    Product { id: id.into(), product_type: Some(kind.into()), ..Product::default() }
}

fn availability(id: &str, terms: Vec<Term>) -> Availability {
    let parts: Vec<&str> = id.split(':').collect();
    Availability {
        product_id: parts[0].into(),
        sku_id: parts[1].into(),
        id: parts[2].into(),
        catalog_item_id: Some(id.into()),
        default_currency: Some("USD".into()),
        country: Some("US".into()),
        segment: Some("commercial".into()),
        terms,
        ..Availability::default()
    }
}

/// An order that a checkout placed, as far as tests look at it.
#[derive(Debug, PartialEq)]
pub(crate) struct Placed {
    pub id: Uuid,
    pub total_price: Option<Decimal>,
    pub lines: Vec<PlacedLine>,
}

/// A line of such an order.
#[derive(Debug, PartialEq)]
pub(crate) struct PlacedLine {
    pub id: LineId,
    pub pricing: Option<Pricing>,
    pub subscription_id: Option<Uuid>,
    pub parent_subscription_id: Option<String>,
}

impl Placed {
    fn of(order: &Order<'_>) -> Self {
        let line = |line: &OrderLine<'_>| PlacedLine {
            id: line.line.id,
            pricing: line.pricing.copied(),
            subscription_id: line.subscription_id,
            parent_subscription_id: line.parent_subscription_id.as_deref().map(str::to_owned),
        };
        let lines = order.lines.iter().map(line).collect();
        Self { id: order.id, total_price: order.total_price, lines }
    }
}

/// Checks out, with ids that count from one; answers the orders too.
pub(crate) fn check_out(cart: &mut Cart, world: &World) -> (Checkout, Vec<Placed>) {
    let mut count = 0;
    let mut next_id = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let mut placed = Vec::new();
    let mut place = |order: &Order<'_>| placed.push(Placed::of(order));
    let done = checkout(cart, &world.facts, world.now, &mut next_id, &mut place);
    (done, placed)
}
