//! Moments as commands are told them.

use std::time::Duration;

use crate::domain::{Timestamp, rfc3339};

const DAY: Duration = Duration::from_hours(24);

const WRONG: &str = "write a day, such as 2026-12-31, a moment, such as 2026-12-31T18:00:00Z, or how long from now, such as +2m, +8h or +30d";

/// A moment, or so long from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    At(Timestamp),
    In(Duration),
}

impl When {
    /// Which moment that is, said at `now`.
    pub(super) fn moment(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(moment) => moment,
            Self::In(duration) => now.plus(duration),
        }
    }
}

/// The beginning of a day (UTC), a moment, or so long from now.
pub(super) fn beginning(text: &str) -> Result<When, &'static str> {
    parsed(text, |day| day)
}

/// The end of a day (UTC), a moment, or so long from now.
pub(super) fn end_of(text: &str) -> Result<When, &'static str> {
    parsed(text, |day| day.plus(DAY))
}

fn parsed(text: &str, of_day: fn(Timestamp) -> Timestamp) -> Result<When, &'static str> {
    if let Some(length) = text.strip_prefix('+') {
        return span(length).map(When::In).ok_or(WRONG);
    }
    let day = rfc3339::day(text).map(of_day);
    day.or_else(|| rfc3339::moment(text)).map(When::At).ok_or(WRONG)
}

/// A whole number of minutes, hours or days, a hundred years at most.
fn span(text: &str) -> Option<Duration> {
    let (number, seconds) = match text.as_bytes().last()? {
        b'm' => (text.strip_suffix('m')?, 60),
        b'h' => (text.strip_suffix('h')?, 3_600),
        b'd' => (text.strip_suffix('d')?, 86_400),
        _ => return None,
    };
    let number: u64 = number
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| number.parse().ok())??;
    let span = Duration::from_secs(number.checked_mul(seconds)?);
    (span <= DAY.saturating_mul(36_500)).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_moments_and_lengths_are_read() {
        let day = rfc3339::day("2026-12-31").unwrap();
        assert_eq!(beginning("2026-12-31"), Ok(When::At(day)));
        assert_eq!(end_of("2026-12-31"), Ok(When::At(day.plus(DAY))));
        assert_eq!(end_of("2026-12-31T00:00:00Z"), Ok(When::At(day)));
        let later = end_of("+2m").unwrap();
        assert_eq!(later.moment(day), day.plus(Duration::from_mins(2)));
        assert_eq!(beginning("+30d"), Ok(When::In(DAY * 30)));
        for wrong in [
            "",
            "soon",
            "+",
            "+m",
            "+2",
            "+-2m",
            "+2w",
            "+99999999999999999999d",
            "+36501d",
        ] {
            assert_eq!(end_of(wrong), Err(WRONG), "{wrong}");
        }
    }
}
