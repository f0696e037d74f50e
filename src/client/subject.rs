//! Pairwise subjects (OpenID Connect Core section 8.1): what the clients of a sector see instead of a person's id.
//!
//! The value is made of the person's id as a synthetic initialization vector is (RFC 5297, with HMAC-SHA-256 as the only
//! primitive): a tag over sector and person, and the person under a mask that the tag gives. So it is the same each time,
//! tells nothing without the master key, and leads back to the person without a table, for the sector it was made for.

use data_encoding::BASE64URL_NOPAD;

use super::{Client, SubjectType};
use crate::domain::{PersonId, RedirectUri};
use crate::keys::{MasterKey, Purpose};

/// The `sub` that a client sees of a person.
#[must_use]
pub fn subject_for(keys: &MasterKey, client: &Client, person: PersonId) -> String {
    match client.settings.subject_type {
        SubjectType::Public => person.to_string(),
        SubjectType::Pairwise => {
            let tag = tag(keys, &sector(client), person);
            let masked = masked(keys, &tag, *person.as_bytes());
            BASE64URL_NOPAD.encode(&[tag, masked].concat())
        }
    }
}

/// The person whom a client means by a `sub`: only one that it can have been told.
#[must_use]
pub fn person_for(keys: &MasterKey, client: &Client, told: &str) -> Option<PersonId> {
    match client.settings.subject_type {
        SubjectType::Public => told.parse().ok(),
        SubjectType::Pairwise => {
            let (tag, person) = unmask(keys, told)?;
            // Not secret from whom it was made for, and to all others the comparison tells nothing that helps.
            (self::tag(keys, &sector(client), person) == tag).then_some(person)
        }
    }
}

/// The person of a `sub` in a token that we have signed, for whichever client.
#[must_use]
pub fn person_of_signed(keys: &MasterKey, told: &str) -> Option<PersonId> {
    told.parse()
        .ok()
        .or_else(|| unmask(keys, told).map(|(_, person)| person))
}

/// The sector of a client: the host of its `sector_identifier_uri`, else the one host of its redirect addresses, which are
/// all https then (registration sees to it), else the client itself: the host in an address of an own scheme, or on every
/// machine, belongs to nobody.
fn sector(client: &Client) -> String {
    let host = |text: &str| url::Url::parse(text).ok()?.host_str().map(str::to_owned);
    let said = client.settings.sector_identifier_uri.as_deref().and_then(host);
    let of_redirects = || {
        let first = client.redirect_uris.first().and_then(|uri| host(uri.as_str()));
        first.filter(|_| client.redirect_uris.iter().all(RedirectUri::is_https))
    };
    said.or_else(of_redirects)
        .unwrap_or_else(|| format!("client {}", client.id))
}

fn tag(keys: &MasterKey, sector: &str, person: PersonId) -> [u8; 16] {
    half(
        keys.mac(Purpose::PairwiseSubject, &[sector.as_bytes(), person.as_bytes()])
            .0,
    )
}

fn masked(keys: &MasterKey, tag: &[u8; 16], mut bytes: [u8; 16]) -> [u8; 16] {
    let mask = keys.mac(Purpose::PairwiseMask, &[tag]).0;
    for (byte, mask) in bytes.iter_mut().zip(mask) {
        *byte ^= mask;
    }
    bytes
}

fn unmask(keys: &MasterKey, told: &str) -> Option<([u8; 16], PersonId)> {
    let bytes: [u8; 32] = BASE64URL_NOPAD.decode(told.as_bytes()).ok()?.try_into().ok()?;
    let (tag, hidden) = bytes.split_first_chunk::<16>()?;
    let hidden: [u8; 16] = hidden.try_into().ok()?;
    Some((*tag, PersonId::from_bytes(masked(keys, tag, hidden))))
}

fn half(whole: [u8; 32]) -> [u8; 16] {
    let mut left = [0; 16];
    for (to, from) in left.iter_mut().zip(whole) {
        *to = from;
    }
    left
}
