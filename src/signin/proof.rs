//! Evidence of what a person has proven. Each kind is made in this file only, by the check that it stands for, so that no
//! step of a sign-in can be skipped: a later step takes the evidence of the earlier ones.

use serde::{Deserialize, Serialize};

use crate::domain::{
    ClientId, EventKind, OrganisationId, PersonId, Secret, SessionId, Subject, Timestamp, Username,
};
use crate::factor::lockout::{self, Factor, LOCKED};
use crate::factor::passkey::{self, Challenge, Refused};
use crate::factor::password::{self, Against, Place, Verdict};
use crate::factor::{guess, totp};
use crate::mail::{self, Happened};
use crate::op::{EventDraft, Op, OpError};
use crate::person::{self, Person};
use crate::session::Session;

/// Letters of a username that are kept, as typed or not.
const LONGEST_NAME: usize = 200;

/// Who a person says to be. Made for unknown names too, so that nothing tells them apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identified {
    username: String,
    person: Option<(PersonId, OrganisationId)>,
    /// The organisation in which wrong guesses count; of a name that nobody has, one of them that stays the same: else the limit would tell
    /// which names there are.
    counted_in: Option<OrganisationId>,
}

/// A password was right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PasswordProven {
    person: PersonId,
    at: Timestamp,
    /// The session that proves it, where the password was not asked for again.
    session: Option<SessionId>,
}

/// By which means a second factor was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Means {
    Totp,
    RecoveryCode,
    Passkey { synced: bool },
}

/// Why a passkey proves nothing, as far as its holder is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPasskey {
    /// There is none like it: it was removed, or never was of here.
    Unknown,
    Wrong,
}

/// A passkey has said who is there, and has verified them: two factors at once, and none that can be phished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PasskeyProven {
    person: PersonId,
    at: Timestamp,
    synced: bool,
}

/// A second factor was right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SecondFactorProven {
    person: PersonId,
    means: Means,
}

impl Identified {
    /// Looks for the person of a username.
    pub(super) async fn by_username(
        op: &mut Op,
        typed: &str,
        client: Option<&ClientId>,
    ) -> Result<Self, OpError> {
        let found = match Username::parse(typed) {
            Ok(username) => person::find_by_username(op, &username).await?,
            Err(_) => None,
        };
        // Picked for names that somebody has too, so that both cost the same.
        let name: String = typed.trim().chars().take(LONGEST_NAME).collect();
        let picked = person::pick_organisation(op, &name.to_lowercase()).await?;
        let identified = match &found {
            Some(person) => Self::from_person(person),
            None => Self {
                username: name,
                person: None,
                counted_in: picked,
            },
        };
        // What was typed is not told: it may be a password.
        identified.record(
            op,
            EventKind::SignInIdentified,
            client,
            found.is_none().then_some(UNKNOWN),
        );
        Ok(identified)
    }

    /// The person of a living session.
    pub(super) async fn by_session(op: &mut Op, session: &Session) -> Result<Option<Self>, OpError> {
        let found = person::find(op, session.person_id).await?;
        Ok(found.as_ref().map(Self::from_person))
    }

    /// The person who was made a moment ago, in this act.
    pub(super) fn just_made(person: &Person) -> Self {
        Self::from_person(person)
    }

    fn from_person(person: &Person) -> Self {
        Self {
            username: person.username.to_string(),
            person: Some((person.id, person.organisation_id)),
            counted_in: Some(person.organisation_id),
        }
    }

    /// The username, or what was typed in its place.
    pub(super) fn username(&self) -> &str {
        &self.username
    }

    pub(super) fn person(&self) -> Option<PersonId> {
        self.person.map(|(person, _)| person)
    }

    pub(super) fn organisation(&self) -> Option<OrganisationId> {
        self.person.map(|(_, organisation)| organisation)
    }

    pub(super) fn counted_in(&self) -> Option<OrganisationId> {
        self.counted_in
    }

    /// Puts a step of this person's sign-in on record: a success, or refused for a reason.
    pub(super) fn record(
        &self,
        op: &mut Op,
        kind: EventKind,
        client: Option<&ClientId>,
        refused: Option<&'static str>,
    ) {
        op.record(self.event(kind, client, refused));
    }

    /// The event, for whoever has more to say of it.
    pub(super) fn event(
        &self,
        kind: EventKind,
        client: Option<&ClientId>,
        refused: Option<&'static str>,
    ) -> EventDraft {
        let mut draft = match refused {
            Some(reason) => EventDraft::refused(kind, reason),
            None => EventDraft::success(kind),
        };
        if let Some((person, organisation)) = self.person {
            draft = draft.organisation(organisation).target("person", person);
        }
        if let Some(client) = client {
            draft = draft.client(client);
        }
        draft
    }
}

const UNKNOWN: &str = "no such account";

impl PasswordProven {
    /// Checks a password. `None` for a wrong one, an unknown or locked account, a person who may not sign in: the answer and
    /// its time are the same for all of them, the reason is on record.
    pub(super) async fn by_password(
        op: &mut Op,
        who: &Identified,
        (typed, place): (&Secret, &Place),
        client: Option<&ClientId>,
    ) -> Result<Option<Self>, OpError> {
        let refused = if let Some(person) = who.person() {
            Self::refuse(op, person, (typed, place)).await?
        } else {
            password::verify(op, place, Against::Nobody(who.username()), typed).await?;
            Some(UNKNOWN)
        };
        who.record(op, EventKind::SignInPassword, client, refused);
        let at = op.now;
        Ok(who.person().filter(|_| refused.is_none()).map(|person| Self {
            person,
            at,
            session: None,
        }))
    }

    /// Why the password of somebody is not taken; none: it is.
    async fn refuse(
        op: &mut Op,
        person: PersonId,
        (typed, place): (&Secret, &Place),
    ) -> Result<Option<&'static str>, OpError> {
        let counter = lockout::counter(op, person, Factor::Password).await?;
        let locked = lockout::is_locked(op, counter).await?;
        let against = Against::of(person, locked);
        let renewal = match password::verify(op, place, against, typed).await? {
            Verdict::Wrong if locked => return Ok(Some(LOCKED)),
            Verdict::Wrong => {
                lockout::fail(op, counter).await?;
                return Ok(Some("wrong password"));
            }
            Verdict::Right(renewal) => renewal,
        };
        if !lockout::succeed(op, counter).await? {
            return Ok(Some(LOCKED));
        }
        if person::may_sign_in(op, Subject::Person(person)).await?.is_err() {
            return Ok(Some(MAY_NOT));
        }
        password::renew(op, person, renewal).await?;
        Ok(None)
    }

    /// A living session proves the password, as of the time it was given.
    pub(super) fn by_session(session: &Session) -> Self {
        Self {
            person: session.person_id,
            at: session.strength.authenticated_at,
            session: Some(session.id),
        }
    }

    /// The password was set a moment ago, in this act, by whoever made the account: with the set-up link, or for themselves.
    pub(super) fn just_set(op: &Op, person: &Person) -> Self {
        Self {
            person: person.id,
            at: op.now,
            session: None,
        }
    }

    pub(super) fn person(&self) -> PersonId {
        self.person
    }

    pub(super) fn at(&self) -> Timestamp {
        self.at
    }

    pub(super) fn session(&self) -> Option<SessionId> {
        self.session
    }
}

/// Why an answer that was right proves nothing all the same.
const TAKEN: &str = "the passkey was used or removed at the same time";

impl PasskeyProven {
    /// Checks the answer of whichever passkey. Nothing for a wrong one, one that is not known, a person who may not sign in; the
    /// reason is on record.
    pub(super) async fn by_answer(
        op: &mut Op,
        (challenge, answer): (Challenge, &str),
        client: Option<&ClientId>,
    ) -> Result<Result<(Identified, Self), NoPasskey>, OpError> {
        let (whose, refused, shown) = match passkey::check(op, None, challenge, answer).await? {
            Ok(shown) => (Some(shown.person()), None, Ok(shown)),
            Err(Refused {
                person,
                why,
                unknown: true,
            }) => (person, Some(why), Err(NoPasskey::Unknown)),
            Err(Refused { person, why, .. }) => (person, Some(why), Err(NoPasskey::Wrong)),
        };
        let found = match whose {
            Some(person) => person::find(op, person).await?,
            None => None,
        };
        let Some(who) = found.as_ref().map(Identified::from_person) else {
            let nobody = Identified {
                username: String::new(),
                person: None,
                counted_in: None,
            };
            nobody.record(op, EventKind::SignInPasskey, client, refused.or(Some(UNKNOWN)));
            return Ok(Err(shown.err().unwrap_or(NoPasskey::Wrong)));
        };
        let refused = match &shown {
            Err(_) => refused,
            Ok(shown) if !shown.user_verified => Some("the passkey has not verified who holds it"),
            Ok(shown)
                if person::may_sign_in(op, Subject::Person(shown.person()))
                    .await?
                    .is_err() =>
            {
                Some(MAY_NOT)
            }
            Ok(shown) if !passkey::take(op, shown).await? => Some(TAKEN),
            Ok(_) => None,
        };
        who.record(op, EventKind::SignInPasskey, client, refused);
        let at = op.now;
        Ok(match shown {
            Ok(shown) if refused.is_none() => {
                let (person, synced) = (shown.person(), shown.synced);
                Ok((who, Self { person, at, synced }))
            }
            Ok(_) => Err(NoPasskey::Wrong),
            Err(why) => Err(why),
        })
    }

    pub(super) fn person(&self) -> PersonId {
        self.person
    }

    pub(super) fn at(&self) -> Timestamp {
        self.at
    }

    pub(super) fn synced(&self) -> bool {
        self.synced
    }
}

/// Why someone who has proven enough is refused all the same.
pub(super) const MAY_NOT: &str = "the account or its organisation may not sign in";

impl SecondFactorProven {
    /// Checks a code of an authenticator and uses it up.
    pub(super) async fn by_totp(
        op: &mut Op,
        who: &Identified,
        password: &PasswordProven,
        typed: &str,
        client: Option<&ClientId>,
    ) -> Result<Option<Self>, OpError> {
        let person = password.person;
        let taken = guess::take_totp(op, person, typed).await?;
        who.record(op, EventKind::SignInTotp, client, taken.err());
        let means = Means::Totp;
        Ok(taken.is_ok().then_some(Self { person, means }))
    }

    /// Checks a recovery code and uses it up.
    pub(super) async fn by_recovery_code(
        op: &mut Op,
        who: &Identified,
        password: &PasswordProven,
        typed: &str,
        client: Option<&ClientId>,
    ) -> Result<Option<Self>, OpError> {
        let person = password.person;
        let taken = guess::take_recovery_code(op, person, typed).await?;
        who.record(op, EventKind::SignInRecoveryCode, client, taken.err());
        let means = Means::RecoveryCode;
        Ok(taken.is_ok().then_some(Self { person, means }))
    }

    /// Checks the answer of a passkey, which has somebody present at least.
    pub(super) async fn by_passkey(
        op: &mut Op,
        who: &Identified,
        password: &PasswordProven,
        (challenge, answer): (Challenge, &str),
        client: Option<&ClientId>,
    ) -> Result<Option<Self>, OpError> {
        let person = password.person;
        let shown = match passkey::check(op, Some(person), challenge, answer).await? {
            Ok(shown) if passkey::take(op, &shown).await? => shown,
            Ok(_) => {
                who.record(op, EventKind::SignInPasskey, client, Some(TAKEN));
                return Ok(None);
            }
            Err(Refused { why, .. }) => {
                who.record(op, EventKind::SignInPasskey, client, Some(why));
                return Ok(None);
            }
        };
        who.record(op, EventKind::SignInPasskey, client, None);
        let means = Means::Passkey { synced: shown.synced };
        Ok(Some(Self { person, means }))
    }

    /// Checks the first code of a new authenticator, and binds that to the person.
    pub(super) async fn by_enrolment(
        op: &mut Op,
        who: &Identified,
        password: &PasswordProven,
        (seed, typed): (&totp::Seed, &str),
        client: Option<&ClientId>,
    ) -> Result<Option<Self>, OpError> {
        let person = password.person;
        let Some(step) = seed.matching_step(typed, op.now) else {
            who.record(op, EventKind::TotpEnrolled, client, Some("wrong code"));
            return Ok(None);
        };
        totp::enrol(op, person, seed, Some(step)).await?;
        mail::tell(op, person, &Happened::AuthenticatorAdded).await?;
        let means = Means::Totp;
        Ok(Some(Self { person, means }))
    }

    pub(super) fn person(&self) -> PersonId {
        self.person
    }

    pub(super) fn means(&self) -> Means {
        self.means
    }
}

/// Evidence out of nothing, for tests of the rules that take it.
#[cfg(test)]
pub(super) mod sample {
    use super::*;

    pub(in crate::signin) fn identified(person: Option<PersonId>) -> Identified {
        Identified {
            username: "someone".to_owned(),
            person: person.map(|person| (person, OrganisationId::new(Timestamp::from_seconds(1), [1; 10]))),
            counted_in: None,
        }
    }

    pub(in crate::signin) fn password(person: PersonId, at: Timestamp) -> PasswordProven {
        PasswordProven {
            person,
            at,
            session: None,
        }
    }

    pub(in crate::signin) fn passkey(person: PersonId, at: Timestamp) -> PasskeyProven {
        PasskeyProven {
            person,
            at,
            synced: true,
        }
    }

    pub(in crate::signin) fn second(person: PersonId, means: Means) -> SecondFactorProven {
        SecondFactorProven { person, means }
    }
}
