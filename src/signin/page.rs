//! The pages of a sign-in, one for each step.

use axum::response::Response;
use http::StatusCode;

use super::attempt::{Attempt, Trouble};
use super::create;
use super::flow::{State, Step, Tell};
use crate::client;
use crate::factor::totp;
use crate::http::{Frame, Text, Visit, page, page_with_form_targets};
use crate::op::{Op, OpError};
use crate::person;

/// What each page has.
struct Basis {
    /// The path of the sign-in, `/signin/ID`.
    here: String,
    revision: String,
    /// What went wrong at the last try; empty if nothing did.
    wrong: String,
    /// Why the same person is asked again; empty if it is the first time.
    again: String,
    /// Who the person says to be, or before that who the application believes them to be.
    username: String,
}

#[derive(askama::Template)]
#[template(path = "signin/identify.html")]
struct IdentifyPage {
    frame: Frame,
    basis: Basis,
    /// Where accounts are made; empty where none are.
    create: String,
}

#[derive(askama::Template)]
#[template(path = "signin/password.html")]
struct PasswordPage {
    frame: Frame,
    basis: Basis,
}

#[derive(askama::Template)]
#[template(path = "signin/totp.html")]
struct TotpPage {
    frame: Frame,
    basis: Basis,
}

#[derive(askama::Template)]
#[template(path = "signin/recovery.html")]
struct RecoveryPage {
    frame: Frame,
    basis: Basis,
}

#[derive(askama::Template)]
#[template(path = "signin/enrol.html")]
struct EnrolPage {
    frame: Frame,
    basis: Basis,
    /// An SVG element made by us from a secret of ours.
    qr: String,
    key: String,
}

#[derive(askama::Template)]
#[template(path = "signin/recovery_codes.html")]
struct RecoveryCodesPage {
    frame: Frame,
    basis: Basis,
    codes: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "signin/recovery_used.html")]
struct RecoveryUsedPage {
    frame: Frame,
    basis: Basis,
    left: String,
}

#[derive(askama::Template)]
#[template(path = "signin/unreachable.html")]
struct UnreachablePage {
    frame: Frame,
}

#[derive(askama::Template)]
#[template(path = "signin/finished.html")]
struct FinishedPage {
    frame: Frame,
}

/// The page of a sign-in that is over: a tab that was left open, or the back button.
pub(super) fn finished(visit: &Visit) -> Response {
    let frame = visit.frame("signin-finished-title");
    page(StatusCode::OK, &FinishedPage { frame })
}

/// The page of the step at hand; `by_recovery` asks for a recovery code in place of an authenticator's.
pub(super) async fn render(
    op: &mut Op,
    visit: &Visit,
    attempt: &Attempt,
    step: Step,
    by_recovery: bool,
) -> Result<Response, OpError> {
    let (place, targets) = application(op, attempt).await?;
    let text = &visit.text;
    let basis = |title: &str| {
        let frame = visit.frame(title).at(place.clone());
        (frame, Basis::new(attempt, text))
    };
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    Ok(match step {
        // A sign-in that is complete goes on by itself; where it does not, the person begins again.
        Step::Identify | Step::Complete => {
            let (frame, basis) = basis("signin-identify-title");
            let create = create::address(op, attempt).await?;
            answer(&IdentifyPage { frame, basis, create }, &targets)
        }
        Step::Password => {
            let (frame, basis) = basis("signin-password-title");
            answer(&PasswordPage { frame, basis }, &targets)
        }
        Step::Totp if by_recovery => {
            let (frame, basis) = basis("signin-recovery-title");
            answer(&RecoveryPage { frame, basis }, &targets)
        }
        Step::Totp => {
            let (frame, basis) = basis("signin-totp-title");
            answer(&TotpPage { frame, basis }, &targets)
        }
        Step::EnrolTotp => {
            let (frame, basis) = basis("signin-enrol-title");
            let totp::Enrolment { qr, key } = enrolment(op, attempt).await?;
            answer(
                &EnrolPage {
                    frame,
                    basis,
                    qr,
                    key,
                },
                &targets,
            )
        }
        Step::ShowRecoveryCodes => {
            let (frame, basis) = basis("signin-codes-title");
            let codes = codes(op, attempt)?;
            answer(&RecoveryCodesPage { frame, basis, codes }, &targets)
        }
        Step::RecoveryCodeUsed => {
            let (frame, basis) = basis("signin-left-title");
            let left = text.get_count("signin-left", "count", left(attempt));
            answer(&RecoveryUsedPage { frame, basis, left }, &targets)
        }
        Step::Unreachable => {
            let (frame, _) = basis("signin-unreachable-title");
            answer(&UnreachablePage { frame }, &targets)
        }
    })
}

fn answer(template: &impl askama::Template, targets: &[&str]) -> Response {
    page_with_form_targets(StatusCode::OK, template, targets)
}

impl Basis {
    fn new(attempt: &Attempt, text: &Text) -> Self {
        let wrong = match attempt.trouble {
            None => String::new(),
            Some(trouble) => text.get(sentence(trouble)),
        };
        // Who said "not you?" is not asked for by that name again.
        let hinted = attempt
            .continuation
            .login_hint
            .as_ref()
            .filter(|_| !attempt.fresh);
        let username = match attempt.state.who() {
            Some(who) => Some(who.username().to_owned()),
            None => hinted.cloned(),
        };
        let found = &attempt.continuation;
        let again = found.client_id.is_none() && found.required.person.is_some();
        Self {
            again: if again {
                text.get("signin-again")
            } else {
                String::new()
            },
            here: format!("/signin/{}", attempt.continuation.id),
            revision: attempt.revision(),
            wrong,
            username: username.unwrap_or_default(),
        }
    }
}

const fn sentence(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::NoUsername => "signin-wrong-username",
        Trouble::Password => "signin-wrong-password",
        Trouble::Code => "signin-wrong-code",
        Trouble::RecoveryCode => "signin-wrong-recovery-code",
        Trouble::EnrolmentCode => "signin-wrong-enrolment-code",
        Trouble::MayNotSignIn => "signin-may-not",
    }
}

/// The name of the application that waits for the sign-in, and the addresses at which its forms may end.
async fn application(op: &mut Op, attempt: &Attempt) -> Result<(String, Vec<String>), OpError> {
    let Some(id) = &attempt.continuation.client_id else {
        return Ok((String::new(), Vec::new()));
    };
    Ok(match client::find(op, id).await? {
        None => (String::new(), Vec::new()),
        Some(client) => (
            client.name.clone(),
            client
                .redirect_uris
                .iter()
                .map(|uri| uri.as_str().to_owned())
                .collect(),
        ),
    })
}

async fn enrolment(op: &mut Op, attempt: &Attempt) -> Result<totp::Enrolment, OpError> {
    const FAULT: OpError = OpError::Broken("an enrolment without its secret");
    let State::Known {
        who,
        pending: Some(sealed),
        ..
    } = &attempt.state
    else {
        return Err(FAULT);
    };
    let secret = attempt.unseal(op, sealed)?;
    let organisation = who.organisation().ok_or(FAULT)?;
    let organisation = person::find_organisation(op, organisation).await?.ok_or(FAULT)?;
    totp::show(&secret, &organisation.name, who.username())
}

fn codes(op: &Op, attempt: &Attempt) -> Result<Vec<String>, OpError> {
    const FAULT: OpError = OpError::Broken("recovery codes to show that are not there");
    let State::Strong {
        tell: Some(Tell::Codes(sealed)),
        ..
    } = &attempt.state
    else {
        return Err(FAULT);
    };
    let codes = attempt.unseal(op, sealed)?;
    let codes = std::str::from_utf8(&codes).map_err(|_| FAULT)?;
    Ok(codes.lines().map(str::to_owned).collect())
}

fn left(attempt: &Attempt) -> i64 {
    match &attempt.state {
        State::Strong {
            tell: Some(Tell::Left(left)),
            ..
        } => *left,
        _ => 0,
    }
}
