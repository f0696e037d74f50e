//! Clients that administrators register and change.

use axum::Router;
use axum::routing::get;
use doorward::client::{self, Administered, Change, Document, MetadataRefusal, Policy, TokenExchange};
use doorward::config::StatementIssuer;
use doorward::domain::{ClientId, Notice};
use doorward::jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use super::{Stage, basic, id};
use crate::outbound::serve;

const CALLBACK: &str = "https://app.example/cb";

fn document(value: &Value) -> Document {
    value.as_object().unwrap().clone()
}

async fn add(stage: &Stage, said: &Value) -> Result<Administered, MetadataRefusal> {
    let document = document(said);
    let policy = Policy::of_administrator(stage.organisation, &document);
    let mut op = stage.bare.op();
    let added = client::add(&mut op, &policy, None, document).await.unwrap()?;
    op.commit().await.unwrap();
    Ok(added)
}

async fn change(stage: &Stage, id: &ClientId, said: &Value) -> Change {
    let mut op = stage.bare.op();
    let change = client::change(&mut op, id, document(said)).await.unwrap();
    if matches!(change, Change::Done(_)) {
        op.commit().await.unwrap();
    }
    change
}

#[tokio::test]
async fn what_an_administrator_says_is_stored_and_on_record() {
    let stage = Stage::new().await;
    let said = json!({
        "client_id": "app", "client_name": "App", "redirect_uris": [CALLBACK],
        "consent_required": false, "shared": true, "outside_assertion": true,
    });
    let added = add(&stage, &said).await.unwrap();
    let secret = added.secret.unwrap();
    let header = basic("app", secret.expose());
    stage.authenticate(Some(&header), "").await.unwrap();
    let created = &stage.bare.events("client.created").await[0];
    assert_eq!(created["after"]["settings"]["outside_assertion"], true);
    assert_eq!(created["after"]["consent_required"], false);
    assert!(!created.to_string().contains(secret.expose()));

    let said = json!({ "shared": null, "default_max_age": 60, "client_name": "Better" });
    assert!(matches!(change(&stage, &id("app"), &said).await, Change::Done(_)));
    let event = &stage.bare.events("client.changed").await[0];
    assert_eq!(
        (&event["before"]["shared"], &event["after"]["shared"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (
            &event["before"]["default_max_age"],
            &event["after"]["default_max_age"]
        ),
        (&Value::Null, &json!(60))
    );
    let found = client::find(&mut stage.bare.op(), &id("app"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.name.as_str(), found.shared), ("Better", false));
    assert!(found.settings.outside_assertion && !found.consent_required);
    assert!(!found.registered_itself());
    stage.authenticate(Some(&header), "").await.unwrap();
}

#[tokio::test]
async fn of_two_changes_by_the_same_sight_one_counts() {
    let stage = Stage::new().await;
    let said = json!({ "client_id": "app", "redirect_uris": [CALLBACK] });
    let added = add(&stage, &said).await.unwrap();
    let digest = client::digest(&added.client);
    let first = json!({ "digest": digest, "client_name": "First" });
    assert!(matches!(
        change(&stage, &id("app"), &first).await,
        Change::Done(_)
    ));
    let second = json!({ "digest": digest, "client_name": "Second" });
    assert!(matches!(
        change(&stage, &id("app"), &second).await,
        Change::Meanwhile
    ));
    assert!(matches!(
        change(&stage, &id("nobody"), &json!({})).await,
        Change::Unknown
    ));
    assert_eq!(stage.bare.events("client.changed").await.len(), 1);
}

#[tokio::test]
async fn an_administrator_may_name_addresses_in_listed_networks() {
    let stage = Stage::calling().await;
    let port = serve(Router::new().route("/sector", get(|| async { json!([CALLBACK]).to_string() }))).await;
    let address = format!("http://127.0.0.1:{port}/sector");
    let said =
        json!({ "redirect_uris": [CALLBACK], "subject_type": "pairwise", "sector_identifier_uri": address });
    add(&stage, &said).await.unwrap();
    let elsewhere =
        json!({ "redirect_uris": ["https://other.example/cb"], "sector_identifier_uri": address });
    let refused = add(&stage, &elsewhere).await.unwrap_err();
    assert!(refused.description.contains("sector_identifier_uri"));
}

#[tokio::test]
async fn a_client_with_a_metadata_document_is_given_rights_and_nothing_else() {
    let stage = Stage::new().await;
    let address = id("https://app.example/client.json");
    let new = client::NewClient {
        id: address.clone(),
        ..stage.client(doorward::domain::ClientAuthMethod::None)
    };
    stage.register(new).await;
    let said = json!({ "client_name": "Mine" });
    let Change::Refused(refusal) = change(&stage, &address, &said).await else {
        panic!("the document says it");
    };
    assert!(refusal.description.contains("client_name"));
    let said = json!({ "shared": true, "client_name": "App" });
    assert!(matches!(change(&stage, &address, &said).await, Change::Done(_)));
    stage.bare.house.notice(&Notice::Client(address.clone()));
    let found = client::find(&mut stage.bare.op(), &address)
        .await
        .unwrap()
        .unwrap();
    assert!(found.shared);
    let said = json!({ "client_id": address, "redirect_uris": [CALLBACK] });
    let refused = add(&stage, &said).await.unwrap_err();
    assert!(refused.description.contains("client_id"));
}

#[tokio::test]
async fn what_a_client_is_given_is_in_the_words_of_the_administrator_and_within_the_options() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwks = json!({ "keys": [key.public_jwk()] }).to_string();
    let port = serve(Router::new().route("/jwks", get(|| async { jwks }))).await;
    let stage = Stage::with(|config| {
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
        config.oauth.software_statement_issuers = vec![StatementIssuer {
            issuer: "https://trust.test".to_owned(),
            jwks_uri: format!("http://127.0.0.1:{port}/jwks"),
        }];
    })
    .await;
    let claims = json!({
        "iss": "https://trust.test", "client_name": "Vetted", "shared": true, "consent_required": false,
        "outside_assertion": true,
    });
    let statement = key.sign("JWT", claims.to_string().as_bytes()).unwrap();
    let said = json!({ "client_id": "app", "redirect_uris": [CALLBACK], "software_statement": statement });
    let client = add(&stage, &said).await.unwrap().client;
    assert_eq!(client.name, "Vetted");
    assert!(!client.shared && client.consent_required && !client.settings.outside_assertion);

    // An option beside the file bounds it.
    let said = json!({ "redirect_uris": [CALLBACK], "token_exchange": { "impersonation": true } });
    let document = document(&said);
    let policy = Policy {
        token_exchange: Some(TokenExchange::default()),
        ..Policy::of_administrator(stage.organisation, &document)
    };
    let mut op = stage.bare.op();
    let refused = client::add(&mut op, &policy, None, document)
        .await
        .unwrap()
        .unwrap_err();
    assert!(format!("{refused:?}").contains("token_exchange"), "{refused:?}");
}
