//! Checkout: groups that stand become orders, groups that fall tell why (behaviour 8).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::cart::evaluate::{self, Outcome};
use crate::cart::model::{
    Cart, CartStatus, Group, GroupSlot, Line, LineId, Order, OrderError, OrderLine, value_of,
};
use crate::cart::order_group::{KeyRef, partition, regroup};
use crate::cart::proration::last_day;
use crate::cart::resolve::Resolved;
use crate::cart::settle::{keys_of, lines_at, open_lines, places, settled, write_back};
use crate::catalog::facts::Facts;
use crate::catalog::item_id::ItemKey;
use crate::catalog::model::Subscription;
use crate::clock::Timestamp;
use crate::money::currency_symbol;
use crate::term::BillingCycle;

/// What a checkout does besides changing the cart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checkout {
    /// The groups that fell, in their order.
    pub errors: Vec<OrderError>,
    /// The subscriptions that the customer owns from now on, with the item each counts for.
    pub subscriptions: Vec<(ItemKey, Subscription)>,
    /// What he bought without a subscription.
    pub purchases: Vec<(ItemKey, Subscription)>,
    /// What is taken from the stock of items that have one.
    pub sold: BTreeMap<ItemKey, i64>,
    /// The lines that differ from what they were, in cart order.
    pub changed: Vec<LineId>,
}

/// Order error codes by line error code; every other line error is [`ORDER_FAILED`].
pub const ORDER_ERROR_CODES: [(i64, i64); 16] = [
    (10001, 400_019),
    (400_072, 800_020),
    (500_600, 800_020),
    (10000, 900_169),
    (10002, 27006),
    (10003, 800_010),
    (10007, 800_021),
    (10008, 800_013),
    (10009, 800_018),
    (10011, 800_030),
    (10012, 900_203),
    (10013, 900_270),
    (10015, 800_088),
    (10016, 900_242),
    (10017, 900_242),
    (400_041, 400_041),
];

/// The order error code of every other line error.
pub const ORDER_FAILED: i64 = 800_087;

/// The order error code that tells of a line error.
#[must_use]
pub fn order_error_code(line_error: i64) -> i64 {
    ORDER_ERROR_CODES
        .iter()
        .find(|(code, _)| *code == line_error)
        .map_or(ORDER_FAILED, |(_, order)| *order)
}

/// Checks a cart out: evaluates it, turns the groups that stand into orders and marks the lines of
/// those that fall. `next_id` makes the ids of orders and subscriptions; `place` gets the
/// orders, in the order of their groups.
pub fn checkout(
    cart: &mut Cart,
    facts: &Facts,
    now: Timestamp,
    next_id: &mut dyn FnMut() -> Uuid,
    place: &mut dyn FnMut(&Order<'_>),
) -> Checkout {
    let open = open_lines(cart);
    let mut done = Checkout::default();
    let today = now.date();
    let (table, slots, settled) = {
        let lines = lines_at(&open, cart);
        let resolved = evaluate::resolve(&lines, facts);
        let trial = Trial::run(cart, &resolved, facts, now);
        let (mut table, slots) = regroup(&cart.header.groups, &places(cart, &trial.keys));
        let members = members_by_slot(&open, &slots);
        for group in table.iter_mut().filter(|group| group.order.is_none()) {
            let lines = members.get(&group.slot).map_or(&[][..], Vec::as_slice);
            if let Some(error) = trial.failure(group, lines, &resolved) {
                done.errors.push(error);
            } else {
                let mut sale = Sale { facts, now, today, next_id: &mut *next_id, done: &mut done };
                let order = sale.order(group, lines, &resolved, &trial.outcomes);
                place(&order);
                group.order = Some(order.id);
            }
        }
        (table, slots, settled(&resolved, trial.outcomes))
    };
    cart.header.groups = table;
    done.changed = write_back(&mut cart.lines, &open, settled, &slots).lines;
    cart.header.errors_left_by_checkout = !done.errors.is_empty();
    if done.errors.is_empty() {
        cart.header.status = CartStatus::Ordered;
    }
    done
}

/// The open lines of each group, as indexes among the open lines.
fn members_by_slot(open: &[usize], slots: &[Option<GroupSlot>]) -> BTreeMap<GroupSlot, Vec<usize>> {
    let mut members: BTreeMap<GroupSlot, Vec<usize>> = BTreeMap::new();
    for (member, index) in open.iter().enumerate() {
        if let Some(slot) = slots.get(*index).copied().flatten() {
            members.entry(slot).or_default().push(member);
        }
    }
    members
}

/// The lines as they were last evaluated: together with all groups that stand, or when their own
/// group fell.
struct Trial<'a> {
    outcomes: Vec<Outcome>,
    keys: Vec<Option<KeyRef<'a>>>,
}

impl<'a> Trial<'a> {
    /// Evaluates the lines, lets groups with a line in error fall, and evaluates the rest again
    /// until none falls.
    fn run(cart: &'a Cart, lines: &[Resolved<'a>], facts: &'a Facts, now: Timestamp) -> Self {
        let mut decided: Vec<Option<(Outcome, KeyRef<'a>)>> = Vec::new();
        let mut standing: Vec<usize> = (0..lines.len()).collect();
        let mut resolved = Cow::Borrowed(lines);
        while !standing.is_empty() {
            let outcomes = evaluate::evaluate(&resolved, facts, now);
            let keys = keys_of(&resolved, &outcomes, |index| {
                resolved.get(index).map(|line| known_key(cart, line))
            });
            let groups = partition(&keys).of_line;
            let fallen: BTreeSet<Option<u32>> = groups
                .iter()
                .zip(&outcomes)
                .filter(|(_, outcome)| outcome.error.is_some())
                .map(|(group, _)| *group)
                .collect();
            // Most often all groups stand.
            if fallen.is_empty() && decided.is_empty() {
                return Self { outcomes, keys };
            }
            decided.resize(lines.len(), None);
            let mut rest = Vec::new();
            for (((index, outcome), key), group) in
                standing.iter().zip(outcomes).zip(keys).zip(&groups)
            {
                if !fallen.is_empty() && !fallen.contains(group) {
                    rest.push(*index);
                } else if let (Some(place), Some(key)) = (decided.get_mut(*index), key) {
                    *place = Some((outcome, key));
                }
            }
            let some: Vec<&'a Line> =
                rest.iter().filter_map(|index| lines.get(*index)).map(|line| line.line).collect();
            resolved = Cow::Owned(evaluate::resolve(&some, facts));
            standing = rest;
        }
        let (outcomes, keys) =
            decided.into_iter().flatten().map(|(outcome, key)| (outcome, Some(key))).unzip();
        Self { outcomes, keys }
    }

    /// The order error of a group: that of its first line in error.
    fn failure(
        &self,
        group: &Group,
        members: &[usize],
        lines: &[Resolved<'_>],
    ) -> Option<OrderError> {
        members.iter().find_map(|member| {
            let error = self.outcomes.get(*member)?.error.as_ref()?;
            let id = lines.get(*member)?.line.id;
            Some(OrderError {
                group: group.name.clone(),
                code: order_error_code(error.code),
                description: format!("line {id}: {}", error.description),
            })
        })
    }
}

/// The key of a line of which too little is known now: that of the group it was in, else what it
/// says itself.
fn known_key<'a>(cart: &'a Cart, line: &Resolved<'a>) -> KeyRef<'a> {
    let group = line.line.group.and_then(|slot| cart.header.group(slot));
    group.map_or_else(
        || KeyRef {
            system: line.system,
            sales_group: None,
            billing_cycle: line.cycle.unwrap_or(BillingCycle::Unknown),
            currency: line.currency,
        },
        |group| group.key.as_ref(),
    )
}

/// The making of orders.
struct Sale<'a> {
    facts: &'a Facts,
    now: Timestamp,
    today: NaiveDate,
    next_id: &'a mut dyn FnMut() -> Uuid,
    done: &'a mut Checkout,
}

impl Sale<'_> {
    /// Makes the order of a group.
    fn order<'l>(
        &mut self,
        group: &Group,
        members: &[usize],
        lines: &[Resolved<'l>],
        outcomes: &'l [Outcome],
    ) -> Order<'l> {
        let id = (self.next_id)();
        let id_text = SmolStr::from(text_of(id));
        let mut bought: BTreeMap<LineId, Uuid> = BTreeMap::new();
        let mut order_lines = Vec::with_capacity(members.len());
        self.done.subscriptions.reserve(members.len());
        for member in members {
            if let (Some(line), Some(outcome)) = (lines.get(*member), outcomes.get(*member)) {
                order_lines.push(self.line(&id_text, line, outcome, &mut bought));
            }
        }
        let availability = members
            .iter()
            .filter_map(|member| lines.get(*member)?.availability())
            .find(|found| found.default_currency.as_ref() == Some(&group.key.currency));
        Order {
            id,
            billing_cycle: group.key.billing_cycle,
            currency_code: group.key.currency.clone(),
            currency_symbol: availability
                .and_then(|found| found.currency_symbol.clone())
                .or_else(|| currency_symbol(&group.key.currency)),
            total_price: total(&order_lines),
            lines: order_lines,
            created: self.now,
        }
    }

    fn line<'l>(
        &mut self,
        order: &SmolStr,
        resolved: &Resolved<'l>,
        outcome: &'l Outcome,
        bought: &mut BTreeMap<LineId, Uuid>,
    ) -> OrderLine<'l> {
        let line = resolved.line;
        let parent = line.parent.and_then(|parent| bought.get(&parent)).copied().map(text_of);
        let order_line = OrderLine {
            line,
            offer_id: resolved
                .catalog_item_id()
                .or_else(|| line.input.catalog_item_id.as_deref().map(Cow::Borrowed)),
            promotion_id: outcome.promotion_id.as_deref(),
            pricing: outcome.pricing.as_ref(),
            title: resolved.title(),
            subscription_id: resolved.makes_subscription().then(|| (self.next_id)()),
            parent_subscription_id: parent
                .map(Cow::Owned)
                .or_else(|| resolved.provisioning("parentSubscriptionId").map(Cow::Borrowed)),
        };
        if let Some(id) = order_line.subscription_id.filter(|_| resolved.has_addons) {
            bought.insert(line.id, id);
        }
        self.sell(order, resolved, &order_line);
        order_line
    }

    /// Takes the line from the stock and makes its subscription, or remembers the purchase.
    fn sell(&mut self, order: &SmolStr, resolved: &Resolved<'_>, line: &OrderLine<'_>) {
        let (Some(key), Some(quantity)) = (resolved.key.as_deref(), resolved.quantity) else {
            return;
        };
        if self.facts.stock.contains_key(key) {
            *self.done.sold.entry(key.clone()).or_default() += quantity;
        }
        let (id, status, list) = if let Some(id) = line.subscription_id {
            (text_of(id), "active", &mut self.done.subscriptions)
        } else {
            let id = format!("{order}/{}", resolved.line.id);
            (id, Subscription::PURCHASE, &mut self.done.purchases)
        };
        let subscription = Subscription {
            id,
            offer_id: line.offer_id.as_deref().unwrap_or_default().to_owned(),
            quantity,
            status: SmolStr::new_static(status),
            term_duration: resolved.term,
            billing_cycle: resolved.cycle,
            is_trial: resolved.is_trial(),
            created: Some(self.now),
            commitment_end: commitment_end(resolved, self.today),
            reservations_enabled: None,
            is_registered: None,
            parent_id: line.parent_subscription_id.as_deref().map(str::to_owned),
            order_id: Some(order.clone()),
            promotion_id: line.promotion_id.map(str::to_owned),
            friendly_name: line.friendly_name().map(Into::into),
            product_type: resolved.product_type().map(Into::into),
        };
        list.push((key.clone(), subscription));
    }
}

/// An id as text. Formatting it takes several times as long.
fn text_of(id: Uuid) -> String {
    id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

/// The last day of the first term, where there is one that the calendar of documents has.
fn commitment_end(line: &Resolved<'_>, today: NaiveDate) -> Option<Timestamp> {
    let custom = value_of(line.line.input.custom_term_end.as_ref()).map(Timestamp::date);
    let last = custom.or_else(|| last_day(today, line.term?))?;
    Some(Timestamp::at_start_of(last)).filter(|end| *end <= Timestamp::LAST)
}

/// The sum of the extended prices, when every line has one.
fn total(lines: &[OrderLine<'_>]) -> Option<Decimal> {
    lines
        .iter()
        .try_fold(Decimal::ZERO, |total, line| total.checked_add(line.pricing?.extended_price))
}

#[cfg(test)]
mod tests;
