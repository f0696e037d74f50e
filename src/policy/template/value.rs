//! What a form is filled with.

use ipnet::IpNet;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::domain::{Acr, Scope, Weekday, is_plain};

/// Most texts in a list.
const MOST: usize = 50;

/// Longest text, in characters.
const LONGEST: usize = 100;

/// What a value of a form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Names of permissions of the application, one at least.
    Actions,
    /// The name of an attribute.
    Attribute,
    /// Names of roles.
    Roles,
    /// Texts, one at least, each once.
    Texts,
    /// True or false.
    Truth,
    /// `08:00`; `24:00` is the end of the day.
    Time,
    /// `mo`, `tu`, `we`, `th`, `fr`, `sa`, `su`; one at least.
    Days,
    /// A time zone: `Europe/Istanbul`.
    Zone,
    /// Networks such as `10.0.0.0/8`, one at least.
    Networks,
    /// How strongly somebody has to be authenticated: a class such as `urn:doorward:acr:3`.
    Strength,
    /// A whole number of minutes, from 1 to a year of them.
    Minutes,
}

/// A field of a form.
#[derive(Debug, Clone, Serialize)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    /// What it is for.
    pub title: &'static str,
    /// What it is if it is left out; without one it is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Json>,
}

/// Why a form is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("there is no template called {0}")]
    Template(String),
    #[error("values: the template has no field called {0}")]
    Field(String),
    #[error("values: {field}: {sentence}")]
    Value { field: String, sentence: &'static str },
}

/// What a form is filled with, held against its fields.
pub(super) struct Values<'a> {
    parameters: &'a [Parameter],
    given: &'a Map<String, Json>,
}

impl<'a> Values<'a> {
    pub(super) fn new(parameters: &'a [Parameter], given: &'a Map<String, Json>) -> Result<Self, Unfit> {
        let known = |name: &String| parameters.iter().any(|one| one.name == name);
        match given.keys().find(|name| !known(name)) {
            Some(name) => Err(Unfit::Field(name.clone())),
            None => Ok(Self { parameters, given }),
        }
    }

    fn get<T>(
        &self,
        field: &str,
        sentence: &'static str,
        read: impl Fn(&Json) -> Option<T>,
    ) -> Result<T, Unfit> {
        let parameter = self.parameters.iter().find(|one| one.name == field);
        let default = parameter.and_then(|one| one.default.as_ref());
        let value = self.given.get(field).filter(|value| !value.is_null()).or(default);
        value.and_then(read).ok_or_else(|| Unfit::Value {
            field: field.to_owned(),
            sentence,
        })
    }

    pub(super) fn actions(&self) -> Result<Vec<String>, Unfit> {
        let sentence = "a list of permissions such as feedback:read is needed";
        self.get("actions", sentence, |value| {
            let names = texts(value)?;
            let sound = names.iter().all(|name| Scope::parse(name).is_ok());
            (sound && !names.is_empty()).then_some(names)
        })
    }

    pub(super) fn roles(&self) -> Result<Vec<String>, Unfit> {
        self.get(
            "roles",
            "a list of names of roles is needed, which may be empty",
            texts,
        )
    }

    pub(super) fn attribute(&self, field: &str) -> Result<String, Unfit> {
        self.get(
            field,
            "the name of an attribute is needed, of at most 100 characters",
            |value| {
                let text = value.as_str()?;
                (is_plain(text) && text.chars().count() <= LONGEST).then(|| text.to_owned())
            },
        )
    }

    pub(super) fn texts(&self, field: &str) -> Result<Vec<String>, Unfit> {
        self.get(field, "a list of 1 to 50 different texts is needed", |value| {
            texts(value).filter(|texts| !texts.is_empty())
        })
    }

    pub(super) fn truth(&self, field: &str) -> Result<bool, Unfit> {
        self.get(field, "true or false is needed", Json::as_bool)
    }

    /// In minutes since midnight.
    pub(super) fn minute(&self, field: &str) -> Result<i64, Unfit> {
        self.get(field, "a time of day such as 08:00 is needed", |value| {
            minute(value.as_str()?)
        })
    }

    pub(super) fn days(&self) -> Result<Vec<Weekday>, Unfit> {
        let sentence = "a list of days is needed: mo, tu, we, th, fr, sa, su";
        self.get("days", sentence, |value| {
            let days: Option<Vec<Weekday>> = texts(value)?.iter().map(|day| Weekday::parse(day)).collect();
            days.filter(|days| !days.is_empty())
        })
    }

    pub(super) fn zone(&self) -> Result<(String, TimeZone), Unfit> {
        self.get("zone", "a time zone such as Europe/Istanbul is needed", |value| {
            let name = value.as_str()?;
            Some((name.to_owned(), TimeZone::get(name).ok()?))
        })
    }

    pub(super) fn strength(&self) -> Result<Acr, Unfit> {
        let sentence = "a class is needed: urn:doorward:acr:1, urn:doorward:acr:2 or urn:doorward:acr:3";
        self.get("strength", sentence, |value| Acr::parse(value.as_str()?))
    }

    pub(super) fn minutes(&self) -> Result<i64, Unfit> {
        self.get(
            "minutes",
            "a number of minutes from 1 to 525600 is needed",
            |value| value.as_i64().filter(|minutes| (1..=525_600).contains(minutes)),
        )
    }

    pub(super) fn networks(&self) -> Result<Vec<IpNet>, Unfit> {
        let sentence = "a list of networks such as 10.0.0.0/8 is needed";
        self.get("networks", sentence, |value| {
            let networks: Option<Vec<IpNet>> = texts(value)?.iter().map(|one| one.parse().ok()).collect();
            networks.filter(|networks| !networks.is_empty())
        })
    }
}

/// Different texts that can be seen.
fn texts(value: &Json) -> Option<Vec<String>> {
    let values = value.as_array().filter(|values| values.len() <= MOST)?;
    let mut texts: Vec<String> = Vec::new();
    for value in values {
        let text = value.as_str()?;
        let sound = is_plain(text) && text.chars().count() <= LONGEST && !texts.iter().any(|one| one == text);
        texts.push(Some(text.to_owned()).filter(|_| sound)?);
    }
    Some(texts)
}

fn minute(text: &str) -> Option<i64> {
    if text == "24:00" {
        return Some(24 * 60);
    }
    let shaped = text.len() == 5
        && text.bytes().enumerate().all(|(at, byte)| match at {
            2 => byte == b':',
            _ => byte.is_ascii_digit(),
        });
    let time: Time = text.parse().ok().filter(|_| shaped)?;
    Some(i64::from(time.hour()) * 60 + i64::from(time.minute()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_time() {
        assert_eq!(minute("08:05"), Some(485));
        assert_eq!(minute("24:00"), Some(1_440));
        for wrong in ["8:00", "24:01", "08:60", "08:00:00", "08-00", "", "ab:cd"] {
            assert_eq!(minute(wrong), None, "{wrong}");
        }
    }
}
