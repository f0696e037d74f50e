//! What the targets of `fuzz` need of this room: a client, and the reading of metadata and of client authentication. Built
//! for them alone.

#![expect(clippy::missing_panics_doc, reason = "a panic is what a target finds")]

use std::sync::LazyLock;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

use super::credential::{self, Offered};
use super::metadata::{self, Document, Server};
use super::setting_rules::check_settings;
use super::{Client, ClientSettings, NewClient, Policy, dynamic, registration, statement};
use crate::config::Config;
use crate::domain::{
    ClientAuthMethod, ClientId, ClientStatus, GrantType, OrganisationId, RedirectUri, Timestamp,
};
use crate::http::Form;
use crate::jose::{self, Algorithm, PublicKey, SigningKey};
use crate::outbound::{Allowed, Outbound, Rules};

const ISSUER: &str = "https://trusted.example";
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Drawn anew by each process.
static KEY: LazyLock<Option<(SigningKey, PublicKey)>> = LazyLock::new(|| {
    let key = SigningKey::generate(Algorithm::Ed25519).ok()?;
    let public = PublicKey::from_jwk(&key.public_jwk(), key.algorithm()).ok()?;
    Some((key, public))
});

static OUTBOUND: LazyLock<Outbound> = LazyLock::new(|| {
    Outbound::new(Rules {
        allowed: Allowed::new(Vec::<IpNet>::new()),
        extra_roots: Vec::new(),
        timeout: Duration::from_secs(1),
        at_once: 1,
        at_once_to_one: 1,
    })
});

fn organisation() -> OrganisationId {
    OrganisationId::new(NOW, [1; 10])
}

/// A client that signs people in.
#[must_use]
pub fn client() -> Client {
    let addresses = [
        "https://app.example/cb",
        "https://app.example/cb?a=b",
        "http://127.0.0.1/cb",
        "com.example.app:/cb",
    ];
    let id = ClientId::parse("app").unwrap_or_else(|_| unreachable!("a client id"));
    let policy = Policy::plain(organisation());
    let new = NewClient {
        id,
        organisation_id: policy.organisation_id,
        name: "App".to_owned(),
        auth_method: ClientAuthMethod::PrivateKeyJwt,
        jwks: None,
        redirect_uris: addresses.into_iter().flat_map(RedirectUri::register).collect(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: GrantType::ALL.to_vec(),
        scopes: policy.scopes,
        application_id: None,
        service_account_id: None,
        shared: false,
        consent_required: true,
        signing_algorithm: Algorithm::Es256,
        claim_rules: Vec::new(),
        settings: ClientSettings::default(),
    };
    stored(new)
}

/// The client that the database would give back.
fn stored(new: NewClient) -> Client {
    Client {
        id: new.id,
        organisation_id: new.organisation_id,
        name: new.name,
        status: ClientStatus::Active,
        auth_method: new.auth_method,
        jwks: new.jwks,
        redirect_uris: new.redirect_uris,
        post_logout_redirect_uris: new.post_logout_redirect_uris,
        grant_types: new.grant_types,
        scopes: new.scopes,
        application_id: new.application_id,
        service_account_id: new.service_account_id,
        shared: new.shared,
        consent_required: new.consent_required,
        signing_algorithm: new.signing_algorithm,
        claim_rules: new.claim_rules,
        settings: new.settings,
    }
}

/// Registers what the document says, as far as that needs no database. What an accepted client is told of itself
/// is accepted again, and means the same (RFC 7592 section 2.2: a client sends it back with its changes).
pub fn metadata(document: &Document) {
    let Some(first) = register(document) else {
        return statement(document);
    };
    let told = metadata::write(&first);
    let again = register(&told).map(|client| metadata::write(&client));
    assert_eq!(again, Some(told), "what the client was told is not what it is");
    let settings = serde_json::to_value(&first.settings).and_then(serde_json::from_value::<ClientSettings>);
    assert_eq!(settings.ok(), Some(first.settings.clone()));
    for address in first.redirect_uris.iter().chain(&first.post_logout_redirect_uris) {
        assert_eq!(RedirectUri::register(address.as_str()).as_ref(), Ok(address));
        assert!(!address.as_str().contains('#'));
    }
    // What only an administrator gives.
    assert!(first.consent_required && !first.shared && first.service_account_id.is_none());
    assert!(first.settings.token_exchange.is_none() && first.settings.may_act.is_none());
    assert!(!first.settings.outside_assertion && first.settings.further_applications.is_empty());
    assert!(first.scopes.within(&Policy::plain(organisation()).scopes));
    statement(document);
}

fn register(document: &Document) -> Option<Client> {
    let config = Config::default();
    let server = Server {
        outbound: &OUTBOUND,
        algorithms: Algorithm::ALL,
    };
    let wanted = metadata::read(server, document).ok()?;
    let mut policy = Policy::plain(organisation());
    policy.grant_types = GrantType::ALL.to_vec();
    policy.check(&config, &wanted).ok()?;
    let id = ClientId::parse("c_1").ok()?;
    let new = dynamic::new_client(&id, &policy, &wanted);
    registration::check_alone(&new).ok()?;
    check_settings(&new, Algorithm::ALL).ok()?;
    assert!(!new.redirect_uris.is_empty() || !new.grant_types.contains(&GrantType::AuthorizationCode));
    assert!(new.scopes.overlap(&policy.scopes) == new.scopes);
    Some(stored(new))
}

/// The document as a software statement of somebody trusted, joined to one that says something else.
fn statement(document: &Document) {
    let Some((key, public)) = KEY.as_ref() else {
        return;
    };
    let text = serde_json::to_vec(document).unwrap_or_default();
    let Ok(text) = key.sign("JWT", &text) else {
        return;
    };
    let Ok(claims) = jose::verify_statement(&text, std::slice::from_ref(public), ISSUER, NOW) else {
        return;
    };
    assert_eq!(claims.get("iss").and_then(|iss| iss.as_str()), Some(ISSUER));
    let mut joined = Document::new();
    joined.insert("client_name".to_owned(), "own".into());
    statement::join(&mut joined, claims.clone());
    assert!(!joined.contains_key("iss") && !joined.contains_key(statement::MEMBER));
    if let Some(name) = claims.get("client_name") {
        assert_eq!(joined.get("client_name"), Some(name));
    }
    register(&joined);
}

/// How a token request names its client: never by two proofs at once, never by two names.
pub fn presented(authorization: &[u8], form: &Form) {
    let mut headers = HeaderMap::new();
    if !authorization.is_empty() {
        let Ok(value) = HeaderValue::from_bytes(authorization) else {
            return;
        };
        headers.insert(AUTHORIZATION, value);
    }
    let Ok(found) = credential::presented(&headers, form) else {
        return;
    };
    let (secret, assertion) = (form.get("client_secret"), form.get("client_assertion"));
    let proofs = [!authorization.is_empty(), secret.is_some(), assertion.is_some()];
    assert!(proofs.iter().filter(|shown| **shown).count() <= 1);
    assert_eq!(matches!(found.proof, Offered::Basic(_)), proofs[0]);
    assert!(form.get("client_id").is_none_or(|named| named == found.client_id));
    let fitting = ClientAuthMethod::ALL
        .iter()
        .filter(|method| found.proof.fits(**method));
    assert!(fitting.count() >= 1);
}
