//! The text of refresh tokens: it names its family and generation and proves itself.
//!
//! `dwr_` and base64url of 16 bytes of family, 4 of generation, 32 of HMAC over both. A token can so be made again after
//! an answer got lost, and a forged one is refused without a look into the database.

use data_encoding::BASE64URL_NOPAD;

use crate::domain::{AuthorizationId, Digest32, Token};
use crate::keys::{MasterKey, Purpose};

const PREFIX: &str = "dwr_";

/// A refresh token whose keyed hash has been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Presented {
    pub(super) family: AuthorizationId,
    pub(super) generation: i64,
}

/// The refresh token of a family's generation; always the same text.
pub(super) fn make(key: &MasterKey, family: AuthorizationId, generation: i64) -> Option<Token> {
    let number = u32::try_from(generation).ok()?.to_be_bytes();
    let mac = hash(key, family.as_bytes(), number);
    let mut bytes = Vec::with_capacity(52);
    bytes.extend_from_slice(family.as_bytes());
    bytes.extend_from_slice(&number);
    bytes.extend_from_slice(&mac.0);
    let mut text = String::with_capacity(PREFIX.len() + 70);
    text.push_str(PREFIX);
    BASE64URL_NOPAD.encode_append(&bytes, &mut text);
    Some(Token::presented(&text))
}

/// Reads a token as a client sent it; `None` if it was never made here.
pub(super) fn read(key: &MasterKey, text: &str) -> Option<Presented> {
    let bytes = BASE64URL_NOPAD
        .decode(text.strip_prefix(PREFIX)?.as_bytes())
        .ok()?;
    let (family, rest) = bytes.split_first_chunk::<16>()?;
    let (generation, mac) = rest.split_first_chunk::<4>()?;
    let mac: [u8; 32] = mac.try_into().ok()?;
    if !hash(key, family, *generation).matches(&Digest32(mac)) {
        return None;
    }
    let family = uuid::Uuid::from_bytes(*family).hyphenated().to_string();
    Some(Presented {
        family: family.parse().ok()?,
        generation: i64::from(u32::from_be_bytes(*generation)),
    })
}

fn hash(key: &MasterKey, family: &[u8; 16], generation: [u8; 4]) -> Digest32 {
    key.mac(Purpose::RefreshToken, &[family, &generation])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    fn key(byte: u8) -> MasterKey {
        MasterKey::parse(&data_encoding::BASE64.encode(&[byte; 32])).unwrap()
    }

    #[test]
    fn a_token_reads_back_and_is_made_again_the_same() {
        let family = AuthorizationId::new(Timestamp::from_micros(1), [9; 10]);
        let token = make(&key(1), family, 7).unwrap();
        assert_eq!(token.expose(), make(&key(1), family, 7).unwrap().expose());
        let read = read(&key(1), token.expose());
        assert_eq!(
            read,
            Some(Presented {
                family,
                generation: 7
            })
        );
    }

    #[test]
    fn a_token_that_was_not_made_here_is_none() {
        let family = AuthorizationId::new(Timestamp::from_micros(1), [9; 10]);
        let token = make(&key(1), family, 7).unwrap();
        assert_eq!(read(&key(2), token.expose()), None);
        for position in PREFIX.len()..token.expose().len() {
            let mut text = token.expose().to_owned();
            let other = if text.as_bytes()[position] == b'A' {
                "B"
            } else {
                "A"
            };
            text.replace_range(position..=position, other);
            assert_eq!(read(&key(1), &text), None, "{position}");
        }
        for text in ["", "dwr_", "dwr_AAAA", "AAAA"] {
            assert_eq!(read(&key(1), text), None);
        }
        assert_eq!(make(&key(1), family, i64::from(u32::MAX) + 1).map(|_| ()), None);
    }
}
