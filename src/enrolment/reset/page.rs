//! The pages on which a forgotten password is set anew.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::{CHANGED, Came, Reset, Shown, ask, store};
use crate::domain::{Actor, ContinuationId, ResetStage, Secret};
use crate::factor::{guess, passkey, second};
use crate::http::{Form, Frame, Public, Submission, Visit, page, page_with_script, see_other};
use crate::op::{House, Op, OpError};
use crate::session::continuation;

const HERE: &str = "/reset-password";

#[derive(askama::Template)]
#[template(path = "enrolment/reset_ask.html")]
struct AskPage {
    frame: Frame,
    wrong: String,
}

#[derive(askama::Template)]
#[template(path = "enrolment/reset_code.html")]
struct CodePage {
    frame: Frame,
    here: String,
    username: String,
    /// The sign-in that is gone on with; empty where there is none.
    continuation: String,
    wrong: String,
}

#[derive(askama::Template)]
#[template(path = "enrolment/reset_second.html")]
struct SecondPage {
    frame: Frame,
    here: String,
    username: String,
    totp: bool,
    recovery: bool,
    /// What the browser asks the passkeys of the person for; empty where there are none.
    passkey: String,
    wrong: String,
    wrong_recovery: String,
}

#[derive(askama::Template)]
#[template(path = "enrolment/reset_set.html")]
struct SetPage {
    frame: Frame,
    here: String,
    username: String,
    wrong: String,
}

#[derive(askama::Template)]
#[template(path = "enrolment/reset_done.html")]
struct DonePage {
    frame: Frame,
    /// Where the person signs in.
    sign_in: String,
}

/// `GET /reset-password`: for whoever comes without having typed a name.
pub(in crate::enrolment) async fn begin(
    _: Public,
    State(house): State<Arc<House>>,
    visit: Visit,
) -> Response {
    if !house.config.resets_passwords() {
        return visit.error_page(StatusCode::NOT_FOUND, "reset-off");
    }
    ask_page(&visit, String::new())
}

fn ask_page(visit: &Visit, wrong: String) -> Response {
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let frame = visit.frame("reset-title");
    page(status, &AskPage { frame, wrong })
}

/// `POST /reset-password`, fields `username`, and `continuation` where somebody comes from a sign-in.
pub(in crate::enrolment) async fn submit_name(
    _: Public,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    if !house.config.resets_passwords() {
        return visit.error_page(StatusCode::NOT_FOUND, "reset-off");
    }
    let username = form.get("username").unwrap_or_default();
    if username.trim().is_empty() {
        return ask_page(&visit, visit.text.get("signin-wrong-username"));
    }
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    if let Some(wait) = guess::beyond_limit(&op).await {
        return visit.limited_page(wait);
    }
    let asked = async {
        let continuation = of_this_browser(&mut op, &visit, form.get("continuation")).await?;
        ask(&mut op, &visit.browser, username, continuation).await
    };
    let asked = asked.await;
    match op.conclude(asked).await {
        Ok(Ok(id)) => see_other(&format!("{HERE}/{id}")),
        Ok(Err(wait)) => visit.limited_page(wait),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The sign-in that a form names, if this browser has begun it.
async fn of_this_browser(
    op: &mut Op,
    visit: &Visit,
    named: Option<&str>,
) -> Result<Option<ContinuationId>, OpError> {
    let Some(id) = named.and_then(|text| text.parse().ok()) else {
        return Ok(None);
    };
    let found = continuation::find(op, id, &visit.browser).await?;
    Ok(found.map(|found| found.id))
}

/// What a form could not do: the step at hand, and the key of what is said.
type Wrong = Option<(&'static str, &'static str)>;

/// `GET /reset-password/{id}`: the page of the step at hand.
pub(in crate::enrolment) async fn show(
    _: Public,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    answer(&house, &visit, &id, None).await
}

async fn answer(house: &Arc<House>, visit: &Visit, id: &str, wrong: Wrong) -> Response {
    let mut op = Op::new(house, Actor::Anonymous, visit.seen.clone());
    let shown = match find(&mut op, visit, id).await {
        Ok(Some(reset)) => render(&mut op, visit, &reset, wrong).await,
        Ok(None) => return gone(visit),
        Err(fault) => Err(fault),
    };
    shown.unwrap_or_else(|fault| visit.fault_page(&fault))
}

fn gone(visit: &Visit) -> Response {
    visit.error_page(StatusCode::GONE, "reset-gone")
}

async fn find(op: &mut Op, visit: &Visit, id: &str) -> Result<Option<Reset>, OpError> {
    let Some(id) = id.parse().ok().filter(|_| op.house.config.resets_passwords()) else {
        return Ok(None);
    };
    let now = op.now;
    Ok(store::find(op.reading().await?, id, &visit.browser, now).await?)
}

async fn render(op: &mut Op, visit: &Visit, reset: &Reset, wrong: Wrong) -> Result<Response, OpError> {
    let status = match wrong {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let say = |act: &[&str]| match wrong {
        Some((of, key)) if act.contains(&of) => visit.text.get(key),
        _ => String::new(),
    };
    let (here, username) = (format!("{HERE}/{}", reset.id), reset.username.clone());
    Ok(match reset.stage {
        ResetStage::Asked => {
            let continuation = reset.continuation.map(|id| id.to_string());
            let template = CodePage {
                frame: visit.frame("reset-code-title"),
                here,
                username,
                continuation: continuation.unwrap_or_default(),
                wrong: say(&["code"]),
            };
            page(status, &template)
        }
        ResetStage::Reached => {
            let Some(account) = reset.account(op).await? else {
                return Ok(gone(visit));
            };
            let at_hand = second::enrolled(op, account.id).await?;
            let challenge = reset.challenge(op);
            let passkey = if at_hand.passkey {
                passkey::request_one_of(op, account.id, challenge).await?
            } else {
                None
            };
            let template = SecondPage {
                frame: visit.frame("reset-second-title"),
                here,
                username,
                totp: at_hand.totp,
                recovery: at_hand.recovery,
                passkey: passkey.unwrap_or_default(),
                wrong: say(&["totp", "passkey"]),
                wrong_recovery: say(&["recovery"]),
            };
            page_with_script(status, &template, &[])
        }
        ResetStage::Proven => {
            let template = SetPage {
                frame: visit.frame("reset-set-title"),
                here,
                username,
                wrong: say(&["password"]),
            };
            page_with_script(status, &template, &[])
        }
    })
}

/// What a form has done.
enum Done {
    /// On to the page of the step at hand.
    On,
    Wrong(&'static str, &'static str),
    Gone,
    /// The account was changed in the midst of it: nothing of the act stays.
    Undone,
    /// The password is set.
    Set,
}

/// `POST /reset-password/{id}`, field `act`: `code`, `totp` or `recovery` (with `code`), `password` (with `new` and `again`); or `answer`
/// of a passkey.
pub(in crate::enrolment) async fn submit(
    _: Public,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    if let Some(wait) = guess::beyond_limit(&op).await {
        return visit.limited_page(wait);
    }
    let reset = match find(&mut op, &visit, &id).await {
        Ok(Some(reset)) => reset,
        Ok(None) => return gone(&visit),
        Err(fault) => return visit.fault_page(&fault),
    };
    let done = act(&mut op, &reset, &form).await;
    if matches!(done, Ok(Done::Undone)) {
        drop(op);
        return undone(&house, &visit, &reset).await;
    }
    match op.conclude(done).await {
        Ok(Done::On) => see_other(&format!("{HERE}/{}", reset.id)),
        Ok(Done::Wrong(act, key)) => answer(&house, &visit, &id, Some((act, key))).await,
        Ok(Done::Gone | Done::Undone) => gone(&visit),
        Ok(Done::Set) => {
            let to = reset.continuation.map(|id| format!("/signin/{id}"));
            let template = DonePage {
                frame: visit.frame("reset-done-title"),
                sign_in: to.unwrap_or_else(|| "/signin".to_owned()),
            };
            page(StatusCode::OK, &template)
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

/// Only that it came to nothing is kept.
async fn undone(house: &Arc<House>, visit: &Visit, reset: &Reset) -> Response {
    let mut op = Op::new(house, Actor::Anonymous, visit.seen.clone());
    let kept = reset.gone(&mut op, "set", CHANGED).await;
    match op.conclude(kept).await {
        Ok(_) => gone(visit),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn act(op: &mut Op, reset: &Reset, form: &Form) -> Result<Done, OpError> {
    let text = |name: &str| form.get(name).unwrap_or_default();
    // The form of a passkey says nothing but its answer.
    let act = form.get("answer").map_or(text("act"), |_| "passkey");
    let (shown, wrong) = match (act, reset.stage) {
        ("code", ResetStage::Asked) => {
            let came = reset.enter_code(op, text("code")).await?;
            return Ok(match came {
                // Another one is sent from the same page.
                Came::Gone => Done::Wrong("code", "reset-code-gone"),
                came => came.or(Done::Wrong("code", "reset-wrong-code")),
            });
        }
        ("password", ResetStage::Proven) => return set(op, reset, form).await,
        ("totp", ResetStage::Reached) => (Shown::Totp(text("code")), ("totp", "signin-wrong-code")),
        ("recovery", ResetStage::Reached) => (
            Shown::RecoveryCode(text("code")),
            ("recovery", "signin-wrong-recovery-code"),
        ),
        ("passkey", ResetStage::Reached) => (
            Shown::Passkey(text("answer")),
            ("passkey", "signin-wrong-passkey"),
        ),
        _ => return Ok(Done::On),
    };
    let came = reset.prove(op, shown).await?;
    Ok(came.or(Done::Wrong(wrong.0, wrong.1)))
}

impl Came {
    fn or(self, wrong: Done) -> Done {
        match self {
            Self::On => Done::On,
            Self::Wrong => wrong,
            Self::Gone => Done::Gone,
            Self::Undone => Done::Undone,
        }
    }
}

async fn set(op: &mut Op, reset: &Reset, form: &Form) -> Result<Done, OpError> {
    let new = form.get("new").unwrap_or_default();
    // Both are in the hands of whoever sent the form: nothing is learned from how long this takes.
    if form.get("again") != Some(new) {
        return Ok(Done::Wrong("password", "account-password-wrong-different"));
    }
    Ok(match reset.set(op, &Secret::new(new.to_owned())).await? {
        Ok(Came::On) => Done::Set,
        Ok(came) => came.or(Done::Gone),
        Err(unfit) => Done::Wrong("password", unfit.sentence()),
    })
}
