//! What the roles of a subject say: a pure function of what it holds and where the resource is.

use serde_json::{Map, Value as Json};

use super::holdings::Holdings;
use super::rulebook::{Group, Rulebook};
use crate::domain::{AccessGrantId, ApplicationId, GroupId, GroupKind};

/// What the roles say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ByRole<'a> {
    /// These roles give the permission where the resource is, in alphabetical order, each once; by these grants.
    Granted(Vec<&'a str>, Vec<AccessGrantId>),
    /// These roles give it, but not where the resource is.
    Elsewhere(Vec<&'a str>),
    Nothing,
}

/// The groups that the resource's attributes `department`, `region` and `team` name. A name that the organisation does not
/// have is no place.
pub(super) fn places<'a>(rulebook: &'a Rulebook, resource: &Map<String, Json>) -> Vec<&'a Group> {
    GroupKind::ALL
        .iter()
        .filter_map(|kind| {
            let name = resource.get(kind.as_str())?.as_str()?;
            rulebook.group_named(*kind, name).map(AsRef::as_ref)
        })
        .collect()
}

/// Asks the roles.
pub(super) fn by_role<'a>(
    holdings: &'a Holdings,
    application: ApplicationId,
    permission: &str,
    places: &[&Group],
) -> ByRole<'a> {
    let (mut here, mut elsewhere, mut grants) = (Vec::new(), Vec::new(), Vec::new());
    for held in holdings.with_permission(application, permission) {
        let roles = if covers(&held.within, places) {
            grants.push(held.grant);
            &mut here
        } else {
            &mut elsewhere
        };
        roles.push(held.role.name.as_str());
    }
    let roles = if here.is_empty() {
        &mut elsewhere
    } else {
        &mut here
    };
    roles.sort_unstable();
    roles.dedup();
    if !here.is_empty() {
        ByRole::Granted(here, grants)
    } else if !elsewhere.is_empty() {
        ByRole::Elsewhere(elsewhere)
    } else {
        ByRole::Nothing
    }
}

/// Whether a role holds where the resource is. Groups of one kind widen (EMEA or Americas), groups of different kinds narrow
/// (EMEA, and there Support only): whoever limits a grant twice gives less, never more.
pub(super) fn covers(within: &[(GroupKind, Vec<GroupId>)], places: &[&Group]) -> bool {
    within.iter().all(|(kind, allowed)| {
        places
            .iter()
            .filter(|place| place.kind == *kind)
            .any(|place| place.lineage.iter().any(|id| allowed.contains(id)))
    })
}
