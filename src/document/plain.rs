//! Values whose text needs no escapes, and how each is written. The formatter of the standard
//! library, which knows widths and alignments, takes several times as long.

use std::fmt::Write as _;

use uuid::Uuid;

use crate::clock::{Timestamp, push_timestamp};
use crate::term::{BillingCycle, Duration};

/// A value whose text needs no escapes.
pub(super) trait Plain {
    /// Appends the text.
    fn push_to(self, text: &mut String);
}

macro_rules! integers {
    ($($integer:ty)*) => { $(
        impl Plain for $integer {
            fn push_to(self, text: &mut String) {
                text.push_str(itoa::Buffer::new().format(self));
            }
        }
    )* };
}

integers! { u8 i32 u32 i64 u64 usize }

impl Plain for bool {
    fn push_to(self, text: &mut String) {
        text.push_str(if self { "true" } else { "false" });
    }
}

/// JSON that is written already.
impl Plain for &str {
    fn push_to(self, text: &mut String) {
        text.push_str(self);
    }
}

impl Plain for Uuid {
    fn push_to(self, text: &mut String) {
        text.push_str(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }
}

impl Plain for Timestamp {
    fn push_to(self, text: &mut String) {
        push_timestamp(text, self);
    }
}

impl Plain for BillingCycle {
    fn push_to(self, text: &mut String) {
        text.push_str(self.name());
    }
}

impl Plain for Duration {
    fn push_to(self, text: &mut String) {
        match self.usual_name() {
            Some(name) => text.push_str(name),
            // Writing to a string cannot fail.
            None => write!(text, "{self}").unwrap_or_default(),
        }
    }
}
