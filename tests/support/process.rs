//! Other processes on the same database: the test program starts itself again to run one of its
//! tests alone. Such a test is a part in another test's play, and does nothing when it is run by
//! itself.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use serde_json::Value;

/// Tells a test that it has a part to play: the options of the engine.
const OPTIONS: &str = "CART_ENGINE_TEST_OPTIONS";
/// Marks what a process says to the one that started it; the test harness talks as well.
const MARK: &str = "@ ";

/// Starts another process that plays the part of a test on the database of these options.
pub fn start(test: &str, options: &Value) -> Child {
    super::quiet_command(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(OPTIONS, options.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The options that this process was started with, if it has a part to play.
pub fn part() -> Option<Value> {
    std::env::var(OPTIONS).ok().map(|options| super::shop::parse(&options))
}

/// Says a line to the process that started this one.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // One write, so that a process that is killed has said a line wholly or not at all.
    out.write_all(format!("{MARK}{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// What a process says, line by line, until it ends. A line that was cut off has not been said.
pub fn lines_of(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let mut out = BufReader::new(child.stdout.take().unwrap());
    std::iter::from_fn(move || {
        loop {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            let line = line.strip_suffix('\n')?;
            // The harness ends its own line only when the test has ended.
            if let Some((_, said)) = line.split_once(MARK) {
                return Some(said.to_owned());
            }
        }
    })
}

/// Waits for a process that has to end well, and returns what it said.
pub fn finish(mut child: Child) -> Vec<String> {
    let lines = lines_of(&mut child).collect();
    assert!(child.wait().unwrap().success());
    lines
}
