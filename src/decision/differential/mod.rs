//! The engine against a plain model of its rules: loops over everything that was given, written from the rules alone and sharing nothing
//! with the engine, on organisations made by chance (always the same ones).
//!
//! What is compared is what [`super::decide()`] does once all that it rests on is read: [`Holdings::at`] and [`decided`]. A million cases in
//! each run of the tests; more by
//! `DIFFERENTIAL_CASES=100000000 cargo test --release --lib differential -- --ignored`.

mod chance;
mod plain;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::Question;
use super::copies::Facts;
use super::decide::decided;
use super::entity::{GrantRow, GroupRow, MembershipRow, PolicyRow, RolePermissionRow, RoleRow, Window};
use super::holdings::{Holdings, Record};
use super::policy::Policies;
use super::rulebook::{self, Rulebook};
use crate::domain::{
    AccessGrantId, ApplicationId, GroupId, GroupKind, Id, OrganisationId, PersonId, Subject, Timestamp,
};
use chance::{Chance, EDGES, plain, thing};
use plain::{Plain, RULES, Rule, Thing};

const CASES: usize = 1_000_000;
const THREADS: usize = 2;
/// Asked of what is held at one moment.
const QUESTIONS: usize = 24;

const PERMISSIONS: [&str; 3] = ["feedback:read", "feedback:edit", "feedback:export"];

fn id<K>(kind: u8, number: usize) -> Id<K> {
    let mut bytes = [kind; 16];
    bytes[15] = u8::try_from(number).unwrap();
    Id::from_bytes(bytes)
}

fn window(from: i64, until: Option<i64>) -> Window {
    Window {
        from: Timestamp::from_micros(from),
        until: until.map(Timestamp::from_micros),
    }
}

fn organisation() -> OrganisationId {
    id(1, 0)
}

fn application() -> ApplicationId {
    id(2, 0)
}

fn rulebook(plain: &Plain) -> Rulebook {
    let groups = plain
        .groups
        .iter()
        .enumerate()
        .map(|(index, (kind, parent, end))| GroupRow {
            id: id(3, index),
            kind: GroupKind::ALL[*kind],
            name: format!("g{index}"),
            title: String::new(),
            parent: parent.map(|parent| id(3, parent)),
            ends_at: end.map(Timestamp::from_micros),
        });
    let roles = (0..plain.roles.len()).map(|index| RoleRow {
        id: id(4, index),
        name: format!("r{index}"),
        title: String::new(),
        second_factor: false,
    });
    // In another application each role gives everything, which must not count here.
    let row = |role: usize, application: ApplicationId, permission: usize| RolePermissionRow {
        role: id(4, role),
        application,
        permission: PERMISSIONS[permission].to_owned(),
    };
    let mut permissions = Vec::new();
    for (role, has) in plain.roles.iter().enumerate() {
        for (permission, has) in has.iter().enumerate() {
            permissions.push(row(role, id(2, 1), permission));
            permissions.extend(has.then(|| row(role, application(), permission)));
        }
    }
    let organisation = (organisation(), "north".to_owned(), plain.organisation_active);
    let includes = plain
        .includes
        .iter()
        .map(|(role, included)| (id(4, *role), id(4, *included)));
    let roles = rulebook::Roles {
        rows: roles.collect(),
        permissions,
        includes: includes.collect(),
        ..rulebook::Roles::default()
    };
    rulebook::of(organisation, groups.collect(), roles)
}

fn record(plain: &Plain) -> Record {
    let person: PersonId = id(5, 0);
    let memberships = plain
        .memberships
        .iter()
        .map(|(group, from, until)| MembershipRow {
            group: id(3, *group),
            window: window(*from, *until),
        });
    let grants = plain.grants.iter().enumerate().map(|(index, grant)| GrantRow {
        id: id(6, index),
        group: grant.group.map(|group| id(3, group)),
        role: id(4, grant.role),
        window: window(grant.from, grant.until.into_iter().chain(grant.ended).min()),
        within: grant
            .within
            .iter()
            .map(|group| -> GroupId { id(3, *group) })
            .collect(),
        last_used: None,
    });
    let line = plain.line.map(|line| ("line".to_owned(), json!(line)));
    Record {
        subject: Subject::Person(person),
        active: plain.person_active,
        epoch: 0,
        attributes: line.into_iter().collect(),
        memberships: memberships.collect(),
        grants: grants.collect(),
    }
}

fn resource(thing: &Thing) -> Map<String, Json> {
    let mut resource = Map::new();
    for (kind, place) in GroupKind::ALL.iter().zip(&thing.places) {
        if let Some(place) = place {
            resource.insert(kind.as_str().to_owned(), json!(format!("g{place}")));
        }
    }
    match thing.organisation {
        1 => drop(resource.insert("organisation".into(), json!("north"))),
        2 => drop(resource.insert("organisation".into(), json!("south"))),
        3 => drop(resource.insert("organisation".into(), json!(["north"]))),
        _ => {}
    }
    for (name, value) in [("secret", thing.secret), ("open", thing.open)] {
        if let Some(value) = value {
            resource.insert(name.into(), json!(value));
        }
    }
    if let Some(line) = thing.line {
        resource.insert("line".into(), json!(line));
    }
    resource
}

/// Policies that were compiled already, by the places of their rules.
#[derive(Default)]
struct Compiled(BTreeMap<Vec<usize>, Policies>);

impl Compiled {
    fn of(&mut self, rules: &[Rule]) -> &Policies {
        let place = |rule: &Rule| RULES.iter().position(|(one, _)| one == rule).unwrap();
        let places: Vec<usize> = rules.iter().map(place).collect();
        self.0.entry(places.clone()).or_insert_with(|| {
            let row = |(index, place): (usize, &usize)| PolicyRow {
                name: format!("p{index}"),
                cedar: RULES[*place].1.to_owned(),
            };
            let rows: Vec<PolicyRow> = places.iter().enumerate().map(row).collect();
            Policies::compile(&rows, organisation()).unwrap()
        })
    }
}

/// Compares so many cases; answers how often what was decided.
fn compare(seed: u64, cases: usize) -> BTreeMap<&'static str, usize> {
    let mut chance = Chance(seed);
    let mut compiled = Compiled::default();
    let mut counts = BTreeMap::new();
    let mut done = 0;
    while done < cases {
        let plain = plain(&mut chance);
        let (rulebook, record) = (Arc::new(rulebook(&plain)), record(&plain));
        let of = if plain.own { organisation() } else { id(1, 1) };
        let facts = Facts::of(of, plain.shared, &PERMISSIONS);
        let policies = compiled.of(&plain.policies);
        for moment in EDGES.into_iter().flat_map(|edge| [edge - 1, edge, edge + 1]) {
            let holdings = Holdings::at(Timestamp::from_micros(moment), Arc::clone(&rulebook), &record);
            // What is held is kept until its edge: it must be right until just before.
            let edge = holdings.edge.map_or(moment, |edge| edge.as_micros() - 1);
            let asked_at = if chance.one_in(2) { moment } else { edge };
            for _ in 0..QUESTIONS {
                let thing = thing(&mut chance, &plain);
                let permission = chance.below(PERMISSIONS.len());
                let question = question(permission, &thing);
                let now = Timestamp::from_micros(asked_at);
                let decision = decided(&facts, &holdings, policies, &question, now);
                let expected = plain.expected(asked_at, permission, &thing);
                let allows = matches!(expected, "granted" | "granted_by_policy");
                assert_eq!(
                    (decision.reason, decision.allowed),
                    (expected, allows),
                    "seed {seed}, case {done}, moment {asked_at}: {question:?}"
                );
                let counting = match expected {
                    "granted" => plain.by_role(asked_at, permission, &thing).0,
                    _ => Vec::new(),
                };
                let counting: Vec<AccessGrantId> = counting.into_iter().map(|index| id(6, index)).collect();
                assert_eq!(
                    decision.grants, counting,
                    "seed {seed}, case {done}, moment {asked_at}"
                );
                *counts.entry(expected).or_default() += 1;
                done += 1;
            }
        }
    }
    counts
}

fn question(permission: usize, thing: &Thing) -> Question {
    Question {
        subject: Subject::Person(id(5, 0)),
        action: PERMISSIONS[permission].to_owned(),
        application: application(),
        resource_type: "feedback".to_owned(),
        resource_id: "f-1".to_owned(),
        resource: resource(thing),
        context: Map::new(),
    }
}

/// On all threads; each answer must have been given often, or the cases are not worth it.
fn compare_all(cases: usize, seed: u64) {
    let each = cases.div_ceil(THREADS);
    let seeds = (1..=THREADS).map(|thread| {
        seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(u64::try_from(thread).unwrap())
            | 1
    });
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = seeds
            .map(|seed| scope.spawn(move || compare(seed, each)))
            .collect();
        for thread in threads {
            for (reason, count) in thread.join().unwrap() {
                *counts.entry(reason).or_default() += count;
            }
        }
    });
    assert_eq!(counts.len(), 9, "{counts:?}");
    assert!(counts.values().all(|count| *count * 500 > cases), "{counts:?}");
}

#[test]
fn a_million_decisions_are_those_of_a_plain_model() {
    compare_all(CASES, 1);
}

/// As many as `DIFFERENTIAL_CASES` says, beginning with `DIFFERENTIAL_SEED`.
#[test]
#[ignore = "takes as long as one likes"]
fn as_many_decisions_as_one_likes_are_those_of_a_plain_model() {
    let number = |name: &str, otherwise: u64| {
        #[expect(
            clippy::disallowed_methods,
            reason = "how long to test is said by who runs the test"
        )]
        let said = std::env::var(name);
        said.map_or(otherwise, |said| said.parse().unwrap())
    };
    let cases = usize::try_from(number("DIFFERENTIAL_CASES", 100_000_000)).unwrap();
    compare_all(cases, number("DIFFERENTIAL_SEED", 2));
}
