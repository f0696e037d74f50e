//! A forgotten password is set anew by its owner: with a code that goes to the proven address of the account, and with their own second
//! factor (NIST SP 800-63B-4 section 4.2.2.2: a recovery code and an authenticator that is bound to the account).
//!
//! Neither is enough alone, so that the account stays as strong as it was. Nobody is signed in by it: after it people sign in as everybody
//! does. Whoever asks learns nothing of an account, not even whether there is one: the answer is the same, and what differs is done by a job.

mod account;
mod letter;
pub(super) mod page;
mod store;

use std::time::Duration;

use serde_json::json;

use self::account::Looked;
pub(super) use self::letter::JOB;
use super::code;
use super::steps::fault;
use crate::domain::{
    ContinuationId, Digest32, EventKind, PasswordResetId, PersonId, ResetStage, Secret, Username,
};
use crate::ephemeral::Verdict;
use crate::factor::guess;
use crate::factor::passkey::{self, Challenge};
use crate::factor::password::{self, Unfit};
use crate::job;
use crate::mail::{self, Circumstances, Happened};
use crate::oauth::revocation;
use crate::op::{EventDraft, House, Op, OpError};
use crate::person::{self, Person};
use crate::rule;

/// Letters of a name that are kept.
const LONGEST_NAME: usize = 200;

/// Why the account is another one than that of which something was proven.
const CHANGED: &str = "the account was changed meanwhile";

/// Why all ends that was given out.
const REASON: &str = "a forgotten password was set anew";

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
    /// What the account was like when the code was sent.
    state: Option<Digest32>,
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
    /// It was tried too often, or it was over meanwhile.
    Gone,
    /// The account was changed in the midst of it: nothing of this act may stay.
    Undone,
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
    let refused = found.is_none().then_some(account::UNKNOWN);
    record(op, found.as_ref(), ("asked", None), refused);
    Ok(Ok(id))
}

/// Counts a mail for this name. Browsers by which its owner has signed in count apart, so that nobody else uses up what they may ask for.
async fn beyond_limit(
    op: &mut Op,
    (name, found): (&str, Option<&Person>),
    browser: &Digest32,
) -> Result<Option<Duration>, OpError> {
    let whose = found.map_or(PersonId::NIL, |person| person.id);
    let is_known = rule::knows_device(op, whose, &(*browser).into()).await? && found.is_some();
    let key = format!("password-reset:{is_known}:{}", name.to_lowercase());
    let limit = op.house.config.signin.password_resets_per_person;
    Ok(match op.house.ephemeral.count(&key, limit, op.now).await {
        Verdict::Within => None,
        Verdict::Beyond(wait) => Some(wait),
    })
}

impl Reset {
    /// The account as it is now; `Err` tells why nothing comes of it any more. Asked for a name that nobody has too, so that it takes the
    /// same time.
    async fn look(&self, op: &mut Op) -> Result<(Looked, Result<Person, &'static str>), OpError> {
        let looked = account::look(op, self.person.unwrap_or(PersonId::NIL)).await?;
        let account = match (&looked.fit, &looked.person) {
            (Err(hindrance), _) => Err(hindrance.why()),
            (Ok(_), None) => Err(account::UNKNOWN),
            (Ok(state), Some(person)) if self.was(&state.digest(&op.house)) => Ok(person.clone()),
            (Ok(_), Some(_)) => Err(CHANGED),
        };
        Ok((looked, account))
    }

    fn was(&self, state: &Digest32) -> bool {
        self.state.is_some_and(|before| before.matches(state))
    }

    /// The account, if nothing of what guards it has changed since the code was sent.
    async fn account(&self, op: &mut Op) -> Result<Option<Person>, OpError> {
        Ok(self.look(op).await?.1.ok())
    }

    /// Takes the code of the mail.
    async fn enter_code(&self, op: &mut Op, typed: &str) -> Result<Came, OpError> {
        let now = op.now;
        let Some(expected) = store::try_once(op.writing().await?, self.id, code::TRIES, now).await? else {
            return self.gone(op, "mail", "tried too often").await;
        };
        let given = hash_of(&op.house, self.id, typed);
        let is_right = expected.is_some_and(|expected| given.matches(&expected));
        let (looked, account) = self.look(op).await?;
        let refused = match account {
            Err(why) => Some(why),
            Ok(_) if !is_right => Some("wrong code"),
            Ok(_) => None,
        };
        record(op, looked.person.as_ref(), ("mail", None), refused);
        match refused {
            Some(_) => Ok(Came::Wrong),
            None => self.advance(op, ResetStage::Reached).await,
        }
    }

    async fn advance(&self, op: &mut Op, to: ResetStage) -> Result<Came, OpError> {
        let (now, until) = (op.now, op.now.plus(code::LIFE));
        let advanced = store::advance(op.writing().await?, self.id, (self.stage, to), (until, now)).await?;
        Ok(if advanced { Came::On } else { Came::Gone })
    }

    /// Nothing comes of a step, which is on record.
    async fn gone(&self, op: &mut Op, step: &'static str, why: &'static str) -> Result<Came, OpError> {
        let found = match self.person {
            Some(id) => person::find(op, id).await?,
            None => None,
        };
        record(op, found.as_ref(), (step, None), Some(why));
        Ok(Came::Gone)
    }

    /// What a passkey signs at this step of this browser, and at no other.
    fn challenge(&self, op: &Op) -> Challenge {
        Challenge::of(op, "password reset", &[&self.id.to_string()])
    }

    /// Takes a second factor of the account, which is counted as at a sign-in.
    async fn prove(&self, op: &mut Op, shown: Shown<'_>) -> Result<Came, OpError> {
        let account = match self.look(op).await?.1 {
            Ok(account) => account,
            Err(why) => return self.gone(op, "second_factor", why).await,
        };
        let person = account.id;
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

    /// Sets the password, and ends all that was given out before: somebody else may have it.
    async fn set(&self, op: &mut Op, new: &Secret) -> Result<Result<Came, Unfit>, OpError> {
        let account = match self.look(op).await?.1 {
            Ok(account) => account,
            Err(why) => return self.gone(op, "set", why).await.map(Ok),
        };
        let hashed = match password::prepare(op, &account, new).await? {
            Ok(hashed) => hashed,
            Err(unfit) => {
                record(op, Some(&account), ("set", None), Some("the password is not fit"));
                return Ok(Err(unfit));
            }
        };
        let now = op.now;
        if !store::end(op.writing().await?, self.id, now).await? {
            return self
                .gone(op, "set", "it took too long, or was done already")
                .await
                .map(Ok);
        }
        // From here on nobody else changes the account until this act ends.
        let ended = revocation::end_all_of_person(op, &account, REASON).await;
        ended.map_err(fault)?;
        if !self.was_still(op, account.id).await? {
            return Ok(Ok(Came::Undone));
        }
        password::put(op, &account, &hashed).await?;
        mail::tell(op, account.id, &Happened::PasswordChanged).await?;
        record(op, Some(&account), ("set", None), None);
        Ok(Ok(Came::On))
    }

    /// Whether nothing but this act has changed the account while the password was hashed.
    async fn was_still(&self, op: &mut Op, person: PersonId) -> Result<bool, OpError> {
        let looked = account::look(op, person).await?;
        Ok(looked
            .fit
            .is_ok_and(|state| self.was(&state.before_its_last_epoch().digest(&op.house))))
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
