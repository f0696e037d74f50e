//! Nobody gives more than they hold, and only what their rights or roles let them give.

use std::time::Duration;

use doorward::access::{
    self, AccessError, GroupAbout, Holder, NewGrant, NewRole, Period, Permitted, RoleAbout,
};
use doorward::decision::CannotGive;
use doorward::domain::{Actor, GrantSource, GroupId, GroupKind, PersonId, Right, RoleId, Subject};
use doorward::op::Op;

use super::stage::Stage;

const DAY: Duration = Duration::from_hours(24);

fn acting(stage: &Stage, person: PersonId) -> Op {
    Op::new(&stage.bare.house, Actor::Person(person), stage.bare.seen())
}

/// Makes a role as the house does, whom nobody bounds.
async fn role(stage: &Stage, name: &str, about: RoleAbout) -> RoleId {
    let mut op = stage.bare.op();
    let new = NewRole {
        organisation_id: stage.organisation,
        name: name.to_owned(),
        about,
    };
    let id = access::create_role(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

/// A company with a lead of support in DACH, who may give the role of support agents there for 30 days.
struct Lead {
    stage: Stage,
    person: PersonId,
    agent: RoleId,
    analyst: RoleId,
    emea: GroupId,
    dach: GroupId,
    berlin: GroupId,
    support: GroupId,
}

impl Lead {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let emea = stage.group(GroupKind::Region, "emea", None).await;
        let dach = stage.group(GroupKind::Region, "dach", Some(emea)).await;
        let berlin = stage.group(GroupKind::Region, "berlin", Some(dach)).await;
        let support = stage.group(GroupKind::Department, "support", None).await;
        let agent = stage
            .role("support_agent", &["feedback:read", "feedback:edit"])
            .await;
        let analyst = stage.role("analyst", &["feedback:export"]).await;
        let about = RoleAbout {
            includes: [agent].into(),
            giving: [(agent, Some(30))].into(),
            ..RoleAbout::titled("Lead of a team")
        };
        let team_lead = role(&stage, "team_lead", about).await;
        let lead = stage.person("lena").await;
        let holder = Holder::Subject(Subject::Person(lead));
        stage
            .give(holder, team_lead, &[dach], Period::from(stage.now()))
            .await;
        Self {
            stage,
            person: lead,
            agent,
            analyst,
            emea,
            dach,
            berlin,
            support,
        }
    }

    /// What comes of it when the lead gives somebody a role.
    async fn gives(&self, role: RoleId, within: &[GroupId], days: Option<u32>) -> Result<(), CannotGive> {
        let mut op = acting(&self.stage, self.person);
        let unique: RoleId = op.id();
        let sam = self.stage.person(&format!("sam-{unique}")).await;
        let new = NewGrant {
            organisation_id: self.stage.organisation,
            holder: Holder::Subject(Subject::Person(sam)),
            role,
            within: within.to_vec(),
            period: Period {
                from: op.now,
                until: days.map(|days| op.now.plus(DAY * days)),
            },
            reason: "Stands in.".into(),
            source: GrantSource::Direct,
        };
        match access::give(&mut op, new).await {
            Ok(_) => {
                op.commit().await.unwrap();
                Ok(())
            }
            Err(AccessError::CannotGive(why)) => Err(why),
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_lead_gives_what_the_role_lets_give_within_the_own_places_and_for_so_long() {
    let lead = Lead::new().await;
    let (agent, dach) = (lead.agent, lead.dach);
    assert_eq!(lead.gives(agent, &[dach], Some(30)).await, Ok(()));
    assert_eq!(lead.gives(agent, &[lead.berlin], Some(1)).await, Ok(()));
    assert_eq!(lead.gives(agent, &[dach, lead.support], Some(1)).await, Ok(()));
    for too_long in [Some(31), None] {
        let refused = lead.gives(agent, &[dach], too_long).await;
        assert!(
            matches!(refused, Err(CannotGive::TooLong { days: 30, .. })),
            "{refused:?}"
        );
    }
    let outside = [vec![], vec![lead.emea], vec![dach, lead.emea], vec![lead.support]];
    for places in outside {
        let refused = lead.gives(agent, &places, Some(1)).await;
        let told = matches!(&refused, Err(CannotGive::Outside { within, .. }) if within == "region:dach");
        assert!(told, "{refused:?}");
    }
    let refused = lead.gives(lead.analyst, &[dach], Some(1)).await;
    assert!(matches!(refused, Err(CannotGive::NoRight { .. })), "{refused:?}");
}

#[tokio::test]
async fn to_be_let_give_a_role_is_not_to_give_more_than_one_holds() {
    let lead = Lead::new().await;
    let stage = &lead.stage;
    let about = RoleAbout {
        giving: [(lead.analyst, None)].into(),
        ..RoleAbout::titled("Gives what it has not")
    };
    let giver = role(stage, "giver", about).await;
    stage.give_simply(lead.person, giver).await;
    let refused = lead.gives(lead.analyst, &[lead.dach], Some(1)).await;
    let told =
        matches!(&refused, Err(CannotGive::Exceeds { permission, .. }) if permission == "feedback:export");
    assert!(told, "{refused:?}");
    let holder = Holder::Subject(Subject::Person(lead.person));
    let period = Period::from(stage.now());
    stage.give(holder, lead.analyst, &[lead.dach], period).await;
    assert_eq!(lead.gives(lead.analyst, &[lead.dach], Some(1)).await, Ok(()));
    let refused = lead.gives(lead.analyst, &[], None).await;
    assert!(
        matches!(refused, Err(CannotGive::Exceeds { .. })),
        "held in one place only"
    );
}

#[tokio::test]
async fn the_right_to_manage_access_gives_what_one_holds_and_all_rights_give_all() {
    let lead = Lead::new().await;
    let stage = &lead.stage;
    let manager = RoleAbout {
        rights: [Right::AccessManage].into(),
        permissions: Permitted::of(stage.application, ["feedback:export"]),
        ..RoleAbout::titled("Manager of access")
    };
    let manager = role(stage, "access_manager", manager).await;
    stage.give_simply(lead.person, manager).await;
    assert_eq!(lead.gives(lead.analyst, &[], None).await, Ok(()));
    let refused = lead.gives(lead.agent, &[], None).await;
    assert!(matches!(refused, Err(CannotGive::Exceeds { .. })), "{refused:?}");
    let all = RoleAbout {
        rights: Right::ALL.iter().copied().collect(),
        ..RoleAbout::titled("Administrator")
    };
    let all = role(stage, "administrator", all).await;
    stage.give_simply(lead.person, all).await;
    assert_eq!(lead.gives(lead.agent, &[], None).await, Ok(()));
}

#[tokio::test]
async fn nobody_ends_what_they_could_not_give() {
    let lead = Lead::new().await;
    let stage = &lead.stage;
    let sam = stage.person("sam").await;
    let holder = Holder::Subject(Subject::Person(sam));
    let period = Period::from(stage.now());
    let near = stage.give(holder, lead.agent, &[lead.dach], period).await;
    let far = stage.give(holder, lead.agent, &[lead.emea], period).await;
    let mut op = acting(stage, lead.person);
    let refused = access::end_grant(&mut op, stage.organisation, far, "over").await;
    assert!(matches!(
        refused,
        Err(AccessError::CannotGive(CannotGive::Outside { .. }))
    ));
    drop(op);
    let mut op = acting(stage, lead.person);
    access::end_grant(&mut op, stage.organisation, near, "over")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(stage.bare.events("grant.ended").await.len(), 1);
}

#[tokio::test]
async fn who_is_in_a_group_is_said_by_its_owners_who_hold_what_it_gives() {
    let lead = Lead::new().await;
    let stage = &lead.stage;
    let team = stage.group(GroupKind::Team, "care", None).await;
    let below = stage.group(GroupKind::Team, "care-dach", Some(team)).await;
    let sam = Subject::Person(stage.person("sam").await);
    let period = Period::from(stage.now());
    let add = async |group| {
        let mut op = acting(stage, lead.person);
        let added = access::add_member(&mut op, stage.organisation, group, sam, period).await;
        if added.is_ok() {
            op.commit().await.unwrap();
        }
        added
    };
    assert!(matches!(add(below).await, Err(AccessError::NotOwner)));
    let about = GroupAbout {
        owners: [lead.person].into(),
        ..GroupAbout::titled("Care")
    };
    let mut op = stage.bare.op();
    access::change_group(&mut op, stage.organisation, team, about)
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert!(add(below).await.is_ok(), "who owns a group owns those below it");
    // What a group above gives reaches those below.
    stage.give(Holder::Group(team), lead.analyst, &[], period).await;
    let refused = add(below).await;
    assert!(
        matches!(refused, Err(AccessError::CannotGive(CannotGive::Exceeds { .. }))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn nobody_makes_or_changes_a_role_beyond_what_they_hold() {
    let lead = Lead::new().await;
    let stage = &lead.stage;
    let mut op = acting(stage, lead.person);
    let of = |names: &[&str]| RoleAbout {
        permissions: Permitted::of(stage.application, names.iter().copied()),
        ..RoleAbout::titled("New")
    };
    let new = |about| NewRole {
        organisation_id: stage.organisation,
        name: "fresh".into(),
        about,
    };
    let exceeding = [
        of(&["feedback:export"]),
        // Held within DACH only.
        of(&["feedback:read"]),
        RoleAbout {
            includes: [lead.analyst].into(),
            ..of(&[])
        },
        RoleAbout {
            rights: [Right::PeopleRead].into(),
            ..of(&[])
        },
    ];
    for about in exceeding {
        let refused = access::create_role(&mut op, new(about.clone())).await;
        assert!(matches!(refused, Err(AccessError::CannotGive(_))), "{about:?}");
    }
    access::create_role(&mut op, new(of(&[]))).await.unwrap();
    let refused = access::change_role(&mut op, stage.organisation, lead.analyst, of(&[])).await;
    assert!(
        matches!(refused, Err(AccessError::CannotGive(_))),
        "nor takes away what others hold"
    );
}
