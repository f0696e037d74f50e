//! Northbeam's departments, regions and teams.

use std::collections::BTreeMap;

use super::SampleError;
use crate::access::{self, NewGroup};
use crate::domain::{GroupId, GroupKind, OrganisationId};
use crate::op::Op;

/// Kind, name, title, and the name of the group above; parents come first.
const GROUPS: &[(GroupKind, &str, &str, Option<&str>)] = &[
    (GroupKind::Department, "support", "Support", None),
    (GroupKind::Department, "insights", "Insights", None),
    (GroupKind::Department, "product", "Product", None),
    (GroupKind::Department, "it", "IT", None),
    (GroupKind::Region, "emea", "EMEA", None),
    (GroupKind::Region, "turkiye", "Türkiye", Some("emea")),
    (GroupKind::Region, "dach", "DACH", Some("emea")),
    (GroupKind::Region, "americas", "Americas", None),
    (GroupKind::Team, "care", "Customer care", None),
    (
        GroupKind::Team,
        "care-turkiye",
        "Customer care Türkiye",
        Some("care"),
    ),
    (GroupKind::Team, "care-dach", "Customer care DACH", Some("care")),
    (
        GroupKind::Team,
        "care-americas",
        "Customer care Americas",
        Some("care"),
    ),
    (GroupKind::Team, "cards", "Cards", None),
    (GroupKind::Project, "spring-launch", "Spring launch", None),
];

/// The groups, found by kind and name.
#[derive(Debug, Default)]
pub(super) struct Chart(BTreeMap<(GroupKind, &'static str), GroupId>);

impl Chart {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn group(&self, kind: GroupKind, name: &'static str) -> Result<GroupId, SampleError> {
        self.0
            .get(&(kind, name))
            .copied()
            .ok_or(SampleError::Sample("a person is in a group that there is not"))
    }
}

/// Makes the groups.
pub(super) async fn create(op: &mut Op, organisation: OrganisationId) -> Result<Chart, SampleError> {
    let mut chart = Chart::default();
    for (kind, name, title, above) in GROUPS {
        let parent = above.map(|above| chart.group(*kind, above)).transpose()?;
        let new = NewGroup {
            organisation_id: organisation,
            kind: *kind,
            name: (*name).to_owned(),
            about: access::GroupAbout {
                parent,
                ..access::GroupAbout::titled(*title)
            },
        };
        let id = access::create_group(op, new).await?;
        chart.0.insert((*kind, name), id);
    }
    Ok(chart)
}
