//! Moments in time, as documents write them, and the clock that a test can fix.

use std::fmt;
use std::sync::Mutex;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};
use serde::{Deserialize, Serialize};

use crate::term::Duration;

/// Ticks of 100 ns in a second: documents carry 7 fraction digits, so nothing finer is kept.
const TICKS_PER_SECOND: i64 = 10_000_000;
const NANOSECONDS_PER_TICK: u32 = 100;

/// A moment in UTC, exact to 100 ns, in the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment so many ticks of 100 ns after the start of 1970.
    #[must_use]
    pub const fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// Ticks of 100 ns since the start of 1970.
    #[must_use]
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// Milliseconds since the start of 1970.
    #[must_use]
    pub const fn milliseconds(self) -> i64 {
        self.0.div_euclid(TICKS_PER_SECOND / 1_000)
    }

    /// Reads a timestamp of 0 to 9 fraction digits with `Z`, an offset, or no zone (which means
    /// UTC). A date alone means its first moment.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text)
            .map(|moment| moment.to_utc())
            .or_else(|_| {
                NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|t| t.and_utc())
            })
            .or_else(|_| {
                NaiveDate::parse_from_str(text, "%Y-%m-%d")
                    .map(|d| d.and_time(chrono::NaiveTime::MIN).and_utc())
            })
            .ok()?;
        let moment = Self::from_utc(moment);
        (Self::FIRST..=Self::LAST).contains(&moment).then_some(moment)
    }

    /// The start of year 1.
    pub const FIRST: Self = Self(-62_135_596_800 * TICKS_PER_SECOND);
    /// The start of year 9999: on price sheets, moments from here on mean an open end.
    pub const OPEN_END: Self = Self(253_370_764_800 * TICKS_PER_SECOND);
    /// The last tick of year 9999: an end that never comes.
    pub const LAST: Self = Self(253_402_300_800 * TICKS_PER_SECOND - 1);

    /// The calendar day, in UTC.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.to_utc().date_naive()
    }

    /// The first moment of a day.
    #[must_use]
    pub fn at_start_of(date: NaiveDate) -> Self {
        Self::from_utc(date.and_time(chrono::NaiveTime::MIN).and_utc())
    }

    /// This moment plus a duration; months are clamped to the month's last day. The end of time
    /// when beyond it.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        duration.add_to(self.to_utc()).map_or(Self::LAST, Self::from_utc).min(Self::LAST)
    }

    /// This moment less a duration. The beginning of time when before it.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        duration.subtract_from(self.to_utc()).map_or(Self::FIRST, Self::from_utc).max(Self::FIRST)
    }

    fn from_utc(moment: DateTime<Utc>) -> Self {
        let ticks = moment.timestamp_subsec_nanos() / NANOSECONDS_PER_TICK;
        Self(moment.timestamp() * TICKS_PER_SECOND + i64::from(ticks))
    }

    fn to_utc(self) -> DateTime<Utc> {
        let seconds = self.0.div_euclid(TICKS_PER_SECOND);
        let nanoseconds = u32::try_from(self.0.rem_euclid(TICKS_PER_SECOND)).unwrap_or_default()
            * NANOSECONDS_PER_TICK;
        DateTime::from_timestamp(seconds, nanoseconds).unwrap_or_default()
    }

    /// UTC with 7 fraction digits and `Z`, such as `2026-03-10T12:00:00.1234567Z`.
    fn letters(self) -> [u8; 28] {
        let moment = self.to_utc();
        let [y1, y2, y3, y4] = digits(moment.year().unsigned_abs());
        let [[o1, o2], [d1, d2]] = [moment.month(), moment.day()].map(digits);
        let [[h1, h2], [m1, m2], [s1, s2]] =
            [moment.hour(), moment.minute(), moment.second()].map(digits);
        let [f1, f2, f3, f4, f5, f6, f7] = digits(moment.nanosecond() / NANOSECONDS_PER_TICK);
        [
            y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2,
            b'.', f1, f2, f3, f4, f5, f6, f7, b'Z',
        ]
    }
}

/// The last digits of a number, zeros before it where it has fewer.
fn digits<const N: usize>(mut number: u32) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
    }
    digits
}

impl fmt::Display for Timestamp {
    /// UTC with 7 fraction digits and `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.letters()).unwrap_or_default())
    }
}

/// Appends a timestamp as documents write it.
pub fn push_timestamp(text: &mut String, moment: Timestamp) {
    text.push_str(str::from_utf8(&moment.letters()).unwrap_or_default());
}

/// The engine's source of "now": the system's clock, or a moment that a test has fixed.
#[derive(Debug, Default)]
pub struct Clock {
    fixed: Mutex<Option<Timestamp>>,
}

impl Clock {
    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.lock().unwrap_or_else(system_time)
    }

    /// The moment the clock is fixed at, if it is.
    #[must_use]
    pub fn fixed(&self) -> Option<Timestamp> {
        *self.lock()
    }

    /// Fixes the clock at a moment, or returns it to real time.
    pub fn set(&self, moment: Option<Timestamp>) {
        *self.lock() = moment;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        self.fixed.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place where real time enters the engine")]
fn system_time() -> Timestamp {
    Timestamp::from_utc(Utc::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_read_in_every_spelling_and_written_in_one() {
        for (text, written) in [
            ("2026-03-10T12:00:00Z", "2026-03-10T12:00:00.0000000Z"),
            ("2026-03-10T12:00:00.1234567Z", "2026-03-10T12:00:00.1234567Z"),
            ("2026-03-10T12:00:00.123456789Z", "2026-03-10T12:00:00.1234567Z"),
            ("2026-03-10T12:00:00.5", "2026-03-10T12:00:00.5000000Z"),
            ("2026-03-10T12:00:00", "2026-03-10T12:00:00.0000000Z"),
            ("2026-03-10T12:00:00+02:00", "2026-03-10T10:00:00.0000000Z"),
            ("2026-03-10", "2026-03-10T00:00:00.0000000Z"),
            ("0001-01-01T00:00:00", "0001-01-01T00:00:00.0000000Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.9999999Z"),
            ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
        ] {
            let read = Timestamp::parse(text).unwrap();
            assert_eq!(read.to_string(), written, "{text}");
            assert_eq!(Timestamp::from_ticks(read.ticks()), read);
        }
    }

    #[test]
    fn what_is_no_timestamp_is_refused() {
        for text in
            ["", "tomorrow", "2026-02-30", "2026-13-01T00:00:00Z", "10.03.2026", "+12026-01-01"]
        {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_fixed_clock_stands_still() {
        let clock = Clock::default();
        let moment = Timestamp::parse("2026-03-10T12:00:00Z").unwrap();
        clock.set(Some(moment));
        assert_eq!((clock.now(), clock.now()), (moment, moment));
        clock.set(None);
        assert!(clock.now() > moment);
    }
}
