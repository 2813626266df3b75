//! Times, and the files in which a bench leaves its figures for `report.py`.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How many times it takes to speak of one in a thousand.
const ENOUGH_FOR_P999: usize = 1_000;

/// The time that some work takes.
pub fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

/// Times of the same work, in ascending order.
pub struct Took(Vec<Duration>);

impl Took {
    pub fn new(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "nothing was measured");
        times.sort_unstable();
        Self(times)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn median(&self) -> Duration {
        self.at(500)
    }

    /// Absent when there are too few times to tell.
    pub fn p999(&self) -> Option<Duration> {
        (self.0.len() >= ENOUGH_FOR_P999).then(|| self.at(999))
    }

    pub fn longest(&self) -> Duration {
        self.at(1_000)
    }

    /// This median to that of other work.
    pub fn over(&self, other: &Self) -> f64 {
        self.median().as_secs_f64() / other.median().as_secs_f64()
    }

    /// In microseconds.
    pub fn to_json(&self) -> Value {
        json!({
            "p50": micros(self.median()),
            "p99": micros(self.at(990)),
            "p999": self.p999().map(micros),
        })
    }

    fn at(&self, per_mille: usize) -> Duration {
        self.0[(self.0.len() - 1) * per_mille / 1_000]
    }
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [p50, p99] = [500, 990].map(|per_mille| micros(self.at(per_mille)));
        write!(f, "p50 {p50:>9.1} µs  p99 {p99:>9.1} µs")?;
        match self.p999() {
            Some(p999) => write!(f, "  p99.9 {:>9.1} µs", micros(p999)),
            None => write!(f, "  {:18}", ""),
        }
    }
}

pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The middle one of some numbers.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Figures of a bench as lines of JSON in `target/bench-results`.
pub struct Results(File);

impl Results {
    /// Begins the file of a bench anew.
    pub fn of(bench: &str) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in a folder");
        let folder = target.join("bench-results");
        std::fs::create_dir_all(&folder).expect("the folder of the build can be written");
        let file = File::create(folder.join(format!("{bench}.jsonl")));
        Self(file.expect("the folder is there"))
    }

    /// Adds a figure.
    pub fn put(&mut self, figure: &Value) {
        writeln!(self.0, "{figure}").expect("there is room on the disk");
    }
}
