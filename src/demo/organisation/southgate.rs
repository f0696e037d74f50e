//! Southgate: another customer of the same platform, so that isolation can be tried. It has no groups of its own.

use super::SampleError;
use super::chart::Chart;
use super::people::{self, Plan, Prepared};
use super::{past, platform};
use crate::demo::SamplePerson;
use crate::domain::ApplicationId;
use crate::op::Op;

pub(super) const PEOPLE: &[Plan] = &[
    Plan {
        username: "nora.lindqvist@southgate.example",
        given_name: "Nora",
        family_name: "Lindqvist",
        locale: "en-GB",
        role: Some("support_agent"),
        within: None,
        second_factor: false,
        job_title: "Support agent",
        department: "support",
        region: "emea",
        team: None,
        project: None,
        product_line: None,
        purpose: "sees Southgate's feedback, nothing of Northbeam",
    },
    Plan {
        username: "diego.santos@southgate.example",
        given_name: "Diego",
        family_name: "Santos",
        locale: "en-US",
        role: Some("administrator"),
        within: None,
        second_factor: true,
        job_title: "Platform administrator",
        department: "it",
        region: "americas",
        team: None,
        project: None,
        product_line: None,
        purpose: "signs in with a second factor, administrates Southgate, nothing of Northbeam",
    },
];

/// Makes the organisation, its own roles for the shared platform, and its people.
pub(super) async fn create(
    op: &mut Op,
    application: ApplicationId,
    prepared: Vec<Prepared>,
) -> Result<Vec<SamplePerson>, SampleError> {
    let organisation = platform::create_organisation(op, "southgate", "Southgate").await?;
    let wanted: Vec<&str> = PEOPLE.iter().filter_map(|plan| plan.role).collect();
    let roles = platform::create_roles(op, organisation, application, &wanted).await?;
    let mut made = Vec::new();
    for one in prepared {
        let named = (organisation, "Southgate");
        made.push(people::create(op, named, &Chart::default(), &roles, one).await?);
    }
    past::create(op, organisation, &made).await?;
    Ok(made.into_iter().map(|(_, person)| person).collect())
}
