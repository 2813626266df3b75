//! The domain: carts, rules, prices, order groups and checkout. Pure: no input or output, no clock, no ids made.

pub mod model;
