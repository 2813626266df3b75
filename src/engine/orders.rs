//! What was bought.

use uuid::Uuid;

use super::Engine;
use super::request::{Request, check_token};
use super::unit;
use crate::document::{join_order, read_order_query, write_order_page};
use crate::error::{Error, ErrorKind, Result};

impl Engine {
    /// Answers an order.
    ///
    /// # Errors
    /// `OrderNotFound` for an order that the customer does not have.
    pub fn order_get(&self, request: &Request<'_>, order_id: &str) -> Result<String> {
        request.check_reading()?;
        check_token("order_id", order_id)?;
        let not_found = || {
            let text = format!("order {order_id} does not exist for this customer");
            Error::new(ErrorKind::OrderNotFound, text)
        };
        let id = Uuid::try_parse(order_id).map_err(|_| not_found())?;
        unit::read(&self.shared, &request.scope(None), |view| {
            let order = view.store.order(&view.scope.customer, id)?;
            order.map(|order| join_order(&order)).ok_or_else(not_found)
        })
    }

    /// Answers a page of the customer's orders, newest first.
    /// `query` is `{"cartId","createdAfter","createdBefore","limit","after"}`, every part optional.
    ///
    /// # Errors
    /// `InvalidArgument` for a query that is not understood.
    pub fn order_list(&self, request: &Request<'_>, query: Option<&str>) -> Result<String> {
        request.check_reading()?;
        let query = read_order_query(query)?;
        unit::read(&self.shared, &request.scope(None), |view| {
            Ok(write_order_page(&view.store.orders(&view.scope.customer, &query)?))
        })
    }
}
