//! What a session must have proven, and whose it must be: asked by `oauth` (send the browser on?) and by `signin` (which step
//! is next?). What the application asks, what roles ask and what the organisation's rules ask come together here.

use std::time::Duration;

use super::Session;
use crate::access;
use crate::domain::{Acr, PersonId, Strength, Timestamp};
use crate::op::{Op, OpError};
use crate::rule::{self, Aim, Verdict};

/// The strength and the person that are asked for; folded from what the application asks and what the organisation's
/// rules ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Required {
    /// At least this class (`acr_values`, organisation rule).
    pub acr: Option<Acr>,
    /// Authenticated at most so long ago (`max_age`).
    pub max_age: Option<Duration>,
    /// Authenticated not before this moment, whatever session there is (`prompt=login`).
    pub after: Option<Timestamp>,
    /// When the request was opened for which a person signs in: a proof that was made since then is young, however long the
    /// rest of the sign-in takes. Never stored: its continuation knows.
    #[serde(skip)]
    pub opened_at: Option<Timestamp>,
    /// This person and nobody else (`id_token_hint`).
    pub person: Option<PersonId>,
    /// What the organisation's rules say of this person here and now, of which strength and age are in the members above. Never stored:
    /// they are asked anew at each step.
    #[serde(skip)]
    pub rules: ByRules,
}

/// What the rules say, and what they would say if those that only report were on (none if no rule reports).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByRules {
    pub verdict: Verdict,
    pub reported: Option<Verdict>,
}

impl Required {
    /// What the rule "a second factor" asks.
    #[must_use]
    pub fn second_factor() -> Self {
        Self {
            acr: Some(Acr::Two),
            ..Self::default()
        }
    }

    /// The strictest of both in each respect: nothing that either asks is lost.
    #[must_use]
    pub fn strictest(self, other: &Self) -> Self {
        let shorter = match (self.max_age, other.max_age) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self {
            acr: self.acr.max(other.acr),
            max_age: shorter,
            after: self.after.max(other.after),
            opened_at: self.opened_at.max(other.opened_at),
            // An organisation's rules name nobody: only one of both ever does.
            person: self.person.or(other.person),
            rules: self.rules,
        }
    }

    /// The strictest of this and of what the rules ask.
    #[must_use]
    fn under(self, rules: ByRules) -> Self {
        let asked = Self {
            acr: rules.verdict.acr,
            max_age: rules.verdict.max_age,
            ..Self::default()
        };
        Self {
            rules,
            ..self.strictest(&asked)
        }
    }

    /// Whether a rule lets this person not in, whatever they prove; the sentence to be shown.
    #[must_use]
    pub fn refused(&self) -> Option<&str> {
        self.rules.verdict.refused.as_deref()
    }

    /// The same with the age counted from this moment: a sign-in that takes a minute does not outlive a `max_age` of a
    /// minute, and `max_age=0` (OpenID Connect Core section 3.1.2.1) can be met at all.
    #[must_use]
    pub fn as_of(self, now: Timestamp) -> Self {
        let by_age = self.max_age.map(|age| now.minus(age));
        Self {
            acr: self.acr,
            max_age: None,
            after: self.after.max(by_age),
            opened_at: self.opened_at,
            person: self.person,
            rules: self.rules,
        }
    }

    /// The same for a request that was opened at this moment.
    #[must_use]
    pub fn opened(self, at: Timestamp) -> Self {
        Self {
            opened_at: Some(at),
            ..self
        }
    }

    /// Whether this person may be the one who signs in.
    #[must_use]
    pub fn means(&self, person: PersonId) -> bool {
        self.person.is_none_or(|asked| asked == person)
    }

    /// Whether an authentication is recent enough, whatever its strength.
    #[must_use]
    pub fn is_recent(&self, authenticated_at: Timestamp, now: Timestamp) -> bool {
        let since_then = self.opened_at.is_some_and(|opened| authenticated_at >= opened);
        let is_young = |age| since_then || now.since(authenticated_at) <= age;
        let young = self.max_age.is_none_or(is_young);
        young && self.after.is_none_or(|after| authenticated_at >= after)
    }

    /// Whether a strength meets all that is asked of one, whoever has it.
    #[must_use]
    pub fn is_met_by(&self, strength: &Strength, now: Timestamp) -> bool {
        self.refused().is_none()
            && self.acr.is_none_or(|acr| strength.acr >= acr)
            && self.is_recent(strength.authenticated_at, now)
    }
}

/// Whether a session is of the person asked for and meets what is required at this moment.
#[must_use]
pub fn met(session: &Session, required: &Required, now: Timestamp) -> bool {
    required.means(session.person_id) && required.is_met_by(&session.strength, now)
}

/// The youngest age that a rule asks where no request waits for the end of a sign-in: on pages of the house, and where a person
/// answers a question. It is measured anew at each of them, and some pages lie between the password and the last of them.
const UNHURRIED: Duration = Duration::from_mins(5);

/// What this person must prove for what is asked of them and what they come for: the strictest of that, of what their roles ask
/// and of what the organisation's rules ask. For pages; a request that may lead to a sign-in asks [`for_request`].
pub async fn for_person(
    op: &mut Op,
    person: PersonId,
    asked: &Required,
    aim: Aim<'_>,
) -> Result<Required, OpError> {
    let unhurried = |verdict: Verdict| Verdict {
        max_age: verdict.max_age.map(|age| age.max(UNHURRIED)),
        ..verdict
    };
    fold(op, person, (asked, aim), unhurried).await
}

/// The same for a request that a continuation remembers, or will: ages count as the rules say, up to asking for each request
/// anew, since what is proven for it counts as long as it waits.
pub async fn for_request(
    op: &mut Op,
    person: PersonId,
    asked: &Required,
    aim: Aim<'_>,
) -> Result<Required, OpError> {
    fold(op, person, (asked, aim), |verdict| verdict).await
}

async fn fold(
    op: &mut Op,
    person: PersonId,
    (asked, aim): (&Required, Aim<'_>),
    ages: impl Fn(Verdict) -> Verdict,
) -> Result<Required, OpError> {
    let mut required = asked.clone();
    if access::second_factor_required(op, person).await? {
        required = required.strictest(&Required::second_factor());
    }
    let (verdict, reported) = rule::ask(op, person, aim).await?;
    let verdict = ages(verdict);
    Ok(required.under(ByRules { verdict, reported }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Amr;

    const NOON: Timestamp = Timestamp::from_seconds(43_200);

    fn strength(acr: Acr, seconds_ago: u64) -> Strength {
        Strength {
            acr,
            amr: vec![Amr::Password],
            authenticated_at: NOON.minus(Duration::from_secs(seconds_ago)),
        }
    }

    fn any_required() -> impl Strategy<Value = Required> {
        let acr = proptest::option::of(prop_oneof![
            Just(Acr::One),
            Just(Acr::Two),
            Just(Acr::PhishingResistant)
        ]);
        let age = proptest::option::of((0_u64..100).prop_map(Duration::from_secs));
        let after = proptest::option::of((0_u64..100).prop_map(|ago| NOON.minus(Duration::from_secs(ago))));
        (acr, age, after).prop_map(|(acr, max_age, after)| Required {
            acr,
            max_age,
            after,
            opened_at: None,
            person: None,
            rules: ByRules::default(),
        })
    }

    #[test]
    fn nothing_required_is_met_by_any_session() {
        assert!(Required::default().is_met_by(&strength(Acr::One, 1_000), NOON));
    }

    #[test]
    fn a_second_factor_is_not_met_by_a_password() {
        let rule = Required::second_factor();
        assert!(!rule.is_met_by(&strength(Acr::One, 0), NOON));
        assert!(rule.is_met_by(&strength(Acr::Two, 0), NOON));
        assert!(rule.is_met_by(&strength(Acr::PhishingResistant, 0), NOON));
    }

    #[test]
    fn an_age_is_met_to_the_second() {
        let rule = Required {
            max_age: Some(Duration::from_mins(1)),
            ..Required::default()
        };
        assert!(rule.is_met_by(&strength(Acr::One, 60), NOON));
        assert!(!rule.is_met_by(&strength(Acr::One, 61), NOON));
    }

    #[test]
    fn an_age_of_nothing_is_met_by_a_sign_in_that_follows() {
        let rule = Required {
            max_age: Some(Duration::ZERO),
            ..Required::default()
        }
        .as_of(NOON);
        assert!(!rule.is_met_by(&strength(Acr::One, 1), NOON));
        let later = NOON.plus(Duration::from_secs(40));
        let fresh = Strength {
            authenticated_at: NOON.plus(Duration::from_secs(30)),
            ..strength(Acr::One, 0)
        };
        assert!(rule.is_met_by(&fresh, later));
    }

    #[test]
    fn a_proof_that_was_made_since_the_request_was_opened_stays_young() {
        let every_time = Required {
            max_age: Some(Duration::ZERO),
            ..Required::default()
        };
        let made = |seconds_ago| strength(Acr::One, seconds_ago);
        assert!(!every_time.is_met_by(&made(1), NOON));
        let opened = every_time.opened(NOON.minus(Duration::from_mins(1)));
        assert!(opened.is_met_by(&made(59), NOON) && opened.is_met_by(&made(60), NOON));
        assert!(!opened.is_met_by(&made(61), NOON), "made before it was opened");
        // What is asked beside stays asked.
        let sooner = Required {
            after: Some(NOON.minus(Duration::from_secs(10))),
            ..opened
        };
        assert!(!sooner.is_met_by(&made(59), NOON) && sooner.is_met_by(&made(10), NOON));
    }

    proptest! {
        #[test]
        fn the_strictest_is_met_exactly_when_both_are(
            one in any_required(), two in any_required(), ago in 0_u64..120, acr in 0_usize..3
        ) {
            let strength = strength(Acr::ALL[acr], ago);
            let both = one.is_met_by(&strength, NOON) && two.is_met_by(&strength, NOON);
            prop_assert_eq!(one.strictest(&two).is_met_by(&strength, NOON), both);
        }

        #[test]
        fn counting_from_this_moment_changes_nothing_at_this_moment(rule in any_required(), ago in 0_u64..120) {
            let strength = strength(Acr::Two, ago);
            prop_assert_eq!(rule.clone().as_of(NOON).is_met_by(&strength, NOON), rule.is_met_by(&strength, NOON));
        }
    }
}
