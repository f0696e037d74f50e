//! Types of authorization details (RFC 9396 section 2): what a client may ask for in an application beyond scopes, by
//! which rules, and in which words a person is asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::ApplicationId;

/// One authorization detail: an object with a `type`.
pub type Detail = Map<String, Value>;

/// Longest text of a member, in bytes, whatever its type allows.
const LONGEST_TEXT: usize = 1_000;

/// Most items of a list, whatever its type allows.
const MOST_ITEMS: usize = 50;

/// Words by language tag; `en` is always there.
pub type Titles = BTreeMap<String, String>;

/// What a type allows, as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DetailRules {
    /// What the person is asked for: "Export feedback".
    pub titles: Titles,
    /// One sentence on what that means.
    pub purposes: Titles,
    /// A permission of the application that whoever gives such a detail must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// Whether an identical detail is asked for again.
    pub ask: Ask,
    /// All members beside `type` and `locations`.
    pub members: Vec<Member>,
}

/// How often a person answers for one and the same detail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Each time: a payment that was allowed once is not allowed twice.
    #[default]
    Always,
    /// Once, until the consent is withdrawn.
    Once,
}

/// A member of the object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub name: String,
    pub titles: Titles,
    #[serde(default)]
    pub required: bool,
    #[serde(flatten)]
    pub kind: MemberKind,
}

/// What a member's value is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MemberKind {
    /// A text that is not empty, of at most so many bytes.
    Text { longest: usize },
    /// A whole number.
    Number { least: i64, most: i64 },
    /// True or false.
    Truth,
    /// A day as `2026-12-31`.
    Date,
    /// One of these words.
    Choice { of: Vec<String> },
    /// A list of 1 to so many different texts; of these words, if any are named.
    List { of: Vec<String>, most: usize },
}

/// A type to be registered.
#[derive(Debug, Clone)]
pub struct NewDetailType {
    /// `feedback_export`; the same word for the whole server.
    pub name: String,
    pub application: ApplicationId,
    pub rules: DetailRules,
}

/// A registered type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailType {
    pub name: String,
    pub application: ApplicationId,
    pub rules: DetailRules,
    /// Whether its application is retired: then nobody can ask for it.
    pub retired: bool,
}

impl DetailType {
    /// Holds a detail against the type: unknown members, missing ones, wrong kinds and wrong values are refused (RFC 9396
    /// section 5). `locations`, if any, name the application by its audience (section 2.2).
    pub fn check(&self, detail: &Detail, audience: &str) -> Result<(), &'static str> {
        for (name, value) in detail {
            match name.as_str() {
                "type" => {}
                "locations" => {
                    let here = value
                        .as_array()
                        .is_some_and(|all| !all.is_empty() && all.iter().all(|one| one == audience));
                    if !here {
                        return Err("locations of authorization_details name another resource");
                    }
                }
                _ => {
                    let member = self.rules.members.iter().find(|member| member.name == *name);
                    let member =
                        member.ok_or("authorization_details have a member that their type does not know")?;
                    if !member.kind.allows(value) {
                        return Err(
                            "a member of authorization_details has a value that its type does not allow",
                        );
                    }
                }
            }
        }
        let missing = |member: &&Member| member.required && !detail.contains_key(&member.name);
        if self.rules.members.iter().any(|member| missing(&member)) {
            return Err("authorization_details lack a member that their type requires");
        }
        Ok(())
    }

    /// The title in a language, or else in English.
    #[must_use]
    pub fn title(&self, language: &str) -> &str {
        words(&self.rules.titles, language).unwrap_or(&self.name)
    }

    /// The purpose in a language, or else in English.
    #[must_use]
    pub fn purpose(&self, language: &str) -> &str {
        words(&self.rules.purposes, language).unwrap_or_default()
    }

    /// The members of a detail that fits this type, in the type's order: title and value as text.
    #[must_use]
    pub fn facts(&self, detail: &Detail, language: &str) -> Vec<(String, String)> {
        self.rules
            .members
            .iter()
            .filter_map(|member| {
                let value = detail.get(&member.name)?;
                let title = words(&member.titles, language).unwrap_or(&member.name);
                Some((title.to_owned(), shown(value)))
            })
            .collect()
    }
}

fn words<'a>(titles: &'a Titles, language: &str) -> Option<&'a str> {
    titles
        .get(language)
        .or_else(|| titles.get("en"))
        .map(String::as_str)
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "✓".to_owned(),
        Value::Bool(false) => "–".to_owned(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

impl MemberKind {
    fn allows(&self, value: &Value) -> bool {
        match self {
            Self::Text { longest } => value.as_str().is_some_and(|text| is_text(text, *longest)),
            Self::Number { least, most } => value
                .as_i64()
                .is_some_and(|number| (*least..=*most).contains(&number)),
            Self::Truth => value.is_boolean(),
            Self::Date => value.as_str().is_some_and(is_date),
            Self::Choice { of } => value
                .as_str()
                .is_some_and(|text| of.iter().any(|word| word == text)),
            Self::List { of, most } => value.as_array().is_some_and(|items| is_list(items, of, *most)),
        }
    }

    /// Whether the rule itself makes sense.
    pub(super) fn is_sound(&self) -> bool {
        let words = |of: &[String]| of.iter().all(|word| is_text(word, LONGEST_TEXT));
        match self {
            Self::Text { longest } => (1..=LONGEST_TEXT).contains(longest),
            Self::Number { least, most } => least <= most,
            Self::Truth | Self::Date => true,
            Self::Choice { of } => !of.is_empty() && words(of),
            Self::List { of, most } => (1..=MOST_ITEMS).contains(most) && words(of),
        }
    }
}

/// Neither empty nor too long; control characters would make one thing look like another on the page.
fn is_text(text: &str, longest: usize) -> bool {
    !text.trim().is_empty() && text.len() <= longest && !text.chars().any(char::is_control)
}

fn is_list(items: &[Value], of: &[String], most: usize) -> bool {
    let fits = |item: &Value| {
        item.as_str().is_some_and(|text| {
            is_text(text, LONGEST_TEXT) && (of.is_empty() || of.iter().any(|word| word == text))
        })
    };
    let repeated = items
        .iter()
        .enumerate()
        .any(|(index, item)| items.iter().take(index).any(|before| before == item));
    (1..=most).contains(&items.len()) && items.iter().all(fits) && !repeated
}

/// A day of the calendar as RFC 3339 writes it.
fn is_date(text: &str) -> bool {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let mut numbers = text.split('-').map(|part| part.parse::<u32>().unwrap_or(0));
    let (Some(year), Some(month), Some(day)) = (numbers.next(), numbers.next(), numbers.next()) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    shaped && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Id, Timestamp};

    fn titles(text: &str) -> Titles {
        Titles::from([
            ("en".to_owned(), text.to_owned()),
            ("de".to_owned(), format!("{text} (de)")),
        ])
    }

    fn member(name: &str, required: bool, kind: MemberKind) -> Member {
        let (name, titles) = (name.to_owned(), titles(name));
        Member {
            name,
            titles,
            required,
            kind,
        }
    }

    fn export() -> DetailType {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        DetailType {
            retired: false,
            name: "feedback_export".to_owned(),
            application: Id::new(Timestamp::from_micros(1), [1; 10]),
            rules: DetailRules {
                titles: titles("Export feedback"),
                purposes: Titles::new(),
                permission: None,
                ask: Ask::Always,
                members: vec![
                    member(
                        "dataset",
                        true,
                        MemberKind::Choice {
                            of: words(&["comments", "scores"]),
                        },
                    ),
                    member(
                        "region",
                        false,
                        MemberKind::List {
                            of: Vec::new(),
                            most: 2,
                        },
                    ),
                    member("until", false, MemberKind::Date),
                    member("note", false, MemberKind::Text { longest: 5 }),
                    member("rows", false, MemberKind::Number { least: 1, most: 10 }),
                    member("names", false, MemberKind::Truth),
                ],
            },
        }
    }

    #[test]
    fn a_detail_fits_its_type_in_every_member_or_is_refused() {
        let fits = |value: Value| {
            export()
                .check(value.as_object().unwrap(), "https://a.test")
                .is_ok()
        };
        for good in [
            json!({ "type": "feedback_export", "dataset": "scores" }),
            json!({ "dataset": "scores", "region": ["emea", "dach"], "until": "2028-02-29", "note": "abcde" }),
            json!({ "dataset": "comments", "rows": 10, "names": false, "locations": ["https://a.test"] }),
        ] {
            assert!(fits(good.clone()), "{good}");
        }
        for wrong in [
            json!({}),
            json!({ "dataset": "other" }),
            json!({ "dataset": ["scores"] }),
            json!({ "dataset": "scores", "more": 1 }),
            json!({ "dataset": "scores", "region": [] }),
            json!({ "dataset": "scores", "region": ["a", "a"] }),
            json!({ "dataset": "scores", "region": ["a", "b", "c"] }),
            json!({ "dataset": "scores", "region": "a" }),
            json!({ "dataset": "scores", "until": "2027-02-29" }),
            json!({ "dataset": "scores", "until": "2027-2-09" }),
            json!({ "dataset": "scores", "until": "2027-13-01" }),
            json!({ "dataset": "scores", "until": 20_271_301 }),
            json!({ "dataset": "scores", "note": "abcdef" }),
            json!({ "dataset": "scores", "note": "a\nb" }),
            json!({ "dataset": "scores", "note": " " }),
            json!({ "dataset": "scores", "rows": 0 }),
            json!({ "dataset": "scores", "rows": 1.5 }),
            json!({ "dataset": "scores", "rows": "1" }),
            json!({ "dataset": "scores", "names": null }),
            json!({ "dataset": "scores", "locations": ["https://b.test"] }),
            json!({ "dataset": "scores", "locations": [] }),
        ] {
            assert!(!fits(wrong.clone()), "{wrong}");
        }
    }

    #[test]
    fn a_detail_is_told_in_words_by_language() {
        let detail = json!({ "type": "feedback_export", "region": ["emea", "dach"], "dataset": "scores", "names": true });
        let detail = detail.as_object().unwrap();
        let pair = |title: &str, value: &str| (title.to_owned(), value.to_owned());
        assert_eq!(
            export().facts(detail, "de"),
            [
                pair("dataset (de)", "scores"),
                pair("region (de)", "emea, dach"),
                pair("names (de)", "✓")
            ]
        );
        assert_eq!(export().title("tr"), "Export feedback");
    }
}
