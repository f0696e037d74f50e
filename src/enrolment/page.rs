//! The pages of a pass.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::steps::{self, Held, Step};
use crate::domain::{Actor, Secret, Token};
use crate::factor::authenticators;
use crate::factor::passkey::{self, Kind};
use crate::factor::password;
use crate::factor::totp;
use crate::http::{Form, Frame, Public, Submission, Visit, device, page, page_with_script, see_other};
use crate::op::{House, Op, OpError};
use crate::person;

#[derive(Debug, askama::Template)]
#[template(path = "enrolment/begin.html")]
struct BeginPage {
    frame: Frame,
    here: String,
    username: String,
    /// `invitation` or `recovery`.
    purpose: &'static str,
}

#[derive(Debug, askama::Template)]
#[template(path = "enrolment/set.html")]
struct SetPage {
    frame: Frame,
    here: String,
    username: String,
    /// How long the password is to be.
    hint: String,
    /// What the browser is asked to make, as JSON; empty where it cannot be.
    options: String,
    suggested: String,
    /// Where a second factor is missing: the secret that waits, its picture and its letters. Else the password is asked for.
    authenticator: Option<Authenticator>,
    wrong_passkey: String,
    wrong: String,
}

#[derive(Debug)]
struct Authenticator {
    pending: String,
    shown: totp::Enrolment,
}

#[derive(Debug, askama::Template)]
#[template(path = "enrolment/done.html")]
struct DonePage {
    frame: Frame,
    /// Recovery codes, if some were made.
    codes: Vec<String>,
}

/// Of a link that is over.
#[derive(Debug, askama::Template)]
#[template(path = "enrolment/gone.html")]
struct GonePage {
    frame: Frame,
}

fn gone(visit: &Visit) -> Response {
    let frame = visit.frame("enrol-gone-title");
    page(StatusCode::GONE, &GonePage { frame })
}

/// What a form could not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Passkey,
    Sentence(&'static str),
}

/// What a form has done.
enum Done {
    /// On to the page of the step at hand.
    On,
    Finished(Vec<String>),
    Wrong(Wrong),
    /// Nothing that this step knows.
    Stale,
}

/// `GET /enrol/{token}`. It changes nothing: what fetches links by itself uses no pass up.
pub(super) async fn show(
    _: Public,
    State(house): State<Arc<House>>,
    Path(token): Path<String>,
    visit: Visit,
) -> Response {
    answer(&house, &visit, &token, None).await
}

async fn answer(house: &Arc<House>, visit: &Visit, token: &str, wrong: Option<Wrong>) -> Response {
    let mut op = Op::new(house, Actor::Anonymous, visit.seen.clone());
    let shown = match steps::find(&mut op, &Token::presented(token), &visit.browser).await {
        Ok(Some(held)) => render(op, visit, token, (&held, wrong)).await,
        Ok(None) => return gone(visit),
        Err(fault) => Err(fault),
    };
    shown.unwrap_or_else(|fault| visit.fault_page(&fault))
}

async fn render(
    mut op: Op,
    visit: &Visit,
    token: &str,
    (held, wrong): (&Held, Option<Wrong>),
) -> Result<Response, OpError> {
    let step = held.step(&mut op).await?;
    let here = format!("/enrol/{token}");
    if step == Step::Begin {
        let purpose = held.pass.purpose.as_str();
        let template = BeginPage {
            frame: frame(&mut op, visit, held, &format!("enrol-{purpose}-title")).await?,
            here,
            username: held.person.username.to_string(),
            purpose,
        };
        return Ok(page(StatusCode::OK, &template));
    }
    let (title, status) = (title(step), status(wrong));
    let challenge = held.challenge(&mut op).await?;
    let options = passkey::request_new(&mut op, &held.person, (Kind::Passkey, challenge)).await?;
    let say = |asked: bool, key: &str| if asked { visit.text.get(key) } else { String::new() };
    let template = SetPage {
        frame: frame(&mut op, visit, held, title).await?,
        here,
        username: held.person.username.to_string(),
        hint: visit.text.get(password::hint(&mut op, held.person.id).await?),
        options: options.unwrap_or_default(),
        suggested: device(&visit.text, visit.seen.user_agent.as_deref()),
        wrong_passkey: say(wrong == Some(Wrong::Passkey), "account-passkey-not-added"),
        wrong: match wrong {
            Some(Wrong::Sentence(key)) => visit.text.get(key),
            _ => String::new(),
        },
        authenticator: match step {
            Step::Second => Some(authenticator(&mut op, held).await?),
            _ => None,
        },
    };
    op.commit().await?;
    Ok(page_with_script(status, &template, &[]))
}

const fn title(step: Step) -> &'static str {
    match step {
        Step::Second => "enrol-second-title",
        Step::Begin | Step::First | Step::Finished => "enrol-first-title",
    }
}

const fn status(wrong: Option<Wrong>) -> StatusCode {
    match wrong {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

async fn frame(op: &mut Op, visit: &Visit, held: &Held, title: &str) -> Result<Frame, OpError> {
    let organisation = person::find_organisation(op, held.person.organisation_id).await?;
    let name = organisation.map(|one| one.name.clone()).unwrap_or_default();
    Ok(visit.frame(title).at(name))
}

/// A new secret each time the page is shown, as on the page of the account.
async fn authenticator(op: &mut Op, held: &Held) -> Result<Authenticator, OpError> {
    const FAULT: OpError = OpError::Broken("a secret that waits is not there");
    let id = held.person.id;
    let token = authenticators::begin(op, id).await?;
    let seed = authenticators::pending(op, id, &token).await?.ok_or(FAULT)?;
    let organisation = person::find_organisation(op, held.person.organisation_id).await?;
    let name = organisation.map(|one| one.name.clone()).unwrap_or_default();
    Ok(Authenticator {
        pending: token.expose().to_owned(),
        shown: seed.show(&name, held.person.username.as_str())?,
    })
}

/// `POST /enrol/{token}`, field `act`: `begin`, `passkey` (with `answer`, `name`), `password` (`new`, `again`) or `totp`
/// (`pending`, `code`).
pub(super) async fn submit(
    _: Public,
    State(house): State<Arc<House>>,
    Path(token): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let done = match steps::find(&mut op, &Token::presented(&token), &visit.browser).await {
        Ok(Some(held)) => act(&mut op, &visit, &held, &form).await,
        Ok(None) => return gone(&visit),
        Err(fault) => Err(fault),
    };
    match op.conclude(done).await {
        Ok(Done::On | Done::Stale) => see_other(&format!("/enrol/{token}")),
        Ok(Done::Finished(codes)) => {
            let frame = visit.frame("enrol-done-title");
            page(StatusCode::OK, &DonePage { frame, codes })
        }
        Ok(Done::Wrong(wrong)) => answer(&house, &visit, &token, Some(wrong)).await,
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn act(op: &mut Op, visit: &Visit, held: &Held, form: &Form) -> Result<Done, OpError> {
    let step = held.step(op).await?;
    let text = |name: &str| form.get(name).unwrap_or_default();
    Ok(match (text("act"), step) {
        ("begin", Step::Begin) => {
            held.begin(op, visit.text.language()).await?;
            Done::On
        }
        ("passkey", Step::First | Step::Second) => {
            match held.add_passkey(op, (text("answer"), text("name"))).await? {
                Some(codes) => Done::Finished(codes),
                None => Done::Wrong(Wrong::Passkey),
            }
        }
        ("password", Step::First) => set_password(op, held, (text("new"), text("again"))).await?,
        ("totp", Step::Second) => {
            let pending = Token::presented(text("pending"));
            let name = visit.text.get("enrol-authenticator-name");
            match held
                .add_authenticator(op, &pending, (&name, text("code")))
                .await?
            {
                Ok(codes) => Done::Finished(codes),
                Err(_) => Done::Wrong(Wrong::Sentence("signin-wrong-enrolment-code")),
            }
        }
        _ => Done::Stale,
    })
}

async fn set_password(op: &mut Op, held: &Held, (new, again): (&str, &str)) -> Result<Done, OpError> {
    let wrong = |key| Ok(Done::Wrong(Wrong::Sentence(key)));
    // Both are in the hands of whoever sent the form: nothing is learned from how long this takes.
    if new != again {
        return wrong("account-password-wrong-different");
    }
    match held.set_password(op, &Secret::new(new.to_owned())).await? {
        Err(unfit) => wrong(unfit.sentence()),
        Ok(()) => Ok(match held.step(op).await? {
            Step::Finished => Done::Finished(Vec::new()),
            _ => Done::On,
        }),
    }
}
