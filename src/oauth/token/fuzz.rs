//! Token requests of any kind: how their form is read, and what is taken from it.

#![expect(
    clippy::missing_panics_doc,
    clippy::indexing_slicing,
    reason = "a panic is what a target finds"
)]

use std::sync::{Arc, LazyLock};

use data_encoding::{BASE64, BASE64URL_NOPAD};

use super::grant::{authorization_code as code, token_exchange};
use super::{TokenRequest, known_grant};
use crate::client::AuthenticatedClient;
use crate::client::fuzz::{client, presented};
use crate::domain::{AuthorizationId, Scopes, Timestamp, Token};
use crate::http::Form;
use crate::keys::MasterKey;
use crate::oauth::{details, refresh_token, resource};

static CLIENT: LazyLock<AuthenticatedClient> =
    LazyLock::new(|| AuthenticatedClient::unproven(Arc::new(client())));
static KEY: LazyLock<Option<MasterKey>> = LazyLock::new(|| MasterKey::parse(&BASE64.encode(&[1; 32])).ok());

/// The `Authorization` header up to a line feed, and then the form.
pub fn token_request(input: &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let header = parts.next().unwrap_or_default();
    let Ok(text) = std::str::from_utf8(parts.next().unwrap_or_default()) else {
        return;
    };
    let Ok(form) = Form::parse(text) else {
        return;
    };
    presented(header, &form);
    let request = TokenRequest {
        client: &CLIENT,
        form: &form,
        confirmation: None,
    };
    if let Some(grant) = known_grant(&form) {
        assert_eq!(form.get("grant_type"), Some(grant.as_str()));
    }
    if let Ok(Some(scopes)) = request.asked_scopes() {
        assert_eq!(Scopes::parse(&scopes.to_string()), Ok(scopes.clone()));
        let all = form
            .get("scope")
            .unwrap_or_default()
            .split(' ')
            .filter(|one| !one.is_empty());
        assert!(all.clone().all(|one| scopes.contains(one)));
        assert!(
            scopes
                .iter()
                .all(|one| all.clone().any(|asked| asked == one.as_str()))
        );
    }
    if let Ok(shown) = code::Shown::read(&request) {
        // The client is held to PKCE.
        let verifier = shown.verifier.unwrap_or_default();
        let digest = BASE64URL_NOPAD.encode(&Token::presented(verifier).digest().0);
        let fits = code::verifies(&digest, verifier);
        assert_eq!(
            fits,
            (43..=128).contains(&verifier.len()) && is_unreserved(verifier)
        );
        assert!(!code::verifies(verifier, verifier), "the plain method");
    }
    if let Ok(shown) = token_exchange::Shown::read(&request) {
        assert_eq!(
            shown.actor_token.is_some(),
            form.get("actor_token_type").is_some()
        );
    }
    resources(&form);
    given_details(&form);
    refresh(&form);
}

/// RFC 7636 section 4.1.
fn is_unreserved(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn resources(form: &Form) {
    let known = ["https://api.example/v1", "https://id.example", "urn:example:api"];
    for text in form.all("resource").chain(form.all("audience")) {
        if let Ok(found) = resource::find(text, &known) {
            assert!(known.contains(&found) && !text.contains('#'));
            assert_eq!(resource::find(found, &known), Ok(found));
        }
    }
}

fn given_details(form: &Form) {
    let Some(Ok(given)) = form.get("authorization_details").map(details::read) else {
        return;
    };
    assert!(!given.is_empty());
    let written = serde_json::to_string(&given).unwrap_or_default();
    assert_eq!(details::narrowed(Some(&written), &given).as_ref(), Ok(&given));
    let (first, rest) = given.split_at(1);
    if !rest.contains(&first[0]) {
        assert!(
            details::narrowed(Some(&written), rest).is_err(),
            "never more than was given"
        );
    }
}

/// A token with a letter changed is none of ours.
fn refresh(form: &Form) {
    let (Some(key), Some(text)) = (KEY.as_ref(), form.get("refresh_token")) else {
        return;
    };
    if let Some(found) = refresh_token::read(key, text) {
        let again = refresh_token::make(key, found.family, found.generation);
        assert_eq!(again.as_ref().map(Token::expose), Some(text), "one spelling");
    }
    let chance: [u8; 10] = std::array::from_fn(|at| text.as_bytes().get(at).copied().unwrap_or_default());
    let family = AuthorizationId::new(Timestamp::from_seconds(1_800_000_000), chance);
    let made = refresh_token::make(key, family, text.len().try_into().unwrap_or_default());
    let made = made.as_ref().map(Token::expose).unwrap_or_default();
    assert_eq!(
        refresh_token::read(key, made).map(|found| found.family),
        Some(family)
    );
    for at in text.char_indices().map(|(at, _)| at).take(4) {
        let mut changed = made.as_bytes().to_vec();
        let at = (usize::from(text.as_bytes()[at]) + at) % changed.len();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap_or_default();
        assert_eq!(refresh_token::read(key, &changed), None);
    }
}
