//! The page that a programmer writes by hand in place of an engine: it keeps the same facts of a
//! cart, of its orders and of the subscriptions bought, in three transactions, with prices from a
//! table and lines grouped by what an order has in common. It knows no rules: it checks no
//! quantity, offer, stock or promotion, asks nothing of the subscriptions that it keeps, and never
//! what else has changed.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::Path;

use cart_engine::clock::Clock;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::floor::{configure, flush_commits};
use super::prices;

const SCHEMA: &str = "
    CREATE TABLE price (
      item TEXT NOT NULL, plan TEXT NOT NULL, title TEXT NOT NULL, sales_group TEXT,
      cents INTEGER NOT NULL, currency TEXT NOT NULL,
      PRIMARY KEY (item, plan)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE cart (
      id BLOB NOT NULL PRIMARY KEY, customer TEXT NOT NULL, user TEXT NOT NULL,
      status TEXT NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL,
      modified INTEGER NOT NULL, expires INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX cart_by_customer ON cart (customer, created);
    CREATE TABLE cart_line (
      cart BLOB NOT NULL REFERENCES cart (id), id INTEGER NOT NULL, item TEXT NOT NULL,
      name TEXT NOT NULL, quantity INTEGER NOT NULL, plan TEXT NOT NULL, term TEXT,
      order_group INTEGER NOT NULL, currency TEXT NOT NULL, unit_cents INTEGER NOT NULL,
      cents INTEGER NOT NULL, PRIMARY KEY (cart, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE orders (
      id BLOB NOT NULL PRIMARY KEY, cart BLOB NOT NULL, customer TEXT NOT NULL,
      document TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX orders_by_cart ON orders (cart);
    CREATE INDEX orders_by_customer ON orders (customer);
    CREATE TABLE subscription (
      customer TEXT NOT NULL, id BLOB NOT NULL, orders BLOB NOT NULL, item TEXT NOT NULL,
      name TEXT NOT NULL, quantity INTEGER NOT NULL, status TEXT NOT NULL, plan TEXT NOT NULL,
      term TEXT, created INTEGER NOT NULL, ends INTEGER NOT NULL, PRIMARY KEY (customer, id)
    ) STRICT, WITHOUT ROWID;";

/// How long a cart, and the term of every item, lasts, in the ticks of a clock.
const WEEK: i64 = 7 * 24 * 3_600 * 10_000_000;
const YEAR: i64 = 365 * 24 * 3_600 * 10_000_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Draft {
    line_items: Vec<DraftLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DraftLine {
    catalog_item_id: String,
    friendly_name: String,
    quantity: i64,
    billing_cycle: String,
    term_duration: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cart {
    id: Uuid,
    status: &'static str,
    version: i64,
    creation_timestamp: i64,
    last_modified_user: String,
    line_items: Vec<Line>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: i64,
    catalog_item_id: String,
    friendly_name: String,
    quantity: i64,
    billing_cycle: String,
    term_duration: Option<String>,
    order_group: i64,
    currency_code: String,
    unit_cents: i64,
    total_cents: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    id: Uuid,
    reference_customer_id: String,
    billing_cycle: String,
    currency_code: String,
    line_items: Vec<OrderLine>,
    total_cents: i64,
    creation_date: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderLine {
    line_item_number: i64,
    offer_id: String,
    subscription_id: Uuid,
    term_duration: Option<String>,
    friendly_name: String,
    quantity: i64,
    total_cents: i64,
}

#[derive(Serialize)]
struct CheckedOut {
    orders: Vec<Order>,
}

struct Price {
    sales_group: Option<String>,
    cents: i64,
    currency: String,
}

impl Price {
    fn of_line(&self, quantity: i64) -> i64 {
        self.cents * quantity
    }
}

/// What the lines of one order have in common: billing cycle, currency and sales group.
type GroupKey = (String, String, Option<String>);

/// Numbers the groups in the order in which they come up.
#[derive(Default)]
struct Groups(HashMap<GroupKey, i64>);

impl Groups {
    fn of(&mut self, plan: &str, price: &Price) -> i64 {
        let key = (plan.to_owned(), price.currency.clone(), price.sales_group.clone());
        let next = i64::try_from(self.0.len()).expect("there are few groups");
        *self.0.entry(key).or_insert(next)
    }
}

/// What a transaction is about.
#[derive(Clone, Copy, PartialEq)]
enum Weight {
    Cart,
    Order,
}

/// The page's database.
pub struct Page {
    connection: Connection,
    clock: Clock,
    /// Whether orders alone are flushed to the disk.
    is_lax: bool,
    /// Whether the next commit is.
    is_flushed: Cell<bool>,
}

impl Page {
    /// A new database with the prices of the shop. Commits are flushed to the disk as those of an
    /// engine with durability `full` or `checkout`.
    pub fn open(database: &Path, durability: &str) -> Self {
        let connection = Connection::open(database).expect("the database can be made");
        configure(&connection, "full");
        connection.execute_batch(SCHEMA).expect("the schema is good");
        let (is_lax, is_flushed) = (durability == "checkout", Cell::new(true));
        let page = Self { connection, clock: Clock::default(), is_lax, is_flushed };
        page.in_transaction(Weight::Order, || page.put_prices());
        page
    }

    fn put_prices(&self) {
        let put = "INSERT INTO price VALUES (?1, ?2, ?3, ?4, ?5, 'USD')";
        for price in prices() {
            let cents = i64::try_from(price.cents).expect("prices are small");
            self.run(put, params![price.item, price.plan, price.title, price.sales_group, cents]);
        }
    }

    /// Stores a new cart and answers it.
    pub fn create(&self, customer: &str, user: &str, document: &str) -> String {
        let draft: Draft = serde_json::from_str(document).expect("the cart is good");
        let (id, now) = (Uuid::now_v7(), self.clock.now().ticks());
        let mut groups = Groups::default();
        let lines = draft.line_items.into_iter().zip(0..).map(|(line, id)| {
            let price = self.price(&line.catalog_item_id, &line.billing_cycle);
            Line {
                id,
                order_group: groups.of(&line.billing_cycle, &price),
                total_cents: price.of_line(line.quantity),
                unit_cents: price.cents,
                currency_code: price.currency,
                catalog_item_id: line.catalog_item_id,
                friendly_name: line.friendly_name,
                quantity: line.quantity,
                billing_cycle: line.billing_cycle,
                term_duration: line.term_duration,
            }
        });
        let cart = Cart {
            id,
            status: "Active",
            version: 1,
            creation_timestamp: now,
            last_modified_user: user.to_owned(),
            line_items: lines.collect(),
        };
        self.in_transaction(Weight::Cart, || self.insert(&cart, customer));
        serde_json::to_string(&cart).expect("it can be written")
    }

    fn insert(&self, cart: &Cart, customer: &str) {
        let (id, now) = (cart.id.as_bytes(), cart.creation_timestamp);
        let put = "INSERT INTO cart VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)";
        let user = &cart.last_modified_user;
        self.run(put, params![id, customer, user, cart.status, cart.version, now, now + WEEK]);
        let put = "INSERT INTO cart_line VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let mut statement = self.connection.prepare_cached(put).expect("the statement is good");
        for line in &cart.line_items {
            let row = params![
                id,
                line.id,
                line.catalog_item_id,
                line.friendly_name,
                line.quantity,
                line.billing_cycle,
                line.term_duration,
                line.order_group,
                line.currency_code,
                line.unit_cents,
                line.total_cents,
            ];
            statement.execute(row).expect("the row fits");
        }
    }

    /// Changes the quantity of a line and answers the line's new price.
    pub fn change(&self, cart: &str, user: &str, line: i64, quantity: i64) -> String {
        let id = Uuid::try_parse(cart).expect("it is an id");
        let (now, mut cents) = (self.clock.now().ticks(), 0);
        self.in_transaction(Weight::Cart, || {
            let find = "SELECT item, plan FROM cart_line WHERE cart = ?1 AND id = ?2";
            let mut statement = self.connection.prepare_cached(find).expect("it is good");
            let (item, plan): (String, String) = statement
                .query_row(params![id.as_bytes(), line], |row| Ok((row.get(0)?, row.get(1)?)))
                .expect("the line is there");
            cents = self.price(&item, &plan).of_line(quantity);
            let set = "UPDATE cart_line SET quantity = ?3, cents = ?4 WHERE cart = ?1 AND id = ?2";
            self.run(set, params![id.as_bytes(), line, quantity, cents]);
            let set = "UPDATE cart SET version = version + 1, modified = ?2, user = ?3
                WHERE id = ?1 AND status = 'Active'";
            self.run(set, params![id.as_bytes(), now, user]);
        });
        serde_json::json!({ "id": line, "quantity": quantity, "totalCents": cents }).to_string()
    }

    /// Orders the lines of a cart and answers the orders.
    pub fn check_out(&self, customer: &str, user: &str, cart: &str) -> String {
        let id = Uuid::try_parse(cart).expect("it is an id");
        let now = self.clock.now().ticks();
        let mut orders = Vec::new();
        self.in_transaction(Weight::Order, || {
            orders = self.orders_of(id, customer, now);
            let put = "INSERT INTO orders VALUES (?1, ?2, ?3, ?4)";
            for order in &orders {
                let document = serde_json::to_string(order).expect("it can be written");
                self.run(put, params![order.id.as_bytes(), id.as_bytes(), customer, document]);
                self.put_subscriptions(customer, order, now);
            }
            let set = "UPDATE cart SET version = version + 1, modified = ?2, user = ?3,
                status = 'Ordered' WHERE id = ?1 AND status = 'Active'";
            self.run(set, params![id.as_bytes(), now, user]);
        });
        serde_json::to_string(&CheckedOut { orders }).expect("it can be written")
    }

    fn put_subscriptions(&self, customer: &str, order: &Order, now: i64) {
        let put = "INSERT INTO subscription
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'active', ?7, ?8, ?9, ?10)";
        let mut statement = self.connection.prepare_cached(put).expect("the statement is good");
        for line in &order.line_items {
            let row = params![
                customer,
                line.subscription_id.as_bytes(),
                order.id.as_bytes(),
                line.offer_id,
                line.friendly_name,
                line.quantity,
                order.billing_cycle,
                line.term_duration,
                now,
                now + YEAR,
            ];
            statement.execute(row).expect("the row fits");
        }
    }

    /// The lines of a cart at the prices of now, sorted into orders.
    fn orders_of(&self, cart: Uuid, customer: &str, now: i64) -> Vec<Order> {
        let find = "SELECT item, name, quantity, plan, term FROM cart_line WHERE cart = ?1
            ORDER BY id";
        let mut statement = self.connection.prepare_cached(find).expect("the statement is good");
        let mut rows = statement.query([cart.as_bytes()]).expect("it can be read");
        let (mut groups, mut orders) = (Groups::default(), Vec::<Order>::new());
        while let Some(row) = rows.next().expect("it can be read") {
            let text = |column| row.get::<_, String>(column).expect("it is a text");
            let (item, plan) = (text(0), text(3));
            let quantity = row.get(2).expect("it is a number");
            let price = self.price(&item, &plan);
            let group = usize::try_from(groups.of(&plan, &price)).expect("it is a number");
            if group == orders.len() {
                orders.push(Order {
                    id: Uuid::now_v7(),
                    reference_customer_id: customer.to_owned(),
                    billing_cycle: plan,
                    currency_code: price.currency.clone(),
                    line_items: Vec::new(),
                    total_cents: 0,
                    creation_date: now,
                });
            }
            let order = &mut orders[group];
            order.total_cents += price.of_line(quantity);
            order.line_items.push(OrderLine {
                line_item_number: i64::try_from(order.line_items.len()).expect("they are few"),
                offer_id: item,
                subscription_id: Uuid::new_v4(),
                term_duration: row.get(4).expect("it is a text, if it is there"),
                friendly_name: text(1),
                quantity,
                total_cents: price.of_line(quantity),
            });
        }
        orders
    }

    fn price(&self, item: &str, plan: &str) -> Price {
        let find = "SELECT sales_group, cents, currency FROM price
            WHERE item = ?1 AND plan = ?2";
        let mut statement = self.connection.prepare_cached(find).expect("the statement is good");
        let price = statement.query_row([item, plan], |row| {
            Ok(Price { sales_group: row.get(0)?, cents: row.get(1)?, currency: row.get(2)? })
        });
        price.expect("the item has a price")
    }

    /// Outside of what is measured: the engine checkpoints outside of its calls, too.
    pub fn checkpoint(&self) {
        let sql = "PRAGMA wal_checkpoint(RESTART)";
        self.connection.query_row(sql, [], |_| Ok(())).expect("nobody else is there");
    }

    fn in_transaction(&self, weight: Weight, work: impl FnOnce()) {
        let is_flushed = !self.is_lax || weight == Weight::Order;
        if self.is_flushed.replace(is_flushed) != is_flushed {
            flush_commits(&self.connection, is_flushed);
        }
        self.run("BEGIN IMMEDIATE", []);
        work();
        self.run("COMMIT", []);
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) {
        let mut statement = self.connection.prepare_cached(sql).expect("the statement is good");
        statement.execute(params).expect("nobody else is there");
    }
}
