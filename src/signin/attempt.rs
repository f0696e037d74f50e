//! One attempt to sign in, as it is stored: how far it has come, at which revision.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::flow::{self, Enrolled, Passkeys, Sealed, State, Step};
use super::proof::{Identified, PasswordProven};
use super::store;
use crate::domain::{Acr, FactorAsked, Subject};
use crate::factor::passkey::{self, Challenge};
use crate::factor::{password, second, totp};
use crate::http::cookie;
use crate::op::{Op, OpError};
use crate::person;
use crate::rule::Enrol;
use crate::session::continuation::Continuation;
use crate::session::requirement::{self, Required};
use crate::session::{self, Session};

/// What went wrong at the last try, told on the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Trouble {
    NoUsername,
    Password,
    Code,
    Passkey,
    UnknownPasskey,
    NewPasskey,
    UnlistedPasskey,
    RecoveryCode,
    EnrolmentCode,
    MayNotSignIn,
}

/// What a sign-in has to do with making a passkey. It is offered once at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Making {
    /// The browser has not said that it could.
    #[default]
    Unable,
    Able,
    Refused,
    /// One was made that was offered: it is asked for from the next sign-in on.
    Offered,
    /// One was made that was demanded.
    Demanded,
}

/// The stored part.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    state: State,
    trouble: Option<Trouble>,
    /// The person wants to be asked, whatever session there is.
    fresh: bool,
    /// The person does not want to be asked for a second factor on this device for a while.
    #[serde(default)]
    trust: bool,
    #[serde(default)]
    making: Making,
    /// The epoch of the account when something was first proven of it.
    #[serde(default)]
    epoch: Option<i64>,
}

/// An attempt that was read, with the session that the browser has.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) continuation: Continuation,
    pub(super) session: Option<Session>,
    pub(super) state: State,
    pub(super) trouble: Option<Trouble>,
    pub(super) fresh: bool,
    pub(super) trust: bool,
    pub(super) making: Making,
    /// Who would not have a passkey, as this browser remembers it.
    refused_before: Vec<String>,
    epoch: Option<i64>,
    revision: i64,
}

/// The cookie that remembers for whom a passkey was refused, for how long, and for how many people besides.
const REFUSED: &str = "doorward_no_passkey";
const REMEMBERED: Duration = Duration::from_hours(30 * 24);
const MOST_REFUSALS: usize = 7;

fn refused_before(op: &Op, headers: &HeaderMap) -> Vec<String> {
    let kept = cookie::read(&op.house, headers, REFUSED).unwrap_or_default();
    kept.split('.').map(str::to_owned).collect()
}

impl Attempt {
    /// Reads how far the sign-in of this continuation has come.
    pub(super) async fn load(
        op: &mut Op,
        continuation: Continuation,
        headers: &HeaderMap,
    ) -> Result<Self, OpError> {
        let session = session::current(op, headers).await?;
        let stored = store::attempt(op.reading().await?, continuation.id).await?;
        let (record, revision) = match stored {
            None => (Record::default(), 0),
            Some((state, revision)) => {
                let record: Record = serde_json::from_value(state)
                    .map_err(|_| OpError::Broken("a stored sign-in cannot be read"))?;
                (record, revision)
            }
        };
        let mut attempt = Self {
            continuation,
            session,
            state: record.state,
            trouble: record.trouble,
            fresh: record.fresh,
            trust: record.trust,
            making: record.making,
            refused_before: refused_before(op, headers),
            epoch: record.epoch,
            revision,
        };
        attempt.forget_ended_session();
        attempt.forget_ended_account(op).await?;
        attempt.forget_changed_password(op).await?;
        Ok(attempt)
    }

    /// An attempt that begins with evidence: a continuation that was opened in this act.
    pub(super) fn begun(continuation: Continuation, session: Option<Session>, state: State) -> Self {
        Self {
            continuation,
            session,
            state,
            trouble: None,
            fresh: true,
            trust: false,
            making: Making::default(),
            refused_before: Vec::new(),
            epoch: None,
            revision: 0,
        }
    }

    /// A step-up stands on its session; when that has ended, nothing is proven.
    fn forget_ended_session(&mut self) {
        let stands_on = self.state.password().and_then(PasswordProven::session);
        let living = self.session.as_ref().map(|session| session.id);
        if stands_on.is_some() && stands_on != living {
            self.state = State::Start;
        }
    }

    /// Whether the browser has a session of whoever signs in here.
    pub(super) fn has_session_of_identified(&self) -> bool {
        let whose = self.session.as_ref().map(|session| session.person_id);
        whose.is_some() && whose == self.state.who().and_then(Identified::person)
    }

    /// What was proven before all ended that was given out to the account (it was recovered, held or switched off) proves nothing any
    /// more: whoever had its old factors may wait with them at a later step.
    async fn forget_ended_account(&mut self, op: &mut Op) -> Result<(), OpError> {
        let Some(person) = self.state.proven() else {
            return Ok(());
        };
        // Of somebody who may not sign in now, the last step says so.
        let standing = person::may_sign_in(op, Subject::Person(person)).await?;
        if standing.is_ok_and(|standing| Some(standing.epoch()) != self.epoch) {
            self.begin_anew();
        }
        Ok(())
    }

    /// Nothing is proven.
    fn begin_anew(&mut self) {
        (self.state, self.epoch) = (State::Start, None);
    }

    /// Goes on with what somebody has just proven, whoever was there before.
    pub(super) fn go_on_with(&mut self, state: State) {
        (self.state, self.epoch) = (state, None);
    }

    /// The epoch of the account of which something is proven.
    async fn epoch(&self, op: &mut Op) -> Result<Option<i64>, OpError> {
        match (self.state.proven(), self.epoch) {
            (None, _) => Ok(None),
            (Some(_), Some(epoch)) => Ok(Some(epoch)),
            (Some(person), None) => {
                let standing = person::may_sign_in(op, Subject::Person(person)).await?;
                Ok(standing.ok().map(|standing| standing.epoch()))
            }
        }
    }

    /// A password that was given before it was changed proves nothing any more: whoever knew the old one may wait with it
    /// at the second factor.
    async fn forget_changed_password(&mut self, op: &mut Op) -> Result<(), OpError> {
        let given = self.state.password().filter(|proof| proof.session().is_none());
        let Some((person, at)) = given.map(|proof| (proof.person(), proof.at())) else {
            return Ok(());
        };
        if password::changed_at(op, person)
            .await?
            .is_some_and(|changed| changed > at)
        {
            self.state = State::Start;
        }
        Ok(())
    }

    /// The revision that forms of this state carry.
    pub(super) fn revision(&self) -> String {
        self.revision.to_string()
    }

    /// Stores the next revision. False if another request was faster: then this one is stale and must not be committed as a
    /// success.
    pub(super) async fn save(&self, op: &mut Op) -> Result<bool, OpError> {
        let record = Record {
            state: self.state.clone(),
            trouble: self.trouble,
            fresh: self.fresh,
            trust: self.trust,
            making: self.making,
            epoch: self.epoch(op).await?,
        };
        let stored =
            serde_json::to_value(&record).map_err(|_| OpError::Broken("a sign-in cannot be written"))?;
        let now = op.now;
        let tx = op.writing().await?;
        Ok(store::advance_attempt(tx, self.continuation.id, &stored, self.revision, now).await?)
    }

    /// What is required of the person at hand, and what they have enrolled.
    pub(super) async fn policy(&self, op: &mut Op) -> Result<(Required, Enrolled), OpError> {
        let asked = &self.continuation.required;
        let Some(person) = self.state.proven() else {
            return Ok((asked.clone(), Enrolled::default()));
        };
        let aim = self.continuation.aim();
        // Roles and rules are not what a sign-in changes; with copies of them nobody waits for it to write.
        let required = op.by_copies(async |op| requirement::for_request(op, person, asked, aim).await);
        let required = required.await?;
        // What was made on the way, beside what was asked for, is asked for from the next sign-in on.
        let just_made = self.making == Making::Offered && required.acr != Some(Acr::PhishingResistant);
        let has = second::enrolled(op, person).await?;
        let passkeys = if !passkey::are_possible(&op.house) {
            Passkeys::Impossible
        } else if has.passkey && !just_made {
            Passkeys::Some
        } else {
            Passkeys::None
        };
        let enrolled = Enrolled {
            totp: has.totp,
            passkeys,
            recovery: has.recovery,
        };
        Ok((required, enrolled))
    }

    /// Whether a passkey is offered now: to whoever has typed their password, has none, can make one here, and has not said
    /// "not now" lately. While the grace of a roll-out runs, "not now" is good for one sign-in: it is to be made before that ends. Where
    /// products are listed, whoever has one of those knows where to add it.
    async fn offers(&self, op: &mut Op, enrolled: Enrolled, required: &Required) -> Result<bool, OpError> {
        // Whoever proves once more who they are is about to do something else.
        let at_hand = self.continuation.required.person.is_none();
        let typed = self.state.password().filter(|proof| proof.session().is_none());
        let Some(person) = typed.map(PasswordProven::person).filter(|_| at_hand) else {
            return Ok(false);
        };
        // On a trusted device the password was enough to get in; to add to what guards the account it is not.
        let spared = enrolled.totp && matches!(self.state, State::Known { .. });
        if self.making != Making::Able
            || spared
            || enrolled.passkeys != Passkeys::None
            || (due(enrolled, required).is_none()
                && self.refused_before.contains(&passkey::refusal_mark(op, person)))
        {
            return Ok(false);
        }
        Ok(passkey::listed_products(op, person).await?.is_none())
    }

    /// The cookie by which this browser remembers that the person at hand would not have a passkey now.
    pub(super) fn refusal(&self, op: &Op) -> Option<HeaderValue> {
        let mark = passkey::refusal_mark(op, self.state.proven()?);
        let others = self.refused_before.iter().filter(|one| **one != mark);
        let mut marks: Vec<&str> = others.map(String::as_str).take(MOST_REFUSALS).collect();
        marks.insert(0, &mark);
        Some(cookie::set(
            &op.house,
            REFUSED,
            &marks.join("."),
            Some(REMEMBERED),
        ))
    }

    /// What a passkey that is made at this step answers.
    pub(super) fn enrolment(&self, op: &Op) -> (passkey::Kind, Challenge) {
        let (id, revision) = (self.continuation.id.to_string(), self.revision());
        let challenge = Challenge::of(op, "signin enrolment", &[&id, &revision]);
        (passkey::Kind::Passkey, challenge)
    }

    /// What a passkey signs at this step of this browser, and at no other.
    pub(super) fn challenge(&self, op: &Op) -> Challenge {
        let (id, revision) = (self.continuation.id.to_string(), self.revision());
        Challenge::of(op, "signin", &[&id, &revision])
    }

    /// The step at hand.
    pub(super) async fn step(&self, op: &mut Op) -> Result<Step, OpError> {
        let policy = self.policy(op).await?;
        self.step_under(op, &policy).await
    }

    /// The same under a policy that was asked for already.
    pub(super) async fn step_under(
        &self,
        op: &mut Op,
        (required, enrolled): &(Required, Enrolled),
    ) -> Result<Step, OpError> {
        let step = flow::next(&self.state, *enrolled, required);
        if step == Step::Complete && self.offers(op, *enrolled, required).await? {
            return Ok(Step::OfferPasskey);
        }
        Ok(step)
    }

    /// A session of some time ago proves enough to go on, but not to add to what guards the account: then the password is asked
    /// for again.
    pub(super) fn forget_old_session(&mut self, op: &Op) {
        let old = self.state.password().is_some_and(|proof| {
            proof.session().is_some() && op.now.since(proof.at()) > op.house.config.signin.fresh_for
        });
        if let State::Known { who, .. } | State::Strong { who, .. } = &self.state
            && old
        {
            self.state = State::Start.named(who.clone());
        }
    }

    /// Makes a secret for a new authenticator, if the step at hand is to enrol one and there is none yet.
    pub(super) fn prepare(&mut self, op: &Op, step: Step) -> Result<(), OpError> {
        let none_yet = matches!(self.state, State::Known { pending: None, .. });
        if none_yet && step == Step::EnrolTotp {
            let secret = self.seal(op, &totp::Seed::new(op).to_bytes())?;
            self.state = std::mem::take(&mut self.state).enrolling(secret);
        }
        Ok(())
    }

    fn context(&self) -> String {
        format!("signin_attempt.state:{}", self.continuation.id)
    }

    /// Seals a value for this attempt.
    pub(super) fn seal(&self, op: &Op, plain: &[u8]) -> Result<Sealed, OpError> {
        let sealed = op.house.master_key.seal(&self.context(), plain)?;
        Ok(Sealed(data_encoding::BASE64_NOPAD.encode(&sealed)))
    }

    /// Opens what was sealed for this attempt.
    pub(super) fn unseal(&self, op: &Op, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, OpError> {
        let bytes = data_encoding::BASE64_NOPAD
            .decode(sealed.0.as_bytes())
            .map_err(|_| OpError::Broken("a sealed value of a sign-in is not base64"))?;
        let plain = op.house.master_key.open(&self.context(), &bytes)?;
        Ok(Zeroizing::new(plain))
    }
}

/// What a roll-out asks the person at hand to set up, and until when, if that is missing.
pub(super) fn due(enrolled: Enrolled, required: &Required) -> Option<Enrol> {
    let has_passkey = enrolled.passkeys == Passkeys::Some;
    required.rules.verdict.enrol.filter(|enrol| match enrol.factor {
        FactorAsked::Any => !enrolled.totp && !has_passkey,
        FactorAsked::Passkey => !has_passkey,
    })
}
