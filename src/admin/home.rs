//! The first page of the console: what there is, and what wants looking at.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::recovery;
use super::right::Entered;
use super::rooms;
use crate::access;
use crate::break_glass;
use crate::client;
use crate::decision;
use crate::domain::{Actor, ClientStatus, OrganisationId, Right, RuleMode, Subject};
use crate::enrolment;
use crate::factor::lockout;
use crate::factor::passkey::policy;
use crate::factor::second;
use crate::http::{Frame, Text, Visit, page};
use crate::op::{House, Op, OpError};
use crate::person;
use crate::roll_out;
use crate::rule;
use crate::session::Session;

pub(super) const HERE: &str = "/admin";

#[derive(Debug, askama::Template)]
#[template(path = "admin/home.html")]
struct HomePage {
    frame: Frame,
    /// Address, name, what stands there.
    links: Vec<(String, String, String)>,
}

/// `GET /admin`: for whoever has any right, may give a role or owns a group.
pub(super) async fn show(
    Entered(session): Entered,
    State(house): State<Arc<House>>,
    visit: Visit,
) -> Response {
    let mut op = Op::new(&house, Actor::Person(session.person_id), visit.seen.clone());
    match template(&mut op, &visit, &session).await {
        Ok(Some(template)) => page(StatusCode::OK, &template),
        Ok(None) => visit.error_page(StatusCode::FORBIDDEN, "admin-may-not"),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(op: &mut Op, visit: &Visit, session: &Session) -> Result<Option<HomePage>, OpError> {
    let powers = access::powers(op, Subject::Person(session.person_id)).await?;
    if powers.are_none() {
        return Ok(None);
    }
    let organisation = session.organisation_id;
    let mut links = Vec::new();
    if powers.has(Right::PeopleRead) {
        links.extend(of_people(op, &visit.text, organisation).await?);
    }
    if powers.has(Right::RulesRead) {
        links.extend(of_rules(op, &visit.text, organisation).await?);
    }
    if powers.has(Right::RulesManage) {
        let open = break_glass::open(op, organisation).await?;
        links.push(counted(
            &visit.text,
            super::break_glass::HERE,
            ("admin-nav-break-glass", "admin-break-glass-open"),
            open,
        ));
    }
    if powers.has(Right::AccessRead) {
        links.extend(of_access(op, &visit.text, organisation).await?);
    } else if !powers.owns.is_empty() {
        let keys = ("admin-nav-groups", "admin-groups-owned");
        let owned = number(powers.owns.len());
        links.push(counted(&visit.text, super::access::groups::HERE, keys, owned));
    }
    if powers.gives {
        let given = decision::count_given(op, Subject::Person(session.person_id)).await?;
        let keys = ("admin-nav-given", "admin-given-count");
        links.push(counted(&visit.text, super::access::given::HERE, keys, given));
    }
    if powers.has(Right::ClientsRead) {
        links.push(of_clients(op, &visit.text, organisation).await?);
    }
    let found = person::find_organisation(op, organisation).await?;
    let name = found
        .map(|organisation| organisation.name.clone())
        .unwrap_or_default();
    Ok(Some(HomePage {
        frame: visit
            .frame("admin-title")
            .at(name)
            .with_rooms(rooms::open_to(&powers)),
        links,
    }))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

type Link = (String, String, String);

fn counted(text: &Text, href: &str, (name, state): (&str, &str), count: i64) -> Link {
    let state = text.get_count(state, "count", count);
    (href.to_owned(), text.get(name), state)
}

async fn of_people(op: &mut Op, text: &Text, organisation: OrganisationId) -> Result<[Link; 4], OpError> {
    let locked = lockout::count(op, organisation).await?;
    let waiting = enrolment::count_waiting(op, organisation).await?;
    let held = ("admin-held-title", "admin-held-waiting");
    let people = person::count(op, organisation).await?;
    let strong = second::of_organisation(op, organisation).await?.len();
    let left = people - i64::try_from(strong).unwrap_or(people);
    let (here, keys) = (super::people::HERE, ("admin-nav-people", "admin-people-count"));
    let coverage = ("admin-nav-coverage", "admin-coverage-left");
    Ok([
        counted(text, here, keys, people),
        counted(text, super::held::HERE, held, waiting),
        counted(
            text,
            super::held::LOCKED,
            ("admin-locked-title", "admin-locked-count"),
            locked,
        ),
        counted(text, super::coverage::HERE, coverage, left),
    ])
}

async fn of_access(op: &mut Op, text: &Text, organisation: OrganisationId) -> Result<[Link; 5], OpError> {
    let groups = access::groups(op, organisation).await?.len();
    let roles = access::roles(op, organisation).await?.len();
    let keys = ("admin-nav-groups", "admin-groups-count");
    let groups = counted(text, super::access::groups::HERE, keys, number(groups));
    let role_keys = ("admin-nav-roles", "admin-roles-count");
    let policies = crate::policy::list(op, organisation).await?;
    let in_force = policies.iter().filter(|one| one.active.is_some()).count();
    let policy_keys = ("admin-nav-policies", "admin-policies-count");
    let link = |href: &str, name: &str, state: &str| (href.to_owned(), text.get(name), text.get(state));
    Ok([
        groups,
        counted(text, super::access::roles::HERE, role_keys, number(roles)),
        counted(text, super::policies::list::HERE, policy_keys, number(in_force)),
        link(super::why::HERE, "admin-nav-why", "admin-why-state"),
        link(super::who::HERE, "admin-nav-who", "admin-who-state"),
    ])
}

/// Those that wait come before how many there are.
async fn of_clients(op: &mut Op, text: &Text, organisation: OrganisationId) -> Result<Link, OpError> {
    let waiting = client::count(op, organisation, ClientStatus::Pending).await?;
    let (state, count) = if waiting > 0 {
        ("admin-clients-waiting", waiting)
    } else {
        let active = client::count(op, organisation, ClientStatus::Active).await?;
        ("admin-clients-count", active)
    };
    let here = super::clients::list::HERE;
    Ok(counted(text, here, ("admin-nav-clients", state), count))
}

async fn of_rules(op: &mut Op, text: &Text, organisation: OrganisationId) -> Result<[Link; 4], OpError> {
    let set = rule::current(op, organisation).await?;
    let on = set.rules.iter().filter(|rule| rule.mode == RuleMode::On).count();
    let running = roll_out::all(&set);
    let running = running.iter().filter(|one| one.begins_at().is_some()).count();
    let roll_outs = ("admin-nav-roll-outs", "admin-roll-outs-on");
    let rules = ("admin-nav-rules", "admin-rules-on");
    let lists = policy::lists(op, organisation).await?.len();
    let passkeys = ("admin-nav-passkeys", "admin-passkeys-lists");
    let needs_two = enrolment::recovery_rule(op, organisation).await?.needs_two;
    Ok([
        counted(text, super::roll_outs::HERE, roll_outs, number(running)),
        counted(text, super::rules::HERE, rules, number(on)),
        counted(text, super::passkeys::HERE, passkeys, number(lists)),
        (
            recovery::HERE.to_owned(),
            text.get("admin-nav-recovery"),
            text.get_with("admin-recovery-two", "whose", &recovery::whose(text, needs_two)),
        ),
    ])
}
