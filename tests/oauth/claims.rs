//! Standard claims about a person, by scope.

use doorward::client::NewClient;
use doorward::domain::Username;
use doorward::person::{self, Address, NewPerson, PersonClaims};

use super::stage::{Stage, new_client, scopes};

async fn told(stage: &Stage, cookie: &str, scope: &str) -> serde_json::Value {
    let answer = stage
        .get(
            &Stage::request(&[("client_id", Some("all")), ("scope", Some(scope))]),
            cookie,
        )
        .await;
    let code = answer
        .parameter("code")
        .unwrap_or_else(|| panic!("no code: {answer:?}"));
    let tokens = stage.redeem("all", &code).await;
    let mut claims = stage.userinfo(&tokens.text("access_token")).await.json();
    let members = claims.as_object_mut().unwrap();
    for rule in ["sub", "department", "roles"] {
        members.remove(rule);
    }
    claims
}

#[tokio::test]
async fn each_scope_gives_its_claims_as_far_as_they_are_known() {
    let mut stage = Stage::new().await;
    let all = NewClient {
        scopes: scopes("openid profile email address phone"),
        application_id: None,
        ..new_client(&stage, "all")
    };
    stage.register(all).await;
    let mut op = stage.op();
    let rosa = NewPerson {
        email: Some("rosa@northbeam.example".to_owned()),
        claims: PersonClaims {
            zoneinfo: Some("Europe/Berlin".to_owned()),
            birthdate: Some("0000-10-31".to_owned()),
            phone_number: Some("+49 30 123456".to_owned()),
            phone_number_verified: true,
            address: Address {
                locality: Some("Berlin".to_owned()),
                country: Some("Germany".to_owned()),
                ..Address::default()
            },
            ..PersonClaims::default()
        },
        ..NewPerson::named(stage.organisation, Username::parse("rosa").unwrap(), "Rosa")
    };
    let rosa = person::create(&mut op, rosa).await.unwrap();
    let made = op.now.as_seconds();
    op.commit().await.unwrap();
    let (_, cookie) = stage.signed_in(rosa).await;
    for (scope, expected) in [
        ("openid", serde_json::json!({})),
        (
            "openid profile",
            serde_json::json!({
                "name": "Rosa", "preferred_username": "rosa", "zoneinfo": "Europe/Berlin", "birthdate": "0000-10-31",
                "updated_at": made,
            }),
        ),
        (
            "openid email",
            serde_json::json!({ "email": "rosa@northbeam.example", "email_verified": false }),
        ),
        (
            "openid phone",
            serde_json::json!({ "phone_number": "+49 30 123456", "phone_number_verified": true }),
        ),
        (
            "openid address",
            serde_json::json!({ "address": { "locality": "Berlin", "country": "Germany" } }),
        ),
    ] {
        assert_eq!(told(&stage, &cookie, scope).await, expected, "{scope}");
    }
    let (_, cookie) = stage.signed_in(stage.ada).await;
    assert_eq!(
        told(&stage, &cookie, "openid phone address").await,
        serde_json::json!({}),
        "nothing is known"
    );
}

#[tokio::test]
async fn discovery_names_the_scopes_and_claims() {
    let stage = Stage::new().await;
    let told = stage.get("/.well-known/openid-configuration", "").await.json();
    let list = |name: &str| -> Vec<String> { serde_json::from_value(told[name].clone()).unwrap() };
    for scope in ["address", "phone"] {
        assert!(list("scopes_supported").contains(&scope.to_owned()));
    }
    for claim in [
        "address",
        "phone_number",
        "phone_number_verified",
        "updated_at",
        "zoneinfo",
        "sub",
    ] {
        assert!(list("claims_supported").contains(&claim.to_owned()), "{claim}");
    }
    assert_eq!(
        told["subject_types_supported"],
        serde_json::json!(["public", "pairwise"])
    );
    assert_eq!(
        told["id_token_encryption_alg_values_supported"],
        serde_json::json!(["RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A256KW"])
    );
}
