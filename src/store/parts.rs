//! Parts of carts, for operations that touch a few of many lines.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::cart::model::{GroupSlot, Line, LineId};
use crate::cart::tally::Tallies;
use crate::catalog::item_id::ItemKey;
use crate::error::Result;

/// Questions about carts whose headers are known. All but the first are for carts that have a
/// standing.
pub trait ReadParts {
    /// The lines of a cart, in cart order.
    fn cart_lines(&self, id: Uuid) -> Result<Vec<Line>>;
    /// The root lines that some line, or lines of items, are or hang
    /// on, with all that hangs on them, in cart order; nothing when there are no such lines.
    fn cart_part(
        &self,
        id: Uuid,
        line: Option<LineId>,
        items: &BTreeSet<ItemKey>,
    ) -> Result<Vec<Line>>;
    /// The tallies of items.
    fn cart_tallies(&self, id: Uuid, keys: &BTreeSet<ItemKey>) -> Result<Tallies>;
    /// The positions of the first root lines in groups, one root line passed over.
    fn first_positions(
        &self,
        id: Uuid,
        slots: &BTreeSet<GroupSlot>,
        passed_over: LineId,
    ) -> Result<BTreeMap<GroupSlot, i64>>;
}

/// What becomes of the lines of a cart. Lines that are written are named by their place in the
/// cart as it is to be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LineEdits {
    /// Lines that are new, or that differ in any way.
    pub written: Vec<usize>,
    /// Lines that are there and stay where they are, in their groups, and buy what they did. They
    /// are cheaper to write.
    pub altered: Vec<usize>,
    /// Lines that are gone.
    pub removed: Vec<LineId>,
}
