//! Operations on whole carts.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use foldhash::HashMap;
use uuid::Uuid;

use super::cart_cache::{Footing, Known, Left};
use super::request::{Request, cart_id, no_such_cart};
use super::unit::{self, Asked, Settled, View};
use super::{Engine, Shared};
use crate::cart::model::{Cart, CartDraft, CartHeader, CartStatus, Line, LineId};
use crate::cart::tally::{Tallies, TallyChange};
use crate::cart::{self, change::replace_lines};
use crate::catalog::facts::Facts;
use crate::document::options::{Dialect, Limits};
use crate::document::{
    keep_unexpressed_of_cart, read_cart, read_cart_query, write_cart, write_cart_page,
};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Change, LineEdits, Weight};

/// The version of a cart that was just made.
const FIRST_VERSION: i64 = 1;

impl Engine {
    /// Stores a new cart and answers it. A line with something wrong is stored with its error; it
    /// does not fail the call.
    ///
    /// # Errors
    /// `InvalidJson` and `InvalidRequest` for documents that are unusable as a whole,
    /// `LimitExceeded`, `InvalidArgument`, `RequestIdReused`, and those of the store.
    pub fn create(&self, request: &Request<'_>, cart: &str) -> Result<String> {
        let user = request.check_changing()?.to_owned();
        check_no_match(request)?;
        let asked = Asked::new(request.request_id, &["create", cart]);
        let document = CartDocument::read(cart.to_owned().into(), &self.shared.options.limits)?;
        let customer_id = request.customer_id.to_owned();
        unit::change(&self.shared, request.scope(None), asked, Weight::Edit, move |view| {
            let cart = new_cart(view, &customer_id, Some(&user), document.draft()?)?;
            let answer = write_cart(&cart, view.shared.options.dialect);
            let (customer, cart) = (view.scope.customer.clone(), Arc::new(cart));
            let created = Change::CartCreated { customer, cart: Arc::clone(&cart) };
            Ok(Settled {
                changes: vec![created],
                answer,
                cart: Some(Left::Cart(Known::whole(cart))),
            })
        })
    }

    /// Answers the cart that `create` would answer, and stores nothing.
    ///
    /// # Errors
    /// As `create`.
    pub fn price(&self, request: &Request<'_>, cart: &str) -> Result<String> {
        request.check_reading()?;
        let document = CartDocument::read(cart.into(), &self.shared.options.limits)?;
        unit::read(&self.shared, &request.scope(None), |view| {
            let cart = new_cart(view, request.customer_id, request.user, document.draft()?)?;
            Ok(write_cart(&cart, view.shared.options.dialect))
        })
    }

    /// Answers a cart as it is stored.
    ///
    /// # Errors
    /// `CartNotFound` for a cart that the customer does not have, or that has expired.
    pub fn get(&self, request: &Request<'_>, id: &str) -> Result<String> {
        request.check_reading()?;
        let id = cart_id(id)?;
        unit::read(&self.shared, &request.scope(Some(id)), |view| {
            let cart = live_cart(view, id)?;
            Ok(write_cart(&cart, view.shared.options.dialect))
        })
    }

    /// Answers a page of the customer's carts without their lines, newest first.
    /// `query` is `{"status","createdAfter","createdBefore","limit","after"}`, every part
    /// optional.
    ///
    /// # Errors
    /// `InvalidArgument` for a query that is not understood.
    pub fn list(&self, request: &Request<'_>, query: Option<&str>) -> Result<String> {
        request.check_reading()?;
        let query = read_cart_query(query, self.shared.clock.now())?;
        unit::read(&self.shared, &request.scope(None), |view| {
            let page = view.store.carts(&view.scope.customer, &query)?;
            Ok(write_cart_page(&page, view.shared.options.dialect))
        })
    }

    /// Replaces the lines of a cart and answers the cart.
    ///
    /// # Errors
    /// Those of `create`, `CartNotFound`, `CartOrdered` for a cart or line that has been ordered,
    /// and `Conflict` when the cart does not have the etag that the request demands.
    pub fn update(&self, request: &Request<'_>, id: &str, cart: &str) -> Result<String> {
        request.check_changing_of(id)?;
        let document = CartDocument::read(cart.to_owned().into(), &self.shared.options.limits)?;
        change_cart(&self.shared, request, id, &["update", cart], move |change| {
            let mut draft = document.draft()?;
            if change.view.shared.options.dialect == Dialect::V2018 {
                keep_unexpressed_of_cart(&mut draft, change.before)?;
            }
            change.cart.header.attestation_accepted = draft.attestation_accepted;
            replace_lines(&mut change.cart, &change.before.lines, draft.lines)?;
            change.evaluate()?;
            Ok(write_cart(&change.cart, change.view.shared.options.dialect))
        })
    }

    /// Deletes a cart. Its orders stay.
    ///
    /// # Errors
    /// `CartNotFound`, `Conflict`.
    pub fn delete(&self, request: &Request<'_>, id: &str) -> Result<()> {
        request.check_changing()?;
        let if_match = request.if_match.map(str::to_owned);
        let id = cart_id(id)?;
        let asked = Asked::new(request.request_id, &["delete", &id.to_string()]);
        unit::change(&self.shared, request.scope(Some(id)), asked, Weight::Edit, move |view| {
            let header = &live_header(view, id)?.cart.header;
            check_match(header, if_match.as_deref())?;
            Ok(Settled { changes: vec![Change::CartDeleted(id)], ..Settled::default() })
        })
        .map(drop)
    }
}

/// A cart as a request brings it. What was read of it is used up when the call is first settled,
/// and read again in the rare case that it is settled a second time. A change may then be settled
/// by another thread, and owns its text.
struct CartDocument<'a> {
    text: Cow<'a, str>,
    limits: Limits,
    draft: RefCell<Option<CartDraft>>,
}

impl<'a> CartDocument<'a> {
    fn read(text: Cow<'a, str>, limits: &Limits) -> Result<Self> {
        let draft = RefCell::new(Some(read_cart(&text, limits)?));
        Ok(Self { text, limits: *limits, draft })
    }

    fn draft(&self) -> Result<CartDraft> {
        self.draft.take().map_or_else(|| read_cart(&self.text, &self.limits), Ok)
    }
}

/// A cart under change.
pub(super) struct CartChange<'a> {
    pub view: &'a View<'a>,
    /// The cart as it was.
    pub before: &'a Cart,
    /// The cart as it is to be. It has no lines until it is given some: most changes bring them
    /// all.
    pub cart: Cart,
    /// Whether the cart was in memory as it was.
    pub was_in_memory: bool,
    /// What its lines add up to, when it has a standing in the store.
    pub tallies: Option<Tallies>,
    /// What it stands on in memory.
    pub footing: Option<Footing>,
    /// What else is to change in the store, before the cart.
    pub changes: Vec<Change>,
}

impl CartChange<'_> {
    /// Evaluates the changed lines. Answers the facts, and whether what the lines ask for is as it
    /// was.
    pub(super) fn evaluate(&mut self) -> Result<(Facts, bool)> {
        evaluate(self.view, &mut self.cart)
    }
}

/// Changes a cart that can change; `edit` gives the answer. The cart's version is new when `edit`
/// runs.
pub(super) fn change_cart(
    shared: &Arc<Shared>,
    request: &Request<'_>,
    id: &str,
    parts: &[&str],
    edit: impl Fn(&mut CartChange<'_>) -> Result<String> + Send + 'static,
) -> Result<String> {
    change_open_cart(shared, request, id, parts, move |view, known, user| {
        change_whole_cart(view, known, user, &edit)
    })
}

/// Changes a cart that can change. `settle` gets what is known of it, and the user who changes it.
pub(super) fn change_open_cart(
    shared: &Arc<Shared>,
    request: &Request<'_>,
    id: &str,
    parts: &[&str],
    settle: impl Fn(&View<'_>, Known, &str) -> Result<Settled> + Send + 'static,
) -> Result<String> {
    let user = request.check_changing()?.to_owned();
    let if_match = request.if_match.map(str::to_owned);
    let id = cart_id(id)?;
    let asked = Asked::new(request.request_id, &[&[id.to_string().as_str()], parts].concat());
    unit::change(shared, request.scope(Some(id)), asked, Weight::Edit, move |view| {
        let known = live_header(view, id)?;
        check_match(&known.cart.header, if_match.as_deref())?;
        if known.cart.header.status == CartStatus::Ordered {
            let text = format!("cart {id} has been ordered and can no longer change");
            return Err(Error::new(ErrorKind::CartOrdered, text));
        }
        settle(view, known, &user)
    })
}

/// Changes a cart with all its lines at hand. It has no standing afterwards unless `edit` gives it
/// one.
pub(super) fn change_whole_cart(
    view: &View<'_>,
    known: Known,
    user: &str,
    edit: &dyn Fn(&mut CartChange<'_>) -> Result<String>,
) -> Result<Settled> {
    let was_in_memory = known.is_whole;
    let before = view.whole(known)?;
    let mut cart = Cart { header: before.header.clone(), lines: Vec::new() };
    touch(&mut cart.header, view, user);
    cart.header.errors_left_by_checkout = false;
    cart.header.standing = None;
    let mut change = CartChange {
        view,
        before: &before,
        cart,
        was_in_memory,
        tallies: None,
        footing: None,
        changes: Vec::new(),
    };
    let answer = edit(&mut change)?;
    let CartChange { cart, tallies, footing, mut changes, .. } = change;
    let tallies = TallyChange::of_whole(&before.header, tallies);
    let cart = Arc::new(cart);
    changes.push(difference(&before, Arc::clone(&cart), tallies));
    let known = Known { footing: footing.map(Arc::new), ..Known::whole(cart) };
    Ok(Settled { changes, answer, cart: Some(Left::Cart(known)) })
}

/// Makes a header tell that the cart changes now.
pub(super) fn touch(header: &mut CartHeader, view: &View<'_>, user: &str) {
    header.version += 1;
    header.modified = view.now;
    header.user = Some(user.to_owned());
}

/// The rows to write: lines that differ, and lines that are gone. When a cart gets its standing,
/// that is all lines: what they buy is written for such carts only.
pub(super) fn difference(before: &Cart, cart: Arc<Cart>, tallies: TallyChange) -> Change {
    let is_first = before.header.standing.is_none() && cart.header.standing.is_some();
    let mut old: HashMap<LineId, &Line> = before.lines.iter().map(|line| (line.id, line)).collect();
    let mut lines = LineEdits::default();
    for (place, line) in cart.lines.iter().enumerate() {
        match old.remove(&line.id).filter(|_| !is_first) {
            Some(old) if old == line => {}
            Some(old) if is_in_place(old, line) => lines.altered.push(place),
            _ => lines.written.push(place),
        }
    }
    lines.removed = old.into_keys().collect();
    lines.removed.sort_unstable();
    Change::CartChanged { cart, lines, tallies }
}

/// Whether a line stands where it stood, in its group, and buys what it did.
fn is_in_place(old: &Line, new: &Line) -> bool {
    let place = |line: &Line| (line.parent, line.position, line.group);
    place(old) == place(new) && old.input.catalog_item_id == new.input.catalog_item_id
}

/// The customer's cart, unless it has expired.
pub(super) fn live_cart(view: &View<'_>, id: Uuid) -> Result<Arc<Cart>> {
    let cart = view.cart(id)?;
    cart.filter(|cart| !cart.header.is_expired(view.now)).ok_or_else(|| no_such_cart(id))
}

/// The customer's cart, with some of its lines or none, unless it has expired.
fn live_header(view: &View<'_>, id: Uuid) -> Result<Known> {
    let known = view.known_cart(id)?;
    known.filter(|known| !known.cart.header.is_expired(view.now)).ok_or_else(|| no_such_cart(id))
}

/// Fails unless the cart has the etag that the request demands, if it demands one.
pub(super) fn check_match(header: &CartHeader, if_match: Option<&str>) -> Result<()> {
    let etag = header.etag();
    match if_match {
        Some(wanted) if bare(wanted) != etag => {
            let text =
                format!("if_match {wanted}: the cart's etag is {etag}, it has changed since");
            Err(Error::new(ErrorKind::Conflict, text).with_data(etag))
        }
        _ => Ok(()),
    }
}

/// An etag without what a header of HTTP puts around it.
fn bare(etag: &str) -> &str {
    let quoted = etag.strip_prefix("W/").unwrap_or(etag);
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(etag)
}

fn check_no_match(request: &Request<'_>) -> Result<()> {
    match request.if_match {
        Some(_) => Err(Error::argument("if_match", "a cart that is not yet there has no etag")),
        None => Ok(()),
    }
}

fn new_cart(
    view: &View<'_>,
    customer_id: &str,
    user: Option<&str>,
    draft: CartDraft,
) -> Result<Cart> {
    let options = &view.shared.options;
    let header = CartHeader {
        id: view.shared.ids.next(view.now),
        customer_id: customer_id.to_owned(),
        created: view.now,
        modified: view.now,
        expires: view.now.plus(options.cart_lifetime),
        user: user.map(str::to_owned),
        status: CartStatus::Active,
        attestation_accepted: draft.attestation_accepted,
        version: FIRST_VERSION,
        next_line_id: 0,
        errors_left_by_checkout: false,
        groups: Vec::new(),
        line_count: 0,
        standing: None,
    };
    let mut cart = Cart { header, lines: Vec::new() };
    replace_lines(&mut cart, &[], draft.lines)?;
    evaluate(view, &mut cart)?;
    Ok(cart)
}

/// Checks what concerns the cart as a whole, and evaluates its lines. Answers the facts, and
/// whether what the lines ask for is as it was.
fn evaluate(view: &View<'_>, cart: &mut Cart) -> Result<(Facts, bool)> {
    check_attestation(view, cart)?;
    check_line_count(view, cart)?;
    cart.header.line_count = i64::try_from(cart.lines.len()).unwrap_or(i64::MAX);
    let facts = view.facts(&cart.lines)?;
    let keeps_inputs = cart::evaluate(cart, &facts, view.now);
    Ok((facts, keeps_inputs))
}

fn check_attestation(view: &View<'_>, cart: &Cart) -> Result<()> {
    let is_needed = view.shared.options.is_partner_attestation_required
        && cart.lines.iter().any(|line| !line.input.participants.is_empty());
    if is_needed && cart.header.attestation_accepted != Some(true) {
        let text = "PartnerOnRecordAttestationAccepted must be true: the cart has participants";
        return Err(Error::new(ErrorKind::PartnerAttestationRequired, text)
            .with_data("PartnerOnRecordAttestationAccepted"));
    }
    Ok(())
}

fn check_line_count(view: &View<'_>, cart: &Cart) -> Result<()> {
    let (count, most) = (cart.lines.len(), view.shared.options.limits.line_items_per_cart);
    if count <= most {
        return Ok(());
    }
    let text = format!(
        "lineItems: the cart would have {count} lines and add-ons, more than {most} (limits.lineItemsPerCart)"
    );
    Err(Error::new(ErrorKind::LimitExceeded, text).with_data("lineItems"))
}
