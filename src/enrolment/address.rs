//! Proving that mail to an address reaches its person: a code of six digits, for ten minutes and five tries.
//!
//! It proves that and nothing else: mail is no factor (NIST SP 800-63B-4 section 3.1.3.1).

use std::time::Duration;

use super::address_store as store;
use super::code;
use super::steps::fault;
use crate::domain::{Digest32, EmailAddress, EventKind, PersonId};
use crate::ephemeral::Verdict;
use crate::mail::{self, Block, Happened, Letter, Recipient};
use crate::op::{EventDraft, House, Op, OpError};
use crate::person::{self, Person};

/// What came of asking for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    Sent,
    /// No mail goes anywhere.
    NoMail,
    /// Too many; so long to wait.
    Limited(Duration),
}

/// What came of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    Proven,
    Wrong,
    /// None was sent, it is too old, or it was tried too often.
    Gone,
}

/// The address whose code is waited for.
pub async fn pending(op: &mut Op, person: PersonId) -> Result<Option<EmailAddress>, OpError> {
    let now = op.now;
    Ok(store::pending(op.reading().await?, person, code::TRIES, now).await?)
}

/// Sends a code to an address: the present one of the person, or the one that is to take its place.
pub async fn send_code(op: &mut Op, person: &Person, email: &EmailAddress) -> Result<Sent, OpError> {
    if !mail::is_on(&op.house) {
        return Ok(Sent::NoMail);
    }
    let key = format!("address-code:{}", person.id);
    // Each address that is typed there gets a mail.
    let limit = op.house.config.signin.address_codes_per_person;
    if let Verdict::Beyond(wait) = op.house.ephemeral.count(&key, limit, op.now).await {
        return Ok(Sent::Limited(wait));
    }
    let drawn = code::draw(&op.house);
    let hash = hash(&op.house, person.id, email, &drawn);
    let until = op.now.plus(code::LIFE);
    store::put(op.writing().await?, person.id, email, &hash, until).await?;
    let to = Recipient::at(op, person, email.clone());
    let text = to.text();
    let letter = Letter {
        kind: "address-code",
        subject: text.get("address-code-subject"),
        blocks: vec![
            Block::Say(text.get("address-code-mail")),
            Block::Code(drawn),
            Block::Say(text.get("address-code-life")),
        ],
    };
    mail::queue(op, &to, &letter, Some(code::LIFE)).await?;
    record(op, person, EventKind::AddressCodeSent, None);
    Ok(Sent::Sent)
}

fn hash(house: &House, person: PersonId, email: &EmailAddress, code: &str) -> Digest32 {
    let of: [&[u8]; 3] = [b"address code", person.as_bytes(), email.as_str().as_bytes()];
    code::hash(house, of, code)
}

/// Takes a code. With the right one the address that it was sent to is the person's, and proven; the one before is told.
pub async fn confirm(op: &mut Op, person: &Person, typed: &str) -> Result<Confirmed, OpError> {
    let now = op.now;
    let tx = op.writing().await?;
    let Some((email, expected)) = store::try_once(tx, person.id, code::TRIES, now).await? else {
        record(
            op,
            person,
            EventKind::AddressProven,
            Some("no code to compare with"),
        );
        return Ok(Confirmed::Gone);
    };
    if !hash(&op.house, person.id, &email, typed).matches(&expected) {
        record(op, person, EventKind::AddressProven, Some("wrong code"));
        return Ok(Confirmed::Wrong);
    }
    store::remove(op.writing().await?, person.id).await?;
    let before = Recipient::of(op, person);
    let set = person::set_email(op, person, &email, true).await;
    set.map_err(fault)?;
    record(op, person, EventKind::AddressProven, None);
    if let Some(before) = before.filter(|before| *before.address() != email) {
        mail::tell_at(op, &before, &Happened::AddressChanged(email)).await?;
    }
    Ok(Confirmed::Proven)
}

fn record(op: &mut Op, person: &Person, kind: EventKind, refused: Option<&'static str>) {
    let draft = match refused {
        Some(reason) => EventDraft::refused(kind, reason),
        None => EventDraft::success(kind),
    };
    op.record(
        draft
            .organisation(person.organisation_id)
            .target("person", person.id),
    );
}

/// Forgets codes that are too old.
pub(super) async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let now = op.now;
    Ok(store::delete_before(op.writing().await?, now).await?)
}
