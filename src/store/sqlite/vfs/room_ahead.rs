//! Room ahead in the write-ahead log.
//!
//! A write that makes a file longer makes the file system note the new length and where the bytes
//! are, and the flush waits for that, too: half as long again as where bytes are written over. A
//! log is written over from its second beginning on. Until then, zeros are written ahead, in few
//! steps.

use std::ffi::c_int;

use super::joined_writes::Outcome;

/// A log grows by about as much as it has, but not in smaller nor in larger steps than these.
const STEP_BYTES_MIN: u64 = 32 << 10;
const STEP_BYTES_MAX: u64 = 512 << 10;

/// What is written at once; a usual file takes less than 128 KiB.
static ZEROS: [u8; 16 << 10] = [0; 16 << 10];

/// How far the file of a log is known to reach.
#[derive(Debug, Default)]
pub(super) struct RoomAhead {
    until: u64,
}

impl RoomAhead {
    /// Makes room, when there is none, behind a write that ends at this place. Nothing counts
    /// there: whoever writes to a log writes at its end. `size` asks for the size of the file, and
    /// `put` writes to it.
    ///
    /// Room that cannot be had is not missed: the next write makes the file longer by itself.
    pub(super) fn make(
        &mut self,
        end: u64,
        size: impl Fn() -> Result<u64, c_int>,
        put: impl Fn(&[u8], u64) -> Outcome,
    ) {
        if end <= self.until {
            return;
        }
        let Ok(size) = size() else { return };
        self.until = size.max(end);
        let wanted = end + end.clamp(STEP_BYTES_MIN, STEP_BYTES_MAX);
        while self.until < wanted {
            let left = usize::try_from(wanted - self.until).unwrap_or(usize::MAX);
            let zeros = ZEROS.get(..left).unwrap_or(&ZEROS);
            if put(zeros, self.until).is_err() {
                return;
            }
            self.until += zeros.len() as u64;
        }
    }

    /// The file was cut.
    pub(super) fn cut(&mut self, size: u64) {
        self.until = self.until.min(size);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const FULL: c_int = 13;

    /// A file of which only the size is known.
    #[derive(Debug, Default)]
    struct Measured {
        bytes: Cell<u64>,
        is_full: bool,
    }

    impl Measured {
        /// A write to the file, and the room that is made behind it; answers the size after that.
        fn write_until(&self, room: &mut RoomAhead, end: u64) -> u64 {
            self.bytes.set(self.bytes.get().max(end));
            let put = |bytes: &[u8], at: u64| {
                assert!(bytes.len() < 128 << 10 && bytes.iter().all(|byte| *byte == 0));
                assert_eq!(at, self.bytes.get(), "what is there stays");
                if self.is_full {
                    return Err(FULL);
                }
                self.bytes.set(at + bytes.len() as u64);
                Ok(())
            };
            room.make(end, || Ok(self.bytes.get()), put);
            self.bytes.get()
        }
    }

    #[test]
    fn a_log_grows_by_what_it_has_within_limits() {
        let (file, mut room) = (Measured::default(), RoomAhead::default());
        let table = [
            (2_104, 2_104 + STEP_BYTES_MIN),
            // There is room yet.
            (2_104 + STEP_BYTES_MIN, 2_104 + STEP_BYTES_MIN),
            (100_000, 200_000),
            (200_000, 200_000),
            (5_000_000, 5_000_000 + STEP_BYTES_MAX),
            // Begun anew, the log is as long as it was.
            (32, 5_000_000 + STEP_BYTES_MAX),
            (2_104, 5_000_000 + STEP_BYTES_MAX),
        ];
        for (end, expected) in table {
            assert_eq!(file.write_until(&mut room, end), expected, "until {end}");
        }
    }

    #[test]
    fn what_is_there_is_no_room_to_make() {
        let (file, mut room) = (Measured::default(), RoomAhead::default());
        file.bytes.set(1_000_000);
        assert_eq!(file.write_until(&mut room, 2_104), 1_000_000);
        assert_eq!(file.write_until(&mut room, 900_000), 1_000_000);
        assert_eq!(file.write_until(&mut room, 1_000_001), 1_000_001 + STEP_BYTES_MAX);
    }

    #[test]
    fn a_log_that_was_cut_grows_again() {
        let (file, mut room) = (Measured::default(), RoomAhead::default());
        file.write_until(&mut room, 100_000);
        file.bytes.set(0);
        room.cut(0);
        assert_eq!(file.write_until(&mut room, 2_104), 2_104 + STEP_BYTES_MIN);
    }

    #[test]
    fn room_that_cannot_be_had_is_asked_for_again() {
        let (mut file, mut room) = (Measured::default(), RoomAhead::default());
        file.is_full = true;
        assert_eq!(file.write_until(&mut room, 2_104), 2_104);
        file.is_full = false;
        assert_eq!(file.write_until(&mut room, 4_208), 4_208 + STEP_BYTES_MIN);
    }
}
