//! What a change would come to, before it is made.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{AccessError, application};
use crate::decision;
use crate::domain::{OrganisationId, PersonId, Timestamp};
use crate::op::{Op, OpError};
use crate::person;

/// Most people who are named; all are counted.
const NAMED: usize = 20;

/// Who holds a permission otherwise after a change than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The name of the application; that of this house for rights over it.
    pub application: String,
    pub permission: String,
    pub gain: People,
    pub lose: People,
    /// They hold it before and after, in other places.
    pub elsewhere: People,
}

/// So many people, and the usernames of the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct People {
    pub count: usize,
    pub some: Vec<String>,
}

/// Does something, and answers what it comes to in people and permissions at a moment. Whoever only wants to know drops the act afterwards.
///
/// Service accounts are not counted.
pub async fn preview<T>(
    op: &mut Op,
    (organisation, at): (OrganisationId, Timestamp),
    act: impl AsyncFnOnce(&mut Op) -> Result<T, AccessError>,
) -> Result<Vec<Effect>, AccessError> {
    let before = decision::standing(op, organisation, at).await?;
    act(op).await?;
    let after = decision::standing(op, organisation, at).await?;
    let mut effects = Vec::new();
    for one in decision::differences(&before, &after) {
        let found = application(op, one.application).await?;
        effects.push(Effect {
            application: found.map_or_else(String::new, |found| found.name.clone()),
            permission: one.permission,
            gain: people(op, &one.gained).await?,
            lose: people(op, &one.lost).await?,
            elsewhere: people(op, &one.elsewhere).await?,
        });
    }
    Ok(effects)
}

async fn people(op: &mut Op, ids: &BTreeSet<PersonId>) -> Result<People, OpError> {
    let mut some = Vec::new();
    for id in ids.iter().take(NAMED) {
        let found = person::find(op, *id).await?;
        some.extend(found.map(|found| found.username.to_string()));
    }
    Ok(People {
        count: ids.len(),
        some,
    })
}
