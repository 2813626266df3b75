//! Operations on single lines. They mean the same as the update that sends the whole resulting
//! cart, and answer only what changed.

use super::Engine;
use super::carts::{CartChange, change_open_cart, change_whole_cart};
use super::part::{change_part, stand};
use super::request::{Request, check_token};
use crate::cart::change::{
    add_lines, add_lines_at, change_line, draft_of, line_changes, names_used_ids, remove_family,
    remove_line,
};
use crate::cart::model::{Cart, LineDraft, LineId};
use crate::document::options::Limits;
use crate::document::{check_size, patch_line, read_lines, write_line_changes};
use crate::error::{Error, ErrorKind, Result};

impl Engine {
    /// Adds lines at the end of a cart: an array of lines, or one.
    ///
    /// # Errors
    /// As `update`.
    pub fn line_add(&self, request: &Request<'_>, cart_id: &str, lines: &str) -> Result<String> {
        request.check_changing_of(cart_id)?;
        let drafts = read_lines(lines, &self.shared.options.limits)?;
        self.change_lines(request, cart_id, &["line add", lines], Edit::Add(drafts))
    }

    /// Changes a line or an add-on by a JSON merge patch on its properties.
    ///
    /// # Errors
    /// As `update`; `NotFound` for a line that is not in the cart.
    pub fn line_change(
        &self,
        request: &Request<'_>,
        cart_id: &str,
        line_id: &str,
        patch: &str,
    ) -> Result<String> {
        request.check_changing_of(cart_id)?;
        check_token("line_id", line_id)?;
        check_size(patch, &self.shared.options.limits)?;
        let edit = Edit::Change { line: line_id.to_owned(), patch: patch.to_owned() };
        self.change_lines(request, cart_id, &["line change", line_id, patch], edit)
    }

    /// Removes a line with its add-ons, or an add-on. The last line of a cart cannot be removed.
    ///
    /// # Errors
    /// As `update`; `NotFound` for a line that is not in the cart.
    pub fn line_remove(
        &self,
        request: &Request<'_>,
        cart_id: &str,
        line_id: &str,
    ) -> Result<String> {
        request.check_changing_of(cart_id)?;
        check_token("line_id", line_id)?;
        let edit = Edit::Remove { line: line_id.to_owned() };
        self.change_lines(request, cart_id, &["line remove", line_id], edit)
    }

    /// Changes the lines that an edit touches, and looks at the whole cart only where they may
    /// concern others.
    fn change_lines(
        &self,
        request: &Request<'_>,
        cart_id: &str,
        parts: &[&str],
        edit: Edit,
    ) -> Result<String> {
        let limits = self.shared.options.limits;
        change_open_cart(&self.shared, request, cart_id, parts, move |view, known, user| {
            if let Some(settled) = change_part(view, &known, user, &edit)? {
                return Ok(settled);
            }
            change_whole_cart(view, known, user, &|change| {
                change.cart.lines.clone_from(&change.before.lines);
                let named = edit.apply(&mut change.cart, &limits)?;
                let (facts, keeps_inputs) = change.evaluate()?;
                stand(change, &facts, keeps_inputs)?;
                Ok(answer(change, &named))
            })
        })
    }
}

/// What a host does to the lines of a cart.
#[derive(Debug)]
pub(super) enum Edit {
    Add(Vec<LineDraft>),
    Change { line: String, patch: String },
    Remove { line: String },
}

impl Edit {
    /// Changes a whole cart, and tells the lines that the host has named.
    fn apply(&self, cart: &mut Cart, limits: &Limits) -> Result<Vec<LineId>> {
        match self {
            Self::Add(drafts) => add_lines(cart, drafts.clone()),
            Self::Change { line, patch } => {
                let id = read_line_id(line)?;
                let draft = patch_line(&draft_of(cart, id)?, patch, limits)?;
                change_line(cart, id, draft)
            }
            Self::Remove { line } => {
                remove_line(cart, read_line_id(line)?)?;
                Ok(Vec::new())
            }
        }
    }

    /// The line that is there already.
    pub(super) fn line(&self) -> Result<Option<LineId>> {
        match self {
            Self::Add(_) => Ok(None),
            Self::Change { line, .. } | Self::Remove { line } => read_line_id(line).map(Some),
        }
    }

    /// As `apply`, for a cart of which only the touched lines are here. `None` when it takes the
    /// others to tell.
    pub(super) fn apply_to_part(
        &self,
        part: &mut Cart,
        next_position: i64,
        limits: &Limits,
    ) -> Result<Option<Vec<LineId>>> {
        match self {
            Self::Add(drafts) => {
                if names_used_ids(&part.header, drafts, &|_| false) {
                    return Ok(None);
                }
                add_lines_at(part, drafts.clone(), next_position).map(Some)
            }
            Self::Change { line, patch } => {
                let id = read_line_id(line)?;
                let drafts = [patch_line(&draft_of(part, id)?, patch, limits)?];
                let is_here = |id| part.lines.iter().any(|line| line.id == id);
                if names_used_ids(&part.header, &drafts, &is_here) {
                    return Ok(None);
                }
                let [draft] = drafts;
                change_line(part, id, draft).map(Some)
            }
            Self::Remove { line } => {
                remove_family(part, read_line_id(line)?)?;
                Ok(Some(Vec::new()))
            }
        }
    }
}

/// Tells what changed.
fn answer(change: &CartChange<'_>, named: &[LineId]) -> String {
    let changes = line_changes(change.before, &change.cart, named);
    write_line_changes(&changes, change.view.shared.options.dialect)
}

/// A line's id as text; one that is no number names no line.
fn read_line_id(text: &str) -> Result<LineId> {
    text.parse().map_err(|_| {
        Error::new(ErrorKind::NotFound, format!("line {text} is not in the cart"))
            .with_data("lineItems")
    })
}
