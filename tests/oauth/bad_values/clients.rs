//! The other endpoints for clients.

use http::Request;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};

use super::super::stage::{CALLBACK, Stage, challenge};
use super::super::{ciba, device};
use super::{Case, FINE, Pairs, Row, cases, fault, fault_of_description, patient, repeatable, row, text};

async fn faults(stage: &Stage, (path, client): (&str, &str), rows: &[Row], good: &Pairs) -> Vec<String> {
    let mut faults = Vec::new();
    for row in rows {
        for case in cases(good, row) {
            faults.extend(fault(stage, (path, client), row, &case).await);
        }
    }
    faults
}

/// How a client proves itself, at whatever endpoint.
const OF_CLIENTS: [Row; 4] = [
    row("client_id", FINE, "invalid_client"),
    row("client_secret", FINE, "invalid_request"),
    row("client_assertion", FINE, "invalid_client"),
    row("client_assertion_type", FINE, "invalid_client"),
];

const RESOURCE: Row = repeatable("resource", "invalid_target", "invalid_target");
const DETAILS: Row = row("authorization_details", FINE, "invalid_authorization_details");

#[tokio::test]
async fn of_introspection_and_revocation() {
    let stage = Stage::with(patient).await;
    let tokens = stage.redeem("desk", &stage.code(&[]).await).await;
    let good = vec![("token", tokens.text("access_token"))];
    // Whatever is no token is not active, and there is nothing to revoke (RFC 7662 section 2.2, RFC 7009 section 2.2).
    let rows = [
        row("token", "invalid_request", FINE),
        row("token_type_hint", FINE, FINE),
    ];
    for path in ["/introspect", "/revoke"] {
        let mut found = faults(&stage, (path, "desk"), &rows, &good).await;
        found.extend(faults(&stage, (path, "desk"), &OF_CLIENTS, &good).await);
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[tokio::test]
async fn of_device_authorization() {
    let stage = device::stage_with(patient).await;
    let good = vec![("scope", "openid f:read".to_owned())];
    let rows = [row("scope", FINE, "invalid_scope"), RESOURCE, DETAILS];
    let at = ("/device_authorization", "television");
    let mut found = faults(&stage, at, &rows, &good).await;
    found.extend(faults(&stage, at, &OF_CLIENTS, &good).await);
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn of_backchannel_authentication() {
    let stage = ciba::stage_with(patient).await;
    let good = vec![
        ("scope", "openid f:read".to_owned()),
        ("login_hint", "ada".to_owned()),
        ("binding_message", "W4SCT".to_owned()),
    ];
    let wrong = "invalid_request";
    let message = Row {
        // A line that a person can read may have brackets.
        object: FINE,
        ..row("binding_message", FINE, "invalid_binding_message")
    };
    let rows = [
        row("scope", wrong, "invalid_scope"),
        Row {
            long: wrong,
            ..row("login_hint", wrong, "unknown_user_id")
        },
        // Beside another hint, and none of ours.
        row("id_token_hint", FINE, wrong),
        row("login_hint_token", FINE, wrong),
        message,
        row("requested_expiry", FINE, wrong),
        text("acr_values", wrong),
        row("request", FINE, wrong),
        // Read of clients that have registered so.
        text("user_code", FINE),
        text("client_notification_token", FINE),
        RESOURCE,
        DETAILS,
    ];
    let at = ("/backchannel_authentication", "hotline");
    let mut found = faults(&stage, at, &rows, &good).await;
    found.extend(faults(&stage, at, &OF_CLIENTS, &good).await);
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn of_a_pushed_request() {
    let stage = Stage::with(patient).await;
    let mut good: Pairs = [
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid f:read"),
        ("state", "state of a test"),
        ("nonce", "nonce of a test"),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec();
    good.push(("code_challenge", challenge()));
    let at = ("/par", "desk");
    let mut found = faults(&stage, at, &super::browsers::REQUEST, &good).await;
    let rows = [
        row("redirect_uri", "invalid_request", "invalid_request"),
        row("request", FINE, "invalid_request_object"),
        // RFC 9126 section 2.1.
        row("request_uri", FINE, "invalid_request"),
    ];
    found.extend(faults(&stage, at, &rows, &good).await);
    found.extend(faults(&stage, at, &OF_CLIENTS, &good).await);
    assert!(found.is_empty(), "{found:#?}");
}

/// What is wrong with the challenge of an answer to a bad token.
async fn fault_of_challenge(stage: &Stage, case: &Case) -> Option<String> {
    let request = Request::post("/userinfo").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = stage.send(request.body(case.body.clone().into()).unwrap()).await;
    let told = answer
        .headers
        .get(WWW_AUTHENTICATE)
        .map(|value| value.to_str().unwrap());
    let (status, told) = (answer.status.as_u16(), told.unwrap_or_default());
    let member = |name: &str| {
        let (_, rest) = told.split_once(&format!("{name}=\""))?;
        rest.split('"').next()
    };
    let right = match case.expected {
        "invalid_request" => 400,
        _ => 401,
    };
    if status != right || member("error").unwrap_or_default() != case.expected {
        return Some(format!("userinfo {}: {status} {told}", case.way));
    }
    let description = member("error_description");
    let fault = description.and_then(fault_of_description);
    let is_silent = case.expected != FINE && description.is_none();
    (is_silent || fault.is_some()).then(|| format!("userinfo {}: {fault:?} {told}", case.way))
}

#[tokio::test]
async fn of_userinfo() {
    let stage = Stage::with(patient).await;
    let tokens = stage.redeem("desk", &stage.code(&[]).await).await;
    let good = vec![("access_token", tokens.text("access_token"))];
    // Without a token the challenge has no error (RFC 6750 section 3.1).
    let row = row("access_token", FINE, "invalid_token");
    let mut found = Vec::new();
    for case in cases(&good, &row) {
        found.extend(fault_of_challenge(&stage, &case).await);
    }
    assert!(found.is_empty(), "{found:#?}");
}
