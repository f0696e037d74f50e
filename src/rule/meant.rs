//! Whom a rule means that asks people to set up a factor.

use super::ask::Known;
use super::book::{Bearing, Book};
use super::definition::RuleSet;
use super::store;
use crate::domain::{OrganisationId, RuleId};
use crate::op::{Op, OpError};
use crate::person::Person;

/// Somebody whom such a rule means.
#[derive(Debug, Clone)]
pub struct Meant {
    pub person: Person,
    /// Labels of their groups, those above their own included.
    pub groups: Vec<String>,
    pub bearing: Bearing,
}

/// Those of these people whom an `enrol` rule means now, in whatever circumstances, or would mean if it were on; nobody if there is
/// no such rule.
pub async fn meant(
    op: &mut Op,
    set: &RuleSet,
    rule: RuleId,
    people: Vec<Person>,
) -> Result<Vec<Meant>, OpError> {
    let book = Book::new(&set.rules).map_err(|_| OpError::Broken("a stored rule cannot be used"))?;
    let mut all = Vec::new();
    for person in people {
        let Some(known) = Known::with(op, person).await? else {
            continue;
        };
        if let Some(bearing) = book.bearing(rule, &known.at(op.now)) {
            all.push(Meant {
                groups: known.groups().map(str::to_owned).collect(),
                bearing,
                person: known.person,
            });
        }
    }
    Ok(all)
}

/// The organisations that have or had rules.
pub async fn organisations(op: &mut Op) -> Result<Vec<OrganisationId>, OpError> {
    Ok(store::organisations(op.reading().await?).await?)
}
