//! Workload identity: assertions of issuers outside that an organisation trusts.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use doorward::client::trusted_issuer::{self, Identity, IssuerError, IssuerKeys, Rule, TrustedIssuer};
use doorward::client::{self, ClientSettings, NewClient, RegistrationError, RuleBroken, TokenExchange};
use doorward::domain::{ClientAuthMethod, ClientId, ClientProfile, GrantType};
use doorward::jose::{Algorithm, JwkSet, SigningKey};
use http::StatusCode;
use serde_json::{Value, json};

use super::stage::{AUDIENCE, Answer, ISSUER, Stage, claims, new_client};
use crate::outbound::serve;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const CLUSTER: &str = "https://kubernetes.cluster.test";
const SUBJECT: &str = "system:serviceaccount:prod:fetcher";

struct Workload {
    stage: Stage,
    key: SigningKey,
}

fn rule(subject: &str, claims: &Value, identity: Identity) -> Rule {
    Rule {
        subject: subject.to_owned(),
        claims: claims.as_object().unwrap().clone(),
        identity,
    }
}

fn trusted(workload: &Workload) -> TrustedIssuer {
    let account = Identity::ServiceAccount(workload.stage.robot);
    let client = Identity::Client(ClientId::parse("proven").unwrap());
    TrustedIssuer {
        issuer: CLUSTER.to_owned(),
        keys: IssuerKeys::Known(JwkSet {
            keys: vec![workload.key.public_jwk()],
        }),
        algorithms: vec![Algorithm::Es256],
        audiences: vec!["doorward".to_owned()],
        rules: vec![
            rule(
                "system:serviceaccount:prod:*",
                &json!({ "environment": "live" }),
                account,
            ),
            rule("spiffe://acme.test/client", &json!({}), client),
        ],
        longest_age: 3_600,
        reusable: false,
    }
}

impl Workload {
    async fn new() -> Self {
        Self::on(Stage::new().await).await
    }

    async fn on(mut stage: Stage) -> Self {
        let runner = NewClient {
            auth_method: ClientAuthMethod::None,
            grant_types: vec![GrantType::JwtBearer],
            redirect_uris: Vec::new(),
            ..new_client(&stage, "runner")
        };
        stage.register(runner).await;
        let proven = NewClient {
            auth_method: ClientAuthMethod::PrivateKeyJwt,
            grant_types: vec![GrantType::ClientCredentials],
            service_account_id: Some(stage.robot),
            settings: ClientSettings {
                outside_assertion: true,
                ..ClientSettings::default()
            },
            ..new_client(&stage, "proven")
        };
        stage.register(proven).await;
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let workload = Self { stage, key };
        workload.trust(&trusted(&workload)).await.unwrap();
        workload
    }

    async fn trust(&self, issuer: &TrustedIssuer) -> Result<(), IssuerError> {
        let mut op = self.stage.op();
        trusted_issuer::add(&mut op, self.stage.organisation, issuer).await?;
        op.commit().await.unwrap();
        Ok(())
    }

    /// Good claims, changed: `null` leaves one out.
    fn assertion(&self, changes: &Value) -> String {
        self.typed("JWT", changes)
    }

    fn typed(&self, typ: &str, changes: &Value) -> String {
        let now = self.stage.op().now.as_seconds();
        let mut claims = json!({
            "iss": CLUSTER, "sub": SUBJECT, "aud": [ISSUER], "environment": "live", "iat": now, "exp": now + 300,
        });
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => claims.as_object_mut().unwrap().remove(name),
                value => claims
                    .as_object_mut()
                    .unwrap()
                    .insert(name.clone(), value.clone()),
            };
        }
        self.key.sign(typ, claims.to_string().as_bytes()).unwrap()
    }

    async fn show(&self, assertion: &str) -> Answer {
        let fields = [
            ("client_id", "runner"),
            ("grant_type", GRANT),
            ("assertion", assertion),
            ("scope", "f:read"),
        ];
        self.stage.token("runner", &fields).await
    }

    async fn prove(&self, assertion: &str) -> Answer {
        let fields = [
            ("client_id", "proven"),
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion),
        ];
        self.stage.token("proven", &fields).await
    }
}

#[tokio::test]
async fn a_workload_gets_a_token_of_the_service_account_that_its_rule_names() {
    let workload = Workload::new().await;
    let answer = workload.show(&workload.assertion(&json!({}))).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let token = claims(&answer.text("access_token"));
    assert_eq!(token["sub"], workload.stage.robot.to_string());
    assert_eq!(token["client_id"], "runner");
    assert_eq!(token["aud"], AUDIENCE);
    assert_eq!(token["scope"], "f:read");
    assert_eq!(answer.json().get("refresh_token"), None);
    let events = workload.stage.bare.events("oauth.token.issued").await;
    assert_eq!(events[0]["details"]["issuer"], CLUSTER);
    assert_eq!(events[0]["details"]["subject"], SUBJECT);
    for audience in [json!(format!("{ISSUER}/token")), json!(["x", "doorward"])] {
        let other = workload.assertion(&json!({ "aud": audience }));
        assert_eq!(workload.show(&other).await.status, StatusCode::OK, "{audience}");
    }
}

#[tokio::test]
async fn an_assertion_does_not_say_which_client_it_is_for() {
    let workload = Workload::new().await;
    let assertion = workload.assertion(&json!({ "jti": "once" }));
    let fields = [("grant_type", GRANT), ("assertion", assertion.as_str())];
    let nobody = workload.stage.post("/token", "", &fields).await;
    assert_eq!(nobody.error(), (401, "invalid_client".to_owned()));
    // Nor is it used up by that.
    let answer = workload.show(&assertion).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test]
async fn an_assertion_that_is_wrong_is_an_invalid_grant() {
    let workload = Workload::new().await;
    let now = workload.stage.op().now.as_seconds();
    for changes in [
        json!({ "iss": "https://other.test" }),
        json!({ "iss": null }),
        json!({ "sub": "system:serviceaccount:test:fetcher" }),
        json!({ "sub": null }),
        json!({ "sub": "spiffe://acme.test/client" }),
        json!({ "environment": "test" }),
        json!({ "environment": null }),
        json!({ "aud": "https://other.test" }),
        json!({ "aud": null }),
        json!({ "exp": null }),
        json!({ "exp": now }),
        json!({ "nbf": now + 60 }),
        json!({ "iat": now - 3_601 }),
        json!({ "iat": null, "exp": now + 3_601 }),
        json!({ "jti": 7 }),
        json!({ "jti": "" }),
    ] {
        let answer = workload.show(&workload.assertion(&changes)).await;
        assert_eq!(answer.error(), (400, "invalid_grant".to_owned()), "{changes}");
    }
    let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
    let other_key = Workload {
        key: stranger,
        ..workload
    };
    let answer = other_key.show(&other_key.assertion(&json!({}))).await;
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    for text in ["no assertion", "a.b.c", "", "eyJhbGciOiJub25lIn0.e30."] {
        let expected = if text.is_empty() {
            "invalid_request"
        } else {
            "invalid_grant"
        };
        assert_eq!(
            other_key.show(text).await.error(),
            (400, expected.to_owned()),
            "{text}"
        );
    }
}

#[tokio::test]
async fn an_assertion_with_a_name_counts_once_unless_its_issuer_lets_it_come_again() {
    let workload = Workload::new().await;
    let named = workload.assertion(&json!({ "jti": "once" }));
    assert_eq!(workload.show(&named).await.status, StatusCode::OK);
    let again = workload.show(&named).await;
    assert_eq!(again.error(), (400, "invalid_grant".to_owned()));
    let reusable = TrustedIssuer {
        reusable: true,
        ..trusted(&workload)
    };
    workload.trust(&reusable).await.unwrap();
    assert_eq!(workload.show(&named).await.status, StatusCode::OK);
    workload.stage.advance(Duration::from_mins(5));
    let late = workload.show(&named).await;
    assert_eq!(late.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn nobody_is_trusted_any_more_after_the_issuer_was_removed() {
    let workload = Workload::new().await;
    let assertion = workload.assertion(&json!({}));
    assert_eq!(workload.show(&assertion).await.status, StatusCode::OK);
    let mut op = workload.stage.op();
    let organisation = workload.stage.organisation;
    assert_eq!(
        trusted_issuer::list(&mut op, organisation).await.unwrap().len(),
        1
    );
    assert!(
        trusted_issuer::remove(&mut op, organisation, CLUSTER)
            .await
            .unwrap()
    );
    assert!(
        !trusted_issuer::remove(&mut op, organisation, CLUSTER)
            .await
            .unwrap()
    );
    op.commit().await.unwrap();
    let answer = workload.show(&assertion).await;
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(workload.stage.bare.events("issuer.trusted").await.len(), 1);
    assert_eq!(workload.stage.bare.events("issuer.removed").await.len(), 1);
}

#[tokio::test]
async fn a_client_proves_itself_by_an_assertion_of_an_issuer_outside() {
    let workload = Workload::new().await;
    let of_client = json!({ "sub": "spiffe://acme.test/client", "jti": "1" });
    let assertion = workload.assertion(&of_client);
    let answer = workload.prove(&assertion).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(claims(&answer.text("access_token"))["client_id"], "proven");
    let again = workload.prove(&assertion).await;
    assert_eq!(again.error(), (401, "invalid_client".to_owned()));
    for changes in [
        json!({}),
        // The name of an endpoint is ours where a grant is asked for, and for clients only where the installation says so.
        json!({ "sub": "spiffe://acme.test/client", "aud": format!("{ISSUER}/token") }),
        json!({ "sub": "spiffe://acme.test/client", "iss": "https://other.test" }),
        json!({ "sub": "spiffe://acme.test/client", "iss": "proven" }),
        json!({ "sub": "spiffe://acme.test/client", "aud": "https://other.test" }),
    ] {
        let answer = workload.prove(&workload.assertion(&changes)).await;
        assert_eq!(answer.error(), (401, "invalid_client".to_owned()), "{changes}");
    }
}

#[tokio::test]
async fn an_assertion_is_exchanged_where_the_policy_names_its_issuer() {
    let mut workload = Workload::new().await;
    for (id, issuers) in [("broker", vec![CLUSTER.to_owned()]), ("closed", Vec::new())] {
        let exchange = TokenExchange {
            subject_issuers: issuers,
            impersonation: true,
            ..TokenExchange::default()
        };
        let broker = NewClient {
            grant_types: vec![GrantType::TokenExchange],
            settings: ClientSettings {
                token_exchange: Some(exchange),
                ..ClientSettings::default()
            },
            ..new_client(&workload.stage, id)
        };
        workload.stage.register(broker).await;
    }
    let assertion = workload.assertion(&json!({}));
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", assertion.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ("scope", "f:read"),
    ];
    let answer = workload.stage.token("broker", &fields).await;
    let token = claims(&answer.text("access_token"));
    assert_eq!(token["sub"], workload.stage.robot.to_string());
    assert_eq!(token["scope"], "f:read");
    let answer = workload.stage.token("closed", &fields).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn the_keys_that_an_issuer_publishes_are_fetched_and_fetched_anew_when_it_rotates() {
    let loopback = Stage::with(|config| {
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let mut workload = Workload::on(loopback.await).await;
    let published = Arc::new(Mutex::new(vec![workload.key.public_jwk()]));
    let told = Arc::clone(&published);
    let answer = move || std::future::ready(json!({ "keys": *told.lock().unwrap() }).to_string());
    let port = serve(Router::new().route("/jwks", get(answer))).await;
    let issuer = TrustedIssuer {
        keys: IssuerKeys::Published(format!("http://127.0.0.1:{port}/jwks")),
        ..trusted(&workload)
    };
    workload.trust(&issuer).await.unwrap();
    let answer = workload.show(&workload.assertion(&json!({}))).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    // A key that nobody has published is not believed.
    workload.key = SigningKey::generate(Algorithm::Es256).unwrap();
    let answer = workload.show(&workload.assertion(&json!({}))).await;
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    published.lock().unwrap().push(workload.key.public_jwk());
    workload.stage.advance(Duration::from_mins(1));
    let answer = workload.show(&workload.assertion(&json!({}))).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test]
async fn keys_of_an_issuer_that_cannot_be_fetched_anew_are_believed_for_an_hour_and_no_longer() {
    let loopback = Stage::with(|config| {
        config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let workload = Workload::on(loopback.await).await;
    let (key, asked) = (workload.key.public_jwk(), Arc::new(AtomicUsize::new(0)));
    let is_away = Arc::new(AtomicBool::new(false));
    let (count, away) = (Arc::clone(&asked), Arc::clone(&is_away));
    let answer = move || {
        count.fetch_add(1, Ordering::SeqCst);
        let body = json!({ "keys": [key] }).to_string();
        std::future::ready(if away.load(Ordering::SeqCst) {
            Err(StatusCode::SERVICE_UNAVAILABLE)
        } else {
            Ok(body)
        })
    };
    let port = serve(Router::new().route("/jwks", get(answer))).await;
    let issuer = TrustedIssuer {
        keys: IssuerKeys::Published(format!("http://127.0.0.1:{port}/jwks")),
        ..trusted(&workload)
    };
    workload.trust(&issuer).await.unwrap();
    let show = async || workload.show(&workload.assertion(&json!({}))).await;
    assert_eq!(show().await.status, StatusCode::OK);
    is_away.store(true, Ordering::SeqCst);
    // A set whose answer says nothing is good for a quarter of an hour.
    let hour_beyond = Duration::from_mins(15) + Duration::from_hours(1);
    let nearly = hour_beyond.checked_sub(Duration::from_secs(1)).unwrap();
    workload.stage.advance(nearly);
    let stale = show().await;
    assert_eq!(stale.status, StatusCode::OK, "{stale:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 2, "it was asked first");
    workload.stage.advance(Duration::from_secs(1));
    let refused = show().await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    is_away.store(false, Ordering::SeqCst);
    workload.stage.advance(Duration::from_mins(1));
    let again = show().await;
    assert_eq!(again.status, StatusCode::OK, "{again:?}");
}

#[tokio::test]
async fn an_issuer_that_would_let_in_too_many_is_not_trusted() {
    let workload = Workload::new().await;
    let good = trusted(&workload);
    let client = |id: &str| Identity::Client(ClientId::parse(id).unwrap());
    let with_rule = |subject: &str, identity| TrustedIssuer {
        rules: vec![rule(subject, &json!({}), identity)],
        ..good.clone()
    };
    let without_keys = TrustedIssuer {
        keys: IssuerKeys::Known(JwkSet::default()),
        ..good.clone()
    };
    let without_rules = TrustedIssuer {
        rules: Vec::new(),
        ..good.clone()
    };
    let elsewhere = TrustedIssuer {
        keys: IssuerKeys::Published("http://kubernetes.cluster.test/jwks".to_owned()),
        ..good.clone()
    };
    let ourselves = TrustedIssuer {
        issuer: ISSUER.to_owned(),
        ..good.clone()
    };
    let for_ever = TrustedIssuer {
        longest_age: 86_401,
        ..good.clone()
    };
    let other_algorithm = TrustedIssuer {
        algorithms: vec![Algorithm::Ed25519],
        ..good.clone()
    };
    for wrong in [
        with_rule("*", client("proven")),
        with_rule("a*b", client("proven")),
        with_rule("a", client("nobody")),
        without_keys,
        elsewhere,
        without_rules,
        ourselves,
        for_ever,
        other_algorithm,
    ] {
        assert!(workload.trust(&wrong).await.is_err(), "{wrong:?}");
    }
    workload.trust(&good).await.unwrap();
}

#[tokio::test]
async fn an_assertion_made_for_one_purpose_is_of_no_use_for_the_other() {
    let workload = Workload::new().await;
    let (client, grant) = ("client-authentication+jwt", "authorization-grant+jwt");
    for (typ, proves, gets) in [(client, true, false), (grant, false, true), ("JWT", true, true)] {
        let of_client = workload.typed(typ, &json!({ "sub": "spiffe://acme.test/client", "jti": typ }));
        assert_eq!(
            workload.prove(&of_client).await.status == StatusCode::OK,
            proves,
            "{typ}"
        );
        let of_account = workload.typed(typ, &json!({}));
        assert_eq!(
            workload.show(&of_account).await.status == StatusCode::OK,
            gets,
            "{typ}"
        );
    }
}

#[tokio::test]
async fn nobody_outside_speaks_for_a_client_of_a_profile() {
    let workload = Workload::new().await;
    let mut op = workload.stage.op();
    let new = NewClient {
        auth_method: ClientAuthMethod::PrivateKeyJwt,
        settings: ClientSettings {
            outside_assertion: true,
            profile: ClientProfile::Fapi2Security,
            ..ClientSettings::default()
        },
        ..new_client(&workload.stage, "bank")
    };
    let refused = client::create(&mut op, new).await.unwrap_err();
    assert!(
        matches!(&refused, RegistrationError::Profile(broken) if broken.rules() == [RuleBroken::Authentication])
    );
    assert_eq!(refused.field(), Some("outside_assertion"));
}
