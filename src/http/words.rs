//! Moments in plain words.

use super::Text;
use crate::domain::Timestamp;

/// The day, which reads the same in every language.
#[must_use]
pub fn day(moment: Timestamp) -> String {
    moment.to_string().chars().take(10).collect()
}

/// To the minute, in UTC.
#[must_use]
pub fn minute(moment: Timestamp) -> String {
    let text: String = moment.to_string().chars().take(16).collect();
    format!("{} UTC", text.replace('T', " "))
}

/// The day as one says it: "Friday, 4 December 2026".
#[must_use]
pub fn day_in_words(text: &Text, moment: Timestamp) -> String {
    let Ok(at) = jiff::Timestamp::from_microsecond(moment.as_micros()) else {
        return day(moment);
    };
    let date = jiff::tz::TimeZone::UTC.to_datetime(at).date();
    let weekday = date.weekday().to_monday_one_offset();
    let arguments = [
        ("weekday", text.get(&format!("date-weekday-{weekday}"))),
        ("day", date.day().to_string()),
        ("month", text.get(&format!("date-month-{}", date.month()))),
        ("year", date.year().to_string()),
    ];
    let arguments: Vec<(&str, &str)> = arguments
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    text.get_args("date-in-words", &arguments)
}
