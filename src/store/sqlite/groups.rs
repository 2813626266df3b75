//! How the group table of a cart is kept: as JSON, a list for each group. Without names, which
//! would be the greater part of it, it is written and read in half the time.

use uuid::Uuid;

use super::error::{from_json, to_json};
use crate::cart::model::{Group, GroupKey, GroupSlot, PurchaseSystem};
use crate::error::Result;
use crate::term::BillingCycle;

/// Slot, name, system, billing cycle, currency, sales group and order.
type Kept<T> = (GroupSlot, T, PurchaseSystem, BillingCycle, T, Option<T>, Option<Uuid>);

/// The text that is kept.
pub(super) fn to_text(groups: &[Group]) -> Result<String> {
    to_json(&groups.iter().map(kept).collect::<Vec<_>>())
}

fn kept(group: &Group) -> Kept<&String> {
    let Group { slot, name, key, order } = group;
    let GroupKey { system, sales_group, billing_cycle, currency } = key;
    (*slot, name, *system, *billing_cycle, currency, sales_group.as_ref(), *order)
}

/// The groups of a text that was kept.
pub(super) fn from_text(text: &str) -> Result<Vec<Group>> {
    let group = |(slot, name, system, billing_cycle, currency, sales_group, order)| {
        let key = GroupKey { system, sales_group, billing_cycle, currency };
        Group { slot, name, key, order }
    };
    Ok(from_json::<Vec<Kept<String>>>(text)?.into_iter().map(group).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_kept_as_lists() {
        let key = GroupKey {
            system: PurchaseSystem::Legacy,
            sales_group: Some("A \"B\"".to_owned()),
            billing_cycle: BillingCycle::Annual,
            currency: "EUR".to_owned(),
        };
        let order = Some(Uuid::from_u128(1));
        let modern = GroupKey { system: PurchaseSystem::Modern, sales_group: None, ..key.clone() };
        let groups = [
            Group { slot: 3, name: "OMS-0".to_owned(), key, order },
            Group { slot: 0, name: "0".to_owned(), key: modern, order: None },
        ];
        let text = to_text(&groups).unwrap();
        let expected = concat!(
            r#"[[3,"OMS-0","legacy","annual","EUR","A \"B\"","#,
            r#""00000000-0000-0000-0000-000000000001"],"#,
            r#"[0,"0","modern","annual","EUR",null,null]]"#,
        );
        assert_eq!(text, expected);
        assert_eq!(from_text(&text).unwrap(), groups);
    }
}
