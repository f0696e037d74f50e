//! Whether one may do something oneself, why, and what would turn it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::access::reach_form::Typed;
use crate::access::{self, InWords, Reader};
use crate::decision;
use crate::domain::Subject;
use crate::http::fields::Group;
use crate::http::{Frame, Inquiry, Text, Visit, page};
use crate::op::{House, Op, OpError};
use crate::session::{Session, SignedIn};

pub(super) const HERE: &str = "/account/access/why";

#[derive(Debug, askama::Template)]
#[template(path = "account/why.html")]
struct Template {
    frame: Frame,
    wrong: String,
    answer: Option<Answer>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Answer {
    /// What, and to what.
    about: String,
    told: InWords,
}

/// `GET /account/access/why`, with `action` (an application's id and a permission), `type`, `id`, and perhaps `properties`, `context` and
/// `as_of`: an application that refuses somebody can lead here, filled in.
pub(super) async fn show(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    let typed = Typed::of(&query);
    let drawn = template(&mut op, &visit, (&signed_in.0, &typed)).await;
    match op.conclude(drawn).await {
        Ok(template) if template.wrong.is_empty() => page(StatusCode::OK, &template),
        Ok(template) => page(StatusCode::UNPROCESSABLE_ENTITY, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(
    op: &mut Op,
    visit: &Visit,
    (session, typed): (&Session, &Typed),
) -> Result<Template, OpError> {
    let (answer, wrong) = match answer(op, &visit.text, (session, typed)).await? {
        Ok(answer) => (answer, String::new()),
        Err(wrong) => (None, wrong),
    };
    let beside = (None, typed.past(&visit.text));
    let group = typed
        .form(op, &visit.text, session.organisation_id, beside)
        .await?;
    Ok(Template {
        frame: visit.frame("account-why-title"),
        wrong,
        answer,
        groups: vec![group],
    })
}

/// None if nothing is asked yet; else what is told, or what is wrong with what is typed.
async fn answer(
    op: &mut Op,
    text: &Text,
    (session, typed): (&Session, &Typed),
) -> Result<Result<Option<Answer>, String>, OpError> {
    if !typed.is_asked() {
        return Ok(Ok(None));
    }
    let organisation = session.organisation_id;
    let access = match typed.access(op, text, organisation).await? {
        Ok(access) => access,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let then = match typed.then(text, op.now) {
        Ok(then) => then,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let told = decision::explain(op, access.of(Subject::Person(session.person_id)), then).await?;
    let words = decision::vocabulary(op, organisation).await?.unwrap_or_default();
    let (action, resource) = (typed.called(op, text, organisation).await?, typed.resource());
    let arguments = [("action", action.as_str()), ("resource", resource.as_str())];
    Ok(Ok(Some(Answer {
        about: text.get_args("account-why-about", &arguments),
        told: access::explained(op, (text, &words), (organisation, Reader::Themselves), told).await?,
    })))
}
