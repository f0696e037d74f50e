//! Telling people what happened to their account, so that somebody else's doing is seen by the one who can say so.
//!
//! Each notice has a link "this was not me". It is good once and for 72 hours, and opens a page that asks: what a mail
//! program or a scanner fetches beforehand changes nothing.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::json;

use super::{Block, Letter, Recipient, outbox, recipient, store};
use crate::domain::{Actor, EmailAddress, PersonId, Timestamp, plain};
use crate::http::{Text, device, minute};
use crate::one_time::{self, Kind};
use crate::op::{Op, OpError};
use crate::person;

/// How long somebody may say that it was not they.
pub const NOT_ME_LIFE: Duration = Duration::from_hours(72);

/// What a person is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A sign-in by a browser that this person has not used before.
    NewDevice,
    PasswordChanged,
    AuthenticatorAdded,
    AuthenticatorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    RecoveryCodesMade,
    /// How many are left.
    RecoveryCodeUsed(i64),
    /// Wrong passwords or codes in a row have locked it for a while.
    Locked,
    /// Somebody who was past the password gave wrong codes.
    WrongCodes,
    /// The password was right, by a browser that is new, and nothing came after it.
    Unfinished,
    /// A sign-in with much about it that is unusual.
    Unusual,
    /// The same, which a rule has refused.
    UnusualRefused,
    /// The counter of a passkey went back, as that of a copy would.
    PasskeyCopied,
    /// The address of the account is this one now.
    AddressChanged(EmailAddress),
    /// Somebody with the right to it has begun to recover the account.
    RecoveryBegun,
    Recovered,
}

impl Happened {
    /// The word of its sentences.
    const fn word(&self) -> &'static str {
        match self {
            Self::NewDevice => "new-device",
            Self::PasswordChanged => "password",
            Self::AuthenticatorAdded => "authenticator-added",
            Self::AuthenticatorRemoved => "authenticator-removed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::RecoveryCodesMade => "codes-made",
            Self::RecoveryCodeUsed(_) => "code-used",
            Self::Locked => "locked",
            Self::WrongCodes => "wrong-codes",
            Self::Unfinished => "unfinished",
            Self::Unusual => "unusual",
            Self::UnusualRefused => "unusual-refused",
            Self::PasskeyCopied => "passkey-copied",
            Self::AddressChanged(_) => "address",
            Self::RecoveryBegun => "recovery-begun",
            Self::Recovered => "recovered",
        }
    }

    fn sentence(&self, text: &Text) -> String {
        let key = format!("notice-{}", self.word());
        match self {
            Self::RecoveryCodeUsed(left) => text.get_count(&key, "count", *left),
            Self::AddressChanged(address) => text.get_with(&key, "address", address.as_str()),
            _ => text.get(&key),
        }
    }
}

/// When and from where something was done.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Circumstances {
    pub at: Timestamp,
    pub address: Option<IpAddr>,
    pub user_agent: Option<String>,
}

impl Circumstances {
    /// Those of this act.
    #[must_use]
    pub fn of(op: &Op) -> Self {
        Self {
            at: op.now,
            address: op.seen.address,
            user_agent: op.seen.user_agent.clone(),
        }
    }

    /// What is told of them to somebody who may have done it.
    #[must_use]
    pub fn facts(&self, to: &Recipient) -> Vec<(String, String)> {
        facts(to, (self, true))
    }
}

/// Tells a person, in the transaction of the act that it is about. Nothing comes of it where no mail goes anywhere, or the
/// person has no address.
pub async fn tell(op: &mut Op, whose: PersonId, happened: &Happened) -> Result<(), OpError> {
    if !recipient::is_on(&op.house) {
        return Ok(());
    }
    let Some(found) = person::find(op, whose).await? else {
        return Ok(());
    };
    match Recipient::of(op, &found) {
        Some(to) => tell_at(op, &to, happened).await,
        None => Ok(()),
    }
}

/// Tells a person of what somebody did a while ago.
pub async fn tell_of(
    op: &mut Op,
    whose: PersonId,
    happened: &Happened,
    then: &Circumstances,
) -> Result<(), OpError> {
    let Some(found) = person::find(op, whose).await? else {
        return Ok(());
    };
    match Recipient::of(op, &found) {
        Some(to) => write(op, &to, happened, (then, true)).await,
        None => Ok(()),
    }
}

/// Whether a person was told of such a thing since a moment, as far as that is committed.
pub async fn was_told(
    op: &mut Op,
    whose: PersonId,
    happened: &Happened,
    since: Timestamp,
) -> Result<bool, OpError> {
    was_sent(op, whose, happened.word(), since).await
}

/// The same of a letter of any kind.
pub async fn was_sent(op: &mut Op, whose: PersonId, kind: &str, since: Timestamp) -> Result<bool, OpError> {
    Ok(store::was_written(op.reading().await?, whose, kind, since).await?)
}

/// The same as `tell` at an address that the account had before.
pub async fn tell_at(op: &mut Op, to: &Recipient, happened: &Happened) -> Result<(), OpError> {
    // Of others it is told only that it was they who acted.
    let own = match op.actor {
        Actor::Anonymous => true,
        Actor::Person(person) => person == to.person,
        _ => false,
    };
    let now = Circumstances::of(op);
    write(op, to, happened, (&now, own)).await
}

async fn write(
    op: &mut Op,
    to: &Recipient,
    happened: &Happened,
    circumstances: (&Circumstances, bool),
) -> Result<(), OpError> {
    if !recipient::is_on(&op.house) {
        return Ok(());
    }
    let payload = json!({ "person": to.person, "about": happened.word() });
    let token = one_time::issue(op, Kind::NotMe, None, payload, NOT_ME_LIFE).await?;
    let issuer = op.house.config.server.issuer_text();
    let link = format!("{issuer}{}", not_me_address(token.expose()));
    let text = to.text();
    let letter = Letter {
        kind: happened.word(),
        subject: text.get(&format!("notice-{}-subject", happened.word())),
        blocks: vec![
            Block::Say(happened.sentence(text)),
            Block::Facts(facts(to, circumstances)),
            Block::Say(text.get("notice-fine")),
            Block::Link(text.get("notice-not-me"), link),
            Block::Say(text.get("notice-not-me-what")),
        ],
    };
    outbox::queue(op, to, &letter, Some(NOT_ME_LIFE)).await?;
    Ok(())
}

/// The page on which somebody says that it was not they.
#[must_use]
pub fn not_me_address(token: &str) -> String {
    format!("/account/not-me/{token}")
}

/// Whose account, when, and from where; of others only that it was they who acted.
fn facts(to: &Recipient, (then, own): (&Circumstances, bool)) -> Vec<(String, String)> {
    let text = to.text();
    let mut facts = vec![
        (text.get("notice-account"), to.username.clone()),
        (text.get("notice-when"), minute(then.at)),
    ];
    if own {
        let agent = then.user_agent.as_deref();
        facts.push((text.get("notice-browser"), device(text, agent)));
        if let Some(address) = then.address {
            facts.push((text.get("notice-address-of"), address.to_string()));
        }
    } else {
        facts.push((text.get("notice-by"), text.get("notice-by-administrator")));
    }
    facts
        .into_iter()
        .map(|(term, value)| (term, plain(&value)))
        .collect()
}
