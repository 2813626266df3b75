//! Rows 12 to 14: the subscriptions that a line names.

use super::{Case, Fault};
use crate::catalog::model::Subscription;

const CONTEXT: &str = "provisioningContext";
/// The keys of a provisioning context that name subscriptions.
const SUBSCRIPTION_KEYS: [&str; 3] =
    ["subscriptionId", "parentSubscriptionId", "azureSubscriptionId"];
/// The keys that name an Azure subscription.
const AZURE_KEYS: [&str; 2] = ["subscriptionId", "azureSubscriptionId"];

/// 10007: unknown for this customer, or not active.
pub(super) fn not_active(case: &Case<'_>) -> Option<Fault> {
    SUBSCRIPTION_KEYS.iter().find_map(|key| {
        let id = case.line.provisioning(key)?;
        let problem = match case.facts.subscriptions.get(&id.to_ascii_lowercase()) {
            Some(found) if found.status == "active" => return None,
            Some(found) => format!("is {}: it must be active", found.status),
            None => "is no subscription of this customer".to_owned(),
        };
        Some(Fault::new(CONTEXT, format!("provisioningContext.{key} \"{id}\" {problem}")))
    })
}

/// 10011: not registered, though the SKU needs it.
pub(super) fn not_registered(case: &Case<'_>) -> Option<Fault> {
    let needs_registration = case
        .line
        .sku()?
        .purchase_prerequisites
        .iter()
        .any(|name| name.eq_ignore_ascii_case("AzureSubscriptionRegistration"));
    if !needs_registration {
        return None;
    }
    fault_where(
        case,
        |found| found.is_registered == Some(false),
        "is not registered for reservations",
    )
}

/// 10008: not enabled for reservations.
pub(super) fn not_enabled_for_reservations(case: &Case<'_>) -> Option<Fault> {
    if !case.line.is_reservation() {
        return None;
    }
    fault_where(
        case,
        |found| found.reservations_enabled == Some(false),
        "is not enabled for reservations",
    )
}

fn fault_where(
    case: &Case<'_>,
    is_bad: impl Fn(&Subscription) -> bool,
    problem: &str,
) -> Option<Fault> {
    AZURE_KEYS.iter().find_map(|key| {
        let id = case.line.provisioning(key)?;
        let found = case.facts.subscriptions.get(&id.to_ascii_lowercase())?;
        is_bad(found)
            .then(|| Fault::new(CONTEXT, format!("provisioningContext.{key} \"{id}\" {problem}")))
    })
}
