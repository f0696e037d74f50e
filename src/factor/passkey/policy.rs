//! Which products people may enrol: all, or those of a list, by organisation and by role. A list asks for the maker's word
//! (attestation), which is checked against the metadata that the operator gives.

use super::metadata::Metadata;
use super::store;
use crate::access;
use crate::domain::{Aaguid, EventKind, OrganisationId, PersonId, Subject};
use crate::factor::rules;
use crate::op::{EventDraft, Op, OpError};
use crate::person;
use crate::rule::LockedOut;

/// A list, of the whole organisation or of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub role: Option<String>,
    pub aaguids: Vec<Aaguid>,
}

/// Why a list is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListRefusal {
    #[error("the metadata of `passkeys.metadata_file` does not know {0}, or says that it has fallen")]
    Unknown(Aaguid),
    #[error("the organisation has no such role")]
    NoRole,
    #[error(transparent)]
    LockedOut(#[from] LockedOut),
    #[error("somebody else has changed the rules, a list or a passkey meanwhile: look at them and try again")]
    ChangedMeanwhile,
}

/// The products that the metadata knows: AAGUID, name, and whether a report says that it has fallen.
#[must_use]
pub fn products(op: &Op) -> Vec<(Aaguid, String, bool)> {
    let metadata = op.house.part::<Metadata>();
    let all = metadata.products().into_iter();
    all.map(|(aaguid, product)| (aaguid, product.name, product.fallen))
        .collect()
}

/// Sets the list of an organisation or of one of its roles; an empty one lets all products in again. One is refused that would keep the last
/// administrator, or everyone, from adding the passkey that a rule asks for.
pub async fn set(
    op: &mut Op,
    organisation: OrganisationId,
    role: Option<&str>,
    aaguids: &[Aaguid],
) -> Result<Result<(), ListRefusal>, OpError> {
    let metadata = op.house.part::<Metadata>();
    let unknown = |one: &&Aaguid| metadata.find(**one).is_none_or(|product| product.fallen);
    if let Some(unknown) = aaguids.iter().find(unknown) {
        return Ok(Err(ListRefusal::Unknown(*unknown)));
    }
    // A list that is there already can be taken away when its role is gone.
    if let Some(name) = role
        && !aaguids.is_empty()
        && access::role_named(op, organisation, name).await?.is_none()
    {
        return Ok(Err(ListRefusal::NoRole));
    }
    // Taking a list away only opens doors.
    if !aaguids.is_empty()
        && let Err(refusal) = rules::allow_list(op, organisation, role).await?
    {
        return Ok(Err(refusal));
    }
    let now = op.now;
    let whose = (organisation, role.unwrap_or_default());
    store::set_policy(op.writing().await?, whose, aaguids, now).await?;
    let ids: Vec<String> = aaguids.iter().map(Aaguid::to_string).collect();
    let draft = EventDraft::success(EventKind::PasskeyPolicyChanged)
        .organisation(organisation)
        .target("organisation", organisation)
        .detail("role", role)
        .detail("products", serde_json::json!(ids));
    op.record(draft);
    Ok(Ok(()))
}

/// The lists of an organisation.
pub async fn lists(op: &mut Op, organisation: OrganisationId) -> Result<Vec<List>, OpError> {
    let rows = store::policies(op.reading().await?, organisation).await?;
    let mut lists: Vec<List> = Vec::new();
    for (role, aaguid) in rows {
        let role = Some(role).filter(|role| !role.is_empty());
        match lists.last_mut().filter(|list| list.role == role) {
            Some(list) => list.aaguids.push(aaguid),
            None => lists.push(List {
                role,
                aaguids: vec![aaguid],
            }),
        }
    }
    Ok(lists)
}

/// The products that a person may enrol; none: all. Of several lists that apply, a product must be on each.
pub(super) async fn allowed(op: &mut Op, person: PersonId) -> Result<Option<Vec<Aaguid>>, OpError> {
    let Some(found) = person::find(op, person).await? else {
        return Ok(None);
    };
    let lists = lists(op, found.organisation_id).await?;
    if lists.is_empty() {
        return Ok(None);
    }
    let profile = access::profile(op, Subject::Person(person), None).await?;
    let applies = |list: &List| list.role.as_ref().is_none_or(|role| profile.roles.contains(role));
    Ok(within(lists.into_iter().filter(applies)))
}

/// What is on each of these lists; none if there is none.
fn within(lists: impl Iterator<Item = List>) -> Option<Vec<Aaguid>> {
    lists.map(|list| list.aaguids).reduce(|mut both, other| {
        both.retain(|one| other.contains(one));
        both
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_lists_what_is_on_each_counts() {
        let [one, two, three] = [1, 2, 3].map(|byte| Aaguid::from_bytes(&[byte; 16]).unwrap());
        let list = |aaguids: &[Aaguid]| List {
            role: None,
            aaguids: aaguids.to_vec(),
        };
        assert_eq!(within([].into_iter()), None);
        assert_eq!(within([list(&[one, two])].into_iter()), Some(vec![one, two]));
        let both = [list(&[one, two]), list(&[two, three])];
        assert_eq!(within(both.into_iter()), Some(vec![two]));
        let nothing = [list(&[one]), list(&[three])];
        assert_eq!(within(nothing.into_iter()), Some(Vec::new()));
    }
}
