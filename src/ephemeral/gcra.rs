//! The generic cell rate algorithm as a pure rule, the same that the script in Redis follows.

use super::limit::Verdict;
use crate::domain::{Limit, Timestamp};

/// Decides about one use now. `empty_at` is the moment at which all earlier uses are worked off; the answer's second part is
/// what to keep in its place (nothing when the use is refused: a refusal does not count).
pub(super) fn decide(
    empty_at: Option<Timestamp>,
    limit: Limit,
    now: Timestamp,
) -> (Verdict, Option<Timestamp>) {
    let empty_at = empty_at.map_or(now, |empty_at| empty_at.max(now));
    let next = empty_at.plus(limit.refill);
    let room = limit.refill.saturating_mul(limit.burst);
    let ahead = next.since(now);
    match ahead.checked_sub(room) {
        Some(wait) if !wait.is_zero() => (Verdict::Beyond(wait), None),
        _ => (Verdict::Within, Some(next)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_then_one_every_refill() {
        let limit = Limit {
            burst: 3,
            refill: Duration::from_secs(10),
        };
        let mut now = Timestamp::from_seconds(100);
        let mut kept = None;
        for _ in 0..3 {
            let (verdict, next) = decide(kept, limit, now);
            assert_eq!(verdict, Verdict::Within);
            kept = next;
        }
        assert_eq!(
            decide(kept, limit, now),
            (Verdict::Beyond(Duration::from_secs(10)), None)
        );
        now = now.plus(Duration::from_secs(10));
        let (verdict, next) = decide(kept, limit, now);
        assert_eq!(verdict, Verdict::Within);
        assert!(matches!(decide(next, limit, now).0, Verdict::Beyond(_)));
    }

    #[test]
    fn a_limit_of_nothing_lets_nothing_pass() {
        let limit = Limit {
            burst: 0,
            refill: Duration::from_secs(1),
        };
        assert!(matches!(
            decide(None, limit, Timestamp::from_seconds(5)).0,
            Verdict::Beyond(_)
        ));
    }
}
