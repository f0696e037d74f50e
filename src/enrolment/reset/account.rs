//! Whether the owner of an account can set a forgotten password anew, and what the account is like: a change of what guards it ends what was
//! begun.

use crate::domain::{Digest32, PersonId, Subject, Timestamp};
use crate::factor::password;
use crate::factor::removal::{self, Factor};
use crate::keys::Purpose;
use crate::op::{House, Op, OpError};
use crate::person::{self, Person};

pub(super) const UNKNOWN: &str = "no such account";

/// Why somebody cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hindrance {
    Unknown,
    /// It is disabled or held, or its organisation is suspended.
    Standing,
    BreakGlass,
    NoAddress,
    /// It has never been open to whoever has a password, and does not become so by mail.
    NoPassword,
    /// There is nothing besides the password.
    Alone,
}

impl Hindrance {
    /// A fixed sentence for the log.
    pub(super) const fn why(self) -> &'static str {
        match self {
            Self::Unknown => UNKNOWN,
            Self::Standing => "the account may not sign in",
            Self::BreakGlass => "the account is for emergencies",
            Self::NoAddress => "the account has no proven address",
            Self::NoPassword => "the account has no password",
            Self::Alone => "the account has no second factor",
        }
    }
}

/// What guards an account.
#[derive(Debug)]
pub(super) struct State {
    epoch: i64,
    password_at: Timestamp,
    address: String,
    factors: Vec<String>,
}

impl State {
    pub(super) fn digest(&self, house: &House) -> Digest32 {
        let (epoch, at) = (
            self.epoch.to_be_bytes(),
            self.password_at.as_micros().to_be_bytes(),
        );
        let mut parts: Vec<&[u8]> = vec![b"account state", &epoch, &at, self.address.as_bytes()];
        parts.extend(self.factors.iter().map(String::as_bytes));
        house.master_key.mac(Purpose::Link, &parts)
    }

    /// The same before its epoch was raised last.
    pub(super) fn before_its_last_epoch(self) -> Self {
        let epoch = self.epoch.saturating_sub(1);
        Self { epoch, ..self }
    }
}

/// An account, and what it is like.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) person: Option<Person>,
    pub(super) fit: Result<State, Hindrance>,
}

/// Looks at an account; at one that is not there for as long.
pub(super) async fn look(op: &mut Op, id: PersonId) -> Result<Looked, OpError> {
    let person = person::find(op, id).await?;
    let standing = person::may_sign_in(op, Subject::Person(id)).await?;
    let password_at = password::changed_at(op, id).await?;
    let factors = removal::list(op, id).await?;
    let address = person.as_ref().filter(|person| person.email_verified);
    let address = address.and_then(|person| person.email.clone());
    let fit = match (standing, address, password_at) {
        _ if person.is_none() => Err(Hindrance::Unknown),
        (Err(_), ..) => Err(Hindrance::Standing),
        (Ok(standing), ..) if standing.is_break_glass() => Err(Hindrance::BreakGlass),
        (Ok(_), None, _) => Err(Hindrance::NoAddress),
        (Ok(_), _, None) => Err(Hindrance::NoPassword),
        (Ok(_), ..) if factors.is_empty() => Err(Hindrance::Alone),
        (Ok(standing), Some(address), Some(password_at)) => Ok(State {
            epoch: standing.epoch(),
            password_at,
            address,
            factors: ids(&factors),
        }),
    };
    Ok(Looked { person, fit })
}

/// In an order that does not change.
fn ids(factors: &[Factor]) -> Vec<String> {
    let mut ids: Vec<String> = factors.iter().map(|one| one.which.id()).collect();
    ids.sort();
    ids
}
