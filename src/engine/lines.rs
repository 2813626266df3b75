//! Operations on single lines. They mean the same as the update that sends the whole resulting
//! cart, and answer only what changed.

use super::Engine;
use super::carts::{CartChange, change_cart};
use super::request::{Request, check_token};
use crate::cart::change::{add_lines, change_line, draft_of, line_changes, remove_line};
use crate::cart::model::LineId;
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
        change_cart(&self.shared, request, cart_id, &["line add", lines], move |change| {
            let named = add_lines(&mut change.cart, drafts.clone())?;
            answer(change, &named)
        })
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
        let limits = self.shared.options.limits;
        check_size(patch, &limits)?;
        let parts = ["line change", line_id, patch];
        let (line, patch) = (line_id.to_owned(), patch.to_owned());
        change_cart(&self.shared, request, cart_id, &parts, move |change| {
            let id = read_line_id(&line)?;
            let draft = patch_line(&draft_of(&change.cart, id)?, &patch, &limits)?;
            let named = change_line(&mut change.cart, id, draft)?;
            answer(change, &named)
        })
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
        let line = line_id.to_owned();
        change_cart(&self.shared, request, cart_id, &["line remove", line_id], move |change| {
            remove_line(&mut change.cart, read_line_id(&line)?)?;
            answer(change, &[])
        })
    }
}

/// Evaluates the cart and tells what changed.
fn answer(change: &mut CartChange<'_>, named: &[LineId]) -> Result<String> {
    change.evaluate()?;
    let changes = line_changes(change.before, &change.cart, named);
    Ok(write_line_changes(&changes, change.view.shared.options.dialect))
}

/// A line's id as text; one that is no number names no line.
fn read_line_id(text: &str) -> Result<LineId> {
    text.parse().map_err(|_| {
        Error::new(ErrorKind::NotFound, format!("line {text} is not in the cart"))
            .with_data("lineItems")
    })
}
