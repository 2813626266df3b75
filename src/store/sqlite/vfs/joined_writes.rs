//! Writes to the write-ahead log, joined into few.
//!
//! The database library writes each page of a commit by two calls to the system, one for the head
//! of its frame and one for the page. For a change of a cart these cost more than the flush that
//! follows. Here they are held until the head of the frame that ends the commit comes, and go to
//! the file together with it. The order of what is written stays, and all of a commit is in the
//! file before the library lets anybody see it.

use std::ffi::c_int;
use std::ops::Range;

use rusqlite::ffi;

/// The head of a frame. No other write to the log is as short: its own head has 32 bytes, the
/// smallest page 512.
const FRAME_HEAD_BYTES: usize = 24;

/// Where the head of a frame tells how many pages the database has after the commit that the frame
/// ends. In all other frames this is 0.
const PAGES_AFTER_COMMIT: Range<usize> = 4..8;

/// From this many bytes on, what is held is written. With a frame of the largest page, 64 KiB, it
/// stays below the 128 KiB that a usual file takes at once.
const HELD_BYTES: usize = 60 << 10;

/// Nothing, or the code by which the database library knows what failed.
pub(super) type Outcome = Result<(), c_int>;

/// What a result code says.
pub(super) fn outcome_of(code: c_int) -> Outcome {
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(code) }
}

/// What was written to a log and is not yet in its file.
#[derive(Debug, Default)]
pub(super) struct JoinedWrites {
    held: Vec<u8>,
    begins_at: u64,
}

impl JoinedWrites {
    /// Takes a write of bytes at a place of the log; `put` writes to the file.
    pub(super) fn write(
        &mut self,
        bytes: &[u8],
        at: u64,
        put: impl Fn(&[u8], u64) -> Outcome,
    ) -> Outcome {
        if at != self.ends_at() {
            self.flush(&put)?;
        }
        let is_head = bytes.len() == FRAME_HEAD_BYTES;
        let is_more = is_head || !self.held.is_empty();
        if !is_more || self.held.try_reserve(bytes.len()).is_err() {
            self.flush(&put)?;
            return put(bytes, at);
        }
        if self.held.is_empty() {
            self.begins_at = at;
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() >= HELD_BYTES || (is_head && ends_commit(bytes)) {
            self.flush(&put)?;
        }
        Ok(())
    }

    /// Writes to the file what is held. Nothing is tried again: when this fails, so does the
    /// transaction that it is of.
    pub(super) fn flush(&mut self, put: impl Fn(&[u8], u64) -> Outcome) -> Outcome {
        if self.held.is_empty() {
            return Ok(());
        }
        let outcome = put(&self.held, self.begins_at);
        self.forget();
        outcome
    }

    /// Gives up what is held.
    pub(super) fn forget(&mut self) {
        self.held.clear();
    }

    /// Whether nothing is held.
    pub(super) fn holds_nothing(&self) -> bool {
        self.held.is_empty()
    }

    fn ends_at(&self) -> u64 {
        self.begins_at + self.held.len() as u64
    }
}

fn ends_commit(head: &[u8]) -> bool {
    head.get(PAGES_AFTER_COMMIT).is_some_and(|pages| pages.iter().any(|byte| *byte != 0))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use proptest::prelude::*;

    use super::*;

    const PAGE_BYTES: usize = 512;
    const FULL: c_int = 13;

    /// A file in memory that counts the writes to it.
    #[derive(Debug, Default)]
    struct Memory {
        bytes: RefCell<Vec<u8>>,
        writes: RefCell<usize>,
    }

    impl Memory {
        #[allow(clippy::unnecessary_wraps, reason = "it is used as a write that may fail")]
        fn put(&self, bytes: &[u8], at: u64) -> Outcome {
            let at = usize::try_from(at).unwrap();
            let mut file = self.bytes.borrow_mut();
            let end = file.len().max(at + bytes.len());
            file.resize(end, 0);
            file[at..at + bytes.len()].copy_from_slice(bytes);
            *self.writes.borrow_mut() += 1;
            Ok(())
        }
    }

    fn head(number: u8, pages_after_commit: u8) -> Vec<u8> {
        let mut head = vec![number; FRAME_HEAD_BYTES];
        head[PAGES_AFTER_COMMIT].copy_from_slice(&[0, 0, 0, pages_after_commit]);
        head
    }

    fn frame_at(number: usize) -> u64 {
        (32 + number * (FRAME_HEAD_BYTES + PAGE_BYTES)) as u64
    }

    /// Writes frames from a place on as a commit of the database library does.
    fn commit(writes: &mut JoinedWrites, file: &Memory, begin: usize, frames: u8) {
        for number in 0..frames {
            let is_last = number + 1 == frames;
            let at = frame_at(begin + usize::from(number));
            let put = |bytes: &[u8], at| file.put(bytes, at);
            writes.write(&head(number, u8::from(is_last)), at, put).unwrap();
            writes.write(&[number; PAGE_BYTES], at + FRAME_HEAD_BYTES as u64, put).unwrap();
        }
    }

    #[test]
    fn a_commit_takes_two_writes_and_nothing_of_it_is_held() {
        for (frames, expected) in [(1, 2), (2, 2), (10, 2), (115, 2), (116, 3), (250, 4)] {
            let (mut writes, file) = (JoinedWrites::default(), Memory::default());
            commit(&mut writes, &file, 0, frames);
            assert!(writes.held.is_empty(), "{frames} frames");
            assert_eq!(*file.writes.borrow(), expected, "{frames} frames");
            assert_eq!(file.bytes.borrow().len() as u64, frame_at(frames.into()));
        }
    }

    #[test]
    fn what_failed_is_told_once_and_not_tried_again() {
        let (mut writes, file) = (JoinedWrites::default(), Memory::default());
        writes.write(&head(1, 0), frame_at(0), |_, _| panic!("a head is held")).unwrap();
        assert_eq!(writes.flush(|_, _| Err(FULL)), Err(FULL));
        assert_eq!(writes.flush(|bytes, at| file.put(bytes, at)), Ok(()));
        assert_eq!(*file.writes.borrow(), 0);

        writes.write(&head(1, 0), frame_at(0), |_, _| panic!("a head is held")).unwrap();
        // Elsewhere: what is held goes first, and the write that follows is not made.
        assert_eq!(writes.write(&[1; PAGE_BYTES], frame_at(7), |_, _| Err(FULL)), Err(FULL));
        commit(&mut writes, &file, 0, 2);
        assert_eq!(file.bytes.borrow().len() as u64, frame_at(2));
    }

    /// What the database library does to a log.
    #[derive(Debug, Clone)]
    enum Step {
        Head {
            at: usize,
            pages_after_commit: u8,
        },
        Page {
            at: usize,
        },
        /// Goes on where the last write ended.
        Next {
            bytes: usize,
        },
        Flush,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0_usize..200, 0_u8..2)
                .prop_map(|(at, pages_after_commit)| Step::Head { at, pages_after_commit }),
            (0_usize..200).prop_map(|at| Step::Page { at }),
            prop::sample::select(vec![FRAME_HEAD_BYTES, 32, PAGE_BYTES, 40_000])
                .prop_map(|bytes| Step::Next { bytes }),
            Just(Step::Flush),
        ]
    }

    proptest! {
        #[test]
        fn files_are_the_same_whenever_nothing_is_held(steps in prop::collection::vec(step(), 1..80)) {
            let (mut writes, joined, plain) =
                (JoinedWrites::default(), Memory::default(), Memory::default());
            let mut end = 0;
            for (number, step) in (1_u8..).zip(steps) {
                let (bytes, at) = match step {
                    Step::Head { at, pages_after_commit } => {
                        (head(number, pages_after_commit), frame_at(at))
                    }
                    Step::Page { at } => (vec![number; PAGE_BYTES], frame_at(at)),
                    Step::Next { bytes } => (vec![number; bytes], end),
                    Step::Flush => {
                        writes.flush(|bytes, at| joined.put(bytes, at)).unwrap();
                        continue;
                    }
                };
                end = at + bytes.len() as u64;
                plain.put(&bytes, at).unwrap();
                writes.write(&bytes, at, |bytes, at| joined.put(bytes, at)).unwrap();
                let is_commit = bytes.len() == FRAME_HEAD_BYTES && ends_commit(&bytes);
                prop_assert!(!is_commit || writes.held.is_empty());
                if writes.held.is_empty() {
                    prop_assert!(*joined.bytes.borrow() == *plain.bytes.borrow());
                }
            }
            writes.flush(|bytes, at| joined.put(bytes, at)).unwrap();
            prop_assert!(*joined.bytes.borrow() == *plain.bytes.borrow());
        }
    }
}
