//! What was said where: the file and the environment, read without meaning yet.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::error::{Origin, Problem};
use super::said::Said;
use super::setting::{self, PAIRS, Setting};

/// One setting and what was said of it.
pub(super) struct Statement {
    pub setting: &'static Setting,
    pub said: Said,
    pub origin: Origin,
}

/// The beginning of every variable. What has no `__` behind it is none of ours: Kubernetes, for one, sets
/// `DOORWARD_PORT` and the like for a service of our name.
const PREFIX: &str = "DOORWARD_";

/// Reads the file.
pub(super) fn file(path: &Path, problems: &mut Vec<Problem>) -> Vec<Statement> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(path, &text, problems),
        Err(source) => {
            problems.push(Problem::File {
                path: path.to_owned(),
                source,
            });
            Vec::new()
        }
    }
}

fn parse(path: &Path, text: &str, problems: &mut Vec<Problem>) -> Vec<Statement> {
    let place = |span: std::ops::Range<usize>| place(path, text, span.start);
    let (document, errors) = DeTable::parse_recoverable(text);
    // What follows an error of syntax is guessed: unknown keys in it would only confuse.
    if !errors.is_empty() {
        problems.extend(errors.into_iter().map(|error| Problem::Syntax {
            origin: place(error.span().unwrap_or_default()),
            message: error.message().to_owned(),
        }));
        return Vec::new();
    }
    let mut statements = Vec::new();
    for (section, value) in document.get_ref() {
        let DeValue::Table(table) = value.get_ref() else {
            problems.push(unknown_key(place(section.span()), section.get_ref()));
            continue;
        };
        if !is_section(section.get_ref()) {
            problems.push(unknown_section(place(section.span()), section.get_ref()));
            continue;
        }
        for (key, value) in table {
            let name = format!("{}.{}", section.get_ref(), key.get_ref());
            match setting::named(&name) {
                Some(setting) => statements.push(Statement {
                    setting,
                    said: said(value),
                    origin: place(key.span()),
                }),
                None => problems.push(unknown_key(place(key.span()), &name)),
            }
        }
    }
    statements
}

fn said(value: &Spanned<DeValue<'_>>) -> Said {
    match value.get_ref() {
        DeValue::String(text) => Said::Text(DeString::to_string(text)),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map_or(Said::Other("so large a number"), Said::Integer),
        DeValue::Array(items) => Said::List(items.iter().map(said).collect()),
        DeValue::Float(_) => Said::Other("a fraction"),
        DeValue::Boolean(on) => Said::Switch(*on),
        DeValue::Datetime(_) => Said::Other("a date"),
        DeValue::Table(_) => Said::Other("a table"),
    }
}

/// Reads the environment.
pub(super) fn environment(
    variables: impl Iterator<Item = (String, String)>,
    problems: &mut Vec<Problem>,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (variable, value) in variables {
        let Some(rest) = variable.strip_prefix(PREFIX).filter(|rest| rest.contains("__")) else {
            continue;
        };
        let origin = Origin::Environment(variable.clone());
        match setting::all().find(|setting| setting.variable() == variable) {
            Some(setting) => statements.push(Statement {
                setting,
                said: Said::Word(value),
                origin,
            }),
            None => problems.push(Problem::Unknown {
                origin,
                what: "setting",
                nearest: nearest(&rest.to_ascii_lowercase().replace("__", ".")).map(Setting::variable),
                name: variable,
            }),
        }
    }
    statements
}

/// Puts both together: the environment wins over the file, also where one gives a value and the other the file that
/// holds it. Both at once in one place is a problem.
pub(super) fn merge(
    mut file: Vec<Statement>,
    environment: Vec<Statement>,
    problems: &mut Vec<Problem>,
) -> Vec<Statement> {
    for &(name, other) in PAIRS {
        for statements in [&file, &environment] {
            let given = |name| {
                statements
                    .iter()
                    .find(|one: &&Statement| one.setting.name == name && !one.said.is_empty())
            };
            if let (Some(_), Some(second)) = (given(name), given(other)) {
                problems.push(Problem::Both {
                    origin: second.origin.clone(),
                    name,
                    other,
                });
            }
        }
        let is_one = |statement: &Statement| [name, other].contains(&statement.setting.name);
        if environment
            .iter()
            .any(|said| is_one(said) && !said.said.is_empty())
        {
            file.retain(|statement| !is_one(statement));
        }
    }
    file.retain(|statement| {
        !environment
            .iter()
            .any(|stronger| stronger.setting.name == statement.setting.name)
    });
    file.extend(environment);
    file
}

fn is_section(name: &str) -> bool {
    setting::all().any(|setting| setting.parts().0 == name)
}

fn unknown_key(origin: Origin, name: &str) -> Problem {
    Problem::Unknown {
        origin,
        what: "setting",
        name: name.to_owned(),
        nearest: nearest(name).map(|setting| setting.name.to_owned()),
    }
}

fn unknown_section(origin: Origin, name: &str) -> Problem {
    let nearest = setting::all()
        .map(|setting| setting.parts().0)
        .map(|section| (strsim::jaro_winkler(section, name), section))
        .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    Problem::Unknown {
        origin,
        what: "section",
        name: name.to_owned(),
        nearest: nearest.map(|(_, section)| section.to_owned()),
    }
}

/// From here on two names are like each other (Jaro-Winkler, from 0 to 1).
const LIKE_ENOUGH: f64 = 0.8;

/// The setting whose name is most like this one: as a whole, or its key alone (the right key in the wrong section).
fn nearest(name: &str) -> Option<&'static Setting> {
    let key = name.rsplit_once('.').map_or(name, |(_, key)| key);
    setting::all()
        .map(|setting| {
            let whole = strsim::jaro_winkler(setting.name, name);
            // A little less, so that of two equal keys the one in the named section is found.
            let alone = strsim::jaro_winkler(setting.parts().1, key) * 0.99;
            (if whole > alone { whole } else { alone }, whole, setting)
        })
        .filter(|(likeness, ..)| *likeness >= LIKE_ENOUGH)
        .max_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)))
        .map(|(_, _, setting)| setting)
}

/// Line and column of a byte of the file.
fn place(path: &Path, text: &str, offset: usize) -> Origin {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Origin::File {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
    }
}
