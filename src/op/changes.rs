//! Whether a copy is still current: counters that rise with each change.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::{ClientId, Id, Notice, OrganisationId, PersonId, ServiceAccountId, SessionId, Subject};

const COUNTERS: usize = 256;

/// Kinds of things that change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Clients,
    People,
    ServiceAccounts,
    Sessions,
    Organisations,
    Keys,
}

/// What a copy hangs on: one thing, or all of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Watched {
    kind: Kind,
    counter: Option<u8>,
}

impl Watched {
    /// Any thing of this kind: for copies that do not tell whose they are.
    #[must_use]
    pub const fn all(kind: Kind) -> Self {
        Self { kind, counter: None }
    }

    /// Ids end in chance.
    fn one<K>(kind: Kind, id: Id<K>) -> Self {
        let [.., last] = *id.as_bytes();
        Self {
            kind,
            counter: Some(last),
        }
    }
}

impl From<&ClientId> for Watched {
    fn from(id: &ClientId) -> Self {
        // Chosen by people, often with a common end.
        let mixed = id
            .as_str()
            .bytes()
            .fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte));
        Self {
            kind: Kind::Clients,
            counter: Some(mixed),
        }
    }
}

impl From<PersonId> for Watched {
    fn from(id: PersonId) -> Self {
        Self::one(Kind::People, id)
    }
}

impl From<ServiceAccountId> for Watched {
    fn from(id: ServiceAccountId) -> Self {
        Self::one(Kind::ServiceAccounts, id)
    }
}

impl From<Subject> for Watched {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Person(id) => id.into(),
            Subject::ServiceAccount(id) => id.into(),
        }
    }
}

impl From<SessionId> for Watched {
    fn from(id: SessionId) -> Self {
        Self::one(Kind::Sessions, id)
    }
}

impl From<OrganisationId> for Watched {
    fn from(id: OrganisationId) -> Self {
        Self::one(Kind::Organisations, id)
    }
}

/// How often things have changed, as far as this process was told: one set of counters for each kind, so that no cache
/// keeps its own account.
#[derive(Debug, Default)]
pub(super) struct Changes {
    clients: Counters,
    people: Counters,
    service_accounts: Counters,
    sessions: Counters,
    organisations: Counters,
    keys: Counters,
}

impl Changes {
    /// The counter of this thing at this moment. A cache notes it *before* it reads the database and trusts its copy only
    /// while the counter stands: a change that is committed between the reading and the keeping is never missed, which
    /// dropping entries alone cannot promise.
    pub(super) fn of(&self, watched: Watched) -> u64 {
        self.kind(watched.kind).of(watched.counter)
    }

    /// What the notice tells of has changed.
    pub(super) fn raise(&self, notice: &Notice) {
        let watched = match notice {
            Notice::Client(id) => id.into(),
            Notice::Person(id) => (*id).into(),
            Notice::ServiceAccount(id) => (*id).into(),
            Notice::Session(id) => (*id).into(),
            Notice::Organisation(id) => (*id).into(),
            Notice::Keys => Watched::all(Kind::Keys),
            Notice::Everything => {
                return [
                    Kind::Clients,
                    Kind::People,
                    Kind::ServiceAccounts,
                    Kind::Sessions,
                    Kind::Organisations,
                    Kind::Keys,
                ]
                .into_iter()
                .for_each(|kind| self.kind(kind).raise(None));
            }
        };
        self.kind(watched.kind).raise(watched.counter);
    }

    const fn kind(&self, kind: Kind) -> &Counters {
        match kind {
            Kind::Clients => &self.clients,
            Kind::People => &self.people,
            Kind::ServiceAccounts => &self.service_accounts,
            Kind::Sessions => &self.sessions,
            Kind::Organisations => &self.organisations,
            Kind::Keys => &self.keys,
        }
    }
}

/// One counter for each last byte, and one that rises with all of them. Two ids that share a counter cost one needless
/// reading, never a stale answer; and the memory is bounded whatever the number of ids.
#[derive(Debug)]
struct Counters {
    all: AtomicU64,
    some: Box<[AtomicU64]>,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            all: AtomicU64::new(0),
            some: (0..COUNTERS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Counters {
    fn of(&self, counter: Option<u8>) -> u64 {
        counter
            .and_then(|counter| self.some.get(usize::from(counter)))
            .unwrap_or(&self.all)
            .load(Ordering::Acquire)
    }

    fn raise(&self, counter: Option<u8>) {
        // First the one for all: whoever sees the other one raised sees this one raised too (`Copies` relies on it).
        self.all.fetch_add(1, Ordering::AcqRel);
        match counter.and_then(|counter| self.some.get(usize::from(counter))) {
            Some(one) => {
                one.fetch_add(1, Ordering::AcqRel);
            }
            None => {
                for one in &self.some {
                    one.fetch_add(1, Ordering::AcqRel);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_change_raises_its_own_counter_and_a_gap_raises_all() {
        let (one, other) = (
            PersonId::new(Timestamp::from_micros(1), [1; 10]),
            PersonId::new(Timestamp::from_micros(1), [2; 10]),
        );
        let client = ClientId::parse("desk").unwrap();
        let changes = Changes::default();
        let told = || {
            [
                one.into(),
                other.into(),
                Watched::all(Kind::People),
                Watched::from(&client),
                Watched::all(Kind::Keys),
            ]
            .map(|watched| changes.of(watched))
        };
        assert_eq!(told(), [0; 5]);
        changes.raise(&Notice::Person(one));
        assert_eq!(told(), [1, 0, 1, 0, 0]);
        changes.raise(&Notice::Client(client.clone()));
        assert_eq!(told(), [1, 0, 1, 1, 0]);
        changes.raise(&Notice::Everything);
        assert_eq!(told(), [2, 1, 2, 2, 1]);
    }
}
