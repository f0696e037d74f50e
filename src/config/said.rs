//! A value as it was said, before it means anything: from the file with its TOML type, from the environment as a word.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use crate::domain::{Limit, Secret};

/// A value as it was said.
#[derive(Clone)]
pub(super) enum Said {
    Text(String),
    Integer(i64),
    Switch(bool),
    List(Vec<Said>),
    /// A value of a TOML type that no setting has.
    Other(&'static str),
    /// From the environment: its setting says what type it is read as.
    Word(String),
}

/// Units of a while, the longest first, in milliseconds.
const UNITS: &[(&str, u64)] = &[
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// What a limit can be: it holds back at least somewhat, and lets through at least something.
const MOST_AT_ONCE: u32 = 100_000;
const SHORTEST_REFILL: Duration = Duration::from_millis(1);
const LONGEST_REFILL: Duration = Duration::from_hours(24);

impl Said {
    /// Whether it says "nothing here": the empty text.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) | Self::Word(text) if text.is_empty())
    }

    pub(super) fn text(&self) -> Result<&str, String> {
        match self {
            Self::Text(text) | Self::Word(text) => Ok(text),
            other => Err(format!("must be a text, not {}", other.kind())),
        }
    }

    pub(super) fn number<T: TryFrom<i64>>(&self, range: RangeInclusive<i64>) -> Result<T, String> {
        let number = match self {
            Self::Integer(number) => *number,
            Self::Word(word) => word
                .trim()
                .parse()
                .map_err(|_| "must be a whole number".to_owned())?,
            other => return Err(format!("must be a whole number, not {}", other.kind())),
        };
        if !range.contains(&number) {
            return Err(format!("must be from {} to {}", range.start(), range.end()));
        }
        T::try_from(number).map_err(|_| "is too large".to_owned())
    }

    /// A while within a range; both ends belong to it.
    pub(super) fn duration(&self, range: RangeInclusive<Duration>) -> Result<Duration, String> {
        let form = || "must be a while such as \"30s\", \"15m\", \"1h\" or \"30d\"".to_owned();
        let text = self.text().map_err(|_| form())?.trim();
        let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        let unit = text.strip_prefix(digits).unwrap_or_default();
        let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(form)?;
        let count: u64 = digits.parse().map_err(|_| form())?;
        let duration = Duration::from_millis(count.checked_mul(*millis).ok_or_else(form)?);
        if range.contains(&duration) {
            return Ok(duration);
        }
        Err(format!(
            "must be from {} to {}",
            duration_text(*range.start()),
            duration_text(*range.end())
        ))
    }

    /// A limit: so many at once, then one every while.
    pub(super) fn limit(&self) -> Result<Limit, String> {
        let form = || "must be a limit such as \"20, then one every 10s\"".to_owned();
        let text = self.text().map_err(|_| form())?;
        let (burst, refill) = text.split_once(", then one every ").ok_or_else(form)?;
        let burst = burst.trim().parse().map_err(|_| form())?;
        let refill = Self::Text(refill.trim().to_owned()).duration(SHORTEST_REFILL..=LONGEST_REFILL)?;
        if (1..=MOST_AT_ONCE).contains(&burst) {
            Ok(Limit { burst, refill })
        } else {
            Err(format!("must let through from 1 to {MOST_AT_ONCE} at once"))
        }
    }

    /// On or off.
    pub(super) fn switch(&self) -> Result<bool, String> {
        match self {
            Self::Switch(on) => Ok(*on),
            Self::Word(word) => word
                .trim()
                .parse()
                .map_err(|_| "must be true or false".to_owned()),
            other => Err(format!("must be true or false, not {}", other.kind())),
        }
    }

    pub(super) fn address(&self) -> Result<SocketAddr, String> {
        self.text()?.parse().map_err(|_| {
            "must be an address with a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\"".to_owned()
        })
    }

    /// A path; the empty text is none.
    pub(super) fn path(&self) -> Result<Option<PathBuf>, String> {
        let text = self.text()?;
        Ok((!text.is_empty()).then(|| PathBuf::from(text)))
    }

    /// A secret; the empty text is none.
    pub(super) fn secret(&self) -> Result<Option<Secret>, String> {
        let text = self.text()?;
        Ok((!text.is_empty()).then(|| Secret::new(text.to_owned())))
    }

    /// A secret and the file that holds it; whitespace at the file's end (a newline, most often) does not belong to it.
    pub(super) fn secret_file(&self) -> Result<Option<(PathBuf, Secret)>, String> {
        let Some(path) = self.path()? else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("names a file that cannot be read: {}: {error}", path.display()))?;
        let secret = text.trim_end();
        if secret.is_empty() {
            return Err(format!("names an empty file: {}", path.display()));
        }
        Ok(Some((path, Secret::new(secret.to_owned()))))
    }

    /// A list; in the environment its parts are separated by commas.
    pub(super) fn list<T>(&self, parse: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
        match self {
            Self::List(items) => items.iter().map(|item| item.text().and_then(&parse)).collect(),
            Self::Word(word) => word
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(parse)
                .collect(),
            other => Err(format!("must be a list, not {}", other.kind())),
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Word(_) => "a text",
            Self::Integer(_) => "a number",
            Self::Switch(_) => "true or false",
            Self::List(_) => "a list",
            Self::Other(kind) => kind,
        }
    }
}

/// A while as [`Said::duration`] reads it, in the longest unit that divides it.
pub(super) fn duration_text(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if millis == 0 {
        return "0s".to_owned();
    }
    let (unit, size) = UNITS
        .iter()
        .find(|(_, size)| millis.is_multiple_of(*size))
        .unwrap_or(&("ms", 1));
    format!("{}{unit}", millis / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiles_are_read_as_they_are_shown() {
        for text in ["0s", "250ms", "30s", "90s", "15m", "1h", "30d"] {
            let while_ = Said::Word(text.to_owned())
                .duration(Duration::ZERO..=Duration::MAX)
                .unwrap();
            assert_eq!(duration_text(while_), text);
        }
        for text in [
            "",
            "5",
            "m",
            "-5m",
            "1.5h",
            "5 m",
            "5w",
            "99999999999999999999d",
            "999999999999999d",
        ] {
            assert!(
                Said::Word(text.to_owned())
                    .duration(Duration::ZERO..=Duration::MAX)
                    .is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_keep_their_range() {
        assert_eq!(Said::Integer(5).number::<u32>(1..=5), Ok(5));
        assert_eq!(
            Said::Integer(6).number::<u32>(1..=5),
            Err("must be from 1 to 5".to_owned())
        );
        assert!(Said::Text("5".to_owned()).number::<u32>(1..=5).is_err());
    }
}
