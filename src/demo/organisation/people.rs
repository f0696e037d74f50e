//! The people of the sample, one for each thing to try.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::try_join_all;

use super::SampleError;
use super::chart::Chart;
use crate::access::{self, Holder, NewGrant, Period};
use crate::demo::SamplePerson;
use crate::domain::{
    Actor, GrantSource, GroupKind, OrganisationId, PersonId, RoleId, Secret, Subject, Username,
};
use crate::factor::{password, totp};
use crate::op::{House, Op};
use crate::person::{self, Attributes, NewPerson};

/// A project that people from outside work for, and the role that it gives.
const PROJECT: &str = "spring-launch";
const OF_PROJECT: &str = "analyst";

/// A person as the sample tells of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) username: &'static str,
    pub(super) given_name: &'static str,
    pub(super) family_name: &'static str,
    pub(super) locale: &'static str,
    /// None: what they hold, they hold by their project.
    pub(super) role: Option<&'static str>,
    /// The region within which the role holds; without one it holds everywhere.
    pub(super) within: Option<&'static str>,
    pub(super) second_factor: bool,
    pub(super) job_title: &'static str,
    pub(super) department: &'static str,
    pub(super) region: &'static str,
    pub(super) team: Option<&'static str>,
    /// By which they hold what the project gives.
    pub(super) project: Option<&'static str>,
    pub(super) product_line: Option<&'static str>,
    pub(super) purpose: &'static str,
}

/// What most people of Northbeam have.
const SOMEBODY: Plan = Plan {
    username: "",
    given_name: "",
    family_name: "",
    locale: "en-US",
    role: None,
    within: None,
    second_factor: false,
    job_title: "",
    department: "",
    region: "",
    team: None,
    project: None,
    product_line: None,
    purpose: "",
};

pub(super) const NORTHBEAM: &[Plan] = &[
    Plan {
        username: "maria.keller@northbeam.example",
        given_name: "Maria",
        family_name: "Keller",
        locale: "de-DE",
        role: Some("regional_manager"),
        within: Some("emea"),
        second_factor: true,
        job_title: "Regional manager EMEA",
        department: "support",
        region: "emea",
        purpose: "signs in with a second factor, sees the feedback of EMEA with Türkiye and DACH, not of the Americas",
        ..SOMEBODY
    },
    Plan {
        username: "elif.yilmaz@northbeam.example",
        given_name: "Elif",
        family_name: "Yılmaz",
        locale: "tr-TR",
        role: Some("support_agent"),
        within: Some("turkiye"),
        job_title: "Support agent",
        department: "support",
        region: "turkiye",
        team: Some("care-turkiye"),
        purpose: "answers feedback of Türkiye only",
        ..SOMEBODY
    },
    Plan {
        username: "jonas.weber@northbeam.example",
        given_name: "Jonas",
        family_name: "Weber",
        locale: "de-AT",
        role: Some("support_agent"),
        within: Some("dach"),
        job_title: "Support agent",
        department: "support",
        region: "dach",
        team: Some("care-dach"),
        purpose: "answers feedback of DACH only",
        ..SOMEBODY
    },
    Plan {
        username: "lena.vogt@northbeam.example",
        given_name: "Lena",
        family_name: "Vogt",
        locale: "de-DE",
        role: Some("team_lead"),
        within: Some("dach"),
        job_title: "Team lead DACH",
        department: "support",
        region: "dach",
        team: Some("care-dach"),
        purpose: "answers feedback of DACH, and may let others stand in there for 30 days",
        ..SOMEBODY
    },
    Plan {
        username: "camila.torres@northbeam.example",
        given_name: "Camila",
        family_name: "Torres",
        role: Some("support_agent"),
        within: Some("americas"),
        job_title: "Support agent",
        department: "support",
        region: "americas",
        team: Some("care-americas"),
        purpose: "answers feedback of the Americas only",
        ..SOMEBODY
    },
    Plan {
        username: "deniz.aydin@northbeam.example",
        given_name: "Deniz",
        family_name: "Aydın",
        locale: "tr-TR",
        role: Some("analyst"),
        job_title: "Insights analyst",
        department: "insights",
        region: "turkiye",
        purpose: "reads all feedback, exports it, sees reports, no settings",
        ..SOMEBODY
    },
    Plan {
        username: "lukas.brandt@northbeam.example",
        given_name: "Lukas",
        family_name: "Brandt",
        locale: "de-DE",
        role: Some("product_manager"),
        job_title: "Product manager Cards",
        department: "product",
        region: "dach",
        team: Some("cards"),
        product_line: Some("cards"),
        purpose: "sees the feedback on cards of all regions, by an attribute policy",
        ..SOMEBODY
    },
    Plan {
        username: "kim.arslan@agency.example",
        given_name: "Kim",
        family_name: "Arslan",
        role: None,
        job_title: "Contractor",
        department: "product",
        region: "emea",
        project: Some(PROJECT),
        purpose: "a contractor: reads all feedback for as long as the project Spring launch lasts",
        ..SOMEBODY
    },
    Plan {
        username: "sofia.ramirez@northbeam.example",
        given_name: "Sofía",
        family_name: "Ramírez",
        role: Some("administrator"),
        second_factor: true,
        job_title: "Platform administrator",
        department: "it",
        region: "americas",
        purpose: "signs in with a second factor, manages settings, sees no feedback",
        ..SOMEBODY
    },
    Plan {
        username: "emre.kaya@northbeam.example",
        given_name: "Emre",
        family_name: "Kaya",
        locale: "tr-TR",
        role: Some("auditor"),
        second_factor: true,
        job_title: "Internal auditor",
        department: "it",
        region: "turkiye",
        purpose: "signs in with a second factor, reads everything, changes nothing",
        ..SOMEBODY
    },
];

/// A person with the secrets of this data folder; the password is hashed already.
pub(super) struct Prepared {
    plan: Plan,
    password: Secret,
    hashed: password::Hashed,
}

/// Makes passwords by chance and hashes them, all at once: this is most of the work of a first start.
pub(super) async fn prepare(house: &Arc<House>, plans: &[Plan]) -> Result<Vec<Prepared>, SampleError> {
    try_join_all(plans.iter().map(async |plan| {
        let mut op = Op::inside(house, Actor::System);
        let password = make_password(&op);
        let hashed = password::hash(&mut op, &password).await?;
        Ok(Prepared {
            plan: *plan,
            password,
            hashed,
        })
    }))
    .await
}

/// 80 bits of chance in four groups of four, easy to type.
fn make_password(op: &Op) -> Secret {
    let chance = data_encoding::BASE32_NOPAD.encode(&op.house.chance.bytes::<10>());
    let mut text = String::with_capacity(19);
    for (place, letter) in chance.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    Secret::new(text)
}

/// Makes one person of an organisation, with password, second factor, groups and role.
pub(super) async fn create(
    op: &mut Op,
    (organisation, organisation_name): (OrganisationId, &str),
    chart: &Chart,
    roles: &BTreeMap<&'static str, RoleId>,
    prepared: Prepared,
) -> Result<(PersonId, SamplePerson), SampleError> {
    let plan = prepared.plan;
    let name = format!("{} {}", plan.given_name, plan.family_name);
    let id = person::create(op, new_person(organisation, &name, &plan)?).await?;
    let made = person::find(op, id)
        .await?
        .ok_or(SampleError::Sample("a person who was made is not there"))?;
    password::put(op, &made, &prepared.hashed).await?;
    let totp_secret = if plan.second_factor {
        let secret = totp::new_secret(op);
        totp::enrol_directly(op, id, &secret).await?;
        Some(secret.expose().to_owned())
    } else {
        None
    };
    join(op, organisation, chart, &plan, id).await?;
    if let Some(role) = plan.role {
        let within = plan
            .within
            .map(|region| chart.group(GroupKind::Region, region))
            .transpose()?;
        let grant = NewGrant {
            organisation_id: organisation,
            holder: Holder::Subject(Subject::Person(id)),
            role: role_of(roles, role)?,
            within: within.into_iter().collect(),
            period: Period::from(op.now),
            reason: format!("Works as {}.", plan.job_title),
            source: GrantSource::Direct,
        };
        access::give(op, grant).await?;
    }
    let person = SamplePerson {
        username: plan.username.to_owned(),
        name,
        password: prepared.password.expose().to_owned(),
        totp_secret,
        roles: vec![plan.role.unwrap_or(OF_PROJECT).to_owned()],
        organization: organisation_name.to_owned(),
        purpose: plan.purpose.to_owned(),
    };
    Ok((id, person))
}

fn role_of(roles: &BTreeMap<&'static str, RoleId>, name: &str) -> Result<RoleId, SampleError> {
    let found = roles.get(name).copied();
    found.ok_or(SampleError::Sample("somebody has a role that there is not"))
}

/// Gives the project what all who work for it hold.
pub(super) async fn give_to_project(
    op: &mut Op,
    organisation_id: OrganisationId,
    chart: &Chart,
    roles: &BTreeMap<&'static str, RoleId>,
) -> Result<(), SampleError> {
    let grant = NewGrant {
        organisation_id,
        holder: Holder::Group(chart.group(GroupKind::Project, PROJECT)?),
        role: role_of(roles, OF_PROJECT)?,
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "Listens to customers before the launch.".to_owned(),
        source: GrantSource::Direct,
    };
    access::give(op, grant).await?;
    Ok(())
}

fn new_person(organisation_id: OrganisationId, name: &str, plan: &Plan) -> Result<NewPerson, SampleError> {
    let attributes: Attributes = [
        ("department", Some(plan.department)),
        ("region", Some(plan.region)),
        ("job_title", Some(plan.job_title)),
        ("product_line", plan.product_line),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), serde_json::Value::from(value?))))
    .collect();
    Ok(NewPerson {
        organisation_id,
        username: Username::parse(plan.username)?,
        name: name.to_owned(),
        given_name: Some(plan.given_name.to_owned()),
        family_name: Some(plan.family_name.to_owned()),
        email: Some(plan.username.to_owned()),
        email_verified: true,
        locale: Some(plan.locale.to_owned()),
        claims: person::PersonClaims::default(),
        attributes,
    })
}

/// Southgate has no groups: its people join none.
async fn join(
    op: &mut Op,
    organisation: OrganisationId,
    chart: &Chart,
    plan: &Plan,
    id: PersonId,
) -> Result<(), SampleError> {
    if chart.is_empty() {
        return Ok(());
    }
    let places = [
        Some((GroupKind::Department, plan.department)),
        Some((GroupKind::Region, plan.region)),
        plan.team.map(|team| (GroupKind::Team, team)),
        plan.project.map(|project| (GroupKind::Project, project)),
    ];
    for (kind, name) in places.into_iter().flatten() {
        let group = chart.group(kind, name)?;
        let period = Period::from(op.now);
        access::add_member(op, organisation, group, Subject::Person(id), period).await?;
    }
    Ok(())
}
