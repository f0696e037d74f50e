//! Decisions compared with a plain model of the rules, on many organisations made by chance (always the same ones).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use doorward::access::{self, Holder, Period};
use doorward::decision::{self, Everybody, Holdings};
use doorward::domain::{AccessGrantId, GroupId, GroupKind, PersonId, RoleId, Subject, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value};

use crate::access::stage::{self, PERMISSIONS, Stage};

const CASES: u32 = 24;
const STEP: Duration = Duration::from_mins(1);
const STEPS: i8 = 4;

/// An organisation in numbers: indexes are taken modulo the length of what they point into, times are steps from now.
#[derive(Debug, Clone)]
struct World {
    /// Region or department, and the group above it if one of its kind comes earlier.
    groups: Vec<(bool, Option<usize>)>,
    roles: Vec<[bool; 3]>,
    memberships: Vec<(usize, i8, Option<i8>)>,
    grants: Vec<Given>,
    /// Whether there is a policy, so that Cedar is asked, which says nothing.
    policy: bool,
}

#[derive(Debug, Clone)]
struct Given {
    group: Option<usize>,
    role: usize,
    from: i8,
    length: Option<i8>,
    within: Vec<usize>,
    /// Ended by hand at this step.
    ended: Option<i8>,
}

fn worlds() -> impl Strategy<Value = World> {
    let group = (any::<bool>(), proptest::option::of(0..6usize));
    let membership = (0..6usize, -1..3i8, proptest::option::of(1..4i8));
    let given = (
        proptest::option::of(0..6usize),
        0..4usize,
        -1..3i8,
        proptest::option::of(1..4i8),
        proptest::collection::vec(0..6usize, 0..3),
        proptest::option::of(1..4i8),
    )
        .prop_map(|(group, role, from, length, within, ended)| Given {
            group,
            role,
            from,
            length,
            within,
            ended,
        });
    (
        proptest::collection::vec(group, 1..7),
        proptest::collection::vec(any::<[bool; 3]>(), 1..4),
        proptest::collection::vec(membership, 0..4),
        proptest::collection::vec(given, 0..6),
        any::<bool>(),
    )
        .prop_map(|(groups, roles, memberships, grants, policy)| World {
            groups,
            roles,
            memberships,
            grants,
            policy,
        })
}

impl World {
    fn group(&self, index: usize) -> usize {
        index % self.groups.len()
    }

    fn parent(&self, group: usize) -> Option<usize> {
        let (region, above) = self.groups[group];
        above.filter(|above| *above < group && self.groups[*above].0 == region)
    }

    fn kind(&self, group: usize) -> GroupKind {
        if self.groups[group].0 {
            GroupKind::Region
        } else {
            GroupKind::Department
        }
    }

    /// Whether `group` is `above` or below it.
    fn is_in(&self, group: usize, above: usize) -> bool {
        group == above || self.parent(group).is_some_and(|parent| self.is_in(parent, above))
    }

    /// The later of two memberships of one group replaces the earlier.
    fn memberships(&self) -> Vec<(usize, i8, Option<i8>)> {
        let mut kept: Vec<(usize, i8, Option<i8>)> = Vec::new();
        for (group, from, length) in &self.memberships {
            let group = self.group(*group);
            kept.retain(|(other, _, _)| *other != group);
            kept.push((group, *from, length.map(|length| from + length)));
        }
        kept
    }

    /// The rule, said as plainly as possible.
    fn expected(&self, step: i8, permission: usize, places: [Option<usize>; 2]) -> &'static str {
        let mut elsewhere = false;
        for grant in &self.grants {
            let until = grant.length.map(|length| grant.from + length);
            let open = grant.from <= step && until.is_none_or(|until| step < until);
            // Ending by hand does nothing to a grant that is over already.
            let ended = grant.ended.is_some_and(|ended| step >= ended);
            let held = grant.group.is_none_or(|holder| {
                self.memberships().into_iter().any(|(group, from, until)| {
                    from <= step
                        && until.is_none_or(|until| step < until)
                        && self.is_in(group, self.group(holder))
                })
            });
            let gives = self.roles[grant.role % self.roles.len()][permission];
            if !(open && !ended && held && gives) {
                continue;
            }
            let within: Vec<usize> = grant.within.iter().map(|index| self.group(*index)).collect();
            let covered = [true, false].into_iter().all(|region| {
                let limits: Vec<usize> = within
                    .iter()
                    .copied()
                    .filter(|group| self.groups[*group].0 == region)
                    .collect();
                let place = places[usize::from(!region)];
                limits.is_empty()
                    || place.is_some_and(|place| limits.iter().any(|limit| self.is_in(place, *limit)))
            });
            if covered {
                return "granted";
            }
            elsewhere = true;
        }
        if elsewhere { "outside_scope" } else { "no_grant" }
    }
}

/// The world as it is in the database.
struct Built {
    person: PersonId,
    grants: Vec<AccessGrantId>,
}

async fn build(stage: &Stage, world: &World, start: Timestamp) -> Built {
    let at = |step: i8| {
        if step < 0 {
            start.minus(STEP)
        } else {
            start.plus(STEP * u32::from(step.unsigned_abs()))
        }
    };
    let period = |from: i8, until: Option<i8>| Period {
        from: at(from),
        until: until.map(at),
    };
    let person = stage.person(&format!("person-{}", stage.organisation)).await;
    let mut groups: Vec<GroupId> = Vec::new();
    for index in 0..world.groups.len() {
        let parent = world.parent(index).map(|parent| groups[parent]);
        groups.push(stage.group(world.kind(index), &format!("g{index}"), parent).await);
    }
    let mut roles: Vec<RoleId> = Vec::new();
    for (index, has) in world.roles.iter().enumerate() {
        let permissions: Vec<&str> = PERMISSIONS
            .into_iter()
            .zip(has)
            .filter(|(_, has)| **has)
            .map(|(name, _)| name)
            .collect();
        roles.push(stage.role(&format!("r{index}"), &permissions).await);
    }
    for (group, from, until) in world.memberships() {
        stage.join(groups[group], person, period(from, until)).await;
    }
    let mut grants = Vec::new();
    for grant in &world.grants {
        let holder = match grant.group {
            Some(group) => Holder::Group(groups[world.group(group)]),
            None => Holder::Subject(Subject::Person(person)),
        };
        let mut within: Vec<GroupId> = grant
            .within
            .iter()
            .map(|index| groups[world.group(*index)])
            .collect();
        within.sort();
        within.dedup();
        let until = grant.length.map(|length| grant.from + length);
        let role = roles[grant.role % roles.len()];
        grants.push(stage.give(holder, role, &within, period(grant.from, until)).await);
    }
    if world.policy {
        stage
            .policy("silent", "permit (principal, action, resource) when { false };")
            .await;
    }
    Built { person, grants }
}

/// Asks every question at every step; answers the first one that is answered otherwise than the model says.
async fn compare(stage: &Stage, world: &World, seen: &mut BTreeMap<&'static str, u32>) -> Result<(), String> {
    let start = stage.now();
    let built = build(stage, world, start).await;
    for step in 0..STEPS {
        for (grant, id) in world.grants.iter().zip(&built.grants) {
            if grant.ended == Some(step) {
                let mut op = stage.bare.op();
                // One that is over already cannot be ended.
                if access::end_grant(&mut op, stage.organisation, *id, "Ended by hand.")
                    .await
                    .is_ok()
                {
                    op.commit().await.unwrap();
                }
            }
        }
        for (permission, asked) in PERMISSIONS.into_iter().enumerate() {
            for (region, department) in places(world) {
                let mut resource = Map::new();
                for (name, place) in [("region", region), ("department", department)] {
                    if let Some(place) = place {
                        resource.insert(name.into(), Value::from(format!("g{place}")));
                    }
                }
                let decision = stage
                    .decide(built.person, asked, Value::Object(resource.clone()))
                    .await;
                let expected = world.expected(step, permission, [region, department]);
                *seen.entry(expected).or_default() += 1;
                if decision.reason != expected || decision.allowed != (expected == "granted") {
                    return Err(format!(
                        "step {step}, {asked}, {resource:?}: {decision:?}, the model says {expected}"
                    ));
                }
            }
        }
        same_at_once(stage, built.person).await?;
        stage.advance(STEP);
    }
    Ok(())
}

/// What is read of everybody at once comes to the same as what is read of one.
async fn same_at_once(stage: &Stage, person: PersonId) -> Result<(), String> {
    let mut op = stage.bare.op();
    let one = decision::holdings(&mut op, Subject::Person(person))
        .await
        .unwrap()
        .unwrap();
    let found = doorward::person::find(&mut op, person).await.unwrap().unwrap();
    let everybody = Everybody::of(&mut op, stage.organisation).await.unwrap().unwrap();
    let among = everybody.holdings(person, found.status, &found.attributes);
    let told = |holdings: &Holdings| {
        let groups: Vec<String> = holdings.groups().map(str::to_owned).collect();
        let permissions = holdings.permissions(stage.application).map(str::to_owned);
        let roles = holdings.roles().into_iter().map(str::to_owned);
        let permissions: BTreeSet<String> = permissions.collect();
        (
            groups,
            roles.collect::<Vec<_>>(),
            permissions,
            holdings.is_active(),
        )
    };
    if told(&one) != told(&among) {
        return Err(format!("alone {:?}, among all {:?}", told(&one), told(&among)));
    }
    Ok(())
}

/// Each region with each department, and none.
fn places(world: &World) -> Vec<(Option<usize>, Option<usize>)> {
    let of = |region: bool| {
        let groups = (0..world.groups.len()).filter(move |index| world.groups[*index].0 == region);
        std::iter::once(None).chain(groups.map(Some))
    };
    of(true)
        .flat_map(|region| of(false).map(move |department| (region, department)))
        .collect()
}

#[test]
fn every_decision_is_the_one_of_a_plain_model() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let first = runtime.block_on(Stage::new());
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 50,
        ..Config::default()
    };
    let chance = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(config, chance);
    let bare = std::cell::RefCell::new(Some(first));
    let number = std::cell::Cell::new(0_u32);
    let seen = std::cell::RefCell::new(BTreeMap::new());
    let outcome = runner.run(&worlds(), |world| {
        // Each world is an organisation of its own in one house.
        number.set(number.get() + 1);
        let before = bare.borrow_mut().take().unwrap();
        let slug = format!("world-{}", number.get());
        let stage = runtime.block_on(async {
            let organisation = stage::organisation(&before.bare, &slug).await;
            let audience = format!("https://{slug}.example");
            let application = stage::application(&before.bare, organisation, &audience, false).await;
            Stage {
                bare: before.bare,
                organisation,
                application,
            }
        });
        let compared = runtime.block_on(compare(&stage, &world, &mut seen.borrow_mut()));
        *bare.borrow_mut() = Some(stage);
        compared.map_err(TestCaseError::fail)
    });
    if let Err(fault) = outcome {
        panic!("{fault}");
    }
    // The worlds are worth comparing: each answer is given often.
    let seen = seen.into_inner();
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert!(seen.values().all(|count| *count > 100), "{seen:?}");
}
