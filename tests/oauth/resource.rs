//! Resource indicators (RFC 8707), and the one audience of each access token (RFC 9068 section 3).

use doorward::access::{self, Holder, NewApplication, NewGrant, NewPermission, NewRole, Period};
use doorward::client::{ClientSettings, NewClient};
use doorward::domain::{ApplicationId, GrantType, Scope, Sensitivity, Subject};
use http::StatusCode;

use super::stage::{
    AUDIENCE, Answer, CALLBACK, ISSUER, Stage, VERIFIER, claims, encoded, new_client, scopes,
};

const REPORTS: &str = "https://reports.test/api";

/// Another application, whose permission Ada and the robot hold.
pub(crate) async fn reports(stage: &Stage) -> ApplicationId {
    let mut op = stage.op();
    let new = NewApplication {
        organisation_id: stage.organisation,
        name: "Reports".into(),
        audience: REPORTS.into(),
        shared: false,
        token_format: doorward::domain::TokenFormat::Jwt,
        permissions: vec![NewPermission {
            name: Scope::parse("r:read").unwrap(),
            title: "Title of r:read".into(),
            purpose: "Purpose of r:read".into(),
            sensitivity: Sensitivity::Normal,
        }],
    };
    let application = access::create_application(&mut op, new).await.unwrap();
    let role = NewRole {
        organisation_id: stage.organisation,
        name: "reader".into(),
        about: access::RoleAbout {
            purpose: "Reads reports".into(),
            permissions: access::Permitted::of(application, ["r:read"]),
            ..access::RoleAbout::titled("Reader")
        },
    };
    let role = access::create_role(&mut op, role).await.unwrap();
    for subject in [Subject::Person(stage.ada), Subject::ServiceAccount(stage.robot)] {
        let from = op.now;
        let grant = NewGrant {
            organisation_id: stage.organisation,
            holder: Holder::Subject(subject),
            role,
            within: Vec::new(),
            period: Period::from(from),
            reason: "a test".into(),
            source: doorward::domain::GrantSource::Direct,
        };
        access::give(&mut op, grant).await.unwrap();
    }
    op.commit().await.unwrap();
    application
}

/// A stage with the client `both`, which may use two applications.
async fn stage() -> Stage {
    let mut stage = Stage::new().await;
    let further = reports(&stage).await;
    let both = NewClient {
        scopes: scopes("openid profile offline_access f:read f:write r:read"),
        settings: ClientSettings {
            further_applications: vec![further],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "both")
    };
    let machine = NewClient {
        grant_types: vec![GrantType::ClientCredentials],
        service_account_id: Some(stage.robot),
        ..NewClient {
            id: doorward::domain::ClientId::parse("machine").unwrap(),
            ..both.clone()
        }
    };
    stage.register(both).await;
    stage.register(machine).await;
    stage
}

async fn ask(stage: &Stage, scope: &str, resources: &[&str]) -> Answer {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let mut path = Stage::request(&[("client_id", Some("both")), ("scope", Some(scope))]);
    for resource in resources {
        path = format!("{path}&{}", encoded(&[("resource", resource)]));
    }
    stage.get(&path, &cookie).await
}

async fn redeem(stage: &Stage, answer: &Answer, resources: &[&str]) -> Answer {
    let code = answer
        .parameter("code")
        .unwrap_or_else(|| panic!("no code: {answer:?}"));
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    fields.extend(resources.iter().map(|resource| ("resource", *resource)));
    stage.token("both", &fields).await
}

async fn refresh(stage: &Stage, before: &Answer, resources: &[&str]) -> Answer {
    let token = before.text("refresh_token");
    let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    fields.extend(resources.iter().map(|resource| ("resource", *resource)));
    stage.token("both", &fields).await
}

/// Audience and scopes of the access token.
fn what_for(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let token = claims(&answer.text("access_token"));
    let text = |name: &str| token[name].as_str().unwrap_or_default().to_owned();
    (text("aud"), text("scope"))
}

fn pair(audience: &str, scope: &str) -> (String, String) {
    (audience.to_owned(), scope.to_owned())
}

#[tokio::test]
async fn several_resources_are_asked_for_at_once_and_used_one_token_at_a_time() {
    let stage = stage().await;
    let answer = ask(&stage, "openid f:read r:read", &[AUDIENCE, REPORTS]).await;
    let first = redeem(&stage, &answer, &[REPORTS]).await;
    assert_eq!(what_for(&first), pair(REPORTS, "r:read"));
    assert!(first.json()["id_token"].is_string());
    assert_eq!(first.text("scope"), "openid r:read");
    let second = refresh(&stage, &first, &[AUDIENCE]).await;
    assert_eq!(what_for(&second), pair(AUDIENCE, "f:read"));
    let third = refresh(&stage, &second, &[]).await;
    assert_eq!(
        what_for(&third),
        pair(AUDIENCE, "f:read"),
        "the first that was named"
    );
    let refused = refresh(&stage, &third, &[ISSUER]).await;
    assert_eq!(refused.error(), (400, "invalid_target".to_owned()));
    // A refused request has not used the token up.
    assert_eq!(
        what_for(&refresh(&stage, &third, &[REPORTS]).await),
        pair(REPORTS, "r:read")
    );
}

#[tokio::test]
async fn a_named_resource_bounds_the_scopes_and_the_tokens() {
    let stage = stage().await;
    let answer = ask(&stage, "openid f:read r:read", &[REPORTS]).await;
    let token = redeem(&stage, &answer, &[]).await;
    assert_eq!(what_for(&token), pair(REPORTS, "r:read"));
    let answer = ask(&stage, "openid f:read r:read", &[REPORTS]).await;
    let refused = redeem(&stage, &answer, &[AUDIENCE]).await;
    assert_eq!(refused.error(), (400, "invalid_target".to_owned()));
    let answer = ask(&stage, "f:read", &[REPORTS]).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_scope"));
}

#[tokio::test]
async fn a_resource_that_is_unknown_or_malformed_is_an_invalid_target() {
    let stage = stage().await;
    for wrong in [
        "https://unknown.test",
        "https://feedback.test#x",
        "https://feedback.test#",
        "feedback",
        "/api",
        "https://feedback.test/other",
    ] {
        let answer = ask(&stage, "openid f:read", &[wrong]).await;
        assert_eq!(
            answer.parameter("error").as_deref(),
            Some("invalid_target"),
            "{wrong}"
        );
        assert_eq!(answer.parameter("state").as_deref(), Some("state of a test"));
        let answer = ask(&stage, "openid f:read", &[AUDIENCE, wrong]).await;
        assert_eq!(
            answer.parameter("error").as_deref(),
            Some("invalid_target"),
            "{wrong}"
        );
        let answer = ask(&stage, "openid f:read", &[]).await;
        let refused = redeem(&stage, &answer, &[wrong]).await;
        assert_eq!(refused.error(), (400, "invalid_target".to_owned()), "{wrong}");
    }
    // The application of another client is not open to this one.
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let path = format!("{}&{}", Stage::request(&[]), encoded(&[("resource", REPORTS)]));
    let answer = stage.get(&path, &cookie).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_target"));
}

#[tokio::test]
async fn a_token_is_for_one_resource_only() {
    let stage = stage().await;
    let answer = ask(&stage, "f:read r:read", &[AUDIENCE, REPORTS]).await;
    let refused = redeem(&stage, &answer, &[AUDIENCE, REPORTS]).await;
    assert_eq!(refused.error(), (400, "invalid_target".to_owned()));
    let answer = ask(&stage, "f:read r:read", &[AUDIENCE, AUDIENCE]).await;
    let token = redeem(&stage, &answer, &[AUDIENCE, AUDIENCE]).await;
    assert_eq!(
        what_for(&token),
        pair(AUDIENCE, "f:read"),
        "named twice is named once"
    );
}

#[tokio::test]
async fn without_a_resource_the_token_is_for_the_clients_own_application_or_for_this_server() {
    let stage = stage().await;
    let answer = ask(&stage, "openid f:read r:read", &[]).await;
    let token = redeem(&stage, &answer, &[]).await;
    assert_eq!(what_for(&token), pair(AUDIENCE, "f:read openid"));
    assert_eq!(
        stage.userinfo(&token.text("access_token")).await.status,
        StatusCode::OK
    );
    let answer = ask(&stage, "openid f:read", &[]).await;
    let own = redeem(&stage, &answer, &[ISSUER]).await;
    assert_eq!(what_for(&own), pair(ISSUER, "openid"));
    let back = refresh(&stage, &own, &[]).await;
    assert_eq!(
        what_for(&back),
        pair(AUDIENCE, "f:read openid"),
        "narrowing one token narrows no other"
    );
    let answer = ask(&stage, "openid profile", &[]).await;
    let token = redeem(&stage, &answer, &[]).await;
    assert_eq!(what_for(&token), pair(ISSUER, "openid profile"));
    assert_eq!(
        stage.userinfo(&token.text("access_token")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn the_address_of_userinfo_names_this_server() {
    let stage = stage().await;
    let userinfo = format!("{ISSUER}/userinfo");
    let answer = ask(&stage, "openid f:read", &[&userinfo]).await;
    let token = redeem(&stage, &answer, &[&userinfo]).await;
    assert_eq!(what_for(&token), pair(ISSUER, "openid"));
    let access_token = token.text("access_token");
    assert_eq!(stage.userinfo(&access_token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_api_cannot_go_to_userinfo_with_a_token_that_was_asked_for_it() {
    let stage = stage().await;
    let answer = ask(&stage, "openid f:read", &[AUDIENCE, ISSUER]).await;
    let token = redeem(&stage, &answer, &[AUDIENCE]).await;
    let refused = stage.userinfo(&token.text("access_token")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let challenge = refused.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("invalid_token"), "{challenge}");
    let own = refresh(&stage, &token, &[ISSUER]).await;
    assert_eq!(what_for(&own), pair(ISSUER, "openid"));
    assert_eq!(
        stage.userinfo(&own.text("access_token")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_machine_names_the_resource_of_its_token() {
    let stage = stage().await;
    let ask = async |fields: &[(&str, &str)]| {
        let mut all = vec![("grant_type", "client_credentials")];
        all.extend_from_slice(fields);
        stage.token("machine", &all).await
    };
    assert_eq!(what_for(&ask(&[]).await), pair(AUDIENCE, "f:read f:write"));
    assert_eq!(
        what_for(&ask(&[("resource", REPORTS)]).await),
        pair(REPORTS, "r:read")
    );
    assert_eq!(
        what_for(&ask(&[("resource", AUDIENCE), ("scope", "f:read")]).await),
        pair(AUDIENCE, "f:read")
    );
    for (fields, error) in [
        (vec![("resource", REPORTS), ("scope", "f:read")], "invalid_scope"),
        (vec![("resource", "https://unknown.test")], "invalid_target"),
        (
            vec![("resource", AUDIENCE), ("resource", REPORTS)],
            "invalid_target",
        ),
        (vec![("scope", "f:read"), ("scope", "f:write")], "invalid_request"),
    ] {
        assert_eq!(ask(&fields).await.error(), (400, error.to_owned()), "{fields:?}");
    }
}

#[tokio::test]
async fn resources_outlive_the_form_and_the_question() {
    let mut stage = Stage::new().await;
    let further = reports(&stage).await;
    let asking = NewClient {
        scopes: scopes("openid f:read r:read"),
        consent_required: true,
        settings: ClientSettings {
            further_applications: vec![further],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "asking")
    };
    stage.register(asking).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let path = Stage::request(&[
        ("client_id", Some("asking")),
        ("scope", Some("openid f:read r:read")),
    ]);
    let (path, query) = path.split_once('?').unwrap();
    let query = format!(
        "{query}&{}",
        encoded(&[("resource", AUDIENCE), ("resource", REPORTS)])
    );
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let posted = stage.post(path, "", &fields).await;
    let begun = stage.get(posted.location(), &cookie).await;
    let cookie = format!("{cookie}; {}", begun.cookies());
    let page = stage.get(begun.location(), &cookie).await;
    for told in ["Feedback", "Title of f:read", "Reports", "Title of r:read"] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
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
    let allowed = stage.post(action, &cookie, &fields).await;
    let code = allowed.parameter("code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("resource", REPORTS),
    ];
    assert_eq!(
        what_for(&stage.token("asking", &fields).await),
        pair(REPORTS, "r:read")
    );
}

#[tokio::test]
async fn a_client_is_not_registered_for_an_application_that_is_not_open_to_it() {
    let stage = Stage::new().await;
    let stranger = stage.stranger().await;
    let mut op = stage.op();
    let found = doorward::person::find(&mut op, stranger).await.unwrap().unwrap();
    let foreign = NewApplication {
        organisation_id: found.organisation_id,
        name: "Theirs".into(),
        audience: "https://theirs.test".into(),
        shared: false,
        token_format: doorward::domain::TokenFormat::Jwt,
        permissions: Vec::new(),
    };
    let foreign = access::create_application(&mut op, foreign).await.unwrap();
    let new = NewClient {
        settings: ClientSettings {
            further_applications: vec![foreign],
            ..ClientSettings::default()
        },
        ..new_client(&stage, "greedy")
    };
    let refused = doorward::client::create(&mut op, new).await.unwrap_err();
    assert_eq!(refused.field(), Some("application_id"));
}
