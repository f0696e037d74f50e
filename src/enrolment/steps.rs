//! Using a pass, step by step: begun, then a passkey or a password, then a second factor where one belongs to it.

use std::time::Duration;

use super::pass::{self, Pass};
use super::store;
use crate::access;
use crate::break_glass;
use crate::domain::{BreakGlassAct, Digest32, EventKind, PassPurpose, Secret, Subject, Token};
use crate::factor::authenticators;
use crate::factor::passkey::{self, Challenge, Kind};
use crate::factor::password::{self, Unfit};
use crate::factor::{recovery, renewal, second, totp};
use crate::mail::{self, Happened};
use crate::oauth::revocation;
use crate::op::{Op, OpError};
use crate::person::{self, Person, PersonError};
use crate::rule;

/// How long somebody who has begun has at least.
const TO_FINISH: Duration = Duration::from_mins(30);

/// Why everything before it ends with a recovery.
const REASON: &str = "the account is recovered";

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Begin,
    /// A passkey or a password.
    First,
    /// The password is set; a second factor is missing.
    Second,
    Finished,
}

/// A pass that its holder has shown, in a browser that may use it.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) pass: Pass,
    pub(super) person: Person,
    browser: Digest32,
}

/// The pass of a token; None for one that was never issued, is over, is used by another browser, or is of somebody who may
/// not sign in: the answer is the same.
pub(super) async fn find(op: &mut Op, token: &Token, browser: &Digest32) -> Result<Option<Held>, OpError> {
    let now = op.now;
    let Some(pass) = store::by_token(op.reading().await?, &token.digest(), now).await? else {
        return Ok(None);
    };
    if pass.browser.is_some_and(|bound| !bound.matches(browser)) {
        return Ok(None);
    }
    let standing = person::may_sign_in(op, Subject::Person(pass.person)).await?;
    let allowed = matches!(standing, Ok(_) | Err(person::Refusal::Held));
    let found = person::find(op, pass.person).await?.filter(|_| allowed);
    Ok(found.map(|person| Held {
        pass,
        person,
        browser: *browser,
    }))
}

impl Held {
    /// Where it stands.
    pub(super) async fn step(&self, op: &mut Op) -> Result<Step, OpError> {
        if self.pass.browser.is_none() {
            return Ok(Step::Begin);
        }
        // All of them are of this pass: a recovery ends those from before as it begins.
        let id = self.person.id;
        if passkey::is_enrolled(op, id).await? {
            return Ok(Step::Finished);
        }
        if password::changed_at(op, id).await?.is_none() {
            return Ok(Step::First);
        }
        if self.pass.strong && !totp::is_enrolled(op, id).await? {
            return Ok(Step::Second);
        }
        Ok(Step::Finished)
    }

    /// Begins: binds the pass to this browser, and holds the account until it is finished. With a recovery all ends that the
    /// account had: sessions, what applications were given, and every factor, since nobody can say in whose hands they are.
    /// Of whoever has no language yet, it is that of the page.
    pub(super) async fn begin(&self, op: &mut Op, language: &str) -> Result<bool, OpError> {
        let (id, now) = (self.person.id, op.now);
        let strong = self.pass.strong
            || second::is_enrolled(op, id).await?
            || access::second_factor_required(op, id).await?
            || rule::demands_second_factor(op, id).await?;
        let expires_at = self.pass.expires_at.max(now.plus(TO_FINISH));
        let tx = op.writing().await?;
        if !store::begin(tx, self.pass.id, (&self.browser, strong), expires_at, now).await? {
            return Ok(false);
        }
        if self.pass.purpose == PassPurpose::Recovery {
            let ended = revocation::end_all_of_person(op, &self.person, REASON).await;
            ended.map_err(fault)?;
            renewal::forget_all(op, id, REASON).await?;
        }
        let held = person::hold(op, &self.person, None, "an enrolment pass is used").await;
        held.map_err(fault)?;
        if self.person.locale.is_none() {
            let set = person::set_locale(op, &self.person, language).await;
            set.map_err(fault)?;
        }
        if self.pass.mailed {
            let confirmed = person::confirm_email(op, &self.person).await;
            confirmed.map_err(fault)?;
        }
        if self.person.break_glass_since.is_some() {
            let whose = (self.person.organisation_id, id);
            break_glass::used(op, whose, BreakGlassAct::Pass, None).await?;
        }
        let step = [("step", "begun".into())];
        pass::record(op, EventKind::PassUsed, &self.pass, &step);
        Ok(true)
    }

    /// Sets the password, and finishes if nothing else is needed.
    pub(super) async fn set_password(&self, op: &mut Op, new: &Secret) -> Result<Result<(), Unfit>, OpError> {
        if let Err(unfit) = password::set(op, self.person.id, new).await? {
            return Ok(Err(unfit));
        }
        self.finish_if_done(op).await?;
        Ok(Ok(()))
    }

    /// What a passkey is asked for: another thing as soon as one is there.
    pub(super) async fn challenge(&self, op: &mut Op) -> Result<Challenge, OpError> {
        let present = passkey::list(op, self.person.id).await?.len().to_string();
        let browser = data_encoding::BASE64URL_NOPAD.encode(&self.browser.0);
        let parts = [self.pass.id.to_string(), browser, present];
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Ok(Challenge::of(op, "pass", &parts))
    }

    /// Adds a passkey, which is enough by itself; answers recovery codes to be shown once, if a password is there that they
    /// are asked for after. None if the answer is not valid.
    pub(super) async fn add_passkey(
        &self,
        op: &mut Op,
        given: (&str, &str),
    ) -> Result<Option<Vec<String>>, OpError> {
        let challenge = self.challenge(op).await?;
        let asked = (Kind::Passkey, challenge);
        if passkey::enrol(op, &self.person, asked, given).await?.is_err() {
            return Ok(None);
        }
        let codes = recovery::make_first(op, self.person.id).await?;
        self.finish_if_done(op).await?;
        Ok(Some(codes))
    }

    /// Adds an authenticator by its first code; answers recovery codes to be shown once.
    pub(super) async fn add_authenticator(
        &self,
        op: &mut Op,
        pending: &Token,
        given: (&str, &str),
    ) -> Result<Result<Vec<String>, authenticators::Refusal>, OpError> {
        let confirmed = authenticators::confirm(op, self.person.id, pending, given).await?;
        if confirmed.is_ok() {
            self.finish_if_done(op).await?;
        }
        Ok(confirmed)
    }

    /// Uses the pass up and lets go of the account, once all is there.
    async fn finish_if_done(&self, op: &mut Op) -> Result<(), OpError> {
        let now = op.now;
        if self.step(op).await? != Step::Finished
            || !store::end(op.writing().await?, self.pass.id, now).await?
        {
            return Ok(());
        }
        let released = person::release(op, &self.person, "an enrolment pass was used").await;
        released.map_err(fault)?;
        if self.pass.purpose == PassPurpose::Recovery {
            mail::tell(op, self.person.id, &Happened::Recovered).await?;
        }
        let step = [("step", "finished".into())];
        pass::record(op, EventKind::PassUsed, &self.pass, &step);
        Ok(())
    }
}

/// What cannot happen to a person who was found in this very act.
pub(super) fn fault(error: PersonError) -> OpError {
    match error {
        PersonError::Fault(fault) => fault,
        _ => OpError::Broken("a person who was found is not there"),
    }
}
