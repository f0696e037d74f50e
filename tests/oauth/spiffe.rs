//! Workload identity by SPIFFE: trust domains whose JWT-SVIDs name no issuer.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use doorward::client::trusted_issuer::{self, Identity, IssuerError, IssuerKeys, Rule, TrustedIssuer};
use doorward::client::{ClientSettings, NewClient, TokenExchange};
use doorward::domain::{ClientAuthMethod, ClientId, GrantType};
use doorward::jose::{Algorithm, Jwk, JwkSet, SigningKey};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::stage::{Answer, ISSUER, Stage, claims, new_client};
use crate::outbound::serve;

const DOMAIN: &str = "spiffe://acme.test";
const FETCHER: &str = "spiffe://acme.test/ns/prod/sa/fetcher";
const DEPLOYER: &str = "spiffe://acme.test/ns/build/sa/deployer";
const CLUSTER: &str = "https://kubernetes.cluster.test";

/// An organisation that trusts a trust domain and a cluster, each with a key of its own.
pub(super) struct Two {
    pub(super) stage: Stage,
    pub(super) domain: SigningKey,
    cluster: SigningKey,
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

/// A public key as it stands in a bundle.
fn of_use(key: &SigningKey, use_: Option<&str>) -> Jwk {
    Jwk {
        use_: use_.map(str::to_owned),
        alg: None,
        ..key.public_jwk()
    }
}

fn by_value(keys: Vec<Jwk>) -> IssuerKeys {
    IssuerKeys::Known(JwkSet { keys })
}

impl Two {
    /// Where a client may fail often.
    pub(super) async fn new() -> Self {
        let patient = Stage::with(|config| {
            config.limits.client_failures.burst = 1_000;
            config.limits.client_failures_per_address.burst = 1_000;
        });
        Self::on(patient.await).await
    }

    /// Where bundles may be fetched from this machine.
    async fn fetching() -> Self {
        let loopback = Stage::with(|config| {
            config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
        });
        Self::on(loopback.await).await
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
        let two = Self {
            stage,
            domain: key(),
            cluster: key(),
        };
        two.trust(&two.trust_domain()).await.unwrap();
        two.trust(&two.plain()).await.unwrap();
        two
    }

    fn trust_domain(&self) -> TrustedIssuer {
        TrustedIssuer {
            issuer: DOMAIN.to_owned(),
            keys: by_value(vec![
                of_use(&key(), Some("x509-svid")),
                of_use(&self.domain, Some("jwt-svid")),
            ]),
            algorithms: vec![Algorithm::Es256],
            audiences: Vec::new(),
            rules: self.rules(),
            longest_age: 3_600,
            reusable: false,
        }
    }

    /// An issuer of the usual kind, whose rules would take the same subjects.
    fn plain(&self) -> TrustedIssuer {
        TrustedIssuer {
            issuer: CLUSTER.to_owned(),
            keys: by_value(vec![of_use(&self.cluster, None)]),
            ..self.trust_domain()
        }
    }

    fn rules(&self) -> Vec<Rule> {
        let rule = |subject: &str, identity| Rule {
            subject: subject.to_owned(),
            claims: Map::new(),
            identity,
        };
        vec![
            rule(FETCHER, Identity::ServiceAccount(self.stage.robot)),
            rule(
                "spiffe://acme.test/ns/build/*",
                Identity::Client(ClientId::parse("proven").unwrap()),
            ),
        ]
    }

    async fn trust(&self, issuer: &TrustedIssuer) -> Result<(), IssuerError> {
        let mut op = self.stage.op();
        trusted_issuer::add(&mut op, self.stage.organisation, issuer).await?;
        op.commit().await.unwrap();
        Ok(())
    }

    /// What the workload shows: `sub`, `aud`, `exp` and `iat`, changed; `typ` is a header and not a claim.
    pub(super) fn svid(&self, key: &SigningKey, changes: &Value) -> String {
        let now = self.stage.op().now.as_seconds();
        let mut claims = json!({ "sub": FETCHER, "aud": [ISSUER], "iat": now, "exp": now + 300 });
        let changes = changes.as_object().unwrap();
        claims.as_object_mut().unwrap().extend(changes.clone());
        claims.as_object_mut().unwrap().remove("typ");
        let typ = changes.get("typ").and_then(Value::as_str).unwrap_or("JWT");
        key.sign(typ, claims.to_string().as_bytes()).unwrap()
    }

    pub(super) async fn show(&self, assertion: &str) -> Answer {
        let fields = [
            ("client_id", "runner"),
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
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

    /// Neither a grant nor the proof of a client comes of it.
    async fn refuses(&self, key: &SigningKey, changes: &Value) {
        let shown = self.show(&self.svid(key, changes)).await;
        assert_eq!(shown.error(), (400, "invalid_grant".to_owned()), "{changes}");
        let mut of_client = changes.clone();
        if let Some(sub) = changes.get("sub").and_then(Value::as_str) {
            of_client["sub"] = json!(sub.replace("/prod/sa/fetcher", "/build/sa/deployer"));
        } else if changes.get("sub").is_none() {
            of_client["sub"] = json!(DEPLOYER);
        }
        let proven = self.prove(&self.svid(key, &of_client)).await;
        assert_eq!(proven.error(), (401, "invalid_client".to_owned()), "{changes}");
    }
}

#[tokio::test]
async fn a_workload_that_names_no_issuer_gets_a_token_by_the_trust_domain_it_lies_in() {
    let two = Two::new().await;
    let answer = two.show(&two.svid(&two.domain, &json!({}))).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let token = claims(&answer.text("access_token"));
    assert_eq!(token["sub"], two.stage.robot.to_string());
    assert_eq!(token["scope"], "f:read");
    let events = two.stage.bare.events("oauth.token.issued").await;
    assert_eq!(events[0]["details"]["issuer"], DOMAIN);
    assert_eq!(events[0]["details"]["subject"], FETCHER);
    for changes in [
        json!({ "iss": DOMAIN }),
        json!({ "typ": "JOSE" }),
        json!({ "aud": ISSUER }),
    ] {
        let answer = two.show(&two.svid(&two.domain, &changes)).await;
        assert_eq!(answer.status, StatusCode::OK, "{changes}: {answer:?}");
    }
    let named = two.svid(&two.domain, &json!({ "jti": "once" }));
    assert_eq!(two.show(&named).await.status, StatusCode::OK);
    assert_eq!(two.show(&named).await.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_workload_that_names_no_issuer_proves_that_it_is_a_client() {
    let two = Two::new().await;
    let answer = two
        .prove(&two.svid(&two.domain, &json!({ "sub": DEPLOYER })))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(claims(&answer.text("access_token"))["client_id"], "proven");
    // Of another workload, which is an account and no client.
    let other = two.prove(&two.svid(&two.domain, &json!({}))).await;
    assert_eq!(other.error(), (401, "invalid_client".to_owned()));
    let refused = two.stage.bare.events("oauth.client.refused").await;
    assert_eq!(
        refused[0]["reason"],
        "assertion refused: the assertion is of somebody else"
    );
    // The name of the workload is none of a client, so the client names itself beside it.
    let svid = two.svid(&two.domain, &json!({ "sub": DEPLOYER }));
    let assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", assertion_type),
        ("client_assertion", svid.as_str()),
    ];
    let unnamed = two.stage.token("nobody", &fields).await;
    assert_eq!(unnamed.error(), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn what_proves_a_client_to_others_too_proves_nothing_here() {
    let two = Two::new().await;
    let both = json!([ISSUER, "https://other.test"]);
    let of_domain = json!({ "sub": DEPLOYER, "aud": both });
    let of_cluster = json!({ "iss": CLUSTER, "sub": DEPLOYER, "aud": both });
    for (key, shared) in [(&two.domain, of_domain), (&two.cluster, of_cluster)] {
        let refused = two.prove(&two.svid(key, &shared)).await;
        assert_eq!(refused.error(), (401, "invalid_client".to_owned()), "{shared}");
        let events = two.stage.bare.events("oauth.client.refused").await;
        assert_eq!(
            events.last().unwrap()["reason"],
            "assertion refused: the assertion is for others too"
        );
        // The same name twice is more than one as well.
        for (aud, status) in [
            (json!([ISSUER, ISSUER]), 401),
            (json!([ISSUER]), 200),
            (json!(ISSUER), 200),
        ] {
            let mut claims = shared.clone();
            claims["aud"] = aud;
            let answer = two.prove(&two.svid(key, &claims)).await;
            assert_eq!(answer.status, status, "{claims}: {answer:?}");
        }
    }
    // A grant says who is meant, and the client that shows it proves itself beside it (RFC 7523 section 3).
    let grant = two.svid(&two.domain, &json!({ "aud": both }));
    assert_eq!(two.show(&grant).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_workload_is_exchanged_where_the_policy_names_its_trust_domain() {
    let mut two = Two::new().await;
    for (id, issuer) in [("broker", DOMAIN), ("closed", CLUSTER)] {
        let exchange = TokenExchange {
            subject_issuers: vec![issuer.to_owned()],
            impersonation: true,
            ..TokenExchange::default()
        };
        let broker = NewClient {
            grant_types: vec![GrantType::TokenExchange],
            settings: ClientSettings {
                token_exchange: Some(exchange),
                ..ClientSettings::default()
            },
            ..new_client(&two.stage, id)
        };
        two.stage.register(broker).await;
    }
    let svid = two.svid(&two.domain, &json!({}));
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", svid.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ("scope", "f:read"),
    ];
    let answer = two.stage.token("broker", &fields).await;
    assert_eq!(
        claims(&answer.text("access_token"))["sub"],
        two.stage.robot.to_string()
    );
    let answer = two.stage.token("closed", &fields).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn a_trust_domain_speaks_for_its_own_workloads_only_and_nobody_else_for_them() {
    let two = Two::new().await;
    let now = two.stage.op().now.as_seconds();
    for changes in [
        json!({ "sub": "spiffe://other.test/ns/prod/sa/fetcher" }),
        json!({ "sub": "spiffe://acme.test.other.test/ns/prod/sa/fetcher" }),
        json!({ "sub": "spiffe://acme.test" }),
        json!({ "sub": "spiffe://acme.test/ns/build/../prod/sa/fetcher" }),
        json!({ "sub": "SPIFFE://acme.test/ns/prod/sa/fetcher" }),
        json!({ "sub": 7 }),
        json!({ "sub": null }),
        // An issuer that is there counts, and is that of the trust domain.
        json!({ "iss": CLUSTER }),
        json!({ "iss": "https://spire.acme.test" }),
        json!({ "iss": "spiffe://other.test" }),
        json!({ "iss": "spiffe://acme.test/" }),
        json!({ "iss": "" }),
        json!({ "iss": null }),
        json!({ "iss": [DOMAIN] }),
        json!({ "iss": DOMAIN, "sub": "spiffe://other.test/ns/prod/sa/fetcher" }),
        json!({ "iss": DOMAIN, "sub": "system:serviceaccount:prod:fetcher" }),
        // It fits a rule by its letters, and is no name of a workload.
        json!({ "iss": DOMAIN, "sub": "spiffe://acme.test/ns/build/../prod/sa/other" }),
        json!({ "typ": "authorization-grant+jwt" }),
        json!({ "typ": "client-authentication+jwt" }),
        json!({ "aud": "https://other.test" }),
        json!({ "exp": now }),
        json!({ "iat": now - 3_601 }),
    ] {
        two.refuses(&two.domain, &changes).await;
    }
    // The cluster is trusted for what it says in its own name only.
    two.refuses(&two.cluster, &json!({})).await;
    two.refuses(&two.cluster, &json!({ "iss": DOMAIN })).await;
    let own = two
        .show(&two.svid(&two.cluster, &json!({ "iss": CLUSTER })))
        .await;
    assert_eq!(own.status, StatusCode::OK, "its rules are its own: {own:?}");
}

#[tokio::test]
async fn one_trust_domain_does_not_speak_for_another() {
    let two = Two::new().await;
    let other = key();
    let rules = two.rules().into_iter().map(|rule| Rule {
        subject: rule.subject.replace("acme.test", "other.test"),
        ..rule
    });
    let other_domain = TrustedIssuer {
        issuer: "spiffe://other.test".to_owned(),
        keys: by_value(vec![of_use(&other, Some("jwt-svid"))]),
        rules: rules.collect(),
        ..two.trust_domain()
    };
    two.trust(&other_domain).await.unwrap();
    let theirs = json!({ "sub": "spiffe://other.test/ns/prod/sa/fetcher" });
    let answer = two.show(&two.svid(&other, &theirs)).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    two.refuses(&other, &json!({})).await;
    two.refuses(&two.domain, &theirs).await;
}

#[tokio::test]
async fn without_a_name_only_a_trust_domain_is_found() {
    let two = Two::new().await;
    let plain = TrustedIssuer {
        rules: vec![Rule {
            subject: "system:*".to_owned(),
            ..two.rules().remove(0)
        }],
        ..two.plain()
    };
    two.trust(&plain).await.unwrap();
    let of_cluster = |issuer: Option<&str>| {
        let mut claims = json!({ "sub": "system:serviceaccount:prod:fetcher" });
        claims["iss"] = json!(issuer);
        if issuer.is_none() {
            claims.as_object_mut().unwrap().remove("iss");
        }
        two.svid(&two.cluster, &claims)
    };
    assert_eq!(two.show(&of_cluster(Some(CLUSTER))).await.status, StatusCode::OK);
    let unnamed = two.show(&of_cluster(None)).await;
    assert_eq!(unnamed.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn of_a_bundle_the_keys_for_tokens_count_and_of_a_key_set_those_never() {
    let two = Two::fetching().await;
    let published = Arc::new(Mutex::new(Vec::<Jwk>::new()));
    let told = Arc::clone(&published);
    let answer = move || std::future::ready(json!({ "keys": *told.lock().unwrap() }).to_string());
    let port = serve(Router::new().route("/bundle", get(answer))).await;
    let keys = IssuerKeys::Published(format!("http://127.0.0.1:{port}/bundle"));
    let (domain, plain) = (two.trust_domain(), two.plain());
    // The same address for both, so that what was read for one of them is at hand when the other asks.
    for trusted in [domain, plain] {
        let trusted = TrustedIssuer {
            keys: keys.clone(),
            ..trusted
        };
        two.trust(&trusted).await.unwrap();
    }
    for (use_, by_domain, by_cluster) in [
        (Some("jwt-svid"), true, false),
        (Some("x509-svid"), false, false),
        (Some("sig"), false, true),
        (None, false, true),
        (Some("enc"), false, false),
    ] {
        let fresh = key();
        *published.lock().unwrap() = vec![of_use(&fresh, use_)];
        two.stage.advance(std::time::Duration::from_mins(1));
        for (changes, expected) in [(json!({}), by_domain), (json!({ "iss": CLUSTER }), by_cluster)] {
            let answer = two.show(&two.svid(&fresh, &changes)).await;
            let is_believed = answer.status == StatusCode::OK;
            assert_eq!(is_believed, expected, "{use_:?} {changes} {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_trust_domain_is_registered_with_its_exact_name_and_rules_of_its_own() {
    let two = Two::new().await;
    let good = two.trust_domain();
    let named = |name: &str| TrustedIssuer {
        issuer: name.to_owned(),
        ..good.clone()
    };
    for name in [
        "spiffe://acme.test/",
        "spiffe://Acme.test",
        "SPIFFE://acme.test",
        "spiffe:acme.test",
        "spiffe://",
        "spiffe://acme.test:443",
        "spiffe://acme.test/ns/prod",
    ] {
        let refused = two.trust(&named(name)).await;
        assert!(
            matches!(refused, Err(IssuerError::TrustDomain)),
            "{name}: {refused:?}"
        );
    }
    for subject in [
        "spiffe://other.test/*",
        "spiffe://acme.test*",
        "spiffe://acme.test/",
        "system:*",
    ] {
        let mut elsewhere = good.clone();
        elsewhere.rules[1].subject = subject.to_owned();
        let refused = two.trust(&elsewhere).await;
        assert!(
            matches!(refused, Err(IssuerError::Workload)),
            "{subject}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_bundle_that_is_registered_holds_keys_for_tokens_and_a_key_set_holds_none() {
    let two = Two::new().await;
    let good = two.trust_domain();
    let with = |keys: Vec<Jwk>| TrustedIssuer {
        keys: by_value(keys),
        ..good.clone()
    };
    let nameless = Jwk {
        kid: None,
        ..of_use(&two.domain, Some("jwt-svid"))
    };
    let of_another_kind = SigningKey::generate(Algorithm::Ed25519).unwrap();
    for keys in [
        vec![],
        vec![of_use(&two.domain, None)],
        vec![of_use(&two.domain, Some("sig"))],
        vec![of_use(&two.domain, Some("x509-svid"))],
        vec![nameless],
        vec![
            of_use(&two.domain, Some("jwt-svid")),
            of_use(&of_another_kind, Some("jwt-svid")),
        ],
    ] {
        let refused = two.trust(&with(keys.clone())).await;
        assert!(
            matches!(refused, Err(IssuerError::Bundle)),
            "{keys:?}: {refused:?}"
        );
    }
    let plain = TrustedIssuer {
        keys: by_value(vec![of_use(&two.cluster, Some("jwt-svid"))]),
        ..two.plain()
    };
    assert!(matches!(two.trust(&plain).await, Err(IssuerError::Keys)));
}
