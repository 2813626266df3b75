//! Where the ids of carts, orders and subscriptions come from.

use std::sync::{Mutex, PoisonError};

use uuid::{Builder, Uuid};

use crate::clock::Timestamp;

/// A source of time-ordered ids, so that new rows stand at the end of the database's indexes.
#[derive(Debug)]
pub(crate) enum IdSource {
    /// Ids that are never made twice.
    Unique,
    /// Ids that repeat from run to run.
    Seeded(Mutex<Sequence>),
}

#[derive(Debug)]
pub(crate) struct Sequence {
    count: u64,
    random: fastrand::Rng,
}

impl IdSource {
    /// A source of unique ids, or of those that follow from a seed.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        seed.map_or(Self::Unique, |seed| {
            Self::Seeded(Mutex::new(Sequence { count: 0, random: fastrand::Rng::with_seed(seed) }))
        })
    }

    /// The next id.
    pub(crate) fn next(&self, now: Timestamp) -> Uuid {
        match self {
            Self::Unique => Uuid::now_v7(),
            Self::Seeded(sequence) => {
                sequence.lock().unwrap_or_else(PoisonError::into_inner).next(now)
            }
        }
    }
}

impl Sequence {
    fn next(&mut self, now: Timestamp) -> Uuid {
        self.count += 1;
        // The count goes first, so that ids of one millisecond keep their order.
        let count = (self.count & COUNT_MAX) << u32::BITS;
        let random = u128::from(count | u64::from(self.random.u32(..)));
        let milliseconds = u64::try_from(now.milliseconds()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(milliseconds, &low_bytes(random)).into_uuid()
    }
}

/// The greatest count that fits into an id beside its version and variant.
const COUNT_MAX: u64 = (1 << 30) - 1;

/// The last ten bytes of a number, the most significant first.
fn low_bytes(number: u128) -> [u8; 10] {
    let mut bytes = [0; 10];
    let all = number.to_be_bytes();
    bytes.iter_mut().rev().zip(all.iter().rev()).for_each(|(place, byte)| *place = *byte);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_repeat_and_stand_in_order() {
        let now = Timestamp::parse("2026-03-10T12:00:00Z").unwrap();
        let ids = |seed| {
            let source = IdSource::new(Some(seed));
            (0..1_000).map(|_| source.next(now)).collect::<Vec<_>>()
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
        assert!(ids(7).is_sorted());
        assert_eq!(ids(7).first().map(Uuid::get_version_num), Some(7));
    }

    #[test]
    fn unique_ids_never_repeat() {
        let source = IdSource::new(None);
        let now = Timestamp::FIRST;
        assert_ne!(source.next(now), source.next(now));
    }
}
