//! What a policy reads, held against what there is: a slip of the pen in `principal.clearence` would decide for ever and tell nobody.
//!
//! Two looks. The first walks through the policy: each attribute of `principal` must be one that is declared or that somebody has, each group,
//! role, action and type must be there. Cedar alone does not see this, since `principal has clearence` is simply false to it. The second is
//! Cedar's own validator with a schema made of the same facts; it finds comparisons of a text with a number and the like. What resources and
//! contexts hold is the application's affair and declared nowhere: their types are taken from the test cases of the policy, and what no case has is
//! remarked upon only.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::ffi::DetailedError;
use cedar_policy::{PolicySet, Schema, ValidationError, ValidationMode, Validator};
use serde_json::{Map, Value as Json, json};

use super::clock::{Clock, walk};
use super::rulebook::Vocabulary;
use super::written::{self, PolicyFault, line_and_column, parse_set};
use crate::domain::AttributeKind;

/// What every subject has.
pub const OWN: [&str; 4] = ["groups", "id", "organisation", "roles"];

/// From where on two names are near enough to be meant for one another.
const NEAR: f64 = 0.85;

/// What a policy may read.
#[derive(Debug)]
pub struct Known<'a> {
    pub vocabulary: &'a Vocabulary,
    /// The permissions of the application.
    pub actions: &'a [String],
    /// Declared attributes of subjects.
    pub declared: &'a BTreeMap<String, AttributeKind>,
    /// Undeclared ones that somebody has.
    pub held: &'a BTreeSet<String>,
    /// Attributes of the resources of the test cases.
    pub resources: Vec<&'a Map<String, Json>>,
    /// What the contexts of the test cases have.
    pub contexts: Vec<&'a Map<String, Json>>,
}

/// Something to be said of a policy that can be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Remark {
    pub line: usize,
    pub column: usize,
    /// Whether it stands in the way of the policy; otherwise it is good to know.
    pub refuses: bool,
    pub sentence: String,
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.sentence)
    }
}

/// The names of the attributes of `principal` that a text reads.
pub fn attributes_read(text: &str) -> Result<BTreeSet<String>, PolicyFault> {
    let read = Read::of(&parse_set(text)?);
    Ok(read.attributes("principal").map(str::to_owned).collect())
}

/// What there is to be said of a text, in its order.
pub fn remarks(text: &str, known: &Known<'_>) -> Result<Vec<Remark>, PolicyFault> {
    let set = parse_set(text)?;
    let mut remarks = walked(text, &Read::of(&set), known);
    let policies: Vec<_> = set.policies().cloned().collect();
    if let Err(zone) = Clock::default().learn(&policies) {
        let (line, column) = line_and_column(text, place_of(text, &zone));
        remarks.push(Remark {
            line,
            column,
            refuses: true,
            sentence: format!("there is no time zone called {zone}"),
        });
    }
    let incomplete = remarks.iter().any(|remark| !remark.refuses);
    remarks.extend(validated(text, &set, known, incomplete));
    remarks.sort();
    remarks.dedup();
    Ok(remarks)
}

/// What the policies of a text name.
#[derive(Default)]
struct Read {
    /// Variable and attribute.
    attributes: BTreeSet<(String, String)>,
    /// Type and id.
    entities: BTreeSet<(String, String)>,
    roles: BTreeSet<String>,
    /// Labels.
    groups: BTreeSet<String>,
}

impl Read {
    fn of(set: &PolicySet) -> Self {
        let policies: Vec<_> = set.policies().cloned().collect();
        let mut read = Self::default();
        for parts in written::parts(&policies) {
            walk(&parts, &mut |members| read.take(members));
        }
        read
    }

    fn attributes<'a>(&'a self, of: &'a str) -> impl Iterator<Item = &'a str> {
        let of = self.attributes.iter().filter(move |(variable, _)| variable == of);
        of.map(|(_, attribute)| attribute.as_str())
    }

    fn take(&mut self, members: &Map<String, Json>) {
        if let (Some(Json::String(kind)), Some(Json::String(id))) = (members.get("type"), members.get("id")) {
            self.entities.insert((kind.clone(), id.clone()));
        }
        for access in [".", "has"].iter().filter_map(|word| members.get(*word)) {
            let variable = access.pointer("/left/Var").and_then(Json::as_str);
            let attribute = access.get("attr").and_then(Json::as_str);
            if let (Some(variable), Some(attribute)) = (variable, attribute) {
                self.attributes
                    .insert((variable.to_owned(), attribute.to_owned()));
            }
        }
        for (word, one) in members {
            if !["==", "contains", "containsAny", "containsAll"].contains(&word.as_str()) {
                continue;
            }
            let named = one.get("right").into_iter().flat_map(texts);
            match one.pointer("/left/./attr").and_then(Json::as_str) {
                Some("roles") => self.roles.extend(named),
                Some("groups") => self.groups.extend(named),
                _ => {}
            }
        }
    }
}

/// The texts of a value or of a set of values.
fn texts(expression: &Json) -> Vec<String> {
    let of_value = |value: &Json| value.get("Value").and_then(Json::as_str).map(str::to_owned);
    let of_set = expression.get("Set").and_then(Json::as_array);
    let in_set = of_set.into_iter().flatten().filter_map(of_value);
    of_value(expression).into_iter().chain(in_set).collect()
}

fn walked(text: &str, read: &Read, known: &Known<'_>) -> Vec<Remark> {
    let remark = |word: &str, refuses, sentence: String| {
        let (line, column) = line_and_column(text, place_of(text, word));
        Remark {
            line,
            column,
            refuses,
            sentence,
        }
    };
    let wrong = attributes_missing(read, known)
        .chain(roles_missing(read, known))
        .chain(entities_missing(read, known));
    let wrong = wrong.map(|(word, sentence)| remark(&word, true, sentence));
    let untried = untried(read, known);
    let untried = untried.map(|(word, sentence)| remark(&word, false, sentence));
    wrong.chain(untried).collect()
}

/// A word of a policy, and what there is to be said of it.
type Said = (String, String);

fn attributes_missing(read: &Read, known: &Known<'_>) -> impl Iterator<Item = Said> {
    let attributes: Vec<&str> = OWN
        .into_iter()
        .chain(known.declared.keys().map(String::as_str))
        .chain(known.held.iter().map(String::as_str))
        .collect();
    read.attributes("principal")
        .filter(move |name| !attributes.contains(name))
        .map(|name| {
            let all = OWN.into_iter().chain(known.declared.keys().map(String::as_str));
            let meant = nearest(name, all.chain(known.held.iter().map(String::as_str)));
            let sentence = format!("nobody has an attribute called {name}{meant}");
            (name.to_owned(), sentence)
        })
}

fn roles_missing(read: &Read, known: &Known<'_>) -> impl Iterator<Item = Said> {
    let roles = &known.vocabulary.roles;
    let missing = read.roles.iter().filter(|role| !roles.contains_key(*role));
    missing.map(|role| {
        let meant = nearest(role, roles.keys().map(String::as_str));
        let sentence = format!("the organisation has no role called {role}{meant}");
        (role.clone(), sentence)
    })
}

fn entities_missing(read: &Read, known: &Known<'_>) -> impl Iterator<Item = Said> {
    let labels = read.groups.iter().map(|label| ("Group", label.as_str()));
    let entities = read
        .entities
        .iter()
        .map(|(kind, id)| (kind.as_str(), id.as_str()));
    entities
        .chain(labels)
        .filter_map(|(kind, id)| Some((id.to_owned(), missing(kind, id, known)?)))
}

/// What is read of resources and contexts that no test case has.
fn untried(read: &Read, known: &Known<'_>) -> impl Iterator<Item = Said> {
    let of = |variable: &'static str, always: &'static [&'static str], cases: &[&Map<String, Json>]| {
        let given = |name: &str| always.contains(&name) || cases.iter().any(|case| case.contains_key(name));
        let names = read.attributes(variable).filter(|name| !given(name));
        let said = names.map(|name| {
            let sentence = format!("no test case has a {variable} with {name}");
            (name.to_owned(), sentence)
        });
        said.collect::<Vec<Said>>()
    };
    let ours = [
        "authentication",
        "clock",
        "now",
        "role_granted",
        "roles",
        "subject_id",
    ]
    .as_slice();
    let resources = of("resource", &["id", "type"], &known.resources);
    resources.into_iter().chain(of("context", ours, &known.contexts))
}

/// What is wrong with an entity that a policy names.
fn missing(kind: &str, id: &str, known: &Known<'_>) -> Option<String> {
    match kind {
        "Person" | "ServiceAccount" | "Resource" => None,
        "Action" if known.actions.iter().any(|action| action == id) => None,
        "Action" => {
            let meant = nearest(id, known.actions.iter().map(String::as_str));
            Some(format!("the application has no permission called {id}{meant}"))
        }
        "Group" if known.vocabulary.groups.contains_key(id) => None,
        "Group" => {
            let meant = nearest(id, known.vocabulary.groups.keys().map(String::as_str));
            Some(format!("the organisation has no group called {id}{meant}"))
        }
        _ => Some(format!(
            "there are no entities of the type {kind}: say Person, ServiceAccount, Group, Action or Resource"
        )),
    }
}

fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let near = names.map(|one| (strsim::jaro_winkler(name, one), one));
    let best = near
        .filter(|(score, _)| *score >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, one)| format!("; is {one} meant?"))
        .unwrap_or_default()
}

/// Where a word first stands for itself; a name that is not to be found as it is written stands at the beginning.
fn place_of(text: &str, word: &str) -> usize {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    let alone = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at.saturating_add(word.len())..)
            .and_then(|after| after.chars().next());
        !before.is_some_and(joins) && !after.is_some_and(joins)
    };
    let places = text.match_indices(word).map(|(at, _)| at);
    places.filter(|at| alone(*at)).min().unwrap_or_default()
}

fn validated(text: &str, set: &PolicySet, known: &Known<'_>, incomplete: bool) -> Vec<Remark> {
    let schema = match Schema::from_json_value(schema(known)) {
        Ok(schema) => schema,
        Err(fault) => {
            tracing::error!(%fault, "no schema can be made for policies");
            return Vec::new();
        }
    };
    let result = Validator::new(schema).validate(set, ValidationMode::Strict);
    let remark = |error: &DetailedError, refuses| {
        let (line, column) = written::place(text, error).unwrap_or((1, 1));
        Remark {
            line,
            column,
            refuses,
            sentence: unnamed(&written::reason(error)),
        }
    };
    let errors = result.validation_errors().filter_map(|error| {
        let refuses = weight(error)?;
        Some(remark(&DetailedError::from(error), refuses))
    });
    let warnings = result.validation_warnings().filter(|_| !incomplete);
    let warnings = warnings.map(|warning| remark(&DetailedError::from(warning), false));
    errors.chain(warnings).collect()
}

/// A sentence of Cedar's without the names that it has given to the policies of the text.
fn unnamed(sentence: &str) -> String {
    let mut parts = sentence.split("for policy `");
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        told.push_str(part.split_once("`, ").map_or(part, |(_, rest)| rest));
    }
    told
}

/// Whether an error of Cedar's stands in the way; none: it says nothing here, since the first look has seen to it, or since it is about what
/// no schema can know.
fn weight(error: &ValidationError) -> Option<bool> {
    use ValidationError as E;
    match error {
        E::UnexpectedType(_)
        | E::IncompatibleTypes(_)
        | E::UndefinedFunction(_)
        | E::WrongNumberArguments(_)
        | E::FunctionArgumentValidation(_) => Some(true),
        // It denies where the attribute is missing: careful, and not what most mean.
        E::UnsafeOptionalAttributeAccess(_) => Some(false),
        _ => None,
    }
}

fn schema(known: &Known<'_>) -> Json {
    let text = json!({ "type": "String" });
    let texts = json!({ "type": "Set", "element": text });
    let mut subject: Map<String, Json> = known
        .declared
        .iter()
        .map(|(name, kind)| (name.clone(), optional(declared(*kind))))
        .collect();
    for (name, kind) in [
        ("id", &text),
        ("organisation", &text),
        ("roles", &texts),
        ("groups", &texts),
    ] {
        subject.insert(name.to_owned(), kind.clone());
    }
    let mut resource = of_cases(&known.resources);
    resource.insert("type".to_owned(), text.clone());
    resource.insert("id".to_owned(), text.clone());
    let mut context = of_cases(&known.contexts);
    context.insert("role_granted".to_owned(), json!({ "type": "Boolean" }));
    context.insert("roles".to_owned(), texts);
    context.insert("now".to_owned(), json!({ "type": "Long" }));
    let number = json!({ "type": "Long" });
    context.insert(
        "authentication".to_owned(),
        json!({ "type": "Record", "attributes": { "level": number, "age": number } }),
    );
    context.insert("subject_id".to_owned(), optional(text));
    context.remove("clock");
    let of_subject = json!({ "memberOfTypes": ["Group"], "shape": record(subject) });
    let applies = json!({
        "principalTypes": ["Person", "ServiceAccount"], "resourceTypes": ["Resource"], "context": record(context),
    });
    let actions: Map<String, Json> = known
        .actions
        .iter()
        .map(|name| (name.clone(), json!({ "appliesTo": applies })))
        .collect();
    json!({ "": {
        "entityTypes": {
            "Person": of_subject, "ServiceAccount": of_subject, "Group": {},
            "Resource": { "memberOfTypes": ["Group"], "shape": record(resource) },
        },
        "actions": actions,
    } })
}

fn record(attributes: Map<String, Json>) -> Json {
    let kind = Map::from_iter([
        ("type".to_owned(), Json::from("Record")),
        ("attributes".to_owned(), Json::Object(attributes)),
    ]);
    Json::Object(kind)
}

fn optional(mut kind: Json) -> Json {
    if let Some(members) = kind.as_object_mut() {
        members.insert("required".to_owned(), Json::Bool(false));
    }
    kind
}

fn declared(kind: AttributeKind) -> Json {
    match kind {
        AttributeKind::Text | AttributeKind::Choice => json!({ "type": "String" }),
        AttributeKind::Number => json!({ "type": "Long" }),
        AttributeKind::Truth => json!({ "type": "Boolean" }),
        AttributeKind::Texts => json!({ "type": "Set", "element": { "type": "String" } }),
    }
}

/// The types of what the cases have; of what they do not agree upon nothing is said.
fn of_cases(cases: &[&Map<String, Json>]) -> Map<String, Json> {
    let mut kinds: BTreeMap<&str, Option<Json>> = BTreeMap::new();
    for (name, value) in cases
        .iter()
        .flat_map(|case| case.iter())
        .filter(|(_, value)| !value.is_null())
    {
        let kind = of_value(value);
        let known = kinds.entry(name).or_insert_with(|| kind.clone());
        if *known != kind {
            *known = None;
        }
    }
    let agreed = kinds
        .into_iter()
        .filter_map(|(name, kind)| Some((name.to_owned(), optional(kind?))));
    agreed.collect()
}

fn of_value(value: &Json) -> Option<Json> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(_) => json!({ "type": "Boolean" }),
        Json::Number(number) if number.is_i64() => json!({ "type": "Long" }),
        Json::Number(_) => json!({ "type": "Extension", "name": "decimal" }),
        Json::String(_) => json!({ "type": "String" }),
        Json::Array(values) => {
            let kinds: BTreeSet<String> = values
                .iter()
                .map(|one| of_value(one).map(|kind| kind.to_string()))
                .collect::<Option<_>>()?;
            if kinds.len() != 1 {
                return None;
            }
            json!({ "type": "Set", "element": of_value(values.first()?)? })
        }
        Json::Object(members) => record(of_cases(&[members])),
    })
}
