//! How long to wait before a delivery is tried again.

use alert::Delivery;
use jiff::{SignedDuration, Timestamp};

/// The first wait and the longest.
const FIRST: SignedDuration = SignedDuration::from_secs(5);
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

/// After failing for this long a delivery is given up.
pub(crate) const PATIENCE_ENDS: SignedDuration = SignedDuration::from_hours(24);

/// The wait after `failures` failures in a row: doubled each time, and spread by up to a quarter, differently for each
/// `id` (a delivery's, a boomerang's), so that many that failed together do not come back together.
pub(crate) fn wait(id: &str, failures: u32) -> SignedDuration {
    let doubled = FIRST.as_secs().saturating_mul(1 << failures.saturating_sub(1).min(16));
    let wait = SignedDuration::from_secs(doubled).min(LONGEST);
    let spread =
        id.bytes().fold(u32::from(failures > 0), |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
    wait + SignedDuration::from_millis(wait.as_secs() * i64::from(spread % 250))
}

/// Whether a delivery that has been failing is to be given up.
pub(crate) fn is_over(delivery: &Delivery, now: Timestamp) -> bool {
    delivery.failing_since.is_some_and(|since| now.duration_since(since) > PATIENCE_ENDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour_and_differ_between_deliveries() {
        let (one, two) = ("a1/d", "a2/d");
        assert!(wait(one, 1) >= FIRST && wait(one, 1) < FIRST * 2);
        for failures in 1..40 {
            assert!(wait(one, failures) <= LONGEST + LONGEST / 4);
        }
        assert!(wait(one, 5) > wait(one, 3));
        assert_ne!(wait(one, 9), wait(two, 9));
    }
}
