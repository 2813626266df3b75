//! The options of an engine, as its open document gives them.

use crate::catalog::facts::{Partner, PartnerModel, Rounding};
use crate::term::Duration;

/// How JSON of carts is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// As the first published resource page says.
    V2018,
    /// As the resource page of 2023 says.
    V2023,
    /// As the live service writes it.
    Wire,
}

/// What an answered change survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Durability {
    /// Every answered change survives a power loss.
    Full,
    /// Every answered checkout does, with all changes before it.
    Checkout,
    /// The last changes may be lost.
    Normal,
}

/// The greatest documents and carts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request document.
    pub request_bytes: usize,
    /// Root lines and add-ons of a cart.
    pub line_items_per_cart: usize,
    /// Add-ons of a line.
    pub addon_items_per_line: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { request_bytes: 8 << 20, line_items_per_cart: 10_000, addon_items_per_line: 100 }
    }
}

/// All options of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The path of the database file, or `:memory:`.
    pub database: String,
    /// What an answered change survives.
    pub durability: Durability,
    /// Whether the database is only read.
    pub read_only: bool,
    /// How long to wait for another process, in milliseconds.
    pub busy_timeout_ms: u32,
    /// How carts are written.
    pub dialect: Dialect,
    /// Who sells, and how he rounds.
    pub partner: Partner,
    /// How long a cart lives.
    pub cart_lifetime: Duration,
    /// Whether participants need the partner's attestation.
    pub is_partner_attestation_required: bool,
    /// The greatest documents and carts.
    pub limits: Limits,
    /// Makes ids repeat from run to run.
    pub id_seed: Option<u64>,
}

impl Options {
    /// The default options for a database file.
    #[must_use]
    pub fn new(database: impl Into<String>) -> Self {
        Self {
            database: database.into(),
            durability: Durability::Full,
            read_only: false,
            busy_timeout_ms: 5_000,
            dialect: Dialect::V2023,
            partner: Partner {
                model: PartnerModel::Direct,
                country: "US".to_owned(),
                currency: "USD".to_owned(),
                is_sandbox: false,
                resellers: Vec::new(),
                rounding: Rounding::HalfUp,
            },
            cart_lifetime: Duration::days(7),
            is_partner_attestation_required: false,
            limits: Limits::default(),
            id_seed: None,
        }
    }
}
