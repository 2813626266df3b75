//! Line operations mean the same as the update that sends the whole resulting cart: the same lines,
//! errors, prices, groups, and at checkout the same orders. Two shops sell the same. In one a cart
//! is changed by line operations; in the other it gets the document of the first, changed by a
//! plain model of what the operation means. Whoever keeps a copy of the cart and follows the
//! answers of line operations has the cart.

mod support;

use cart_engine::{ErrorKind, Request, Result};
use fastrand::Rng;
use serde_json::{Map, Value, json};
use support::shop::{
    ADDON, LICENCE, OFFER, OFFER_ADDON, SERVICE, STOCKED, Shop, TRIAL, by, cart_of, id_of, parse,
    promotion, stock_of,
};

/// A sequence that failed is run alone by its number, which is its seed.
const SEQUENCES: u64 = 1_000;
const OPERATIONS_MAX: usize = 6;
const TIDY_OPERATIONS_MAX: usize = 10;
const AUTOMATIC: &str = "39NFJQT1PHSN:0008:39NFJQT1Q5J0";
const NAMED: &str = "39NFJQT1NAMD:0001:39NFJQT1Q5J1";
const FIRST: &str = "39NFJQT1FRST:0001:39NFJQT1Q5J2";
const OWNERS: &str = "39NFJQT1OWNR:0001:39NFJQT1Q5J3";
/// A reservation in a region, for an Azure subscription.
const RESERVATION: &str = "DZH318Z0BQ36:004G:DZH318Z08C0S";
const AZURE: &str = "22222222-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
/// An add-on that needs ten seats of the licence, and a quarter of its seats.
const PARTIAL_ADDON: &str = "CFQ7TTC0PART:0001:CFQ7TTC0K112";
/// A licence of few seats with terms to agree to.
const ATTESTED: &str = "CFQ7TTC0ATST:0001:CFQ7TTC0K113";
/// A legacy offer of another sales group, of which a customer has two at a time.
const LIMITED_OFFER: &str = "195416C1-3447-423A-B37B-EE59A99A19C4";
const ITEMS: [&str; 15] = [
    LICENCE,
    LICENCE,
    LICENCE,
    ADDON,
    PARTIAL_ADDON,
    PARTIAL_ADDON,
    ATTESTED,
    STOCKED,
    STOCKED,
    RESERVATION,
    SERVICE,
    TRIAL,
    OFFER,
    OFFER_ADDON,
    LIMITED_OFFER,
];

const TIDY_ITEMS: [&str; 8] =
    [LICENCE, LICENCE, LICENCE, SERVICE, STOCKED, RESERVATION, OFFER, TRIAL];

#[test]
fn line_operations_mean_the_update_that_sends_the_whole_cart() {
    std::thread::scope(|scope| {
        for (half, dialect) in (0..).zip(["2023", "wire"]) {
            scope.spawn(move || {
                let shops = Shops::open(dialect);
                let mut ordered = 0;
                for seed in (0..SEQUENCES).filter(|seed| seed % 2 == half) {
                    ordered += usize::from(run_sequence(&shops, seed));
                }
                assert!(ordered >= 15, "{ordered} sequences order something and go on");
                shops.lines.assert_undamaged();
            });
        }
    });
}

/// What is thrown for a sequence. A tidy one has few faults, so that its carts are checked out.
struct Dice {
    rng: Rng,
    is_tidy: bool,
}

impl Dice {
    fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.rng.usize(..things.len())]
    }

    fn is(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }
}

/// Two shops that sell the same to the same customers.
struct Shops {
    lines: Shop,
    updates: Shop,
}

impl Shops {
    fn open(dialect: &str) -> Self {
        Self { lines: crowded_shop(dialect), updates: crowded_shop(dialect) }
    }

    fn each(&self, act: impl Fn(&Shop)) {
        act(&self.lines);
        act(&self.updates);
    }
}

/// A shop where lines get in each other's way: seats, stock, promotions, limits, bases and add-ons
/// are all scarce.
fn crowded_shop(dialect: &str) -> Shop {
    let shop = Shop::with(json!({
        "dialect": dialect,
        "partner": { "model": "indirect_provider", "resellers": ["517285"] },
    }));
    shop.put(&scarce_catalog());
    shop
}

fn scarce_catalog() -> Value {
    let nce = |id: &str| json!({ "id": id, "productType": { "id": "OnlineServicesNCE" } });
    let price = |product: &str, term: &str, plan: &str, currency: &str, unit: &str| {
        json!({ "productId": product, "skuId": "0001", "termDuration": term, "billingPlan": plan,
                "market": "US", "currency": currency, "unitPrice": unit })
    };
    let mut reservation = price("DZH318Z0BQ36", "P1Y", "OneTime", "USD", "6001.01");
    reservation["skuId"] = json!("004G");
    let mut service = price("DZH318Z0BXWC", "P1M", "Monthly", "EUR", "131.31");
    service["skuId"] = json!("0002");
    let mut first = promotion(FIRST, true);
    first["requiredProducts"][0] = json!({
        "productId": "CFQ7TTC0ATST", "skuId": "0001",
        "pricingPolicies": [{ "policyType": "PercentDiscount", "value": "0.5" }],
    });
    first["promotionConstraints"] = json!({
        "assetOwnershipLimits": [{ "maxAssets": 2, "type": "LifetimeRedemptionCount" }],
        "eligibilityConstraints": [{ "type": "FirstPurchase", "isApplicable": true }],
    });
    let mut owners = promotion(OWNERS, true);
    owners["promotionConstraints"] = json!({
        "productOwnershipConstraints": [[{ "bigId": "CFQ7TTC0LCHC/0002", "minSeats": 150 }]],
    });
    owners["requiredProducts"][0]["pricingPolicies"][0]["value"] = json!("0.15");
    json!({
        "products": [
            nce("CFQ7TTC0PART"), nce("CFQ7TTC0ATST"),
            { "id": "DZH318Z0BQ36", "productType": { "id": "Azure" } },
        ],
        "skus": [
            { "productId": "CFQ7TTC0PART", "id": "0001", "dynamicAttributes": {
                "isAddon": true, "prerequisiteSkus": ["CFQ7TTC0LCHC:0002"],
                "minimumBaseSeats": 110, "minimumAddonPercent": 5 } },
            { "productId": "CFQ7TTC0ATST", "id": "0001", "maximumQuantity": 20,
              "attestationProperties": { "attestationType": "Care", "enforceAttestation": true } },
            { "productId": "DZH318Z0BQ36", "id": "004G", "provisioningVariables": ["SubscriptionId"],
              "dynamicAttributes": { "armRegionName": "eastus2" } },
        ],
        "offers": [{ "id": LIMITED_OFFER, "country": "US", "salesGroupId": "b",
                     "limitUnitOfMeasure": "Concurrent", "limit": 2 }],
        "prices": [
            price("CFQ7TTC0PART", "P1Y", "Monthly", "USD", "7.77"),
            price("CFQ7TTC0ATST", "P1Y", "Monthly", "USD", "99.99"), reservation, service,
            { "offerId": LIMITED_OFFER, "billingPlan": "monthly", "market": "US",
              "currency": "USD", "unitPrice": "3.5" },
        ],
        "promotions": [promotion(AUTOMATIC, true), promotion(NAMED, false), first, owners],
    })
}

/// A customer who owns seats of the licence, pays in euros where he can, and has an Azure
/// subscription that reservations can be made for.
fn put_customer(shop: &Shop, customer: &str) {
    let document = json!({ "customerId": customer, "currency": "EUR", "subscriptions": [
        { "id": "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "offerId": LICENCE, "quantity": 100,
          "termDuration": "P1Y", "commitmentEndDate": "2026-08-17T00:00:00Z" },
        { "id": AZURE, "offerId": "MS-AZR-0145P", "quantity": 1,
          "azureReservation": { "enabled": true, "registered": true } },
    ]});
    shop.engine.customer_put(&document.to_string()).unwrap();
}

/// Runs a sequence; tells whether a part of the cart was ordered and the cart changed afterwards.
fn run_sequence(shops: &Shops, seed: u64) -> bool {
    let mut dice = Dice { rng: Rng::with_seed(seed), is_tidy: seed % 4 < 2 };
    let customer = format!("customer-{seed}");
    shops.each(|shop| put_customer(shop, &customer));
    change_the_world(shops, &mut dice);
    let start = cart_of(&json!(random_lines(&mut dice)));
    let mut pair = Pair::create(shops, by(&customer), &start);
    let most = if dice.is_tidy { TIDY_OPERATIONS_MAX } else { OPERATIONS_MAX };
    for step in 0..dice.rng.usize(1..=most) {
        let told = format!("seed {seed} step {step}");
        let is_checkout = dice.is(if dice.is_tidy { 35 } else { 10 });
        if is_checkout || dice.is(12) {
            change_the_world(shops, &mut dice);
        }
        if is_checkout {
            pair.check_out(&told);
        } else {
            let operation = Operation::random(&pair.cart, &mut dice);
            pair.change(&operation, &format!("{told}: {operation:?}"));
        }
    }
    pair.has_changed_when_partly_ordered
}

/// A cart that is changed by lines, its equal that is changed by updates, and the copy of a host.
struct Pair<'a> {
    shops: &'a Shops,
    request: Request<'a>,
    by_lines: String,
    by_updates: String,
    cart: Value,
    copy: Value,
    is_partly_ordered: bool,
    has_changed_when_partly_ordered: bool,
}

impl<'a> Pair<'a> {
    fn create(shops: &'a Shops, request: Request<'a>, start: &str) -> Self {
        let create = |shop: &Shop| parse(&shop.engine.create(&request, start).unwrap());
        let (cart, other) = (create(&shops.lines), create(&shops.updates));
        let (by_lines, by_updates) = (id_of(&cart), id_of(&other));
        Self {
            shops,
            request,
            by_lines,
            by_updates,
            copy: cart.clone(),
            cart,
            is_partly_ordered: false,
            has_changed_when_partly_ordered: false,
        }
    }

    fn change(&mut self, operation: &Operation, told: &str) {
        let document = operation.applied_to(self.cart.clone()).to_string();
        let answer = operation.run(&self.shops.lines, &self.request, &self.by_lines);
        let updated = self.shops.updates.engine.update(&self.request, &self.by_updates, &document);
        match (&answer, &updated) {
            (Ok(answer), Ok(_)) => {
                follow(&mut self.copy, answer);
                self.has_changed_when_partly_ordered |= self.is_partly_ordered;
            }
            // A document without lines is found wrong before the cart is looked at.
            (Err(one), Err(_)) if self.cart["status"] == "Ordered" => {
                assert_eq!(one.kind(), ErrorKind::CartOrdered, "{told}");
            }
            (Err(one), Err(other)) => assert_eq!(one.kind(), other.kind(), "{told}"),
            _ => panic!("{told}: {answer:?} is not as {updated:?}"),
        }
        self.compare(told);
        assert_eq!(self.copy, self.cart, "{told}: the copy of a host");
    }

    fn check_out(&mut self, told: &str) {
        let one = self.shops.lines.engine.checkout(&self.request, &self.by_lines);
        let other = self.shops.updates.engine.checkout(&self.request, &self.by_updates);
        match (one, other) {
            (Ok(one), Ok(other)) => {
                let (mut one, mut other) = (parse(&one), parse(&other));
                let has_orders = one["orders"].as_array().is_some_and(|orders| !orders.is_empty());
                self.is_partly_ordered = has_orders && !one["orderErrors"].is_null();
                forget_ids(&mut one);
                forget_ids(&mut other);
                assert_eq!(one, other, "{told}: checkout");
            }
            (Err(one), Err(other)) => assert_eq!(one.kind(), other.kind(), "{told}: checkout"),
            (one, other) => panic!("{told}: {one:?} is not as {other:?}"),
        }
        self.compare(told);
        self.copy = self.cart.clone();
    }

    /// Both carts as they are stored are one.
    fn compare(&mut self, told: &str) {
        let get = |shop: &Shop, id: &str| parse(&shop.engine.get(&self.request, id).unwrap());
        let cart = get(&self.shops.lines, &self.by_lines);
        let other = get(&self.shops.updates, &self.by_updates);
        assert_eq!(essence(cart.clone()), essence(other), "{told}");
        self.cart = cart;
    }
}

/// What two carts with the same lines have in common.
fn essence(mut cart: Value) -> Value {
    cart.as_object_mut()
        .unwrap()
        .retain(|name, _| !["id", "attributes", "links"].contains(&&**name));
    cart
}

/// Takes away the ids that each engine makes itself.
fn forget_ids(result: &mut Value) {
    for order in result["orders"].as_array_mut().unwrap() {
        let order = order.as_object_mut().unwrap();
        order.retain(|name, _| !["id", "alternateId"].contains(&&**name));
        for line in order["lineItems"].as_array_mut().unwrap() {
            for name in ["subscriptionId", "parentSubscriptionId"] {
                line.as_object_mut().unwrap().entry(name).and_modify(|id| *id = json!("made"));
            }
        }
    }
}

/// Stock, promotions, regions and what is for sale come and go while a cart is edited.
fn change_the_world(shops: &Shops, dice: &mut Dice) {
    let mut automatic = promotion(AUTOMATIC, true);
    automatic["promotionConstraints"]["seatConstraints"][0]["maxSeats"] =
        json!(dice.rng.i64(5..60));
    let plenty = if dice.is(30) { 3 } else { 20 };
    let mut documents = stock_of(dice.rng.i64(0..plenty));
    documents["promotions"] = json!([automatic]);
    let region = if dice.is(25) { "eastus2" } else { "westus" };
    documents["inventory"].as_array_mut().unwrap().push(json!({
        "productId": "DZH318Z0BQ36", "skuId": "004G", "availableQuantity": dice.rng.i64(0..plenty),
        "restrictions": [{ "reasonCode": "NotAvailableForSubscription",
                           "properties": { "type": "Location", "values": [region] } }],
    }));
    documents["availabilities"] = json!([{
        "productId": "DZH318Z0BXWC", "skuId": "0002", "id": "DZH318Z0BMRV", "country": "US",
        "segment": "commercial", "isPurchasable": dice.is(85),
        "terms": [{ "duration": "P1M", "billingCycle": "monthly" }],
    }]);
    shops.each(|shop| shop.put(&documents));
}

#[derive(Debug)]
enum Operation {
    Add(Vec<Value>),
    Change(String, Value),
    Remove(String),
}

impl Operation {
    fn random(cart: &Value, dice: &mut Dice) -> Self {
        let bad =
            cart["lineItems"].as_array().unwrap().iter().find(|line| line["error"] != Value::Null);
        if let Some(bad) = bad.filter(|_| dice.is_tidy && dice.is(70)) {
            return Self::Remove(line_id(bad));
        }
        let ids = ids_of(cart);
        let id = ids[dice.rng.usize(..ids.len())].clone();
        match dice.rng.u8(..10) {
            0..=3 => Self::Add(random_lines(dice)),
            4..=7 => Self::Change(id, random_patch(dice)),
            _ => Self::Remove(id),
        }
    }

    fn run(&self, shop: &Shop, request: &Request<'_>, cart: &str) -> Result<Value> {
        let engine = &shop.engine;
        let answer = match self {
            Self::Add(lines) => engine.line_add(request, cart, &json!(lines).to_string()),
            Self::Change(id, patch) => engine.line_change(request, cart, id, &patch.to_string()),
            Self::Remove(id) => engine.line_remove(request, cart, id),
        };
        answer.map(|answer| parse(&answer))
    }

    /// The cart's document as it is meant to be afterwards.
    fn applied_to(&self, mut cart: Value) -> Value {
        let lines = cart["lineItems"].as_array_mut().unwrap();
        match self {
            Self::Add(added) => lines.extend(added.iter().cloned()),
            Self::Change(id, patch) => with_line(lines, id, &mut |lines, at| {
                let id = lines[at]["id"].clone();
                merge(&mut lines[at], patch);
                lines[at]["id"] = id;
            }),
            Self::Remove(id) => with_line(lines, id, &mut |lines, at| _ = lines.remove(at)),
        }
        cart
    }
}

/// The ids of all lines and add-ons.
fn ids_of(cart: &Value) -> Vec<String> {
    fn collect(lines: &Value, ids: &mut Vec<String>) {
        for line in lines.as_array().into_iter().flatten() {
            ids.push(line_id(line));
            collect(&line["addonItems"], ids);
        }
    }
    let mut ids = Vec::new();
    collect(&cart["lineItems"], &mut ids);
    ids
}

/// A line's id as text: in one dialect it is a number.
fn line_id(line: &Value) -> String {
    line["id"].as_str().map_or_else(|| line["id"].to_string(), str::to_owned)
}

/// Finds a line or add-on and does something with the list that it stands in.
fn with_line(lines: &mut Vec<Value>, id: &str, act: &mut dyn FnMut(&mut Vec<Value>, usize)) {
    if let Some(at) = lines.iter().position(|line| line_id(line) == id) {
        return act(lines, at);
    }
    for line in lines {
        if let Some(Value::Array(addons)) = line.get_mut("addonItems") {
            with_line(addons, id, act);
        }
    }
}

/// RFC 7396, with names that match without regard to case.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().unwrap();
    for (name, value) in patch {
        let known = target.keys().find(|known| known.eq_ignore_ascii_case(name)).cloned();
        let name = known.unwrap_or_else(|| name.clone());
        match value {
            Value::Null => _ = target.remove(&name),
            value => merge(target.entry(name).or_insert(Value::Null), value),
        }
    }
}

/// What a host does to its copy of a cart with the answer of a line operation.
fn follow(copy: &mut Value, answer: &Value) {
    let mut lines = copy["lineItems"].as_array().unwrap().clone();
    *copy = answer["cart"].clone();
    copy.as_object_mut().unwrap().remove("lineCount").unwrap();
    for id in answer["removed"].as_array().unwrap() {
        remove_line(&mut lines, id);
    }
    rename_groups(&mut lines, answer["orderGroups"].as_object().unwrap());
    for told in answer["lineItems"].as_array().unwrap() {
        match lines.iter().position(|line| line["id"] == told["id"]) {
            Some(at) => lines[at] = told.clone(),
            None => lines.push(told.clone()),
        }
    }
    copy["lineItems"] = json!(lines);
}

fn remove_line(lines: &mut Vec<Value>, id: &Value) {
    lines.retain(|line| line["id"] != *id);
    for line in lines {
        if let Some(Value::Array(addons)) = line.get_mut("addonItems") {
            remove_line(addons, id);
            if addons.is_empty() {
                line.as_object_mut().unwrap().remove("addonItems");
            }
        }
    }
}

fn rename_groups(lines: &mut [Value], names: &Map<String, Value>) {
    for line in lines {
        let name = line["orderGroup"].as_str().and_then(|old| names.get(old)).cloned();
        if let Some(name) = name {
            line["orderGroup"] = name;
        }
        if let Some(Value::Array(addons)) = line.get_mut("addonItems") {
            rename_groups(addons, names);
        }
    }
}

fn random_lines(dice: &mut Dice) -> Vec<Value> {
    (0..dice.rng.usize(1..=4)).map(|_| random_line(dice, 0)).collect()
}

/// A line that is often good.
fn random_line(dice: &mut Dice, depth: usize) -> Value {
    let item = dice.one_of(if dice.is_tidy { &TIDY_ITEMS[..] } else { &ITEMS });
    let (cycle, term) = match item {
        STOCKED => ("one_time", ""),
        RESERVATION => ("one_time", "P1Y"),
        SERVICE => ("monthly", "P1M"),
        TRIAL => ("none", "P1M"),
        OFFER | OFFER_ADDON => (dice.one_of(&["monthly", "monthly", "annual"]), ""),
        LIMITED_OFFER => ("monthly", ""),
        LICENCE => (dice.one_of(&["monthly", "monthly", "annual"]), "P1Y"),
        _ => ("monthly", "P1Y"),
    };
    let mut line = support::shop::line(item, random_quantity(dice), cycle, term);
    if item == RESERVATION {
        line["provisioningContext"] = json!({ "subscriptionId": AZURE });
    }
    if item == ATTESTED {
        line["attestationAccepted"] = json!(dice.is_tidy || dice.is(90));
    }
    if depth < 2 && cycle == "monthly" && dice.is([40, 5][depth]) {
        let count = dice.rng.usize(1..=2);
        let addons: Vec<_> = (0..count).map(|_| random_addon(dice, item, depth)).collect();
        line["addonItems"] = json!(addons);
    }
    if dice.is(if dice.is_tidy { 2 } else { 25 }) {
        merge(&mut line, &random_patch(dice));
    }
    line
}

/// Mostly an add-on of what it hangs on, now and then anything.
fn random_addon(dice: &mut Dice, root: &str, depth: usize) -> Value {
    if dice.is(if dice.is_tidy { 2 } else { 20 }) {
        return random_line(dice, depth + 1);
    }
    let quantity = random_quantity(dice);
    match root {
        OFFER => support::shop::line(OFFER_ADDON, quantity, "monthly", ""),
        LICENCE => {
            let item = dice.one_of(&[ADDON, ADDON, PARTIAL_ADDON]);
            support::shop::line(item, quantity, "monthly", "P1Y")
        }
        _ => support::shop::line(LICENCE, quantity, "monthly", "P1Y"),
    }
}

fn random_quantity(dice: &mut Dice) -> i64 {
    const SMALL: [i64; 6] = [1, 1, 2, 5, 5, 8];
    const ANY: [i64; 17] = [1, 1, 1, 2, 5, 5, 8, 10, 15, 20, 40, 100, 199, 200, 201, 0, 301];
    dice.one_of(if dice.is_tidy { &SMALL[..] } else { &ANY })
}

/// A few properties, good and bad ones, or `null`.
fn random_patch(dice: &mut Dice) -> Value {
    let mut patch = json!({});
    if dice.is_tidy && dice.is(80) {
        patch["quantity"] = json!(random_quantity(dice));
        return patch;
    }
    for _ in 0..dice.rng.usize(1..=3) {
        let (name, values) = match dice.rng.u8(..16) {
            0..=4 => ("quantity", json!([random_quantity(dice)])),
            5 => ("catalogItemId", json!([LICENCE, ADDON, STOCKED, OFFER, "P:S:A", "?", null])),
            6 => ("billingCycle", json!(["monthly", "annual", "one_time", "weekly", null])),
            7 => ("termDuration", json!(["P1M", "P1Y", "a year", null])),
            8 => ("promotionId", json!([AUTOMATIC, NAMED, NAMED, FIRST, OWNERS, "NO:1:N", null])),
            9 => ("currencyCode", json!(["USD", "usd", "EUR", "euro", null])),
            10 => ("customTermEndDate", json!(["2026-09-30", "2026-08-17", "2025-01-01", null])),
            11 => (
                "provisioningContext",
                json!([{ "a": "1" }, { "a": null, "b": "2" }, { "SubscriptionId": AZURE },
                       { "subscriptionId": "33333333-aaaa-4aaa-8aaa-aaaaaaaaaaaa" }, null]),
            ),
            12 => ("attestationAccepted", json!([true, false, null])),
            13 => (
                "participants",
                json!([[{ "key": "transactionReseller", "value": "517285" }],
                       [{ "key": "transaction_reseller", "value": "1" }], [], null]),
            ),
            14 => ("friendlyName", json!(["a", "b".repeat(257), "", null])),
            _ => ("renewsTo", json!([[{ "termDuration": "P1M" }], [{}], [], null])),
        };
        let values = values.as_array().unwrap();
        patch[name] = values[dice.rng.usize(..values.len())].clone();
    }
    patch
}

#[test]
fn the_model_knows_what_the_last_line_means() {
    let shops = Shops::open("2023");
    let start = cart_of(&json!([support::shop::licences(1)]));
    let pair = Pair::create(&shops, by("c"), &start);
    let operation = Operation::Remove("0".to_owned());
    let document = operation.applied_to(pair.cart.clone()).to_string();
    let outcomes = [
        operation.run(&shops.lines, &pair.request, &pair.by_lines).map(drop),
        shops.updates.engine.update(&pair.request, &pair.by_updates, &document).map(drop),
    ];
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}
