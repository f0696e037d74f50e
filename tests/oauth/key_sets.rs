//! How large a set of keys may be that a client registers by value: at most 50 keys, and at most 64 KiB.

use doorward::config::Registration;
use doorward::jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use super::registration::{own, plain, register, send, stage, token};
use super::stage::Stage;

const MOST_KEYS: usize = 50;
const LARGEST: usize = 64 * 1_024;

/// A set of so many keys; the members that we do not know make it so large.
fn set(keys: usize, bytes: Option<usize>) -> Value {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let all = (0..keys).map(|number| {
        let mut key = json!(key.public_jwk());
        key["kid"] = json!(format!("key {number}"));
        key
    });
    let mut set = json!({ "keys": all.collect::<Vec<_>>() });
    if let Some(bytes) = bytes {
        set["of_others"] = json!("");
        set["of_others"] = json!("x".repeat(bytes - set.to_string().len()));
        assert_eq!(set.to_string().len(), bytes);
    }
    set
}

/// Where a body may be as large as a set and all that stands beside it.
async fn roomy() -> Stage {
    Stage::with(|config| {
        config.oauth.registration = Registration::Token;
        config.server.body_limit = 4 * LARGEST;
    })
    .await
}

#[tokio::test]
async fn a_set_that_is_registered_has_so_many_keys_and_bytes_and_no_more() {
    let stage = roomy().await;
    let token = token(&stage).await;
    let mut first = plain();
    first["jwks"] = set(1, None);
    let made = register(&stage, &token, &first).await;
    let (path, mut own_token) = own(&made);
    for (jwks, is_good) in [
        (set(MOST_KEYS, None), true),
        (set(MOST_KEYS + 1, None), false),
        (set(1, Some(LARGEST)), true),
        (set(1, Some(LARGEST + 1)), false),
        (set(MOST_KEYS, Some(LARGEST)), true),
    ] {
        let about = format!(
            "{} keys, {} bytes",
            jwks["keys"].as_array().unwrap().len(),
            jwks.to_string().len()
        );
        let mut body = plain();
        body["jwks"] = jwks.clone();
        let answer = register(&stage, &token, &body).await;
        body["client_id"] = json!(made.text("client_id"));
        let update = send(&stage, http::Method::PUT, &path, Some(&own_token), Some(&body)).await;
        if is_good {
            assert_eq!(
                (answer.status, update.status),
                (201.try_into().unwrap(), 200.try_into().unwrap()),
                "{about}"
            );
            assert_eq!(answer.json()["jwks"], jwks, "told again as it came");
            own_token = own(&update).1;
        } else {
            let expected = (400, "invalid_client_metadata".to_owned());
            assert_eq!(
                (answer.error(), update.error()),
                (expected.clone(), expected),
                "{about}"
            );
        }
    }
}

#[tokio::test]
async fn the_largest_set_does_not_fit_the_largest_body_unless_the_configuration_says_so() {
    let stage = stage().await;
    let token = token(&stage).await;
    let mut body = plain();
    body["jwks"] = set(1, Some(LARGEST));
    let answer = register(&stage, &token, &body).await;
    assert_eq!(answer.error(), (413, "invalid_client_metadata".to_owned()));
    let beside = plain().to_string().len() + ",\"jwks\":".len();
    body["jwks"] = set(1, Some(LARGEST - beside));
    assert_eq!(register(&stage, &token, &body).await.status, 201);
}
