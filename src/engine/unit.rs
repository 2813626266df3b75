//! How a call changes something: settled on a snapshot, verified and written in a unit of work,
//! answered once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::Shared;
use super::cart_cache::{Known, Left};
use super::facts::{self, ItemCache};
use crate::cart::model::{Cart, Line};
use crate::catalog::facts::Facts;
use crate::catalog::item_id::ItemKey;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Answered, CartMark, Change, Read, Scope, Stamps, Weight, Write};

/// Calls with longer documents are always settled before their turn, so that others do not wait for
/// it. So much is a cart of some hundred lines.
const AT_ONCE_BYTES_MAX: usize = 65_536;

/// What a call found out: what to change, and what to answer.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub changes: Vec<Change>,
    pub answer: String,
    /// What the changes leave of a cart.
    pub cart: Option<Left>,
}

/// A view of the store, with what a call needs besides it.
pub(crate) struct View<'a> {
    pub store: &'a dyn Read,
    pub shared: &'a Shared,
    pub scope: &'a Scope,
    pub now: Timestamp,
    /// Absent until something asks for them: a call that only reads a cart has no use for them.
    stamps: Option<Stamps>,
    cache: Option<&'a ItemCache>,
}

impl View<'_> {
    /// What the rules may ask about lines of the customer.
    pub(crate) fn facts(&self, lines: &[Line]) -> Result<Facts> {
        self.facts_and(lines, &BTreeSet::new())
    }

    /// What the rules may ask about lines of the customer, and what is known of further items.
    pub(crate) fn facts_and(&self, lines: &[Line], items: &BTreeSet<ItemKey>) -> Result<Facts> {
        let stamps = self.stamps()?;
        let (partner, customer) = (&self.shared.options.partner, &self.scope.customer);
        facts::gather(self.store, self.cache, &stamps, partner, customer, lines, items)
    }

    /// The customer's cart, expired or not.
    pub(crate) fn cart(&self, id: Uuid) -> Result<Option<Arc<Cart>>> {
        match self.kept_cart(id)? {
            Some(known) => self.whole(known).map(Some),
            None => Ok(self.store.cart(&self.scope.customer, id)?.map(Arc::new)),
        }
    }

    /// The customer's cart, expired or not, as far as it can be had at no great cost: the header.
    pub(crate) fn known_cart(&self, id: Uuid) -> Result<Option<Known>> {
        let read = |header| Known::part(Arc::new(Cart { header, lines: Vec::new() }));
        match self.kept_cart(id)? {
            Some(known) => Ok(Some(known)),
            None => Ok(self.store.cart_header(&self.scope.customer, id)?.map(read)),
        }
    }

    /// A cart with all its lines.
    pub(crate) fn whole(&self, known: Known) -> Result<Arc<Cart>> {
        if known.is_whole {
            return Ok(known.cart);
        }
        let header = known.cart.header.clone();
        Ok(Arc::new(Cart { lines: self.store.cart_lines(header.id)?, header }))
    }

    /// The customer's cart, when it is in memory as the view has it.
    fn kept_cart(&self, id: Uuid) -> Result<Option<Known>> {
        let carts = &self.shared.carts;
        if self.cache.is_none() {
            return Ok(None);
        }
        let mark = match self.stamps {
            Some(Stamps { cart, removals, .. }) => {
                cart.map(|version| CartMark { version, removals })
            }
            None if carts.has(id) => self.store.cart_mark(&self.scope.customer, id)?,
            None => None,
        };
        Ok(mark.and_then(|mark| carts.find(id, mark)))
    }

    /// The state that the view shows.
    pub(crate) fn stamps(&self) -> Result<Stamps> {
        self.stamps.map_or_else(|| self.store.stamps(self.scope), Ok)
    }
}

/// What a call asks for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    guard: Option<Guard>,
    bytes: usize,
}

impl Asked {
    /// `parts` are the operation, the ids and the document.
    pub(crate) fn new(request_id: Option<&str>, parts: &[&str]) -> Self {
        let guard = request_id.map(|request_id| Guard::new(request_id, parts));
        Self { guard, bytes: parts.iter().map(|part| part.len()).sum() }
    }
}

/// A request id with what tells its request from any other.
#[derive(Debug, Clone)]
struct Guard {
    request_id: String,
    fingerprint: Uuid,
}

impl Guard {
    fn new(request_id: &str, parts: &[&str]) -> Self {
        let mut bytes = Vec::new();
        for part in parts {
            // Lengths keep ("a", "bc") and ("ab", "c") apart.
            bytes.extend_from_slice(&part.len().to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        let fingerprint = Uuid::new_v5(&Uuid::NAMESPACE_OID, &bytes);
        Self { request_id: request_id.to_owned(), fingerprint }
    }
}

/// Settles a call that reads.
pub(crate) fn read<T>(
    shared: &Shared,
    scope: &Scope,
    settle: impl Fn(&View<'_>) -> Result<T>,
) -> Result<T> {
    let mut settled = None;
    let now = shared.clock.now();
    shared.store.read(&mut |store| {
        let (stamps, cache) = (None, Some(&shared.cache));
        settled = Some(settle(&View { store, shared, scope, now, stamps, cache })?);
        Ok(())
    })?;
    settled.ok_or_else(lost)
}

/// Settles a call that changes something. While others are changing something, `settle` runs on a
/// snapshot first; only when something that the call may depend on has changed by its turn to write
/// does it run again, on what is there then.
pub(crate) fn change(
    shared: &Arc<Shared>,
    scope: Scope,
    asked: Asked,
    weight: Weight,
    settle: impl Fn(&View<'_>) -> Result<Settled> + Send + 'static,
) -> Result<String> {
    let Asked { guard, bytes } = asked;
    let call = Call { scope, guard, settle };
    let now = shared.clock.now();
    let at_once =
        if bytes <= AT_ONCE_BYTES_MAX { change_at_once(shared, &call, weight, now)? } else { None };
    let done = match at_once {
        Some(done) => done,
        None => change_in_turn(shared, call, weight, now)?,
    };
    if let Some(cart) = done.cart {
        shared.carts.keep(cart, done.removals);
    }
    Ok(done.answer)
}

/// What a call has done.
struct Done {
    answer: String,
    cart: Option<Left>,
    removals: i64,
}

/// Makes the changes that a call found out.
fn apply(work: &mut dyn Write, settled: Settled, stamps: Stamps) -> Result<Done> {
    let Settled { changes, answer, cart } = settled;
    for change in &changes {
        work.apply(change)?;
    }
    Ok(Done { answer, cart, removals: stamps.removals })
}

/// Settles a call on a snapshot, and verifies and writes it in its turn.
fn change_in_turn<F: Fn(&View<'_>) -> Result<Settled> + Send + 'static>(
    shared: &Arc<Shared>,
    call: Call<F>,
    weight: Weight,
    now: Timestamp,
) -> Result<Done> {
    let mut first = None;
    shared.store.read(&mut |store| {
        let stamps = call.stamps(store)?;
        first = Some((stamps, call.settle(store, shared, now, stamps, Some(&shared.cache))?));
        Ok(())
    })?;
    let (stamps, settled) = first.ok_or_else(lost)?;
    if settled.changes.is_empty() {
        return Ok(Done { answer: settled.answer, cart: None, removals: stamps.removals });
    }
    let done = Arc::new(Mutex::new(None));
    let (place, shared_here) = (Arc::clone(&done), Arc::clone(shared));
    let work = move |work: &mut dyn Write| {
        let now_stamps = call.stamps(work.view())?;
        // No outcome depends on what carts were removed beside its own.
        let settled = if stamps == (Stamps { removals: stamps.removals, ..now_stamps }) {
            settled
        } else {
            // What this view sees may not last, so nothing of it is kept.
            call.settle(work.view(), &shared_here, now, now_stamps, None)?
        };
        let done = apply(work, settled, now_stamps)?;
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        Ok(())
    };
    shared.store.write(weight, Box::new(work))?;
    let done = done.lock().unwrap_or_else(PoisonError::into_inner).take();
    done.ok_or_else(lost)
}

/// Settles and writes a call in one, when nobody else is changing anything: the pages of the
/// database that it reads are those that the changes before it have left in memory, and nothing
/// needs to be verified.
fn change_at_once<F: Fn(&View<'_>) -> Result<Settled>>(
    shared: &Shared,
    call: &Call<F>,
    weight: Weight,
    now: Timestamp,
) -> Result<Option<Done>> {
    let mut done = None;
    let is_done = shared.store.write_at_once(weight, &mut |work| {
        let stamps = call.stamps(work.view())?;
        let settled = call.settle(work.view(), shared, now, stamps, Some(&shared.cache))?;
        done = Some(apply(work, settled, stamps)?);
        Ok(())
    })?;
    Ok(done.filter(|_| is_done))
}

/// A call that changes something.
struct Call<F> {
    scope: Scope,
    guard: Option<Guard>,
    settle: F,
}

impl<F: Fn(&View<'_>) -> Result<Settled>> Call<F> {
    fn stamps(&self, store: &dyn Read) -> Result<Stamps> {
        store.stamps(&self.scope)
    }

    /// The answer that the request id has had; else what the call finds out, with its answer
    /// remembered.
    fn settle(
        &self,
        store: &dyn Read,
        shared: &Shared,
        now: Timestamp,
        stamps: Stamps,
        cache: Option<&ItemCache>,
    ) -> Result<Settled> {
        if let Some(guard) = self.guard.as_ref().filter(|_| stamps.is_answered)
            && let Some(answered) = store.answered(&self.scope.customer, &guard.request_id)?
        {
            return replay(guard, answered);
        }
        let stamps = Some(stamps);
        let view = View { store, shared, scope: &self.scope, now, stamps, cache };
        let mut settled = (self.settle)(&view)?;
        if let Some(guard) = &self.guard {
            settled.changes.push(Change::RequestAnswered {
                customer: self.scope.customer.clone(),
                request_id: guard.request_id.clone(),
                answered: Answered {
                    fingerprint: guard.fingerprint,
                    answer: settled.answer.clone(),
                },
                at: now,
            });
        }
        Ok(settled)
    }
}

fn replay(guard: &Guard, answered: Answered) -> Result<Settled> {
    if answered.fingerprint == guard.fingerprint {
        return Ok(Settled { answer: answered.answer, ..Settled::default() });
    }
    let text = format!(
        "request id {} was used before for another request: operation, ids or document differ",
        guard.request_id
    );
    Err(Error::new(ErrorKind::RequestIdReused, text).with_data("request_id"))
}

/// The store said that the work is done, yet the work left nothing.
fn lost() -> Error {
    Error::new(ErrorKind::Panic, "the store did not run the unit of work")
}
