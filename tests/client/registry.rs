//! The registry and its copies.

use doorward::client;
use doorward::domain::ClientAuthMethod::{ClientSecretBasic, None as Public, PrivateKeyJwt};
use doorward::domain::{ClientId, GrantType, Notice};
use doorward::jose::{Algorithm, Jwk, JwkSet, SigningKey};
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

#[tokio::test]
async fn a_client_that_could_not_be_proven_is_not_registered() {
    let stage = Stage::new().await;
    let mut op = stage.bare.op();
    let with_keys = |keys: Vec<Jwk>| {
        let mut new = stage.client(PrivateKeyJwt);
        new.jwks = Some(JwkSet { keys });
        new
    };
    let mut unnamed_rsa = SigningKey::generate(Algorithm::Rs256).unwrap().public_jwk();
    unnamed_rsa.alg = None;
    let mut public_integration = stage.client(Public);
    public_integration.grant_types = vec![GrantType::ClientCredentials];
    for new in [
        stage.client(PrivateKeyJwt),
        with_keys(Vec::new()),
        with_keys(vec![unnamed_rsa]),
        public_integration,
    ] {
        assert!(client::create(&mut op, new).await.is_err());
    }
}
