//! What is found compared with asking one by one, in organisations made by chance (always the same ones).

use std::time::Duration;

use doorward::access::{self, Holder, Period, ResourceKey};
use doorward::decision::{self, Access, Action, Found, Part, Question, Resource, Who};
use doorward::domain::{GroupId, GroupKind, PersonStatus, RoleId, Subject, SubjectKind};
use doorward::person::{self, NewServiceAccount};
use serde_json::{Map, Value, json};

use crate::access::stage::{self, PERMISSIONS, Stage, members};
use crate::support::Chance;

const WORLDS: usize = 16;
const PEOPLE: usize = 9;
const GROUPS: usize = 6;
const RESOURCES: usize = 6;

/// An organisation with its subjects, in order of their ids.
struct World {
    stage: Stage,
    people: Vec<Subject>,
    machines: Vec<Subject>,
    resources: Vec<(String, Map<String, Value>)>,
}

fn kind(index: usize) -> GroupKind {
    if index.is_multiple_of(2) {
        GroupKind::Region
    } else {
        GroupKind::Department
    }
}

async fn groups(stage: &Stage, chance: &mut Chance) -> Vec<GroupId> {
    let mut groups: Vec<GroupId> = Vec::new();
    for index in 0..GROUPS {
        let above = (index >= 2 && !chance.one_in(3)).then(|| groups[index - 2]);
        groups.push(stage.group(kind(index), &format!("g{index}"), above).await);
    }
    groups
}

async fn roles(stage: &Stage, chance: &mut Chance) -> Vec<RoleId> {
    let mut roles = Vec::new();
    for index in 0..4 {
        let has: Vec<&str> = PERMISSIONS.into_iter().filter(|_| !chance.one_in(3)).collect();
        roles.push(stage.role(&format!("r{index}"), &has).await);
    }
    roles
}

async fn subjects(stage: &Stage, chance: &mut Chance) -> (Vec<Subject>, Vec<Subject>) {
    let (mut people, mut machines) = (Vec::new(), Vec::new());
    for index in 0..PEOPLE {
        let line = ["alpha", "beta"][chance.below(2)];
        let name = format!("p{index}-{}", stage.organisation);
        let attributes = json!({ "product_line": line });
        let id = stage::person(&stage.bare, stage.organisation, &name, attributes).await;
        if chance.one_in(6) {
            let mut op = stage.bare.op();
            let left = (Subject::Person(id), PersonStatus::Left);
            person::set_status(&mut op, stage.organisation, left.0, left.1, "a test")
                .await
                .unwrap();
            op.commit().await.unwrap();
        }
        people.push(Subject::Person(id));
    }
    for index in 0..2 {
        let mut op = stage.bare.op();
        let new = NewServiceAccount {
            organisation_id: stage.organisation,
            name: format!("machine-{index}"),
            purpose: "To be tried.".to_owned(),
            attributes: Map::new(),
        };
        let id = person::create_service_account(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        machines.push(Subject::ServiceAccount(id));
    }
    (people, machines)
}

fn period(stage: &Stage, chance: &mut Chance) -> Period {
    let hour = Duration::from_hours(1);
    let now = stage.now();
    match chance.below(5) {
        0 => Period::from(now.plus(hour)),
        1 => Period {
            from: now.minus(hour),
            until: Some(now),
        },
        2 => Period {
            from: now,
            until: Some(now.plus(hour)),
        },
        _ => Period::from(now),
    }
}

async fn give(stage: &Stage, chance: &mut Chance, holders: (&[Subject], &[GroupId]), roles: &[RoleId]) {
    let (subjects, groups) = holders;
    for _ in 0..16 {
        let holder = if chance.one_in(2) {
            Holder::Group(groups[chance.below(groups.len())])
        } else {
            Holder::Subject(subjects[chance.below(subjects.len())])
        };
        let within: Vec<GroupId> = groups.iter().copied().filter(|_| chance.one_in(9)).collect();
        let role = roles[chance.below(roles.len())];
        let period = period(stage, chance);
        stage.give(holder, role, &within, period).await;
    }
    for _ in 0..8 {
        let (group, subject) = (
            groups[chance.below(groups.len())],
            subjects[chance.below(subjects.len())],
        );
        let mut op = stage.bare.op();
        let period = period(stage, chance);
        access::add_member(&mut op, stage.organisation, group, subject, period)
            .await
            .unwrap();
        op.commit().await.unwrap();
    }
}

const POLICIES: [(&str, &str); 4] = [
    ("silent", "permit (principal, action, resource) when { false };"),
    (
        "own-line",
        "permit (principal, action == Action::\"feedback:read\", resource) when { principal has product_line \
         && resource has product_line && principal.product_line == resource.product_line };",
    ),
    (
        "no-secrets",
        "forbid (principal, action, resource) when { resource has secret && resource.secret };",
    ),
    (
        "strange",
        "forbid (principal, action, resource) when { resource.product_line == \"beta\" };",
    ),
];

fn properties(chance: &mut Chance) -> Map<String, Value> {
    let mut found = Map::new();
    for (name, first) in [("region", 0), ("department", 1)] {
        if !chance.one_in(3) {
            let group = first + 2 * chance.below(GROUPS / 2);
            found.insert(name.to_owned(), json!(format!("g{group}")));
        }
    }
    if chance.one_in(2) {
        found.insert(
            "product_line".to_owned(),
            json!(["alpha", "beta"][chance.below(2)]),
        );
    }
    if chance.one_in(5) {
        found.insert("secret".to_owned(), json!(true));
    }
    found
}

async fn build(stage: Stage, chance: &mut Chance) -> World {
    let (groups, roles) = (groups(&stage, chance).await, roles(&stage, chance).await);
    let (mut people, mut machines) = subjects(&stage, chance).await;
    let all = [people.as_slice(), machines.as_slice()].concat();
    give(&stage, chance, (&all, &groups), &roles).await;
    for (name, cedar) in POLICIES {
        if chance.one_in(4) {
            stage.untried_policy(name, cedar).await;
        }
    }
    let mut resources = Vec::new();
    let mut op = stage.bare.op();
    for index in 0..RESOURCES {
        let (id, told) = (format!("d{index}"), properties(chance));
        let key = ResourceKey::new(stage.application, "dashboard".to_owned(), id.clone()).unwrap();
        access::register_resource(&mut op, &key, &told)
            .await
            .unwrap()
            .unwrap();
        resources.push((id, told));
    }
    op.commit().await.unwrap();
    people.sort_by_key(Subject::id_text);
    machines.sort_by_key(Subject::id_text);
    World {
        stage,
        people,
        machines,
        resources,
    }
}

/// All parts of an answer put together.
async fn whole<T>(mut ask: impl AsyncFnMut(Part) -> Found<T>) -> Vec<T> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let found = ask(Part { after, limit: 2 }).await;
        assert!(found.results.len() <= 2);
        all.extend(found.results);
        after = found.next;
        if after.is_none() {
            return all;
        }
    }
}

impl World {
    fn question(
        &self,
        subject: Subject,
        action: &str,
        resource: (&str, &str),
        known: &Map<String, Value>,
    ) -> Question {
        Question {
            subject,
            action: action.to_owned(),
            application: self.stage.application,
            resource_type: resource.0.to_owned(),
            resource_id: resource.1.to_owned(),
            resource: known.clone(),
            context: Map::new(),
        }
    }

    async fn may(&self, question: &Question) -> bool {
        let decision = decision::decide(&mut self.stage.bare.op(), question).await;
        decision.unwrap().allowed
    }

    async fn compare_subjects(&self, action: &str, known: &Map<String, Value>) -> usize {
        let mut allowed = 0;
        for (kind, all) in [
            (SubjectKind::Person, &self.people),
            (SubjectKind::ServiceAccount, &self.machines),
        ] {
            let mut expected = Vec::new();
            for subject in all {
                let question = self.question(*subject, action, ("feedback", "f-1"), known);
                if self.may(&question).await {
                    expected.push(*subject);
                }
            }
            let resource = Resource::new("feedback".to_owned(), "f-1".to_owned(), known.clone()).unwrap();
            let action = Action::new(action.to_owned()).unwrap();
            let access = Access::new(self.stage.application, action, resource, Map::new());
            let found = whole(async |part| {
                let who = Who {
                    organisation: self.stage.organisation,
                    kind,
                    access: access.clone(),
                    part,
                };
                decision::who(&mut self.stage.bare.op(), &who, None)
                    .await
                    .unwrap()
            })
            .await;
            let found: Vec<Subject> = found.into_iter().map(|one| one.subject).collect();
            assert_eq!(found, expected, "{kind} {access:?}");
            allowed += expected.len();
        }
        allowed
    }

    async fn compare_actions(&self, subject: Subject, known: &Map<String, Value>) -> usize {
        let mut expected = Vec::new();
        for action in PERMISSIONS {
            if self
                .may(&self.question(subject, action, ("feedback", "f-1"), known))
                .await
            {
                expected.push(action.to_owned());
            }
        }
        expected.sort();
        let question = self.question(subject, "", ("feedback", "f-1"), known);
        let found = whole(async |part| {
            decision::actions(&mut self.stage.bare.op(), &question, &part)
                .await
                .unwrap()
        })
        .await;
        assert_eq!(found, expected, "{question:?}");
        expected.len()
    }

    /// What is known of a resource counts over what is asked.
    async fn compare_resources(&self, subject: Subject, action: &str, asked: &Map<String, Value>) -> usize {
        let regions = (0..GROUPS).step_by(2).map(|index| format!("g{index}"));
        let regions = regions
            .map(|name| (name.clone(), members(json!({ "region": name }))))
            .collect();
        let mut allowed = 0;
        for (kind, all) in [
            ("region", regions),
            ("dashboard", self.resources.clone()),
            ("report", vec![]),
        ] {
            let mut expected = Vec::new();
            for (id, known) in all {
                let mut whole = asked.clone();
                whole.extend(known);
                if self
                    .may(&self.question(subject, action, (kind, &id), &whole))
                    .await
                {
                    expected.push((id, whole));
                }
            }
            let question = self.question(subject, action, (kind, ""), asked);
            let found = whole(async |part| {
                decision::resources(&mut self.stage.bare.op(), &question, &part)
                    .await
                    .unwrap()
            })
            .await;
            let found: Vec<_> = found.into_iter().map(|one| (one.id, one.properties)).collect();
            assert_eq!(found, expected, "{question:?}");
            allowed += expected.len();
        }
        allowed
    }
}

#[tokio::test]
async fn what_is_found_is_what_each_decision_says() {
    let mut chance = Chance::new(0x5eed_cafe_f00d_0001);
    let mut stage = Stage::new().await;
    let (mut subjects, mut actions, mut resources) = (0, 0, 0);
    for number in 0..WORLDS {
        // Each world is an organisation of its own in one house.
        let organisation = stage::organisation(&stage.bare, &format!("world-{number}")).await;
        let audience = format!("https://world-{number}.example");
        let application = stage::application(&stage.bare, organisation, &audience, false).await;
        let bare = stage.bare;
        let here = Stage {
            bare,
            organisation,
            application,
        };
        let world = build(here, &mut chance).await;
        for _ in 0..4 {
            let known = properties(&mut chance);
            for action in PERMISSIONS {
                subjects += world.compare_subjects(action, &known).await;
                let subject = world.people[chance.below(PEOPLE)];
                resources += world.compare_resources(subject, action, &known).await;
            }
            for subject in world.people.iter().chain(&world.machines) {
                actions += world.compare_actions(*subject, &known).await;
            }
        }
        stage = world.stage;
    }
    // The worlds are worth comparing: much is found, and much is not.
    assert!(
        subjects > 150 && actions > 150 && resources > 150,
        "{subjects} {actions} {resources}"
    );
}
