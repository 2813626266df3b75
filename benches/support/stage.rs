//! Engine and floor, each on a copy of one database, and how they take turns.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cart_engine::Engine;
use tempfile::TempDir;

use super::figures::{Took, timed};
use super::floor::{Floor, Reading};
use super::rehearsal::{Rehearsal, Script};
use super::{folder, open, stock};

/// A part of what is measured: its name, and how an engine does it for the sample of a number.
pub type Act<'a> = (&'a str, &'a dyn Fn(&Engine, usize));

/// How the two did.
pub struct Pair {
    pub engine: Took,
    pub floor: Took,
}

impl Pair {
    pub fn new(engine: Vec<Duration>, floor: Vec<Duration>) -> Self {
        Self { engine: Took::new(engine), floor: Took::new(floor) }
    }

    /// The engine's median to the floor's.
    pub fn ratio(&self) -> f64 {
        self.engine.over(&self.floor)
    }
}

/// Where engine and floor are measured.
pub struct Stage {
    pub engine: Engine,
    pub floor: Floor,
    rehearsal: Rehearsal,
    database: PathBuf,
    rehearsed: PathBuf,
    // The last to go.
    _folder: TempDir,
}

impl Stage {
    /// Makes a database with a catalog and what `prepare` adds, and a copy of it for each.
    pub fn new<T>(durability: &str, prepare: impl FnOnce(&Engine) -> T) -> (Self, T) {
        let folder = folder();
        let path = |name: &str| folder.path().join(name);
        let rehearsed = path("rehearsal.db");
        // Nobody measures how long a rehearsal takes, so it need not wait for the disk.
        let rehearsing = open(&rehearsed, "normal");
        stock(&rehearsing);
        let prepared = prepare(&rehearsing);
        for copy in [path("engine.db"), path("floor.db")] {
            let copy = copy.to_str().expect("the path is a text");
            rehearsing.backup(copy, &mut |_, _| true).expect("there is room on the disk");
        }
        let stage = Self {
            engine: open(&path("engine.db"), durability),
            floor: Floor::open(&path("floor.db"), durability),
            rehearsal: Rehearsal::watch(rehearsing, &rehearsed),
            database: path("engine.db"),
            rehearsed,
            _folder: folder,
        };
        (stage, prepared)
    }

    /// The database of the engine that is measured.
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// What one act changes, done by the engine that rehearses.
    pub fn rehearse(&mut self, act: &Act<'_>, sample: usize) -> Script {
        act.1(&self.rehearsal.engine, sample);
        self.rehearsal.changes()
    }

    /// Makes sure that what the rehearsals wrote does not go to the disk while others are measured.
    pub fn settle_rehearsals(&self) {
        for end in ["", "-wal"] {
            let path = format!("{}{end}", self.rehearsed.display());
            let file = std::fs::File::open(path).expect("the file is there");
            file.sync_all().expect("the disk works");
        }
    }

    /// Measures samples `first..first + count` of acts that follow each other in every sample.
    /// Engine and floor take turns of so many samples, the first ones to warm up. `reads` tells
    /// what an act of this name has to read.
    pub fn compare(
        &mut self,
        samples: std::ops::Range<usize>,
        turn: usize,
        acts: &[Act<'_>],
        reads: &dyn Fn(&Floor, &str, usize) -> Reading,
    ) -> Vec<Pair> {
        let mut script = |act: &Act<'_>, sample| {
            let script = self.rehearse(act, sample);
            Script { reading: reads(&self.floor, act.0, sample), ..script }
        };
        let scripts: Vec<Vec<Script>> = samples
            .clone()
            .map(|sample| acts.iter().map(|act| script(act, sample)).collect())
            .collect();
        self.settle_rehearsals();
        let count = samples.len();
        let samples: Vec<usize> = samples.collect();
        let mut engine = vec![Vec::new(); acts.len()];
        let mut floor = vec![Vec::new(); acts.len()];
        for (round, (samples, scripts)) in
            samples.chunks(turn).zip(scripts.chunks(turn)).enumerate()
        {
            let mut turn_of_engine = vec![Vec::new(); acts.len()];
            let mut turn_of_floor = vec![Vec::new(); acts.len()];
            for sample in samples {
                for (times, act) in turn_of_engine.iter_mut().zip(acts) {
                    times.push(timed(|| act.1(&self.engine, *sample)));
                }
            }
            for scripts in scripts {
                for (times, script) in turn_of_floor.iter_mut().zip(scripts) {
                    times.push(timed(|| self.floor.apply(script)));
                }
            }
            self.floor.checkpoint();
            if is_kept(round * turn, turn, count) {
                append(&mut engine, turn_of_engine);
                append(&mut floor, turn_of_floor);
            }
        }
        let pairs = engine.into_iter().zip(floor);
        pairs.map(|(engine, floor)| Pair::new(engine, floor)).collect()
    }

    /// The same of an act that reads, and of what the floor has to read for it. Readings leave
    /// nothing behind for the turn of the other, so turns may be short: quick and slow moments of
    /// the machine meet both.
    pub fn compare_readings(
        &self,
        samples: usize,
        turn: usize,
        act: &Act<'_>,
        readings: &[Reading],
    ) -> Pair {
        let (mut engine, mut floor) = (Vec::new(), Vec::new());
        for first in (0..samples).step_by(turn) {
            let turn_of = first..(first + turn).min(samples);
            let by_engine = turn_of.clone().map(|sample| timed(|| act.1(&self.engine, sample)));
            let by_engine: Vec<_> = by_engine.collect();
            let reading = |sample: usize| &readings[sample % readings.len()];
            let by_floor =
                turn_of.map(|sample| timed(|| drop(black_box(self.floor.read(reading(sample))))));
            let by_floor: Vec<_> = by_floor.collect();
            if is_kept(first, turn, samples) {
                engine.extend(by_engine);
                floor.extend(by_floor);
            }
        }
        Pair::new(engine, floor)
    }

    /// Fails unless the floor has written what the engine has written.
    pub fn expect_same_work(&self) {
        self.floor.expect_like(&self.database);
    }
}

/// One part in so many of the samples warms up.
const WARM_UP: usize = 11;

/// Whether the turn that begins at a sample counts: those do that do not warm up, and one that is
/// alone.
fn is_kept(first: usize, turn: usize, samples: usize) -> bool {
    first >= samples.div_ceil(WARM_UP) || turn >= samples
}

fn append(all: &mut [Vec<Duration>], turn: Vec<Vec<Duration>>) {
    for (all, turn) in all.iter_mut().zip(turn) {
        all.extend(turn);
    }
}
