//! Row 1: a field is malformed.

use super::{Case, Fault};
use crate::cart::model::{Given, LineInput};
use crate::cart::resolve::Resolved;
use crate::catalog::model::Term;
use crate::money::is_currency_code;
use crate::term::{BillingCycle, Duration};

/// The longest friendly name, in characters.
pub(crate) const FRIENDLY_NAME_CHARS_MAX: usize = 256;
/// The greatest quantity of a line.
pub(crate) const QUANTITY_MAX: i64 = 2_147_483_647;
/// How many participants of each kind a line may have.
pub(crate) const PARTICIPANT_KINDS: [(&str, usize); 2] =
    [("transaction_reseller", 1), ("additional_transaction_reseller", 5)];
/// The terms that a subscription may renew to.
const RENEWAL_TERMS: [Duration; 2] = [Duration::months(1), Duration::months(12)];
/// How deep add-ons may be nested.
const ADDON_DEPTH_MAX: usize = 1;

/// 10010 for the first malformed field.
pub(super) fn malformed_field(case: &Case<'_>) -> Option<Fault> {
    let line = case.line;
    let input = &line.line.input;
    quantity(input)
        .or_else(|| billing_cycle(input))
        .or_else(|| term_duration(input))
        .or_else(|| friendly_name(input))
        .or_else(|| currency_code(input))
        .or_else(|| participants(input))
        .or_else(|| custom_term_end(input))
        .or_else(|| nesting(line))
        .or_else(|| renewal(line))
        .or_else(|| provisioning(line))
}

fn quantity(input: &LineInput) -> Option<Fault> {
    let problem = match input.quantity {
        Some(1..=QUANTITY_MAX) => return None,
        Some(quantity) if quantity < 1 => format!("quantity {quantity} is below 1"),
        Some(quantity) => format!("quantity {quantity} is above {QUANTITY_MAX}"),
        None => format!("quantity is absent: 1 to {QUANTITY_MAX} is allowed"),
    };
    Some(Fault::new("quantity", problem))
}

fn billing_cycle(input: &LineInput) -> Option<Fault> {
    let problem = match &input.billing_cycle {
        Some(Given::Value(_)) => return None,
        Some(Given::Malformed(text)) => format!("billingCycle \"{text}\" is unknown"),
        None => "billingCycle is absent".to_owned(),
    };
    let known: Vec<_> = BillingCycle::ALL
        .into_iter()
        .filter(|cycle| *cycle != BillingCycle::Unknown)
        .map(BillingCycle::name)
        .collect();
    Some(Fault::new("billingCycle", format!("{problem}: {} are allowed", known.join(", "))))
}

fn term_duration(input: &LineInput) -> Option<Fault> {
    match &input.term_duration {
        Some(Given::Malformed(text)) => Some(Fault::new(
            "termDuration",
            format!("termDuration \"{text}\" is no ISO 8601 duration such as P1M, P1Y or P3Y"),
        )),
        _ => None,
    }
}

fn friendly_name(input: &LineInput) -> Option<Fault> {
    // Only what has more bytes can have more characters.
    let name = input.friendly_name.as_ref().filter(|name| name.len() > FRIENDLY_NAME_CHARS_MAX)?;
    let length = name.chars().count();
    (length > FRIENDLY_NAME_CHARS_MAX).then(|| {
        Fault::new(
            "friendlyName",
            format!("friendlyName has {length} characters: {FRIENDLY_NAME_CHARS_MAX} at most"),
        )
    })
}

fn currency_code(input: &LineInput) -> Option<Fault> {
    let code = input.currency_code.as_deref()?;
    (!is_currency_code(code)).then(|| {
        Fault::new(
            "currencyCode",
            format!("currencyCode \"{code}\" is no ISO 4217 code such as USD"),
        )
    })
}

fn participants(input: &LineInput) -> Option<Fault> {
    let unknown = input
        .participants
        .iter()
        .find(|participant| PARTICIPANT_KINDS.iter().all(|(kind, _)| *kind != participant.key));
    if let Some(participant) = unknown {
        let known = PARTICIPANT_KINDS.map(|(kind, _)| kind).join(", ");
        let problem = format!(
            "participants: the key \"{}\" is unknown: {known} are allowed",
            participant.key
        );
        return Some(Fault::new("participants", problem));
    }
    PARTICIPANT_KINDS.iter().find_map(|(kind, most)| {
        let count =
            input.participants.iter().filter(|participant| participant.key == *kind).count();
        (count > *most).then(|| {
            let problem =
                format!("participants: {count} with the key {kind}: at most {most} are allowed");
            Fault::new("participants", problem)
        })
    })
}

fn custom_term_end(input: &LineInput) -> Option<Fault> {
    match &input.custom_term_end {
        Some(Given::Malformed(text)) => Some(Fault::new(
            "customTermEndDate",
            format!(
                "customTermEndDate \"{text}\" is no date such as 2026-09-30 or 2026-09-30T00:00:00Z"
            ),
        )),
        _ => None,
    }
}

fn nesting(line: &Resolved<'_>) -> Option<Fault> {
    let deepest = line.depth + usize::from(line.has_addons);
    (line.depth > 0 && deepest > ADDON_DEPTH_MAX).then(|| {
        let problem =
            format!("addonItems are nested {deepest} deep: at most {ADDON_DEPTH_MAX} is allowed");
        Fault::new("addonItems", problem)
    })
}

/// A renewal must be to a month or a year, and to one of the term's options where those are known.
fn renewal(line: &Resolved<'_>) -> Option<Fault> {
    let wanted = line.line.input.renews_to.as_ref()?.term_duration.as_ref()?;
    let is_billed_so = |term: &&Term| term.billing_cycle.is_none_or(|its| line.cycle == Some(its));
    let options: Vec<_> = line
        .loaded_terms()
        .iter()
        .filter(|term| line.term == Some(term.duration))
        .filter(is_billed_so)
        .flat_map(|term| term.renewal_options.iter().copied())
        .collect();
    let allowed: Vec<_> = RENEWAL_TERMS
        .into_iter()
        .filter(|term| options.is_empty() || options.contains(term))
        .map(|term| term.to_string())
        .collect();
    let text = match wanted {
        Given::Value(term) if allowed.contains(&term.to_string()) => return None,
        Given::Value(term) => term.to_string(),
        Given::Malformed(text) => text.clone(),
    };
    let allowed = if allowed.is_empty() { "no renewal is".to_owned() } else { allowed.join(", ") };
    Some(Fault::new("renewsTo", format!("renewsTo.termDuration \"{text}\": {allowed} allowed")))
}

fn provisioning(line: &Resolved<'_>) -> Option<Fault> {
    let missing = line
        .sku()?
        .provisioning_variables
        .iter()
        .find(|name| line.provisioning(name).is_none_or(str::is_empty))?;
    Some(Fault::new(
        "provisioningContext",
        format!("provisioningContext has no {missing}: the SKU needs a value for it"),
    ))
}
