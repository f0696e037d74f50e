//! Giving a role to somebody: any role by the right to manage access, or one that a role of one's own lets be given.

use std::collections::BTreeSet;

use axum::response::Response;
use http::StatusCode;

use super::super::names::Names;
use super::super::right::{GivesRoles, May, MayNow};
use super::{FormPage, Said, Step, change, given, group_form, lines, shown, written};
use crate::access::{self, AccessError, NewGrant, Period};
use crate::client;
use crate::decision::{self, Givable, Terms};
use crate::domain::{AccessGrantId, GrantSource, OrganisationId, Right, Subject};
use crate::http::fields::{Field, Group as Fields, Kind};
use crate::http::{Form, Inquiry, Submission, Text, Visit};
use crate::op::Op;

pub(in crate::admin) const HERE: &str = "/admin/grants/new";

/// Most places that are offered as boxes; where there are more, they are written.
const BOXES: usize = 40;

/// `GET /admin/grants/new`, with `holder`.
pub(in crate::admin) async fn begin(may: MayNow<GivesRoles>, Inquiry { visit, query }: Inquiry) -> Response {
    let value = |name: &str| query.get(name).map(str::to_owned);
    render(&visit, &may, Said::default(), &value).await
}

/// What a field has; none: nothing was sent yet.
type Value<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

async fn render(visit: &Visit, may: &May<GivesRoles>, said: Said, value: Value<'_>) -> Response {
    let (mut op, text) = (may.op(visit), &visit.text);
    let wrong = !said.wrong.is_empty();
    let back = if may.powers().has(Right::PeopleRead) {
        "/admin/people"
    } else {
        given::HERE
    };
    let made = async {
        let names = Names::of(&mut op, may.organisation_id()).await?;
        let givable = decision::givable(&mut op, Subject::Person(may.person_id())).await?;
        Ok(Some(FormPage {
            frame: may.frame(&mut op, visit, "admin-give-title").await?,
            lead: text.get("admin-give-what"),
            facts: bounds(text, &names, &givable),
            here: HERE.to_owned(),
            back: back.to_owned(),
            groups: fields((text, &names), &givable, value),
            may_remove: false,
            said,
        }))
    };
    let made = made.await;
    shown(visit, made, wrong)
}

/// Where and for how long each role may be given, where that is bounded.
fn bounds(text: &Text, names: &Names, givable: &[Givable]) -> Vec<(String, String)> {
    let bounded = |terms: &&Terms| !terms.within.is_empty() || terms.longest_days.is_some();
    let of = |one: &Givable| {
        let terms = one.terms.iter().filter(bounded);
        let terms: Vec<_> = terms
            .map(|terms| (one.title.clone(), bound(text, names, terms)))
            .collect();
        terms
    };
    givable.iter().flat_map(of).collect()
}

fn bound(text: &Text, names: &Names, terms: &Terms) -> String {
    let places = if terms.within.is_empty() {
        text.get("admin-holding-everywhere")
    } else {
        names.groups(text, &terms.within).join(", ")
    };
    match terms.longest_days {
        Some(days) => format!(
            "{places} · {}",
            text.get_count("admin-give-longest", "count", days)
        ),
        None => places,
    }
}

fn fields((text, names): (&Text, &Names), givable: &[Givable], value: Value<'_>) -> Vec<Fields> {
    let chosen = value("role").unwrap_or_default();
    let roles = givable.iter().map(|one| {
        let is = one.role == chosen;
        (one.role.clone(), one.title.clone(), is)
    });
    let line = |name: &str| Kind::Line(value(name).unwrap_or_default());
    let holder = ("admin-give-holder", "admin-access-holder-hint");
    let until = ("admin-access-field-until", "admin-group-field-ends-hint");
    let reason = ("admin-help-reason", "admin-give-reason-hint");
    vec![Fields {
        legend: text.get("admin-give-title"),
        hint: String::new(),
        fields: vec![
            Field::of(text, "holder", holder, line("holder")),
            Field::of(
                text,
                "role",
                ("admin-give-role", ""),
                Kind::Choice(roles.collect()),
            ),
            places((text, names), givable, value),
            Field::of(text, "until", until, line("until")),
            Field::of(text, "reason", reason, line("reason")),
        ],
        folded: false,
    }]
}

/// Where it is to count: boxes for the places that are the giver's to give in, or lines where these are all or many. What bounds the giver is
/// ticked to begin with.
fn places((text, names): (&Text, &Names), givable: &[Givable], value: Value<'_>) -> Field {
    let terms = || givable.iter().flat_map(|one| &one.terms);
    let reach: BTreeSet<&String> = terms().flat_map(|terms| &terms.reach).collect();
    let anywhere = terms().any(|terms| terms.within.is_empty());
    if anywhere || reach.len() > BOXES {
        let within = ("admin-give-within", "admin-give-within-hint");
        let written = value("within").unwrap_or_default();
        return Field::of(text, "within", within, Kind::Lines(written));
    }
    let untouched = value("role").is_none();
    let boxes = reach.into_iter().map(|label| {
        let name = box_of(label);
        let ticked = if untouched {
            terms().all(|terms| terms.within.contains(label))
        } else {
            value(&name).is_some()
        };
        (name, names.group(text, label), ticked)
    });
    let within = ("admin-give-within", "admin-give-within-boxes");
    Field::of(text, "within", within, Kind::Boxes(boxes.collect()))
}

fn box_of(label: &str) -> String {
    format!("within_{label}")
}

/// `POST /admin/grants/new`: `act` is `look` or `apply`.
pub(in crate::admin) async fn add(
    may: MayNow<GivesRoles>,
    Submission { visit, form }: Submission,
) -> Response {
    let Some(step) = Step::of(&form) else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let organisation = may.organisation_id();
    let act = async |op: &mut Op| {
        let new = grant(op, organisation, &form).await?;
        access::give(op, new).await
    };
    let done = |_: AccessGrantId| format!("{}?done=given", given::HERE);
    match change((&visit, &may), step, |op| op.now, act, done).await {
        Ok(said) => {
            let value = |name: &str| form.get(name).map(str::to_owned);
            render(&visit, &may, said, &value).await
        }
        Err(answer) => answer,
    }
}

async fn grant(op: &mut Op, organisation_id: OrganisationId, form: &Form) -> Result<NewGrant, AccessError> {
    let role = form.get("role").unwrap_or_default();
    let found = access::role_named(op, organisation_id, role).await?;
    let words = decision::vocabulary(op, organisation_id)
        .await?
        .unwrap_or_default();
    let ticked = words.groups.keys();
    let ticked = ticked.filter(|label| form.get(&box_of(label)).is_some());
    let mut within = Vec::new();
    for label in lines(form, "within").chain(ticked.map(String::as_str)) {
        within.push(access::group_labelled(op, organisation_id, label).await?);
    }
    let holder = written(form, "holder").unwrap_or_default();
    Ok(NewGrant {
        organisation_id,
        holder: client::holder(op, organisation_id, holder).await?,
        role: found.ok_or_else(|| AccessError::Unnamed("role", role.to_owned()))?,
        within,
        period: Period {
            from: op.now,
            until: group_form::end(form, "until")?,
        },
        reason: written(form, "reason").unwrap_or_default().to_owned(),
        source: GrantSource::Direct,
    })
}
