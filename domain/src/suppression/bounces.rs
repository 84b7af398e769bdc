//! Soft bounces: once is nothing, again and again without anything arriving is an address that is worn out.

use chrono::{DateTime, TimeDelta, Utc};

/// So many in a row suppress an address (SPEC 2.7).
pub const SOFT_BOUNCES: usize = 5;
/// When the first and the last of them are no further apart.
const WITHIN: TimeDelta = TimeDelta::days(14);

/// Whether an address is worn out, by what became of the messages to it, newest first: whether each bounced softly, and
/// when. Only messages of which something was reported count; one that arrived begins the row anew.
pub fn is_worn_out(ends: &[(bool, DateTime<Utc>)]) -> bool {
    match ends.get(..SOFT_BOUNCES) {
        Some(row @ [(_, newest), .., (_, oldest)]) => row.iter().all(|(soft, _)| *soft) && *newest - *oldest <= WITHIN,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(days: &[(bool, i64)]) -> Vec<(bool, DateTime<Utc>)> {
        days.iter().map(|(soft, day)| (*soft, DateTime::UNIX_EPOCH + TimeDelta::days(*day))).collect()
    }

    #[test]
    fn five_in_a_row_within_two_weeks() {
        assert!(is_worn_out(&ends(&[(true, 20), (true, 16), (true, 12), (true, 8), (true, 6)])));
        assert!(is_worn_out(&ends(&[(true, 9), (true, 8), (true, 7), (true, 6), (true, 5), (false, 4)])));
        assert!(!is_worn_out(&ends(&[(true, 20), (true, 16), (true, 12), (true, 8)])), "four");
        assert!(!is_worn_out(&ends(&[(true, 21), (true, 16), (true, 12), (true, 8), (true, 6)])), "over fifteen days");
        assert!(
            !is_worn_out(&ends(&[(true, 9), (true, 8), (false, 7), (true, 6), (true, 5), (true, 4)])),
            "one arrived"
        );
        assert!(!is_worn_out(&[]));
    }
}
