//! JSON in and out. Input is read tolerantly: any dialect, any case. Output is written in the
//! dialect of the engine. No other room knows how a property is spelled.
//!
//! Documents come in through a small tree (`json`) and a cursor that knows its path (`node`), so
//! that whatever is wrong is told with the property's name; carts as most hosts write them are read
//! without it (`plain_in`). They go out through one `writer` into
//! one string.

#[cfg(test)]
mod arbitrary;
mod cart_in;
mod cart_out;
mod catalog_in;
mod customer;
mod error_out;
mod found_out;
mod json;
mod line_in;
mod node;
mod number;
pub mod options;
mod options_in;
mod options_out;
mod order_out;
mod page;
mod plain_in;
mod queries;
mod reports;
mod unescaped;
mod unexpressed;
mod value;
mod word;
mod writer;

pub use cart_in::{patch_line, read_cart, read_lines};
pub use cart_out::{write_cart, write_cart_page, write_header, write_line_changes};
pub use catalog_in::{Rejected, read_catalog, read_catalog_keys, write_put_answer};
pub use customer::{CustomerPut, read_customer, write_customer};
pub use error_out::write_error;
pub use found_out::{FoundItem, write_found};
pub use json::{DEPTH_MAX, check_size};
pub use options_in::read_options;
pub use options_out::write_options;
pub use order_out::{join_order, write_checkout, write_order_body, write_order_page};
pub use page::read_after;
pub use queries::{
    FindQuery, ImportOptions, OnBadRow, PurgeOptions, Sought, read_cart_query, read_find_query,
    read_import_options, read_order_query, read_purge_options,
};
pub use reports::{
    write_backup, write_check, write_imported, write_purged, write_removed, write_stats,
};
pub use unexpressed::{keep_unexpressed, keep_unexpressed_of_cart};
