//! Which records somebody may see: the condition says of each record what the decision does, in JSON and in a real database.

mod chance;
mod endpoint;
mod every;
mod table;

use std::collections::BTreeMap;

use doorward::access::{self, Holder, Period};
use doorward::decision::filter::{self, Filter, FilterRefusal, SqlRefusal, Wanted};
use doorward::decision::{self, Question};
use doorward::domain::{ApplicationId, GroupId, GroupKind, PersonId, Subject};
use serde_json::{Map, Value, json};

use self::chance::GROUPS;
use self::table::Table;
use crate::access::stage::{self, PERMISSIONS, Stage};
use crate::support::Chance;

const APPLICATIONS: usize = 120;
const QUESTIONS: usize = 4;
const RECORDS: usize = 60;

/// People with roles in many applications, each of which has policies of its own.
struct World {
    stage: Stage,
    people: Vec<PersonId>,
    /// With what was written for it, and whether it is shared.
    applications: Vec<(ApplicationId, Vec<String>, bool)>,
}

/// How often what came about.
#[derive(Debug, Default)]
struct Seen(BTreeMap<&'static str, usize>);

impl Seen {
    fn note(&mut self, word: &'static str) {
        *self.0.entry(word).or_default() += 1;
    }
}

async fn world(chance: &mut Chance) -> World {
    let mut stage = Stage::new().await;
    let mut groups: BTreeMap<(GroupKind, &str), GroupId> = BTreeMap::new();
    for (kind, names) in GROUPS {
        for (name, parent) in names {
            let parent = parent.map(|parent| groups[&(kind, parent)]);
            groups.insert((kind, name), stage.group(kind, name, parent).await);
        }
    }
    let mut applications = Vec::new();
    for number in 0..APPLICATIONS {
        let shared = chance.one_in(3);
        let audience = format!("https://{number}.example");
        let id = stage::application(&stage.bare, stage.organisation, &audience, shared).await;
        stage.application = id;
        let mut policies = Vec::new();
        for index in 0..chance.below(4) {
            let policy = chance::policy(chance);
            let name = format!("p{number}-{index}");
            stage.untried_policy(&name, &policy).await;
            policies.push(policy);
        }
        applications.push((id, policies, shared));
    }
    let mut roles = Vec::new();
    for (name, permissions) in [("reader", &PERMISSIONS[..1]), ("editor", &PERMISSIONS[..2])] {
        let mut new = stage::new_role((stage.organisation, stage.application), name, &[]);
        for (id, _, _) in &applications {
            let permitted = access::Permitted::of(*id, permissions.iter().copied());
            new.about.permissions.extend(permitted);
        }
        let mut op = stage.bare.op();
        roles.push(access::create_role(&mut op, new).await.unwrap());
        op.commit().await.unwrap();
    }
    let all: Vec<GroupId> = groups.values().copied().collect();
    let mut people = Vec::new();
    for number in 0..10 {
        let attributes = Value::Object(chance::attributes(chance));
        let name = format!("person-{number}");
        let person = stage::person(&stage.bare, stage.organisation, &name, attributes).await;
        let period = Period::from(stage.now());
        stage.join(all[chance.below(all.len())], person, period).await;
        for _ in 0..chance.below(4) {
            let mut within: Vec<GroupId> = (0..chance.below(4))
                .map(|_| all[chance.below(all.len())])
                .collect();
            within.sort();
            within.dedup();
            let holder = Holder::Subject(Subject::Person(person));
            stage.give(holder, roles[chance.below(2)], &within, period).await;
        }
        people.push(person);
    }
    World {
        stage,
        people,
        applications,
    }
}

impl World {
    fn question(&self, chance: &mut Chance, application: ApplicationId) -> Question {
        Question {
            subject: Subject::Person(self.people[chance.below(self.people.len())]),
            action: chance.of(&PERMISSIONS[..2]).to_owned(),
            application,
            resource_type: "feedback".to_owned(),
            resource_id: String::new(),
            resource: Map::new(),
            context: chance::context(chance),
        }
    }

    async fn filter(&self, wanted: &Wanted) -> Result<Filter, FilterRefusal> {
        filter::filter(&mut self.stage.bare.op(), wanted).await.unwrap()
    }

    /// What the decision says of a record.
    async fn decided(&self, question: &Question, record: &Map<String, Value>) -> bool {
        let mut question = question.clone();
        question.resource_id = record["id"].as_str().unwrap().to_owned();
        question.resource.extend(record.clone());
        let decision = decision::decide(&mut self.stage.bare.op(), &question)
            .await
            .unwrap();
        decision.allowed
    }
}

#[tokio::test]
async fn the_condition_says_of_each_record_what_the_decision_does_in_json_and_in_sql() {
    let mut chance = Chance::new(0x00d0_0f11_7e55_eed1);
    let world = world(&mut chance).await;
    let records: Vec<_> = (0..RECORDS)
        .map(|number| chance::record(&mut chance, number, false))
        .collect();
    let mut table = Table::of(&world.stage.bare.database, &records).await;
    let columns = table.columns();
    let attributes: std::collections::BTreeSet<String> = columns.by_attribute.keys().cloned().collect();
    let mut seen = Seen::default();
    for (application, policies, _) in &world.applications {
        for _ in 0..QUESTIONS {
            let wanted = Wanted {
                question: world.question(&mut chance, *application),
                attributes: Some(attributes.clone()),
            };
            let filter = match world.filter(&wanted).await {
                Ok(filter) => filter,
                Err(FilterRefusal::Policy { .. }) => {
                    seen.note("refused");
                    continue;
                }
                Err(other) => panic!("{other}: {policies:#?}"),
            };
            seen.note(filter.reason);
            let sql = match filter.condition.sql(&columns) {
                Ok(sql) => sql,
                Err(SqlRefusal::List(_)) => continue,
                // The one attribute of chance that no record and no column of the table has.
                Err(SqlRefusal::NoColumn(missing)) if missing == ["tags"] => continue,
                Err(other) => panic!("{other}"),
            };
            let chosen = table.ask(&sql).await;
            for (place, record) in records.iter().enumerate() {
                let expected = world.decided(&wanted.question, record).await;
                seen.note(if expected { "allowed" } else { "denied" });
                let told = (filter.condition.holds(record), chosen.contains(&place));
                assert_eq!(
                    told,
                    (expected, expected),
                    "{record:?}\n{:?}\n{policies:#?}\n{}\n{}",
                    wanted.question,
                    json!(filter.condition),
                    sql.condition
                );
            }
        }
    }
    for (word, least) in [
        ("some", 100),
        ("nothing", 20),
        ("allowed", 2_000),
        ("denied", 2_000),
    ] {
        assert!(seen.0.get(word).is_some_and(|count| *count >= least), "{seen:?}");
    }
    assert!(seen.0.get("refused").is_none_or(|count| *count < 200), "{seen:?}");
}

/// Attributes of any kind: the condition guards itself. Where it compares two attributes that hold no single values it denies, and the
/// decision may not.
#[tokio::test]
async fn a_condition_over_attributes_of_any_kind_lets_nothing_through_that_the_decision_denies() {
    let mut chance = Chance::new(0x51de_0f11_7e55_eed2);
    let world = world(&mut chance).await;
    let records: Vec<_> = (0..RECORDS)
        .map(|number| chance::record(&mut chance, number, true))
        .collect();
    let mut seen = Seen::default();
    for (application, policies, _) in &world.applications {
        let two = policies.iter().any(|policy| compares_two(policy));
        for _ in 0..QUESTIONS {
            let wanted = Wanted {
                question: world.question(&mut chance, *application),
                attributes: None,
            };
            let Ok(filter) = world.filter(&wanted).await else {
                continue;
            };
            for record in &records {
                let expected = world.decided(&wanted.question, record).await;
                seen.note(if expected { "allowed" } else { "denied" });
                let told = filter.condition.holds(record);
                let fits = if two { !told || expected } else { told == expected };
                assert!(
                    fits,
                    "{told}, decided {expected}: {record:?}\n{:?}\n{policies:#?}\n{}",
                    wanted.question,
                    json!(filter.condition)
                );
            }
        }
    }
    assert!(seen.0.values().all(|count| *count >= 2_000), "{seen:?}");
}

/// Whether a policy may compare two attributes of the record with one another.
fn compares_two(policy: &str) -> bool {
    let two = regex_lite::Regex::new(r"resource\.[a-z]+ [!=]= resource\.|\[resource\.").unwrap();
    two.is_match(policy)
}
