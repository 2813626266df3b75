//! What hosts do to the lines of a cart: the lines get their ids and places here, and ordered lines
//! are defended.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashSet};
use smol_str::SmolStr;

use crate::cart::model::{
    Cart, CartHeader, LINE_ID_MAX, Line, LineChanges, LineDraft, LineId, LineInput,
};
use crate::catalog::model::Promotion;
use crate::error::{Error, ErrorKind, Result};

/// Gives a cart lines in place of those it had before. Ordered lines must come unchanged, by id.
pub fn replace_lines(cart: &mut Cart, before: &[Line], drafts: Vec<LineDraft>) -> Result<()> {
    let mut place = Placement::new(&mut cart.header, &drafts, HashSet::default());
    let mut lines = Vec::with_capacity(count(&drafts));
    place.place_all(drafts, None, 0, &mut lines)?;
    cart.lines = lines;
    keep_ordered_lines(cart, before)
}

/// Adds lines at the end and tells their ids.
pub fn add_lines(cart: &mut Cart, drafts: Vec<LineDraft>) -> Result<Vec<LineId>> {
    let position = next_position(&cart.lines);
    add_lines_at(cart, drafts, position)
}

/// The position behind all root lines.
pub(crate) fn next_position(lines: &[Line]) -> i64 {
    let roots = lines.iter().filter(|line| line.parent.is_none());
    roots.map(|line| line.position + 1).max().unwrap_or(0)
}

/// Adds lines from a position on that is behind all others, and tells their ids.
pub(crate) fn add_lines_at(
    cart: &mut Cart,
    drafts: Vec<LineDraft>,
    position: i64,
) -> Result<Vec<LineId>> {
    let used = cart.lines.iter().map(|line| line.id).collect();
    let mut place = Placement::new(&mut cart.header, &drafts, used);
    let first = cart.lines.len();
    place.place_all(drafts, None, position, &mut cart.lines)?;
    Ok(cart.lines.iter().skip(first).map(|line| line.id).collect())
}

/// The line of an id with its add-ons, as a document would bring it. Fails for a line that is not
/// there.
pub fn draft_of(cart: &Cart, id: LineId) -> Result<LineDraft> {
    let family = family_range(cart, id).and_then(|range| cart.lines.get(range));
    family.map(draft_of_family).ok_or_else(|| no_such_line(id))
}

/// Puts a draft in the place of a line and its add-ons; the line keeps its id. Tells the ids that
/// the draft has. Ordered lines must stay as they are, as in an update.
pub fn change_line(cart: &mut Cart, id: LineId, draft: LineDraft) -> Result<Vec<LineId>> {
    let range = family_range(cart, id).ok_or_else(|| no_such_line(id))?;
    let tail = cart.lines.split_off(range.end);
    let old = cart.lines.split_off(range.start);
    let (parent, position) = old.first().map_or((None, 0), |line| (line.parent, line.position));
    let used = cart.lines.iter().chain(&tail).map(|line| line.id).collect();
    let drafts = vec![LineDraft { id: Some(id), ..draft }];
    let mut place = Placement::new(&mut cart.header, &drafts, used);
    place.place_all(drafts, parent, position, &mut cart.lines)?;
    let named = cart.lines.iter().skip(range.start).map(|line| line.id).collect();
    cart.lines.extend(tail);
    keep_ordered_lines(cart, &old)?;
    Ok(named)
}

/// Removes a line and its add-ons. The last root line stays.
pub fn remove_line(cart: &mut Cart, id: LineId) -> Result<()> {
    let range = family_range(cart, id).ok_or_else(|| no_such_line(id))?;
    if range == (0..cart.lines.len()) {
        let problem =
            format!("line {id} is the last line: a cart has at least one; delete the cart");
        return Err(Error::request("lineItems", problem));
    }
    remove_family(cart, id)
}

/// Removes a line and its add-ons, whatever else there is.
pub(crate) fn remove_family(cart: &mut Cart, id: LineId) -> Result<()> {
    let range = family_range(cart, id).ok_or_else(|| no_such_line(id))?;
    let family = cart.lines.get(range.clone()).unwrap_or_default();
    if let Some(line) = family.iter().find(|line| cart.header.is_ordered(line)) {
        return Err(ordered_line(line.id, "cannot be removed"));
    }
    cart.lines.drain(range);
    Ok(())
}

/// Whether documents name lines by ids that some line of the cart may have: ids that were never
/// used, and those that are known, are no such ids.
pub(crate) fn names_used_ids(
    header: &CartHeader,
    drafts: &[LineDraft],
    is_known: &impl Fn(LineId) -> bool,
) -> bool {
    drafts.iter().any(|draft| {
        draft.id.is_some_and(|id| id < header.next_line_id && !is_known(id))
            || names_used_ids(header, &draft.addons, is_known)
    })
}

/// What a line operation did: the lines named, those that evaluation changed, and the groups it
/// renamed.
#[must_use]
pub fn line_changes<'a>(before: &Cart, after: &'a Cart, named: &[LineId]) -> LineChanges<'a> {
    let named: HashSet<LineId> = named.iter().copied().collect();
    let old: HashMap<LineId, &Line> = before.lines.iter().map(|line| (line.id, line)).collect();
    let kept: HashSet<LineId> = after.lines.iter().map(|line| line.id).collect();
    let is_told = |line: &Line| {
        named.contains(&line.id)
            || old.get(&line.id).is_none_or(|old| {
                old.error != line.error
                    || old.pricing != line.pricing
                    || old.group != line.group
                    || old.input != line.input
            })
    };
    let old_names: BTreeMap<_, _> =
        before.header.groups.iter().map(|group| (group.slot, &group.name)).collect();
    LineChanges {
        cart: after,
        lines: after.lines.iter().filter(|line| is_told(line)).map(|line| line.id).collect(),
        removed: before.lines.iter().map(|line| line.id).filter(|id| !kept.contains(id)).collect(),
        renamed: after
            .header
            .groups
            .iter()
            .filter_map(|group| {
                let old = old_names.get(&group.slot).filter(|old| ***old != group.name)?;
                Some(((*old).clone(), group.name.clone()))
            })
            .collect(),
    }
}

/// Gives lines of one document their ids and places.
struct Placement<'a> {
    header: &'a mut CartHeader,
    /// The ids that a document must not give to another line.
    used: HashSet<LineId>,
}

impl<'a> Placement<'a> {
    /// Ids that the engine gives are greater than any that was ever used, those of this document
    /// included.
    fn new(header: &'a mut CartHeader, drafts: &[LineDraft], used: HashSet<LineId>) -> Self {
        header.next_line_id = header.next_line_id.max(greatest_id(drafts) + 1);
        Self { header, used }
    }

    fn place_all(
        &mut self,
        drafts: Vec<LineDraft>,
        parent: Option<LineId>,
        first_position: i64,
        lines: &mut Vec<Line>,
    ) -> Result<()> {
        for (position, draft) in (first_position..).zip(drafts) {
            let id = match draft.id {
                Some(id) if !self.used.insert(id) => {
                    let problem =
                        format!("the id {id} is given to two lines: ids are unique in a cart");
                    return Err(Error::request("lineItems", problem));
                }
                Some(id) => id,
                None => self.next_id()?,
            };
            let LineDraft { input, addons, .. } = draft;
            lines.push(Line {
                id,
                parent,
                position,
                input,
                group: None,
                error: None,
                pricing: None,
            });
            if !addons.is_empty() {
                self.place_all(addons, Some(id), 0, lines)?;
            }
        }
        Ok(())
    }

    /// An id that a document can bring back: beyond the greatest there is none to give.
    fn next_id(&mut self) -> Result<LineId> {
        let id = self.header.next_line_id;
        if id > LINE_ID_MAX {
            let problem = format!(
                "the cart has used the greatest line id, {LINE_ID_MAX}: new lines need ids of their own"
            );
            return Err(Error::request("lineItems", problem));
        }
        self.header.next_line_id += 1;
        Ok(id)
    }
}

fn count(drafts: &[LineDraft]) -> usize {
    drafts.iter().map(|draft| 1 + count(&draft.addons)).sum()
}

fn greatest_id(drafts: &[LineDraft]) -> LineId {
    drafts
        .iter()
        .flat_map(|draft| [draft.id.unwrap_or(-1), greatest_id(&draft.addons)])
        .max()
        .unwrap_or(-1)
}

/// Puts the ordered lines of the old cart in the place of those that say the same in the new one.
fn keep_ordered_lines(cart: &mut Cart, old: &[Line]) -> Result<()> {
    let ordered: Vec<&Line> = old.iter().filter(|line| cart.header.is_ordered(line)).collect();
    if ordered.is_empty() {
        return Ok(());
    }
    let ids: HashSet<LineId> = ordered.iter().map(|line| line.id).collect();
    let mut new: HashMap<LineId, &mut Line> =
        cart.lines.iter_mut().map(|line| (line.id, line)).collect();
    for old in ordered {
        match new.get_mut(&old.id) {
            Some(line) if line.parent == old.parent && says_the_same(&line.input, &old.input) => {
                **line = Line { position: line.position, ..old.clone() };
            }
            Some(_) => return Err(ordered_line(old.id, "cannot change")),
            None => return Err(ordered_line(old.id, "cannot be removed")),
        }
    }
    let is_new_addon = |line: &&Line| {
        !ids.contains(&line.id) && line.parent.is_some_and(|parent| ids.contains(&parent))
    };
    match cart.lines.iter().find(is_new_addon) {
        Some(line) => Err(ordered_line(line.parent.unwrap_or(line.id), "cannot get add-ons")),
        None => Ok(()),
    }
}

/// Whether a line is carried unchanged. What the engine fills in may be left out.
fn says_the_same(new: &LineInput, old: &LineInput) -> bool {
    let text = |field: &Option<String>| field.as_deref().map(str::to_ascii_lowercase);
    let promotion = |field: &Option<SmolStr>| field.as_deref().map(Promotion::key_of);
    let rest = |input: &LineInput| LineInput {
        catalog_item_id: None,
        currency_code: None,
        promotion_id: None,
        ..input.clone()
    };
    text(&new.catalog_item_id) == text(&old.catalog_item_id)
        && (new.currency_code.is_none() || new.currency_code == old.currency_code)
        && (new.promotion_id.is_none()
            || promotion(&new.promotion_id) == promotion(&old.promotion_id))
        && rest(new) == rest(old)
}

fn ordered_line(id: LineId, what: &str) -> Error {
    let text = format!("line {id} has been ordered and {what}: carry it unchanged, by its id");
    Error::new(ErrorKind::CartOrdered, text).with_data("lineItems")
}

fn no_such_line(id: LineId) -> Error {
    Error::new(ErrorKind::NotFound, format!("line {id} is not in the cart")).with_data("lineItems")
}

/// Where a line and its add-ons, however deep, stand in the cart.
fn family_range(cart: &Cart, id: LineId) -> Option<std::ops::Range<usize>> {
    let start = cart.lines.iter().position(|line| line.id == id)?;
    let mut family = HashSet::from_iter([id]);
    let addons = cart.lines.iter().skip(start + 1).take_while(|line| {
        let belongs = line.parent.is_some_and(|parent| family.contains(&parent));
        belongs && family.insert(line.id)
    });
    Some(start..start + 1 + addons.count())
}

fn draft_of_family(family: &[Line]) -> LineDraft {
    let Some((line, rest)) = family.split_first() else { return LineDraft::default() };
    let addons = rest.iter().enumerate().filter(|(_, addon)| addon.parent == Some(line.id));
    LineDraft {
        id: Some(line.id),
        input: line.input.clone(),
        addons: addons.filter_map(|(index, _)| rest.get(index..)).map(draft_of_family).collect(),
    }
}
