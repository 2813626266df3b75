//! Durations of the calendar (`P1M`, `P1Y`) and the billing cycles that divide them.

use std::fmt;

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A duration by the calendar, as ISO 8601 writes it: `P1M`, `P1Y`, `P14D`, `PT15M`.
///
/// Years are kept as twelve months and weeks as seven days, so `P12M` equals `P1Y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration {
    months: u32,
    days: u32,
    seconds: u32,
}

/// The terms of nearly all subscriptions, which need not be taken apart and put together.
const USUAL: [(&str, Duration); 3] =
    [("P1Y", Duration::months(12)), ("P1M", Duration::months(1)), ("P3Y", Duration::months(36))];

const MONTHS_PER_YEAR: u32 = 12;
const DAYS_PER_WEEK: u32 = 7;
const SECONDS_PER_MINUTE: u32 = 60;
const SECONDS_PER_HOUR: u32 = 3_600;

impl Duration {
    /// A duration of whole months.
    #[must_use]
    pub const fn months(months: u32) -> Self {
        Self { months, days: 0, seconds: 0 }
    }

    /// A duration of whole days.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self { months: 0, days, seconds: 0 }
    }

    /// The number of months, when the duration is of whole months.
    #[must_use]
    pub const fn whole_months(self) -> Option<u32> {
        if self.days == 0 && self.seconds == 0 { Some(self.months) } else { None }
    }

    /// The number of days, when the duration is of whole days.
    #[must_use]
    pub const fn whole_days(self) -> Option<u32> {
        if self.months == 0 && self.seconds == 0 { Some(self.days) } else { None }
    }

    /// The day that follows a day by this duration, months clamped to their last day; parts of a
    /// day do not count.
    #[must_use]
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        day.checked_add_months(Months::new(self.months))?
            .checked_add_days(Days::new(u64::from(self.days)))
    }

    /// Reads an ISO 8601 duration of whole numbers, in either case. Nothing, and a duration of
    /// nothing, are refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((_, usual)) = USUAL.iter().find(|(name, _)| *name == text) {
            return Some(*usual);
        }
        let upper = text.to_ascii_uppercase();
        let (date, time) = match upper.strip_prefix('P')?.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (upper.strip_prefix('P')?, ""),
        };
        let [years, months, weeks, days] = designated(date, ['Y', 'M', 'W', 'D'])?;
        let [hours, minutes, seconds] = designated(time, ['H', 'M', 'S'])?;
        let duration = Self {
            months: years.checked_mul(MONTHS_PER_YEAR)?.checked_add(months)?,
            days: weeks.checked_mul(DAYS_PER_WEEK)?.checked_add(days)?,
            seconds: hours
                .checked_mul(SECONDS_PER_HOUR)?
                .checked_add(minutes.checked_mul(SECONDS_PER_MINUTE)?)?
                .checked_add(seconds)?,
        };
        (duration != Self::default()).then_some(duration)
    }

    /// How the term of nearly every subscription is written.
    pub(crate) fn usual_name(self) -> Option<&'static str> {
        USUAL.iter().find(|(_, usual)| *usual == self).map(|(name, _)| *name)
    }

    pub(crate) fn add_to(self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        moment
            .checked_add_months(Months::new(self.months))?
            .checked_add_days(Days::new(u64::from(self.days)))?
            .checked_add_signed(TimeDelta::seconds(i64::from(self.seconds)))
    }

    pub(crate) fn subtract_from(self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        moment
            .checked_sub_months(Months::new(self.months))?
            .checked_sub_days(Days::new(u64::from(self.days)))?
            .checked_sub_signed(TimeDelta::seconds(i64::from(self.seconds)))
    }
}

/// The numbers before each designator, which must stand in their order; 0 for those not given.
fn designated<const N: usize>(text: &str, designators: [char; N]) -> Option<[u32; N]> {
    let mut rest = text;
    let mut numbers = [0; N];
    for (number, designator) in numbers.iter_mut().zip(designators) {
        if let Some((digits, after)) = rest.split_once(designator) {
            if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            *number = digits.parse().ok()?;
            rest = after;
        }
    }
    rest.is_empty().then_some(numbers)
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(usual) = self.usual_name() {
            return f.write_str(usual);
        }
        f.write_str("P")?;
        let parts = [
            (self.months / MONTHS_PER_YEAR, 'Y'),
            (self.months % MONTHS_PER_YEAR, 'M'),
            (self.days, 'D'),
        ];
        let time = [
            (self.seconds / SECONDS_PER_HOUR, 'H'),
            (self.seconds % SECONDS_PER_HOUR / SECONDS_PER_MINUTE, 'M'),
            (self.seconds % SECONDS_PER_MINUTE, 'S'),
        ];
        for (number, designator) in parts.into_iter().filter(|(number, _)| *number > 0) {
            write!(f, "{number}{designator}")?;
        }
        if self.seconds > 0 {
            f.write_str("T")?;
        }
        for (number, designator) in time.into_iter().filter(|(number, _)| *number > 0) {
            write!(f, "{number}{designator}")?;
        }
        Ok(())
    }
}

/// Writes a duration as text, and reads it back.
impl Serialize for Duration {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an ISO 8601 duration"))
    }
}

/// How often a subscription is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingCycle {
    /// Every month.
    Monthly,
    /// Every year.
    Annual,
    /// Every two years.
    Biennial,
    /// Every three years.
    Triennial,
    /// Once.
    OneTime,
    /// Never: trials.
    None,
    /// A cycle that the service wrote and nobody knows; read, never offered.
    Unknown,
}

impl BillingCycle {
    /// Every billing cycle, in the order of their length.
    pub const ALL: [Self; 7] = [
        Self::Monthly,
        Self::Annual,
        Self::Biennial,
        Self::Triennial,
        Self::OneTime,
        Self::None,
        Self::Unknown,
    ];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Annual => "annual",
            Self::Biennial => "biennial",
            Self::Triennial => "triennial",
            Self::OneTime => "one_time",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }

    /// Reads `one_time`, `oneTime` and `OneTime` alike.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(cycle) = Self::ALL.into_iter().find(|cycle| cycle.name() == text) {
            return Some(cycle);
        }
        let letters =
            || text.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase());
        Self::ALL
            .into_iter()
            .find(|cycle| letters().eq(cycle.name().bytes().filter(|byte| *byte != b'_')))
    }

    /// The length of one cycle in months, where it has one.
    #[must_use]
    pub const fn months(self) -> Option<u32> {
        match self {
            Self::Monthly => Some(1),
            Self::Annual => Some(12),
            Self::Biennial => Some(24),
            Self::Triennial => Some(36),
            Self::OneTime | Self::None | Self::Unknown => None,
        }
    }

    /// How many times a term is billed: 12 for a year by the month, 1 where the cycle does not
    /// divide the term.
    #[must_use]
    pub fn cycles_in(self, term: Option<Duration>) -> u32 {
        match (self.months(), term.and_then(Duration::whole_months)) {
            (Some(cycle), Some(term)) if term >= cycle && term % cycle == 0 => term / cycle,
            _ => 1,
        }
    }

    /// Whether one cycle is longer than the term, of whose days the shortest month has 28.
    #[must_use]
    pub fn is_longer_than(self, term: Duration) -> bool {
        self.months().is_some_and(|months| months > term.months.saturating_add(term.days / 28))
    }
}

impl fmt::Display for BillingCycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written_in_one_form() {
        for (text, written) in [
            ("P1M", "P1M"),
            ("p1y", "P1Y"),
            ("P12M", "P1Y"),
            ("P3Y", "P3Y"),
            ("P1Y6M", "P1Y6M"),
            ("P2W", "P14D"),
            ("PT15M", "PT15M"),
            ("P1DT2H3S", "P1DT2H3S"),
        ] {
            assert_eq!(
                Duration::parse(text).map(|d| d.to_string()).as_deref(),
                Some(written),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "P",
            "PT",
            "1M",
            "P1",
            "PM",
            "P-1M",
            "P1.5M",
            "P0D",
            "P1MT",
            "P1D1M",
            "P99999999999Y",
            "P1X",
        ] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }

    #[test]
    fn billing_cycles_are_read_in_every_spelling() {
        for text in ["one_time", "oneTime", "OneTime", "ONE_TIME", "onetime"] {
            assert_eq!(BillingCycle::parse(text), Some(BillingCycle::OneTime), "{text}");
        }
        for cycle in BillingCycle::ALL {
            assert_eq!(BillingCycle::parse(cycle.name()), Some(cycle));
        }
        for text in ["", "_", "weekly", "one time"] {
            assert_eq!(BillingCycle::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_term_holds_whole_cycles() {
        let table = [
            (BillingCycle::Monthly, "P1Y", 12),
            (BillingCycle::Monthly, "P3Y", 36),
            (BillingCycle::Annual, "P3Y", 3),
            (BillingCycle::Triennial, "P3Y", 1),
            (BillingCycle::Annual, "P1M", 1),
            (BillingCycle::OneTime, "P3Y", 1),
            (BillingCycle::None, "P1M", 1),
            (BillingCycle::Monthly, "P14D", 1),
        ];
        for (cycle, term, count) in table {
            assert_eq!(cycle.cycles_in(Duration::parse(term)), count, "{cycle} in {term}");
        }
        assert!(BillingCycle::Annual.is_longer_than(Duration::months(1)));
        assert!(!BillingCycle::Annual.is_longer_than(Duration::months(12)));
        assert!(BillingCycle::Monthly.is_longer_than(Duration::days(14)));
        assert!(!BillingCycle::Monthly.is_longer_than(Duration::days(30)));
        assert!(BillingCycle::Annual.is_longer_than(Duration::days(30)));
        assert!(!BillingCycle::Annual.is_longer_than(Duration::days(365)));
        let longest = Duration::parse("P4294967295M4294967295D").unwrap();
        assert!(!BillingCycle::Triennial.is_longer_than(longest));
    }
}
