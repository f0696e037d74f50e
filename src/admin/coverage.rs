//! Who has a second factor: by department and region, and who is left.

use std::collections::BTreeMap;

use axum::response::Response;
use http::StatusCode;

use super::people;
use super::right::{May, PeopleRead};
use crate::decision;
use crate::domain::{PersonId, PersonStatus, Right, Subject};
use crate::factor::second;
use crate::http::{Frame, Visit, page};
use crate::op::{Op, OpError};
use crate::person;
use crate::rule::Factors;

pub(super) const HERE: &str = "/admin/coverage";

/// People who are left whose names are shown.
const SHOWN: usize = 200;

#[derive(Debug, askama::Template)]
#[template(path = "admin/coverage.html")]
struct CoveragePage {
    frame: Frame,
    all: Share,
    /// Departments and regions by their label.
    groups: Vec<(String, Share)>,
    /// Address, name, department.
    left: Vec<(String, String, String)>,
    more: String,
    /// Whether the reader may see roll-outs.
    roll_outs: bool,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Share {
    people: u32,
    second: u32,
    passkey: u32,
}

impl Share {
    fn add(&mut self, factors: Factors) {
        self.people += 1;
        self.second += u32::from(factors.second);
        self.passkey += u32::from(factors.passkey);
    }

    /// Whole percents of those with a second factor, rounded down, so that 100 means everybody.
    fn percent(&self) -> u32 {
        (self.second * 100).checked_div(self.people).unwrap_or_default()
    }
}

/// `GET /admin/coverage`.
pub(super) async fn show(may: May<PeopleRead>, visit: Visit) -> Response {
    let mut op = may.op(&visit);
    match template(&mut op, &visit, &may).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(op: &mut Op, visit: &Visit, may: &May<PeopleRead>) -> Result<CoveragePage, OpError> {
    let organisation = may.organisation_id();
    let factors = second::of_organisation(op, organisation).await?;
    let mut counted = Counted::default();
    let mut after = None;
    loop {
        let found = person::list(op, organisation, after.as_ref()).await?;
        let Some(last) = found.last() else { break };
        after = Some(last.username.clone());
        for person in found
            .iter()
            .filter(|person| person.status == PersonStatus::Active)
        {
            counted.add(op, person, &factors).await?;
        }
    }
    let rights = decision::rights(op, may.person_id()).await?;
    let hidden = counted.left.len().saturating_sub(SHOWN);
    counted.left.truncate(SHOWN);
    Ok(CoveragePage {
        frame: may.frame(op, visit, "admin-coverage-title").await?,
        all: counted.all,
        groups: counted.groups.into_iter().collect(),
        left: counted.left,
        roll_outs: rights.contains(&Right::RulesRead),
        more: if hidden == 0 {
            String::new()
        } else {
            let hidden = i64::try_from(hidden).unwrap_or(i64::MAX);
            visit.text.get_count("admin-replay-more", "count", hidden)
        },
    })
}

#[derive(Default)]
struct Counted {
    all: Share,
    groups: BTreeMap<String, Share>,
    left: Vec<(String, String, String)>,
}

impl Counted {
    async fn add(
        &mut self,
        op: &mut Op,
        person: &person::Person,
        factors: &BTreeMap<PersonId, Factors>,
    ) -> Result<(), OpError> {
        let has = factors.get(&person.id).copied().unwrap_or_default();
        let holdings = decision::holdings(op, Subject::Person(person.id)).await?;
        self.all.add(has);
        let is_place = |label: &&str| label.starts_with("department:") || label.starts_with("region:");
        let mut places = Vec::new();
        for label in holdings
            .iter()
            .flat_map(|holdings| holdings.groups())
            .filter(is_place)
        {
            self.groups.entry(label.to_owned()).or_default().add(has);
            places.push(label.to_owned());
        }
        if !has.second {
            let shown = format!("{} ({})", person.name, person.username);
            self.left.push((
                format!("{}/{}", people::HERE, person.id),
                shown,
                places.join(", "),
            ));
        }
        Ok(())
    }
}
