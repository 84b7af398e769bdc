//! When a message that could not be handed over is tried again (SPEC 9): after 1, 5 and 15 minutes, with jitter so
//! that a thousand refused together do not come back together.

use std::time::Duration;

/// The waits, one for each failed attempt.
pub const WAITS: [Duration; 3] = [Duration::from_secs(60), Duration::from_secs(300), Duration::from_secs(900)];

/// How long to wait after `attempts` failed attempts (1 or more), or none when it has been tried often enough.
/// `chance` in 0..1 spreads the wait by up to a fifth upwards; `asked` is what the provider asked for, at the least.
pub fn wait(attempts: u16, chance: f64, asked: Option<Duration>) -> Option<Duration> {
    let base = WAITS.get(usize::from(attempts.checked_sub(1)?))?;
    Some(base.mul_f64(1.0 + 0.2 * chance.clamp(0.0, 1.0)).max(asked.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn three_retries_and_no_more() {
        let minutes = |n| wait(n, 0.0, None).map(|d| d.as_secs() / 60);
        assert_eq!(
            [minutes(1), minutes(2), minutes(3), minutes(4), minutes(0)],
            [Some(1), Some(5), Some(15), None, None]
        );
        assert_eq!(wait(1, 0.0, Some(Duration::from_secs(3600))), Some(Duration::from_secs(3600)));
    }

    proptest! {
        #[test]
        fn jitter_only_lengthens_and_by_a_fifth_at_most(n in 1u16..4, chance in 0.0f64..1.0) {
            let (base, wait) = (WAITS[usize::from(n) - 1], wait(n, chance, None).unwrap());
            prop_assert!(wait >= base && wait <= base.mul_f64(1.2));
        }
    }
}
