//! A line operation on the touched lines alone means what it means on the whole cart. Three engines
//! with ids of the same seed do the same; one keeps a standing for every cart in the store, one in
//! memory, the third for none. Their answers and their carts are equal byte for byte.

use std::array;
use std::sync::{Arc, Mutex};

use fastrand::Rng;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::Result;
use crate::cart::tally::{Tally, tally_of};
use crate::document::options::Options;
use crate::engine::cart_cache::CartCache;
use crate::engine::{Engine, Request, unit};
use crate::store::sqlite::tests::statements::Log;
use crate::store::sqlite::{OpenOptions, SqliteStore};
use crate::store::{Durability, Store};

const CUSTOMER: &str = "contoso";
const REQUEST: Request<'static> = Request::new(CUSTOMER, "anna");
/// Sequences that a run plays; more by the environment variable that property tests know.
const SEQUENCES: u64 = 200;
const OPERATIONS_MAX: usize = 12;

/// What is sold: a licence with few seats and a promotion with a pool, what is bought towards it,
/// what has a stock, an offer that is limited, and things that leave each other alone.
const ITEMS: [(&str, &str, &str); 12] = [
    ("LIC:1:A", "monthly", "P1Y"),
    ("SVC:1:A", "monthly", "P1M"),
    ("ADD:1:A", "monthly", "P1Y"),
    ("FLAT:1:A", "monthly", "P1Y"),
    ("MINB:1:A", "monthly", "P1Y"),
    ("PCT:1:A", "monthly", "P1Y"),
    ("STK:1:A", "one_time", ""),
    ("FREE1:1:A", "annual", "P1Y"),
    ("FREE2:1:A", "monthly", "P1Y"),
    ("FREE3:1:A", "one_time", ""),
    ("91FD106F-4B2C-4938-95AC-F54F74E9A239", "monthly", ""),
    ("C94271D8-B431-4A25-A3C5-A57737A1C909", "annual", ""),
];

fn sku(product: &str, more: &Value) -> Value {
    let mut sku = json!({ "productId": product, "id": "1", "title": product });
    sku.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    sku
}

fn addon(product: &str, bases: &[&str], more: &Value) -> Value {
    let mut attributes = json!({ "isAddon": true, "prerequisiteSkus": bases });
    attributes.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    sku(product, &json!({ "dynamicAttributes": attributes }))
}

fn catalog() -> Value {
    let products: Vec<_> =
        ITEMS[..10].iter().map(|item| item.0.split(':').next().unwrap()).collect();
    let availability = |product: &&str, terms: &[&str]| {
        let terms: Vec<_> = terms.iter().map(|term| json!({ "duration": term })).collect();
        json!({ "productId": product, "skuId": "1", "id": "A", "terms": terms })
    };
    let terms_of = |product: &str| match product {
        "STK" | "FREE3" => &[][..],
        _ => &["P1M", "P1Y"][..],
    };
    let price = |product: &&str, term: &str, plan: &str, start: &str| {
        json!({ "productId": product, "skuId": "1", "termDuration": term, "billingPlan": plan,
            "market": "US", "currency": "USD", "unitPrice": 12 + start.len(),
            "effectiveStartDate": start })
    };
    let mut prices = Vec::new();
    for product in &products {
        for term in terms_of(product) {
            for plan in ["monthly", "annual"] {
                prices.push(price(product, term, plan, "2026-01-01"));
                prices.push(price(product, term, plan, "2026-03-11T07:00:00Z"));
            }
        }
        prices.push(price(product, "", "one_time", "2026-01-01"));
    }
    for offer in &ITEMS[10..] {
        for plan in ["monthly", "annual"] {
            prices.push(json!({ "offerId": offer.0, "billingPlan": plan, "market": "US",
                "currency": "USD", "unitPrice": 8 }));
        }
    }
    json!({
        "products": products.iter().map(|id| {
            json!({ "id": id, "productType": { "id": "OnlineServicesNCE" } })
        }).collect::<Vec<_>>(),
        "skus": [
            sku("LIC", &json!({ "maximumQuantity": 60 })),
            sku("SVC", &json!({})),
            addon("ADD", &["LIC:1"], &json!({})),
            addon("FLAT", &["LIC:1", "SVC:1"], &json!({})),
            addon("MINB", &["LIC:1"], &json!({ "minimumBaseSeats": 5 })),
            addon("PCT", &["SVC:1", "FLAT:1"], &json!({ "minimumAddonPercent": 10 })),
            sku("STK", &json!({})), sku("FREE1", &json!({})),
            sku("FREE2", &json!({ "maximumQuantity": 5000 })), sku("FREE3", &json!({})),
        ],
        "availabilities":
            products.iter().map(|id| availability(id, terms_of(id))).collect::<Vec<_>>(),
        "offers": [
            { "id": ITEMS[10].0, "country": "US", "salesGroupId": "a", "limit": 3,
              "limitUnitOfMeasure": "Concurrent" },
            { "id": ITEMS[11].0, "country": "US", "salesGroupId": "b", "isAddOn": true,
              "prerequisiteOffers": [ITEMS[10].0] },
        ],
        "prices": prices,
    })
}

/// A promotion on two items, with a pool of seats and few redemptions.
fn promotion(id: &str, is_automatic: bool, most: i64, redemptions: i64) -> Value {
    let product = |product: &str| {
        json!({ "productId": product, "skuId": "1",
            "pricingPolicies": [{ "policyType": "PercentDiscount", "value": "0.1" }] })
    };
    json!({
        "id": id, "startDate": "2026-01-01", "endDate": "2026-03-10T14:00:00Z",
        "properties": { "isAutoApplicable": is_automatic },
        "requiredProducts": [product("LIC"), product("FREE2")],
        "promotionConstraints": {
            "seatConstraints": [{ "minSeats": 2, "maxSeats": most }],
            "assetOwnershipLimits":
                [{ "type": "LifetimeRedemptionCount", "maxAssets": redemptions }],
        },
    })
}

const AUTOMATIC: &str = "AUTO:1:A";
const NAMED: &str = "NAMED:1:A";

/// Engines that do the same.
struct Triplets {
    engines: [Engine; 3],
    /// The statements of the first one.
    log: Log,
    _folder: TempDir,
}

/// The thresholds of carts that get their standing in the store, in memory, and nowhere.
const STANDINGS: [Thresholds; 3] = [
    Thresholds { in_memory_beyond: usize::MAX, in_store_beyond: 0, part_max: 1 },
    Thresholds { in_memory_beyond: 0, in_store_beyond: usize::MAX, part_max: 1 },
    Thresholds { in_memory_beyond: usize::MAX, in_store_beyond: usize::MAX, part_max: 1 },
];

/// Whether the first of triplets keeps no carts in memory, so that what it reads shows in its
/// statements.
const fn reads_carts(half: u64) -> bool {
    half == 0
}

impl Triplets {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log: Log = Arc::new(Mutex::new(Vec::new()));
        let engines = array::from_fn(|place| {
            let database = folder.path().join(format!("{place}.db"));
            let database = database.to_str().unwrap().to_owned();
            let store = SqliteStore::open(&OpenOptions {
                database: database.clone(),
                durability: Durability::Normal,
                read_only: false,
                busy_timeout_ms: 5_000,
            });
            let store = store.unwrap();
            let is_first = place == 0;
            if is_first {
                store.log_statements(&log);
            }
            let options = Options { id_seed: Some(seed), ..Options::new(database) };
            let mut engine = Engine::on(Box::new(store) as Box<dyn Store>, options);
            let shared = Arc::get_mut(&mut engine.shared).unwrap();
            shared.thresholds = STANDINGS[place];
            if is_first && reads_carts(seed) {
                shared.carts = CartCache::of(0);
            }
            engine
        });
        let triplets = Self { engines, log, _folder: folder };
        triplets.all(|engine| engine.catalog_put(&catalog().to_string())).unwrap();
        triplets
    }

    /// All do it, and answer the same.
    fn all(&self, call: impl Fn(&Engine) -> Result<String>) -> Result<String> {
        let [in_store, in_memory, whole] = self.engines.each_ref().map(call);
        assert_eq!(in_store, whole);
        assert_eq!(in_memory, whole);
        whole
    }

    /// How often the first one has read all lines of a cart since.
    fn readings(&self) -> usize {
        let statements = std::mem::take(&mut *self.log.lock().unwrap());
        let all_lines = "FROM cart_line WHERE key BETWEEN ?1 AND ?2";
        statements.iter().filter(|statement| statement.ends_with(all_lines)).count()
    }

    fn assert_undamaged(&self) {
        for engine in &self.engines {
            let report = engine.check(&mut |_, _| true).unwrap();
            assert!(report.contains(r#""ok":true"#), "{report}");
        }
    }

    fn get(&self, cart: &str) -> Value {
        let cart = self.all(|engine| {
            engine.get(&Request { customer_id: CUSTOMER, ..Request::default() }, cart)
        });
        serde_json::from_str(&cart.unwrap()).unwrap()
    }

    /// What a standing promises: evaluating again changes nothing, and the tallies are those of the
    /// lines. And what is in memory is what is in the store.
    fn assert_stands(&self, cart: &str) {
        let id = Uuid::try_parse(cart).unwrap();
        for engine in &self.engines {
            let shared = &engine.shared;
            unit::read(shared, &REQUEST.scope(Some(id)), |view| {
                let Some(cart) = view.store.cart(&view.scope.customer, id)? else { return Ok(()) };
                let known = view.known_cart(id)?.expect("the store has it");
                assert!(!known.is_whole || *known.cart == cart);
                if standing(view, &known)?.is_none() {
                    return Ok(());
                }
                let facts = view.facts(&cart.lines)?;
                assert!(is_settled(&cart, &facts, view.now));
                let mut expected = tallies_of(&cart.lines, &facts);
                expected.retain(|_, tally| *tally != Tally::default());
                let mut keys = items_asked(&cart.lines, &[], &facts);
                keys.extend(ITEMS.iter().map(|item| ItemKey::of_item(item.0)));
                let stored = Source::new(view, &known).tallies(&keys)?;
                assert_eq!(stored, expected);
                assert!(keys.iter().all(|key| tally_of(&stored, key).lines >= 0));
                Ok(())
            })
            .unwrap();
        }
    }
}

fn pick<'a, T>(rng: &mut Rng, from: &'a [T]) -> &'a T {
    &from[rng.usize(..from.len())]
}

/// One of the items; seldom one that is weighed against its bases, because carts with one are
/// mostly looked at as a whole.
fn random_item(rng: &mut Rng) -> (&'static str, &'static str, &'static str) {
    loop {
        let item = *pick(rng, &ITEMS);
        let is_weighed = item.0.starts_with("MINB") || item.0.starts_with("PCT");
        if !is_weighed || rng.u8(..) < 20 {
            return item;
        }
    }
}

fn random_line(rng: &mut Rng, depth: usize) -> Value {
    let (item, cycle, term) = random_item(rng);
    let mut line = json!({ "catalogItemId": item, "quantity": random_quantity(rng),
        "billingCycle": cycle });
    if !term.is_empty() {
        line["termDuration"] = json!(term);
    }
    if depth < 2 && rng.u8(..) < 90 >> (3 * depth) {
        let addons: Vec<_> = (0..rng.usize(1..=2)).map(|_| random_line(rng, depth + 1)).collect();
        line["addonItems"] = json!(addons);
    }
    if rng.u8(..) < 40 {
        let patch = random_patch(rng);
        line.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
    }
    line
}

/// An id as a host may choose it: mostly one that may be used, now and then one that is far from
/// those that the engine gives.
fn random_id(rng: &mut Rng) -> i64 {
    match rng.u8(..10) {
        0 => (1 << 23) - rng.i64(0..3),
        1 => (1 << 40) + rng.i64(0..3),
        _ => rng.i64(0..40),
    }
}

fn random_quantity(rng: &mut Rng) -> i64 {
    *pick(rng, &[1, 1, 2, 2, 3, 5, 8, 20, 40, 60, 0, 61, 3_000_000_000])
}

fn random_patch(rng: &mut Rng) -> Value {
    let mut patch = json!({});
    for _ in 0..rng.usize(1..=2) {
        let (name, values) = match rng.u8(..14) {
            0..=4 => ("quantity", json!([random_quantity(rng)])),
            5 | 6 => ("catalogItemId", json!([random_item(rng).0, "lic:1:a", "P:S:A", "?", null])),
            7 => ("billingCycle", json!(["monthly", "annual", "one_time", "weekly", null])),
            8 => ("termDuration", json!(["P1M", "P1Y", "a year", null])),
            9 => ("promotionId", json!([AUTOMATIC, NAMED, NAMED, "NONE:1:A", null])),
            10 => ("currencyCode", json!(["USD", "EUR", "euro", null])),
            11 => ("customTermEndDate", json!(["2026-09-30", "2026-03-11", "2025-01-01", null])),
            12 => ("addonItems", json!([[], [random_line(rng, 1)], null])),
            _ => ("friendlyName", json!(["a", "b", null])),
        };
        patch[name] = pick(rng, values.as_array().unwrap()).clone();
    }
    patch
}

/// Catalog, customer and clock go on while a cart is edited.
fn change_the_world(triplets: &Triplets, rng: &mut Rng) {
    match rng.u8(..6) {
        0 => {
            let stock = json!({ "inventory":
                [{ "productId": "STK", "skuId": "1", "availableQuantity": rng.i64(0..30) }] });
            triplets.all(|engine| engine.catalog_put(&stock.to_string())).unwrap();
        }
        1 => {
            let (seats, count) = (rng.i64(5..200), rng.i64(1..12));
            let promotions = json!({ "promotions": [
                promotion(AUTOMATIC, true, seats, 1000), promotion(NAMED, false, 1000, count)] });
            triplets.all(|engine| engine.catalog_put(&promotions.to_string())).unwrap();
        }
        2 => {
            let subscription = json!({ "customerId": CUSTOMER, "subscriptions": [{
                "id": "s", "offerId": pick(rng, &ITEMS).0, "quantity": rng.i64(1..20),
                "status": *pick(rng, &["active", "expired"]), "promotionId": AUTOMATIC,
                "commitmentEndDate": "2026-05-05" }] });
            triplets.all(|engine| engine.customer_put(&subscription.to_string())).unwrap();
        }
        3 => {
            // Another cart takes from the stock, and its customer moves on.
            let lines: Vec<_> = (0..2).map(|_| random_line(rng, 1)).collect();
            let buyer = Request::new(pick::<&str>(rng, &[CUSTOMER, "fabrikam"]), "anna");
            let cart = json!({ "lineItems": lines }).to_string();
            let cart = triplets.all(|engine| engine.create(&buyer, &cart)).unwrap();
            let cart: Value = serde_json::from_str(&cart).unwrap();
            let id = cart["id"].as_str().unwrap();
            drop(triplets.all(|engine| engine.checkout(&buyer, id)));
        }
        _ => {
            let moments = [
                "2026-03-10T12:00:00Z",
                "2026-03-10T13:59:59Z",
                "2026-03-10T14:00:00Z",
                "2026-03-10T14:00:00.0000001Z",
                "2026-03-11T06:59:00Z",
                "2026-03-11T07:00:00Z",
            ];
            set_clock(triplets, pick::<&str>(rng, &moments));
        }
    }
}

fn set_clock(triplets: &Triplets, moment: &str) {
    triplets.engines.iter().for_each(|engine| engine.set_clock(Some(moment)).unwrap());
}

fn ids_of(lines: &Value, ids: &mut Vec<String>) {
    for line in lines.as_array().into_iter().flatten() {
        ids.push(line["id"].as_str().unwrap().to_owned());
        ids_of(&line["addonItems"], ids);
    }
}

/// Where the cart is that an engine keeps in memory. It stays there when a part is put into it, and
/// moves when another takes its place.
fn place_in_memory(engine: &Engine, cart: &str) -> *const Cart {
    let id = Uuid::try_parse(cart).unwrap();
    unit::read(&engine.shared, &REQUEST.scope(Some(id)), |view| {
        Ok(view.known_cart(id)?.map_or(std::ptr::null(), |known| Arc::as_ptr(&known.cart)))
    })
    .unwrap()
}

/// One line operation; answers what it was.
fn operate(triplets: &Triplets, rng: &mut Rng, id: &str) -> String {
    let mut ids = Vec::new();
    ids_of(&triplets.get(id)["lineItems"], &mut ids);
    let line = if rng.u8(..) < 4 { "999" } else { pick(rng, &ids).as_str() };
    match rng.u8(..10) {
        0..=3 => {
            let mut lines: Vec<_> = (0..rng.usize(1..=2)).map(|_| random_line(rng, 0)).collect();
            if rng.u8(..) < 20 {
                lines[0]["id"] = json!(random_id(rng));
            }
            let lines = json!(lines).to_string();
            drop(triplets.all(|engine| engine.line_add(&REQUEST, id, &lines)));
            format!("add {lines}")
        }
        4..=7 => {
            let mut patch = random_patch(rng);
            if rng.u8(..) < 10 {
                patch["addonItems"] = json!([{ "id": random_id(rng), "quantity": 1 }]);
            }
            let patch = patch.to_string();
            drop(triplets.all(|engine| engine.line_change(&REQUEST, id, line, &patch)));
            format!("change {line} {patch}")
        }
        _ => {
            drop(triplets.all(|engine| engine.line_remove(&REQUEST, id, line)));
            format!("remove {line}")
        }
    }
}

/// How many operations there were, and how many of them looked at the touched lines alone.
#[derive(Debug, Default)]
struct Count {
    all: usize,
    of_part_in_store: usize,
    of_part_in_memory: usize,
}

/// Plays a sequence, and counts.
fn run_sequence(triplets: &Triplets, seed: u64, count: &mut Count) {
    let mut rng = Rng::with_seed(seed);
    set_clock(triplets, "2026-03-10T12:00:00Z");
    let mut lines: Vec<_> = (0..rng.usize(1..=9)).map(|_| random_line(&mut rng, 0)).collect();
    if rng.u8(..) < 60 {
        lines[0]["id"] = json!(random_id(&mut rng));
    }
    let cart = json!({ "lineItems": lines }).to_string();
    let cart = triplets.all(|engine| engine.create(&REQUEST, &cart)).unwrap();
    let cart: Value = serde_json::from_str(&cart).unwrap();
    let id = cart["id"].as_str().unwrap();
    for step in 0..rng.usize(1..=OPERATIONS_MAX) {
        match rng.u8(..) {
            0..30 => change_the_world(triplets, &mut rng),
            30..36 => {
                let document = triplets.get(id).to_string();
                drop(triplets.all(|engine| engine.update(&REQUEST, id, &document)));
            }
            36..40 => drop(triplets.all(|engine| engine.checkout(&REQUEST, id))),
            _ => {}
        }
        if triplets.get(id)["status"] == "Ordered" {
            break;
        }
        triplets.readings();
        let [_, in_memory, _] = &triplets.engines;
        let place = place_in_memory(in_memory, id);
        let told = operate(triplets, &mut rng, id);
        count.all += 1;
        // The cart is read as a whole once, to find out what lines it has.
        count.of_part_in_store += usize::from(triplets.readings() == 1);
        count.of_part_in_memory += usize::from(place_in_memory(in_memory, id) == place);
        println!("seed {seed} step {step}: {told}");
        triplets.get(id);
        triplets.assert_stands(id);
    }
}

#[test]
fn operations_on_touched_lines_mean_the_same_on_the_whole_cart() {
    let sequences = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    let sequences = sequences.unwrap_or(SEQUENCES);
    std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            scope.spawn(move || {
                let triplets = Triplets::new(half);
                let mut count = Count::default();
                for seed in (0..sequences).filter(|seed| seed % 2 == half) {
                    run_sequence(&triplets, seed, &mut count);
                }
                println!("{count:?}");
                triplets.assert_undamaged();
                let Count { all, of_part_in_store, of_part_in_memory } = count;
                if reads_carts(half) {
                    assert!(5 * of_part_in_store > 2 * all, "{count:?} shows something");
                }
                assert!(5 * of_part_in_memory > 2 * all, "{count:?} shows something");
            })
        });
        for half in halves {
            half.join().unwrap();
        }
    });
}
