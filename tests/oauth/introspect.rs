//! Token introspection (RFC 7662, RFC 9701).

use std::time::Duration;

use axum::body::Body;
use data_encoding::BASE64URL_NOPAD;
use doorward::client::{self, ClientSettings, NewClient, RegistrationError};
use doorward::domain::{ClientAuthMethod, ClientId, PersonStatus, Subject};
use doorward::jose::{self, Algorithm, Expectations};
use doorward::{keys, person, session};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::stage::{AUDIENCE, Answer, ISSUER, Stage, claims, encoded, new_client};

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];
const SIGNED: &str = "application/token-introspection+jwt";

async fn tokens(stage: &Stage, scope: &str) -> Answer {
    let code = stage.code(&[("scope", Some(scope))]).await;
    stage.redeem("desk", &code).await
}

fn inactive() -> Value {
    json!({ "active": false })
}

/// A client that the application's organisation has registered for it: it answers for the API.
async fn api(stage: &mut Stage) {
    let api = new_client(stage, "api");
    stage.register(api).await;
}

#[tokio::test]
async fn an_access_token_is_told_to_its_client_and_to_the_api_that_it_is_for() {
    let mut stage = Stage::new().await;
    api(&mut stage).await;
    let token = tokens(&stage, "openid profile f:read").await.text("access_token");
    let said = claims(&token);
    let told = stage.introspect("desk", &token).await;
    assert_eq!(told["active"], true);
    assert_eq!(told["token_type"], "Bearer");
    assert_eq!(told["username"], "ada");
    assert_eq!(told["sub"], stage.ada.to_string());
    for member in [
        "scope",
        "client_id",
        "exp",
        "iat",
        "sub",
        "aud",
        "iss",
        "jti",
        "acr",
        "amr",
        "auth_time",
        "sid",
        "org_id",
        "roles",
    ] {
        assert!(!said[member].is_null(), "{member}");
        assert_eq!(told[member], said[member], "{member}");
    }
    assert_eq!(told.get("epoch"), None);
    assert_eq!(stage.introspect("api", &token).await, told);
    let plain = tokens(&stage, "openid f:read").await.text("access_token");
    assert_eq!(stage.introspect("api", &plain).await.get("username"), None);
}

#[tokio::test]
async fn a_token_of_a_machine_is_told_without_a_person() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let answer = stage.token("robot", &CREDENTIALS).await;
    let told = stage.introspect("robot", &answer.text("access_token")).await;
    assert_eq!(told["active"], true);
    assert_eq!(told["sub"], stage.robot.to_string());
    assert_eq!(told["client_id"], "robot");
    assert_eq!(told["aud"], AUDIENCE);
    for absent in ["username", "sid", "auth_time", "epoch"] {
        assert_eq!(told.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_told_to_its_client_alone_while_it_is_the_newest() {
    let mut stage = Stage::new().await;
    api(&mut stage).await;
    let first = tokens(&stage, "openid profile f:read")
        .await
        .text("refresh_token");
    let told = stage.introspect("desk", &first).await;
    assert_eq!(told["active"], true);
    assert_eq!(told["client_id"], "desk");
    assert_eq!(told["sub"], stage.ada.to_string());
    assert_eq!(told["username"], "ada");
    assert_eq!(told["scope"], "f:read openid profile");
    assert_eq!(told["iss"], ISSUER);
    assert!(told["exp"].as_i64().unwrap() > told["iat"].as_i64().unwrap());
    assert!(told["sid"].is_string());
    assert_eq!(told.get("token_type"), None);
    assert_eq!(stage.introspect("api", &first).await, inactive());
    let second = stage.refresh("desk", &first).await.text("refresh_token");
    assert_eq!(stage.introspect("desk", &first).await, inactive());
    assert_eq!(stage.introspect("desk", &second).await["active"], true);
    assert_eq!(
        stage.refresh("desk", &second).await.status,
        StatusCode::OK,
        "looking uses nothing up"
    );
}

#[tokio::test]
async fn whoever_is_not_concerned_learns_no_more_than_of_a_token_that_never_was() {
    let mut stage = Stage::new().await;
    let stray = NewClient {
        application_id: None,
        ..new_client(&stage, "stray")
    };
    stage.register(stray).await;
    let stranger = stage.stranger().await;
    let mut op = stage.op();
    let southgate = person::find(&mut op, stranger).await.unwrap().unwrap();
    drop(op);
    // It uses the same application, which another organisation shares with its own.
    let guest = NewClient {
        organisation_id: southgate.organisation_id,
        ..new_client(&stage, "guest")
    };
    stage.register(guest).await;
    let tokens = tokens(&stage, "openid f:read").await;
    for client in ["stray", "guest"] {
        for token in [
            &tokens.text("access_token"),
            &tokens.text("refresh_token"),
            &tokens.text("id_token"),
            "unknown",
        ] {
            let told = stage.introspect(client, token).await;
            assert_eq!(told, inactive(), "{client} {token}");
        }
    }
}

#[tokio::test]
async fn a_token_that_is_none_of_ours_or_has_expired_is_not_active() {
    let stage = Stage::new().await;
    let tokens = tokens(&stage, "openid offline_access").await;
    let good = tokens.text("access_token");
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{rest}.{flipped}{}", &signature[1..]);
    let long = "x".repeat(20_000);
    for token in [
        "x",
        "a.b.c",
        "dwa_x",
        "dwr_x",
        &forged,
        &long,
        &tokens.text("id_token"),
    ] {
        assert_eq!(stage.introspect("desk", token).await, inactive(), "{token}");
    }
    assert_eq!(stage.introspect("desk", &good).await["active"], true);
    stage.advance(Duration::from_mins(5));
    assert_eq!(stage.introspect("desk", &good).await, inactive());
    assert_eq!(
        stage.introspect("desk", &tokens.text("refresh_token")).await["active"],
        true
    );
}

async fn set_status(stage: &Stage, subject: Subject, status: PersonStatus) {
    let mut op = stage.op();
    person::set_status(&mut op, stage.organisation, subject, status, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
}

#[tokio::test]
async fn a_token_ends_with_its_subject_and_does_not_come_back_with_it() {
    let mut stage = Stage::new().await;
    stage.register_robot("robot").await;
    let of_ada = tokens(&stage, "openid").await;
    let robot = stage.token("robot", &CREDENTIALS).await.text("access_token");
    let shown = [
        ("desk", of_ada.text("access_token")),
        ("desk", of_ada.text("refresh_token")),
        ("robot", robot),
    ];
    let subjects = [Subject::Person(stage.ada), Subject::ServiceAccount(stage.robot)];
    for (client, token) in &shown {
        assert_eq!(stage.introspect(client, token).await["active"], true);
    }
    for status in [PersonStatus::Disabled, PersonStatus::Active] {
        for subject in subjects {
            set_status(&stage, subject, status).await;
        }
        for (client, token) in &shown {
            assert_eq!(stage.introspect(client, token).await, inactive(), "{status}");
        }
    }
}

#[tokio::test]
async fn a_token_ends_with_its_session_unless_it_was_meant_to_outlive_it() {
    let stage = Stage::new().await;
    let of_session = tokens(&stage, "openid").await;
    let lasting = tokens(&stage, "openid offline_access").await;
    for tokens in [&of_session, &lasting] {
        let sid = claims(&tokens.text("access_token"))["sid"].clone();
        let mut op = stage.op();
        let id = sid.as_str().unwrap().parse().unwrap();
        let found = session::living(&mut op, id).await.unwrap().unwrap();
        session::end(&mut op, &found, "a test").await.unwrap();
        op.commit().await.unwrap();
    }
    for (tokens, active) in [(&of_session, false), (&lasting, true)] {
        for kind in ["access_token", "refresh_token"] {
            let told = stage.introspect("desk", &tokens.text(kind)).await;
            assert_eq!(told["active"], active, "{kind}");
        }
    }
}

#[tokio::test]
async fn a_token_ends_with_its_client_and_with_the_key_that_signed_it() {
    let mut stage = Stage::new().await;
    api(&mut stage).await;
    let token = tokens(&stage, "openid f:read").await.text("access_token");
    assert_eq!(stage.introspect("api", &token).await["active"], true);
    let mut op = stage.op();
    assert!(
        client::disable(&mut op, &ClientId::parse("desk").unwrap())
            .await
            .unwrap()
    );
    op.commit().await.unwrap();
    assert_eq!(stage.introspect("api", &token).await, inactive());
    assert_eq!(stage.userinfo(&token).await.status, StatusCode::UNAUTHORIZED);

    let stage = Stage::new().await;
    let token = tokens(&stage, "openid f:read").await.text("access_token");
    assert_eq!(stage.introspect("desk", &token).await["active"], true);
    let header = BASE64URL_NOPAD
        .decode(token.split('.').next().unwrap().as_bytes())
        .unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let operator = doorward::domain::Actor::Operator;
    keys::revoke(&stage.bare.house, &operator, header["kid"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(stage.introspect("desk", &token).await, inactive());
}

#[tokio::test]
async fn only_clients_that_authenticate_may_ask_and_only_by_post() {
    let mut stage = Stage::new().await;
    let public = NewClient {
        auth_method: ClientAuthMethod::None,
        ..new_client(&stage, "spa")
    };
    stage.register(public).await;
    let token = tokens(&stage, "openid").await.text("access_token");
    let form = "application/x-www-form-urlencoded";
    for (client, reason) in [(None, "invalid_client"), (Some("spa"), "invalid_client")] {
        let fields: Vec<_> = [("token", token.as_str())]
            .into_iter()
            .chain(client.map(|client| ("client_id", client)))
            .collect();
        let request = Request::post("/introspect").header(CONTENT_TYPE, form);
        let answer = stage.send(request.body(encoded(&fields).into()).unwrap()).await;
        assert_eq!(answer.error(), (401, reason.to_owned()), "{client:?}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(!answer.body.contains("active"));
    }
    // A token is no proof of a client.
    let bearer = Request::post("/introspect")
        .header(CONTENT_TYPE, form)
        .header("authorization", format!("Bearer {token}"));
    let answer = stage
        .send(bearer.body(encoded(&[("token", &token)]).into()).unwrap())
        .await;
    assert_eq!(answer.error(), (401, "invalid_client".to_owned()));
    for fields in [
        &[][..],
        &[("token", "")],
        &[("token", token.as_str()), ("token", token.as_str())],
    ] {
        let answer = stage.ask("/introspect", "desk", fields).await;
        assert_eq!(answer.error(), (400, "invalid_request".to_owned()), "{fields:?}");
    }
    let get = Request::get(format!("/introspect?token={token}"));
    let answer = stage.send(get.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers["allow"], "POST");
}

/// A signed answer, verified with the keys of the house: its header and its claims.
async fn signed(stage: &Stage, client: &str, token: &str) -> (Value, Value) {
    let mut request = stage.client_request("/introspect", client, &encoded(&[("token", token)]));
    request.headers_mut().insert(ACCEPT, SIGNED.parse().unwrap());
    let answer = stage.send(request).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.headers["content-type"], SIGNED);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let header = BASE64URL_NOPAD
        .decode(answer.body.split('.').next().unwrap().as_bytes())
        .unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    // It says no `exp`, so that it is no token of access: the signature is checked by hand.
    let keys = stage.bare.house.keys().verifiers(stage.bare.house.clock.now());
    let (signed, signature) = answer.body.rsplit_once('.').unwrap();
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    let key = keys
        .iter()
        .find(|key| key.key_id() == header["kid"].as_str())
        .unwrap();
    assert!(key.verifies(signed.as_bytes(), &signature));
    (header, claims(&answer.body))
}

fn answers_signed_with(algorithm: &str) -> ClientSettings {
    serde_json::from_value(json!({ "introspection_signed_response_alg": algorithm })).unwrap()
}

#[tokio::test]
async fn an_answer_is_signed_for_who_asks_for_that() {
    let mut stage = Stage::with(|config| {
        config.keys.algorithms = vec![Algorithm::Es256, Algorithm::Ed25519];
    })
    .await;
    let api = NewClient {
        settings: answers_signed_with("Ed25519"),
        ..new_client(&stage, "api")
    };
    stage.register(api).await;
    let token = tokens(&stage, "openid f:read").await.text("access_token");
    for (client, algorithm) in [("desk", "ES256"), ("api", "Ed25519")] {
        let (header, said) = signed(&stage, client, &token).await;
        assert_eq!(header["typ"], "token-introspection+jwt");
        assert_eq!(header["alg"], algorithm);
        assert_eq!(said["iss"], ISSUER);
        assert_eq!(said["aud"], client);
        assert!(said["iat"].is_i64());
        assert_eq!(
            said["token_introspection"],
            stage.introspect(client, &token).await
        );
        let members: Vec<&String> = said.as_object().unwrap().keys().collect();
        assert_eq!(members, ["iss", "aud", "iat", "token_introspection"]);
        let (_, said) = signed(&stage, client, "unknown").await;
        assert_eq!(said["token_introspection"], inactive());
    }
}

#[tokio::test]
async fn a_signed_answer_opens_nothing_here() {
    let stage = Stage::new().await;
    let token = tokens(&stage, "openid f:read").await.text("access_token");
    let mut request = stage.client_request("/introspect", "desk", &encoded(&[("token", &token)]));
    request.headers_mut().insert(ACCEPT, SIGNED.parse().unwrap());
    let answer = stage.send(request).await.body;
    assert_eq!(stage.userinfo(&answer).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(stage.introspect("desk", &answer).await, inactive());
    let keys = stage.bare.house.keys().verifiers(stage.bare.house.clock.now());
    let expectations = Expectations {
        typ: Some("at+jwt"),
        issuer: ISSUER,
        audiences: &["desk"],
        required: &[],
    };
    let now = stage.bare.house.clock.now();
    assert!(jose::verify(&answer, &keys, &expectations, now).is_err());
}

#[tokio::test]
async fn an_algorithm_that_is_off_cannot_be_registered_for_answers() {
    let stage = Stage::new().await;
    let mut op = stage.op();
    let wrong = NewClient {
        settings: answers_signed_with("PS256"),
        ..new_client(&stage, "api")
    };
    let refusal = client::create(&mut op, wrong).await.unwrap_err();
    assert!(matches!(refusal, RegistrationError::IntrospectionAlgorithm));
    assert_eq!(refusal.field(), Some("introspection_signed_response_alg"));
}

#[tokio::test]
async fn all_ways_of_telling_who_it_is_agree_for_one_client() {
    let mut stage = Stage::new().await;
    api(&mut stage).await;
    let tokens = tokens(&stage, "openid f:read").await;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let sub = claims(&tokens.text("id_token"))["sub"].clone();
    assert!(sub.is_string());
    assert_eq!(claims(&access)["sub"], sub);
    assert_eq!(stage.userinfo(&access).await.json()["sub"], sub);
    assert_eq!(stage.introspect("desk", &access).await["sub"], sub);
    assert_eq!(stage.introspect("desk", &refresh).await["sub"], sub);
    assert_eq!(
        stage.introspect("api", &access).await["sub"],
        sub,
        "as in the token itself"
    );
    let refreshed = stage.refresh("desk", &refresh).await;
    assert_eq!(claims(&refreshed.text("id_token"))["sub"], sub);
}

#[tokio::test]
async fn the_metadata_tells_both_endpoints_and_who_may_use_them() {
    let stage = Stage::new().await;
    let metadata = stage
        .get("/.well-known/oauth-authorization-server", "")
        .await
        .json();
    assert_eq!(metadata["introspection_endpoint"], format!("{ISSUER}/introspect"));
    assert_eq!(metadata["revocation_endpoint"], format!("{ISSUER}/revoke"));
    let methods = |name: &str| {
        let methods = metadata[name].as_array().unwrap().clone();
        methods.contains(&"none".into())
    };
    assert!(methods("revocation_endpoint_auth_methods_supported"));
    assert!(!methods("introspection_endpoint_auth_methods_supported"));
    assert_eq!(
        metadata["introspection_signing_alg_values_supported"],
        json!(["ES256"])
    );
}
