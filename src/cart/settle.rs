//! Writes what evaluation found into a cart.

use std::borrow::Cow;

use smol_str::SmolStr;

use crate::cart::evaluate::{self, Outcome};
use crate::cart::model::{Cart, GroupSlot, Line, LineId, LineInput};
use crate::cart::order_group::{KeyRef, Place, key_of, regroup};
use crate::cart::resolve::Resolved;
use crate::cart::seen::Seen;
use crate::catalog::facts::Facts;
use crate::clock::Timestamp;

/// Evaluates a cart: every line that is not ordered gets its error or price, its promotion and its
/// order group. Answers whether that has left what the lines ask for as it was: then evaluating
/// once more would change nothing.
pub fn evaluate(cart: &mut Cart, facts: &Facts, now: Timestamp) -> bool {
    evaluate_beside(cart, &Seen::default(), facts, now)
}

/// Evaluates a cart of which only some lines are here, beside what the others buy for certain. The
/// groups that are left are those of these lines.
pub(crate) fn evaluate_beside(
    cart: &mut Cart,
    others: &Seen<'_>,
    facts: &Facts,
    now: Timestamp,
) -> bool {
    let open = open_lines(cart);
    let (table, slots, settled) = {
        let lines = lines_at(&open, cart);
        let resolved = evaluate::resolve(&lines, facts);
        let outcomes = evaluate::evaluate_beside(&resolved, others, facts, now);
        let keys = keys_of(&resolved, &outcomes, |_| None);
        let (table, slots) = regroup(&cart.header.groups, &places(cart, &keys));
        (table, slots, settled(&resolved, outcomes))
    };
    cart.header.groups = table;
    !write_back(&mut cart.lines, &open, settled, &slots).is_input_changed
}

/// The indexes of the lines that are not ordered: most often all.
pub(crate) fn open_lines(cart: &Cart) -> Vec<usize> {
    let mut open = Vec::with_capacity(cart.lines.len());
    let lines = cart.lines.iter().enumerate();
    open.extend(lines.filter(|(_, line)| !cart.header.is_ordered(line)).map(|(index, _)| index));
    open
}

/// The lines of these indexes.
pub(crate) fn lines_at<'a>(indexes: &[usize], cart: &'a Cart) -> Vec<&'a Line> {
    let mut lines = Vec::with_capacity(indexes.len());
    lines.extend(indexes.iter().filter_map(|index| cart.lines.get(*index)));
    lines
}

/// The key of each line's group; an add-on has its root line's. `fallback` gives the key of a line
/// of which too little is known.
pub(crate) fn keys_of<'a>(
    lines: &[Resolved<'a>],
    outcomes: &[Outcome],
    fallback: impl Fn(usize) -> Option<KeyRef<'a>>,
) -> Vec<Option<KeyRef<'a>>> {
    let mut keys: Vec<Option<KeyRef<'a>>> = Vec::with_capacity(lines.len());
    for (index, (line, outcome)) in lines.iter().zip(outcomes).enumerate() {
        let own = match line.parent {
            Some(parent) => keys.get(parent).copied().flatten(),
            None => key_of(line),
        };
        keys.push(own.filter(|_| outcome.has_group).or_else(|| fallback(index)));
    }
    keys
}

/// Each line's place: that of its order, or by its key. The keys are those of the lines that are
/// not ordered.
pub(crate) fn places<'a>(cart: &Cart, keys: &[Option<KeyRef<'a>>]) -> Vec<Place<'a>> {
    let mut keys = keys.iter();
    cart.lines
        .iter()
        .map(|line| match line.group.filter(|_| cart.header.is_ordered(line)) {
            Some(slot) => Place::Ordered(slot),
            None => Place::Open(keys.next().copied().flatten()),
        })
        .collect()
}

/// What evaluation spells differently on a line, owned, so that the line can be written. What is
/// spelled as it should be is not copied.
struct Spelling {
    currency: Option<SmolStr>,
    catalog_item_id: Option<String>,
    provisioning_context: Option<Vec<(String, String)>>,
}

impl Spelling {
    fn new(line: &Resolved<'_>) -> Self {
        let input = &line.line.input;
        let catalog_item_id = line.catalog_item_id();
        Self {
            currency: (input.currency_code.as_deref() != Some(line.currency))
                .then(|| line.currency.into()),
            catalog_item_id: catalog_item_id
                .filter(|id| input.catalog_item_id.as_deref() != Some(id))
                .map(Cow::into_owned),
            provisioning_context: spelled_context(line),
        }
    }

    /// Writes on a line, and tells whether that changes it.
    fn write_to(self, input: &mut LineInput) -> bool {
        let Self { currency, catalog_item_id, provisioning_context } = self;
        let is_changed =
            currency.is_some() || catalog_item_id.is_some() || provisioning_context.is_some();
        if currency.is_some() {
            input.currency_code = currency;
        }
        if catalog_item_id.is_some() {
            input.catalog_item_id = catalog_item_id;
        }
        if let Some(context) = provisioning_context {
            input.provisioning_context = context;
        }
        is_changed
    }
}

/// What is to be written on each line.
pub(crate) struct Settled {
    outcomes: Vec<Outcome>,
    spellings: Vec<Spelling>,
}

/// What is to be written on each line.
pub(crate) fn settled(lines: &[Resolved<'_>], outcomes: Vec<Outcome>) -> Settled {
    Settled { outcomes, spellings: lines.iter().map(Spelling::new).collect() }
}

/// What was written.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// The ids of the lines that are changed by it.
    pub(crate) lines: Vec<LineId>,
    /// Whether what one of them asks for is changed.
    pub(crate) is_input_changed: bool,
}

/// Writes on the lines of these indexes. The slots are those of all lines.
pub(crate) fn write_back(
    lines: &mut [Line],
    open: &[usize],
    settled: Settled,
    slots: &[Option<GroupSlot>],
) -> Written {
    let mut written = Written::default();
    for ((index, outcome), spelling) in open.iter().zip(settled.outcomes).zip(settled.spellings) {
        let Some(line) = lines.get_mut(*index) else { continue };
        let slot = slots.get(*index).copied().flatten();
        let is_input_changed =
            spelling.write_to(&mut line.input) | write_promotion(&mut line.input, &outcome);
        written.is_input_changed |= is_input_changed;
        if write_outcome(line, outcome, slot) | is_input_changed {
            written.lines.push(line.id);
        }
    }
    written
}

/// Writes the promotion that applied, and tells whether that changes the line. A line in error
/// keeps the one it named: the error may be about it.
fn write_promotion(input: &mut LineInput, outcome: &Outcome) -> bool {
    let is_changed = outcome.error.is_none() && input.promotion_id != outcome.promotion_id;
    if is_changed {
        input.promotion_id.clone_from(&outcome.promotion_id);
    }
    is_changed
}

/// Writes on a line, and tells whether that changes it.
fn write_outcome(line: &mut Line, outcome: Outcome, slot: Option<GroupSlot>) -> bool {
    let is_changed =
        line.group != slot || line.pricing != outcome.pricing || line.error != outcome.error;
    line.group = slot;
    line.pricing = outcome.pricing;
    line.error = outcome.error;
    is_changed
}

/// The provisioning context with the keys that the SKU names in its spelling, in camel case; `None`
/// when they are.
fn spelled_context(line: &Resolved<'_>) -> Option<Vec<(String, String)>> {
    let variables = &line.sku()?.provisioning_variables;
    let context = &line.line.input.provisioning_context;
    if context.is_empty() {
        return None;
    }
    let spelled = |key: &str| {
        let variable = variables.iter().find(|name| name.eq_ignore_ascii_case(key))?;
        let mut letters = variable.chars();
        let first = letters.next()?.to_ascii_lowercase();
        Some(std::iter::once(first).chain(letters).collect::<String>())
    };
    let respelled: Vec<_> = context
        .iter()
        .map(|(key, value)| (spelled(key).unwrap_or_else(|| key.clone()), value.clone()))
        .collect();
    (respelled != *context).then_some(respelled)
}
