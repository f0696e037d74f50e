//! The token endpoint, with each grant.

use serde_json::json;

use super::super::stage::{CALLBACK, Stage, VERIFIER};
use super::super::{ciba, device, exchange, spiffe};
use super::{FINE, Pairs, Row, cases, fault, patient, repeatable, row};

/// What every client may send that has a secret in the header.
const OF_CLIENTS: [Row; 5] = [
    Row {
        // The good one may stand beside the header once.
        absent: FINE,
        ..row("client_id", FINE, "invalid_client")
    },
    row("client_secret", FINE, "invalid_request"),
    row("client_assertion", FINE, "invalid_client"),
    row("client_assertion_type", FINE, "invalid_client"),
    row("grant_type", "invalid_request", "unsupported_grant_type"),
];

const RESOURCE: Row = repeatable("resource", "invalid_target", "invalid_target");
const DETAILS: Row = row("authorization_details", FINE, "invalid_authorization_details");
const SCOPE: Row = row("scope", FINE, "invalid_scope");

/// All bad values of these parameters of a request that is good otherwise, and is made anew each time.
async fn faults(stage: &Stage, client: &str, rows: &[Row], good: impl AsyncFn() -> Pairs) -> Vec<String> {
    let mut faults = Vec::new();
    for row in rows {
        for at in 0..cases(&Vec::new(), row).len() {
            let case = cases(&good().await, row).swap_remove(at);
            faults.extend(fault(stage, ("/token", client), row, &case).await);
        }
    }
    faults
}

fn pairs<const N: usize>(pairs: [(&'static str, &str); N]) -> Pairs {
    pairs.map(|(name, value)| (name, value.to_owned())).to_vec()
}

#[tokio::test]
async fn of_a_code() {
    let stage = Stage::with(patient).await;
    let good = async || {
        pairs([
            ("grant_type", "authorization_code"),
            ("code", &stage.code(&[]).await),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
    };
    let rows = [
        row("code", "invalid_request", "invalid_grant"),
        row("redirect_uri", "invalid_request", "invalid_grant"),
        row("code_verifier", "invalid_request", "invalid_grant"),
        RESOURCE,
        DETAILS,
    ];
    let mut found = faults(&stage, "desk", &OF_CLIENTS, good).await;
    found.extend(faults(&stage, "desk", &rows, good).await);
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn of_a_refresh_token() {
    let stage = Stage::with(patient).await;
    let good = async || {
        let tokens = stage.redeem("desk", &stage.code(&[]).await).await;
        pairs([
            ("grant_type", "refresh_token"),
            ("refresh_token", &tokens.text("refresh_token")),
        ])
    };
    let rows = [
        row("refresh_token", "invalid_request", "invalid_grant"),
        SCOPE,
        RESOURCE,
        DETAILS,
    ];
    let found = faults(&stage, "desk", &rows, good).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn of_a_client_that_acts_for_itself() {
    let mut stage = Stage::with(patient).await;
    stage.register_robot("robot").await;
    let good = async || pairs([("grant_type", "client_credentials")]);
    let found = faults(&stage, "robot", &[SCOPE, RESOURCE, DETAILS], good).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn of_a_device() {
    let stage = device::stage_with(patient).await;
    let good = async || {
        let asked = device::ask(&stage, "television", "openid f:read").await;
        device::answered(&stage, &asked.text("user_code"), "allow").await;
        pairs([
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", &asked.text("device_code")),
        ])
    };
    let rows = [
        row("device_code", "invalid_request", "invalid_grant"),
        RESOURCE,
        DETAILS,
    ];
    let found = faults(&stage, "television", &rows, good).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn of_a_question_elsewhere() {
    let stage = ciba::stage_with(patient).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let good = async || {
        let asked = ciba::ask(&stage, "hotline", &[]).await;
        ciba::answer(&stage, &cookie, "allow").await;
        pairs([
            ("grant_type", "urn:openid:params:grant-type:ciba"),
            ("auth_req_id", &asked.text("auth_req_id")),
        ])
    };
    let rows = [
        row("auth_req_id", "invalid_request", "invalid_grant"),
        RESOURCE,
        DETAILS,
    ];
    let found = faults(&stage, "hotline", &rows, good).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn of_an_exchange() {
    let stage = exchange::stage_with(patient).await;
    let subject = exchange::of_ada(&stage).await.text("access_token");
    let own = [("grant_type", "client_credentials")];
    let actor = stage.token("gateway", &own).await.text("access_token");
    let kind = "urn:ietf:params:oauth:token-type:access_token";
    let good = async || {
        pairs([
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", &subject),
            ("subject_token_type", kind),
            ("actor_token", &actor),
            ("actor_token_type", kind),
        ])
    };
    let (wrong, target) = ("invalid_request", "invalid_target");
    let rows = [
        row("subject_token", wrong, wrong),
        row("subject_token_type", wrong, wrong),
        // One of the two without the other.
        row("actor_token", wrong, wrong),
        row("actor_token_type", wrong, wrong),
        row("requested_token_type", FINE, wrong),
        SCOPE,
        RESOURCE,
        repeatable("audience", target, target),
    ];
    let found = faults(&stage, "gateway", &rows, good).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn of_an_assertion() {
    let two = spiffe::Two::new().await;
    let svid = two.svid(&two.domain, &json!({}));
    let good = async || {
        pairs([
            ("client_id", "runner"),
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", &svid),
        ])
    };
    let rows = [
        row("assertion", "invalid_request", "invalid_grant"),
        SCOPE,
        RESOURCE,
        DETAILS,
        row("client_id", "invalid_client", "invalid_client"),
    ];
    let found = faults(&two.stage, "runner", &rows, good).await;
    assert!(found.is_empty(), "{found:#?}");
}
