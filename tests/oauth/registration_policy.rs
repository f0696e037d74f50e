//! What clients may be that register themselves: what their policy, their kind and this server allow, and what they are not.

use axum::Router;
use axum::routing::get;
use doorward::access::{self, DetailRules, NewDetailType, Titles};
use doorward::client::{self, Approval, ClientSettings, NewClient, Policy, TokenExchange};
use doorward::config::{ClientCertificates, Registration};
use doorward::domain::{ClientId, GrantType, ResponseType};
use doorward::jose::{Algorithm, SigningKey};
use http::Method;
use serde_json::{Value, json};

use super::registration::{own, plain, policy, register, send, stage, token, token_of};
use super::stage::{AUDIENCE, Answer, CALLBACK, Stage, VERIFIER, claims, new_client};
use crate::outbound::serve;

fn all_grants(stage: &Stage) -> Policy {
    Policy {
        grant_types: GrantType::ALL.to_vec(),
        ..policy(stage)
    }
}

fn machine(grant: &str) -> Value {
    json!({ "client_name": "Machine", "grant_types": [grant] })
}

/// The secret fields of a client that has just registered itself with `client_secret_post`.
fn with_secret<'a>(
    answer: &'a [(&'a str, String)],
    fields: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let own = answer.iter().map(|(name, value)| (*name, value.as_str()));
    own.chain(fields.iter().copied()).collect()
}

fn credentials(answer: &Answer) -> [(&'static str, String); 2] {
    [
        ("client_id", answer.text("client_id")),
        ("client_secret", answer.text("client_secret")),
    ]
}

#[tokio::test]
async fn a_client_that_acts_for_itself_acts_as_the_account_of_its_policy() {
    let stage = stage().await;
    let without = token_of(&stage, None, all_grants(&stage)).await;
    let refused = register(&stage, &without, &machine("client_credentials")).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
    assert!(refused.text("error_description").contains("client_credentials"));
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    let refused = register(&stage, &without, &machine(exchange)).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));

    let with = Policy {
        service_account_id: Some(stage.robot),
        token_exchange: Some(TokenExchange {
            subject_clients: vec![ClientId::parse("desk").unwrap()],
            delegation: true,
            ..TokenExchange::default()
        }),
        ..all_grants(&stage)
    };
    let with = token_of(&stage, None, with).await;
    let mut asked = machine("client_credentials");
    asked["grant_types"] = json!(["client_credentials", exchange]);
    asked["token_endpoint_auth_method"] = json!("client_secret_post");
    let answer = register(&stage, &with, &asked).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let own = credentials(&answer);
    let fields = with_secret(&own, &[("grant_type", "client_credentials"), ("scope", "f:read")]);
    let given = stage.post("/token", "", &fields).await;
    assert_eq!(given.status, 200, "{given:?}");
    assert_eq!(
        claims(&given.text("access_token"))["sub"],
        stage.robot.to_string()
    );

    let code = stage.code(&[]).await;
    let subject = stage.redeem("desk", &code).await.text("access_token");
    let actor = given.text("access_token");
    let fields = [
        ("grant_type", exchange),
        ("subject_token", subject.as_str()),
        (
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
        ),
        ("actor_token", &actor),
        (
            "actor_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
        ),
    ];
    let exchanged = stage.post("/token", "", &with_secret(&own, &fields)).await;
    assert_eq!(exchanged.status, 200, "{exchanged:?}");
}

#[tokio::test]
async fn types_of_authorization_details_are_those_of_the_policy() {
    let stage = stage().await;
    let mut op = stage.op();
    let new = NewDetailType {
        name: "export".to_owned(),
        application: stage.application,
        rules: DetailRules {
            ask: doorward::access::Ask::Once,
            titles: Titles::from([("en".to_owned(), "Export".to_owned())]),
            purposes: Titles::from([("en".to_owned(), "Exports".to_owned())]),
            permission: None,
            members: Vec::new(),
        },
    };
    access::register_detail_type(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    let mut asked = plain();
    asked["authorization_details_types"] = json!(["export"]);
    let refused = register(&stage, &token(&stage).await, &asked).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
    let allowing = Policy {
        authorization_details_types: vec!["export".to_owned()],
        ..policy(&stage)
    };
    let token = token_of(&stage, None, allowing).await;
    let answer = register(&stage, &token, &asked).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["authorization_details_types"], json!(["export"]));
}

#[tokio::test]
async fn hosts_of_a_policy_are_those_of_https_addresses_and_of_those_after_sign_out_too() {
    let stage = stage().await;
    let strict = Policy {
        redirect_hosts: vec!["desk.test".to_owned(), "localhost".to_owned()],
        ..policy(&stage)
    };
    let token = token_of(&stage, None, strict).await;
    for (uris, after, expected) in [
        (json!([CALLBACK]), json!(["https://desk.test/bye"]), None),
        (
            json!(["com.evil://desk.test/cb"]),
            json!([]),
            Some("invalid_redirect_uri"),
        ),
        (
            json!(["http://localhost/cb"]),
            json!([]),
            Some("invalid_redirect_uri"),
        ),
        (
            json!([CALLBACK]),
            json!(["https://elsewhere.test/"]),
            Some("invalid_client_metadata"),
        ),
    ] {
        let body = json!({
            "redirect_uris": uris, "post_logout_redirect_uris": after, "application_type": "native",
        });
        let answer = register(&stage, &token, &body).await;
        match expected {
            None => assert_eq!(answer.status, 201, "{answer:?}"),
            Some(code) => assert_eq!(answer.error(), (400, code.to_owned()), "{uris} {after}"),
        }
    }
}

#[tokio::test]
async fn a_profile_has_two_spellings_and_an_algorithm_that_fits_it() {
    let stage = Stage::with(|config| {
        config.oauth.registration = Registration::Token;
        config.keys.algorithms = vec![Algorithm::Rs256, Algorithm::Es256];
    })
    .await;
    let token = token(&stage).await;
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    for (said, told) in [
        ("fapi2-security", "fapi2-security"),
        ("fapi2_security", "fapi2-security"),
        ("fapi2_message_signing", "fapi2-message-signing"),
    ] {
        let mut body = plain();
        body["profile"] = json!(said);
        body["token_endpoint_auth_method"] = json!("private_key_jwt");
        body["jwks"] = json!({ "keys": [key.public_jwk()] });
        let answer = register(&stage, &token, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.json()["profile"], told);
        assert_eq!(answer.json()["id_token_signed_response_alg"], "ES256");
    }
    let answer = register(&stage, &token, &plain()).await;
    assert_eq!(answer.json()["id_token_signed_response_alg"], "RS256");
}

#[tokio::test]
async fn keys_that_are_not_understood_stand_beside_those_that_are() {
    let stage = stage().await;
    let token = token(&stage).await;
    let mut known = json!(SigningKey::generate(Algorithm::Es256).unwrap().public_jwk());
    known["x5t#S256"] = json!("a-thumbprint");
    let strange = [
        json!({ "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "s", "use": "sig" }),
        json!({ "kty": "EC", "crv": "P-521", "alg": "ES512", "x": "AA", "y": "AA" }),
        json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AA" }),
    ];
    let mut body = plain();
    body["token_endpoint_auth_method"] = json!("private_key_jwt");
    body["jwks"] = json!({ "keys": strange });
    let refused = register(&stage, &token, &body).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
    let keys: Vec<Value> = strange.into_iter().chain([known]).collect();
    body["jwks"] = json!({ "keys": keys });
    let answer = register(&stage, &token, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["jwks"], body["jwks"], "as it came");
    let (path, own_token) = own(&answer);
    body["jwks"]["keys"][0]["priv"] = json!("AA");
    body["client_id"] = json!(answer.text("client_id"));
    let refused = send(&stage, Method::PUT, &path, Some(&own_token), Some(&body)).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
}

#[tokio::test]
async fn implicit_is_told_where_an_id_token_comes_through_the_browser() {
    let stage = Stage::with(|config| {
        config.oauth.registration = Registration::Token;
        config.oauth.response_types = ResponseType::ALL.to_vec();
    })
    .await;
    let metadata = stage.get("/.well-known/openid-configuration", "").await.json();
    let grants = metadata["grant_types_supported"].as_array().unwrap();
    assert!(grants.contains(&json!("implicit")));
    let token = token(&stage).await;
    for (said, responses, told) in [
        (json!(["implicit"]), json!(["id_token"]), json!(["implicit"])),
        (
            json!(["authorization_code", "implicit"]),
            json!(["code id_token"]),
            json!(["authorization_code", "implicit"]),
        ),
    ] {
        let mut body = plain();
        body["grant_types"] = said;
        body["response_types"] = responses.clone();
        let answer = register(&stage, &token, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.json()["grant_types"], told);
        assert_eq!(answer.json()["response_types"], responses);
    }
    let mut body = plain();
    body["response_types"] = json!(["id_token"]);
    body["redirect_uris"] = json!(["https://localhost/cb"]);
    let refused = register(&stage, &token, &body).await;
    assert_eq!(refused.error(), (400, "invalid_redirect_uri".to_owned()));
}

#[tokio::test]
async fn methods_by_certificate_are_registered_where_certificates_are_looked_at() {
    let body = |method: &str| {
        let mut body = plain();
        body["token_endpoint_auth_method"] = json!(method);
        if method == "tls_client_auth" {
            body["tls_client_auth_san_dns"] = json!("app.test");
        } else {
            let key = SigningKey::generate(Algorithm::Es256).unwrap();
            body["jwks"] = json!({ "keys": [key.public_jwk()] });
        }
        body
    };
    let off = stage().await;
    let token_off = token(&off).await;
    let on = Stage::with(|config| {
        config.oauth.registration = Registration::Token;
        config.server.client_certificates = ClientCertificates::Proxy;
    })
    .await;
    let token_on = token(&on).await;
    for (method, works) in [("tls_client_auth", false), ("self_signed_tls_client_auth", true)] {
        let refused = register(&off, &token_off, &body(method)).await;
        assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
        let answer = register(&on, &token_on, &body(method)).await;
        assert_eq!(answer.status == 201, works, "{method}: no anchors are configured");
    }
}

#[tokio::test]
async fn what_an_administrator_gives_outlasts_an_update() {
    let stage = stage().await;
    let with = Policy {
        token_exchange: Some(TokenExchange {
            delegation: true,
            ..TokenExchange::default()
        }),
        service_account_id: Some(stage.robot),
        ..all_grants(&stage)
    };
    let token = token_of(&stage, None, with).await;
    let answer = register(&stage, &token, &plain()).await;
    let (path, own_token) = own(&answer);
    let mut body = plain();
    body["client_id"] = json!(answer.text("client_id"));
    body["contacts"] = json!(["ada@desk.test"]);
    let changed = send(&stage, Method::PUT, &path, Some(&own_token), Some(&body)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let id = ClientId::parse(&answer.text("client_id")).unwrap();
    let found = client::find(&mut stage.op(), &id).await.unwrap().unwrap();
    assert!(found.settings.token_exchange.as_ref().unwrap().delegation);
    assert_eq!(found.settings.contacts, ["ada@desk.test"]);
    assert_eq!(found.service_account_id, Some(stage.robot));
    assert!(found.registered_itself());
}

#[tokio::test]
async fn an_approval_is_of_what_was_seen() {
    let stage = stage().await;
    let waiting = Policy {
        approval: true,
        ..policy(&stage)
    };
    let token = token_of(&stage, None, waiting).await;
    let answer = register(&stage, &token, &plain()).await;
    let id = ClientId::parse(&answer.text("client_id")).unwrap();
    let seen = async || {
        let found = client::find(&mut stage.op(), &id).await.unwrap().unwrap();
        client::digest(&found)
    };
    let first = seen().await;
    assert_eq!(first, seen().await, "the same each time");
    let (path, own_token) = own(&answer);
    let mut body = plain();
    body["client_id"] = json!(id);
    body["redirect_uris"] = json!(["https://elsewhere.test/cb"]);
    let changed = send(&stage, Method::PUT, &path, Some(&own_token), Some(&body)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let mut op = stage.op();
    let refused = client::approve(&mut op, &id, &first).await.unwrap();
    assert!(matches!(refused, Approval::Changed));
    drop(op);
    let second = seen().await;
    let mut op = stage.op();
    let approved = client::approve(&mut op, &id, &second).await.unwrap();
    assert!(matches!(approved, Approval::Approved));
    op.commit().await.unwrap();
    assert_eq!(second, seen().await, "the status is no part of it");
}

#[tokio::test]
async fn whoever_has_registered_itself_is_no_part_of_its_application() {
    let mut stage = stage().await;
    let made = new_client(&stage, "made");
    stage.register(made).await;
    let code = stage.code(&[]).await;
    let given = stage.redeem("desk", &code).await.text("access_token");
    assert_eq!(claims(&given)["aud"], AUDIENCE);
    assert_eq!(stage.introspect("made", &given).await["active"], true);

    let mut body = plain();
    body["token_endpoint_auth_method"] = json!("client_secret_post");
    let answer = register(&stage, &token(&stage).await, &body).await;
    let own = credentials(&answer);
    let fields = with_secret(&own, &[("token", &given)]);
    let told = stage.post("/introspect", "", &fields).await;
    assert_eq!(told.json(), json!({ "active": false }), "it is not for it");
}

#[tokio::test]
async fn private_networks_are_not_for_addresses_of_strangers() {
    let keys = json!({ "keys": [SigningKey::generate(Algorithm::Es256).unwrap().public_jwk()] }).to_string();
    let sector = json!([CALLBACK]).to_string();
    let routes = Router::new()
        .route("/sector", get(|| async { sector }))
        .route("/jwks", get(|| async { keys }));
    let port = serve(routes).await;
    let closed = Stage::with(|config| {
        config.oauth.registration = Registration::Token;
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    })
    .await;
    let open = stage().await;
    for (member, path) in [("sector_identifier_uri", "sector"), ("jwks_uri", "jwks")] {
        let mut body = plain();
        body[member] = json!(format!("http://127.0.0.1:{port}/{path}"));
        let refused = register(&closed, &token(&closed).await, &body).await;
        assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
        let answer = register(&open, &token(&open).await, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    // A name tells what it leads to only when it is called.
    let mut body = plain();
    body["sector_identifier_uri"] = json!(format!("http://localhost:{port}/sector"));
    let refused = register(&closed, &token(&closed).await, &body).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
    // An administrator may name it.
    let made = NewClient {
        settings: ClientSettings {
            jwks_uri: Some(format!("http://127.0.0.1:{port}/jwks")),
            ..ClientSettings::default()
        },
        ..new_client(&closed, "made")
    };
    let mut op = closed.op();
    client::create(&mut op, made).await.unwrap();
    op.commit().await.unwrap();
    let id = ClientId::parse("made").unwrap();
    let found = client::find(&mut closed.op(), &id).await.unwrap().unwrap();
    let set = client::jwk_set(&mut closed.op(), &found, None).await;
    assert_eq!(set.unwrap().keys.len(), 1);
}

#[tokio::test]
async fn clients_for_which_nobody_speaks_get_what_the_configuration_names() {
    let stage = Stage::with(|config| {
        config.oauth.registration = Registration::Open;
        "northbeam".clone_into(&mut config.oauth.registration_organisation);
        config.oauth.registration_applications = vec![AUDIENCE.to_owned()];
        config.oauth.registration_scopes = vec!["f:read".to_owned()];
    })
    .await;
    let mut body = plain();
    body["token_endpoint_auth_method"] = json!("none");
    body["scope"] = json!("openid f:read f:write");
    let answer = send(&stage, Method::POST, "/register", None, Some(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["scope"], "f:read openid");
    let id = ClientId::parse(&answer.text("client_id")).unwrap();
    let mut op = stage.op();
    let seen = client::digest(&client::pending(&mut op).await.unwrap()[0]);
    client::approve(&mut op, &id, &seen).await.unwrap();
    op.commit().await.unwrap();
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let asked = Stage::request(&[
        ("client_id", Some(id.as_str())),
        ("scope", Some("f:read")),
        ("resource", Some(AUDIENCE)),
    ]);
    let begun = stage.get(&asked, &cookie).await;
    let cookie = format!("{cookie}; {}", begun.cookies());
    let page = stage.get(begun.location(), &cookie).await;
    let token = page.hidden("form_token");
    let action = page.body.split("action=\"").nth(1).unwrap();
    let action = action.split('"').next().unwrap();
    let fields = [("form_token", token.as_str()), ("decision", "allow")];
    let allowed = stage.post(action, &cookie, &fields).await;
    let code = allowed.parameter("code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", id.as_str()),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("resource", AUDIENCE),
    ];
    let given = stage.post("/token", "", &fields).await;
    assert_eq!(given.status, 200, "{given:?}");
    let token = claims(&given.text("access_token"));
    assert_eq!(
        (&token["aud"], &token["scope"]),
        (&json!(AUDIENCE), &json!("f:read"))
    );
}

#[tokio::test]
async fn a_response_type_that_is_off_is_not_registered() {
    let stage = stage().await;
    let token = token(&stage).await;
    let mut body = plain();
    body["response_types"] = json!(["code id_token"]);
    body["grant_types"] = json!(["authorization_code", "implicit"]);
    let refused = register(&stage, &token, &body).await;
    assert_eq!(refused.error(), (400, "invalid_client_metadata".to_owned()));
    assert!(refused.text("error_description").contains("response_types"));
    body["response_types"] = json!(["code"]);
    body["grant_types"] = json!(["authorization_code"]);
    assert_eq!(register(&stage, &token, &body).await.status, 201);
}

/// While a client changes itself, the server waits for an address of its choice; what an administrator takes away meanwhile
/// stays away.
#[tokio::test]
async fn a_client_that_changes_itself_takes_nothing_back_from_an_administrator() {
    let stage = stage().await;
    let made = register(&stage, &token(&stage).await, &plain()).await;
    let (id, (path, own_token)) = (made.text("client_id"), own(&made));
    let change = async |house: &std::sync::Arc<doorward::op::House>, given: Value| {
        let mut op = doorward::op::Op::inside(house, doorward::domain::Actor::System);
        let document = json!({ "outside_assertion": given }).as_object().unwrap().clone();
        let changed = client::change(&mut op, &ClientId::parse(&id).unwrap(), document)
            .await
            .unwrap();
        assert!(matches!(changed, client::Change::Done(_)));
        op.commit().await.unwrap();
    };
    change(&stage.bare.house, json!(true)).await;
    let (ask, asked) = tokio::sync::oneshot::channel();
    let (tell, told) = tokio::sync::oneshot::channel();
    let both = std::sync::Arc::new(tokio::sync::Mutex::new(Some((ask, told))));
    let sector = get(async move || {
        let (ask, told) = both.lock().await.take().unwrap();
        ask.send(()).unwrap();
        told.await.unwrap();
        json!([CALLBACK]).to_string()
    });
    let port = crate::outbound::serve(Router::new().route("/sector", sector)).await;
    let mut body = plain();
    body["client_id"] = json!(id);
    body["sector_identifier_uri"] = json!(format!("http://127.0.0.1:{port}/sector"));
    let update = send(&stage, Method::PUT, &path, Some(&own_token), Some(&body));
    let administrator = async {
        asked.await.unwrap();
        change(&stage.bare.house, Value::Null).await;
        tell.send(()).unwrap();
    };
    let (answer, ()) = tokio::join!(update, administrator);
    assert_eq!(answer.status, 503, "{answer:?}");
    let found = client::find(&mut stage.op(), &ClientId::parse(&id).unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(!found.settings.outside_assertion && found.settings.sector_identifier_uri.is_none());
    // Nothing else was lost: its token is still good.
    body["sector_identifier_uri"] = Value::Null;
    let answer = send(&stage, Method::PUT, &path, Some(&own_token), Some(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}
