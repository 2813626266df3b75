//! Who buys.

use std::sync::{Arc, Mutex, PoisonError};

use super::Engine;
use super::request::check_token;
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::{Customer, Promotion, Subscription};
use crate::document::{check_size, read_customer, write_customer, write_put_answer};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Change, CustomerKey, Read, SubscriptionRecord, Weight, Write};

/// What stands in orders in the place of an erased customer's id. No customer's id has a space, so
/// that nobody can ask for these orders by it.
const ERASED: &str = "erased customer";

impl Engine {
    /// Puts a customer: the fields that the document names are replaced, subscriptions are put by
    /// their id. Answers `{"stored","rejected"}`.
    ///
    /// # Errors
    /// `InvalidRequest` for a document without a usable `customerId`.
    pub fn customer_put(&self, customer: &str) -> Result<String> {
        check_size(customer, &self.shared.options.limits)?;
        let put = read_customer(customer)?;
        check_token("customerId", &put.customer.id)?;
        let key = CustomerKey::new(&put.customer.id);
        let stored = 1 + put.subscriptions.len();
        let subscriptions: Vec<SubscriptionRecord> =
            put.subscriptions.into_iter().map(subscription_record).collect();
        let named = put.customer;
        let work = move |work: &mut dyn Write| {
            let fields = merged(work.view().customer(&key)?.unwrap_or_default(), named);
            work.apply(&Change::CustomerPut { customer: key, fields, subscriptions }).map(drop)
        };
        self.shared.store.write(Weight::Edit, Box::new(work))?;
        Ok(write_put_answer(u64::try_from(stored).unwrap_or(u64::MAX), &put.rejected))
    }

    /// Answers a customer with all his subscriptions, those that orders made included.
    ///
    /// # Errors
    /// `NotFound` for a customer of whom nothing is known.
    pub fn customer_get(&self, customer_id: &str) -> Result<String> {
        check_token("customer_id", customer_id)?;
        let key = CustomerKey::new(customer_id);
        let mut answer = None;
        self.shared.store.read(&mut |view| {
            answer = known_customer(view, &key, customer_id)?;
            Ok(())
        })?;
        answer.ok_or_else(|| no_such_customer(customer_id))
    }

    /// Erases a customer, his carts and his subscriptions. His orders stay, under a mark in the
    /// place of his id. What is erased is overwritten in the file.
    ///
    /// # Errors
    /// `NotFound` for a customer of whom nothing is known.
    pub fn customer_delete(&self, customer_id: &str) -> Result<()> {
        check_token("customer_id", customer_id)?;
        let customer = CustomerKey::new(customer_id);
        let erased = Arc::new(Mutex::new(0));
        let count = Arc::clone(&erased);
        let work = move |work: &mut dyn Write| {
            let change = Change::CustomerErased { customer, mark: ERASED.to_owned() };
            *count.lock().unwrap_or_else(PoisonError::into_inner) = work.apply(&change)?;
            Ok(())
        };
        self.shared.store.write(Weight::Edit, Box::new(work))?;
        let erased = *erased.lock().unwrap_or_else(PoisonError::into_inner);
        if erased == 0 { Err(no_such_customer(customer_id)) } else { Ok(()) }
    }
}

fn known_customer(view: &dyn Read, key: &CustomerKey, id: &str) -> Result<Option<String>> {
    let fields = view.customer(key)?;
    let subscriptions = view.all_subscriptions(key)?;
    if fields.is_none() && subscriptions.is_empty() {
        return Ok(None);
    }
    let fields = fields.unwrap_or_else(|| Customer { id: id.to_owned(), ..Customer::default() });
    Ok(Some(write_customer(&fields, &subscriptions)))
}

fn no_such_customer(id: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("customer {id} is not known")).with_data("customer_id")
}

/// The stored fields, replaced by those that are named.
fn merged(stored: Customer, named: Customer) -> Customer {
    Customer {
        id: named.id,
        country: named.country.or(stored.country),
        currency: named.currency.or(stored.currency),
        segment: named.segment.or(stored.segment),
    }
}

fn subscription_record(subscription: Subscription) -> SubscriptionRecord {
    SubscriptionRecord {
        item: ItemKey::of_item(&subscription.offer_id),
        promotion: subscription.promotion_id.as_deref().map(Promotion::key_of),
        subscription,
    }
}
