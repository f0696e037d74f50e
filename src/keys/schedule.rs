//! When keys begin and cease to sign: pure rules of the stored keys, the settings and the time.

use std::time::Duration;

use super::KeyUse;
use crate::config::Config;
use crate::domain::Timestamp;
use crate::jose::Algorithm;

/// "Until somebody rotates it": the last second of the year 9999. The log's proofs outlive every schedule, and whoever
/// checks them keeps the key, so checkpoint keys change by command only.
const NO_END: Timestamp = Timestamp::from_seconds(253_402_300_799);

/// How long keys sign and verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    pub rotate_after: Duration,
    /// How long a new key is published before it signs, and an old one verifies after it has signed.
    pub overlap: Duration,
    /// The longest life of a signed token: so long an old key verifies beyond the overlap.
    pub token_life: Duration,
}

/// A signing key's row, but for its private part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) id: String,
    pub(super) algorithm: Algorithm,
    pub(super) key_use: KeyUse,
    /// The key before it; empty for the first.
    pub(super) succeeds: String,
    pub(super) created_at: Timestamp,
    pub(super) signs_from: Timestamp,
    pub(super) signs_until: Timestamp,
    pub(super) verifies_until: Timestamp,
    pub(super) revoked_at: Option<Timestamp>,
}

/// When a key signs and verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) signs_from: Timestamp,
    pub(super) signs_until: Timestamp,
    pub(super) verifies_until: Timestamp,
}

/// Why a key is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// Only if there is none, or the present one is near its end.
    Due,
    /// A new one, published first and signing after the overlap.
    Soon,
    /// A new one that signs now.
    AtOnce,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: a key signs, and its successor is not due or is published already.
    Nothing,
    /// Make a key; and end the term of the one before it, if that still signs.
    Make {
        succeeds: String,
        window: Window,
        retire: Option<Retirement>,
    },
    /// Let the published successor sign now.
    BringForward {
        id: String,
        expected_from: Timestamp,
        window: Window,
        retire: Option<Retirement>,
    },
}

/// A key ceases to sign; `expected_until` guards against another process that changes it at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Retirement {
    pub(super) id: String,
    pub(super) expected_until: Timestamp,
    pub(super) signs_until: Timestamp,
    pub(super) verifies_until: Timestamp,
}

impl Term {
    /// Whether it still verifies.
    pub(super) fn lives(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.verifies_until
    }

    /// Whether it signs by right, and not only because its successor is late.
    pub(super) fn signs(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.signs_from <= now && now < self.signs_until
    }

    pub(super) fn window(&self) -> Window {
        Window {
            signs_from: self.signs_from,
            signs_until: self.signs_until,
            verifies_until: self.verifies_until,
        }
    }
}

/// The end of signing in case that no successor could be made in time: better a late key than no token.
pub(super) fn last_signature(term: &Term, overlap: Duration) -> Timestamp {
    term.signs_until.plus(overlap)
}

/// The key that has no successor yet, revoked or not: the database lets each have one only.
fn end_of_line<'t>(terms: &[&'t Term]) -> Option<&'t Term> {
    terms
        .iter()
        .copied()
        .find(|term| terms.iter().all(|other| other.succeeds != term.id))
}

impl Schedule {
    /// The schedule that the configuration asks for.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            rotate_after: config.keys.rotate_after,
            overlap: config.keys.overlap,
            token_life: config.tokens.access_token_life.max(config.tokens.id_token_life),
        }
    }

    /// What one demand for one kind of key comes to. `terms` are the keys of this algorithm and use. A revoked key counts
    /// for nothing, but that it has a successor like any other.
    pub(super) fn step(&self, terms: &[&Term], key_use: KeyUse, demand: Demand, now: Timestamp) -> Step {
        let last = end_of_line(terms);
        let good = terms.iter().filter(|term| term.revoked_at.is_none());
        let Some(latest) = good
            .clone()
            .max_by_key(|term| (term.signs_from, term.signs_until))
        else {
            return self.make(last, None, (key_use, now));
        };
        if last_signature(latest, self.overlap) <= now {
            return self.make(last, None, (key_use, now));
        }
        let pending = latest.signs_from > now;
        match demand {
            Demand::Due if pending || now.plus(self.overlap) < latest.signs_until => Step::Nothing,
            Demand::Soon if pending => Step::Nothing,
            Demand::AtOnce if pending => {
                let before = good
                    .filter(|term| term.id != latest.id)
                    .max_by_key(|term| (term.signs_from, term.signs_until));
                Step::BringForward {
                    id: latest.id.clone(),
                    expected_from: latest.signs_from,
                    window: self.window(key_use, now),
                    retire: before.map(|term| self.retire(term, now)),
                }
            }
            Demand::Due | Demand::Soon => self.make(last, Some(latest), (key_use, now.plus(self.overlap))),
            // A key that had ceased to sign is not given a longer term again.
            Demand::AtOnce => {
                let still_signs = Some(latest).filter(|term| now < term.signs_until);
                self.make(last, still_signs.copied(), (key_use, now))
            }
        }
    }

    fn make(
        &self,
        last: Option<&Term>,
        still_signs: Option<&Term>,
        (key_use, signs_from): (KeyUse, Timestamp),
    ) -> Step {
        Step::Make {
            succeeds: last.map_or_else(String::new, |term| term.id.clone()),
            window: self.window(key_use, signs_from),
            retire: still_signs.map(|term| self.retire(term, signs_from)),
        }
    }

    fn window(&self, key_use: KeyUse, signs_from: Timestamp) -> Window {
        let signs_until = match key_use {
            KeyUse::Token => signs_from.plus(self.rotate_after),
            KeyUse::Checkpoint => NO_END,
        };
        Window {
            signs_from,
            signs_until,
            verifies_until: self.verifies_until(key_use, signs_until),
        }
    }

    fn retire(&self, term: &Term, signs_until: Timestamp) -> Retirement {
        Retirement {
            id: term.id.clone(),
            expected_until: term.signs_until,
            signs_until,
            verifies_until: self.verifies_until(term.key_use, signs_until),
        }
    }

    fn verifies_until(&self, key_use: KeyUse, signs_until: Timestamp) -> Timestamp {
        match key_use {
            KeyUse::Token => signs_until.plus(self.overlap).plus(self.token_life),
            KeyUse::Checkpoint => NO_END,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);
    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const SCHEDULE: Schedule = Schedule {
        rotate_after: Duration::from_hours(90 * 24),
        overlap: DAY,
        token_life: Duration::from_mins(5),
    };

    fn term(id: &str, succeeds: &str, signs_from: Timestamp) -> Term {
        let window = SCHEDULE.window(KeyUse::Token, signs_from);
        Term {
            id: id.to_owned(),
            algorithm: Algorithm::Es256,
            key_use: KeyUse::Token,
            succeeds: succeeds.to_owned(),
            created_at: signs_from,
            signs_from,
            signs_until: window.signs_until,
            verifies_until: window.verifies_until,
            revoked_at: None,
        }
    }

    fn step(terms: &[Term], demand: Demand, now: Timestamp) -> Step {
        let terms: Vec<&Term> = terms.iter().collect();
        SCHEDULE.step(&terms, KeyUse::Token, demand, now)
    }

    #[test]
    fn the_first_key_signs_at_once_whatever_is_asked() {
        for demand in [Demand::Due, Demand::Soon, Demand::AtOnce] {
            let Step::Make {
                succeeds,
                window,
                retire,
            } = step(&[], demand, NOW)
            else {
                panic!("a key is made");
            };
            assert_eq!((succeeds.as_str(), window.signs_from, retire), ("", NOW, None));
            assert_eq!(window.signs_until, NOW.plus(90 * DAY));
            assert_eq!(
                window.verifies_until,
                NOW.plus(91 * DAY).plus(SCHEDULE.token_life)
            );
        }
    }

    #[test]
    fn a_successor_is_published_one_overlap_before_the_end() {
        let first = [term("a", "", NOW)];
        let end = first[0].signs_until;
        let early = end.minus(DAY).minus(Duration::from_secs(1));
        assert_eq!(step(&first, Demand::Due, early), Step::Nothing);
        let Step::Make {
            succeeds,
            window,
            retire,
        } = step(&first, Demand::Due, end.minus(DAY))
        else {
            panic!("a key is made");
        };
        assert_eq!((succeeds.as_str(), window.signs_from), ("a", end));
        assert_eq!(retire.unwrap().signs_until, end);
    }

    #[test]
    fn a_late_successor_is_still_published_first_and_the_old_key_signs_on() {
        let first = [term("a", "", NOW)];
        let late = first[0].signs_until.plus(DAY / 2);
        let Step::Make { window, retire, .. } = step(&first, Demand::Due, late) else {
            panic!("a key is made");
        };
        assert_eq!(window.signs_from, late.plus(DAY));
        let retire = retire.unwrap();
        assert_eq!(retire.signs_until, late.plus(DAY));
        assert_eq!(
            retire.verifies_until,
            late.plus(2 * DAY).plus(SCHEDULE.token_life)
        );
    }

    #[test]
    fn after_a_long_stop_or_a_revocation_a_new_key_signs_now() {
        let mut first = [term("a", "", NOW)];
        let long_after = first[0].signs_until.plus(DAY);
        for now in [long_after, NOW.plus(DAY)] {
            let Step::Make {
                succeeds,
                window,
                retire,
            } = step(&first, Demand::Due, now)
            else {
                panic!("a key is made");
            };
            assert_eq!((succeeds.as_str(), window.signs_from, retire), ("a", now, None));
            first[0].revoked_at = Some(NOW);
        }
    }

    #[test]
    fn a_published_successor_is_not_followed_by_another() {
        let now = NOW.plus(DAY);
        let keys = [term("a", "", NOW), term("b", "a", now.plus(DAY))];
        assert_eq!(step(&keys, Demand::Due, now), Step::Nothing);
        assert_eq!(step(&keys, Demand::Soon, now), Step::Nothing);
        let Step::BringForward {
            id, window, retire, ..
        } = step(&keys, Demand::AtOnce, now)
        else {
            panic!("it is brought forward");
        };
        assert_eq!((id.as_str(), window.signs_from), ("b", now));
        let retire = retire.unwrap();
        assert_eq!((retire.id.as_str(), retire.signs_until), ("a", now));
    }

    #[test]
    fn at_once_means_now_and_the_old_key_verifies_on() {
        let keys = [term("a", "", NOW)];
        let now = NOW.plus(DAY);
        let Step::Make { window, retire, .. } = step(&keys, Demand::AtOnce, now) else {
            panic!("a key is made");
        };
        assert_eq!(window.signs_from, now);
        assert_eq!(
            retire.unwrap().verifies_until,
            now.plus(DAY).plus(SCHEDULE.token_life)
        );
    }

    #[test]
    fn a_revoked_successor_leaves_the_key_before_it_in_office_until_the_next_one() {
        let now = NOW.plus(DAY);
        let mut keys = [term("a", "", NOW), term("b", "a", now.plus(DAY / 2))];
        keys[0].signs_until = now.plus(DAY / 2);
        keys[1].revoked_at = Some(now);
        let Step::Make {
            succeeds,
            window,
            retire,
        } = step(&keys, Demand::Due, now)
        else {
            panic!("a key is made");
        };
        assert_eq!((succeeds.as_str(), window.signs_from), ("b", now.plus(DAY)));
        let retire = retire.unwrap();
        assert_eq!((retire.id.as_str(), retire.signs_until), ("a", now.plus(DAY)));
    }

    #[test]
    fn a_revoked_key_gives_no_office_back_to_the_one_that_it_replaced() {
        let now = NOW.plus(DAY);
        let mut keys = [term("a", "", NOW), term("b", "a", now)];
        keys[0].signs_until = now;
        keys[1].revoked_at = Some(now);
        let later = now.plus(DAY / 2);
        assert!(!keys.iter().any(|key| key.signs(later)));
        let Step::Make {
            succeeds,
            window,
            retire,
        } = step(&keys, Demand::AtOnce, later)
        else {
            panic!("a key is made");
        };
        assert_eq!((succeeds.as_str(), window.signs_from, retire), ("b", later, None));
    }

    #[test]
    fn a_published_successor_takes_over_from_a_revoked_key_now() {
        let now = NOW.plus(DAY);
        let mut keys = [term("a", "", NOW), term("b", "a", now.plus(DAY))];
        keys[0].revoked_at = Some(now);
        let Step::BringForward {
            id, window, retire, ..
        } = step(&keys, Demand::AtOnce, now)
        else {
            panic!("it is brought forward");
        };
        assert_eq!((id.as_str(), window.signs_from, retire), ("b", now, None));
    }

    #[test]
    fn a_checkpoint_key_has_no_end_of_its_own() {
        let Step::Make { window, .. } = SCHEDULE.step(&[], KeyUse::Checkpoint, Demand::Due, NOW) else {
            panic!("a key is made");
        };
        assert_eq!((window.signs_until, window.verifies_until), (NO_END, NO_END));
    }
}
