//! Changing one's password.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::domain::{Acr, Amr, Secret};
use crate::factor::password::{self, ChangeRefusal};
use crate::http::{Form, Frame, Inquiry, Submission, Visit, page_with_script, see_other};
use crate::op::{House, Op, OpError};
use crate::session::{self, Fresh, Session};

#[derive(Debug, askama::Template)]
#[template(path = "account/password.html")]
struct Template {
    frame: Frame,
    done: String,
    /// Who signs in by name, for password managers.
    username: String,
    /// Whether the present password is asked for: the session has not proven it.
    asks_current: bool,
    wrong_current: String,
    wrong_new: String,
    /// How long it is to be.
    hint: String,
}

/// `GET /account/password`.
pub(super) async fn show(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
    let done = super::done(&visit, query.get("done"));
    answer(&mut op, &visit, fresh.session(), (done, None)).await
}

async fn answer(
    op: &mut Op,
    visit: &Visit,
    session: &Session,
    (done, refusal): (String, Option<Refusal>),
) -> Response {
    let status = match refusal {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let say = |key: Option<&str>| key.map(|key| visit.text.get(key)).unwrap_or_default();
    let template = async {
        let person = crate::person::find(op, session.person_id).await?;
        let has_one = password::changed_at(op, session.person_id).await?.is_some();
        Ok::<_, OpError>(Template {
            frame: visit.frame(if has_one {
                "account-password-title"
            } else {
                "account-password-first"
            }),
            done,
            username: person
                .map(|person| person.username.to_string())
                .unwrap_or_default(),
            asks_current: has_one && !proves_password(session),
            hint: visit.text.get(password::hint(op, session.person_id).await?),
            wrong_current: say(refusal.and_then(Refusal::of_current)),
            wrong_new: say(refusal.and_then(Refusal::of_new)),
        })
    };
    match template.await {
        Ok(template) => page_with_script(status, &template, &[]),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// A fresh session that was begun by the password proves it, and one by a passkey more than that: so whoever has forgotten the password sets
/// a new one.
fn proves_password(session: &Session) -> bool {
    let strength = &session.strength;
    strength.amr.contains(&Amr::Password) || strength.acr == Acr::PhishingResistant
}

/// Whether the present password is asked for: there is one, and the session does not prove it.
async fn asks_current(op: &mut Op, session: &Session) -> Result<bool, OpError> {
    Ok(!proves_password(session) && password::changed_at(op, session.person_id).await?.is_some())
}

#[derive(Debug, Clone, Copy)]
enum Refusal {
    Empty,
    Different,
    Change(ChangeRefusal),
}

impl Refusal {
    fn of_current(self) -> Option<&'static str> {
        matches!(self, Self::Change(ChangeRefusal::Current)).then_some("account-password-wrong-current")
    }

    fn of_new(self) -> Option<&'static str> {
        match self {
            Self::Empty => Some("account-password-wrong-empty"),
            Self::Different => Some("account-password-wrong-different"),
            Self::Change(ChangeRefusal::Current) => None,
            Self::Change(ChangeRefusal::Unfit(unfit)) => Some(unfit.sentence()),
        }
    }
}

/// `POST /account/password`, fields `current` where it is asked for, `new`, `again`, `others` (to end the other sessions).
pub(super) async fn change(
    fresh: Fresh,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    let session = fresh.session();
    let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
    let changed = submit(&mut op, session, &form).await;
    match op.conclude(changed).await {
        Ok(Ok(())) => see_other("/account/password?done=password"),
        Ok(Err(refusal)) => {
            let mut op = Op::new(&house, fresh.actor(), visit.seen.clone());
            answer(&mut op, &visit, session, (String::new(), Some(refusal))).await
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn submit(op: &mut Op, session: &Session, form: &Form) -> Result<Result<(), Refusal>, OpError> {
    let secret = |name: &str| form.get(name).map(|text| Secret::new(text.to_owned()));
    let Some(new) = secret("new") else {
        return Ok(Err(Refusal::Empty));
    };
    // Both are in the hands of whoever sent the form: nothing is learned from how long this takes.
    if form.get("again") != Some(new.expose()) {
        return Ok(Err(Refusal::Different));
    }
    let current = if asks_current(op, session).await? {
        Some(secret("current").unwrap_or_else(|| Secret::new(String::new())))
    } else {
        None
    };
    if let Err(refusal) = password::change(op, session.person_id, current.as_ref(), &new).await? {
        return Ok(Err(Refusal::Change(refusal)));
    }
    if form.get("others").is_some() {
        session::end_others(
            op,
            session.person_id,
            Some(session.id),
            "the password was changed",
        )
        .await?;
    }
    Ok(Ok(()))
}
