//! One policy: what is in force, what is being written and how its test cases come out, and what was done with it.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::super::right::{AccessManage, May, MayNow, SeesAccess};
use super::{act, list, shown, words};
use crate::access;
use crate::domain::{PolicyState, PolicyStep};
use crate::http::{Frame, Inquiry, Submission, Text, Visit, minute};
use crate::op::{Op, OpError};
use crate::person;
use crate::policy::{self, Effect, Examined, Policy, PolicyError, Step, Version};

pub(in crate::admin) const ONE: &str = "/admin/policies/{name}";

#[derive(Debug, askama::Template)]
#[template(path = "admin/policy.html")]
struct PolicyPage {
    frame: Frame,
    done: String,
    wrong: String,
    here: String,
    /// Where it is changed.
    draft: String,
    back: &'static str,
    title: String,
    facts: Vec<(String, String)>,
    revision: String,
    may_change: bool,
    /// In force first, then what is being written.
    versions: Vec<Shown>,
    /// How the test cases of what is being written come out; none where nothing is.
    trial: Option<TrialShown>,
    /// Whether it was tested as it stands, so that it can come into force.
    tested: bool,
    steps: Vec<(String, String)>,
}

#[derive(Debug)]
struct Shown {
    heading: String,
    purpose: String,
    cedar: String,
    cases: Vec<String>,
}

#[derive(Debug)]
struct TrialShown {
    passed: bool,
    /// The name of each case, and how it came out; whether it passed.
    cases: Vec<(String, String, bool)>,
    remarks: Vec<String>,
    changes: Vec<String>,
}

/// `GET /admin/policies/{name}`.
pub(in crate::admin) async fn show(
    sees: SeesAccess,
    Path(name): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some(word @ ("drafted" | "changed" | "tested" | "activated" | "retired")) => {
            visit.text.get(&format!("admin-policy-done-{word}"))
        }
        _ => String::new(),
    };
    render(&visit, &sees.may, (&name, sees.may_change), (done, String::new())).await
}

async fn render<R>(
    visit: &Visit,
    may: &May<R>,
    (name, may_change): (&str, bool),
    (done, wrong): (String, String),
) -> Response {
    match made(visit, may, (name, may_change), (done, wrong)).await {
        Ok(Some(template)) => shown(&template, !template.wrong.is_empty()),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn made<R>(
    visit: &Visit,
    may: &May<R>,
    (name, may_change): (&str, bool),
    (done, wrong): (String, String),
) -> Result<Option<PolicyPage>, OpError> {
    let (op, text, organisation) = (&mut may.op(visit), &visit.text, may.organisation_id());
    let Some(policy) = policy::show(op, organisation, name).await? else {
        return Ok(None);
    };
    let steps = policy::history(op, organisation, name).await?.unwrap_or_default();
    let mut told = Vec::new();
    for step in &steps {
        let who = person::doer(op, text, organisation, &step.by).await?;
        told.push(step_told(text, step, &who));
    }
    let trial = match policy::preview(op, (organisation, name)).await {
        Ok((examined, effect)) => Some(tried(text, examined, &effect)),
        Err(PolicyError::Fault(fault)) => return Err(fault),
        // Nothing is being written.
        Err(_) => None,
    };
    let standing = policy.active().into_iter().chain(policy.open());
    let tested = policy
        .open()
        .is_some_and(|open| open.state == PolicyState::Tested);
    Ok(Some(PolicyPage {
        frame: may.frame(op, visit, "admin-policy-title").await?,
        done,
        wrong,
        here: format!("{}/{}", list::HERE, policy.name),
        draft: format!("{}/{}/draft", list::HERE, policy.name),
        back: list::HERE,
        title: title(&policy),
        facts: facts(op, text, &policy).await?,
        revision: policy.revision.to_string(),
        may_change,
        versions: standing.map(|one| version(text, one)).collect(),
        trial,
        tested,
        steps: told,
    }))
}

fn title(policy: &Policy) -> String {
    let newest = policy
        .active()
        .or_else(|| policy.open())
        .or_else(|| policy.versions.first());
    newest.map(|one| one.content.title.clone()).unwrap_or_default()
}

async fn facts(op: &mut Op, text: &Text, policy: &Policy) -> Result<Vec<(String, String)>, OpError> {
    let application = access::application(op, policy.application).await?;
    let application = application.map(|found| found.called(text)).unwrap_or_default();
    let newest = policy.open().or_else(|| policy.active());
    let origin = newest.and_then(|one| one.content.template.as_ref());
    let made_by = match origin {
        Some(origin) => words::template(text, &origin.name),
        None => text.get("admin-policy-by-hand"),
    };
    Ok(vec![
        (text.get("admin-group-field-name"), policy.name.clone()),
        (text.get("admin-policy-application"), application),
        (text.get("admin-policy-made-by"), made_by),
    ])
}

fn version(text: &Text, one: &Version) -> Shown {
    let number = one.version.to_string();
    let state = words::state_of(text, one.state);
    let arguments = [("version", number.as_str()), ("state", state.as_str())];
    Shown {
        heading: text.get_args("admin-policy-version", &arguments),
        purpose: one.content.purpose.clone(),
        cedar: one.content.cedar.clone(),
        cases: one.content.cases.iter().map(|case| case.name.clone()).collect(),
    }
}

fn tried(text: &Text, examined: Examined, effect: &Effect) -> TrialShown {
    let outcome = |passed: bool| {
        text.get(if passed {
            "admin-policy-case-passes"
        } else {
            "admin-policy-case-fails"
        })
    };
    let cases = examined.cases.into_iter().map(|case| {
        let said = if case.passed {
            outcome(true)
        } else {
            format!("{}: {}", outcome(false), case.sentence)
        };
        (case.name, said, case.passed)
    });
    let changes = effect.changes.iter().map(|one| {
        let arguments = [
            ("case", one.case.as_str()),
            ("policy", &one.policy),
            (
                "before",
                &text.get(&format!("admin-policy-answer-{}", one.before)),
            ),
            ("after", &text.get(&format!("admin-policy-answer-{}", one.after))),
        ];
        text.get_args("admin-policy-changes", &arguments)
    });
    TrialShown {
        passed: examined.passed,
        cases: cases.collect(),
        remarks: examined.remarks.iter().map(ToString::to_string).collect(),
        changes: changes.collect(),
    }
}

fn step_told(text: &Text, step: &Step, who: &str) -> (String, String) {
    let version = step.version.to_string();
    let key = format!("admin-policy-step-{}", step.step);
    let what = text.get_args(&key, &[("version", version.as_str()), ("who", who)]);
    // That it was tested is all that there is to say of it.
    let told = match step.step {
        PolicyStep::Tested => what,
        _ => format!("{what} {}", step.reason),
    };
    (minute(step.at), told)
}

/// `POST /admin/policies/{name}`, field `act`: `test`, `activate`, `retire`; with the `revision` that was seen and, but for `test`, a `reason`.
pub(in crate::admin) async fn change(
    may: MayNow<AccessManage>,
    Path(name): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let of = (may.organisation_id(), name.as_str());
    let seen = form.get("revision").and_then(|seen| seen.parse::<i64>().ok());
    let why = form.get("reason").unwrap_or_default();
    let done = |word: &'static str| format!("{}/{name}?done={word}", list::HERE);
    let whose = (&visit, &*may);
    let refused = match form.get("act") {
        Some("test") => {
            let test = async |op: &mut Op| policy::test(op, of, seen).await;
            // What failed is told by the page itself.
            act(whose, test, |tested| {
                if tested.examined.passed {
                    done("tested")
                } else {
                    format!("{}/{name}#trial", list::HERE)
                }
            })
            .await
        }
        Some("activate") => {
            let activate = async |op: &mut Op| policy::activate(op, of, seen, why).await;
            act(whose, activate, |_| done("activated")).await
        }
        Some("retire") => {
            let retire = async |op: &mut Op| policy::retire(op, of, seen, why).await;
            act(whose, retire, |_| done("retired")).await
        }
        _ => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    match refused {
        Ok(wrong) => render(&visit, &may, (&name, true), (String::new(), wrong)).await,
        Err(answer) => answer,
    }
}
