//! What is for sale: item ids, the documents that the host loads, and the facts that rules may ask.

pub mod facts;
pub mod item_id;
pub mod model;
pub mod price_sheet;
