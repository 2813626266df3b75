//! Rows 21 and 22: custom ends of the first term (behaviour 7).

use chrono::{Datelike, Months, NaiveDate};

use super::{Case, Fault};
use crate::cart::model::value_of;
use crate::cart::proration::{end_to_align, last_day};
use crate::catalog::facts::Alignment;
use crate::term::Duration;

const CUSTOM_END: &str = "customTermEndDate";
/// Days that every month has with room to spare: a monthly term may align with a subscription that
/// ends on one.
const ALIGNED_DAY_MAX: u32 = 27;

/// 10016: not licence-based, a trial, or bought without a term.
pub(super) fn not_for_this_item(case: &Case<'_>) -> Option<Fault> {
    let end = value_of(case.line.line.input.custom_term_end.as_ref())?.date();
    let problem = if !case.line.is_licence_based() {
        "only licence-based items can have one"
    } else if case.line.is_trial() {
        "a trial cannot have one"
    } else if case.line.term.is_none() {
        "a termDuration is needed"
    } else {
        return None;
    };
    Some(Fault::new(CUSTOM_END, format!("customTermEndDate {end}: {problem}")))
}

/// 10017: not in the first term, or neither a month's last day nor a subscription's.
pub(super) fn not_an_allowed_day(case: &Case<'_>) -> Option<Fault> {
    let end = value_of(case.line.line.input.custom_term_end.as_ref())?.date();
    let term = case.line.term?;
    let today = case.now.date();
    let last = last_day(today, term)?;
    if end <= today || end > last {
        let problem =
            format!("customTermEndDate {end}: a day after {today} and up to {last} is allowed");
        return Some(Fault::new(CUSTOM_END, problem));
    }
    let end = end_to_align(&case.line.line.input)?;
    let mut subscriptions = case.facts.alignments.iter();
    let is_aligned = subscriptions.any(|subscription| is_aligned(end, term, *subscription));
    (!is_aligned).then(|| {
        let problem = format!(
            "customTermEndDate {end}: the last day of a month is allowed, or one on which a subscription ends"
        );
        Fault::new(CUSTOM_END, problem)
    })
}

/// Whether a term may end on a day that ends no month, because a subscription ends on it, or on an
/// anniversary of it.
fn is_aligned(end: NaiveDate, term: Duration, subscription: Alignment) -> bool {
    let is_monthly = term == Duration::months(1);
    let fits_term =
        if is_monthly { end.day() <= ALIGNED_DAY_MAX } else { !subscription.is_monthly };
    fits_term && is_anniversary(end, subscription.end.date())
}

fn is_anniversary(day: NaiveDate, of: NaiveDate) -> bool {
    let years = day.year() - of.year();
    u32::try_from(years)
        .ok()
        .and_then(|years| of.checked_add_months(Months::new(years * 12)))
        .is_some_and(|anniversary| anniversary == day)
}
