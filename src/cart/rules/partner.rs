//! Rows 18 and 19: what is agreed to, and who takes part.

use super::{Case, Fault};
use crate::catalog::facts::PartnerModel;

/// 10012: the terms of the SKU or offer are enforced and not accepted.
pub(super) fn attestation_missing(case: &Case<'_>) -> Option<Fault> {
    let attestation = case.line.enforced_attestation()?;
    let given = match case.line.line.input.attestation_accepted {
        Some(true) => return None,
        Some(false) => "is false",
        None => "is absent",
    };
    let kind = attestation.kind.as_deref().unwrap_or("the item's terms");
    let problem = format!("AttestationAccepted {given}: it must be true ({kind})");
    Some(Fault::new("AttestationAccepted", problem))
}

/// 10004: the partner sells directly, or a participant is none of his resellers.
pub(super) fn participants_not_allowed(case: &Case<'_>) -> Option<Fault> {
    let participants = &case.line.line.input.participants;
    let partner = &case.facts.partner;
    if participants.is_empty() {
        return None;
    }
    if partner.model == PartnerModel::Direct {
        let problem = "participants: a direct partner has no resellers, none are allowed";
        return Some(Fault::new("participants", problem));
    }
    let stranger = participants.iter().find(|participant| {
        partner.resellers.iter().all(|id| !id.eq_ignore_ascii_case(&participant.value))
    })?;
    let problem = format!("participants: \"{}\" is no reseller of this partner", stranger.value);
    Some(Fault::new("participants", problem))
}
