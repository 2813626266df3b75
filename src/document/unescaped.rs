//! Values whose text needs no escapes, and how each is written. The formatter of the standard
//! library, which knows widths and alignments, takes several times as long.

use std::fmt::Write as _;

use uuid::Uuid;

use crate::clock::{Timestamp, push_timestamp};
use crate::term::{BillingCycle, Duration};

/// A value whose text needs no escapes.
pub(super) trait Unescaped {
    /// Appends the text.
    fn push_to(self, text: &mut String);
}

macro_rules! integers {
    ($($integer:ty)*) => { $(
        impl Unescaped for $integer {
            fn push_to(self, text: &mut String) {
                text.push_str(itoa::Buffer::new().format(self));
            }
        }
    )* };
}

integers! { u8 i32 u32 i64 u64 usize }

impl Unescaped for bool {
    fn push_to(self, text: &mut String) {
        text.push_str(if self { "true" } else { "false" });
    }
}

/// JSON that is written already.
impl Unescaped for &str {
    fn push_to(self, text: &mut String) {
        text.push_str(self);
    }
}

impl Unescaped for Uuid {
    fn push_to(self, text: &mut String) {
        text.push_str(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }
}

impl Unescaped for Timestamp {
    fn push_to(self, text: &mut String) {
        push_timestamp(text, self);
    }
}

impl Unescaped for BillingCycle {
    fn push_to(self, text: &mut String) {
        text.push_str(self.name());
    }
}

impl Unescaped for Duration {
    fn push_to(self, text: &mut String) {
        match self.usual_name() {
            Some(name) => text.push_str(name),
            // Writing to a string cannot fail.
            None => write!(text, "{self}").unwrap_or_default(),
        }
    }
}
