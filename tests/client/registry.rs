//! The registry and its copies.

use doorward::access::{self, NewApplication};
use doorward::client::{self, NewClient, RegistrationError};
use doorward::domain::ClientAuthMethod::{ClientSecretBasic, None as Public, PrivateKeyJwt};
use doorward::domain::{ClientId, GrantType, Notice};
use doorward::jose::{Algorithm, Jwk, JwkSet, SigningKey};
use doorward::person::{self, Attributes, NewOrganisation, NewServiceAccount};
use doorward::storage::Sql;

use super::{Stage, basic, id};

const RENAME: Sql = Sql::new("UPDATE client SET name = $2 WHERE id = $1");

async fn rename(stage: &Stage, name: &str) {
    let mut tx = stage.bare.house.storage.write().await.unwrap();
    tx.query(RENAME)
        .bind(&id("app"))
        .bind(&name)
        .execute()
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn name(stage: &Stage) -> String {
    let found = client::find(&mut stage.bare.op(), &id("app")).await.unwrap();
    found.unwrap().name.clone()
}

#[tokio::test]
async fn a_client_reads_back_as_it_was_stored() {
    let stage = Stage::new().await;
    stage.create(ClientSecretBasic, None).await;
    let expected = stage.client(ClientSecretBasic);
    let found = client::find(&mut stage.bare.op(), &id("app"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.organisation_id, stage.organisation);
    assert_eq!(found.redirect_uris, expected.redirect_uris);
    assert_eq!(found.grant_types, expected.grant_types);
    assert_eq!(found.scopes, expected.scopes);
    assert_eq!((found.shared, found.consent_required), (false, true));
    assert_eq!(found.signing_algorithm, Algorithm::Es256);
    let created = &stage.bare.events("client.created").await[0];
    assert_eq!(created["target"]["id"], "app");
    assert_eq!(created["after"]["auth_method"], "client_secret_basic");
}

#[tokio::test]
async fn a_client_is_kept_until_a_notice_comes() {
    let stage = Stage::new().await;
    stage.create(Public, None).await;
    assert_eq!(name(&stage).await, "App");
    rename(&stage, "Renamed").await;
    assert_eq!(name(&stage).await, "App", "no query is made for a kept client");
    stage.bare.house.notice(&Notice::Client(id("app")));
    assert_eq!(name(&stage).await, "Renamed");
    rename(&stage, "Again").await;
    stage.bare.house.notice(&Notice::Everything);
    assert_eq!(name(&stage).await, "Again");
}

#[tokio::test]
async fn a_kept_client_authenticates_while_the_database_is_away() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    let header = basic("app", secret.expose());
    stage.authenticate(Some(&header), "").await.unwrap();
    stage.bare.house.storage.close().await;
    assert!(stage.authenticate(Some(&header), "").await.is_ok());
}

#[tokio::test]
async fn a_client_that_was_unknown_is_found_once_it_exists() {
    let stage = Stage::new().await;
    assert!(
        client::find(&mut stage.bare.op(), &id("app"))
            .await
            .unwrap()
            .is_none()
    );
    stage.create(Public, None).await;
    assert!(
        client::find(&mut stage.bare.op(), &id("app"))
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn what_is_rolled_back_was_never_kept() {
    let stage = Stage::new().await;
    let mut op = stage.bare.op();
    client::create(&mut op, stage.client(Public)).await.unwrap();
    assert!(client::find(&mut op, &id("app")).await.unwrap().is_none());
    drop(op);
    assert!(
        client::find(&mut stage.bare.op(), &id("app"))
            .await
            .unwrap()
            .is_none()
    );
    assert!(stage.bare.events("client.created").await.is_empty());
}

#[tokio::test]
async fn an_organisation_lists_its_own_clients() {
    let stage = Stage::new().await;
    stage.create(Public, None).await;
    let mut op = stage.bare.op();
    let ids: Vec<ClientId> = client::list(&mut op, stage.organisation)
        .await
        .unwrap()
        .into_iter()
        .map(|client| client.id)
        .collect();
    assert_eq!(ids, [id("app")]);
    let other = op.id();
    assert!(client::list(&mut op, other).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_secret_is_not_stored_as_it_is() {
    const HASHES: Sql = Sql::new("SELECT hash FROM client_secret");
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    let mut tx = stage.bare.house.storage.read().await.unwrap();
    let hashes: Vec<Vec<u8>> = tx.query(HASHES).all(|row| row.get("hash")).await.unwrap();
    assert_eq!(hashes.len(), 1);
    assert_eq!(hashes[0].len(), 32);
    assert_ne!(
        hashes[0],
        data_encoding::BASE64URL_NOPAD
            .decode(secret.expose().as_bytes())
            .unwrap()
    );
}

/// What makes a good registration a bad one.
type Change = Box<dyn FnOnce(&mut NewClient)>;

/// The field that a refusal names.
async fn field(stage: &Stage, change: impl FnOnce(&mut NewClient)) -> Option<&'static str> {
    let mut new = stage.client(ClientSecretBasic);
    change(&mut new);
    match client::create(&mut stage.bare.op(), new).await {
        Ok(_) => None,
        Err(RegistrationError::Fault(fault)) => panic!("a mistake in a registration is no fault: {fault:?}"),
        Err(refusal) => Some(refusal.field().unwrap()),
    }
}

#[tokio::test]
async fn a_bad_registration_is_refused_with_the_name_of_its_field() {
    let stage = Stage::new().await;
    let jwks = |keys: Vec<Jwk>| Some(JwkSet { keys });
    let mut of_no_use = SigningKey::generate(Algorithm::Rs256).unwrap().public_jwk();
    of_no_use.alg = Some("RS512".to_owned());
    assert_eq!(field(&stage, |_| {}).await, None);
    let cases: Vec<(&str, Change)> = vec![
        ("client_name", Box::new(|new| new.name = " ".to_owned())),
        ("client_name", Box::new(|new| new.name = "x".repeat(201))),
        ("grant_types", Box::new(|new| new.grant_types.clear())),
        (
            "grant_types",
            Box::new(|new| new.grant_types = vec![GrantType::RefreshToken]),
        ),
        (
            "grant_types",
            Box::new(|new| {
                new.auth_method = Public;
                new.grant_types = vec![GrantType::ClientCredentials];
            }),
        ),
        ("redirect_uris", Box::new(|new| new.redirect_uris.clear())),
        (
            "redirect_uris",
            Box::new(|new| {
                new.auth_method = Public;
                new.redirect_uris.clear();
            }),
        ),
        ("jwks", Box::new(|new| new.auth_method = PrivateKeyJwt)),
        (
            "jwks",
            Box::new(move |new| (new.auth_method, new.jwks) = (PrivateKeyJwt, jwks(Vec::new()))),
        ),
        (
            "jwks",
            Box::new(move |new| (new.auth_method, new.jwks) = (PrivateKeyJwt, jwks(vec![of_no_use]))),
        ),
        (
            "jwks",
            Box::new(|new| new.settings.require_signed_request_object = true),
        ),
        (
            "jwks",
            Box::new(|new| new.settings.request_object_signing_alg = Some(Algorithm::Es256)),
        ),
        (
            "authorization_signed_response_alg",
            Box::new(|new| new.settings.authorization_signed_response_alg = Some(Algorithm::Ps256)),
        ),
        (
            "default_acr_values",
            Box::new(|new| new.settings.default_acr_values = vec![String::new()]),
        ),
    ];
    for (index, (expected, change)) in cases.into_iter().enumerate() {
        assert_eq!(field(&stage, change).await, Some(expected), "{index}");
    }
    assert!(stage.bare.events("client.created").await.is_empty());
}

#[tokio::test]
async fn what_a_registration_names_must_be_there_and_open_to_its_organisation() {
    let stage = Stage::new().await;
    let mut op = stage.bare.op();
    let new = NewOrganisation {
        slug: "southgate".to_owned(),
        name: "Southgate".to_owned(),
    };
    let elsewhere = person::create_organisation(&mut op, new).await.unwrap();
    let account = |organisation_id| NewServiceAccount {
        organisation_id,
        name: "robot".to_owned(),
        purpose: "A test".to_owned(),
        attributes: Attributes::new(),
    };
    let foreign = person::create_service_account(&mut op, account(elsewhere))
        .await
        .unwrap();
    let own = person::create_service_account(&mut op, account(stage.organisation))
        .await
        .unwrap();
    let mut applications = Vec::new();
    for (audience, shared) in [("https://closed.test", false), ("https://open.test", true)] {
        let new = NewApplication {
            organisation_id: elsewhere,
            name: "Application".to_owned(),
            audience: audience.to_owned(),
            shared,
            token_format: doorward::domain::TokenFormat::Jwt,
            permissions: Vec::new(),
        };
        applications.push(access::create_application(&mut op, new).await.unwrap());
    }
    let (unknown, unknown_account, unknown_application) = (op.id(), op.id(), op.id());
    op.commit().await.unwrap();

    let on_organisation = field(&stage, |new| new.organisation_id = unknown);
    assert_eq!(on_organisation.await, Some("organisation_id"));
    for (id, expected) in [
        (unknown_account, Some("service_account_id")),
        (foreign, Some("service_account_id")),
        (own, None),
    ] {
        assert_eq!(
            field(&stage, |new| new.service_account_id = Some(id)).await,
            expected
        );
    }
    for (id, expected) in [
        (unknown_application, Some("application_id")),
        (applications[0], Some("application_id")),
        (applications[1], None),
    ] {
        assert_eq!(field(&stage, |new| new.application_id = Some(id)).await, expected);
    }
    stage.create(ClientSecretBasic, None).await;
    assert_eq!(field(&stage, |_| {}).await, Some("client_id"), "taken");
}

#[test]
fn addresses_that_cannot_be_registered_are_refused_by_field() {
    let bad = ["https://app.example/", "http://app.example/"];
    assert_eq!(
        client::redirect_uris(&bad).unwrap_err().field(),
        Some("redirect_uris")
    );
    let refused = client::post_logout_redirect_uris(&bad).unwrap_err();
    assert_eq!(refused.field(), Some("post_logout_redirect_uris"));
    assert!(refused.to_string().contains("https"), "{refused}");
    assert_eq!(client::redirect_uris(&bad[..1]).unwrap().len(), 1);
}
