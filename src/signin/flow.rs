//! The rules of a sign-in, without I/O: from what has been proven, what is required and what the person has enrolled, to the
//! next step.
//!
//! A state owns the evidence that led to it, and a transition takes the state and the evidence of one more step. What does
//! not fit leaves the state as it was. [`complete`] alone gives what a session is made from.

use serde::{Deserialize, Serialize};

use super::proof::{Identified, Means, PasskeyProven, PasswordProven, SecondFactorProven};
use crate::domain::{Acr, Amr, PersonId, Strength, Timestamp};
use crate::session::requirement::Required;

/// A sealed value in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sealed(pub(super) String);

/// What a person still has to be told after a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Tell {
    /// New recovery codes, to be kept.
    Codes(Sealed),
    /// A recovery code was used, so many are left.
    Left(i64),
}

/// How far a sign-in has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub(super) enum State {
    #[default]
    Start,
    Named {
        who: Identified,
    },
    Known {
        who: Identified,
        password: PasswordProven,
        /// The secret of an authenticator that is being enrolled.
        pending: Option<Sealed>,
        #[serde(default)]
        tell: Option<Tell>,
    },
    Strong {
        who: Identified,
        password: PasswordProven,
        second: SecondFactorProven,
        tell: Option<Tell>,
    },
    /// A passkey has said and proven all at once.
    ByPasskey {
        who: Identified,
        passkey: PasskeyProven,
    },
}

/// Whether the person has a passkey.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Passkeys {
    /// There are none in this installation.
    #[default]
    Impossible,
    None,
    Some,
}

/// What the person has enrolled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Enrolled {
    pub(super) totp: bool,
    pub(super) passkeys: Passkeys,
    /// Recovery codes are left, which stand in for either.
    pub(super) recovery: bool,
}

/// What the person has to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Identify,
    Password,
    /// By one of these.
    SecondFactor {
        /// A code of an authenticator.
        totp: bool,
        passkey: bool,
        recovery: bool,
    },
    EnrolTotp,
    /// Only what cannot be phished will do, and the person has proven what they have.
    EnrolPasskey,
    /// All is proven; a passkey would make the next time easier.
    OfferPasskey,
    ShowRecoveryCodes,
    RecoveryCodeUsed,
    Complete,
    /// More is required than anyone can prove here.
    Unreachable,
    /// A rule of the organisation does not let this person in.
    Refused,
}

impl State {
    /// Someone has said who they are.
    pub(super) fn named(self, who: Identified) -> Self {
        match self {
            Self::Start | Self::Named { .. } => Self::Named { who },
            other => other,
        }
    }

    /// The password of the named person was right.
    pub(super) fn known(self, password: PasswordProven) -> Self {
        match self {
            Self::Named { who } if who.person() == Some(password.person()) => Self::Known {
                who,
                password,
                pending: None,
                tell: None,
            },
            other => other,
        }
    }

    /// An authenticator is about to be enrolled.
    pub(super) fn enrolling(self, secret: Sealed) -> Self {
        match self {
            Self::Known {
                who, password, tell, ..
            } => Self::Known {
                who,
                password,
                pending: Some(secret),
                tell,
            },
            other => other,
        }
    }

    /// A passkey has proven who is there, whoever was named before.
    pub(super) fn by_passkey(self, who: Identified, passkey: PasskeyProven) -> Self {
        match self {
            Self::Start | Self::Named { .. } if who.person() == Some(passkey.person()) => {
                Self::ByPasskey { who, passkey }
            }
            other => other,
        }
    }

    /// A second factor of the known person was right: the first of them, or a stronger one.
    pub(super) fn strong(self, second: SecondFactorProven, tell: Option<Tell>) -> Self {
        match self {
            Self::Known {
                who,
                password,
                tell: untold,
                ..
            } if second.person() == password.person() => Self::Strong {
                who,
                password,
                second,
                tell: tell.or(untold),
            },
            Self::Strong {
                who,
                password,
                second: before,
                tell: untold,
            } if second.person() == password.person()
                && reached(second.means()) > reached(before.means()) =>
            {
                Self::Strong {
                    who,
                    password,
                    second,
                    tell: tell.or(untold),
                }
            }
            other => other,
        }
    }

    /// The person is to see this before they go on.
    pub(super) fn telling(mut self, told: Tell) -> Self {
        if let Self::Known { tell, .. } | Self::Strong { tell, .. } = &mut self {
            *tell = Some(told);
        }
        self
    }

    /// The codes or their number that the person is to see.
    pub(super) fn tell(&self) -> Option<&Tell> {
        match self {
            Self::Known { tell, .. } | Self::Strong { tell, .. } => tell.as_ref(),
            Self::Start | Self::Named { .. } | Self::ByPasskey { .. } => None,
        }
    }

    /// The person has seen what had to be told.
    pub(super) fn told(self) -> Self {
        match self {
            Self::Known {
                who,
                password,
                pending,
                ..
            } => Self::Known {
                who,
                password,
                pending,
                tell: None,
            },
            Self::Strong {
                who,
                password,
                second,
                ..
            } => Self::Strong {
                who,
                password,
                second,
                tell: None,
            },
            other => other,
        }
    }

    /// Who the person says to be.
    pub(super) fn who(&self) -> Option<&Identified> {
        match self {
            Self::Start => None,
            Self::Named { who }
            | Self::Known { who, .. }
            | Self::Strong { who, .. }
            | Self::ByPasskey { who, .. } => Some(who),
        }
    }

    /// Whose password was right.
    pub(super) fn password(&self) -> Option<&PasswordProven> {
        match self {
            Self::Start | Self::Named { .. } | Self::ByPasskey { .. } => None,
            Self::Known { password, .. } | Self::Strong { password, .. } => Some(password),
        }
    }

    /// Of whom something is proven.
    pub(super) fn proven(&self) -> Option<PersonId> {
        match self {
            Self::ByPasskey { passkey, .. } => Some(passkey.person()),
            other => other.password().map(PasswordProven::person),
        }
    }
}

/// The next step. A factor that is enrolled is asked for even where nothing requires it.
pub(super) fn next(state: &State, enrolled: Enrolled, required: &Required) -> Step {
    if state.proven().is_some() && required.refused().is_some() {
        return Step::Refused;
    }
    match state {
        State::Start => Step::Identify,
        State::Named { .. } => Step::Password,
        State::Known { tell, .. } => match (second(enrolled, required), tell) {
            (Step::Complete, Some(Tell::Codes(_))) => Step::ShowRecoveryCodes,
            (step, _) => step,
        },
        State::Strong { tell, second, .. } => match tell {
            Some(Tell::Codes(_)) => Step::ShowRecoveryCodes,
            Some(Tell::Left(_)) => Step::RecoveryCodeUsed,
            None if required.acr > Some(reached(second.means())) => resistant(enrolled),
            None => Step::Complete,
        },
        State::ByPasskey { .. } => Step::Complete,
    }
}

/// What comes after the password. Where only what cannot be phished will do, nothing else is asked for, but of whoever has yet to
/// enrol it: they prove first what they have, so that a password that was guessed adds nothing to an account. On a device that
/// the person trusts nothing is asked for, as far as the rules allow.
fn second(enrolled: Enrolled, required: &Required) -> Step {
    if required.acr <= Some(Acr::One) && required.rules.verdict.remembered {
        return Step::Complete;
    }
    let strictly = required.acr == Some(Acr::PhishingResistant);
    let passkey = enrolled.passkeys == Passkeys::Some;
    let useful = !strictly || enrolled.passkeys == Passkeys::None;
    let totp = enrolled.totp && useful;
    if totp || passkey {
        let recovery = enrolled.recovery && useful;
        Step::SecondFactor {
            totp,
            passkey,
            recovery,
        }
    } else if strictly {
        resistant(enrolled)
    } else if required.acr == Some(Acr::Two) {
        Step::EnrolTotp
    } else {
        Step::Complete
    }
}

/// How somebody comes to what cannot be phished.
const fn resistant(enrolled: Enrolled) -> Step {
    match enrolled.passkeys {
        Passkeys::Impossible => Step::Unreachable,
        Passkeys::None => Step::EnrolPasskey,
        Passkeys::Some => Step::SecondFactor {
            totp: false,
            passkey: true,
            recovery: false,
        },
    }
}

/// The class that a password and this second factor reach.
const fn reached(means: Means) -> Acr {
    match means {
        Means::Totp | Means::RecoveryCode => Acr::Two,
        Means::Passkey { .. } => Acr::PhishingResistant,
    }
}

/// A person who has proven all that is required: made by [`complete`] only, and what a session is made from.
#[derive(Debug)]
pub(super) struct Authenticated {
    who: Identified,
    person: PersonId,
    strength: Strength,
}

impl Authenticated {
    pub(super) fn person(&self) -> PersonId {
        self.person
    }

    pub(super) fn into_parts(self) -> (Identified, Strength) {
        (self.who, self.strength)
    }
}

/// Takes the evidence, if it is complete and strong and recent enough.
pub(super) fn complete(
    state: State,
    enrolled: Enrolled,
    required: &Required,
    now: Timestamp,
) -> Result<Authenticated, Box<State>> {
    if next(&state, enrolled, required) != Step::Complete {
        return Err(Box::new(state));
    }
    let (who, person, strength) = match state {
        State::Known { who, password, .. } => (who, password.person(), strength(&password, None)),
        State::Strong {
            who,
            password,
            second,
            ..
        } => (who, password.person(), strength(&password, Some(&second))),
        State::ByPasskey { who, passkey } => (who, passkey.person(), strength_of_passkey(&passkey)),
        other @ (State::Start | State::Named { .. }) => return Err(Box::new(other)),
    };
    if !required.is_met_by(&strength, now) {
        // Too old by now: from the beginning.
        return Err(Box::default());
    }
    Ok(Authenticated {
        who,
        person,
        strength,
    })
}

/// What is said of it to applications. The time is that of the password, so that a step-up does not make it younger.
fn strength(password: &PasswordProven, second: Option<&SecondFactorProven>) -> Strength {
    let (acr, amr) = match second.map(SecondFactorProven::means) {
        None => (Acr::One, vec![Amr::Password]),
        Some(means) => {
            let mut amr = vec![Amr::Password];
            match means {
                Means::Totp => amr.push(Amr::OneTimePassword),
                Means::RecoveryCode => amr.push(Amr::RecoveryCode),
                Means::Passkey { synced } => amr.extend([key(synced), Amr::UserPresence]),
            }
            amr.push(Amr::Multiple);
            (reached(means), amr)
        }
    };
    Strength {
        acr,
        amr,
        authenticated_at: password.at(),
    }
}

/// A passkey that has verified its holder is two factors (NIST SP 800-63B section 3.1.7).
fn strength_of_passkey(passkey: &PasskeyProven) -> Strength {
    Strength {
        acr: Acr::PhishingResistant,
        amr: vec![key(passkey.synced()), Amr::UserPresence, Amr::Multiple],
        authenticated_at: passkey.at(),
    }
}

/// Whether the key stays in one device (RFC 8176 section 2).
const fn key(synced: bool) -> Amr {
    if synced {
        Amr::SoftwareKey
    } else {
        Amr::HardwareKey
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::super::proof::sample;
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(43_200);

    fn person(number: u8) -> PersonId {
        PersonId::new(NOON, [number; 10])
    }

    fn second_factor() -> Required {
        Required::second_factor()
    }

    fn phishing_resistant() -> Required {
        Required {
            acr: Some(Acr::PhishingResistant),
            ..Required::default()
        }
    }

    const NOTHING: Enrolled = Enrolled {
        totp: false,
        passkeys: Passkeys::None,
        recovery: false,
    };
    const TOTP: Enrolled = Enrolled {
        totp: true,
        recovery: true,
        ..NOTHING
    };
    const PASSKEY: Enrolled = Enrolled {
        passkeys: Passkeys::Some,
        ..NOTHING
    };
    const BOTH: Enrolled = Enrolled {
        totp: true,
        ..PASSKEY
    };

    fn asks(totp: bool, passkey: bool) -> Step {
        Step::SecondFactor {
            totp,
            passkey,
            recovery: false,
        }
    }

    fn asks_a_code() -> Step {
        Step::SecondFactor {
            totp: true,
            passkey: false,
            recovery: true,
        }
    }

    fn known() -> State {
        State::Start
            .named(sample::identified(Some(person(1))))
            .known(sample::password(person(1), NOON))
    }

    #[test]
    fn a_password_is_enough_where_nothing_more_is_required_or_enrolled() {
        let done = complete(known(), NOTHING, &Required::default(), NOON).unwrap();
        let (_, strength) = done.into_parts();
        assert_eq!(strength.acr, Acr::One);
        assert_eq!(strength.amr, [Amr::Password]);
    }

    #[test]
    fn a_factor_that_is_enrolled_is_asked_for_where_nothing_requires_it() {
        let nothing = Required::default();
        assert_eq!(next(&known(), TOTP, &nothing), asks_a_code());
        assert_eq!(next(&known(), PASSKEY, &nothing), asks(false, true));
        assert_eq!(next(&known(), BOTH, &second_factor()), asks(true, true));
        assert!(complete(known(), TOTP, &nothing, NOON).is_err());
    }

    #[test]
    fn who_has_no_second_factor_enrols_one_where_it_is_required() {
        assert_eq!(next(&known(), NOTHING, &second_factor()), Step::EnrolTotp);
        let codes = Tell::Codes(Sealed(String::new()));
        let enrolled = known().strong(sample::second(person(1), Means::Totp), Some(codes));
        assert_eq!(next(&enrolled, TOTP, &second_factor()), Step::ShowRecoveryCodes);
        let (_, strength) = complete(enrolled.told(), TOTP, &second_factor(), NOON)
            .unwrap()
            .into_parts();
        assert_eq!(strength.acr, Acr::Two);
        assert_eq!(strength.amr, [Amr::Password, Amr::OneTimePassword, Amr::Multiple]);
    }

    #[test]
    fn evidence_of_another_person_changes_nothing() {
        let named = State::Start.named(sample::identified(Some(person(1))));
        assert_eq!(
            named.clone().known(sample::password(person(2), NOON)),
            named.clone()
        );
        let known = known();
        let foreign = sample::second(person(2), Means::Totp);
        assert_eq!(known.clone().strong(foreign, None), known);
    }

    #[test]
    fn a_second_factor_alone_is_never_a_sign_in() {
        let second = sample::second(person(1), Means::Totp);
        let named = State::Start.named(sample::identified(Some(person(1))));
        let tried = named.strong(second, None);
        assert_eq!(next(&tried, TOTP, &second_factor()), Step::Password);
    }

    #[test]
    fn what_can_be_phished_is_not_asked_for_where_that_will_not_do() {
        let required = phishing_resistant();
        assert_eq!(next(&known(), BOTH, &required), asks(false, true));
        let impossible = Enrolled {
            passkeys: Passkeys::Impossible,
            ..TOTP
        };
        assert_eq!(next(&known(), impossible, &required), Step::Unreachable);
        let by_code = known().strong(sample::second(person(1), Means::Totp), None);
        assert_eq!(next(&by_code, impossible, &required), Step::Unreachable);
        assert_eq!(next(&by_code, BOTH, &required), asks(false, true));
        let means = Means::Passkey { synced: false };
        let by_passkey = known().strong(sample::second(person(1), means), None);
        let done = complete(by_passkey, BOTH, &required, NOON).unwrap();
        let (_, strength) = done.into_parts();
        assert_eq!(strength.acr, Acr::PhishingResistant);
        let amr = [Amr::Password, Amr::HardwareKey, Amr::UserPresence, Amr::Multiple];
        assert_eq!(strength.amr, amr);
    }

    #[test]
    fn whoever_has_no_passkey_proves_what_they_have_and_makes_one_where_only_that_will_do() {
        let required = phishing_resistant();
        assert_eq!(next(&known(), NOTHING, &required), Step::EnrolPasskey);
        assert_eq!(next(&known(), TOTP, &required), asks_a_code());
        let by_code = known().strong(sample::second(person(1), Means::Totp), None);
        assert_eq!(next(&by_code, TOTP, &required), Step::EnrolPasskey);
        assert!(complete(by_code.clone(), TOTP, &required, NOON).is_err());
        // It is used once, and by nobody else.
        let means = Means::Passkey { synced: true };
        let foreign = by_code.clone().strong(sample::second(person(2), means), None);
        assert_eq!(foreign, by_code);
        let by_passkey = by_code.strong(sample::second(person(1), means), None);
        let (_, strength) = complete(by_passkey.clone(), BOTH, &required, NOON)
            .unwrap()
            .into_parts();
        assert_eq!(strength.acr, Acr::PhishingResistant);
        // A weaker proof after it takes nothing back.
        let after = by_passkey
            .clone()
            .strong(sample::second(person(1), Means::Totp), None);
        assert_eq!(after, by_passkey);
    }

    #[test]
    fn a_passkey_is_all_that_is_needed_whoever_was_named_before() {
        for state in [
            State::Start,
            State::Start.named(sample::identified(None)),
            State::Start.named(sample::identified(Some(person(2)))),
        ] {
            let who = sample::identified(Some(person(1)));
            let state = state.by_passkey(who, sample::passkey(person(1), NOON));
            let done = complete(state, BOTH, &phishing_resistant(), NOON).unwrap();
            assert_eq!(done.person(), person(1));
            let (_, strength) = done.into_parts();
            assert_eq!(strength.amr, [Amr::SoftwareKey, Amr::UserPresence, Amr::Multiple]);
        }
        let other = sample::identified(Some(person(2)));
        let state = State::Start.by_passkey(other, sample::passkey(person(1), NOON));
        assert_eq!(state, State::Start);
        // Of whoever is half signed in already, it is a second factor, or nothing.
        let who = sample::identified(Some(person(2)));
        assert_eq!(known().by_passkey(who, sample::passkey(person(2), NOON)), known());
    }

    #[test]
    fn a_password_that_is_too_old_by_now_begins_anew() {
        let required = Required {
            after: Some(NOON.plus(Duration::from_secs(1))),
            ..Required::default()
        };
        assert_eq!(
            complete(known(), NOTHING, &required, NOON).unwrap_err(),
            Box::new(State::Start)
        );
    }

    /// What can arrive, in any order.
    #[derive(Debug, Clone)]
    enum Input {
        Name(Option<u8>),
        Password(u8),
        Enrolling,
        Second(u8, bool),
        Passkey(u8, bool),
        Told,
        Restart,
    }

    fn inputs() -> impl Strategy<Value = Vec<Input>> {
        let one = prop_oneof![
            proptest::option::of(1_u8..4).prop_map(Input::Name),
            (1_u8..4).prop_map(Input::Password),
            Just(Input::Enrolling),
            (1_u8..4, any::<bool>()).prop_map(|(number, recovery)| Input::Second(number, recovery)),
            (1_u8..4, any::<bool>()).prop_map(|(number, alone)| Input::Passkey(number, alone)),
            Just(Input::Told),
            Just(Input::Restart),
        ];
        proptest::collection::vec(one, 0..24)
    }

    fn apply(state: State, input: &Input) -> State {
        match input {
            Input::Name(number) => state.named(sample::identified(number.map(person))),
            Input::Password(number) => state.known(sample::password(person(*number), NOON)),
            Input::Enrolling => state.enrolling(Sealed("x".to_owned())),
            Input::Second(number, true) => {
                let used = sample::second(person(*number), Means::RecoveryCode);
                state.strong(used, Some(Tell::Left(3)))
            }
            Input::Second(number, false) => state.strong(sample::second(person(*number), Means::Totp), None),
            Input::Passkey(number, true) => {
                let who = sample::identified(Some(person(*number)));
                state.by_passkey(who, sample::passkey(person(*number), NOON))
            }
            Input::Passkey(number, false) => {
                let means = Means::Passkey { synced: true };
                state.strong(sample::second(person(*number), means), None)
            }
            Input::Told => state.told(),
            Input::Restart => State::Start,
        }
    }

    proptest! {
        /// Whatever comes in whatever order: it is complete only if since the last start the same person was named, proved
        /// a password after that, and a second factor after that where it is enrolled or required; or a passkey that needs
        /// neither. Where only what cannot be phished will do, a passkey was among it.
        #[test]
        fn nothing_is_complete_without_what_is_required(
            inputs in inputs(), totp in any::<bool>(), passkey in any::<bool>(), asked in 0_u8..3
        ) {
            let passkeys = if passkey { Passkeys::Some } else { Passkeys::None };
            let enrolled = Enrolled { totp, passkeys, recovery: totp };
            let required = match asked {
                0 => Required::default(),
                1 => second_factor(),
                _ => phishing_resistant(),
            };
            let mut state = State::Start;
            let (mut named, mut proven, mut second) = (None, None, None);
            let (mut alone, mut resistant) = (None, false);
            for input in &inputs {
                state = apply(state, input);
                match input {
                    Input::Restart => {
                        (named, proven, second) = (None, None, None);
                        (alone, resistant) = (None, false);
                    }
                    _ if alone.is_some() => {}
                    Input::Name(number) if proven.is_none() => named = *number,
                    Input::Password(number) if proven.is_none() && named == Some(*number) => proven = named,
                    Input::Second(number, _) if proven == Some(*number) && second.is_none() => second = proven,
                    Input::Passkey(number, false) if proven == Some(*number) => {
                        (second, resistant) = (proven, true);
                    }
                    Input::Passkey(number, true) if proven.is_none() => alone = Some(*number),
                    _ => {}
                }
                if let Ok(done) = complete(state.clone(), enrolled, &required, NOON) {
                    prop_assert_eq!(alone.or(proven).map(person), Some(done.person()));
                    if totp || passkey || asked > 0 {
                        prop_assert!(alone.is_some() || second == proven);
                    }
                    let (_, strength) = done.into_parts();
                    prop_assert!(required.is_met_by(&strength, NOON));
                    prop_assert_eq!(strength.acr >= Acr::Two, alone.is_some() || second.is_some());
                    prop_assert_eq!(strength.acr == Acr::PhishingResistant, alone.is_some() || resistant);
                }
            }
        }

        #[test]
        fn a_state_is_read_back_as_it_was_written(inputs in inputs()) {
            let state = inputs.iter().fold(State::Start, apply);
            let stored = serde_json::to_value(&state).unwrap();
            prop_assert_eq!(serde_json::from_value::<State>(stored).unwrap(), state);
        }
    }
}
