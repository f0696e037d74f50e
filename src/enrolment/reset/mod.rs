//! A forgotten password is set anew by its owner: with a code that goes to the proven address of the account, and with their own second
//! factor (NIST SP 800-63B-4 section 4.2.2.2: a recovery code and an authenticator that is bound to the account).
//!
//! Neither is enough alone, so that the account stays as strong as it was. Nobody is signed in by it: after it people sign in as everybody
//! does. Whoever asks learns nothing of an account, not even whether there is one: the answer is the same, and what differs is done by a job.

mod letter;
pub(super) mod page;
mod store;

use std::time::Duration;

use serde_json::json;

pub(super) use self::letter::JOB;
use super::code;
use crate::domain::{
    ContinuationId, Digest32, EventKind, PasswordResetId, PersonId, ResetStage, Secret, Subject, Username,
};
use crate::ephemeral::Verdict;
use crate::factor::passkey::{self, Challenge};
use crate::factor::password::{self, Unfit};
use crate::factor::{guess, recovery, second, totp};
use crate::job;
use crate::mail::{self, Circumstances, Happened};
use crate::op::{EventDraft, House, Op, OpError};
use crate::person::{self, Person};
use crate::{rule, session};

/// Letters of a name that are kept.
const LONGEST_NAME: usize = 200;

/// Why sessions end.
const REASON: &str = "a forgotten password was set anew";

const UNKNOWN: &str = "no such account";

/// Whether people can do it here.
pub(super) fn is_possible(house: &House) -> bool {
    house.config.signin.password_reset && mail::is_on(house)
}

/// One that is under way in this browser.
#[derive(Debug)]
pub(super) struct Reset {
    id: PasswordResetId,
    /// As typed.
    username: String,
    /// Nobody, if there is no such name.
    person: Option<PersonId>,
    /// The sign-in that is gone on with.
    continuation: Option<ContinuationId>,
    stage: ResetStage,
    /// That of the account when the code was sent.
    epoch: Option<i64>,
}

/// What a person has at hand as a second factor.
#[derive(Debug, Clone, Copy)]
struct AtHand {
    totp: bool,
    passkey: bool,
    recovery: bool,
}

/// What is shown as a second factor.
enum Shown<'a> {
    Totp(&'a str),
    RecoveryCode(&'a str),
    Passkey(&'a str),
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    On,
    Wrong,
    /// It was tried too often, or the account was changed meanwhile.
    Gone,
}

/// Begins, for a name as it was typed. `Err` tells how long to wait: there were too many for this name.
async fn ask(
    op: &mut Op,
    browser: &Digest32,
    typed: &str,
    continuation: Option<ContinuationId>,
) -> Result<Result<PasswordResetId, Duration>, OpError> {
    let name: String = typed.trim().chars().take(LONGEST_NAME).collect();
    let found = match Username::parse(&name) {
        Ok(username) => person::find_by_username(op, &username).await?,
        Err(_) => None,
    };
    if let Some(wait) = beyond_limit(op, (&name, found.as_ref()), browser).await? {
        return Ok(Err(wait));
    }
    let id = op.id();
    let new = store::New {
        id,
        browser,
        username: name,
        person: found.as_ref().map(|person| person.id),
        continuation,
        expires_at: op.now.plus(code::LIFE),
    };
    store::insert(op.writing().await?, new).await?;
    let payload = json!({ "reset": id, "then": Circumstances::of(op) });
    job::queue(op, JOB.name, &payload).await?;
    let refused = found.is_none().then_some(UNKNOWN);
    record(op, found.as_ref(), ("asked", None), refused);
    Ok(Ok(id))
}

/// Counts a mail for this name. Browsers by which its owner has signed in count apart, so that nobody else uses up what they may ask for.
async fn beyond_limit(
    op: &mut Op,
    (name, found): (&str, Option<&Person>),
    browser: &Digest32,
) -> Result<Option<Duration>, OpError> {
    // Asked for nobody too, so that both take the same time.
    let whose = found.map_or(PersonId::from_bytes([0; 16]), |person| person.id);
    let is_known = rule::knows_device(op, whose, &(*browser).into()).await? && found.is_some();
    let key = format!("password-reset:{is_known}:{}", name.to_lowercase());
    let limit = op.house.config.signin.address_codes_per_person;
    Ok(match op.house.ephemeral.count(&key, limit, op.now).await {
        Verdict::Within => None,
        Verdict::Beyond(wait) => Some(wait),
    })
}

impl Reset {
    /// The account, if there is one and nothing has ended there since the code was sent.
    async fn account(&self, op: &mut Op) -> Result<Option<Person>, OpError> {
        let (Some(id), Some(epoch)) = (self.person, self.epoch) else {
            return Ok(None);
        };
        let standing = person::may_sign_in(op, Subject::Person(id)).await?;
        if standing.is_ok_and(|standing| standing.epoch() == epoch) {
            return person::find(op, id).await;
        }
        Ok(None)
    }

    /// What its code is compared by.
    fn hash(&self, house: &House, typed: &str) -> Digest32 {
        hash_of(house, self.id, typed)
    }

    /// Takes the code of the mail.
    async fn enter_code(&self, op: &mut Op, typed: &str) -> Result<Came, OpError> {
        let Some(expected) = store::try_once(op.writing().await?, self.id, code::TRIES).await? else {
            return Ok(Came::Gone);
        };
        let given = self.hash(&op.house, typed);
        let is_right = expected.is_some_and(|expected| given.matches(&expected));
        let account = self.account(op).await?;
        let refused = match &account {
            None => Some(UNKNOWN),
            Some(_) if !is_right => Some("wrong code"),
            Some(_) => None,
        };
        record(op, account.as_ref(), ("mail", None), refused);
        if refused.is_some() {
            return Ok(Came::Wrong);
        }
        self.advance(op, ResetStage::Reached).await
    }

    async fn advance(&self, op: &mut Op, to: ResetStage) -> Result<Came, OpError> {
        let until = op.now.plus(code::LIFE);
        let advanced = store::advance(op.writing().await?, self.id, (self.stage, to), until).await?;
        Ok(if advanced { Came::On } else { Came::Gone })
    }

    /// What a passkey signs at this step of this browser, and at no other.
    fn challenge(&self, op: &Op) -> Challenge {
        Challenge::of(op, "password reset", &[&self.id.to_string()])
    }

    /// What the person has at hand.
    async fn at_hand(&self, op: &mut Op, person: PersonId) -> Result<AtHand, OpError> {
        Ok(AtHand {
            totp: totp::is_enrolled(op, person).await?,
            passkey: passkey::is_enrolled(op, person).await?,
            recovery: recovery::left(op, person).await? > 0,
        })
    }

    /// Takes a second factor of the account, which is counted as at a sign-in.
    async fn prove(&self, op: &mut Op, shown: Shown<'_>) -> Result<Came, OpError> {
        let Some(account) = self.account(op).await? else {
            return Ok(Came::Gone);
        };
        let person = account.id;
        if !second::is_enrolled(op, person).await? {
            return Ok(Came::Gone);
        }
        let (means, taken) = match shown {
            Shown::Totp(typed) => ("totp", guess::take_totp(op, person, typed).await?),
            Shown::RecoveryCode(typed) => {
                let taken = guess::take_recovery_code(op, person, typed).await?;
                ("recovery_code", taken)
            }
            Shown::Passkey(answer) => {
                let challenge = self.challenge(op);
                let taken = match passkey::check(op, Some(person), challenge, answer).await? {
                    Ok(shown) if passkey::take(op, &shown).await? => Ok(()),
                    Ok(_) => Err("the passkey was used or removed at the same time"),
                    Err(refused) => Err(refused.why),
                };
                ("passkey", taken)
            }
        };
        record(op, Some(&account), ("second_factor", Some(means)), taken.err());
        match taken {
            Ok(()) => self.advance(op, ResetStage::Proven).await,
            Err(_) => Ok(Came::Wrong),
        }
    }

    /// Sets the password, and ends the sessions of before: somebody else may have them.
    async fn set(&self, op: &mut Op, new: &Secret) -> Result<Result<Came, Unfit>, OpError> {
        let Some(account) = self.account(op).await? else {
            return Ok(Ok(Came::Gone));
        };
        let hashed = match password::prepare(op, &account, new).await? {
            Ok(hashed) => hashed,
            Err(unfit) => return Ok(Err(unfit)),
        };
        if !store::end(op.writing().await?, self.id).await? {
            return Ok(Ok(Came::Gone));
        }
        password::put(op, &account, &hashed).await?;
        mail::tell(op, account.id, &Happened::PasswordChanged).await?;
        session::end_others(op, account.id, None, REASON).await?;
        record(op, Some(&account), ("set", None), None);
        Ok(Ok(Came::On))
    }
}

fn hash_of(house: &House, id: PasswordResetId, code: &str) -> Digest32 {
    code::hash(house, [b"password reset", id.as_bytes(), b""], code)
}

/// Puts a step on record: which, by which means, and why it is refused.
fn record(
    op: &mut Op,
    account: Option<&Person>,
    (step, means): (&'static str, Option<&'static str>),
    refused: Option<&'static str>,
) {
    let mut draft = match refused {
        Some(reason) => EventDraft::refused(EventKind::PasswordReset, reason),
        None => EventDraft::success(EventKind::PasswordReset),
    };
    draft = draft.detail("step", step);
    if let Some(means) = means {
        draft = draft.detail("means", means);
    }
    if let Some(account) = account {
        draft = draft
            .organisation(account.organisation_id)
            .target("person", account.id);
    }
    op.record(draft);
}

/// Forgets those that are over.
pub(super) async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let now = op.now;
    Ok(store::delete_before(op.writing().await?, now).await?)
}
