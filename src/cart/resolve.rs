//! What a line names, looked up once before the rules run.

use std::borrow::Cow;

use crate::cart::model::{Line, PurchaseSystem, value_of};
use crate::catalog::facts::{Buyer, Facts};
use crate::catalog::item_id::{ItemId, ItemKey};
use crate::catalog::model::{Attestation, Availability, ItemFacts, Offer, Sku, Term};
use crate::term::{BillingCycle, Duration};

/// The thing that a line names, as far as the catalog knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Item<'a> {
    /// Nothing that the catalog knows.
    Unknown,
    /// A SKU.
    Sku { facts: &'a ItemFacts, sku: &'a Sku, availability: Sold<&'a Availability> },
    /// A legacy offer.
    Offer { facts: &'a ItemFacts, offer: Sold<&'a Offer> },
}

/// Whether a thing is sold to the buyer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sold<T> {
    /// Nothing was loaded that would restrict it.
    Anywhere,
    /// On these conditions.
    Here(T),
    /// Only in other countries or to other segments.
    Elsewhere(T),
}

impl<T: Copy> Sold<T> {
    /// The conditions for the buyer.
    pub(crate) const fn here(self) -> Option<T> {
        match self {
            Self::Here(conditions) => Some(conditions),
            Self::Anywhere | Self::Elsewhere(_) => None,
        }
    }

    /// Any conditions, of the buyer or of others.
    const fn any(self) -> Option<T> {
        match self {
            Self::Here(conditions) | Self::Elsewhere(conditions) => Some(conditions),
            Self::Anywhere => None,
        }
    }
}

/// A line with what it names.
#[derive(Debug, Clone)]
pub(crate) struct Resolved<'a> {
    pub line: &'a Line,
    /// The index of the line that this one is an add-on of.
    pub parent: Option<usize>,
    /// How deep it is nested: 0 for a root line.
    pub depth: usize,
    /// Whether it has add-ons of its own.
    pub has_addons: bool,
    /// What it buys, whether the catalog knows it or not.
    pub key: Option<Cow<'a, ItemKey>>,
    pub system: PurchaseSystem,
    pub item: Item<'a>,
    pub currency: &'a str,
    pub quantity: Option<i64>,
    pub cycle: Option<BillingCycle>,
    pub term: Option<Duration>,
}

impl<'a> Resolved<'a> {
    /// Looks a line up.
    pub(crate) fn new(line: &'a Line, facts: &'a Facts) -> Self {
        let id = line.input.catalog_item_id.as_deref().and_then(ItemId::parse);
        let text = id.as_ref().map(ItemId::key_text);
        let known = text.as_deref().and_then(|text| facts.items.get_key_value(text));
        let key = match known {
            Some((key, _)) => Some(Cow::Borrowed(key)),
            None => text.map(|text| Cow::Owned(ItemKey::from_stored(text.into_owned()))),
        };
        let item = match (&id, known) {
            (Some(id), Some((_, known))) => item_of(id, known, &facts.buyer),
            _ => Item::Unknown,
        };
        let mut resolved = Self {
            line,
            parent: None,
            depth: 0,
            has_addons: false,
            key,
            system: if matches!(id, Some(ItemId::Legacy(_))) {
                PurchaseSystem::Legacy
            } else {
                PurchaseSystem::Modern
            },
            item,
            currency: "",
            quantity: line.input.quantity,
            cycle: value_of(line.input.billing_cycle.as_ref()),
            term: value_of(line.input.term_duration.as_ref()),
        };
        resolved.currency = resolved.currency_of(facts);
        resolved
    }

    /// The currency given; else the availability's, else the partner's if the item is priced in it,
    /// else the buyer's.
    fn currency_of(&self, facts: &'a Facts) -> &'a str {
        let default = match self.item {
            Item::Sku { availability, .. } => {
                availability.any().and_then(|found| found.default_currency.as_deref())
            }
            _ => None,
        };
        let partners = &facts.partner.currency;
        let given = self.line.input.currency_code.as_deref();
        given.or(default).unwrap_or_else(|| {
            let is_priced = self.facts().is_some_and(|item| {
                item.prices.iter().any(|price| {
                    price.currency == *partners
                        && fits(price.segment.as_ref(), &facts.buyer.segment)
                })
            });
            if is_priced { partners } else { &facts.buyer.currency }
        })
    }

    /// All that is known of the item.
    pub(crate) const fn facts(&self) -> Option<&'a ItemFacts> {
        match self.item {
            Item::Unknown => None,
            Item::Sku { facts, .. } | Item::Offer { facts, .. } => Some(facts),
        }
    }

    /// The SKU, when the item is one.
    pub(crate) const fn sku(&self) -> Option<&'a Sku> {
        match self.item {
            Item::Sku { sku, .. } => Some(sku),
            _ => None,
        }
    }

    /// The offer as it is sold to the buyer.
    pub(crate) const fn offer(&self) -> Option<&'a Offer> {
        match self.item {
            Item::Offer { offer, .. } => offer.here(),
            _ => None,
        }
    }

    /// The availability as it is sold to the buyer.
    pub(crate) const fn availability(&self) -> Option<&'a Availability> {
        match self.item {
            Item::Sku { availability, .. } => availability.here(),
            _ => None,
        }
    }

    /// The catalog's spelling of the item id.
    pub(crate) fn catalog_item_id(&self) -> Option<Cow<'a, str>> {
        let given = self.line.input.catalog_item_id.as_deref();
        match self.item {
            Item::Unknown => None,
            Item::Offer { offer, .. } => offer.any().map(|offer| Cow::Borrowed(&*offer.id)),
            Item::Sku { sku, availability, .. } => {
                let Some(found) = availability.any() else {
                    let third = given?.rsplit(':').next()?;
                    return Some(spelled(given, [&sku.product_id, &sku.id, third]));
                };
                let parts = || spelled(given, [&found.product_id, &found.sku_id, &found.id]);
                Some(found.catalog_item_id.as_deref().map_or_else(parts, Cow::Borrowed))
            }
        }
    }

    /// The name of the item for people.
    pub(crate) fn title(&self) -> Option<&'a str> {
        match self.item {
            Item::Unknown => None,
            Item::Sku { facts, sku, .. } => sku
                .title
                .as_deref()
                .or_else(|| facts.product.as_ref().and_then(|product| product.title.as_deref())),
            Item::Offer { offer, .. } => offer.any().and_then(|offer| offer.name.as_deref()),
        }
    }

    /// The type of the product, such as `OnlineServicesNCE`.
    pub(crate) fn product_type(&self) -> Option<&'a str> {
        self.facts()?.product.as_ref()?.product_type.as_deref()
    }

    /// Whether the item is licence-based.
    pub(crate) fn is_licence_based(&self) -> bool {
        self.product_type().is_some_and(|kind| kind.eq_ignore_ascii_case(LICENCE_BASED))
    }

    /// Whether the item is a reservation of Azure capacity.
    pub(crate) fn is_reservation(&self) -> bool {
        let is_azure = self.product_type().is_some_and(|kind| kind.eq_ignore_ascii_case("Azure"));
        is_azure
            && self.sku().is_some_and(|sku| {
                sku.provisioning_variables
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case("SubscriptionId"))
            })
    }

    /// Whether the line buys something once, for ever.
    pub(crate) fn is_perpetual(&self) -> bool {
        self.cycle == Some(BillingCycle::OneTime) && !self.has_terms()
    }

    /// Whether an order line makes a subscription.
    pub(crate) fn makes_subscription(&self) -> bool {
        !self.is_perpetual() && !self.is_reservation()
    }

    /// Whether the item is a trial.
    pub(crate) fn is_trial(&self) -> bool {
        let of_sku = self.sku().and_then(|sku| sku.is_trial);
        of_sku.or_else(|| self.offer().and_then(|offer| offer.is_trial)).unwrap_or(false)
    }

    /// The least and the greatest quantity of a line.
    pub(crate) fn quantity_range(&self) -> (Option<i64>, Option<i64>) {
        match (self.sku(), self.offer()) {
            (Some(sku), _) => (sku.minimum_quantity, sku.maximum_quantity),
            (None, Some(offer)) => (offer.minimum_quantity, offer.maximum_quantity),
            (None, None) => (None, None),
        }
    }

    /// The billing cycles that the item can be bought with; empty when nothing restricts them.
    pub(crate) fn supported_cycles(&self) -> &'a [BillingCycle] {
        match (self.sku(), self.offer()) {
            (Some(sku), _) => &sku.supported_billing_cycles,
            (None, Some(offer)) => &offer.supported_billing_cycles,
            (None, None) => &[],
        }
    }

    /// The terms that the availability names.
    pub(crate) fn loaded_terms(&self) -> &'a [Term] {
        self.availability().map_or(&[], |availability| &availability.terms)
    }

    /// Whether the item is bought for a term: by its availability, else by the terms it is priced
    /// for.
    pub(crate) fn has_terms(&self) -> bool {
        !self.loaded_terms().is_empty()
            || (self.system == PurchaseSystem::Modern
                && self
                    .facts()
                    .is_some_and(|facts| facts.prices.iter().any(|price| price.term.is_some())))
    }

    /// The terms to agree to, when a purchase needs it.
    pub(crate) fn enforced_attestation(&self) -> Option<&'a Attestation> {
        let of_sku = self.sku().and_then(|sku| sku.attestation.as_ref());
        of_sku
            .or_else(|| self.offer().and_then(|offer| offer.attestation.as_ref()))
            .filter(|attestation| attestation.enforced)
    }

    /// The items that this one can be bought towards; empty when it is no add-on, or nothing
    /// restricts it.
    pub(crate) fn bases(&self) -> &'a [ItemKey] {
        match (self.sku(), self.offer()) {
            (Some(sku), _) if sku.is_addon => &sku.prerequisite_skus,
            (None, Some(offer)) if offer.is_addon => &offer.prerequisite_offers,
            _ => &[],
        }
    }

    /// A value of the provisioning context, its key in any case.
    pub(crate) fn provisioning(&self, key: &str) -> Option<&'a str> {
        let context = &self.line.input.provisioning_context;
        context
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| value.as_str())
    }
}

/// The product type of licence-based products.
pub(crate) const LICENCE_BASED: &str = "OnlineServicesNCE";

/// The parts of an item id as one; what was given where it is spelled so, as nearly always.
fn spelled<'a>(given: Option<&'a str>, parts: [&str; 3]) -> Cow<'a, str> {
    match given {
        Some(given) if is_made_of(given, parts) => Cow::Borrowed(given),
        _ => Cow::Owned(parts.join(":")),
    }
}

fn is_made_of(id: &str, [product, sku, availability]: [&str; 3]) -> bool {
    let rest = id.strip_prefix(product).and_then(|rest| rest.strip_prefix(':'));
    let rest = rest.and_then(|rest| rest.strip_prefix(sku)?.strip_prefix(':'));
    rest == Some(availability)
}

/// Whether a condition that may be absent allows a value.
pub(crate) fn fits(condition: Option<&String>, value: &str) -> bool {
    condition.is_none_or(|wanted| is_same(wanted, value))
}

/// Whether texts are equal but for their case. Most have the same case, and equality alone is
/// quicker.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one == other || one.eq_ignore_ascii_case(other)
}

fn item_of<'a>(id: &ItemId<'_>, known: &'a ItemFacts, buyer: &Buyer) -> Item<'a> {
    match id {
        ItemId::Modern { availability, .. } => match &known.sku {
            Some(sku) => sku_of(known, sku, availability, buyer),
            None => Item::Unknown,
        },
        ItemId::Legacy(_) => {
            let here =
                known.offers.iter().find(|offer| fits(offer.country.as_ref(), &buyer.country));
            match (here, known.offers.first()) {
                (Some(offer), _) => Item::Offer { facts: known, offer: Sold::Here(offer) },
                (None, Some(other)) => Item::Offer { facts: known, offer: Sold::Elsewhere(other) },
                (None, None) => Item::Unknown,
            }
        }
    }
}

fn sku_of<'a>(known: &'a ItemFacts, sku: &'a Sku, wanted: &str, buyer: &Buyer) -> Item<'a> {
    if known.availabilities.is_empty() {
        return Item::Sku { facts: known, sku, availability: Sold::Anywhere };
    }
    let named = || known.availabilities.iter().filter(|found| is_same(&found.id, wanted));
    let here = named().find(|found| {
        fits(found.country.as_ref(), &buyer.country) && fits(found.segment.as_ref(), &buyer.segment)
    });
    match (here, named().next()) {
        (Some(found), _) => Item::Sku { facts: known, sku, availability: Sold::Here(found) },
        (None, Some(other)) => {
            Item::Sku { facts: known, sku, availability: Sold::Elsewhere(other) }
        }
        (None, None) => Item::Unknown,
    }
}
