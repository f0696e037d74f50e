//! Members of request objects: what is refused as a parameter is refused as a member too, and what stands for the object itself
//! is refused whatever it is. Nobody is led away, and there is no code.

use doorward::client::{CibaSettings, ClientSettings, NewClient};
use doorward::domain::GrantType;
use doorward::jose::Algorithm;
use http::StatusCode;
use serde_json::{Value, json};

use super::super::prover::{Prover, by_uri};
use super::super::stage::{Answer, CALLBACK, Stage};
use super::browsers::REQUEST;
use super::{Expected, FINE, LONG, Row, patient};

const OBJECT: Expected = "invalid_request_object";

/// All ways in which a member can be bad, and what comes of each.
fn members(row: &Row) -> Vec<(Value, Expected)> {
    let number = if row.name == "max_age" { FINE } else { row.foreign };
    vec![
        (Value::Null, row.absent),
        (json!(""), row.absent),
        (json!("a\u{7}b"), row.control),
        (json!("\u{e9}\u{1f600}\u{202e}"), row.foreign),
        (json!({ "a": [7] }), row.object),
        // Written as a form would have them.
        (json!(true), row.foreign),
        (json!(["a"]), row.foreign),
        (json!(7), number),
        (json!("x".repeat(LONG)), row.long),
        (json!("a\0b"), OBJECT),
        (json!(["a\0b"]), OBJECT),
    ]
}

/// What is wrong with the answer to the browser.
fn fault(answer: &Answer, expected: Expected) -> Option<String> {
    let location = answer.headers.get("location").map(|to| to.to_str().unwrap());
    let Some(location) = location.filter(|to| to.starts_with(CALLBACK)) else {
        return Some(format!("{} {location:?}", answer.status));
    };
    let error = answer.parameter("error").unwrap_or_default();
    let is_right = error == expected && answer.parameter("code").is_some() == (expected == FINE);
    (!is_right).then(|| format!("{expected:?} expected, {location}"))
}

async fn signing(stage: &mut Stage) -> Prover {
    let prover = Prover::new("prover", Algorithm::Es256);
    let ciba = CibaSettings {
        backchannel_authentication_request_signing_alg: Some(Algorithm::Es256),
        ..CibaSettings::default()
    };
    let client = NewClient {
        grant_types: vec![
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::Ciba,
        ],
        settings: ClientSettings {
            ciba,
            ..ClientSettings::default()
        },
        ..prover.client(stage)
    };
    stage.register(client).await;
    prover
}

/// Members that say what the object is, from whom and for whom, with values that none of them may have.
fn of_the_object(stage: &Stage) -> Vec<(&'static str, Vec<Value>)> {
    let now = stage.op().now.as_seconds();
    let any = || vec![json!(""), json!(7), json!(true), json!(["a"]), json!({ "a": 7 })];
    let with = |more: &[Value]| [any(), more.to_vec()].concat();
    vec![
        ("iss", with(&[json!("desk"), json!(["prover"])])),
        ("aud", with(&[json!("https://other.test"), json!([])])),
        ("client_id", with(&[Value::Null, json!("desk"), json!("a\u{7}b")])),
        ("sub", vec![json!("prover")]),
        (
            "exp",
            vec![
                json!("soon"),
                json!(now),
                json!([now + 60]),
                json!(true),
                json!(-1),
            ],
        ),
        (
            "nbf",
            vec![json!("soon"), json!(now + 60), json!(1e300), json!({})],
        ),
        ("iat", vec![json!("soon"), json!(now + 60), json!("")]),
        ("request", with(&[json!("x.y.z")])),
        ("request_uri", with(&[json!("urn:x")])),
        (
            "authorization_details",
            vec![json!([{ "type": "a\0b" }]), json!([7]), json!([{}])],
        ),
        (
            "claims",
            vec![json!({ "userinfo": 7 }), json!({ "id_token": { "a\0": 7 } })],
        ),
        ("resource", vec![json!([7]), json!(["https://a.test", 7])]),
        (
            "redirect_uri",
            with(&[json!("https://evil.test/"), json!("javascript:a"), json!("a\0b")]),
        ),
    ]
}

#[tokio::test]
async fn of_a_request_object() {
    let mut stage = Stage::with(patient).await;
    let prover = signing(&mut stage).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let mut faults = Vec::new();
    let ask = async |name: &str, object: &str| {
        let asked = [("client_id", Some("prover")), ("request", Some(object))];
        // A response type beside the object must be the same, which is another rule.
        let alone = (name == "response_type").then_some((name, None));
        let asked: Vec<_> = asked.into_iter().chain(alone).collect();
        stage.get(&Stage::request(&asked), &cookie).await
    };
    for row in REQUEST {
        for (value, expected) in members(&row) {
            let object = prover.object(&stage, &[(row.name, value.clone())]);
            let fault = fault(&ask(row.name, &object).await, expected);
            faults.extend(fault.map(|fault| format!("{} {:.30}: {fault}", row.name, value.to_string())));
        }
    }
    for (name, values) in of_the_object(&stage) {
        for value in values {
            let answer = ask(name, &prover.object(&stage, &[(name, value.clone())])).await;
            let to = answer.headers.get("location").map(|to| to.to_str().unwrap());
            let is_ours = match to {
                Some(to) => to.starts_with(CALLBACK) && answer.parameter("error").is_some(),
                None => answer.status == StatusCode::BAD_REQUEST,
            };
            if !is_ours || to.is_some_and(|_| answer.parameter("code").is_some()) {
                faults.push(format!("{name} {value}: {} {to:?}", answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn of_a_request_object_that_is_pushed() {
    let mut stage = Stage::with(patient).await;
    let prover = signing(&mut stage).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let mut faults = Vec::new();
    let all = REQUEST.iter().flat_map(|row| {
        let members = members(row).into_iter();
        members.map(|(value, expected)| (row.name, value, Some(expected)))
    });
    let own = of_the_object(&stage).into_iter();
    let own = own.flat_map(|(name, values)| values.into_iter().map(move |value| (name, value, None)));
    for (name, value, expected) in all.chain(own) {
        let object = prover.object(&stage, &[(name, value.clone())]);
        let answer = prover.post(&stage, "/par", &[("request", &object)]).await;
        let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        let is_right = match expected {
            Some(FINE) => {
                answer.status == StatusCode::CREATED
                    && stage
                        .get(&by_uri("prover", &answer), &cookie)
                        .await
                        .parameter("code")
                        .is_some()
            }
            Some(expected) => answer.status == StatusCode::BAD_REQUEST && error == expected,
            None => answer.status == StatusCode::BAD_REQUEST && !error.is_empty(),
        };
        if !is_right {
            faults.push(format!(
                "{name} {:.30}: {expected:?} expected, {} {error}",
                value.to_string(),
                answer.status
            ));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Members of a request for a person elsewhere, with values that none of them may have.
fn of_a_backchannel_request(now: i64) -> Vec<(&'static str, Vec<Value>)> {
    let any = || {
        vec![
            json!(7),
            json!(true),
            json!(["a"]),
            json!({ "a": 7 }),
            json!("a\0b"),
        ]
    };
    let absent = || [any(), vec![Value::Null, json!("")]].concat();
    vec![
        ("iss", absent()),
        ("aud", absent()),
        ("jti", vec![Value::Null, json!(""), json!(7), json!(["a"])]),
        (
            "exp",
            vec![Value::Null, json!("soon"), json!(now), json!(now + 7_200)],
        ),
        (
            "nbf",
            vec![Value::Null, json!("soon"), json!(now + 60), json!(now - 7_200)],
        ),
        ("iat", vec![Value::Null, json!("soon"), json!(now + 60)]),
        ("scope", absent()),
        ("login_hint", absent()),
        ("id_token_hint", vec![json!("a"), json!(7), json!(["a"])]),
        ("login_hint_token", vec![json!("a"), json!(7)]),
        (
            "binding_message",
            vec![json!("x".repeat(65)), json!("a\u{7}b"), json!("a\0b")],
        ),
        (
            "requested_expiry",
            vec![json!(0), json!(-1), json!("soon"), json!(1.5), json!([7])],
        ),
        ("acr_values", vec![json!("x".repeat(LONG)), json!("a\0b")]),
        ("resource", vec![json!("a"), json!([7]), json!(["a\0b"])]),
        ("authorization_details", vec![json!("a"), json!([7]), json!({})]),
        ("request", any()),
    ]
}

#[tokio::test]
async fn of_a_signed_request_for_a_person_elsewhere() {
    let mut stage = Stage::with(patient).await;
    let prover = signing(&mut stage).await;
    let now = stage.op().now.as_seconds();
    let mut faults = Vec::new();
    for (name, values) in of_a_backchannel_request(now) {
        for value in values {
            let mut claims = json!({
                "iss": "prover", "aud": super::super::stage::ISSUER, "iat": now, "nbf": now, "exp": now + 300,
                "jti": stage.op().token().expose(), "scope": "openid f:read", "login_hint": "ada",
            });
            claims[name] = value.clone();
            claims
                .as_object_mut()
                .unwrap()
                .retain(|_, value| !value.is_null());
            let object = prover.sign("JWT", &claims);
            let fields = [("request", object.as_str())];
            let answer = prover.post(&stage, "/backchannel_authentication", &fields).await;
            if answer.status != StatusCode::BAD_REQUEST {
                faults.push(format!("{name} {:.30}: {}", value.to_string(), answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
