//! The engine: what every operation does, step by step.

pub(crate) mod request;

use crate::error::Result;

/// Who asks, and how a call is to be taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// The customer whose cart or order it is.
    pub customer_id: &'a str,
    /// Who acts; required on changes, becomes `lastModifiedUser`.
    pub user: Option<&'a str>,
    /// Guards against doing a thing twice: a repeated request gets its first answer.
    pub request_id: Option<&'a str>,
    /// The etag that the cart must have for the change to happen.
    pub if_match: Option<&'a str>,
}

/// Told on long work what is done and what there is in all; `false` ends the work.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

/// Carts, orders, customers and a catalog in one database.
pub struct Engine {}

#[allow(missing_docs, unused_variables, clippy::unimplemented)]
impl Engine {
    pub fn open(options: &str) -> Result<Self> {
        unimplemented!()
    }
    pub fn options(&self) -> String {
        unimplemented!()
    }
    pub fn close(self) -> Result<()> {
        unimplemented!()
    }
    pub fn set_clock(&self, timestamp: Option<&str>) -> Result<()> {
        unimplemented!()
    }
    pub fn stats(&self) -> Result<String> {
        unimplemented!()
    }
    pub fn check(&self, progress: Progress<'_>) -> Result<String> {
        unimplemented!()
    }
    pub fn purge(&self, options: Option<&str>) -> Result<String> {
        unimplemented!()
    }
    pub fn backup(&self, path: &str, progress: Progress<'_>) -> Result<String> {
        unimplemented!()
    }
    pub fn catalog_put(&self, catalog: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn catalog_import(
        &self,
        path: &str,
        options: Option<&str>,
        progress: Progress<'_>,
    ) -> Result<String> {
        unimplemented!()
    }
    pub fn catalog_find(&self, query: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn catalog_remove(&self, keys: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn customer_put(&self, customer: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn customer_get(&self, customer_id: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn customer_delete(&self, customer_id: &str) -> Result<()> {
        unimplemented!()
    }
    pub fn price(&self, request: &Request<'_>, cart: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn create(&self, request: &Request<'_>, cart: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn get(&self, request: &Request<'_>, cart_id: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn list(&self, request: &Request<'_>, query: Option<&str>) -> Result<String> {
        unimplemented!()
    }
    pub fn update(&self, request: &Request<'_>, cart_id: &str, cart: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn delete(&self, request: &Request<'_>, cart_id: &str) -> Result<()> {
        unimplemented!()
    }
    pub fn line_add(&self, request: &Request<'_>, cart_id: &str, lines: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn line_change(
        &self,
        request: &Request<'_>,
        cart_id: &str,
        line_id: &str,
        patch: &str,
    ) -> Result<String> {
        unimplemented!()
    }
    pub fn line_remove(
        &self,
        request: &Request<'_>,
        cart_id: &str,
        line_id: &str,
    ) -> Result<String> {
        unimplemented!()
    }
    pub fn checkout(&self, request: &Request<'_>, cart_id: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn order_get(&self, request: &Request<'_>, order_id: &str) -> Result<String> {
        unimplemented!()
    }
    pub fn order_list(&self, request: &Request<'_>, query: Option<&str>) -> Result<String> {
        unimplemented!()
    }
}
