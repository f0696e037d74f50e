//! Authorization requests of any kind, held against the rules: whatever is accepted keeps what the specifications promise.

#![expect(clippy::missing_panics_doc, reason = "a panic is what a target finds")]

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use url::Url;

use super::arrival::Way;
use super::parameters::{PARAMETERS, Parameters};
use super::request::{self, AuthorizationRequest};
use super::response::ReturnAddress;
use super::{again, object};
use crate::client::fuzz::client;
use crate::client::{Client, Rules};
use crate::config::Config;
use crate::domain::{ClientProfile, RedirectUri, ResponseMode, ResponseType, Timestamp};
use crate::http::{Form, Query};
use crate::jose::{Algorithm, PublicKey, SigningKey};
use crate::keys::MasterKey;
use crate::oauth::signed_request::{Asker, Purpose, believe};

const ISSUER: &str = "https://id.example";
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Drawn anew by each process.
static KEY: LazyLock<Option<(SigningKey, PublicKey)>> = LazyLock::new(|| {
    let key = SigningKey::generate(Algorithm::Ed25519).ok()?;
    let public = PublicKey::from_jwk(&key.public_jwk(), key.algorithm()).ok()?;
    Some((key, public))
});

/// Nothing but ids of people who are named by somebody depends on it.
static MASTER_KEY: LazyLock<Option<MasterKey>> =
    LazyLock::new(|| MasterKey::parse(&format!("{}=", "A".repeat(43))).ok());

/// The first byte says of which kind client and way are; the rest is the query, or the claims of a request object.
pub fn authorization_request(input: &[u8]) {
    let Some((how, rest)) = input.split_first() else {
        return;
    };
    // Letters of the keyboard are enough: `0` is a plain client and a plain query.
    let has = |bit: u8| (how ^ b'0') & (1 << bit) != 0;
    let mut client = client();
    client.settings.profile = match (has(0), has(1)) {
        (true, false) => ClientProfile::Fapi2Security,
        (true, true) => ClientProfile::Fapi2MessageSigning,
        (false, _) => ClientProfile::Baseline,
    };
    if has(2) {
        client.settings.response_types = ResponseType::ALL.to_vec();
    }
    // What is pushed is not being pushed any more: the two together stand for a client with one address.
    if has(5) && has(6) {
        client.redirect_uris.truncate(1);
    }
    let mut config = Config::default();
    config.oauth.response_types = ResponseType::ALL.to_vec();
    config.oauth.require_pushed_authorization_requests = has(3);
    config.signin.account_creation = has(7);
    let read = if has(4) {
        object(&client, rest)
    } else {
        query(rest)
    };
    let Some(parameters) = read else {
        return;
    };
    let way = Way {
        pushed: has(5).then_some([1; 32]),
        being_pushed: has(6),
        signed: has(4),
    };
    // A pushed request is stored and read again.
    let stored = serde_json::to_value(&parameters).and_then(serde_json::from_value::<Parameters>);
    assert_eq!(stored.ok().as_ref(), Some(&parameters));
    let Ok(back) = request::return_address(&parameters, &client) else {
        return;
    };
    proven(&back, &parameters, &client);
    let Some(keys) = MASTER_KEY.as_ref() else {
        return;
    };
    if let Ok(accepted) = request::check(&parameters, &client, (&back, way), (&config, keys, NOW)) {
        accepted_one(&accepted, &parameters, &client, way);
        assert!(!config.oauth.require_pushed_authorization_requests || way.is_pushed());
    }
}

/// The input as a query; a form of the same is sent on as a query that says the same.
fn query(input: &[u8]) -> Option<Parameters> {
    let text = std::str::from_utf8(input).ok()?;
    let parameters = Parameters::of_query(&Query::parse(text).ok()?);
    let form = Form::parse(text).ok()?;
    assert_eq!(Parameters::of_form(&form), parameters);
    let sent = again("/authorize", &form, &PARAMETERS);
    let sent = sent.strip_prefix("/authorize?").map(Query::parse);
    assert_eq!(
        sent.and_then(Result::ok)
            .as_ref()
            .map(Parameters::of_query)
            .as_ref(),
        Some(&parameters)
    );
    Some(parameters)
}

/// The input as a request object: believed only if our key has signed it, and it is the client's own for us.
fn object(client: &Client, input: &[u8]) -> Option<Parameters> {
    let (key, public) = KEY.as_ref()?;
    let keys = std::slice::from_ref(public);
    let purpose = Purpose::Authorization;
    let asker = Asker { client, purpose };
    if let Ok(text) = std::str::from_utf8(input) {
        assert!(
            believe(text, asker, keys, ISSUER, NOW).is_err(),
            "signed by nobody"
        );
    }
    let text = key.sign("oauth-authz-req+jwt", input).ok()?;
    let claims = believe(&text, asker, keys, ISSUER, NOW).ok()?;
    // It may leave its issuer out, not name another.
    let issuer = claims.get("iss").map(|iss| iss.as_str());
    assert!(issuer.is_none_or(|issuer| issuer == Some(client.id.as_str())));
    let inner = Parameters::of_claims(&claims);
    assert!(inner.get("request").is_none() && inner.get("request_uri").is_none());
    object::agree(&Parameters::default(), &inner, client).ok()?;
    assert_eq!(inner.get("client_id"), Some(client.id.as_str()));
    Some(inner)
}

/// Nothing is redirected to but a registered address (with another port on a loopback address alone), and what is told there
/// arrives as it was.
fn proven(back: &ReturnAddress, parameters: &Parameters, client: &Client) {
    let address = back.redirect_uri.as_str();
    if let Some(named) = parameters.get("redirect_uri") {
        assert_eq!(named, address);
    } else {
        assert_eq!(client.redirect_uris.len(), 1);
        let mut asked = parameters.all("scope").flat_map(|text| text.split(' '));
        assert!(asked.all(|one| one != "openid"));
        assert_eq!(client.settings.profile, ClientProfile::Baseline);
    }
    let is_registered = client.redirect_uris.iter().any(|one| one.as_str() == address);
    let on_loopback = Url::parse(address).is_ok_and(|url| {
        let host = url.host_str();
        url.scheme() == "http" && host == Some("127.0.0.1") && url.path() == "/cb" && url.query().is_none()
    });
    assert!(is_registered || on_loopback, "{address}");
    assert_ne!(back.mode, ResponseMode::Jwt);
    let state = back.state.as_deref().unwrap_or_default();
    assert!(state.len() <= request::STATE);
    let told = [("code", "c"), ("state", state)];
    let by_query = Url::parse(&back.redirect_uri.with_query(&told));
    let by_fragment = Url::parse(&back.redirect_uri.with_fragment(&told));
    let (Ok(plain), Ok(by_query), Ok(by_fragment)) = (Url::parse(address), by_query, by_fragment) else {
        unreachable!("{address} is no address any more");
    };
    let place = |url: &Url| url[..url::Position::AfterPath].to_owned();
    assert_eq!(place(&by_query), place(&plain));
    assert_eq!(place(&by_fragment), place(&plain));
    let last = by_query
        .query_pairs()
        .last()
        .map(|(name, value)| (name.into_owned(), value.into_owned()));
    assert_eq!(last, Some(("state".to_owned(), state.to_owned())));
    assert_eq!(by_fragment.query(), plain.query());
    let fragment = by_fragment.fragment().unwrap_or_default().as_bytes();
    let last = url::form_urlencoded::parse(fragment)
        .last()
        .map(|(_, value)| value.into_owned());
    assert_eq!(last.as_deref(), Some(state));
}

fn accepted_one(accepted: &AuthorizationRequest, parameters: &Parameters, client: &Client, way: Way) {
    let kind = accepted.response_type;
    assert!(client.settings.may_use(kind));
    assert_eq!(accepted.state.as_deref(), parameters.get("state"));
    // A database would refuse it.
    assert!(
        PARAMETERS
            .iter()
            .all(|name| parameters.all(name).all(|value| !value.contains('\0')))
    );
    if kind.has_code() {
        let digest = accepted
            .code_challenge
            .as_deref()
            .map(|text| BASE64URL_NOPAD.decode(text.as_bytes()));
        assert_eq!(digest.and_then(Result::ok).map(|bytes| bytes.len()), Some(32));
        assert_eq!(parameters.get("code_challenge_method"), Some("S256"));
    }
    if kind.has_id_token() {
        assert!(accepted.nonce.is_some() && accepted.scopes.contains("openid"));
        assert!(!matches!(
            accepted.response_mode,
            ResponseMode::Query | ResponseMode::QueryJwt
        ));
    }
    assert!(Rules::from(client).request(way.is_pushed(), way.signed).is_ok());
    assert!(Rules::from(client).response(kind, accepted.response_mode).is_ok());
    assert!(!(accepted.silent && accepted.ask_consent));
    let scopes = accepted.scopes.to_string();
    assert_eq!(
        crate::domain::Scopes::parse(&scopes).as_ref(),
        Ok(&accepted.scopes)
    );
    assert!(RedirectUri::register(accepted.redirect_uri.as_str()).is_ok());
    // It is kept while a person signs in; what a page alone needs is not.
    let kept = serde_json::to_value(accepted).and_then(serde_json::from_value::<AuthorizationRequest>);
    let expected = AuthorizationRequest {
        select_account: false,
        login_hint: None,
        language: None,
        ..accepted.clone()
    };
    assert_eq!(kept.ok(), Some(expected));
}
