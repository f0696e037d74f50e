//! Moments and days as people write them: RFC 3339, in UTC.

use serde::{Deserialize, Deserializer, Serializer, de};

use super::Timestamp;

/// A moment, with whatever offset it is written.
#[must_use]
pub fn moment(text: &str) -> Option<Timestamp> {
    let moment: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_micros(moment.as_microsecond()))
}

/// The beginning of a day that is written `2026-12-31`.
#[must_use]
pub fn day(text: &str) -> Option<Timestamp> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if plain {
        moment(&format!("{text}T00:00:00Z"))
    } else {
        None
    }
}

/// As it is written: the fraction of a second only where there is one.
#[must_use]
pub fn written(moment: Timestamp) -> String {
    match jiff::Timestamp::from_microsecond(moment.as_micros()) {
        Ok(moment) => moment.to_string(),
        Err(_) => moment.to_string(),
    }
}

/// To the second, as people read it.
#[must_use]
pub fn second(moment: Timestamp) -> String {
    match jiff::Timestamp::from_second(moment.as_seconds()) {
        Ok(second) => second.to_string(),
        Err(_) => moment.to_string(),
    }
}

/// For `#[serde(with = "…")]`: a moment as its text.
pub fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&written(*moment))
}

/// The other way.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || de::Error::custom(format!("{text} is no moment: write it like 2026-12-01T09:00:00Z"));
    moment(&text).ok_or_else(wrong)
}

/// The same of a moment that may be missing.
pub mod optional {
    use serde::{Deserializer, Serializer};

    use crate::domain::Timestamp;

    /// As its text; only where there is one.
    pub fn serialize<S: Serializer>(moment: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match moment {
            Some(moment) => super::serialize(moment, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// The other way.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_days_read_back_as_they_are_written() {
        let nine = moment("2026-12-01T09:00:00Z").unwrap();
        assert_eq!(moment("2026-12-01T12:00:00+03:00"), Some(nine));
        assert_eq!(written(nine), "2026-12-01T09:00:00Z");
        assert_eq!(day("2026-12-01").map(written).unwrap(), "2026-12-01T00:00:00Z");
        for wrong in [
            "",
            "2026-12-01",
            "2026-12-01T09:00",
            "tomorrow",
            "2026-02-30T00:00:00Z",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
        for wrong in [
            "",
            "2026-12-1",
            "2026-13-01",
            "2026-02-30",
            "20261201",
            "+026-12-01",
        ] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
