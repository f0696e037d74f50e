//! Whom rules mean that ask people to set up a factor.

use super::ask::Known;
use super::book::{Bearing, Book};
use super::definition::RuleSet;
use super::store;
use crate::domain::{OrganisationId, RuleId};
use crate::op::{Op, OpError};
use crate::person::Person;

/// Asks of people one after another whether rules of a list mean them.
#[derive(Debug)]
pub struct Census<'a> {
    book: Book,
    rules: &'a [RuleId],
}

/// Somebody of whom was asked.
#[derive(Debug, Clone)]
pub struct Counted {
    pub person: Person,
    /// Labels of their groups, those above their own included.
    pub groups: Vec<String>,
    /// What each of the rules means for them, in the order in which they were named; none: nothing.
    pub bearings: Vec<Option<Bearing>>,
}

impl<'a> Census<'a> {
    /// Of these rules, whether they are on or not.
    pub fn new(set: &RuleSet, rules: &'a [RuleId]) -> Result<Self, OpError> {
        let book = Book::new(&set.rules).map_err(|_| OpError::Broken("a stored rule cannot be used"))?;
        Ok(Self { book, rules })
    }

    /// What the rules mean for a person now, in whatever circumstances, or would mean if they were on; none of somebody who is not there
    /// any more.
    pub async fn ask(&self, op: &mut Op, person: Person) -> Result<Option<Counted>, OpError> {
        let Some(known) = Known::with(op, person).await? else {
            return Ok(None);
        };
        let facts = known.at(op.now);
        let bearings = self.rules.iter().map(|rule| self.book.bearing(*rule, &facts));
        Ok(Some(Counted {
            bearings: bearings.collect(),
            groups: known.groups().map(str::to_owned).collect(),
            person: known.person,
        }))
    }
}

/// The organisations that have or had rules.
pub async fn organisations(op: &mut Op) -> Result<Vec<OrganisationId>, OpError> {
    Ok(store::organisations(op.reading().await?).await?)
}
