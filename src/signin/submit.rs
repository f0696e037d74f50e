//! What a form of a sign-in does: one input, checked against the step at hand, moves the attempt on.

use std::time::Duration;

use serde_json::json;

use super::attempt::{Attempt, Making, Trouble};
use super::flow::{self, Authenticated, State, Step, Tell};
use super::proof::{Identified, MAY_NOT, NoPasskey, PasskeyProven, PasswordProven, SecondFactorProven};
use super::{spraying, watch};
use crate::domain::{Acr, Actor, ClientId, EventKind, Secret, Subject, Token};
use crate::factor::passkey::{self, NotMade};
use crate::factor::password::Place;
use crate::factor::{guess, recovery, totp};
use crate::mail::{self, Happened};
use crate::op::{EventDraft, Op, OpError};
use crate::person;
use crate::rule::{self, Sighting, Situation};
use crate::session::requirement::ByRules;
use crate::session::{self, continuation};

/// What a person has sent.
#[derive(Debug)]
pub(super) enum Input {
    Username(String),
    /// With whether the browser says that it could make a passkey, and with its place among those to be hashed.
    Password(Secret, bool, Place),
    Totp(String),
    /// The answer of a passkey, as the browser has it (JSON).
    Passkey(String),
    RecoveryCode(String),
    EnrolmentCode(String),
    /// What the browser has made (JSON), and how it is called.
    NewPasskey(String, String),
    /// No passkey now.
    NotNow,
    /// Recovery codes are kept, or it is known how many are left.
    Told,
    /// "Not you?"
    Restart,
}

/// What comes of it.
#[derive(Debug)]
pub(super) enum Outcome {
    /// On to the page of the step at hand: after progress, after a wrong try, and for a form that is not of this step.
    Go,
    /// Signed in: the cookie to set, and the way back.
    Completed(Token, String),
    /// Too many tries from this address; so long to wait.
    Limited(Duration),
}

impl Input {
    fn fits(&self, step: Step) -> bool {
        match self {
            Self::Username(_) => step == Step::Identify,
            Self::Password(..) => step == Step::Password,
            Self::Totp(_) => matches!(step, Step::SecondFactor { totp: true, .. }),
            Self::RecoveryCode(_) => matches!(step, Step::SecondFactor { recovery: true, .. }),
            Self::Passkey(_) => matches!(
                step,
                Step::Identify | Step::Password | Step::SecondFactor { passkey: true, .. }
            ),
            Self::EnrolmentCode(_) => step == Step::EnrolTotp,
            Self::NewPasskey(..) => matches!(step, Step::EnrolPasskey | Step::OfferPasskey),
            Self::NotNow => step == Step::OfferPasskey,
            Self::Told => matches!(step, Step::ShowRecoveryCodes | Step::RecoveryCodeUsed),
            Self::Restart => true,
        }
    }

    /// Something that could be guessed, of an account that is named.
    fn is_secret(&self) -> bool {
        matches!(self, Self::Password(..) | Self::Totp(_) | Self::RecoveryCode(_))
    }

    fn is_guess(&self) -> bool {
        match self {
            Self::Password(..)
            | Self::Totp(_)
            | Self::Passkey(_)
            | Self::RecoveryCode(_)
            | Self::EnrolmentCode(_)
            | Self::NewPasskey(..) => true,
            Self::Username(_) | Self::NotNow | Self::Told | Self::Restart => false,
        }
    }
}

/// Takes one input. `revision` is that of the form; `trust` says whether the person trusts the device, which counts with a
/// second factor only.
pub(super) async fn submit(
    mut op: Op,
    mut attempt: Attempt,
    (revision, trust): (Option<&str>, bool),
    input: Input,
) -> Result<Outcome, OpError> {
    if matches!(input, Input::NewPasskey(..) | Input::EnrolmentCode(_)) {
        attempt.forget_old_session(&op);
    }
    let step = attempt.step(&mut op).await?;
    if revision != Some(attempt.revision().as_str()) || !input.fits(step) {
        return Ok(Outcome::Go);
    }
    if input.is_guess()
        && let Some(wait) = guess::beyond_limit(&op).await
    {
        return Ok(Outcome::Limited(wait));
    }
    let guesses_at = attempt.state.who().cloned().filter(|_| input.is_secret());
    let browser = attempt.continuation.browser;
    let counted = match &guesses_at {
        None => None,
        Some(who) => match spraying::begin(&mut op, who, browser).await? {
            Ok(guess) => guess.map(|guess| (guess, who)),
            Err(wait) => return Ok(Outcome::Limited(wait)),
        },
    };
    let ends_second_factor = matches!(step, Step::SecondFactor { .. });
    attempt.trouble = apply(&mut op, &mut attempt, input).await?;
    if let Some((guess, who)) = counted {
        let was_wrong = attempt.trouble.is_some();
        guess.end(&mut op, who, (browser, was_wrong)).await?;
    }
    if attempt.trouble.is_some() {
        if let Some(who) = &guesses_at {
            watch::tell_of_guess(&mut op, who, attempt.continuation.client_id.as_ref()).await?;
        }
        // A failure stays on record and counts, even if another request was faster.
        attempt.save(&mut op).await?;
        op.commit().await?;
        return Ok(Outcome::Go);
    }
    if ends_second_factor {
        attempt.trust = trust;
        if let Some(person) = attempt.state.proven() {
            watch::went_on(&op, person, browser).await;
        }
    }
    advance(op, attempt).await
}

/// Stores the state that was reached, or completes the sign-in if nothing is missing.
pub(super) async fn advance(mut op: Op, mut attempt: Attempt) -> Result<Outcome, OpError> {
    // Once: with rules it is the dearest part of a step.
    let policy = attempt.policy(&mut op).await?;
    let step = attempt.step_under(&mut op, &policy).await?;
    attempt.prepare(&op, step)?;
    let ((required, enrolled), now) = (policy, op.now);
    let completed = match step {
        // Nothing is missing; the person is asked something before they go on.
        Step::OfferPasskey => Err(Box::new(std::mem::take(&mut attempt.state))),
        _ => flow::complete(std::mem::take(&mut attempt.state), enrolled, &required, now),
    };
    match completed {
        Ok(authenticated) => finish(op, attempt, authenticated, &required.rules).await,
        Err(state) => {
            attempt.state = *state;
            if step == Step::Refused {
                record_refusal(&mut op, &attempt, &required.rules).await?;
            } else if let State::Known { password, .. } = &attempt.state
                && password.at() == op.now
                && password.session().is_none()
            {
                // It was given in this act, and something comes after it.
                watch::look_later(&mut op, password.person(), attempt.continuation.browser).await?;
            }
            // Without commit nothing of a stale form stays.
            if attempt.save(&mut op).await? {
                op.commit().await?;
            }
            Ok(Outcome::Go)
        }
    }
}

/// Checks the input and moves the state on; answers what went wrong.
async fn apply(op: &mut Op, attempt: &mut Attempt, input: Input) -> Result<Option<Trouble>, OpError> {
    let client = attempt.continuation.client_id.clone();
    let client = client.as_ref();
    let next = match (input, attempt.state.clone()) {
        (Input::Restart, _) => {
            (attempt.fresh, attempt.making) = (true, Making::default());
            attempt.trust = false;
            Ok(State::Start)
        }
        (Input::Username(typed), state) => identify(op, state, &typed, client).await?,
        (Input::Password(typed, able, place), State::Named { who }) => {
            attempt.making = if able { Making::Able } else { Making::Unable };
            let proof = PasswordProven::by_password(op, &who, (&typed, &place), client).await?;
            let named = State::Named { who };
            proof.map(|proof| named.known(proof)).ok_or(Trouble::Password)
        }
        (Input::Totp(typed), state) => enter_code(op, state, &typed, client).await?,
        (Input::Passkey(answer), state) => use_passkey(op, attempt, state, &answer).await?,
        (Input::RecoveryCode(typed), state) => recover(op, state, &typed, client).await?,
        (Input::EnrolmentCode(typed), state) => enrol(op, attempt, state, &typed).await?,
        (Input::NewPasskey(answer, name), state) => {
            make_passkey(op, attempt, state, (&answer, &name)).await?
        }
        (Input::NotNow, state) => {
            attempt.making = Making::Refused;
            Ok(state)
        }
        (Input::Told, state) => Ok(state.told()),
        (Input::Password(..), state) => Ok(state),
    };
    match next {
        Ok(state) => {
            attempt.state = state;
            Ok(None)
        }
        Err(trouble) => Ok(Some(trouble)),
    }
}

async fn enter_code(
    op: &mut Op,
    state: State,
    typed: &str,
    client: Option<&ClientId>,
) -> Result<Result<State, Trouble>, OpError> {
    let State::Known { who, password, .. } = &state else {
        return Ok(Ok(state));
    };
    let proof = SecondFactorProven::by_totp(op, who, password, typed, client).await?;
    Ok(proof.map(|proof| state.strong(proof, None)).ok_or(Trouble::Code))
}

/// Binds what the browser has made to the person who has proven who they are. Whoever has it alone keeps something that lets them
/// in without it.
async fn make_passkey(
    op: &mut Op,
    attempt: &mut Attempt,
    state: State,
    given: (&str, &str),
) -> Result<Result<State, Trouble>, OpError> {
    const FAULT: OpError = OpError::Broken("a passkey is made for a person who exists");
    let making = match attempt.step(op).await? {
        Step::OfferPasskey => Making::Offered,
        _ => Making::Demanded,
    };
    let person = person::find(op, state.proven().ok_or(FAULT)?)
        .await?
        .ok_or(FAULT)?;
    match passkey::enrol(op, &person, attempt.enrolment(op), given).await? {
        Ok(()) => {}
        Err(NotMade::Unlisted) => return Ok(Err(Trouble::UnlistedPasskey)),
        Err(_) => return Ok(Err(Trouble::NewPasskey)),
    }
    attempt.making = making;
    let codes = recovery::make_first(op, person.id).await?;
    if codes.is_empty() {
        return Ok(Ok(state));
    }
    let sealed = attempt.seal(op, codes.join("\n").as_bytes())?;
    Ok(Ok(state.telling(Tell::Codes(sealed))))
}

/// A passkey proves all at once, or what is missing after the password.
async fn use_passkey(
    op: &mut Op,
    attempt: &Attempt,
    state: State,
    answer: &str,
) -> Result<Result<State, Trouble>, OpError> {
    let client = attempt.continuation.client_id.as_ref();
    let shown = (attempt.challenge(op), answer);
    if let State::Known { who, password, .. } | State::Strong { who, password, .. } = &state {
        let proof = SecondFactorProven::by_passkey(op, who, password, shown, client).await?;
        return Ok(proof
            .map(|proof| state.clone().strong(proof, None))
            .ok_or(Trouble::Passkey));
    }
    let proof = PasskeyProven::by_answer(op, shown, client).await?;
    Ok(proof
        .map(|(who, passkey)| state.by_passkey(who, passkey))
        .map_err(|why| match why {
            NoPasskey::Unknown => Trouble::UnknownPasskey,
            NoPasskey::Wrong => Trouble::Passkey,
        }))
}

async fn recover(
    op: &mut Op,
    state: State,
    typed: &str,
    client: Option<&ClientId>,
) -> Result<Result<State, Trouble>, OpError> {
    let State::Known { who, password, .. } = &state else {
        return Ok(Ok(state));
    };
    let proof = SecondFactorProven::by_recovery_code(op, who, password, typed, client).await?;
    let Some(proof) = proof else {
        return Ok(Err(Trouble::RecoveryCode));
    };
    let left = recovery::left(op, password.person()).await?;
    Ok(Ok(state.strong(proof, Some(Tell::Left(left)))))
}

async fn identify(
    op: &mut Op,
    state: State,
    typed: &str,
    client: Option<&ClientId>,
) -> Result<Result<State, Trouble>, OpError> {
    if typed.trim().is_empty() {
        return Ok(Err(Trouble::NoUsername));
    }
    let who = Identified::by_username(op, typed, client).await?;
    Ok(Ok(state.named(who)))
}

/// Confirms a new authenticator by its first code, and makes recovery codes with it.
async fn enrol(
    op: &mut Op,
    attempt: &Attempt,
    state: State,
    typed: &str,
) -> Result<Result<State, Trouble>, OpError> {
    let State::Known {
        who,
        password,
        pending: Some(sealed),
        ..
    } = state
    else {
        return Ok(Ok(state));
    };
    let seed = totp::Seed::from_bytes(&attempt.unseal(op, &sealed)?)?;
    let client = attempt.continuation.client_id.as_ref();
    let proof = SecondFactorProven::by_enrolment(op, &who, &password, (&seed, typed), client).await?;
    let Some(proof) = proof else {
        return Ok(Err(Trouble::EnrolmentCode));
    };
    let codes = recovery::make(op, password.person()).await?.join("\n");
    let tell = Tell::Codes(attempt.seal(op, codes.as_bytes())?);
    let known = State::Known {
        who,
        password,
        pending: None,
        tell: None,
    };
    Ok(Ok(known.strong(proof, Some(tell))))
}

/// Why a rule's refusal is on record.
const BY_RULE: &str = "a rule of the organisation";

async fn record_refusal(op: &mut Op, attempt: &Attempt, rules: &ByRules) -> Result<(), OpError> {
    let (Some(who), Some(person)) = (attempt.state.who(), attempt.state.proven()) else {
        return Ok(());
    };
    let client = attempt.continuation.client_id.as_ref();
    let draft = who.event(EventKind::SignInRefused, client, Some(BY_RULE));
    let situation = Situation::of(op, person).await?;
    op.record(with_rules(draft, rules, &situation));
    watch::tell_of_risk(op, person, &situation, &Happened::UnusualRefused).await?;
    Ok(())
}

fn names(verdict: &rule::Verdict) -> Vec<&str> {
    verdict.by.iter().map(AsRef::as_ref).collect()
}

/// Begins the session, in the same transaction as everything that led to it.
async fn finish(
    mut op: Op,
    mut attempt: Attempt,
    authenticated: Authenticated,
    rules: &ByRules,
) -> Result<Outcome, OpError> {
    let client = attempt.continuation.client_id.clone();
    let person = authenticated.person();
    let (who, strength) = authenticated.into_parts();
    attempt.state = State::Start;
    let Ok(standing) = person::may_sign_in(&mut op, Subject::Person(person)).await? else {
        who.record(&mut op, EventKind::SignInRefused, client.as_ref(), Some(MAY_NOT));
        attempt.trouble = Some(Trouble::MayNotSignIn);
        attempt.save(&mut op).await?;
        op.commit().await?;
        return Ok(Outcome::Go);
    };
    op.actor = Actor::Person(person);
    let replaces = attempt.session.as_ref().map(|session| session.id);
    let (acr, amr) = (strength.acr, strength.amr.clone());
    let situation = Situation::of(&mut op, person).await?;
    let sighting = rule::see_device(&mut op, person, attempt.continuation.browser).await?;
    // One mail for one sign-in.
    let is_told = watch::tell_of_risk(&mut op, person, &situation, &Happened::Unusual).await?;
    if sighting == Sighting::New && !is_told {
        mail::tell(&mut op, person, &Happened::NewDevice).await?;
    }
    let begun = session::start(&mut op, &standing, strength, (replaces, client.as_ref()));
    let (session, token) = begun.await?;
    let whose = (session.organisation_id, person);
    let mut draft = EventDraft::success(EventKind::SignInCompleted)
        .organisation(session.organisation_id)
        .target("person", person)
        .session(session.id)
        .detail("acr", acr.as_str())
        .detail("amr", json!(amr));
    if let Some(client) = &client {
        draft = draft.client(client);
    }
    op.record(with_rules(draft, rules, &situation));
    rule::record(&mut op, whose, (attempt.continuation.aim(), &situation), acr).await?;
    if attempt.trust && rules.verdict.remember.is_some() && acr > Acr::One {
        rule::trust(&mut op, person).await?;
    }
    continuation::prove(&mut op, attempt.continuation.id, &session).await?;
    attempt.fresh = false;
    if !attempt.save(&mut op).await? {
        return Ok(Outcome::Go);
    }
    op.commit().await?;
    Ok(Outcome::Completed(token, attempt.continuation.way_back()))
}

/// What the rules asked, what they would have asked, and how unusual the sign-in is.
fn with_rules(mut draft: EventDraft, rules: &ByRules, situation: &Situation) -> EventDraft {
    draft = draft
        .detail("device", situation.device.as_str())
        .detail("risk", situation.risk.level().as_str());
    if !situation.risk.signals().is_empty() {
        let risk = &situation.risk;
        draft = draft
            .detail("risk_sum", risk.sum())
            .detail("risk_signals", risk.told());
    }
    if !rules.verdict.by.is_empty() {
        draft = draft.detail("rules", json!(names(&rules.verdict)));
    }
    if let Some(reported) = rules
        .reported
        .as_ref()
        .filter(|reported| **reported != rules.verdict)
    {
        let asked = json!({
            "rules": names(reported),
            "acr": reported.acr,
            "max_age_seconds": reported.max_age.map(|age| age.as_secs()),
            "enrol": reported.enrol.map(|enrol| enrol.factor),
            "refused": reported.refused.is_some(),
        });
        draft = draft.detail("reported", asked);
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_fits_its_own_step_only() {
        let code = || "000000".to_owned();
        let by = |totp, passkey, recovery| Step::SecondFactor {
            totp,
            passkey,
            recovery,
        };
        let (by_code, by_passkey) = (by(true, false, false), by(false, true, false));
        assert!(Input::Totp(code()).fits(by_code) && !Input::Totp(code()).fits(by_passkey));
        assert!(!Input::RecoveryCode(code()).fits(by_code) && !Input::RecoveryCode(code()).fits(by_passkey));
        assert!(Input::RecoveryCode(code()).fits(by(false, true, true)));
        assert!(Input::Passkey(code()).fits(by_passkey) && !Input::Passkey(code()).fits(by_code));
        assert!(Input::Passkey(code()).fits(Step::Identify) && !Input::Passkey(code()).fits(Step::EnrolTotp));
        let new = || Input::NewPasskey(code(), code());
        assert!(new().fits(Step::EnrolPasskey) && new().fits(Step::OfferPasskey));
        assert!(!new().fits(by_passkey) && !new().fits(Step::Complete) && !new().fits(Step::Password));
        assert!(Input::NotNow.fits(Step::OfferPasskey) && !Input::NotNow.fits(Step::EnrolPasskey));
        assert!(!Input::EnrolmentCode(code()).fits(by_code));
        assert!(!Input::Totp(code()).fits(Step::EnrolTotp));
        let password = Input::Password(Secret::new(code()), false, Place::of_no_pool());
        assert!(password.fits(Step::Password) && !password.fits(Step::Identify));
        assert!(!Input::Told.fits(Step::Complete));
        assert!(Input::Restart.fits(Step::Password));
    }
}
