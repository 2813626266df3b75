//! The options in force, as a document.

use super::options::{Limits, Options};
use super::options_in::{ATTESTATIONS, DIALECTS, DURABILITIES, PARTNER_MODELS, ROUNDINGS};
use super::word;
use super::writer::Writer;
use crate::catalog::facts::Partner;

/// All options, those left to their defaults included; reading it gives the same options.
#[must_use]
pub fn write_options(options: &Options) -> String {
    Writer::document(512, |w| {
        w.text_property("database", &options.database);
        w.text_property("durability", word::of(&DURABILITIES, &options.durability));
        w.raw_property("readOnly", options.read_only);
        w.raw_property("busyTimeoutMs", options.busy_timeout_ms);
        w.text_property("dialect", word::of(&DIALECTS, &options.dialect));
        w.name("partner").object(|w| partner(w, &options.partner));
        w.plain_property("cartLifetime", options.cart_lifetime);
        let attestation = word::of(&ATTESTATIONS, &options.is_partner_attestation_required);
        w.text_property("partnerAttestation", attestation);
        w.text_property("rounding", word::of(&ROUNDINGS, &options.partner.rounding));
        w.name("limits").object(|w| limits(w, &options.limits));
        w.optional_raw("idSeed", options.id_seed);
    })
}

fn partner(w: &mut Writer, partner: &Partner) {
    w.text_property("model", word::of(&PARTNER_MODELS, &partner.model));
    w.text_property("country", &partner.country);
    w.text_property("currency", &partner.currency);
    w.raw_property("sandbox", partner.is_sandbox);
    w.texts("resellers", partner.resellers.iter().map(String::as_str));
}

fn limits(w: &mut Writer, limits: &Limits) {
    w.raw_property("requestBytes", limits.request_bytes);
    w.raw_property("lineItemsPerCart", limits.line_items_per_cart);
    w.raw_property("addonItemsPerLine", limits.addon_items_per_line);
}
