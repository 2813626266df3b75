//! The connection that changes things, and how it runs a batch of calls in one transaction.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rusqlite::Connection;

use super::connection::{Place, is_busy, run, set_synchronous, until_free};
use super::schema;
use super::unit::Unit;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Durability, Weight, Work, WorkAtOnce};

/// A call that waits for its turn.
pub(super) struct Job {
    pub(super) weight: Weight,
    pub(super) work: Task,
}

/// What a call does inside the transaction.
pub(super) enum Task {
    /// A unit of work of the store's user.
    Unit(Work),
    /// Work of this room.
    Internal(InternalWork),
}

/// Work with the connection itself.
pub(super) type InternalWork = Box<dyn FnOnce(&Connection) -> Result<()> + Send>;

/// The connection that changes things.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: Connection,
    place: Place,
    is_normal: bool,
}

impl Writer {
    pub(super) fn new(connection: Connection, place: Place) -> Self {
        let is_normal = place.durability != Durability::Full;
        Self { connection, place, is_normal }
    }

    /// Runs jobs with one commit; answers the outcome of each.
    ///
    /// When the whole transaction is lost half-way, as on a full disk, the jobs before the loss
    /// fail with its cause, and those after it run in another transaction.
    pub(super) fn run(&mut self, jobs: Vec<Job>) -> Vec<Result<()>> {
        let count = jobs.len();
        let mut outcomes = Vec::with_capacity(count);
        let has_checkout = jobs.iter().any(|job| job.weight == Weight::Checkout);
        let mut jobs = jobs.into_iter().map(|job| job.work);
        let begun = self.make_durable(has_checkout);
        while outcomes.len() < count {
            let first = outcomes.len();
            let outcome = begun
                .clone()
                .and_then(|()| self.begin_to_write())
                .map_err(|error| refuse_all(&mut jobs, &mut outcomes, &error))
                .and_then(|()| self.transact(&mut jobs, &mut outcomes, count == 1));
            if let Err(error) = outcome {
                self.roll_back();
                let lost = outcomes.iter_mut().skip(first).filter(|outcome| outcome.is_ok());
                lost.for_each(|outcome| *outcome = Err(error.clone()));
            }
        }
        outcomes
    }

    /// Runs one unit of work on a snapshot that its first change makes the latest state; `false`
    /// when another process has changed or is changing something, so that it cannot.
    pub(super) fn run_at_once(&mut self, weight: Weight, work: WorkAtOnce<'_>) -> Result<bool> {
        self.make_durable(weight == Weight::Checkout)?;
        let outcome = begin(&self.connection, "BEGIN")
            .and_then(|()| caught(|| work(&mut Unit::new(&self.connection))))
            .and_then(|()| run(&self.connection, "COMMIT"));
        self.roll_back();
        match outcome {
            outcome if is_busy(&outcome) => Ok(false),
            outcome => outcome.map(|()| true),
        }
    }

    /// With durability `checkout` a commit waits for the disk when it holds a checkout. This cannot
    /// be changed inside a transaction.
    fn make_durable(&mut self, has_checkout: bool) -> Result<()> {
        let is_normal = match self.place.durability {
            Durability::Full => false,
            Durability::Normal => true,
            Durability::Checkout => !has_checkout,
        };
        if self.is_normal != is_normal {
            set_synchronous(&self.connection, is_normal)?;
            self.is_normal = is_normal;
        }
        Ok(())
    }

    /// Begins a transaction that writes, when no other process does.
    ///
    /// The database library would wait with pauses that grow to a tenth of a second: of two
    /// processes that change things all the time, one stood still for seconds.
    fn begin_to_write(&self) -> Result<()> {
        let timeout = self.place.busy_timeout;
        self.connection.busy_timeout(Duration::ZERO)?;
        let outcome = until_free(timeout, || begin(&self.connection, "BEGIN IMMEDIATE"));
        self.connection.busy_timeout(timeout)?;
        outcome
    }

    /// Runs jobs in the open transaction until all are done, or the transaction is lost, and
    /// commits.
    fn transact(
        &self,
        jobs: &mut impl Iterator<Item = Task>,
        outcomes: &mut Vec<Result<()>>,
        is_alone: bool,
    ) -> Result<()> {
        for work in jobs {
            let outcome = if is_alone { self.attempt(work) } else { self.attempt_apart(work) };
            let is_lost = self.connection.is_autocommit();
            let failure = outcome.as_ref().err().cloned();
            outcomes.push(outcome);
            if is_lost || (is_alone && failure.is_some()) {
                return Err(failure.unwrap_or_else(lost));
            }
        }
        run(&self.connection, "COMMIT")
    }

    /// Runs a job so that its failure does not touch what the others of the batch did.
    fn attempt_apart(&self, work: Task) -> Result<()> {
        run(&self.connection, "SAVEPOINT job")?;
        let outcome = self.attempt(work);
        if self.connection.is_autocommit() {
            return outcome;
        }
        if outcome.is_err() {
            run(&self.connection, "ROLLBACK TO job")?;
        }
        run(&self.connection, "RELEASE job")?;
        outcome
    }

    /// Runs a job.
    fn attempt(&self, work: Task) -> Result<()> {
        caught(|| match work {
            Task::Unit(work) => work(&mut Unit::new(&self.connection)),
            Task::Internal(work) => work(&self.connection),
        })
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // The cause is told already; a transaction that cannot be rolled back ends with its
            // connection.
            let _ = run(&self.connection, "ROLLBACK");
        }
    }
}

/// Runs work. A panic in it is a defect, and no reason to fail others.
fn caught(work: impl FnOnce() -> Result<()>) -> Result<()> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(panicked(payload.as_ref())))
}

/// Begins a transaction, unless a newer engine has changed the schema in the meantime.
fn begin(connection: &Connection, begin: &str) -> Result<()> {
    const SCHEMA_VERSION: &str = "PRAGMA user_version";
    run(connection, begin)?;
    let version = connection.prepare_cached(SCHEMA_VERSION)?.query_row([], |row| row.get(0))?;
    schema::check_version(version)
}

fn lost() -> Error {
    Error::new(ErrorKind::StoreIo, "the transaction was rolled back by the database")
}

/// Fails every job that is left, and answers the cause.
fn refuse_all(
    jobs: &mut impl Iterator<Item = Task>,
    outcomes: &mut Vec<Result<()>>,
    error: &Error,
) -> Error {
    outcomes.extend(jobs.map(|_| Err(error.clone())));
    error.clone()
}

/// The error that stands for a panic.
pub(super) fn panicked(payload: &(dyn Any + Send)) -> Error {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given");
    Error::new(ErrorKind::Panic, format!("a unit of work panicked: {text}"))
}
