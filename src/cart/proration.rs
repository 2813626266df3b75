//! First terms: when they end, and what share of their cycles is paid (behaviour 7).

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::cart::model::{LineInput, value_of};
use crate::money::Fraction;
use crate::term::Duration;

/// The last day of a term that begins on a day: the day before its anniversary.
pub(crate) fn last_day(begin: NaiveDate, term: Duration) -> Option<NaiveDate> {
    term.after(begin)?.pred_opt()
}

/// Whether a day is the last of its month.
fn is_month_end(day: NaiveDate) -> bool {
    day.succ_opt().is_none_or(|next| next.month() != day.month())
}

/// The day on which a line wants its first term to end, if it may do so only where a subscription
/// ends.
#[must_use]
pub fn end_to_align(input: &LineInput) -> Option<NaiveDate> {
    let end = value_of(input.custom_term_end.as_ref())?.date();
    (!is_month_end(end)).then_some(end)
}

/// The cycles of a first term that ends on a custom date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// Cycles paid in full.
    pub whole: u32,
    /// Days of the first cycle from the purchase to its end, both counted.
    pub first_days: i64,
    /// Days of the first cycle, had it not been cut.
    pub uncut_days: i64,
}

impl Schedule {
    /// Counts the cycles back from the end, which is the term's last day. `None` when the end is
    /// before the purchase or out of the calendar.
    pub(crate) fn new(purchase: NaiveDate, end: NaiveDate, cycle: Duration) -> Option<Self> {
        let after_end = end.succ_opt()?;
        if end < purchase {
            return None;
        }
        let mut whole = 0;
        let mut cycle_end = after_end;
        loop {
            let begin = before(after_end, cycle, whole + 1)?;
            if begin <= purchase {
                return Some(Self {
                    whole,
                    first_days: (cycle_end - purchase).num_days(),
                    uncut_days: (cycle_end - begin).num_days(),
                });
            }
            if begin >= cycle_end {
                return None;
            }
            cycle_end = begin;
            whole += 1;
        }
    }

    /// Whether the first cycle is cut.
    pub(crate) const fn is_prorated(self) -> bool {
        self.first_days != self.uncut_days
    }

    /// The share of the first cycle that is paid.
    pub(crate) fn first_share(self) -> Option<Fraction> {
        Fraction::new(i128::from(self.first_days), i128::from(self.uncut_days))
    }

    /// The sum of the shares of all cycles.
    pub(crate) fn shares(self) -> Option<Fraction> {
        self.first_share()?.plus(Fraction::whole(i64::from(self.whole)))
    }
}

/// A day so many cycles earlier, always counted from the same day: clamping must not add up.
fn before(day: NaiveDate, cycle: Duration, count: u32) -> Option<NaiveDate> {
    if let Some(months) = cycle.whole_months() {
        return day.checked_sub_months(Months::new(months.checked_mul(count)?));
    }
    let days = u64::from(cycle.whole_days()?) * u64::from(count);
    day.checked_sub_days(Days::new(days))
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_published_example_counts_six_whole_months_and_22_of_31_days() {
        let schedule =
            Schedule::new(day("2026-03-10"), day("2026-09-30"), Duration::months(1)).unwrap();
        assert_eq!(schedule, Schedule { whole: 6, first_days: 22, uncut_days: 31 });
        assert!(schedule.is_prorated());
    }

    #[test]
    fn a_purchase_on_a_boundary_is_not_prorated() {
        let schedule =
            Schedule::new(day("2026-03-01"), day("2026-03-31"), Duration::months(1)).unwrap();
        assert_eq!(schedule, Schedule { whole: 0, first_days: 31, uncut_days: 31 });
        assert!(!schedule.is_prorated());
        assert_eq!(schedule.shares(), Some(Fraction::ONE));
    }

    #[test]
    fn a_month_from_the_31st_ends_at_the_clamped_anniversary() {
        let table = [
            ("2026-01-31", "P1M", "2026-02-27"),
            ("2028-01-31", "P1M", "2028-02-28"),
            ("2026-03-15", "P1M", "2026-04-14"),
            ("2028-02-29", "P1Y", "2029-02-27"),
            ("2026-01-01", "P3Y", "2028-12-31"),
            ("2026-01-01", "P14D", "2026-01-14"),
        ];
        for (begin, term, end) in table {
            let term = Duration::parse(term).unwrap();
            assert_eq!(last_day(day(begin), term), Some(day(end)), "{begin} {term}");
        }
    }

    /// The days of a month, as the calendar has them.
    fn days_of(year: i32, month: u32) -> u32 {
        match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// The same day so many months on or back, by plain counting, clamped to the month's last day.
    fn moved(day: NaiveDate, months: i32) -> NaiveDate {
        let count = day.year() * 12 + day.month0().cast_signed() + months;
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12).cast_unsigned() + 1);
        NaiveDate::from_ymd_opt(year, month, day.day().min(days_of(year, month))).unwrap()
    }

    /// Every day of eight years with a leap day among them, and about the century years that have
    /// one and have none.
    fn days() -> impl Iterator<Item = NaiveDate> {
        [("2023-01-01", 2_922), ("2099-12-01", 460), ("2399-12-01", 460)]
            .into_iter()
            .flat_map(|(first, count)| day(first).iter_days().take(count))
    }

    #[test]
    fn a_term_ends_the_day_before_its_clamped_anniversary() {
        for begin in days() {
            for months in [1, 12, 36] {
                let last = last_day(begin, Duration::months(months)).unwrap();
                let expected = moved(begin, months.cast_signed()).pred_opt().unwrap();
                assert_eq!(last, expected, "{begin} {months}");
            }
        }
    }

    #[test]
    fn cycles_are_whole_months_back_from_the_end_and_only_the_first_is_cut() {
        for end in days() {
            let after = end.succ_opt().unwrap();
            for (cycle, back) in [(1, 0), (1, 17), (1, 31), (1, 95), (12, 5), (12, 366), (12, 800)]
            {
                let purchase = end - Days::new(back);
                let found = Schedule::new(purchase, end, Duration::months(cycle)).unwrap();
                let boundary = |count: i32| moved(after, -count * cycle.cast_signed());
                let whole = (0..=36).find(|count| boundary(count + 1) <= purchase).unwrap();
                let expected = Schedule {
                    whole: whole.cast_unsigned(),
                    first_days: (boundary(whole) - purchase).num_days(),
                    uncut_days: (boundary(whole) - boundary(whole + 1)).num_days(),
                };
                assert_eq!(found, expected, "{purchase} to {end} by {cycle}");
            }
        }
    }

    #[test]
    fn every_day_of_five_years_is_counted_once() {
        // For every end and many purchase days: the days of the cut cycle and of the whole ones
        // after it are exactly the days from the purchase to the end.
        let mut end = day("2024-01-01");
        while end < day("2029-01-01") {
            for back in [0, 1, 27, 28, 29, 30, 31, 59, 60, 180, 364, 365, 366] {
                let purchase = end - Days::new(back);
                let schedule = Schedule::new(purchase, end, Duration::months(1)).unwrap();
                let after = end.succ_opt().unwrap();
                let first_end = after - Months::new(schedule.whole);
                assert_eq!(
                    (first_end - purchase).num_days(),
                    schedule.first_days,
                    "{purchase} {end}"
                );
                assert!(schedule.first_days >= 1 && schedule.first_days <= schedule.uncut_days);
                assert!((28..=31).contains(&schedule.uncut_days), "{purchase} {end}");
            }
            end = end.succ_opt().unwrap();
        }
    }
}
