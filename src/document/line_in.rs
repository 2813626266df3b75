//! Lines of a cart as documents bring them: whole, or as merge patches.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use smol_str::{SmolStr, StrExt};

use super::node::Node;
use super::options::Limits;
use super::value;
use super::word;
use crate::cart::model::{Given, LINE_ID_MAX, LineDraft, LineId, Participant, RenewsTo};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::money::is_currency_code;
use crate::term::{BillingCycle, Duration};

/// The kinds of participants, in the spelling in which they are kept.
const PARTICIPANT_KEYS: [(&str, &str); 2] = [
    ("transaction_reseller", "transaction_reseller"),
    ("additional_transaction_reseller", "additional_transaction_reseller"),
];

/// The properties of a line that a host may set, its id aside.
const PROPERTIES: [&str; 14] = [
    "catalogItemId",
    "catalogId",
    "friendlyName",
    "quantity",
    "currencyCode",
    "billingCycle",
    "termDuration",
    "participants",
    "provisioningContext",
    "renewsTo",
    "attestationAccepted",
    "promotionId",
    "customTermEndDate",
    "addonItems",
];

/// Reads the lines of one document and watches over what they share: their number and their ids.
pub(super) struct LineReader<'l> {
    limits: &'l Limits,
    count: usize,
    ids: HashSet<LineId, RandomState>,
}

impl<'l> LineReader<'l> {
    /// A reader for one document.
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { limits, count: 0, ids: HashSet::default() }
    }

    /// Root lines.
    pub(super) fn roots(&mut self, list: &Node<'_>) -> Result<Vec<LineDraft>> {
        list.items()?.map(|line| self.line(&line)).collect()
    }

    /// A line and its add-ons.
    pub(super) fn line(&mut self, line: &Node<'_>) -> Result<LineDraft> {
        line.properties()?;
        self.count += 1;
        if self.count > self.limits.line_items_per_cart {
            let (name, limit) = ("limits.lineItemsPerCart", self.limits.line_items_per_cart);
            return Err(over_limit(line, format_args!("more than {limit} lines ({name})")));
        }
        let mut draft = LineDraft { id: line.read("id", line_id)?, ..LineDraft::default() };
        if let Some(id) = draft.id {
            self.claim(id, line)?;
        }
        self.merge(&mut draft, line)?;
        Ok(draft)
    }

    /// Takes an id for a line of the document.
    pub(super) fn claim(&mut self, id: LineId, line: &Node<'_>) -> Result<()> {
        if self.ids.insert(id) {
            return Ok(());
        }
        let problem = format_args!("{id} is the id of another line as well");
        let at_fault = line.property("id").map(|node| node.error(problem));
        Err(at_fault.unwrap_or_else(|| line.error(problem)))
    }

    /// Merges into a line what a document says of it. Reading a line is merging it into an empty
    /// one.
    pub(super) fn merge(&mut self, draft: &mut LineDraft, line: &Node<'_>) -> Result<()> {
        let [
            item_id,
            older_item_id,
            friendly_name,
            quantity,
            currency_code,
            billing_cycle,
            term_duration,
            participants,
            context,
            renews_to,
            attestation,
            promotion_id,
            custom_term_end,
            addons,
        ] = line.each_given(PROPERTIES);
        let input = &mut draft.input;
        merge_item_id(&mut input.catalog_item_id, older_item_id, item_id)?;
        merge(&mut input.friendly_name, friendly_name, value::short_text)?;
        merge(&mut input.quantity, quantity, value::integer)?;
        merge(&mut input.currency_code, currency_code, currency)?;
        merge(&mut input.billing_cycle, billing_cycle, given(BillingCycle::parse))?;
        merge(&mut input.term_duration, term_duration, given(Duration::parse))?;
        merge_list(&mut input.participants, participants, participant)?;
        merge_context(&mut input.provisioning_context, context)?;
        merge_renewal(&mut input.renews_to, renews_to)?;
        merge(&mut input.attestation_accepted, attestation, value::boolean)?;
        merge(&mut input.promotion_id, promotion_id, value::short_text)?;
        merge(&mut input.custom_term_end, custom_term_end, given(Timestamp::parse))?;
        match addons {
            None => {}
            Some(addons) if addons.is_absent() => draft.addons.clear(),
            Some(addons) => draft.addons = self.addons(&addons)?,
        }
        Ok(())
    }

    fn addons(&mut self, list: &Node<'_>) -> Result<Vec<LineDraft>> {
        let limit = self.limits.addon_items_per_line;
        let addons = list.items()?;
        if addons.len() > limit {
            let (name, count) = ("limits.addonItemsPerLine", addons.len());
            return Err(over_limit(list, format_args!("{count} is more than {limit} ({name})")));
        }
        addons.map(|addon| self.line(&addon)).collect()
    }
}

fn over_limit(node: &Node<'_>, problem: std::fmt::Arguments<'_>) -> Error {
    let path = node.path();
    Error::new(ErrorKind::LimitExceeded, format!("{path}: {problem}")).with_data(path)
}

/// A line's id: an integer, or a string of one.
fn line_id(node: &Node<'_>) -> Result<LineId> {
    let is_digits = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let id = match node.as_text().filter(is_digits) {
        Some(digits) => digits.parse().ok(),
        None => value::as_integer(node),
    };
    let within = id.filter(|id| (0..=LINE_ID_MAX).contains(id));
    let allowed = || format!("an integer within 0 to {LINE_ID_MAX}, or a string of one");
    within.ok_or_else(|| node.expected(&allowed()))
}

/// A property that is not given stays; `null` removes it; any other value replaces it.
fn merge<T>(
    field: &mut Option<T>,
    value: Option<Node<'_>>,
    read: impl FnOnce(&Node<'_>) -> Result<T>,
) -> Result<()> {
    match value {
        None => {}
        Some(value) if value.is_absent() => *field = None,
        Some(value) => *field = Some(read(&value)?),
    }
    Ok(())
}

fn merge_list<T>(
    field: &mut Vec<T>,
    value: Option<Node<'_>>,
    read: impl Fn(&Node<'_>) -> Result<T>,
) -> Result<()> {
    match value {
        None => {}
        Some(value) if value.is_absent() => field.clear(),
        Some(value) => *field = value.list(read)?,
    }
    Ok(())
}

/// The item goes by two names; both may be given when they say the same.
fn merge_item_id(
    field: &mut Option<String>,
    older: Option<Node<'_>>,
    newer: Option<Node<'_>>,
) -> Result<()> {
    let is_given = older.is_some() || newer.is_some();
    let says_something = |node: &Node<'_>| !node.is_absent();
    let (older, newer) = (older.filter(says_something), newer.filter(says_something));
    if let (Some(older), Some(newer)) = (&older, &newer)
        && !older.text()?.eq_ignore_ascii_case(newer.text()?)
    {
        let (older_id, newer_id) = (older.text()?, newer.text()?);
        return Err(older.error(format_args!("{older_id} differs from catalogItemId {newer_id}")));
    }
    match newer.or(older) {
        Some(id) => *field = Some(value::owned_text(&id)?),
        None if is_given => *field = None,
        None => {}
    }
    Ok(())
}

/// Merges pairs. Keys are kept in camel case, and pairs in the order in which they were first
/// given.
fn merge_context(pairs: &mut Vec<(String, String)>, context: Option<Node<'_>>) -> Result<()> {
    let Some(context) = context else { return Ok(()) };
    if context.is_absent() {
        pairs.clear();
        return Ok(());
    }
    // The places are looked up, not searched for: contexts have no limit but that of the document.
    let place = |(at, (key, _)): (usize, &(String, String))| (key.to_ascii_lowercase(), at);
    let places: HashMap<String, usize> = pairs.iter().enumerate().map(place).collect();
    let mut merged: Vec<_> = std::mem::take(pairs).into_iter().map(Some).collect();
    for (name, value) in context.distinct_properties()? {
        let text = if value.is_absent() { None } else { Some(value::owned_text(&value)?) };
        let place = if places.is_empty() { None } else { places.get(&name.to_ascii_lowercase()) };
        match place.and_then(|at| merged.get_mut(*at)) {
            Some(pair) => *pair = pair.take().zip(text).map(|((key, _), text)| (key, text)),
            None => merged.push(text.map(|text| (camel_case(name), text))),
        }
    }
    *pairs = merged.into_iter().flatten().collect();
    Ok(())
}

/// A key of a context as it is kept.
pub(super) fn camel_case(name: &str) -> String {
    let mut key = name.to_owned();
    if let Some(first) = key.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    key
}

/// An object, or a list of at most one.
fn merge_renewal(field: &mut Option<RenewsTo>, value: Option<Node<'_>>) -> Result<()> {
    let Some(value) = value else { return Ok(()) };
    if !value.is_list() {
        return merge_renewal_object(field, &value);
    }
    let mut items = value.items()?;
    match (items.next(), items.len()) {
        (None, _) => *field = None,
        (Some(object), 0) => {
            // A list replaces what was there, an object is merged into it.
            *field = None;
            merge_renewal_object(field, &object)?;
        }
        (Some(_), others) => {
            return Err(value.error(format_args!("expected at most one, came {}", others + 1)));
        }
    }
    Ok(())
}

fn merge_renewal_object(field: &mut Option<RenewsTo>, object: &Node<'_>) -> Result<()> {
    if object.is_absent() {
        *field = None;
        return Ok(());
    }
    object.properties()?;
    let renewal = field.get_or_insert(RenewsTo { term_duration: None });
    merge(&mut renewal.term_duration, object.given("termDuration"), given(Duration::parse))
}

fn given<T>(parse: fn(&str) -> Option<T>) -> impl FnOnce(&Node<'_>) -> Result<Given<T>> {
    move |node| Ok(given_of(node.text()?, parse))
}

/// Text that means a value, or that is kept as it came so that the line can be told what is wrong
/// with it.
pub(super) fn given_of<T>(text: &str, parse: fn(&str) -> Option<T>) -> Given<T> {
    parse(text).map_or_else(|| Given::Malformed(text.to_owned()), Given::Value)
}

fn currency(node: &Node<'_>) -> Result<SmolStr> {
    node.text().map(currency_of)
}

/// A currency code in upper case; what is no code is kept as it came, and reported on its line.
pub(super) fn currency_of(text: &str) -> SmolStr {
    if is_currency_code(text) { text.to_ascii_uppercase_smolstr() } else { text.into() }
}

/// A participant. A key or value that is missing is empty: the line is told, the cart is stored.
fn participant(node: &Node<'_>) -> Result<Participant> {
    node.properties()?;
    let key = node.read("key", participant_key)?.unwrap_or_default();
    let value = node.read("value", value::owned_text)?.unwrap_or_default();
    Ok(Participant { key, value })
}

fn participant_key(node: &Node<'_>) -> Result<String> {
    node.text().map(|text| participant_key_of(text).to_owned())
}

/// A kind of participant in its one spelling, or as it came.
pub(super) fn participant_key_of(text: &str) -> &str {
    word::find(&PARTICIPANT_KEYS, text).unwrap_or(text)
}
