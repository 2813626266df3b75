//! The commit queue. A lasting commit costs one flush of the disk, however much it holds. Calls
//! that change something queue up; the first that finds no leader leads: it runs all that have
//! queued in one transaction, commits once, and answers the others. Then the first of those that
//! came meanwhile leads. There is no timer: one caller alone pays exactly one commit, and under
//! load the flush is shared.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};

use super::error::closed;
use super::sync::{lock, wait_while};
use super::writer::{Job, Writer};
use crate::error::{Error, ErrorKind, Result};

/// The most calls of one transaction: a bound on how long the lock is held, far above what callers
/// reach.
const BATCH_MAX: usize = 256;

/// Calls in the order in which they came, and the connection that whoever leads may use.
#[derive(Debug)]
pub(super) struct CommitQueue {
    line: Mutex<Line>,
    writer: Mutex<Option<Writer>>,
}

/// Whoever leads stands first in line until it takes its turn. The line is empty when nobody leads.
#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Entry>,
    leader: Option<ThreadMark>,
    is_closed: bool,
}

struct Entry {
    /// What to do in the common transaction; absent for a turn alone.
    job: Option<Job>,
    seat: Arc<Seat>,
    thread: ThreadMark,
}

/// Tells a thread from all others that live. `std::thread::current` would tell it too, but leaves a
/// handle behind for threads that it did not start, such as the first of a host in C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ThreadMark(usize);

impl ThreadMark {
    fn of_this_thread() -> Self {
        thread_local! {
            static PLACE: u8 = const { 0 };
        }
        PLACE.with(|place| Self(std::ptr::from_ref(place).addr()))
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("thread", &self.thread).finish_non_exhaustive()
    }
}

/// Where a call waits.
#[derive(Debug, Default)]
struct Seat {
    call: Mutex<Option<Call>>,
    called: Condvar,
}

#[derive(Debug)]
enum Call {
    /// It is this call's turn to lead.
    Lead,
    /// Another call led, and did this one's work too.
    Done(Result<()>),
}

impl Seat {
    fn call(&self, call: Call) {
        *lock(&self.call) = Some(call);
        self.called.notify_one();
    }

    fn wait(&self) -> Call {
        let mut call = wait_while(&self.called, lock(&self.call), |call| call.is_none());
        call.take().unwrap_or_else(|| Call::Done(Err(closed())))
    }
}

impl CommitQueue {
    pub(super) fn new(writer: Writer) -> Self {
        Self { line: Mutex::default(), writer: Mutex::new(Some(writer)) }
    }

    /// Runs a job and returns when it is committed.
    pub(super) fn run(&self, job: Job) -> Result<()> {
        match self.enter(Some(job))?.wait() {
            Call::Done(outcome) => outcome,
            Call::Lead => self.lead(),
        }
    }

    /// Runs something while nobody else changes anything, outside of a transaction.
    pub(super) fn alone<T>(&self, work: impl FnOnce(&mut Writer) -> Result<T>) -> Result<T> {
        let _leadership = self.turn_alone()?;
        lock(&self.writer).as_mut().map_or_else(|| Err(closed()), work)
    }

    /// As `alone`, when nobody leads; `None` when somebody does.
    pub(super) fn at_once<T>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T>,
    ) -> Result<Option<T>> {
        let _leadership = {
            let mut line = lock(&self.line);
            if line.leader.is_some() {
                return Ok(None);
            }
            line.leader = Some(ThreadMark::of_this_thread());
            Leadership { queue: self }
        };
        lock(&self.writer).as_mut().map_or_else(|| Err(closed()), work).map(Some)
    }

    /// Lets the calls that came before finish, refuses all that come later, and answers the
    /// connection. Closing twice is closing once.
    pub(super) fn close(&self) -> Option<Writer> {
        let _leadership = self.turn_alone().ok()?;
        let mut line = lock(&self.line);
        line.is_closed = true;
        line.waiting.drain(..).for_each(|entry| entry.seat.call(Call::Done(Err(closed()))));
        lock(&self.writer).take()
    }

    /// Refuses a call from inside a unit of work.
    pub(super) fn expect_outside(&self) -> Result<()> {
        let is_inside = lock(&self.line).leader == Some(ThreadMark::of_this_thread());
        if is_inside { Err(called_from_inside()) } else { Ok(()) }
    }

    /// How many calls wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        lock(&self.line).waiting.len()
    }

    fn turn_alone(&self) -> Result<Leadership<'_>> {
        if let Call::Done(outcome) = self.enter(None)?.wait() {
            return Err(outcome.err().unwrap_or_else(closed));
        }
        let leadership = Leadership { queue: self };
        lock(&self.line).waiting.pop_front();
        Ok(leadership)
    }

    fn enter(&self, job: Option<Job>) -> Result<Arc<Seat>> {
        let thread = ThreadMark::of_this_thread();
        let seat = Arc::new(Seat::default());
        let mut line = lock(&self.line);
        if line.is_closed {
            return Err(closed());
        }
        if line.leader == Some(thread) {
            return Err(called_from_inside());
        }
        if line.leader.is_none() {
            line.leader = Some(thread);
            // It is in nobody's hands yet, so that there is nobody to wake.
            *lock(&seat.call) = Some(Call::Lead);
        }
        line.waiting.push_back(Entry { job, seat: Arc::clone(&seat), thread });
        Ok(seat)
    }

    /// Does the work of all that wait, this call's first.
    fn lead(&self) -> Result<()> {
        let leadership = Leadership { queue: self };
        let (jobs, seats) = lock(&self.line).take_batch();
        let mut unanswered = Unanswered(seats.into());
        let outcomes = lock(&self.writer).as_mut().map(|writer| writer.run(jobs));
        // The next in line works while this call wakes those whose work it did.
        drop(leadership);
        // This call is the first of the batch, and needs no waking.
        unanswered.0.pop_front();
        let mut outcomes = outcomes.ok_or_else(closed)?.into_iter();
        let own = outcomes.next().unwrap_or_else(|| Err(closed()));
        for outcome in outcomes {
            if let Some(seat) = unanswered.0.pop_front() {
                seat.call(Call::Done(outcome));
            }
        }
        own
    }
}

/// The error of a call that would wait for itself.
fn called_from_inside() -> Error {
    Error::new(ErrorKind::Misuse, "the store was called from inside a unit of work")
}

impl Line {
    /// Takes what waits for the common transaction, up to the next turn alone.
    fn take_batch(&mut self) -> (Vec<Job>, Vec<Arc<Seat>>) {
        let mut batch = (Vec::new(), Vec::new());
        while batch.0.len() < BATCH_MAX
            && let Some(entry) = self.waiting.front_mut()
            && let Some(job) = entry.job.take()
        {
            batch.0.push(job);
            batch.1.extend(self.waiting.pop_front().map(|entry| entry.seat));
        }
        batch
    }
}

/// The right to use the connection. It goes to the next in line however the turn ends.
struct Leadership<'a> {
    queue: &'a CommitQueue,
}

impl Drop for Leadership<'_> {
    fn drop(&mut self) {
        let mut line = lock(&self.queue.line);
        line.leader = line.waiting.front().map(|entry| entry.thread);
        if let Some(next) = line.waiting.front() {
            next.seat.call(Call::Lead);
        }
    }
}

/// Calls of a batch that have no answer yet. They get one however the batch ends.
struct Unanswered(VecDeque<Arc<Seat>>);

impl Drop for Unanswered {
    fn drop(&mut self) {
        for seat in self.0.drain(..) {
            let error = Error::new(ErrorKind::Panic, "the unit of work was lost with its batch");
            seat.call(Call::Done(Err(error)));
        }
    }
}
