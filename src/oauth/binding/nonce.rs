//! Nonces for DPoP proofs (RFC 9449 sections 8 and 9): a keyed hash of the time, so that every replica knows those of all
//! others and nothing is stored.

use std::time::Duration;

use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderName, HeaderValue};

use crate::config::DpopNonce;
use crate::domain::{Digest32, Timestamp};
use crate::keys::{MasterKey, Purpose};
use crate::op::House;

const HEADER: HeaderName = HeaderName::from_static("dpop-nonce");

/// A new nonce is given out every so often; it is good until the end of the next such while.
const WINDOW: Duration = Duration::from_mins(2);

/// How far the clock of another replica may be ahead.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(10);

/// The nonce of a moment.
fn nonce(master_key: &MasterKey, at: Timestamp) -> Digest32 {
    let window = at.as_seconds().div_euclid(WINDOW.as_secs().cast_signed());
    master_key.mac(Purpose::ProofNonce, &[&window.to_be_bytes()])
}

/// Whether a nonce was given out here a short while ago.
pub(super) fn is_fresh(master_key: &MasterKey, shown: &str, now: Timestamp) -> bool {
    let shown = BASE64URL_NOPAD.decode(shown.as_bytes()).ok();
    let Some(shown) = shown.and_then(|bytes| bytes.try_into().ok()).map(Digest32) else {
        return false;
    };
    [now, now.minus(WINDOW), now.plus(CLOCK_DIFFERENCE)]
        .into_iter()
        .fold(false, |found, at| nonce(master_key, at).matches(&shown) | found)
}

/// Whether proofs need a nonce here.
pub(super) fn is_required(house: &House) -> bool {
    house.config.oauth.dpop_nonce == DpopNonce::Required
}

/// An answer with the nonce for the next proof, where proofs need one.
pub(in crate::oauth) fn with_nonce(house: &House, mut response: Response) -> Response {
    if is_required(house) {
        let text = BASE64URL_NOPAD.encode(&nonce(&house.master_key, house.clock.now()).0);
        if let Ok(value) = HeaderValue::try_from(text) {
            response.headers_mut().insert(HEADER, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_good_for_two_windows_and_of_one_house() {
        let key = |byte| MasterKey::parse(&data_encoding::BASE64.encode(&[byte; 32])).unwrap();
        let at = Timestamp::from_seconds(1_200_000);
        let text = BASE64URL_NOPAD.encode(&nonce(&key(1), at).0);
        for (seconds, expected) in [(-11, false), (-10, true), (0, true), (239, true), (240, false)] {
            let now = Timestamp::from_seconds(1_200_000 + seconds);
            assert_eq!(is_fresh(&key(1), &text, now), expected, "{seconds}");
        }
        assert!(!is_fresh(&key(2), &text, at));
        for other in ["", "x", &text[1..], "é"] {
            assert!(!is_fresh(&key(1), other, at), "{other}");
        }
    }
}
