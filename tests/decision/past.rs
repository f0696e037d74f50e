//! What was so at a moment is told as it was: decisions are written down while an organisation changes by chance, and asked again afterwards.

use std::time::Duration;

use doorward::access::{self, GroupAbout, Holder, NewGrant, Period, Permitted, RoleAbout};
use doorward::decision::{self, Decision, NotPast, Question, Then};
use doorward::domain::{
    AccessGrantId, AttributeSource, GrantSource, GroupId, GroupKind, PersonId, PersonStatus, RoleId, Subject,
    Timestamp,
};
use doorward::{person, policy};
use serde_json::{Map, json};

use crate::access::stage::{PERMISSIONS, Stage};
use crate::support::Chance;

const STEPS: usize = 140;

struct World {
    stage: Stage,
    people: Vec<PersonId>,
    groups: Vec<GroupId>,
    roles: Vec<RoleId>,
    grants: Vec<AccessGrantId>,
    /// Whether the policy is in force.
    narrowed: bool,
    /// Whether the application is retired.
    retired: bool,
}

/// What was decided, of whom, and when.
struct Noted {
    question: Question,
    decision: Decision,
    at: Timestamp,
}

impl World {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let mut op = stage.bare.op();
        let line = json!({
            "name": "line", "title": "Line", "kind": "text", "source": "administrator", "seen_by": "administrators",
        });
        let line = serde_json::from_value(line).unwrap();
        person::declare_attribute(&mut op, stage.organisation, line)
            .await
            .unwrap();
        op.commit().await.unwrap();
        let people = vec![stage.person("ada").await, stage.person("ben").await];
        let mut groups = Vec::new();
        for name in ["emea", "dach", "berlin"] {
            groups.push(stage.group(GroupKind::Region, name, None).await);
        }
        let mut roles = Vec::new();
        for name in ["reader", "editor"] {
            roles.push(stage.role(name, &["feedback:read"]).await);
        }
        Self {
            stage,
            people,
            groups,
            roles,
            grants: Vec::new(),
            narrowed: false,
            retired: false,
        }
    }

    fn period(&self, chance: &mut Chance) -> Period {
        let now = self.stage.now();
        let from = now.plus(Duration::from_secs(if chance.one_in(3) { 30 } else { 0 }));
        let length = Duration::from_secs(u64::try_from(20 + 10 * chance.below(9)).unwrap());
        Period {
            from,
            until: chance.one_in(2).then(|| from.plus(length)),
        }
    }

    /// One change, of any kind.
    async fn step(&mut self, chance: &mut Chance) {
        let group = self.groups[chance.below(3)];
        let role = self.roles[chance.below(2)];
        let who = self.people[chance.below(2)];
        let organisation = self.stage.organisation;
        match chance.below(11) {
            0 | 1 => {
                let period = self.period(chance);
                let mut op = self.stage.bare.op();
                let joined =
                    access::add_member(&mut op, organisation, group, Subject::Person(who), period).await;
                // A group that has ended takes nobody.
                if joined.is_ok() {
                    op.commit().await.unwrap();
                }
            }
            2 => {
                let mut op = self.stage.bare.op();
                let left = access::remove_member(&mut op, organisation, group, Subject::Person(who)).await;
                if left.is_ok() {
                    op.commit().await.unwrap();
                }
            }
            3 | 4 => {
                let holder = if chance.one_in(2) {
                    Holder::Group(group)
                } else {
                    Holder::Subject(Subject::Person(who))
                };
                let within = chance.one_in(2).then_some(self.groups[chance.below(3)]);
                let new = NewGrant {
                    organisation_id: organisation,
                    holder,
                    role,
                    within: within.into_iter().collect(),
                    period: self.period(chance),
                    reason: "By chance.".to_owned(),
                    source: GrantSource::Direct,
                };
                let mut op = self.stage.bare.op();
                if let Ok(grant) = access::give(&mut op, new).await {
                    op.commit().await.unwrap();
                    self.grants.push(grant);
                }
            }
            5 => {
                let Some(grant) = self.grants.pop() else { return };
                let mut op = self.stage.bare.op();
                // One that is over already is refused.
                if access::end_grant(&mut op, organisation, grant, "Is over.")
                    .await
                    .is_ok()
                {
                    op.commit().await.unwrap();
                }
            }
            6 => self.redefine(chance, role).await,
            7 => self.move_group(chance, group).await,
            _ => self.change_account(chance, who).await,
        }
    }

    /// Retires the application, or brings it back.
    async fn turn(&mut self) {
        let (mut op, of) = (self.stage.bare.op(), self.stage.organisation);
        let id = self.stage.application;
        let turned = if self.retired {
            access::restore_application(&mut op, of, id, "By chance.").await
        } else {
            access::retire_application(&mut op, of, id, "By chance.").await
        };
        assert!(turned.unwrap());
        op.commit().await.unwrap();
        self.retired = !self.retired;
    }

    /// Nothing new is made of what is retired.
    async fn be_back(&mut self) {
        if self.retired {
            self.turn().await;
        }
    }

    async fn redefine(&mut self, chance: &mut Chance, id: RoleId) {
        self.be_back().await;
        let mut op = self.stage.bare.op();
        let names = PERMISSIONS.into_iter().filter(|_| chance.one_in(2));
        let other = self.roles.iter().copied().find(|other| *other != id).unwrap();
        let first = id == self.roles[0];
        let about = RoleAbout {
            permissions: Permitted::of(self.stage.application, names),
            includes: (first && chance.one_in(2)).then_some(other).into_iter().collect(),
            ..RoleAbout::titled("Changed")
        };
        access::change_role(&mut op, self.stage.organisation, id, about)
            .await
            .unwrap();
        op.commit().await.unwrap();
    }

    async fn move_group(&self, chance: &mut Chance, id: GroupId) {
        let mut op = self.stage.bare.op();
        let place = self.groups.iter().position(|other| *other == id).unwrap();
        let above = place.checked_sub(1).filter(|_| chance.one_in(2));
        let about = GroupAbout {
            parent: above.map(|above| self.groups[above]),
            ends_at: chance.one_in(3).then(|| op.now.plus(Duration::from_secs(40))),
            ..GroupAbout::titled("Moved")
        };
        access::change_group(&mut op, self.stage.organisation, id, about)
            .await
            .unwrap();
        op.commit().await.unwrap();
    }

    async fn change_account(&mut self, chance: &mut Chance, who: PersonId) {
        let organisation = self.stage.organisation;
        let mut op = self.stage.bare.op();
        match chance.below(4) {
            0 => {
                let status = if chance.one_in(2) {
                    PersonStatus::Active
                } else {
                    PersonStatus::Disabled
                };
                person::set_status(&mut op, organisation, Subject::Person(who), status, "By chance.")
                    .await
                    .unwrap();
            }
            1 if self.narrowed => {
                policy::retire(&mut op, (organisation, "own-line"), None, "By chance.")
                    .await
                    .unwrap();
                self.narrowed = false;
            }
            1 => {
                drop(op);
                self.be_back().await;
                let own = "forbid (principal, action, resource) when { principal has line && principal.line == \"cards\" };";
                self.narrow(own).await;
                self.narrowed = true;
                return;
            }
            _ => {
                let line = chance.of(&["cards", "loans"]).to_owned();
                let changes = Map::from_iter([("line".to_owned(), json!(line))]);
                person::set_attributes(
                    &mut op,
                    (organisation, who),
                    &changes,
                    AttributeSource::Administrator,
                    "By chance.",
                )
                .await
                .unwrap();
            }
        }
        op.commit().await.unwrap();
    }

    /// Puts the policy in force, the first time or again.
    async fn narrow(&self, cedar: &str) {
        let mut op = self.stage.bare.op();
        let of = (self.stage.organisation, "own-line");
        let content = crate::access::stage::content("own-line", cedar, "allow");
        if policy::show(&mut op, of.0, of.1).await.unwrap().is_some() {
            policy::change(&mut op, of, None, content, "Again.")
                .await
                .unwrap();
        } else {
            let new = policy::NewPolicy {
                organisation_id: of.0,
                application: self.stage.application,
                name: of.1.to_owned(),
                content,
            };
            policy::draft(&mut op, new, "To be tried.").await.unwrap();
        }
        policy::test(&mut op, of, None).await.unwrap();
        policy::activate(&mut op, of, None, "To be tried.").await.unwrap();
        op.commit().await.unwrap();
    }

    fn questions(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        for who in &self.people {
            for action in PERMISSIONS {
                for region in [None, Some("dach"), Some("berlin")] {
                    let resource = region.map(|region| ("region".to_owned(), json!(region)));
                    questions.push(Question {
                        subject: Subject::Person(*who),
                        action: action.to_owned(),
                        application: self.stage.application,
                        resource_type: "feedback".to_owned(),
                        resource_id: "f-1".to_owned(),
                        resource: resource.into_iter().collect(),
                        context: Map::new(),
                    });
                }
            }
        }
        questions
    }

    async fn note(&self, noted: &mut Vec<Noted>) {
        for question in self.questions() {
            let mut op = self.stage.bare.op();
            let decision = decision::decide(&mut op, &question).await.unwrap();
            noted.push(Noted {
                question,
                decision,
                at: op.now,
            });
        }
    }
}

#[tokio::test]
async fn what_was_decided_is_told_again_as_of_its_moment_whatever_has_changed_since() {
    let mut chance = Chance::new(0x9a57_0f11_7e55_eed3);
    let mut turns = Chance::new(0x0dd5_7a7e);
    let mut world = World::new().await;
    let mut noted = Vec::new();
    for _ in 0..STEPS {
        world.step(&mut chance).await;
        if turns.one_in(if world.retired { 2 } else { 12 }) {
            world.turn().await;
        }
        world.note(&mut noted).await;
        // Nothing happens for a while but what begins or ends by itself.
        world.stage.advance(Duration::from_secs(7));
        world.note(&mut noted).await;
        world.stage.advance(Duration::from_micros(1));
    }
    let (mut allowed, mut reasons) = (0, std::collections::BTreeSet::new());
    for one in &noted {
        let mut op = world.stage.bare.op();
        let then = Then::new(one.at, op.now).unwrap();
        let told = decision::explain(&mut op, one.question.clone(), Some(then))
            .await
            .unwrap();
        let decided = |decision: &Decision| (decision.allowed, decision.reason, decision.because.clone());
        assert_eq!(
            decided(&told.decision),
            decided(&one.decision),
            "{:?} at {}",
            one.question,
            one.at
        );
        assert_eq!(told.as_of, Some(one.at));
        allowed += usize::from(one.decision.allowed);
        reasons.insert(one.decision.reason);
    }
    assert!(allowed > 100, "{allowed}");
    for reason in [
        "granted",
        "no_grant",
        "outside_scope",
        "forbidden_by_policy",
        "subject_inactive",
        "application_retired",
    ] {
        assert!(reasons.contains(reason), "{reasons:?}");
    }
}

#[tokio::test]
async fn a_grant_that_ended_is_told_with_its_giver_and_reason_as_it_was() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let reader = stage.role("reader", &["feedback:read"]).await;
    let before = stage.now();
    stage.advance(Duration::from_secs(1));
    let grant = stage.give_simply(ada, reader).await;
    let during = stage.now();
    stage.advance(Duration::from_secs(1));
    let mut op = stage.bare.op();
    access::end_grant(&mut op, stage.organisation, grant, "Is over.")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let question = || Question {
        subject: Subject::Person(ada),
        action: "feedback:read".to_owned(),
        application: stage.application,
        resource_type: "feedback".to_owned(),
        resource_id: "f-1".to_owned(),
        resource: Map::new(),
        context: Map::new(),
    };
    let mut op = stage.bare.op();
    let now = op.now;
    let then = |moment| Then::new(moment, now).unwrap();
    let told = decision::explain(&mut op, question(), Some(then(during)))
        .await
        .unwrap();
    assert!(told.decision.allowed);
    let [one] = told.grants.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(
        (one.id, one.reason.as_str(), one.until),
        (grant, "To be tried.", None)
    );
    for moment in [before, now] {
        let told = decision::explain(&mut op, question(), Some(then(moment)))
            .await
            .unwrap();
        assert_eq!(told.decision.reason, "no_grant");
        assert!(told.grants.is_empty() && told.cures.is_empty(), "{told:?}");
    }
    // Nobody was there yet, and of what is to come nothing is known.
    let long_ago = Timestamp::from_seconds(1);
    let told = decision::explain(&mut op, question(), Some(then(long_ago)))
        .await
        .unwrap();
    assert_eq!(told.decision.reason, "subject_unknown");
    assert_eq!(Then::new(now.plus(Duration::from_micros(1)), now), Err(NotPast));
}
