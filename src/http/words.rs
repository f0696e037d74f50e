//! Moments in plain words.

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
