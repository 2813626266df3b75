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
        let [_, _, _, _, a, b, c, d] = self.count.to_be_bytes();
        let [e, f, g, h] = self.random.u32(..).to_be_bytes();
        let milliseconds = u64::try_from(now.milliseconds()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(milliseconds, &[0, 0, a & 0x3f, b, c, d, e, f, g, h])
            .into_uuid()
    }
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
