//! Checkout: a cart becomes orders, once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::Engine;
use super::carts::{check_match, live_cart, touch};
use super::request::{Request, cart_id};
use super::unit::{self, Asked, Settled, View};
use crate::cart::checkout::{Checkout, checkout};
use crate::cart::model::{Cart, CartHeader, CartStatus, Line, Order};
use crate::cart::tally::TallyChange;
use crate::catalog::model::Promotion;
use crate::document::{write_checkout, write_order_body};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{
    Change, LineEdits, OrderQuery, OrderRecord, Period, SubscriptionRecord, Weight,
};

/// The most lines in error that an error document names.
const LINES_NAMED_MAX: usize = 20;

impl Engine {
    /// Turns the order groups of a cart into orders and answers the orders, and the groups that
    /// failed. Repeating it is safe: a cart that is ordered answers what it answered then, byte for
    /// byte.
    ///
    /// # Errors
    /// `CartNotFound`, `Conflict`, and `CartHasErrors` while lines are in error.
    pub fn checkout(&self, request: &Request<'_>, id: &str) -> Result<String> {
        let user = request.check_changing()?.to_owned();
        let if_match = request.if_match.map(str::to_owned);
        let id = cart_id(id)?;
        let asked = Asked::new(request.request_id, &["checkout", &id.to_string()]);
        let scope = request.scope(Some(id));
        unit::change(&self.shared, scope, asked, Weight::Checkout, move |view| {
            let cart = live_cart(view, id)?;
            if cart.header.status == CartStatus::Ordered {
                // Nothing changes, so there is nothing that an etag could guard.
                let answer = write_checkout(&orders_so_far(view, &cart, &[])?, &[]);
                return Ok(Settled { answer, ..Settled::default() });
            }
            check_match(&cart.header, if_match.as_deref())?;
            check_errors(&cart)?;
            // So that it need not be copied: in this version it is soon gone.
            view.shared.carts.forget(id);
            settle(view, Arc::unwrap_or_clone(cart), &user)
        })
    }
}

fn settle(view: &View<'_>, mut cart: Cart, user: &str) -> Result<Settled> {
    let facts = view.facts(&cart.lines)?;
    let before = cart.header.clone();
    let mut next_id = || view.shared.ids.next(view.now);
    let mut orders = Vec::new();
    let mut place = |order: &Order<'_>| orders.push(order_record(&before, order));
    let mut done = checkout(&mut cart, &facts, view.now, &mut next_id, &mut place);
    let written = std::mem::take(&mut done.changed);
    let answer = write_checkout(&orders_so_far(view, &cart, &orders)?, &done.errors);
    let mut changes = Vec::new();
    if !orders.is_empty() {
        changes.push(ordered(view, orders, done));
    }
    // A checkout that fails as it failed before changes nothing.
    if cart.header != before || !written.is_empty() {
        touch(&mut cart.header, view, user);
        cart.header.standing = None;
        let mut written = written.into_iter().peekable();
        let places = cart.lines.iter().enumerate();
        let written = places.filter(|(_, line)| written.next_if_eq(&line.id).is_some());
        let written = written.map(|(place, _)| place).collect();
        changes.push(Change::CartChanged {
            lines: LineEdits { written, ..LineEdits::default() },
            cart: Arc::new(cart),
            tallies: TallyChange::of_whole(&before, None),
        });
    }
    Ok(Settled { changes, answer, cart: None })
}

fn order_record(cart: &CartHeader, order: &Order<'_>) -> OrderRecord {
    OrderRecord {
        id: order.id,
        cart: cart.id,
        customer_id: cart.customer_id.clone(),
        body: write_order_body(order),
    }
}

fn ordered(view: &View<'_>, orders: Vec<OrderRecord>, done: Checkout) -> Change {
    let bought = done.subscriptions.into_iter().chain(done.purchases);
    let subscriptions = bought.map(|(item, subscription)| SubscriptionRecord {
        item,
        promotion: subscription.promotion_id.as_deref().map(Promotion::key_of),
        subscription,
    });
    Change::Ordered {
        customer: view.scope.customer.clone(),
        orders,
        subscriptions: subscriptions.collect(),
        sold: done.sold.into_iter().collect(),
    }
}

/// All orders of a cart in the order of its groups: those made before, and those made now.
fn orders_so_far<'m>(
    view: &View<'_>,
    cart: &Cart,
    made: &'m [OrderRecord],
) -> Result<Vec<Cow<'m, OrderRecord>>> {
    let ids: Vec<Uuid> = cart.header.groups.iter().filter_map(|group| group.order).collect();
    let mut known: HashMap<Uuid, Cow<'m, OrderRecord>> =
        made.iter().map(|order| (order.id, Cow::Borrowed(order))).collect();
    if known.len() < ids.len() {
        let query = OrderQuery {
            cart: Some(cart.header.id),
            created: Period::default(),
            limit: ids.len(),
            after: None,
        };
        let stored = view.store.orders(&view.scope.customer, &query)?;
        known.extend(stored.items.into_iter().map(|order| (order.id, Cow::Owned(order))));
    }
    Ok(ids.iter().filter_map(|id| known.remove(id)).collect())
}

/// Fails while lines are in error, unless a checkout left the errors: that decides them anew.
fn check_errors(cart: &Cart) -> Result<()> {
    let bad: Vec<&Line> = cart.lines.iter().filter(|line| line.error.is_some()).collect();
    if bad.is_empty() || cart.header.errors_left_by_checkout {
        return Ok(());
    }
    let lines = if bad.len() == 1 { "line is" } else { "lines are" };
    let ids: Vec<String> =
        bad.iter().take(LINES_NAMED_MAX).map(|line| line.id.to_string()).collect();
    let text = format!(
        "{} {lines} in error: change or remove the lines with id {}",
        bad.len(),
        ids.join(", ")
    );
    let error = Error::new(ErrorKind::CartHasErrors, text);
    Err(bad
        .iter()
        .take(LINES_NAMED_MAX)
        .fold(error, |error, line| error.with_data(path_of(cart, line))))
}

/// The property at fault as the cart's document has it: `lineItems[2].quantity`.
fn path_of(cart: &Cart, line: &Line) -> String {
    let place = |of: &Line| {
        let siblings = cart.lines.iter().filter(|other| other.parent == of.parent);
        siblings.take_while(|other| other.id != of.id).count()
    };
    let property = line.error.as_ref().map_or("", |error| error.property.as_str());
    let mut path = String::new();
    let mut current = Some(line);
    while let Some(line) = current {
        let list = if line.parent.is_some() { "addonItems" } else { "lineItems" };
        path = format!("{list}[{}].{path}", place(line));
        current = line.parent.and_then(|parent| cart.lines.iter().find(|line| line.id == parent));
    }
    path + property
}
