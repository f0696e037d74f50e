//! Rich authorization requests (RFC 9396).

use doorward::access::{self, AccessError, Ask, DetailRules, Member, MemberKind, NewDetailType, Titles};
use doorward::client::{ClientSettings, NewClient};
use doorward::domain::{ClientId, GrantType};
use http::StatusCode;
use serde_json::{Value, json};

use super::resource::reports;
use super::stage::{AUDIENCE, Answer, CALLBACK, ISSUER, Stage, VERIFIER, claims, new_client, scopes};

fn titles(en: &str, de: &str) -> Titles {
    Titles::from([("en".to_owned(), en.to_owned()), ("de".to_owned(), de.to_owned())])
}

fn export(stage: &Stage) -> NewDetailType {
    let member = |name: &str, title: &str, required, kind| Member {
        name: name.to_owned(),
        titles: titles(title, title),
        required,
        kind,
    };
    NewDetailType {
        name: "feedback_export".to_owned(),
        application: stage.application,
        rules: DetailRules {
            titles: titles("Export feedback", "Feedback ausleiten"),
            purposes: titles(
                "A file leaves the platform.",
                "Eine Datei verlässt die Plattform.",
            ),
            permission: Some("f:write".to_owned()),
            ask: Ask::Once,
            members: vec![
                member(
                    "dataset",
                    "Dataset",
                    true,
                    MemberKind::Choice {
                        of: vec!["comments".to_owned(), "scores".to_owned()],
                    },
                ),
                member("region", "Region", false, MemberKind::Text { longest: 20 }),
                member("until", "Until", false, MemberKind::Date),
            ],
        },
    }
}

async fn register_type(stage: &Stage, new: NewDetailType) {
    let mut op = stage.op();
    access::register_detail_type(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
}

/// A stage with the clients `rich` and `machine`, which may ask for the type `feedback_export`.
async fn stage() -> Stage {
    let mut stage = Stage::new().await;
    register_type(&stage, export(&stage)).await;
    let rich = NewClient {
        scopes: scopes("openid offline_access f:read"),
        settings: ClientSettings {
            authorization_details_types: vec!["feedback_export".to_owned()],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "rich")
    };
    let machine = NewClient {
        id: ClientId::parse("machine").unwrap(),
        grant_types: vec![GrantType::ClientCredentials],
        service_account_id: Some(stage.robot),
        ..rich.clone()
    };
    stage.register(rich).await;
    stage.register(machine).await;
    stage
}

fn scores() -> Value {
    json!({ "type": "feedback_export", "dataset": "scores", "region": "emea", "until": "2026-12-31" })
}

fn comments() -> Value {
    json!({ "type": "feedback_export", "dataset": "comments" })
}

async fn ask(stage: &Stage, cookie: &str, details: &str, changes: &[(&str, Option<&str>)]) -> Answer {
    let mut all = vec![
        ("client_id", Some("rich")),
        ("authorization_details", Some(details)),
    ];
    all.extend_from_slice(changes);
    stage.get(&Stage::request(&all), cookie).await
}

/// Comes to the question and allows.
async fn allow(stage: &Stage, cookie: &str, begun: &Answer) -> Answer {
    assert!(begun.location().starts_with("/authorize/continue"), "{begun:?}");
    let cookie = format!("{cookie}; {}", begun.cookies());
    let page = stage.get(begun.location(), &cookie).await;
    let token = page.hidden("form_token");
    let action = page
        .body
        .split("action=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let fields = [("form_token", token.as_str()), ("decision", "allow")];
    stage.post(action, &cookie, &fields).await
}

async fn redeem(stage: &Stage, answer: &Answer, more: &[(&str, &str)]) -> Answer {
    let code = answer
        .parameter("code")
        .unwrap_or_else(|| panic!("no code: {answer:?}"));
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    fields.extend_from_slice(more);
    stage.token("rich", &fields).await
}

async fn refresh(stage: &Stage, before: &Answer, more: &[(&str, &str)]) -> Answer {
    let token = before.text("refresh_token");
    let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    fields.extend_from_slice(more);
    stage.token("rich", &fields).await
}

/// The details of the answer, which are those of the token.
fn details(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let token = claims(&answer.text("access_token"));
    let told = answer.json()["authorization_details"].clone();
    assert_eq!(token["authorization_details"], told);
    told
}

#[tokio::test]
async fn details_are_shown_allowed_and_come_back_with_the_tokens() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let asked = json!([scores(), comments()]).to_string();
    let begun = ask(&stage, &cookie, &asked, &[]).await;
    let with_browser = format!("{cookie}; {}", begun.cookies());
    let page = stage.get(begun.location(), &with_browser).await;
    for told in [
        "Export feedback",
        "A file leaves the platform.",
        "<dt>Dataset</dt><dd>scores</dd>",
        "<dt>Region</dt><dd>emea</dd>",
        "<dt>Until</dt><dd>2026-12-31</dd>",
        "<dd>comments</dd>",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let allowed = allow(&stage, &cookie, &begun).await;
    let first = redeem(&stage, &allowed, &[]).await;
    assert_eq!(details(&first), json!([scores(), comments()]));
    let narrowed = json!([comments()]).to_string();
    let second = refresh(&stage, &first, &[("authorization_details", &narrowed)]).await;
    assert_eq!(details(&second), json!([comments()]));
    let third = refresh(&stage, &second, &[]).await;
    assert_eq!(
        details(&third),
        json!([scores(), comments()]),
        "a refresh keeps them"
    );
    let applications = stage.get("/account/applications", &cookie).await;
    assert!(
        applications.body.contains("Dataset: scores"),
        "{}",
        applications.body
    );
}

#[tokio::test]
async fn the_question_is_remembered_for_exactly_these_details() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let first = json!([scores()]).to_string();
    let begun = ask(&stage, &cookie, &first, &[]).await;
    allow(&stage, &cookie, &begun).await;
    let again = ask(&stage, &cookie, &first, &[]).await;
    assert!(again.parameter("code").is_some(), "{again:?}");
    let other = json!([comments()]).to_string();
    let silent = ask(&stage, &cookie, &other, &[("prompt", Some("none"))]).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("consent_required"));
    let asked = ask(&stage, &cookie, &other, &[]).await;
    assert!(asked.location().starts_with("/authorize/continue"));
}

#[tokio::test]
async fn a_detail_is_asked_for_each_time_unless_its_type_says_once() {
    let mut stage = stage().await;
    let new = NewDetailType {
        name: "guarded".to_owned(),
        rules: DetailRules {
            ask: Ask::default(),
            members: Vec::new(),
            ..export(&stage).rules
        },
        ..export(&stage)
    };
    register_type(&stage, new).await;
    let payer = NewClient {
        settings: ClientSettings {
            authorization_details_types: vec!["guarded".to_owned()],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "payer")
    };
    stage.register(payer).await;
    let by = ("client_id", Some("payer"));
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let payment = json!([{ "type": "guarded" }]).to_string();
    let begun = ask(&stage, &cookie, &payment, &[by]).await;
    allow(&stage, &cookie, &begun).await;
    let silent = ask(&stage, &cookie, &payment, &[by, ("prompt", Some("none"))]).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("consent_required"));
    let again = ask(&stage, &cookie, &payment, &[by]).await;
    assert!(again.location().starts_with("/authorize/continue"), "{again:?}");
}

#[tokio::test]
async fn details_that_are_not_as_their_type_says_are_refused() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    for wrong in [
        "no JSON".to_owned(),
        "{}".to_owned(),
        "[]".to_owned(),
        "[{}]".to_owned(),
        json!([{ "type": "unknown" }]).to_string(),
        json!([{ "type": "feedback_export" }]).to_string(),
        json!([{ "type": "feedback_export", "dataset": "other" }]).to_string(),
        json!([{ "type": "feedback_export", "dataset": "scores", "more": true }]).to_string(),
        json!([{ "type": "feedback_export", "dataset": "scores", "until": "soon" }]).to_string(),
        json!([{ "type": "feedback_export", "dataset": "scores", "locations": ["https://b.test"] }])
            .to_string(),
        json!([scores(), { "type": "unknown" }]).to_string(),
        format!("[{}]", " ".repeat(9_000)),
    ] {
        let answer = ask(&stage, &cookie, &wrong, &[]).await;
        assert_eq!(
            answer.parameter("error").as_deref(),
            Some("invalid_authorization_details"),
            "{wrong}"
        );
        let fields = [
            ("grant_type", "client_credentials"),
            ("authorization_details", wrong.as_str()),
        ];
        let answer = stage.token("machine", &fields).await;
        assert_eq!(
            answer.error(),
            (400, "invalid_authorization_details".to_owned()),
            "{wrong}"
        );
    }
    // A client that may not ask for the type at all.
    let good = json!([scores()]).to_string();
    let answer = ask(&stage, &cookie, &good, &[("client_id", Some("desk"))]).await;
    assert_eq!(
        answer.parameter("error").as_deref(),
        Some("invalid_authorization_details")
    );
    // Another resource than that of the type.
    let answer = ask(&stage, &cookie, &good, &[("resource", Some(ISSUER))]).await;
    assert_eq!(
        answer.parameter("error").as_deref(),
        Some("invalid_authorization_details")
    );
}

#[tokio::test]
async fn a_token_request_cannot_widen_what_was_given() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let asked = json!([scores()]).to_string();
    let begun = ask(&stage, &cookie, &asked, &[]).await;
    let allowed = allow(&stage, &cookie, &begun).await;
    let token = redeem(&stage, &allowed, &[]).await;
    for beyond in [json!([comments()]), json!([scores(), comments()]), json!([])] {
        let beyond = beyond.to_string();
        let refused = refresh(&stage, &token, &[("authorization_details", &beyond)]).await;
        assert_eq!(
            refused.error(),
            (400, "invalid_authorization_details".to_owned()),
            "{beyond}"
        );
    }
    assert_eq!(details(&refresh(&stage, &token, &[]).await), json!([scores()]));
}

#[tokio::test]
async fn details_can_take_the_place_of_scopes() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let asked = json!([scores()]).to_string();
    let begun = ask(&stage, &cookie, &asked, &[("scope", None)]).await;
    let allowed = allow(&stage, &cookie, &begun).await;
    let token = redeem(&stage, &allowed, &[]).await;
    assert_eq!(details(&token), json!([scores()]));
    let said = claims(&token.text("access_token"));
    assert_eq!(said["aud"], AUDIENCE);
    assert_eq!(said.get("scope"), None);
    assert_eq!(token.json().get("id_token"), None);
    let fields = [
        ("grant_type", "client_credentials"),
        ("authorization_details", asked.as_str()),
    ];
    assert_eq!(details(&stage.token("machine", &fields).await), json!([scores()]));
}

#[tokio::test]
async fn nobody_gives_in_detail_what_no_role_of_theirs_allows() {
    let stage = stage().await;
    let new = NewDetailType {
        name: "guarded".to_owned(),
        rules: DetailRules {
            permission: Some("f:export".to_owned()),
            members: Vec::new(),
            ..export(&stage).rules
        },
        ..export(&stage)
    };
    register_type(&stage, new).await;
    let mut stage = stage;
    let strict = NewClient {
        settings: ClientSettings {
            authorization_details_types: vec!["guarded".to_owned()],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "strict")
    };
    stage.register(strict).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let asked = json!([{ "type": "guarded" }]).to_string();
    let answer = ask(&stage, &cookie, &asked, &[("client_id", Some("strict"))]).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn the_metadata_names_the_registered_types() {
    let stage = Stage::new().await;
    let path = "/.well-known/oauth-authorization-server";
    let before = stage.get(path, "").await.json();
    assert_eq!(before.get("authorization_details_types_supported"), None);
    register_type(&stage, export(&stage)).await;
    let after = stage.get(path, "").await.json();
    assert_eq!(
        after["authorization_details_types_supported"],
        json!(["feedback_export"])
    );
}

#[tokio::test]
async fn a_type_is_registered_once_and_only_if_it_makes_sense() {
    let stage = Stage::new().await;
    register_type(&stage, export(&stage)).await;
    let refused = async |new: NewDetailType| {
        let mut op = stage.op();
        access::register_detail_type(&mut op, new).await.unwrap_err()
    };
    assert!(matches!(
        refused(export(&stage)).await,
        AccessError::DetailTypeTaken
    ));
    let named = |name: &str| NewDetailType {
        name: name.to_owned(),
        ..export(&stage)
    };
    assert!(matches!(refused(named("")).await, AccessError::DetailType));
    assert!(matches!(refused(named("a b")).await, AccessError::DetailType));
    let mut wordless = named("wordless");
    wordless.rules.titles = Titles::from([("de".to_owned(), "x".to_owned())]);
    assert!(matches!(refused(wordless).await, AccessError::DetailType));
    let mut twice = named("twice");
    twice.rules.members.push(twice.rules.members[0].clone());
    assert!(matches!(refused(twice).await, AccessError::DetailType));
    let mut permission = named("permission");
    permission.rules.permission = Some("f:none".to_owned());
    assert!(matches!(
        refused(permission).await,
        AccessError::PermissionUnknown(_)
    ));
    let mut op = stage.op();
    let new = NewClient {
        settings: ClientSettings {
            authorization_details_types: vec!["unknown".to_owned()],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "greedy")
    };
    let refused = doorward::client::create(&mut op, new).await.unwrap_err();
    assert_eq!(refused.field(), Some("authorization_details_types"));
}

#[tokio::test]
async fn a_token_carries_the_details_of_its_resource_only() {
    let mut stage = stage().await;
    let further = reports(&stage).await;
    let new = NewDetailType {
        name: "report".to_owned(),
        application: further,
        rules: DetailRules {
            permission: None,
            members: Vec::new(),
            ..export(&stage).rules
        },
    };
    register_type(&stage, new).await;
    let both = NewClient {
        id: ClientId::parse("both").unwrap(),
        scopes: scopes("openid f:read r:read"),
        settings: ClientSettings {
            further_applications: vec![further],
            authorization_details_types: vec!["feedback_export".to_owned(), "report".to_owned()],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "both")
    };
    stage.register(both).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let report = json!({ "type": "report", "locations": ["https://reports.test/api"] });
    let asked = json!([scores(), report]).to_string();
    let begun = ask(&stage, &cookie, &asked, &[("client_id", Some("both"))]).await;
    let allowed = allow(&stage, &cookie, &begun).await;
    let code = allowed.parameter("code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let token = stage.token("both", &fields).await;
    assert_eq!(details(&token), json!([scores()]));
    let refresh = token.text("refresh_token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
        ("resource", "https://reports.test/api"),
    ];
    let token = stage.token("both", &fields).await;
    assert_eq!(details(&token), json!([report]));
    assert_eq!(
        claims(&token.text("access_token"))["aud"],
        "https://reports.test/api"
    );
}
