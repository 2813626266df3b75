//! A shop to test the engine with: a database file, a catalog with one thing of each kind, and
//! short words for calls.

use std::path::{Path, PathBuf};

use cart_engine::{Engine, Error, ErrorKind, Request};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Who buys where it does not matter who.
pub const CUSTOMER: &str = "28045616-f6b9-462f-9701-0d89b5e65c44";
/// Who sells.
pub const USER: &str = "1824b7fc-2fac-4478-b177-66823c40ab75";
/// When everything happens unless a test moves the clock.
pub const NOW: &str = "2026-03-10T12:00:00Z";

/// Licences, monthly or yearly: 1 to 300 seats.
pub const LICENCE: &str = "CFQ7TTC0LCHC:0002:CFQ7TTC0K971";
/// An add-on of the licence.
pub const ADDON: &str = "CFQ7TTC0ADDN:0001:CFQ7TTC0K111";
/// Software for ever, of which a stock may be put.
pub const STOCKED: &str = "DG7GMGF0DWTL:0001:DG7GMGF0DSFM";
/// A service, monthly.
pub const SERVICE: &str = "DZH318Z0BXWC:0002:DZH318Z0BMRV";
/// A trial.
pub const TRIAL: &str = "DZH318Z0C0WF:0001:DZH318Z0BP69";
/// A legacy offer, and a legacy add-on of it.
pub const OFFER: &str = "91FD106F-4B2C-4938-95AC-F54F74E9A239";
pub const OFFER_ADDON: &str = "C94271D8-B431-4A25-A3C5-A57737A1C909";

/// An engine on a database file of its own, with a catalog.
pub struct Shop {
    /// Goes last: the engine has the file open.
    pub engine: Engine,
    options: Value,
    folder: TempDir,
}

impl Shop {
    /// A shop with default options, at [`NOW`].
    pub fn open() -> Self {
        Self::with(json!({}))
    }

    /// A shop with options of its own besides the database. Commits do not wait for the disk unless
    /// asked to.
    pub fn with(options: Value) -> Self {
        let shop = Self::empty(options);
        let answer = parse(&shop.engine.catalog_put(&catalog().to_string()).unwrap());
        assert_eq!(answer["rejected"], json!([]));
        shop
    }

    /// A shop without a catalog.
    pub fn empty(mut options: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        options["database"] = json!(folder.path().join("carts.db"));
        if options["durability"].is_null() {
            options["durability"] = json!("normal");
        }
        let engine = open(&options);
        Self { engine, options, folder }
    }

    /// Another engine on the same database.
    pub fn another(&self) -> Engine {
        open(&self.options)
    }

    /// The same database under another option.
    pub fn with_engine(mut self, name: &str, value: Value) -> Self {
        self.options[name] = value;
        self.reopened()
    }

    /// Closes the engine and opens the database anew.
    pub fn reopened(self) -> Self {
        self.engine.close().unwrap();
        Self { engine: open(&self.options), options: self.options, folder: self.folder }
    }

    /// The options that the engine was opened with.
    pub fn options(&self) -> &Value {
        &self.options
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.folder().join("carts.db")
    }

    /// Where the database file lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stores a cart of these lines.
    #[track_caller]
    pub fn create(&self, lines: &Value) -> Value {
        parse(&self.engine.create(&by(CUSTOMER), &cart_of(lines)).unwrap())
    }

    /// The cart as it is stored.
    #[track_caller]
    pub fn get(&self, id: &str) -> Value {
        parse(&self.get_text(id))
    }

    /// The cart as it is stored, byte for byte.
    #[track_caller]
    pub fn get_text(&self, id: &str) -> String {
        self.engine.get(&reader(), id).unwrap()
    }

    /// Sends a whole cart.
    #[track_caller]
    pub fn update(&self, id: &str, cart: &Value) -> Value {
        parse(&self.engine.update(&by(CUSTOMER), id, &cart.to_string()).unwrap())
    }

    /// Checks a cart out.
    #[track_caller]
    pub fn checkout(&self, id: &str) -> Value {
        parse(&self.engine.checkout(&by(CUSTOMER), id).unwrap())
    }

    /// Puts catalog documents, all of which have to be good.
    #[track_caller]
    pub fn put(&self, documents: &Value) {
        let answer = parse(&self.engine.catalog_put(&documents.to_string()).unwrap());
        assert_eq!(answer["rejected"], json!([]));
    }

    /// Puts so much of the stocked item into the stock.
    #[track_caller]
    pub fn stock(&self, quantity: i64) {
        self.put(&stock_of(quantity));
    }

    /// What a customer owns.
    #[track_caller]
    pub fn subscriptions(&self, customer: &str) -> Vec<Value> {
        let customer = parse(&self.engine.customer_get(customer).unwrap());
        customer["subscriptions"].as_array().unwrap().clone()
    }

    /// Moves the clock.
    #[track_caller]
    pub fn at(&self, moment: &str) {
        self.engine.set_clock(Some(moment)).unwrap();
    }

    /// Looks for damage.
    #[track_caller]
    pub fn assert_undamaged(&self) {
        assert_eq!(self.engine.check(&mut |_, _| true).unwrap(), r#"{"ok":true}"#);
    }
}

/// An engine at [`NOW`].
pub fn open(options: &Value) -> Engine {
    let engine = Engine::open(&options.to_string()).unwrap();
    engine.set_clock(Some(NOW)).unwrap();
    engine
}

/// A request of a customer.
pub fn by(customer: &str) -> Request<'_> {
    Request::new(customer, USER)
}

/// A request that tells nothing but the customer.
pub fn reader() -> Request<'static> {
    Request { customer_id: CUSTOMER, ..Request::default() }
}

/// A request of the customer for a cart with this etag.
pub fn matching(etag: &str) -> Request<'_> {
    Request { if_match: Some(etag), ..by(CUSTOMER) }
}

/// A request of the customer that is not to be done twice.
pub fn once(request_id: &str) -> Request<'_> {
    Request { request_id: Some(request_id), ..by(CUSTOMER) }
}

/// Reads a document of the engine.
#[track_caller]
pub fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The document of a cart.
pub fn cart_of(lines: &Value) -> String {
    json!({ "lineItems": lines }).to_string()
}

/// A line of licences for a year, billed monthly.
pub fn licences(quantity: i64) -> Value {
    line(LICENCE, quantity, "monthly", "P1Y")
}

/// A line.
pub fn line(item: &str, quantity: i64, cycle: &str, term: &str) -> Value {
    let mut line = json!({ "catalogItemId": item, "quantity": quantity, "billingCycle": cycle });
    if !term.is_empty() {
        line["termDuration"] = json!(term);
    }
    line
}

/// A line of what has a stock.
pub fn stocked(quantity: i64) -> Value {
    line(STOCKED, quantity, "one_time", "")
}

/// A line with an id.
pub fn with_id(id: i64, mut line: Value) -> Value {
    line["id"] = json!(id);
    line
}

/// A line with add-ons.
pub fn with_addons(mut line: Value, addons: Value) -> Value {
    line["addonItems"] = addons;
    line
}

/// A string in a document.
#[track_caller]
pub fn text<'v>(document: &'v Value, name: &str) -> &'v str {
    document[name].as_str().unwrap_or_else(|| panic!("no {name} in {document}"))
}

/// The id of a document.
#[track_caller]
pub fn id_of(document: &Value) -> String {
    text(document, "id").to_owned()
}

/// The etag of a cart, or of the header of one.
#[track_caller]
pub fn etag(cart: &Value) -> String {
    text(&cart["attributes"], "etag").to_owned()
}

/// One property of each root line.
pub fn of_lines<'v>(cart: &'v Value, name: &str) -> Vec<&'v Value> {
    cart["lineItems"].as_array().unwrap().iter().map(|line| &line[name]).collect()
}

/// The error codes of the root lines; 0 where there is none.
pub fn error_codes(cart: &Value) -> Vec<i64> {
    let code = |error: &Value| error["errorCode"].as_i64().unwrap_or(0);
    of_lines(cart, "error").into_iter().map(code).collect()
}

/// That a call failed, and how.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>, kind: ErrorKind) -> Error {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    error
}

/// The catalog documents that put a stock.
pub fn stock_of(quantity: i64) -> Value {
    json!({ "inventory": [
        { "productId": "DG7GMGF0DWTL", "skuId": "0001", "availableQuantity": quantity },
    ]})
}

fn price(product: &str, sku: &str, term: &str, plan: &str, unit: &str) -> Value {
    json!({
        "productId": product, "skuId": sku, "termDuration": term, "billingPlan": plan, "market": "US",
        "currency": "USD", "segment": "Commercial", "unitPrice": unit,
        "effectiveStartDate": "2019-01-01T00:00:00Z", "effectiveEndDate": "9999-12-31T23:59:59Z",
    })
}

fn offer_price(offer: &str, plan: &str, unit: &str) -> Value {
    json!({
        "offerId": offer, "billingPlan": plan, "market": "US", "currency": "USD", "unitPrice": unit,
    })
}

fn availability(item: &str, terms: &Value) -> Value {
    let parts: Vec<_> = item.split(':').collect();
    json!({
        "productId": parts[0], "skuId": parts[1], "id": parts[2], "catalogItemId": item,
        "defaultCurrency": { "code": "USD", "symbol": "$" }, "segment": "commercial",
        "country": "US", "isPurchasable": true, "isRenewable": true, "terms": terms,
    })
}

/// One thing of each kind, with prices for the market US.
pub fn catalog() -> Value {
    json!({
        "products": [
            { "id": "CFQ7TTC0LCHC", "title": "Office", "productType": { "id": "OnlineServicesNCE" } },
            { "id": "CFQ7TTC0ADDN", "title": "Calls", "productType": { "id": "OnlineServicesNCE" } },
            { "id": "DG7GMGF0DWTL", "title": "Server", "productType": { "id": "Software" } },
            { "id": "DZH318Z0BXWC", "title": "Firewall", "productType": { "id": "SaaS" } },
            { "id": "DZH318Z0C0WF", "title": "Backup", "productType": { "id": "SaaS" } },
        ],
        "skus": skus(),
        "availabilities": [
            availability(LICENCE, &json!([
                { "duration": "P1M", "billingCycle": "monthly" },
                { "duration": "P1Y", "billingCycle": "monthly",
                  "renewalOptions": [{ "termDuration": "P1M" }, { "termDuration": "P1Y" }] },
                { "duration": "P1Y", "billingCycle": "annual" },
            ])),
            availability(ADDON, &json!([
                { "duration": "P1M", "billingCycle": "monthly" },
                { "duration": "P1Y", "billingCycle": "monthly" },
            ])),
            availability(STOCKED, &json!([])),
            availability(SERVICE, &json!([{ "duration": "P1M", "billingCycle": "monthly" }])),
            availability(TRIAL, &json!([{ "duration": "P1M", "billingCycle": "none" }])),
        ],
        "offers": [
            { "id": OFFER, "name": "Office, older", "minimumQuantity": 1, "maximumQuantity": 50,
              "isAvailableForPurchase": true, "salesGroupId": "a", "country": "US",
              "supportedBillingCycles": ["monthly", "annual"] },
            { "id": OFFER_ADDON, "name": "Calls, older", "isAvailableForPurchase": true,
              "isAddOn": true, "prerequisiteOffers": [OFFER], "salesGroupId": "a", "country": "US",
              "supportedBillingCycles": ["monthly", "annual"] },
        ],
        "prices": [
            price("CFQ7TTC0LCHC", "0002", "P1M", "Monthly", "12.5"),
            price("CFQ7TTC0LCHC", "0002", "P1Y", "Monthly", "120"),
            price("CFQ7TTC0LCHC", "0002", "P1Y", "Annual", "110"),
            price("CFQ7TTC0ADDN", "0001", "P1M", "Monthly", "2.5"),
            price("CFQ7TTC0ADDN", "0001", "P1Y", "Monthly", "24"),
            price("DG7GMGF0DWTL", "0001", "", "OneTime", "2485"),
            price("DZH318Z0BXWC", "0002", "P1M", "Monthly", "149.50"),
            price("DZH318Z0C0WF", "0001", "P1M", "None", "0"),
            offer_price(OFFER, "monthly", "8"),
            offer_price(OFFER, "annual", "90"),
            offer_price(OFFER_ADDON, "monthly", "1"),
            offer_price(OFFER_ADDON, "annual", "11"),
        ],
    })
}

fn skus() -> Value {
    json!([
        { "productId": "CFQ7TTC0LCHC", "id": "0002", "title": "Office E5", "minimumQuantity": 1,
          "maximumQuantity": 300, "supportedBillingCycles": ["monthly", "annual"] },
        { "productId": "CFQ7TTC0ADDN", "id": "0001", "title": "Calls for Office",
          "minimumQuantity": 1, "maximumQuantity": 10000, "supportedBillingCycles": ["monthly"],
          "dynamicAttributes": { "isAddon": true, "prerequisiteSkus": ["CFQ7TTC0LCHC:0002"] } },
        { "productId": "DG7GMGF0DWTL", "id": "0001", "title": "Server 2016", "minimumQuantity": 1,
          "maximumQuantity": 10000, "supportedBillingCycles": ["one_time"],
          "purchasePrerequisites": ["InventoryCheck"] },
        { "productId": "DZH318Z0BXWC", "id": "0002", "title": "Firewall, medium",
          "minimumQuantity": 1, "maximumQuantity": 1000, "supportedBillingCycles": ["monthly"] },
        { "productId": "DZH318Z0C0WF", "id": "0001", "title": "Backup, trial",
          "minimumQuantity": 1, "maximumQuantity": 10000, "isTrial": true,
          "supportedBillingCycles": ["none"] },
    ])
}

/// A promotion on licences for a year: 10 % off, for at least 5 seats on a line and at most 40 in
/// all.
pub fn promotion(id: &str, is_automatic: bool) -> Value {
    json!({
        "id": id, "name": "10 % off", "startDate": "2026-01-01T00:00:00Z",
        "endDate": "2026-12-31T00:00:00Z", "properties": { "isAutoApplicable": is_automatic },
        "requiredProducts": [{
            "productId": "CFQ7TTC0LCHC", "skuId": "0002",
            "term": { "duration": "P1Y", "billingCycle": "monthly" },
            "pricingPolicies": [{ "policyType": "PercentDiscount", "value": "0.1" }],
        }],
        "promotionConstraints": { "seatConstraints": [{ "minSeats": 5, "maxSeats": 40 }] },
    })
}
