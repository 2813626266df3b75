//! Evaluation: what the rules, prices and promotions say of the lines of a cart. A pure function of
//! the lines, the facts and the moment.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::cart::model::{Line, LineError, Pricing};
use crate::cart::pricing;
use crate::cart::promotion;
use crate::cart::resolve::Resolved;
use crate::cart::rules::{self, Case};
use crate::cart::seen::Seen;
use crate::catalog::facts::Facts;
use crate::catalog::model::Promotion;
use crate::clock::Timestamp;

/// What evaluation says of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// What is wrong with it.
    pub error: Option<Box<LineError>>,
    /// What it costs, when it is good and its market has prices.
    pub pricing: Option<Pricing>,
    /// The promotion that applied, as the catalog writes its id.
    pub promotion_id: Option<SmolStr>,
    /// Whether enough is known of it to place it in an order group.
    pub has_group: bool,
}

/// How often bases and add-ons are weighed freely before a line that was once found in error stays
/// out of the reckoning. Real catalogs settle in two or three rounds; the bound makes every catalog
/// settle.
const FREE_ROUNDS: usize = 8;

/// Evaluates lines, given in cart order, each root followed by its add-ons.
pub(crate) fn evaluate(lines: &[Resolved<'_>], facts: &Facts, now: Timestamp) -> Vec<Outcome> {
    evaluate_beside(lines, &Seen::default(), facts, now)
}

/// Evaluates some lines of a cart, beside what its other lines buy for certain.
pub(crate) fn evaluate_beside(
    lines: &[Resolved<'_>],
    others: &Seen<'_>,
    facts: &Facts,
    now: Timestamp,
) -> Vec<Outcome> {
    let has_dependants = lines.iter().any(|line| line.parent.is_some() || !line.bases().is_empty());
    let mut good = vec![true; lines.len()];
    for round in 1.. {
        let outcomes = judge(lines, &good, others, facts, now);
        if !has_dependants {
            return outcomes;
        }
        let next: Vec<bool> = outcomes
            .iter()
            .zip(&good)
            .map(|(outcome, was_good)| {
                outcome.error.is_none() && (round <= FREE_ROUNDS || *was_good)
            })
            .collect();
        if next == good {
            return outcomes;
        }
        good = next;
    }
    Vec::new()
}

/// Looks the lines up, with their place among roots and add-ons.
pub(crate) fn resolve<'a>(lines: &[&'a Line], facts: &'a Facts) -> Vec<Resolved<'a>> {
    let mut resolved: Vec<Resolved<'a>> =
        lines.iter().map(|line| Resolved::new(line, facts)).collect();
    // Roots come before their add-ons, so the ancestors of a line are the last line of each depth
    // above it.
    let mut ancestors: Vec<usize> = Vec::new();
    for index in 0..resolved.len() {
        let parent_id = resolved.get(index).and_then(|line| line.line.parent);
        while let Some(last) = ancestors.last() {
            if resolved.get(*last).map(|line| line.line.id) == parent_id {
                break;
            }
            ancestors.pop();
        }
        let parent = ancestors.last().copied();
        if let Some(parent) = parent.and_then(|parent| resolved.get_mut(parent)) {
            parent.has_addons = true;
        }
        if let Some(line) = resolved.get_mut(index) {
            line.parent = parent;
            line.depth = ancestors.len();
        }
        ancestors.push(index);
    }
    resolved
}

/// Goes through the lines in order. Which other lines, earlier or later, are good is taken from the
/// round before.
fn judge(
    lines: &[Resolved<'_>],
    good: &[bool],
    others: &Seen<'_>,
    facts: &Facts,
    now: Timestamp,
) -> Vec<Outcome> {
    let cart = bought_by(lines, good, others);
    let bad_addons = bad_addons(lines, good);
    let mut seen = Seen::with_capacity(lines.len());
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let outcome = outcome(&Case {
                line,
                root: line.parent.and_then(|parent| lines.get(parent)),
                is_root_bad: line.parent.is_some_and(|parent| good.get(parent) == Some(&false)),
                bad_addon: bad_addons.get(&index).copied(),
                price: pricing::price_row(line, facts, now),
                facts,
                seen: &seen,
                cart: &cart,
                now,
            });
            if outcome.error.is_none() {
                count(&mut seen, line, outcome.promotion_id.as_deref());
            }
            outcome
        })
        .collect()
}

/// What the lines that were good in the round before buy together, with what others buy.
fn bought_by<'a>(lines: &'a [Resolved<'_>], good: &[bool], others: &Seen<'a>) -> Seen<'a> {
    let mut cart = others.clone();
    if lines.iter().any(|line| !line.bases().is_empty()) {
        for (line, _) in lines.iter().zip(good).filter(|(_, is_good)| **is_good) {
            count(&mut cart, line, None);
        }
    }
    cart
}

/// For each line with a bad add-on, the first of them.
fn bad_addons<'a, 'b>(
    lines: &'b [Resolved<'a>],
    good: &[bool],
) -> BTreeMap<usize, &'b Resolved<'a>> {
    let mut bad = BTreeMap::new();
    for (line, _) in lines.iter().zip(good).filter(|(_, is_good)| !**is_good) {
        if let Some(parent) = line.parent {
            bad.entry(parent).or_insert(line);
        }
    }
    bad
}

fn count<'a>(seen: &mut Seen<'a>, line: &'a Resolved<'_>, promotion_id: Option<&str>) {
    let (Some(key), Some(quantity)) = (line.key.as_deref(), line.quantity) else { return };
    seen.add(key, quantity, line.makes_subscription());
    if let Some(id) = promotion_id {
        seen.redeem(Promotion::key_of(id), quantity);
    }
}

fn outcome(case: &Case<'_>) -> Outcome {
    if let Some((rule, error)) = rules::first_error(case) {
        return Outcome {
            error: Some(Box::new(error)),
            pricing: None,
            promotion_id: None,
            has_group: rule.keeps_group(),
        };
    }
    let mut outcome = Outcome { error: None, pricing: None, promotion_id: None, has_group: true };
    let applied = promotion::best(case.line, case.facts, case.seen, case.now);
    if let Some(row) = case.price {
        let discount = applied.map(|applied| applied.discount).unwrap_or_default();
        outcome.pricing = pricing::price(case.line, row, discount, case.facts, case.now);
        if outcome.pricing.is_none() {
            outcome.error = Some(Box::new(rules::price_overflow(case.line)));
            return outcome;
        }
    }
    outcome.promotion_id = applied.map(|applied| applied.promotion.id.as_str().into());
    outcome
}
