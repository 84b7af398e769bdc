//! How long signing in is refused after failures (SPEC 1.2): long enough to stop guessing, short enough that a person
//! who forgot is not shut out for the day.

use std::time::Duration;

/// Failures with one e-mail address before it is refused for a while.
pub const FREE_PER_EMAIL: u32 = 5;
/// Failures from one network address before it is refused for a while (an office shares one).
pub const FREE_PER_ADDRESS: u32 = 20;
/// Links to a new password asked for with one e-mail address before it is refused for a while.
pub const FREE_RESETS_PER_EMAIL: u32 = 4;
/// The same from one network address.
pub const FREE_RESETS_PER_ADDRESS: u32 = 12;
/// Wrong API keys from one network address before further ones are refused for a while.
pub const FREE_KEYS_PER_ADDRESS: u32 = 20;
/// Failures older than this are forgotten.
pub const FORGOTTEN_AFTER: Duration = Duration::from_secs(3600);

/// How long to refuse after this many failures in a row, of which `free` cost nothing: 30 s, then twice as long each
/// time, at most 15 minutes.
pub fn locked_for(failures: u32, free: u32) -> Option<Duration> {
    let over = failures.checked_sub(free)?;
    Some(Duration::from_secs(30 << over.min(5)).min(Duration::from_secs(900)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_failure_locks_and_each_further_one_longer_up_to_a_quarter_of_an_hour() {
        let seconds = |n| locked_for(n, FREE_PER_EMAIL).map(|d| d.as_secs());
        assert_eq!(
            [seconds(4), seconds(5), seconds(6), seconds(9), seconds(10), seconds(4000)],
            [None, Some(30), Some(60), Some(480), Some(900), Some(900)]
        );
    }
}
