//! Where the ids of carts, orders and subscriptions come from.

use std::sync::{Mutex, PoisonError};

use uuid::{Builder, Uuid};

use crate::clock::Timestamp;

/// A source of time-ordered ids, so that new rows stand at the end of the database's indexes.
#[derive(Debug)]
pub(crate) enum IdSource {
    /// Ids that are never made twice.
    Unique(Mutex<Steps>),
    /// Ids that repeat from run to run.
    Seeded(Mutex<Sequence>),
}

/// Unique ids. The first of a millisecond is random, and each that follows in it is greater by a
/// step that is random, too: the system, which is asked for random bits, is slow to answer.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    milliseconds: u64,
    low: u128,
    /// Zero before the first id.
    step: u32,
}

#[derive(Debug)]
pub(crate) struct Sequence {
    count: u64,
    random: fastrand::Rng,
}

impl IdSource {
    /// A source of unique ids, or of those that follow from a seed.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        match seed {
            None => Self::Unique(Mutex::default()),
            Some(seed) => {
                let random = fastrand::Rng::with_seed(seed);
                Self::Seeded(Mutex::new(Sequence { count: 0, random }))
            }
        }
    }

    /// The next id.
    pub(crate) fn next(&self, now: Timestamp) -> Uuid {
        let milliseconds = u64::try_from(now.milliseconds()).unwrap_or_default();
        match self {
            Self::Unique(steps) => {
                steps.lock().unwrap_or_else(PoisonError::into_inner).next(milliseconds)
            }
            Self::Seeded(sequence) => {
                sequence.lock().unwrap_or_else(PoisonError::into_inner).next(milliseconds)
            }
        }
    }
}

impl Steps {
    fn next(&mut self, milliseconds: u64) -> Uuid {
        self.low += u128::from(self.step);
        let (is_first, is_full) = (self.step == 0, self.low > LOW_MAX);
        if is_first || is_full || milliseconds > self.milliseconds {
            // Ids go on from the greatest so far when the clock was set back.
            self.milliseconds = milliseconds.max(self.milliseconds + u64::from(is_full));
            let random = Uuid::new_v4();
            // Half of the numbers are left above the first.
            self.low = random.as_u128() & (LOW_MAX >> 1);
            self.step = random.as_fields().0 | 1;
        }
        id_of(self.milliseconds, self.low)
    }
}

impl Sequence {
    fn next(&mut self, milliseconds: u64) -> Uuid {
        self.count += 1;
        // The count goes first, so that ids of one millisecond keep their order.
        let count = (self.count & COUNT_MAX) << u32::BITS;
        let random = u128::from(count | u64::from(self.random.u32(..)));
        id_of(milliseconds, random)
    }
}

/// The greatest count that fits into an id beside its version and variant.
const COUNT_MAX: u64 = (1 << 30) - 1;

/// The greatest number that an id can hold besides its time.
const LOW_MAX: u128 = (1 << 74) - 1;

/// The id of a time and a number, which stands around the two bits of the variant.
fn id_of(milliseconds: u64, number: u128) -> Uuid {
    const BELOW_VARIANT: u32 = 62;
    let above = number >> BELOW_VARIANT << u64::BITS;
    let [_, _, _, _, _, _, low @ ..] = (above | number & ((1 << BELOW_VARIANT) - 1)).to_be_bytes();
    Builder::from_unix_timestamp_millis(milliseconds, &low).into_uuid()
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
    fn unique_ids_never_repeat_and_stand_in_order() {
        let sources = [IdSource::new(None), IdSource::new(None)];
        let mut different = std::collections::BTreeSet::new();
        let mut ids = Vec::new();
        for source in &sources {
            let first = ids.len();
            ids.extend((0..10_000).map(|_| source.next(Timestamp::FIRST)));
            assert!(ids[first..].is_sorted());
        }
        assert!(ids.iter().all(|id| different.insert(id)));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.iter().all(|id| id.get_variant() == uuid::Variant::RFC4122));
    }

    #[test]
    fn ids_keep_their_order_when_the_clock_is_set_back_and_when_a_millisecond_is_full() {
        let mut steps = Steps::default();
        let mut last = steps.next(1_000);
        let mut expect_greater = |id: Uuid| {
            assert!(last < id, "{last} {id}");
            last = id;
        };
        for milliseconds in [1_000, 1_001, 5, 1_001, 1_002] {
            expect_greater(steps.next(milliseconds));
        }
        steps.low = LOW_MAX - 1;
        steps.step = 1;
        for _ in 0..3 {
            expect_greater(steps.next(1_002));
        }
        assert_eq!(steps.milliseconds, 1_003);
    }

    #[test]
    fn an_id_holds_its_time_and_its_number() {
        let id = id_of(0x0123_4567_89ab, LOW_MAX);
        assert_eq!(id.to_string(), "01234567-89ab-7fff-bfff-ffffffffffff");
        assert_eq!(id_of(1, 5).to_string(), "00000000-0001-7000-8000-000000000005");
    }
}
