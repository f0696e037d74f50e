//! The form of a rule: what it asks for, and the definition that is read from it.

use std::collections::{BTreeMap, HashMap};

use super::names::Names;
use crate::domain::{DeviceStanding, FactorAsked, RiskLevel, Timestamp, Weekday, rfc3339};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Form, Text};
use crate::rule::{Conditions, Definition, Then, Times};

/// What is written in each field, by its name.
pub(super) type Written = HashMap<String, String>;

/// Why no definition can be read: the key of a sentence.
type Unreadable = &'static str;

const NUMBER: Unreadable = "admin-rule-wrong-digits";
const START: Unreadable = "admin-rule-wrong-start";
const ATTRIBUTE: Unreadable = "admin-rule-wrong-attribute";

/// What a form says.
pub(super) fn of_form(form: &Form) -> Written {
    form.pairs()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// What the form of a rule says that is there already.
pub(super) fn of_definition(rule: &Definition) -> Written {
    let mut written = Written::new();
    let mut put = |name: &str, value: String| {
        written.insert(name.to_owned(), value);
    };
    put("name", rule.name.clone());
    put("starts", rule.starts.map(rfc3339::written).unwrap_or_default());
    put("do", word(&rule.then).to_owned());
    match &rule.then {
        Then::Allow | Then::PhishingResistant => {}
        Then::SecondFactor { remember_days } => put("remember_days", remember_days.to_string()),
        Then::Again { after_minutes } => put("after_minutes", after_minutes.to_string()),
        Then::Enrol { factor, grace_days } => {
            put("factor", factor.to_string());
            put("grace_days", grace_days.to_string());
        }
        Then::Refuse { sentence } => put("sentence", sentence.clone()),
    }
    for (part, told) in [("when", &rule.when), ("unless", &rule.unless)] {
        write_conditions(&mut written, part, told);
    }
    written
}

fn write_conditions(written: &mut Written, part: &str, told: &Conditions) {
    let mut put = |name: &str, value: String| {
        written.insert(format!("{part}_{name}"), value);
    };
    let lists = [
        ("people", &told.people),
        ("roles", &told.roles),
        ("groups", &told.groups),
        ("clients", &told.clients),
        ("scopes", &told.scopes),
        ("networks", &told.networks),
        ("countries", &told.countries),
    ];
    for (name, list) in lists {
        put(name, list.join(", "));
    }
    let attributes = told.attributes.iter();
    let lines: Vec<String> = attributes
        .map(|(name, values)| format!("{name} = {}", values.join(", ")))
        .collect();
    put("attributes", lines.join("\n"));
    put(
        "age",
        told.account_younger_than_days
            .map(|days| days.to_string())
            .unwrap_or_default(),
    );
    let break_glass = told.break_glass.map(|is| if is { "only" } else { "not" });
    put("break_glass", break_glass.unwrap_or_default().to_owned());
    for device in &told.devices {
        put(&format!("device_{device}"), "yes".to_owned());
    }
    for level in &told.risk {
        put(&format!("risk_{level}"), "yes".to_owned());
    }
    if let Some(times) = &told.times {
        for day in &times.days {
            put(&format!("day_{day}"), "yes".to_owned());
        }
        put("from", times.from.clone());
        put("until", times.until.clone());
        put("zone", times.zone.clone());
    }
}

/// The word of an action.
const fn word(then: &Then) -> &'static str {
    match then {
        Then::Allow => "allow",
        Then::SecondFactor { .. } => "second_factor",
        Then::PhishingResistant => "phishing_resistant",
        Then::Again { .. } => "again",
        Then::Enrol { .. } => "enrol",
        Then::Refuse { .. } => "refuse",
    }
}

/// The definition that is written; what does not belong to the chosen action is left out.
pub(super) fn read(written: &Written) -> Result<Definition, Unreadable> {
    let text = |name: &str| written.get(name).map(|value| value.trim()).unwrap_or_default();
    let then = match text("do") {
        "allow" => Then::Allow,
        "phishing_resistant" => Then::PhishingResistant,
        // No number would be the strictest one.
        "again" if text("after_minutes").is_empty() => return Err(NUMBER),
        "again" => Then::Again {
            after_minutes: number(text("after_minutes"))?,
        },
        "enrol" => Then::Enrol {
            factor: FactorAsked::parse(text("factor")).unwrap_or(FactorAsked::Any),
            grace_days: number(text("grace_days"))?,
        },
        "refuse" => Then::Refuse {
            sentence: text("sentence").to_owned(),
        },
        _ => Then::SecondFactor {
            remember_days: number(text("remember_days"))?,
        },
    };
    Ok(Definition {
        name: text("name").to_owned(),
        starts: start(text("starts"))?,
        when: conditions(written, "when")?,
        unless: conditions(written, "unless")?,
        then,
    })
}

/// A day, which begins in UTC, or a moment; nothing is none.
fn start(text: &str) -> Result<Option<Timestamp>, Unreadable> {
    if text.is_empty() {
        return Ok(None);
    }
    let start = rfc3339::day(text).or_else(|| rfc3339::moment(text));
    start.map(Some).ok_or(START)
}

/// A number; nothing is none of it.
fn number<N: std::str::FromStr + Default>(text: &str) -> Result<N, Unreadable> {
    if text.is_empty() {
        return Ok(N::default());
    }
    text.parse().map_err(|_| NUMBER)
}

fn conditions(written: &Written, part: &str) -> Result<Conditions, Unreadable> {
    let text = |name: &str| {
        let value = written.get(&format!("{part}_{name}"));
        value.map(|value| value.trim()).unwrap_or_default()
    };
    let list = |name: &str| entries(text(name));
    let ticked = |name: &str| text(name) == "yes";
    let age = text("age");
    Ok(Conditions {
        people: list("people").iter().map(|name| name.to_lowercase()).collect(),
        roles: list("roles"),
        groups: list("groups"),
        attributes: attributes(text("attributes"))?,
        account_younger_than_days: if age.is_empty() { None } else { Some(number(age)?) },
        break_glass: match text("break_glass") {
            "only" => Some(true),
            "not" => Some(false),
            _ => None,
        },
        clients: list("clients"),
        scopes: list("scopes"),
        networks: list("networks"),
        countries: list("countries").iter().map(|code| code.to_uppercase()).collect(),
        devices: chosen(DeviceStanding::ALL, |one| ticked(&format!("device_{one}"))),
        risk: chosen(RiskLevel::ALL, |one| ticked(&format!("risk_{one}"))),
        times: times(text("from"), text("until"), text("zone"), &ticked),
    })
}

fn chosen<T: Copy>(all: &[T], is: impl Fn(T) -> bool) -> Vec<T> {
    all.iter().copied().filter(|one| is(*one)).collect()
}

/// Entries with a comma, a space or a new line between.
fn entries(text: &str) -> Vec<String> {
    let ends = |letter: char| letter == ',' || letter.is_whitespace();
    text.split(ends)
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect()
}

/// One attribute a line: its name, an equals sign, values with commas between.
fn attributes(text: &str) -> Result<BTreeMap<String, Vec<String>>, Unreadable> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, values) = line.split_once('=').ok_or(ATTRIBUTE)?;
            let values = values.split(',').map(|value| value.trim().to_owned());
            Ok((name.trim().to_owned(), values.collect()))
        })
        .collect()
}

fn times(from: &str, until: &str, zone: &str, ticked: &dyn Fn(&str) -> bool) -> Option<Times> {
    let days = chosen(Weekday::ALL, |day| ticked(&format!("day_{day}")));
    if days.is_empty() && from.is_empty() && until.is_empty() {
        return None;
    }
    let or = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
    Some(Times {
        days,
        from: or(from, "00:00"),
        until: or(until, "00:00"),
        zone: or(zone, "UTC"),
    })
}

/// The form, with what is written in it and with the names that the organisation has.
pub(super) fn groups(text: &Text, names: &Names, written: &Written) -> Vec<Group> {
    vec![
        Group {
            legend: text.get("admin-rule-what"),
            hint: String::new(),
            fields: vec![
                line(text, written, "name", ("admin-rule-name", "admin-rule-name-hint")),
                line(
                    text,
                    written,
                    "starts",
                    ("admin-rule-start", "admin-rule-start-hint"),
                ),
            ],
            folded: false,
        },
        Group {
            legend: text.get("admin-rule-when"),
            hint: text.get("admin-rule-when-hint"),
            fields: condition_fields(text, names, written, "when"),
            folded: false,
        },
        Group {
            legend: text.get("admin-rule-unless"),
            hint: text.get("admin-rule-unless-hint"),
            fields: condition_fields(text, names, written, "unless"),
            folded: !written
                .iter()
                .any(|(name, value)| name.starts_with("unless_") && !value.is_empty()),
        },
        Group {
            legend: text.get("admin-rule-then"),
            hint: text.get("admin-rule-then-hint"),
            fields: then_fields(text, written),
            folded: false,
        },
    ]
}

pub(super) fn value(written: &Written, name: &str) -> String {
    written.get(name).cloned().unwrap_or_default()
}

/// A line of text with its label and hint by their keys; no hint for an empty key.
pub(super) fn line(text: &Text, written: &Written, name: &str, (label, hint): (&str, &str)) -> Field {
    Field {
        name: name.to_owned(),
        label: text.get(label),
        hint: if hint.is_empty() {
            String::new()
        } else {
            text.get(hint)
        },
        kind: Kind::Line(value(written, name)),
    }
}

fn number_field(text: &Text, written: &Written, name: &str, keys: (&str, &str)) -> Field {
    Field {
        kind: Kind::Number(value(written, name)),
        ..line(text, written, name, keys)
    }
}

/// Whether accounts for emergencies are meant: the key of the label, words with the keys of theirs.
const BREAK_GLASS: (&str, &[(&str, &str)]) = (
    "admin-when-break-glass",
    &[
        ("", "admin-break-glass-any"),
        ("not", "admin-break-glass-not"),
        ("only", "admin-break-glass-only"),
    ],
);

/// One of several names, each with the key of its label.
fn choice(text: &Text, written: &Written, name: &str, (label, choices): (&str, &[(&str, &str)])) -> Field {
    let chosen = value(written, name);
    let choices = choices
        .iter()
        .map(|(word, key)| ((*word).to_owned(), text.get(key), *word == chosen));
    Field {
        kind: Kind::Choice(choices.collect()),
        ..line(text, written, name, (label, ""))
    }
}

/// A word with its title, where that is another one.
fn called((word, title): (&str, &str)) -> String {
    if word == title {
        word.to_owned()
    } else {
        format!("{word} ({title})")
    }
}

pub(super) fn condition_fields(text: &Text, names: &Names, written: &Written, part: &str) -> Vec<Field> {
    let of_part = |name: &str| format!("{part}_{name}");
    let one = |name: &str, keys: (&str, &str)| line(text, written, &of_part(name), keys);
    let there_are = |all: &mut dyn Iterator<Item = (&str, &str)>| {
        let all: Vec<String> = all.map(called).collect();
        text.get_with("admin-rule-names", "names", &all.join(", "))
    };
    let boxes = |label: &str, stem: &str, key: &str, all: Vec<String>| Field {
        name: of_part(stem),
        label: text.get(label),
        hint: String::new(),
        kind: Kind::Boxes(
            all.iter()
                .map(|word| {
                    let name = of_part(&format!("{stem}_{word}"));
                    let ticked = value(written, &name) == "yes";
                    (name, text.get(&format!("{key}-{word}")), ticked)
                })
                .collect(),
        ),
    };
    vec![
        Field {
            hint: there_are(&mut names.role_words()),
            ..one("roles", ("admin-when-roles", ""))
        },
        Field {
            hint: there_are(&mut names.group_words()),
            ..one("groups", ("admin-when-groups", ""))
        },
        one("people", ("admin-when-people", "admin-when-people-hint")),
        Field {
            kind: Kind::Lines(value(written, &of_part("attributes"))),
            ..one(
                "attributes",
                ("admin-when-attributes", "admin-when-attributes-hint"),
            )
        },
        number_field(text, written, &of_part("age"), ("admin-when-age", "")),
        choice(text, written, &of_part("break_glass"), BREAK_GLASS),
        one("clients", ("admin-when-clients", "admin-when-clients-hint")),
        Field {
            hint: there_are(&mut names.scope_words()),
            ..one("scopes", ("admin-when-scopes", ""))
        },
        one("networks", ("admin-when-networks", "admin-when-networks-hint")),
        one("countries", ("admin-when-countries", "admin-when-countries-hint")),
        boxes(
            "admin-when-devices",
            "device",
            "admin-device",
            all(DeviceStanding::ALL),
        ),
        boxes("admin-when-risk", "risk", "admin-risk", all(RiskLevel::ALL)),
        boxes("admin-when-days", "day", "admin-day", all(Weekday::ALL)),
        one("from", ("admin-when-from", "admin-when-from-hint")),
        one("until", ("admin-when-until", "admin-when-until-hint")),
        one("zone", ("admin-when-zone", "admin-when-zone-hint")),
    ]
}

fn all<T: std::fmt::Display>(words: &[T]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

pub(super) fn then_fields(text: &Text, written: &Written) -> Vec<Field> {
    let actions = [
        ("second_factor", "admin-then-second-factor"),
        ("phishing_resistant", "admin-then-phishing-resistant"),
        ("again", "admin-then-again"),
        ("enrol", "admin-then-enrol"),
        ("refuse", "admin-then-refuse"),
        ("allow", "admin-then-allow"),
    ];
    let factors = [("any", "admin-factor-any"), ("passkey", "admin-factor-passkey")];
    vec![
        choice(text, written, "do", ("admin-then", &actions)),
        number_field(
            text,
            written,
            "remember_days",
            ("admin-then-remember", "admin-then-remember-hint"),
        ),
        number_field(
            text,
            written,
            "after_minutes",
            ("admin-then-minutes", "admin-then-minutes-hint"),
        ),
        choice(text, written, "factor", ("admin-then-factor", &factors)),
        number_field(
            text,
            written,
            "grace_days",
            ("admin-then-grace", "admin-then-grace-hint"),
        ),
        line(
            text,
            written,
            "sentence",
            ("admin-then-sentence", "admin-then-sentence-hint"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_reads_back_from_its_own_form() {
        let times =
            json!({ "days": ["mo", "su"], "from": "08:00", "until": "18:30", "zone": "Europe/Istanbul" });
        for then in [
            json!({ "do": "allow" }),
            json!({ "do": "second_factor", "remember_days": 7 }),
            json!({ "do": "phishing_resistant" }),
            json!({ "do": "again", "after_minutes": 15 }),
            json!({ "do": "again", "after_minutes": 0 }),
            json!({ "do": "enrol", "factor": "passkey", "grace_days": 14 }),
            json!({ "do": "refuse", "sentence": "Not at night, please." }),
        ] {
            let rule = json!({
                "name": "A rule of all kinds",
                "starts": "2026-12-01T08:30:00Z",
                "when": {
                    "people": ["rosa"], "roles": ["analyst", "auditor"], "groups": ["region:emea"],
                    "attributes": { "job": ["Lead of all", "Head"], "floor": ["3"] },
                    "account_younger_than_days": 30, "break_glass": false, "clients": ["desk"], "scopes": ["feedback:export"],
                    "networks": ["10.0.0.0/8", "2001:db8::/32"],
                    "countries": ["DE", "TR"], "devices": ["new"], "risk": ["medium", "high"],
                    "times": times,
                },
                "unless": { "people": ["ada"] },
                "then": then,
            });
            let rule: Definition = serde_json::from_value(rule).unwrap();
            assert_eq!(read(&of_definition(&rule)), Ok(rule));
        }
    }

    #[test]
    fn an_empty_form_is_a_rule_that_always_asks_for_a_second_factor() {
        let rule = read(&Written::new()).unwrap();
        assert_eq!(
            (rule.when, rule.unless),
            (Conditions::default(), Conditions::default())
        );
        assert_eq!(rule.then, Then::SecondFactor { remember_days: 0 });
    }

    #[test]
    fn what_is_no_number_and_no_attribute_is_told() {
        let with = |name: &str, value: &str| {
            let pairs = [("do", "again"), ("after_minutes", "5"), (name, value)];
            read(
                &pairs
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                    .collect(),
            )
        };
        assert_eq!(with("after_minutes", "ten").unwrap_err(), NUMBER);
        assert_eq!(with("after_minutes", "-1").unwrap_err(), NUMBER);
        assert_eq!(with("after_minutes", " ").unwrap_err(), NUMBER);
        assert_eq!(
            with("after_minutes", "0").unwrap().then,
            Then::Again { after_minutes: 0 }
        );
        assert_eq!(with("when_age", "70000").unwrap_err(), NUMBER);
        assert_eq!(with("starts", "soon").unwrap_err(), START);
        assert!(with("starts", "2026-12-01").unwrap().starts.is_some());
        assert_eq!(with("when_attributes", "floor 3").unwrap_err(), ATTRIBUTE);
    }
}
