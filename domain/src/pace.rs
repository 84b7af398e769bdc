//! How fast a run goes (UX "Running campaign"): messages a second over the last ten seconds, and how long the rest takes
//! at that pace. Made of totals that were read now and then, so it does not matter which process sends.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

/// How far back the pace looks.
const WINDOW: TimeDelta = TimeDelta::seconds(10);
/// Totals that were read closer together than this are one reading.
const APART: TimeDelta = TimeDelta::milliseconds(500);
/// Over less time than this there is no pace yet, only chance.
const LEAST: TimeDelta = TimeDelta::seconds(1);

/// What was read of one run lately: when, and how many messages had been handed over by then.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pace(VecDeque<(DateTime<Utc>, i64)>);

impl Pace {
    /// Takes a reading in. One that is older than the last is left out.
    pub fn read(&mut self, at: DateTime<Utc>, handed_over: i64) {
        if self.0.back().is_some_and(|(last, _)| *last > at) {
            return;
        }
        if self.0.len() > 1 && self.0.get(self.0.len() - 2).is_some_and(|(before, _)| at - *before < APART) {
            self.0.pop_back();
        }
        self.0.push_back((at, handed_over));
        // The last reading before the window tells where it began.
        while self.0.get(1).is_some_and(|(second, _)| at - *second >= WINDOW) {
            self.0.pop_front();
        }
    }

    /// Messages a second, to one decimal; none until there is enough to tell from.
    pub fn per_second(&self, now: DateTime<Utc>) -> Option<f64> {
        let (_, newest) = *self.0.back()?;
        let begin = now - WINDOW;
        let before = self.0.iter().rev().find(|(at, _)| *at <= begin).or(self.0.front());
        // Since an older reading nothing has changed, or there would be a newer one.
        let (from, count) = before.map(|(at, count)| ((*at).max(begin), *count))?;
        if now - from < LEAST {
            return None;
        }
        let seconds = (now - from).num_milliseconds() as f64 / 1000.0;
        Some(((newest - count).max(0) as f64 / seconds * 10.0).round() / 10.0)
    }
}

/// How long the rest takes at this pace, in whole seconds; none while nothing moves.
pub fn seconds_left(waiting: i64, per_second: Option<f64>) -> Option<u64> {
    let per_second = per_second.filter(|pace| *pace > 0.0)?;
    let seconds = waiting.max(0) as f64 / per_second;
    (seconds.is_finite()).then_some(seconds.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(n)
    }

    fn read(readings: &[(i64, i64)]) -> Pace {
        let mut pace = Pace::default();
        readings.iter().for_each(|(at, count)| pace.read(second(*at), *count));
        pace
    }

    #[test]
    fn the_pace_is_that_of_the_last_ten_seconds() {
        let steady: Vec<_> = (0..60).map(|n| (n, n * 74)).collect();
        assert_eq!(read(&steady).per_second(second(59)), Some(74.0));
        let faster: Vec<_> = (0..60).map(|n| (n, if n < 30 { n } else { 30 + (n - 30) * 100 })).collect();
        assert_eq!(read(&faster).per_second(second(59)), Some(100.0));
        assert!(read(&faster).0.len() <= 12, "what is older is forgotten");
    }

    #[test]
    fn one_reading_is_no_pace_and_silence_runs_out() {
        assert_eq!(Pace::default().per_second(second(0)), None);
        assert_eq!(read(&[(0, 500)]).per_second(second(0)), None);
        let pace = read(&[(0, 0), (1, 50), (2, 100)]);
        assert_eq!(pace.per_second(second(2)), Some(50.0));
        assert_eq!(pace.per_second(second(10)), Some(10.0));
        assert_eq!(pace.per_second(second(60)), Some(0.0));
    }

    #[test]
    fn a_slow_send_has_a_pace_too() {
        let pace = read(&[(0, 0), (20, 1), (40, 2)]);
        assert_eq!(pace.per_second(second(40)), Some(0.1), "one in ten seconds");
    }

    #[test]
    fn readings_close_together_are_one_and_none_goes_back() {
        let mut pace = Pace::default();
        for n in 0..1000 {
            pace.read(second(0) + TimeDelta::milliseconds(n * 10), n);
        }
        assert!(pace.0.len() <= 22, "{}", pace.0.len());
        assert_eq!(pace.0.back().map(|(_, count)| *count), Some(999));
        pace.read(second(1), 5);
        assert_eq!(pace.0.back().map(|(_, count)| *count), Some(999));
    }

    #[test]
    fn time_left_is_told_only_while_it_moves() {
        assert_eq!(seconds_left(14_876, Some(74.0)), Some(202));
        assert_eq!((seconds_left(5, Some(0.0)), seconds_left(5, None)), (None, None));
        assert_eq!(seconds_left(0, Some(10.0)), Some(0));
    }
}
