//! An embedded cart engine: carts, rules, prices, order groups and checkout in one SQLite database,
//! inside the program that links it. Documents go in and come out as JSON, in the shapes of the
//! cart resources of Microsoft Partner Center.
//!
//! A host loads what is for sale, and then lets customers fill carts:
//!
//! ```
//! use cart_engine::{Engine, Request};
//!
//! # fn main() -> cart_engine::Result<()> {
//! let engine = Engine::open(r#"{"database": ":memory:"}"#)?;
//! engine.catalog_put(
//!     r#"{
//!         "products": {"id": "CFQ7TTC0LH18", "productType": {"id": "OnlineServicesNCE"}},
//!         "skus": {"productId": "CFQ7TTC0LH18", "id": "0001", "title": "Business Basic"},
//!         "prices": {
//!             "productId": "CFQ7TTC0LH18", "skuId": "0001", "market": "US", "currency": "USD",
//!             "termDuration": "P1Y", "billingPlan": "monthly", "unitPrice": "364.80",
//!             "effectiveStartDate": "2020-01-01T00:00:00Z"
//!         }
//!     }"#,
//! )?;
//!
//! let request = Request::new("customer-1", "ada@example.com");
//! let cart = engine.create(
//!     &request,
//!     r#"{"lineItems": [{
//!         "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
//!         "quantity": 2, "billingCycle": "monthly", "termDuration": "P1Y"
//!     }]}"#,
//! )?;
//! // Two seats at 364.80 for the year, which is 30.40 a month.
//! assert!(cart.contains(r#""listPrice":30.4"#));
//! assert!(cart.contains(r#""extendedPrice":729.6"#));
//! assert!(cart.contains(r#""orderGroup":"0""#));
//!
//! # let cart: serde_json::Value = serde_json::from_str(&cart).unwrap();
//! # let id = cart["id"].as_str().unwrap();
//! let result = engine.checkout(&request, id)?;
//! assert!(result.contains(r#""totalPrice":729.6"#));
//! # Ok(())
//! # }
//! ```
//!
//! # What to expect
//!
//! - **One [`Engine`] for all threads.** Its methods take `&self`, block until they are done, and
//!   run in parallel. Several engines and processes may open one database file.
//! - **A bad line does not fail a call.** The cart is stored, and the line has an `error` that
//!   names the property, the value and what is allowed. Calls fail with an [`Error`] only when a
//!   request is unusable as a whole, and a call that fails has changed nothing.
//! - **What was answered stays.** With the default durability every answered change survives a loss
//!   of power, and a checkout can be repeated after any failure: it orders once.
//! - **Money is exact.** Amounts are decimal fractions, never binary floating point.
//!
//! The shared and static libraries built from this crate have a C ABI, described in
//! `include/cart_engine.h`; the Rust methods have the names of the C functions.
//!
//! # The house
//!
//! Modules import from those below them only: [`engine`] says what an operation does, step by step;
//! [`document`] reads and writes JSON; [`store`] keeps carts in SQLite; [`cart`] has the rules and
//! is pure; [`catalog`] is what is for sale; [`money`], [`term`], [`clock`] and [`error`] are the
//! ground.
// Said here and not in Cargo.toml: tests, benches and examples are free to fail in the middle.
#![warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod capi;
pub mod cart;
pub mod catalog;
pub mod clock;
pub mod document;
pub mod engine;
pub mod error;
pub mod money;
pub mod store;
pub mod term;

pub use engine::{Engine, Progress, Request};
pub use error::{Error, ErrorKind, Result};
