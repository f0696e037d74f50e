//! Why somebody may do something, or may not, and what would turn it.

use axum::response::Response;
use http::StatusCode;

use super::fields::{Field, Group, Kind};
use super::names::Names;
use super::reach_form::{self, Typed};
use super::right::{AccessRead, May};
use super::{people, who};
use crate::access;
use crate::decision::{self, Cure, Explained, GrantTold, State, StepUp};
use crate::domain::{Acr, Right, Subject};
use crate::http::{Frame, Inquiry, Text, Visit, minute, page};
use crate::op::{Op, OpError};
use crate::person::{self, Person};

pub(super) const HERE: &str = "/admin/access/why";

#[derive(Debug, askama::Template)]
#[template(path = "admin/why.html")]
struct WhyPage {
    frame: Frame,
    wrong: String,
    answer: Option<Answer>,
    groups: Vec<Group>,
}

/// What is told.
#[derive(Debug)]
struct Answer {
    allowed: bool,
    /// Who, what, and to what.
    about: String,
    /// The moment in the past that it is about.
    as_of: Option<String>,
    sentence: String,
    /// Grants that have to do with it, by whether they count: a heading, and each with its reason and facts.
    grants: Vec<(String, Vec<Shown>)>,
    cures: Vec<String>,
    /// Who else may: the address of the page that tells it.
    others: String,
    /// The page of the person, for whoever may see it.
    person: String,
}

#[derive(Debug)]
struct Shown {
    role: String,
    reason: String,
    facts: Vec<(String, String)>,
}

/// The address of the page, filled in with somebody.
pub(super) fn of_person(person: &Person) -> String {
    reach_form::address(HERE, [("person", person.username.as_str())].iter())
}

/// `GET /admin/access/why`, with `person` (a user name), `action` (an application's id and a permission), `type`, `id`, and perhaps `properties`,
/// `context` and `as_of`.
pub(super) async fn show(may: May<AccessRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    let typed = Typed::of(&query);
    let drawn = template(&mut op, &visit, (&may, &typed)).await;
    match op.conclude(drawn).await {
        Ok(template) if template.wrong.is_empty() => page(StatusCode::OK, &template),
        Ok(template) => page(StatusCode::UNPROCESSABLE_ENTITY, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(
    op: &mut Op,
    visit: &Visit,
    (may, typed): (&May<AccessRead>, &Typed),
) -> Result<WhyPage, OpError> {
    let (answer, wrong) = match answer(op, &visit.text, (may, typed)).await? {
        Ok(answer) => (answer, String::new()),
        Err(wrong) => (None, wrong),
    };
    let person = Kind::Line(typed.person.clone());
    let person = Field::of(&visit.text, "person", ("admin-check-person", ""), person);
    let as_of = ("admin-why-as-of", "admin-why-as-of-hint");
    let as_of = Field::of(&visit.text, "as_of", as_of, Kind::Line(typed.as_of.clone()));
    let mut fields = vec![person];
    fields.extend(typed.fields(op, &visit.text, may.organisation_id()).await?);
    fields.push(as_of);
    let group = Group {
        legend: visit.text.get("admin-reach-form"),
        hint: String::new(),
        fields,
        folded: false,
    };
    Ok(WhyPage {
        frame: may.frame(op, visit, "admin-why-title").await?,
        wrong,
        answer,
        groups: vec![group],
    })
}

/// None if nothing is asked yet; else what is told, or what is wrong with what is typed.
async fn answer(
    op: &mut Op,
    text: &Text,
    (may, typed): (&May<AccessRead>, &Typed),
) -> Result<Result<Option<Answer>, String>, OpError> {
    if !typed.is_asked() {
        return Ok(Ok(None));
    }
    let organisation = may.organisation_id();
    let Some(person) = person::find_named_within(op, organisation, &typed.person).await? else {
        return Ok(Err(text.get("admin-break-glass-wrong-nobody")));
    };
    let access = match typed.access(op, text, organisation).await? {
        Ok(access) => access,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let then = match typed.then(text, op.now) {
        Ok(then) => then,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let told = decision::explain(op, access.of(Subject::Person(person.id)), then).await?;
    let sees_people = may.powers().has(Right::PeopleRead);
    let names = Names::of(op, organisation).await?;
    Ok(Ok(Some(Answer {
        allowed: told.decision.allowed,
        about: about(text, &typed.called(op, organisation).await?, (typed, &person)),
        as_of: told
            .as_of
            .map(|moment| text.get_with("admin-why-was", "date", &minute(moment))),
        sentence: sentence(text, &names, &told),
        cures: told.cures.iter().map(|one| cure(text, &names, one)).collect(),
        others: typed.address(who::HERE, &[]),
        person: if sees_people {
            format!("{}/{}", people::HERE, person.id)
        } else {
            String::new()
        },
        grants: grants(op, text, (&names, &person), told.grants).await?,
    })))
}

fn about(text: &Text, action: &str, (typed, person): (&Typed, &Person)) -> String {
    let (called, resource) = (person.called(), typed.resource());
    let arguments = [
        ("person", called.as_str()),
        ("action", action),
        ("resource", resource.as_str()),
    ];
    text.get_args("admin-why-about", &arguments)
}

/// The decision in a sentence.
fn sentence(text: &Text, names: &Names, told: &Explained) -> String {
    let decision = &told.decision;
    let key = match decision.reason {
        "granted"
        | "granted_by_policy"
        | "no_grant"
        | "outside_scope"
        | "forbidden_by_policy"
        | "step_up_required"
        | "policy_error"
        | "subject_inactive"
        | "other_organisation"
        | "unusable_attribute" => {
            format!("admin-why-{}", decision.reason.replace('_', "-"))
        }
        // Not to be had by this form, and told as applications are.
        _ => return decision.explanation.clone(),
    };
    text.get_with(&key, "by", &because(names, &decision.because))
}

/// Roles by their titles, and policies by their names.
pub(super) fn because(names: &Names, because: &[String]) -> String {
    let one = |word: &String| match word.split_once(':') {
        Some(("role", role)) => names.role(role).to_owned(),
        Some((_, policy)) => policy.to_owned(),
        None => word.clone(),
    };
    because.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn cure(text: &Text, names: &Names, one: &Cure) -> String {
    match one {
        Cure::Wait { until, .. } => text.get_with("admin-why-cure-wait", "date", &minute(*until)),
        Cure::Give { roles, within } => {
            let roles = names.roles(roles).join(", ");
            let places = names.groups(text, within).join(", ");
            let arguments = [("roles", roles.as_str()), ("places", places.as_str())];
            let key = if within.is_empty() {
                "admin-why-cure-give"
            } else {
                "admin-why-cure-give-in"
            };
            text.get_args(key, &arguments)
        }
        Cure::Policy { policies } => text.get_with("admin-why-cure-policy", "policies", &policies.join(", ")),
        Cure::StepUp(step_up) => proof(text, step_up),
        Cure::Activate => text.get("admin-why-cure-activate"),
    }
}

/// What has to be proven. Of several classes that are enough, the weakest is told.
fn proof(text: &Text, step_up: &StepUp) -> String {
    let class = step_up.acr_values.split(' ').next().and_then(Acr::parse);
    let key = match class {
        Some(Acr::PhishingResistant) | None => "admin-why-cure-phishing-resistant",
        Some(Acr::Two) => "admin-why-cure-two",
        Some(Acr::One) => "admin-why-cure-one",
    };
    let proof = text.get(key);
    match step_up.max_age {
        Some(age) => {
            let minutes = text.get_count("admin-why-cure-fresh", "count", age.saturating_add(59) / 60);
            format!("{proof} {minutes}")
        }
        None => proof,
    }
}

/// The grants that have to do with it, those that count first.
async fn grants(
    op: &mut Op,
    text: &Text,
    (names, person): (&Names, &Person),
    told: Vec<GrantTold>,
) -> Result<Vec<(String, Vec<Shown>)>, OpError> {
    let mut by_state = [
        (State::Counts, "admin-why-counts", Vec::new()),
        (State::Elsewhere, "admin-why-elsewhere", Vec::new()),
        (State::Later, "admin-why-later", Vec::new()),
    ];
    for grant in told {
        let facts = access::grant_facts(op, (text, names.words()), person.organisation_id, &grant).await?;
        let shown = Shown {
            role: grant.role_title,
            reason: grant.reason,
            facts,
        };
        for (state, _, list) in &mut by_state {
            if *state == grant.state {
                list.push(shown);
                break;
            }
        }
    }
    let filled = by_state.into_iter().filter(|(_, _, list)| !list.is_empty());
    Ok(filled.map(|(_, key, list)| (text.get(key), list)).collect())
}
