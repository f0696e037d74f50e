//! Northbeam's CX platform: what it lets people do, the roles for that, and one attribute policy.

use std::collections::BTreeMap;

use super::SampleError;
use crate::access::{self, NewApplication, NewPermission, NewRole, Permitted, RoleAbout};
use crate::domain::{ApplicationId, OrganisationId, Right, RoleId, Scope, Sensitivity, TokenFormat};
use crate::op::Op;
use crate::person::{self, NewOrganisation};

/// The `aud` of access tokens for the platform's data.
const AUDIENCE: &str = "https://cx.northbeam.example";

/// Name, title, purpose, sensitivity.
const PERMISSIONS: &[(&str, &str, &str, Sensitivity)] = &[
    (
        "feedback:read",
        "Read feedback",
        "See what customers say, to answer them or to learn from it.",
        Sensitivity::Normal,
    ),
    (
        "feedback:edit",
        "Work on feedback",
        "Mark feedback as answered and correct how it is filed.",
        Sensitivity::Normal,
    ),
    (
        "feedback:export",
        "Export feedback",
        "Take feedback out of the platform as a file, for analysis elsewhere.",
        Sensitivity::Sensitive,
    ),
    (
        "tickets:read",
        "Read tickets",
        "See the support cases of customers.",
        Sensitivity::Normal,
    ),
    (
        "tickets:edit",
        "Work on tickets",
        "Answer, move and close support cases.",
        Sensitivity::Normal,
    ),
    (
        "profiles:read",
        "Read customer profiles",
        "See who a customer is and how to reach them.",
        Sensitivity::Sensitive,
    ),
    (
        "reports:read",
        "Read reports",
        "See figures over all feedback, without single customers.",
        Sensitivity::Normal,
    ),
    (
        "settings:manage",
        "Manage settings",
        "Change how the platform works for everybody.",
        Sensitivity::Critical,
    ),
];

/// Name, title, purpose, whether a second factor is asked, permissions.
type RoleRow = (
    &'static str,
    &'static str,
    &'static str,
    bool,
    &'static [&'static str],
);

const ROLES: &[RoleRow] = &[
    (
        "support_agent",
        "Support agent",
        "Answers customers of one region.",
        false,
        &[
            "feedback:read",
            "feedback:edit",
            "tickets:read",
            "tickets:edit",
            "profiles:read",
        ],
    ),
    (
        "analyst",
        "Analyst",
        "Finds out what customers have in common.",
        false,
        &["feedback:read", "feedback:export", "reports:read"],
    ),
    (
        "regional_manager",
        "Regional manager",
        "Is responsible for the customers of a region and of all below it.",
        true,
        &[
            "feedback:read",
            "feedback:edit",
            "feedback:export",
            "tickets:read",
            "profiles:read",
            "reports:read",
        ],
    ),
    (
        "product_manager",
        "Product manager",
        "Makes one product line better by what its customers say.",
        false,
        &["feedback:read", "feedback:export", "reports:read"],
    ),
    (
        "administrator",
        "Administrator",
        "Sets the platform up; sees no customer.",
        true,
        &["reports:read", "settings:manage"],
    ),
    (
        "auditor",
        "Auditor",
        "Checks that rules are kept; changes nothing.",
        true,
        &["feedback:read", "tickets:read", "reports:read"],
    ),
    (
        "team_lead",
        "Team lead",
        "Leads a team of support agents, and lets others stand in.",
        false,
        &[],
    ),
    (
        "integration",
        "Integration",
        "Lets a program fetch feedback.",
        false,
        &["feedback:read"],
    ),
];

/// For how long a team lead lets somebody stand in.
const STANDS_IN_DAYS: i64 = 30;

/// What a role lets somebody do with Doorward itself.
fn rights(role: &str) -> Vec<Right> {
    match role {
        access::ADMINISTRATOR => Right::ALL.to_vec(),
        "auditor" => vec![
            Right::RulesRead,
            Right::PeopleRead,
            Right::ClientsRead,
            Right::AccessRead,
        ],
        _ => Vec::new(),
    }
}

/// The application with its roles, found by name.
#[derive(Debug)]
pub(super) struct Platform {
    pub(super) application: ApplicationId,
    pub(super) roles: BTreeMap<&'static str, RoleId>,
}

pub(super) async fn create_organisation(
    op: &mut Op,
    slug: &str,
    name: &str,
) -> Result<OrganisationId, SampleError> {
    let new = NewOrganisation {
        slug: slug.to_owned(),
        name: name.to_owned(),
    };
    let organisation = person::create_organisation(op, new).await?;
    super::policy::declare(op, organisation).await?;
    Ok(organisation)
}

/// Makes the application, its roles and its policy.
pub(super) async fn create(op: &mut Op, organisation: OrganisationId) -> Result<Platform, SampleError> {
    let permissions = PERMISSIONS
        .iter()
        .map(|(name, title, purpose, sensitivity)| {
            Ok(NewPermission {
                name: Scope::parse(name)?,
                title: (*title).to_owned(),
                purpose: (*purpose).to_owned(),
                sensitivity: *sensitivity,
            })
        })
        .collect::<Result<Vec<_>, SampleError>>()?;
    let application = access::create_application(
        op,
        NewApplication {
            organisation_id: organisation,
            name: "Northbeam CX platform".to_owned(),
            audience: AUDIENCE.to_owned(),
            shared: true,
            token_format: TokenFormat::Jwt,
            permissions,
        },
    )
    .await?;
    let all: Vec<&str> = ROLES.iter().map(|row| row.0).collect();
    let roles = create_roles(op, organisation, application, &all).await?;
    super::policy::create(op, organisation, application).await?;
    access::register_detail_type(op, super::detail::feedback_export(application)).await?;
    Ok(Platform { application, roles })
}

/// Makes some of the roles for an organisation.
pub(super) async fn create_roles(
    op: &mut Op,
    organisation: OrganisationId,
    application: ApplicationId,
    wanted: &[&str],
) -> Result<BTreeMap<&'static str, RoleId>, SampleError> {
    let mut roles = BTreeMap::new();
    for (name, title, purpose, second_factor, permissions) in ROLES {
        if !wanted.contains(name) {
            continue;
        }
        let new = NewRole {
            organisation_id: organisation,
            name: (*name).to_owned(),
            about: RoleAbout {
                purpose: (*purpose).to_owned(),
                second_factor: *second_factor,
                permissions: Permitted::of(application, permissions.iter().copied()),
                rights: rights(name).into_iter().collect(),
                ..RoleAbout::titled(*title)
            },
        };
        roles.insert(*name, access::create_role(op, new).await?);
    }
    if let (Some(lead), Some(agent)) = (roles.get("team_lead"), roles.get("support_agent")) {
        let found = access::role(op, organisation, *lead).await?;
        let found = found.ok_or(SampleError::Sample("a role that was made is not there"))?;
        let about = RoleAbout {
            includes: [*agent].into(),
            giving: [(*agent, Some(STANDS_IN_DAYS))].into(),
            ..found.about
        };
        access::change_role(op, organisation, *lead, about).await?;
    }
    Ok(roles)
}
