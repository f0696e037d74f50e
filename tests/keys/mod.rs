//! Tests of keys: made once, rotated with overlap, loaded again.

mod revocation;

use std::time::Duration;

use doorward::domain::{Actor, Timestamp};
use doorward::jose::{Algorithm, Expectations, JwkSet, JwtError, verify};
use doorward::keys::{self, KeyError, KeyRing, KeyState, KeyUse, MasterKey, Rotation};
use doorward::op::House;
use serde_json::json;

use crate::support::{Bare, START};

const DAY: Duration = Duration::from_hours(24);

async fn with_keys() -> Bare {
    let bare = Bare::new().await;
    keys::rotate_due(&bare.house).await.unwrap();
    bare
}

fn token(house: &House, life: Duration) -> String {
    let now = house.clock.now();
    let claims = json!({ "iss": "i", "aud": "a", "exp": now.plus(life).as_seconds() }).to_string();
    house
        .keys()
        .sign(Algorithm::Es256, "JWT", claims.as_bytes(), now)
        .unwrap()
}

fn verdict(house: &House, token: &str) -> Option<JwtError> {
    let now = house.clock.now();
    let expected = Expectations {
        typ: Some("JWT"),
        issuer: "i",
        audiences: &["a"],
        required: &[],
    };
    verify(token, &house.keys().verifiers(now), &expected, now).err()
}

fn published(house: &House) -> Vec<String> {
    let set: JwkSet = serde_json::from_slice(&house.keys().jwks()).unwrap();
    set.keys.into_iter().map(|key| key.kid.unwrap()).collect()
}

fn kid(token: &str) -> String {
    let header = data_encoding::BASE64URL_NOPAD
        .decode(token.split('.').next().unwrap().as_bytes())
        .unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

async fn states(bare: &Bare, algorithm: Algorithm) -> Vec<KeyState> {
    let list = keys::list(&mut bare.op()).await.unwrap();
    list.into_iter()
        .filter(|key| key.algorithm == algorithm && key.key_use == KeyUse::Token)
        .map(|key| key.state)
        .collect()
}

#[tokio::test]
async fn the_first_start_makes_the_configured_keys_and_the_checkpoint_key() {
    let bare = with_keys().await;
    let list = keys::list(&mut bare.op()).await.unwrap();
    let mut kinds: Vec<_> = list
        .iter()
        .map(|key| (key.key_use.as_str(), key.algorithm))
        .collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            ("checkpoint", Algorithm::Ed25519),
            ("token", Algorithm::Es256),
            ("token", Algorithm::Rs256)
        ]
    );
    assert!(list.iter().all(|key| key.state == KeyState::Signing));
    assert_eq!(bare.events("key.created").await.len(), 3);
    assert_eq!(
        published(&bare.house).len(),
        2,
        "the checkpoint key signs no tokens"
    );
}

#[tokio::test]
async fn a_second_start_finds_the_keys_as_they_were() {
    let bare = with_keys().await;
    let token = token(&bare.house, DAY);
    let again = bare.replica().await;
    keys::rotate_due(&again.house).await.unwrap();
    assert_eq!(published(&again.house), published(&bare.house));
    assert_eq!(verdict(&again.house, &token), None);
    assert_eq!(again.events("key.created").await.len(), 3);
}

#[tokio::test]
async fn of_replicas_that_start_at_once_one_makes_the_keys() {
    let first = Bare::new().await;
    let (second, third) = (first.replica().await, first.replica().await);
    let (one, two, three) = tokio::join!(
        keys::rotate_due(&first.house),
        keys::rotate_due(&second.house),
        keys::rotate_due(&third.house)
    );
    one.and(two).and(three).unwrap();
    assert_eq!(keys::list(&mut first.op()).await.unwrap().len(), 3);
    assert_eq!(first.events("key.created").await.len(), 3);
    for other in [&second, &third] {
        assert_eq!(published(&other.house), published(&first.house));
        assert_eq!(verdict(&other.house, &token(&first.house, DAY)), None);
    }
}

#[tokio::test]
async fn a_scheduled_rotation_publishes_first_then_signs_and_the_old_key_verifies_on() {
    let bare = with_keys().await;
    let house = &bare.house;
    let settings = house.config.keys.clone();
    let old = kid(&token(house, DAY));

    house
        .clock
        .advance(settings.rotate_after.saturating_sub(settings.overlap));
    keys::rotate_due(house).await.unwrap();
    assert_eq!(
        states(&bare, Algorithm::Es256).await,
        [KeyState::Published, KeyState::Signing]
    );
    assert_eq!(published(house).len(), 4);
    assert_eq!(kid(&token(house, DAY)), old);
    keys::rotate_due(house).await.unwrap();
    assert_eq!(published(house).len(), 4, "a published successor is enough");

    house.clock.advance(settings.overlap);
    let last = token(house, house.config.tokens.access_token_life);
    assert_ne!(kid(&last), old, "the successor signs");
    assert_eq!(
        states(&bare, Algorithm::Es256).await,
        [KeyState::Signing, KeyState::Verifying]
    );
    assert!(published(house).contains(&old));

    house.clock.advance(settings.overlap + DAY);
    keys::rotate_due(house).await.unwrap();
    assert!(
        !published(house).contains(&old),
        "an expired key is published no more"
    );
    assert_eq!(
        states(&bare, Algorithm::Es256).await,
        [KeyState::Signing, KeyState::Expired]
    );
    assert_eq!(bare.events("key.rotated").await.len(), 2);
}

#[tokio::test]
async fn an_expired_key_verifies_nothing_even_if_the_ring_is_old() {
    let bare = with_keys().await;
    let house = &bare.house;
    let settings = house.config.keys.clone();
    let token = token(house, 400 * DAY);
    let life = house.config.tokens.access_token_life;
    house
        .clock
        .advance((settings.rotate_after + settings.overlap + life).saturating_sub(Duration::from_secs(1)));
    assert_eq!(verdict(house, &token), None);
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(verdict(house, &token), Some(JwtError::Key));
    let signed = house
        .keys()
        .sign(Algorithm::Es256, "JWT", b"{}", house.clock.now());
    assert!(matches!(signed, Err(KeyError::NoKey(Algorithm::Es256))));
}

#[tokio::test]
async fn a_rotation_by_command_is_told_and_once_published_not_repeated() {
    let bare = with_keys().await;
    let house = &bare.house;
    let rotate = |immediately| {
        keys::rotate(
            house,
            Actor::Operator,
            KeyUse::Token,
            Algorithm::Es256,
            immediately,
        )
    };
    let old = kid(&token(house, DAY));
    let before = token(house, DAY);

    let Rotation::Successor { id, signs_from } = rotate(false).await.unwrap() else {
        panic!("a key is made");
    };
    assert_eq!(signs_from, START.plus(house.config.keys.overlap));
    assert_eq!(kid(&token(house, DAY)), old);
    assert_eq!(rotate(false).await.unwrap(), Rotation::Unchanged);

    let Rotation::Successor {
        id: brought,
        signs_from,
    } = rotate(true).await.unwrap()
    else {
        panic!("the key is brought forward");
    };
    assert_eq!((&brought, signs_from), (&id, START));
    assert_eq!(kid(&token(house, DAY)), id);
    assert_eq!(verdict(house, &before), None, "the old key verifies on");
    assert_eq!(
        states(&bare, Algorithm::Es256).await,
        [KeyState::Signing, KeyState::Verifying]
    );

    let rotated = bare.events("key.rotated").await;
    assert_eq!(rotated.len(), 2);
    assert_eq!(rotated[0]["actor"]["type"], "operator");
    assert_eq!(rotated[0]["details"]["successor"], id);
}

#[tokio::test]
async fn another_replica_takes_up_the_new_key() {
    let bare = with_keys().await;
    let other = bare.replica().await;
    keys::rotate(
        &bare.house,
        Actor::Operator,
        KeyUse::Token,
        Algorithm::Es256,
        true,
    )
    .await
    .unwrap();
    let token = token(&bare.house, DAY);
    assert_eq!(verdict(&other.house, &token), Some(JwtError::Key));
    keys::rotate_due(&other.house).await.unwrap();
    assert_eq!(verdict(&other.house, &token), None);
}

#[tokio::test]
async fn two_commands_at_once_make_one_successor() {
    let bare = with_keys().await;
    let other = bare.replica().await;
    let rotate = |house| keys::rotate(house, Actor::Operator, KeyUse::Token, Algorithm::Es256, false);
    let (one, two) = tokio::join!(rotate(&bare.house), rotate(&other.house));
    let made = [one.unwrap(), two.unwrap()]
        .iter()
        .filter(|rotation| matches!(rotation, Rotation::Successor { .. }))
        .count();
    assert_eq!(made, 1);
    assert_eq!(states(&bare, Algorithm::Es256).await.len(), 2);
    assert_eq!(published(&bare.house), published(&other.house));
}

#[tokio::test]
async fn checkpoints_are_signed_by_a_key_of_their_own_that_outlives_schedules() {
    let bare = with_keys().await;
    let house = &bare.house;
    let ring = house.keys();
    let key = ring.checkpoint(house.clock.now()).unwrap();
    let signature = key.sign(b"note").unwrap();
    let public = data_encoding::BASE64URL_NOPAD.encode(key.public_key());
    let jwk = serde_json::from_value(json!({ "kty": "OKP", "crv": "Ed25519", "x": public })).unwrap();
    let public = doorward::jose::PublicKey::from_jwk(&jwk, Algorithm::Ed25519).unwrap();
    assert!(public.verifies(b"note", &signature));
    assert!(!public.verifies(b"other note", &signature));

    house.clock.advance(3_650 * DAY);
    keys::rotate_due(house).await.unwrap();
    let later = house.keys();
    assert_eq!(
        later.checkpoint(house.clock.now()).unwrap().key_id(),
        key.key_id()
    );
    keys::rotate(
        house,
        Actor::Operator,
        KeyUse::Checkpoint,
        Algorithm::Ed25519,
        true,
    )
    .await
    .unwrap();
    let rotated = house.keys();
    assert_ne!(
        rotated.checkpoint(house.clock.now()).unwrap().key_id(),
        key.key_id()
    );
    assert!(
        rotated.checkpoint_verifiers().contains(key.public_key()),
        "old notes verify for ever"
    );
}

#[tokio::test]
async fn another_master_key_opens_no_signing_key() {
    let bare = with_keys().await;
    let other = MasterKey::parse(&data_encoding::BASE64.encode(&[7; 32])).unwrap();
    let loaded = KeyRing::load(&bare.house.storage, &other, &bare.house.config.keys, START).await;
    assert!(matches!(loaded, Err(KeyError::Unseal)));
}

#[tokio::test]
async fn a_public_key_planted_in_the_database_verifies_nothing() {
    use doorward::storage::Sql;
    const PLANT: Sql = Sql::new("UPDATE signing_key SET public_jwk = $1");
    let bare = with_keys().await;
    let before = published(&bare.house);
    let mut tx = bare.house.storage.write().await.unwrap();
    tx.query(PLANT)
        .bind(&json!({ "kty": "EC" }))
        .execute()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    keys::reload(&bare.house).await.unwrap();
    assert_eq!(published(&bare.house), before);
}

#[test]
fn an_empty_ring_signs_and_verifies_nothing() {
    let ring = KeyRing::default();
    let now = Timestamp::from_seconds(1);
    assert!(ring.sign(Algorithm::Es256, "JWT", b"{}", now).is_err());
    assert!(ring.verifiers(now).is_empty());
    assert_eq!(&*ring.jwks(), br#"{"keys":[]}"#);
    assert!(ring.checkpoint(now).is_err());
}
