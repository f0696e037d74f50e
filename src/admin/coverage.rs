//! Who has a second factor: by department and region, and who is left.

use std::collections::BTreeMap;

use axum::response::Response;
use http::StatusCode;

use super::names::Names;
use super::people;
use super::right::{May, PeopleRead};
use crate::decision;
use crate::domain::{OrganisationId, PersonId, PersonStatus, Right, Subject};
use crate::factor::second;
use crate::http::{Frame, Text, Visit, page};
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
pub(super) struct Share {
    pub(super) people: u32,
    pub(super) second: u32,
    pub(super) passkey: u32,
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

/// Everybody of an organisation who may sign in.
pub(super) async fn count(op: &mut Op, organisation: OrganisationId) -> Result<Counted, OpError> {
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
    Ok(counted)
}

async fn template(op: &mut Op, visit: &Visit, may: &May<PeopleRead>) -> Result<CoveragePage, OpError> {
    let mut counted = count(op, may.organisation_id()).await?;
    let names = Names::of(op, may.organisation_id()).await?;
    let hidden = counted.left.len().saturating_sub(SHOWN);
    counted.left.truncate(SHOWN);
    Ok(CoveragePage {
        frame: may.frame(op, visit, "admin-coverage-title").await?,
        all: counted.all,
        groups: names.shares(&visit.text, counted.groups),
        left: counted
            .left
            .iter()
            .map(|left| left.shown(&visit.text, &names))
            .collect(),
        roll_outs: may.also_has(op, Right::RulesRead).await?,
        more: if hidden == 0 {
            String::new()
        } else {
            let hidden = i64::try_from(hidden).unwrap_or(i64::MAX);
            visit.text.get_count("admin-replay-more", "count", hidden)
        },
    })
}

/// Who has what, by department and region.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) all: Share,
    /// By label.
    pub(super) groups: BTreeMap<String, Share>,
    pub(super) left: Vec<Left>,
}

/// Somebody without a second factor.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) id: PersonId,
    pub(super) username: String,
    pub(super) name: String,
    /// Labels of departments and regions.
    pub(super) places: Vec<String>,
}

impl Left {
    fn shown(&self, text: &Text, names: &Names) -> (String, String, String) {
        (
            format!("{}/{}", people::HERE, self.id),
            format!("{} ({})", self.name, self.username),
            names.groups(text, &self.places).join(", "),
        )
    }
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
            self.left.push(Left {
                id: person.id,
                username: person.username.to_string(),
                name: person.name.clone(),
                places,
            });
        }
        Ok(())
    }
}
