//! The pages of a sign-in, one for each step.

use axum::response::Response;
use http::StatusCode;

use super::attempt::{self, Attempt, Trouble};
use super::create;
use super::flow::{State, Step, Tell};
use crate::client;
use crate::factor::passkey::{self, Signal};
use crate::factor::totp;
use crate::http::{Frame, Text, Visit, day, page, page_with_form_targets, page_with_script};
use crate::op::{Op, OpError};
use crate::person;

/// What each page has.
struct Basis {
    id: String,
    /// The path of the sign-in, `/signin/ID`, and that of its passkeys.
    here: String,
    passkey: String,
    /// Where a new one is sent.
    new_passkey: String,
    revision: String,
    /// What went wrong at the last try; empty if nothing did.
    wrong: String,
    /// Why the same person is asked again; empty if it is the first time.
    again: String,
    /// Who the person says to be, or before that who the application believes them to be.
    username: String,
    /// What the keeper of the browser's passkeys is told.
    signals: Vec<Signal>,
}

#[derive(askama::Template)]
#[template(path = "signin/identify.html")]
struct IdentifyPage {
    frame: Frame,
    basis: Basis,
    /// Where accounts are made; empty where none are.
    create: String,
    passkey: String,
}

#[derive(askama::Template)]
#[template(path = "signin/password.html")]
struct PasswordPage {
    frame: Frame,
    basis: Basis,
    passkey: String,
    /// Whether a forgotten password can be set anew.
    resets: bool,
}

#[derive(askama::Template)]
#[template(path = "signin/second_factor.html")]
struct SecondFactorPage {
    frame: Frame,
    basis: Basis,
    totp: bool,
    recovery: bool,
    passkey: String,
    /// How long this device can be trusted, as the label of the box; empty where it cannot.
    trust: String,
}

#[derive(askama::Template)]
#[template(path = "signin/recovery.html")]
struct RecoveryPage {
    frame: Frame,
    basis: Basis,
    /// The other way: an authenticator, or else a passkey.
    totp: bool,
}

#[derive(askama::Template)]
#[template(path = "signin/enrol.html")]
struct EnrolPage {
    frame: Frame,
    basis: Basis,
    shown: totp::Enrolment,
}

/// A passkey is demanded, or offered.
#[derive(askama::Template)]
#[template(path = "signin/new_passkey.html")]
struct NewPasskeyPage {
    frame: Frame,
    basis: Basis,
    /// What the browser is asked to make, as JSON; empty where it cannot be.
    options: String,
    offered: bool,
    /// Until when a roll-out asks for it; empty if none does.
    due: String,
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
#[template(path = "signin/refused.html")]
struct RefusedPage {
    frame: Frame,
    basis: Basis,
    /// As the organisation's rule says it.
    sentence: String,
    /// Whether a session of theirs lives in this browser.
    signed_in: bool,
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

/// What the pages of one sign-in share.
struct Scene<'a> {
    visit: &'a Visit,
    attempt: &'a Attempt,
    /// The name of the application that waits for the sign-in, and the addresses at which its forms may end.
    place: String,
    targets: Vec<String>,
    signals: Vec<Signal>,
}

impl Scene<'_> {
    fn basis(&self, title: &str) -> (Frame, Basis) {
        let frame = self.visit.frame(title).at(self.place.clone());
        let basis = Basis {
            signals: self.signals.clone(),
            ..Basis::new(self.attempt, &self.visit.text)
        };
        (frame, basis)
    }

    fn targets(&self) -> Vec<&str> {
        self.targets.iter().map(String::as_str).collect()
    }

    fn plain(&self, template: &impl askama::Template) -> Response {
        page_with_form_targets(StatusCode::OK, template, &self.targets())
    }

    /// With the script of passkeys, if there are any.
    fn scripted(&self, template: &impl askama::Template) -> Response {
        page_with_script(StatusCode::OK, template, &self.targets())
    }
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
    let scene = Scene {
        visit,
        attempt,
        place,
        targets,
        signals: signals(op, attempt),
    };
    Ok(match step {
        // A sign-in that is complete goes on by itself; where it does not, the person begins again.
        Step::Identify | Step::Complete => identify(op, &scene).await?,
        Step::Password => {
            let (frame, basis) = scene.basis("signin-password-title");
            let passkey = any_passkey(op, attempt)?;
            scene.scripted(&PasswordPage {
                frame,
                basis,
                passkey,
                resets: op.house.config.resets_passwords(),
            })
        }
        Step::SecondFactor { totp, .. } if by_recovery => {
            let (frame, basis) = scene.basis("signin-recovery-title");
            scene.plain(&RecoveryPage { frame, basis, totp })
        }
        Step::SecondFactor {
            totp,
            passkey,
            recovery,
        } => second_factor(op, &scene, (totp, passkey), recovery).await?,
        Step::EnrolPasskey => new_passkey(op, &scene, false).await?,
        Step::OfferPasskey => new_passkey(op, &scene, true).await?,
        Step::EnrolTotp => {
            let (frame, basis) = scene.basis("signin-enrol-title");
            let shown = enrolment(op, attempt).await?;
            scene.plain(&EnrolPage { frame, basis, shown })
        }
        Step::ShowRecoveryCodes => {
            let (frame, basis) = scene.basis("signin-codes-title");
            let codes = codes(op, attempt)?;
            scene.plain(&RecoveryCodesPage { frame, basis, codes })
        }
        Step::RecoveryCodeUsed => {
            let (frame, basis) = scene.basis("signin-left-title");
            let left = visit.text.get_count("signin-left", "count", left(attempt));
            scene.plain(&RecoveryUsedPage { frame, basis, left })
        }
        Step::Unreachable => {
            let (frame, _) = scene.basis("signin-unreachable-title");
            scene.plain(&UnreachablePage { frame })
        }
        Step::Refused => refused(op, &scene).await?,
    })
}

/// The page of somebody whom a rule does not let in.
async fn refused(op: &mut Op, scene: &Scene<'_>) -> Result<Response, OpError> {
    let (frame, basis) = scene.basis("signin-refused-title");
    let (required, _) = scene.attempt.policy(op).await?;
    Ok(scene.plain(&RefusedPage {
        frame,
        basis,
        sentence: required.refused().unwrap_or_default().to_owned(),
        signed_in: scene.attempt.has_session_of_identified(),
    }))
}

async fn identify(op: &mut Op, scene: &Scene<'_>) -> Result<Response, OpError> {
    let (frame, basis) = scene.basis("signin-identify-title");
    Ok(scene.scripted(&IdentifyPage {
        frame,
        basis,
        create: create::address(op, scene.attempt).await?,
        passkey: any_passkey(op, scene.attempt)?,
    }))
}

async fn second_factor(
    op: &mut Op,
    scene: &Scene<'_>,
    (totp, passkey): (bool, bool),
    recovery: bool,
) -> Result<Response, OpError> {
    let title = if totp {
        "signin-totp-title"
    } else {
        "signin-passkey-title"
    };
    let (frame, basis) = scene.basis(title);
    let passkey = if passkey {
        own_passkey(op, scene.attempt).await?
    } else {
        String::new()
    };
    Ok(scene.scripted(&SecondFactorPage {
        frame,
        basis,
        totp,
        recovery,
        passkey,
        trust: trust(op, scene).await?,
    }))
}

/// The label of the box by which a device is trusted.
async fn trust(op: &mut Op, scene: &Scene<'_>) -> Result<String, OpError> {
    let (required, _) = scene.attempt.policy(op).await?;
    let days = required
        .rules
        .verdict
        .remember
        .map(|remember| remember.as_secs() / 86_400);
    let days = days.and_then(|days| i64::try_from(days).ok());
    let text = &scene.visit.text;
    Ok(days.map_or_else(String::new, |days| text.get_count("signin-trust", "days", days)))
}

/// The page on which the person at hand makes a passkey.
async fn new_passkey(op: &mut Op, scene: &Scene<'_>, offered: bool) -> Result<Response, OpError> {
    let title = if offered {
        "signin-offer-title"
    } else {
        "signin-new-passkey-title"
    };
    let (frame, basis) = scene.basis(title);
    let asked = scene.attempt.enrolment(op);
    let options = match scene.attempt.state.proven() {
        Some(person) => match person::find(op, person).await? {
            Some(person) => passkey::request_new(op, &person, asked).await?,
            None => None,
        },
        None => None,
    };
    let (required, enrolled) = scene.attempt.policy(op).await?;
    let due = attempt::due(enrolled, &required).map(|enrol| {
        let date = day(enrol.due);
        scene.visit.text.get_with(enrol.sentence(), "date", &date)
    });
    Ok(scene.scripted(&NewPasskeyPage {
        frame,
        basis,
        options: options.unwrap_or_default(),
        offered,
        due: due.unwrap_or_default(),
    }))
}

/// What the browser asks any of its passkeys for; empty where there are none.
fn any_passkey(op: &Op, attempt: &Attempt) -> Result<String, OpError> {
    Ok(passkey::request_any(op, attempt.challenge(op))?.unwrap_or_default())
}

/// A passkey that is not known here need not be offered again.
fn signals(op: &Op, attempt: &Attempt) -> Vec<Signal> {
    let unknown = attempt.trouble == Some(Trouble::UnknownPasskey);
    unknown
        .then(|| Signal::unknown(&op.house))
        .flatten()
        .into_iter()
        .collect()
}

/// The same for the passkeys of the person who has given the password.
async fn own_passkey(op: &mut Op, attempt: &Attempt) -> Result<String, OpError> {
    let challenge = attempt.challenge(op);
    let options = match attempt.state.proven() {
        Some(person) => passkey::request_one_of(op, person, challenge).await?,
        None => None,
    };
    Ok(options.unwrap_or_default())
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
        let here = format!("/signin/{}", found.id);
        Self {
            again: if again {
                text.get("signin-again")
            } else {
                String::new()
            },
            passkey: format!("{here}/passkey"),
            new_passkey: format!("{here}/new-passkey"),
            id: found.id.to_string(),
            here,
            revision: attempt.revision(),
            wrong,
            username: username.unwrap_or_default(),
            signals: Vec::new(),
        }
    }
}

const fn sentence(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::NoUsername => "signin-wrong-username",
        Trouble::Password => "signin-wrong-password",
        Trouble::Code => "signin-wrong-code",
        Trouble::Passkey => "signin-wrong-passkey",
        Trouble::UnknownPasskey => "signin-unknown-passkey",
        Trouble::NewPasskey => "account-passkey-not-added",
        Trouble::UnlistedPasskey => "account-passkey-unlisted",
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
    let seed = totp::Seed::from_bytes(&attempt.unseal(op, sealed)?)?;
    let organisation = who.organisation().ok_or(FAULT)?;
    let organisation = person::find_organisation(op, organisation).await?.ok_or(FAULT)?;
    seed.show(&organisation.name, who.username())
}

fn codes(op: &Op, attempt: &Attempt) -> Result<Vec<String>, OpError> {
    const FAULT: OpError = OpError::Broken("recovery codes to show that are not there");
    let Some(Tell::Codes(sealed)) = attempt.state.tell() else {
        return Err(FAULT);
    };
    let codes = attempt.unseal(op, sealed)?;
    let codes = std::str::from_utf8(&codes).map_err(|_| FAULT)?;
    Ok(codes.lines().map(str::to_owned).collect())
}

fn left(attempt: &Attempt) -> i64 {
    match attempt.state.tell() {
        Some(Tell::Left(left)) => *left,
        _ => 0,
    }
}
