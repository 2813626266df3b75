//! What the dialect of 2018 has no words for, and an update in it therefore keeps.

use std::collections::{HashMap, HashSet};
use std::iter::Peekable;
use std::slice::Iter;

use crate::cart::model::{Cart, CartDraft, Line, LineDraft, LineId, LineInput};
use crate::error::{Error, Result};

/// Keeps of a stored line what the dialect of 2018 cannot express, where an updated line of the
/// same id buys the same item. What the update says in another dialect's words rules.
pub fn keep_unexpressed(draft: &mut LineDraft, stored: &LineInput) {
    if !same_item(&draft.input, stored) {
        return;
    }
    let input = &mut draft.input;
    keep(&mut input.term_duration, stored.term_duration.as_ref());
    keep(&mut input.renews_to, stored.renews_to.as_ref());
    keep(&mut input.attestation_accepted, stored.attestation_accepted.as_ref());
    keep(&mut input.promotion_id, stored.promotion_id.as_ref());
    keep(&mut input.custom_term_end, stored.custom_term_end.as_ref());
}

fn same_item(left: &LineInput, right: &LineInput) -> bool {
    match (&left.catalog_item_id, &right.catalog_item_id) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => false,
    }
}

fn keep<T: Clone>(field: &mut Option<T>, stored: Option<&T>) {
    if field.is_none() {
        *field = stored.cloned();
    }
}

/// Keeps of a stored cart what an update in the dialect of 2018 cannot express: of each line that
/// stays what [`keep_unexpressed`] keeps, its add-ons, and the partner's attestation.
///
/// The host does not see the add-ons, so a new line may have taken the id of one: that makes the
/// update unusable.
pub fn keep_unexpressed_of_cart(draft: &mut CartDraft, stored: &Cart) -> Result<()> {
    keep(&mut draft.attestation_accepted, stored.header.attestation_accepted.as_ref());
    let starts: HashMap<LineId, usize> =
        stored.lines.iter().enumerate().map(|(at, line)| (line.id, at)).collect();
    for line in &mut draft.lines {
        let rest = line.id.and_then(|id| stored.lines.get(*starts.get(&id)?..));
        if let Some([kept, below @ ..]) = rest {
            keep_line(line, kept, below);
        }
    }
    let mut ids = HashSet::new();
    let doubled = |(_, line): &(usize, &LineDraft)| !claim_ids(line, &mut ids);
    match draft.lines.iter().enumerate().find(doubled) {
        None => Ok(()),
        Some((at, _)) => {
            let problem =
                "is the id of another line, or of an add-on that this dialect does not show";
            Err(Error::request(&format!("lineItems[{at}].id"), problem))
        }
    }
}

fn keep_line(line: &mut LineDraft, stored: &Line, below: &[Line]) {
    let is_same_item = same_item(&line.input, &stored.input);
    keep_unexpressed(line, &stored.input);
    if is_same_item && line.addons.is_empty() {
        line.addons = addons_of(stored.id, &mut below.iter().peekable());
    }
}

/// The add-ons that follow a line in a cart, as drafts.
fn addons_of(parent: LineId, rest: &mut Peekable<Iter<'_, Line>>) -> Vec<LineDraft> {
    let mut addons = Vec::new();
    while let Some(addon) = rest.next_if(|next| next.parent == Some(parent)) {
        let below = addons_of(addon.id, rest);
        addons.push(LineDraft { id: Some(addon.id), input: addon.input.clone(), addons: below });
    }
    addons
}

/// Notes the ids of a line and its add-ons; `false` when one was noted before.
fn claim_ids(line: &LineDraft, ids: &mut HashSet<LineId>) -> bool {
    line.id.is_none_or(|id| ids.insert(id)) && line.addons.iter().all(|addon| claim_ids(addon, ids))
}

#[cfg(test)]
mod tests;
