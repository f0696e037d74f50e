//! Whom rules mean that ask people to set up a factor.

use super::ask::Known;
use super::book::{Bearing, Book};
use super::definition::RuleSet;
use super::store;
use crate::decision::Everybody;
use crate::domain::{OrganisationId, RuleId, Timestamp};
use crate::op::{Op, OpError};
use crate::person::Person;

/// Asks of people one after another whether rules of a list mean them.
#[derive(Debug)]
pub struct Census<'a> {
    book: Book,
    everybody: Option<Everybody>,
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
    pub async fn of(op: &mut Op, set: &RuleSet, rules: &'a [RuleId]) -> Result<Self, OpError> {
        let book = Book::new(&set.rules).map_err(|_| OpError::Broken("a stored rule cannot be used"))?;
        let everybody = Everybody::of(op, set.organisation_id).await?;
        Ok(Self {
            book,
            everybody,
            rules,
        })
    }

    /// What the rules mean for a person of the organisation now, in whatever circumstances, or would mean if they were on; none where the
    /// organisation is gone.
    #[must_use]
    pub fn ask(&self, person: Person, now: Timestamp) -> Option<Counted> {
        let known = Known::among(self.everybody.as_ref()?, person);
        let facts = known.at(now);
        let bearings = self.rules.iter().map(|rule| self.book.bearing(*rule, &facts));
        Some(Counted {
            bearings: bearings.collect(),
            groups: known.groups().map(str::to_owned).collect(),
            person: known.person,
        })
    }
}

/// The organisations that have or had rules.
pub async fn organisations(op: &mut Op) -> Result<Vec<OrganisationId>, OpError> {
    Ok(store::organisations(op.reading().await?).await?)
}
