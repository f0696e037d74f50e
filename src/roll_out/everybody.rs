//! Who of an organisation has a second factor at all, whatever is asked of them: by department and region, and who is left.

use std::collections::BTreeMap;

use serde::Serialize;

use super::coverage::percent;
use crate::decision;
use crate::domain::{OrganisationId, PersonId, PersonStatus, Subject, Username};
use crate::factor::second;
use crate::op::{Op, OpError};
use crate::person::{self, Person};
use crate::rule::Factors;

/// How many of how many have what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Having {
    pub people: u32,
    #[serde(rename = "second_factor")]
    pub second: u32,
    pub passkey: u32,
}

impl Having {
    fn add(&mut self, factors: Factors) {
        self.people += 1;
        self.second += u32::from(factors.second);
        self.passkey += u32::from(factors.passkey);
    }

    /// Whole percents of those with a second factor: the nearest, but 100 only of all and 0 only of none; 0 of nobody.
    #[must_use]
    pub fn percent(&self) -> u32 {
        percent(self.second, self.people).unwrap_or_default()
    }
}

/// A department or region, by its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    pub group: String,
    pub share: Having,
}

/// Somebody without a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Without {
    pub id: PersonId,
    pub username: Username,
    pub name: String,
    /// Labels of departments and regions.
    pub groups: Vec<String>,
}

/// Who has what. Programs read it as it stands here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Everybody {
    pub all: Having,
    /// Departments and regions, by label.
    pub groups: Vec<Group>,
    /// Those who are in no department.
    pub no_department: Having,
    /// Who has no second factor, by user name.
    pub left: Vec<Without>,
}

/// Counts everybody of an organisation who may sign in; whoever is in several regions or departments counts in each.
pub async fn everybody(op: &mut Op, organisation: OrganisationId) -> Result<Everybody, OpError> {
    let factors = second::of_organisation(op, organisation).await?;
    let mut counted = Everybody::default();
    let mut groups = BTreeMap::new();
    let mut after = None;
    loop {
        let found = person::list(op, organisation, after.as_ref()).await?;
        let Some(last) = found.last() else { break };
        after = Some(last.username.clone());
        let active = found.iter();
        for person in active.filter(|person| person.status == PersonStatus::Active) {
            let has = factors.get(&person.id).copied().unwrap_or_default();
            count(op, person, has, (&mut counted, &mut groups)).await?;
        }
    }
    let groups = groups.into_iter();
    counted.groups = groups.map(|(group, share)| Group { group, share }).collect();
    Ok(counted)
}

async fn count(
    op: &mut Op,
    person: &Person,
    has: Factors,
    (counted, by_label): (&mut Everybody, &mut BTreeMap<String, Having>),
) -> Result<(), OpError> {
    let holdings = decision::holdings(op, Subject::Person(person.id)).await?;
    let is_department = |label: &str| label.starts_with("department:");
    let is_place = |label: &&str| is_department(label) || label.starts_with("region:");
    let labels = holdings.iter().flat_map(|holdings| holdings.groups());
    let groups: Vec<String> = labels.filter(is_place).map(str::to_owned).collect();
    counted.all.add(has);
    if !groups.iter().any(|label| is_department(label)) {
        counted.no_department.add(has);
    }
    for label in &groups {
        by_label.entry(label.clone()).or_default().add(has);
    }
    if !has.second {
        counted.left.push(Without {
            id: person.id,
            username: person.username.clone(),
            name: person.name.clone(),
            groups,
        });
    }
    Ok(())
}
