//! Policies and records made by chance, always the same ones.

use std::fmt::Write as _;

use doorward::domain::GroupKind;
use serde_json::{Map, Value, json};

use crate::support::Chance;

/// A group, and the one above it.
type Named = (&'static str, Option<&'static str>);

pub(super) const REGIONS: [Named; 5] = [
    ("emea", None),
    ("dach", Some("emea")),
    ("vienna", Some("dach")),
    ("turkiye", Some("emea")),
    ("americas", None),
];
pub(super) const DEPARTMENTS: [Named; 3] = [("support", None), ("tier2", Some("support")), ("product", None)];
pub(super) const TEAMS: [Named; 1] = [("care", None)];

pub(super) const GROUPS: [(GroupKind, &[Named]); 3] = [
    (GroupKind::Region, &REGIONS),
    (GroupKind::Department, &DEPARTMENTS),
    (GroupKind::Team, &TEAMS),
];

const LABELS: [&str; 6] = [
    "region:emea",
    "region:dach",
    "region:americas",
    "department:support",
    "team:care",
    "region:nowhere",
];

/// Texts that attributes of records and people have.
const TEXTS: [&str; 10] = [
    "emea", "dach", "americas", "support", "cards", "Cards", "loans", "a%b_c*", "[?]!", "",
];
const TEXT_ATTRIBUTES: [&str; 6] = ["region", "department", "line", "owner", "author", "organisation"];
const INTEGERS: [&str; 2] = ["level", "score"];
const OWN: [&str; 4] = ["line", "clearance", "trusted", "missing"];

fn text(chance: &mut Chance) -> String {
    format!("\"{}\"", chance.of(&TEXTS))
}

/// A value of any kind as a policy writes it.
fn literal(chance: &mut Chance) -> String {
    match chance.below(4) {
        0 => format!("{}", chance.below(5)),
        1 => chance.of(&["true", "false"]).to_owned(),
        _ => text(chance),
    }
}

fn attribute(chance: &mut Chance) -> &'static str {
    match chance.below(8) {
        0 => "closed",
        1 | 2 => chance.of(&INTEGERS),
        3 => chance.of(&["team", "id", "type"]),
        _ => chance.of(&TEXT_ATTRIBUTES),
    }
}

fn number(chance: &mut Chance, depth: usize) -> String {
    match chance.below(7) {
        0 => "principal.clearance".to_owned(),
        1 => "context.limit".to_owned(),
        2 => format!("({} * 2 - context.limit)", chance.below(5)),
        3 if depth > 0 => format!(
            "(if {} then resource.{} else {})",
            condition(chance, depth - 1),
            chance.of(&INTEGERS),
            chance.below(5)
        ),
        4 => "9223372036854775807 + context.limit".to_owned(),
        _ => format!("{}", chance.below(5)),
    }
}

fn set(chance: &mut Chance) -> String {
    match chance.below(4) {
        0 => "principal.regions".to_owned(),
        1 if chance.one_in(3) => chance
            .of(&["[\"reader\"]", "[\"reader\", \"editor\"]", "[]"])
            .to_owned(),
        1 => format!("[{}, {}]", text(chance), literal(chance)),
        2 => format!("[resource.{}, {}]", chance.of(&TEXT_ATTRIBUTES), text(chance)),
        _ => "context.roles".to_owned(),
    }
}

/// A comparison with the roles that grant.
fn about_roles(chance: &mut Chance) -> String {
    let few = [
        "[\"reader\"]",
        "[\"editor\", \"reader\"]",
        "[\"none\"]",
        "resource.tags",
        "context.roles",
    ];
    match chance.below(3) {
        0 => format!("context.roles == {}", set(chance)),
        1 => format!(
            "{}.{}(context.roles)",
            chance.of(&few),
            chance.of(&["containsAll", "containsAny"])
        ),
        _ => format!(
            "context.roles.contains(\"{}\")",
            chance.of(&["reader", "editor", "none"])
        ),
    }
}

/// Something small that is true, false or fails, about what is known and what is not.
fn atom(chance: &mut Chance, depth: usize) -> String {
    let order = ["<", "<=", ">", ">="];
    match chance.below(24) {
        0 | 1 => format!("resource has {}", attribute(chance)),
        2 | 3 => format!(
            "resource.{} {} {}",
            attribute(chance),
            chance.of(&["==", "!="]),
            literal(chance)
        ),
        4 => format!("principal.{} == resource.{}", chance.of(&OWN), attribute(chance)),
        5 | 6 => format!(
            "resource.{} {} {}",
            chance.of(&["level", "score", "line"]),
            chance.of(&order),
            number(chance, depth)
        ),
        7 => format!("{} {} resource.level", number(chance, depth), chance.of(&order)),
        8 => "resource.closed".to_owned(),
        9 => format!("principal has {}", chance.of(&OWN)),
        10 => format!("{}.contains(resource.{})", set(chance), attribute(chance)),
        11 => format!("{}.contains({})", set(chance), text(chance)),
        12 => format!(
            "resource.{} like \"{}\"",
            chance.of(&["line", "owner", "level"]),
            chance.of(&["*", "c*s", "*a*", "*\\**", "a%*", "[?]*", "Cards", "*!"])
        ),
        13 => format!("resource in Group::\"{}\"", chance.of(&LABELS)),
        14 => format!(
            "resource in [Group::\"{}\", Resource::\"f-3\"]",
            chance.of(&LABELS)
        ),
        15 => format!("principal in Group::\"{}\"", chance.of(&LABELS)),
        16 => chance
            .of(&["context.role_granted", "context.vip", "context.roles.isEmpty()"])
            .to_owned(),
        17 => about_roles(chance),
        18 => "resource == Resource::\"f-3\"".to_owned(),
        19 => format!(
            "resource.{} {} resource.{}",
            attribute(chance),
            chance.of(&["==", "!="]),
            attribute(chance)
        ),
        20 => format!("resource.level {} resource.score", chance.of(&order)),
        21 => "ip(context.ip).isInRange(ip(\"10.0.0.0/8\"))".to_owned(),
        22 => format!(
            "{}.{}([{}, resource.{}])",
            set(chance),
            chance.of(&["containsAll", "containsAny"]),
            text(chance),
            chance.of(&TEXT_ATTRIBUTES)
        ),
        _ => format!("resource is {}", chance.of(&["Resource", "Person"])),
    }
}

/// A condition of a policy.
pub(super) fn condition(chance: &mut Chance, depth: usize) -> String {
    if depth == 0 || chance.one_in(4) {
        return atom(chance, depth);
    }
    let one = condition(chance, depth - 1);
    match chance.below(9) {
        0..=2 => format!("({one} && {})", condition(chance, depth - 1)),
        3 | 4 => format!("({one} || {})", condition(chance, depth - 1)),
        5 => format!("!({one})"),
        6 => format!(
            "(if {one} then {} else {})",
            condition(chance, depth - 1),
            condition(chance, depth - 1)
        ),
        7 => {
            let name = attribute(chance);
            format!(
                "(resource has {name} && resource.{name} == {} && {one})",
                literal(chance)
            )
        }
        _ => format!("(({one}) == ({}))", condition(chance, depth - 1)),
    }
}

/// A whole policy.
pub(super) fn policy(chance: &mut Chance) -> String {
    let effect = chance.of(&["permit", "forbid"]);
    let principal = chance.of(&[
        "principal",
        "principal",
        "principal is Person",
        "principal in Group::\"region:emea\"",
    ]);
    let action = chance.of(&[
        "action",
        "action",
        "action == Action::\"feedback:read\"",
        "action in [Action::\"feedback:read\", Action::\"feedback:edit\"]",
    ]);
    let resource = chance.of(&[
        "resource",
        "resource",
        "resource in Group::\"region:emea\"",
        "resource is Resource in Group::\"department:support\"",
    ]);
    let depth = chance.below(4);
    let mut text = format!("{effect} ({principal}, {action}, {resource})");
    for _ in 0..=chance.below(2) {
        let word = chance.of(&["when", "when", "unless"]);
        let condition = condition(chance, depth);
        write!(text, " {word} {{ {condition} }}").unwrap();
    }
    text + ";"
}

/// A record; where it is `loose`, its attributes can be of any kind.
pub(super) fn record(chance: &mut Chance, number: usize, loose: bool) -> Map<String, Value> {
    let mut record = Map::new();
    record.insert("id".into(), json!(format!("f-{number}")));
    let names = [
        "region",
        "department",
        "team",
        "line",
        "owner",
        "author",
        "level",
        "score",
        "closed",
    ];
    for name in names {
        if chance.one_in(4) {
            continue;
        }
        let value = match name {
            _ if loose && chance.one_in(4) => odd(chance),
            "region" => json!(REGIONS[chance.below(5)].0),
            "department" => json!(DEPARTMENTS[chance.below(3)].0),
            "team" => json!("care"),
            "level" | "score" => json!(chance.below(6)),
            "closed" => json!(chance.one_in(2)),
            _ => json!(chance.of(&TEXTS)),
        };
        record.insert(name.into(), value);
    }
    let organisation = chance.of(&["north", "north", "north", "south", ""]);
    if !organisation.is_empty() {
        record.insert("organisation".into(), json!(organisation));
    }
    record
}

fn odd(chance: &mut Chance) -> Value {
    match chance.below(8) {
        0 => json!(0.5),
        1 => json!(["cards", 3, true]),
        2 => json!([]),
        3 => json!({ "name": "cards" }),
        4 => json!(true),
        5 => json!("3"),
        6 => json!(3.0),
        _ => json!(3),
    }
}

/// What the application sends along.
pub(super) fn context(chance: &mut Chance) -> Map<String, Value> {
    let mut context = Map::new();
    for (name, value) in [
        ("limit", json!(chance.below(4))),
        ("vip", json!(chance.one_in(2))),
        ("ip", json!(chance.of(&["10.1.2.3", "192.0.2.1", "nowhere"]))),
    ] {
        if !chance.one_in(5) {
            context.insert(name.into(), value);
        }
    }
    context
}

/// The attributes of a person.
pub(super) fn attributes(chance: &mut Chance) -> Map<String, Value> {
    let mut attributes = Map::new();
    for (name, value) in [
        ("line", json!(chance.of(&TEXTS))),
        ("clearance", json!(chance.below(5))),
        ("trusted", json!(chance.one_in(2))),
        (
            "regions",
            json!([chance.of(&TEXTS), chance.of(&TEXTS), chance.below(3)]),
        ),
    ] {
        if !chance.one_in(4) {
            attributes.insert(name.into(), value);
        }
    }
    attributes
}
