//! What a change of roles, groups or grants comes to, in people and permissions.

use std::collections::{BTreeMap, BTreeSet};

use super::Everybody;
use crate::domain::{ApplicationId, OWN_APPLICATION, OrganisationId, PersonId, Timestamp};
use crate::op::{Op, OpError};

/// What everybody holds: by application and permission who holds it, and within which places each time.
///
/// Rights over this house stand as permissions of [`OWN_APPLICATION`].
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Standing(BTreeMap<(ApplicationId, String), BTreeMap<PersonId, BTreeSet<String>>>);

/// Who gains or loses a permission. Whoever holds it in other places than before is in neither, but in `elsewhere`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub application: ApplicationId,
    pub permission: String,
    pub gained: BTreeSet<PersonId>,
    pub lost: BTreeSet<PersonId>,
    pub elsewhere: BTreeSet<PersonId>,
}

/// What everybody of an organisation holds at a moment, read anew: with changes that are not committed yet.
pub async fn standing(op: &mut Op, organisation: OrganisationId, at: Timestamp) -> Result<Standing, OpError> {
    let mut standing = Standing::default();
    if let Some(everybody) = Everybody::anew(op, organisation, at).await? {
        for person in everybody.people() {
            for (application, permission, within) in everybody.held(person) {
                let of_permission = standing.0.entry((application, permission)).or_default();
                of_permission.entry(person).or_default().insert(within);
            }
        }
    }
    Ok(standing)
}

/// The permissions that are held otherwise after than before, in alphabetical order.
#[must_use]
pub fn differences(before: &Standing, after: &Standing) -> Vec<Difference> {
    let none = BTreeMap::new();
    let all: BTreeSet<_> = before.0.keys().chain(after.0.keys()).collect();
    all.into_iter()
        .filter_map(|key| {
            let (was, is) = (
                before.0.get(key).unwrap_or(&none),
                after.0.get(key).unwrap_or(&none),
            );
            if was == is {
                return None;
            }
            let left_of = |one: &BTreeMap<PersonId, _>, other: &BTreeMap<PersonId, _>| {
                let left = one.keys().filter(|person| !other.contains_key(person));
                left.copied().collect()
            };
            let elsewhere = is
                .iter()
                .filter(|(person, places)| was.get(person).is_some_and(|before| before != *places));
            Some(Difference {
                application: key.0,
                permission: key.1.clone(),
                gained: left_of(is, was),
                lost: left_of(was, is),
                elsewhere: elsewhere.map(|(person, _)| *person).collect(),
            })
        })
        .collect()
}

impl Everybody {
    /// What one of them holds: application, permission, and the places in words.
    fn held(&self, person: PersonId) -> Vec<(ApplicationId, String, String)> {
        let holdings = self.holdings(
            person,
            crate::domain::PersonStatus::Active,
            &serde_json::Map::new(),
        );
        let mut all = Vec::new();
        for (role, within) in holdings.held_within() {
            let gives = |(application, _): &(&ApplicationId, _)| !holdings.rulebook.retires(**application);
            for (application, permissions) in role.permissions.iter().filter(gives) {
                let named = permissions.iter().cloned();
                all.extend(named.map(|name| (*application, name, within.clone())));
            }
            // One that is held within places gives no right (see `has_right`).
            if within.is_empty() {
                let rights = role.rights.iter();
                all.extend(rights.map(|right| (OWN_APPLICATION, right.to_string(), String::new())));
            }
        }
        all
    }
}
