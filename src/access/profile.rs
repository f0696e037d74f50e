//! What a subject is and may do, for tokens.

use std::sync::Arc;

use super::copies::Known;
use super::model::Profile;
use super::powers::powers;
use crate::decision::{self, Holdings};
use crate::domain::{ApplicationId, DELEGATED, OWN_APPLICATION, PersonId, Right, Scope, Scopes, Subject};
use crate::op::{Op, OpError};

/// Roles, groups and permissions of a subject at this moment; from a bounded cache that changes invalidate, and that never
/// outlives the next begin or end of a grant or membership. An unknown or inactive subject has none. The permissions are
/// those that the roles of the subject's own organisation give, also where the application belongs to another.
pub async fn profile(
    op: &mut Op,
    subject: Subject,
    application: Option<ApplicationId>,
) -> Result<Arc<Profile>, OpError> {
    let Some(holdings) = decision::holdings(op, subject)
        .await?
        .filter(|holdings| holdings.is_active())
    else {
        return Ok(Arc::default());
    };
    let known = op.house.part::<Known>();
    let key = (subject, application);
    if let Some(kept) = known.profile(key, &holdings) {
        return Ok(kept);
    }
    let mut profile = read(&holdings, application);
    if application == Some(OWN_APPLICATION) && powers(op, subject).await?.delegated() {
        profile.permissions = profile.permissions.union(&of_names(std::iter::once(DELEGATED)));
    }
    let profile = Arc::new(profile);
    if !op.is_writing() {
        known.keep_profile(key, holdings, Arc::clone(&profile));
    }
    Ok(profile)
}

/// Roles and groups of a subject at this moment for whoever looks after accounts: one that is switched off keeps them, though they give it
/// nothing. An unknown subject has none.
pub async fn kept(op: &mut Op, subject: Subject) -> Result<Profile, OpError> {
    let holdings = decision::holdings(op, subject).await?;
    Ok(holdings.map_or_else(Profile::default, |holdings| read(&holdings, None)))
}

/// Whether a role that the person holds demands a second factor at sign-in.
pub async fn second_factor_required(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    let holdings = decision::holdings(op, Subject::Person(person)).await?;
    Ok(holdings.is_some_and(|holdings| holdings.second_factor()))
}

fn read(holdings: &Holdings, application: Option<ApplicationId>) -> Profile {
    Profile {
        roles: holdings.roles().into_iter().map(str::to_owned).collect(),
        groups: holdings.groups().map(str::to_owned).collect(),
        permissions: match application {
            Some(application) if application == OWN_APPLICATION => of_rights(holdings),
            Some(application) => of_names(holdings.permissions(application)),
            None => Scopes::default(),
        },
        epoch: holdings.epoch(),
        edge: holdings.edge(),
    }
}

fn of_names<'a>(names: impl Iterator<Item = &'a str>) -> Scopes {
    names.filter_map(|name| Scope::parse(name).ok()).collect()
}

/// What somebody may do with this house itself, as permissions.
fn of_rights(holdings: &Holdings) -> Scopes {
    let has = Right::ALL.iter().filter(|right| holdings.has_right(**right));
    of_names(has.map(|right| right.as_str()))
}
