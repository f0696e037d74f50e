//! When somebody is reminded: at the start, at half of the grace, three days and one day before its end, as far as these lie at least a
//! day apart.

use std::time::Duration;

use crate::domain::{ReminderKind, Timestamp};

const DAY: Duration = Duration::from_hours(24);

/// The reminder that is at hand: the latest one whose moment has come. One that was missed while nothing ran is not sent after the next.
/// None before the grace and after it.
pub(super) fn at_hand(since: Timestamp, due: Timestamp, now: Timestamp) -> Option<ReminderKind> {
    if now >= due {
        return None;
    }
    let come = moments(since, due).into_iter().filter(|(_, at)| *at <= now);
    come.map(|(kind, _)| kind).next_back()
}

/// All reminders of a grace, in their order.
fn moments(since: Timestamp, due: Timestamp) -> Vec<(ReminderKind, Timestamp)> {
    let length = due.since(since);
    let from = |days: u32| length >= DAY * days;
    let all = [
        (ReminderKind::Start, since, true),
        (ReminderKind::Half, since.plus(length / 2), from(10)),
        (ReminderKind::ThreeDays, due.minus(DAY * 3), from(4)),
        (ReminderKind::LastDay, due.minus(DAY), from(2)),
    ];
    let wanted = all.into_iter().filter(|(_, _, wanted)| *wanted);
    wanted.map(|(kind, at, _)| (kind, at)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_795_602_600);

    fn kinds(days: u32) -> Vec<&'static str> {
        let all = moments(START, START.plus(DAY * days));
        all.into_iter().map(|(kind, _)| kind.as_str()).collect()
    }

    #[test]
    fn a_long_grace_has_all_reminders_and_a_short_one_those_that_fit() {
        assert_eq!(kinds(14), ["start", "half", "three_days", "last_day"]);
        assert_eq!(kinds(7), ["start", "three_days", "last_day"]);
        assert_eq!(kinds(3), ["start", "last_day"]);
        assert_eq!(kinds(1), ["start"]);
    }

    #[test]
    fn the_reminder_at_hand_is_the_latest_that_has_come() {
        let due = START.plus(DAY * 14);
        let at = |hours: u64| at_hand(START, due, START.plus(Duration::from_hours(hours)));
        assert_eq!(at_hand(START, due, START.minus(Duration::from_secs(1))), None);
        assert_eq!(at(0), Some(ReminderKind::Start));
        assert_eq!(at(24 * 7 - 1), Some(ReminderKind::Start));
        assert_eq!(at(24 * 7), Some(ReminderKind::Half));
        assert_eq!(at(24 * 11), Some(ReminderKind::ThreeDays));
        assert_eq!(at(24 * 13), Some(ReminderKind::LastDay));
        assert_eq!(at(24 * 14), None, "from then on the sign-in asks");
        assert_eq!(at_hand(START, START, START), None, "no grace, no reminder");
    }

    proptest! {
        #[test]
        fn reminders_lie_within_the_grace_in_their_order_and_a_day_apart(days in 1_u32..=365) {
            let due = START.plus(DAY * days);
            let all = moments(START, due);
            prop_assert!(all.iter().all(|(_, at)| *at >= START && *at < due));
            for pair in all.windows(2) {
                prop_assert!(pair[1].1.since(pair[0].1) >= DAY && pair[0].0 < pair[1].0);
            }
        }
    }
}
