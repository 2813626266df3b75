//! An embedded cart engine.

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
