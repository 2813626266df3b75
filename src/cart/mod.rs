//! The domain: carts, rules, prices, order groups and checkout. Pure: no input or output, no clock,
//! no ids made.

#![deny(clippy::float_arithmetic)]

pub mod change;
pub mod checkout;
mod evaluate;
pub mod model;
pub mod order_group;
pub mod partial;
mod pricing;
mod promotion;
mod proration;
mod resolve;
pub mod rules;
mod seen;
mod settle;
pub mod tally;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use pricing::prices_in_force;
pub use proration::end_to_align;
pub use settle::evaluate;
