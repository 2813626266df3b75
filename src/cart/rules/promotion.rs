//! Row 20: the promotion that a line names.

use super::{Case, Fault};
use crate::catalog::model::Promotion;

/// 10014: no such promotion, or not for this item.
pub(super) fn unknown_promotion(case: &Case<'_>) -> Option<Fault> {
    let id = case.line.line.input.promotion_id.as_deref()?;
    let key = Promotion::key_of(id);
    let is_of_item = case
        .line
        .facts()?
        .promotions
        .iter()
        .any(|promotion| Promotion::key_of(&promotion.id) == key);
    if is_of_item {
        return None;
    }
    let problem = match case.facts.promotions.get(&key) {
        // A caller that changes the item echoes what had applied by itself.
        Some(other) if other.is_auto_applicable => return None,
        Some(_) => "is not for this item",
        None => "does not exist",
    };
    Some(Fault::new("promotionId", format!("promotionId \"{id}\" {problem}")))
}
