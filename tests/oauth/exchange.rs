//! Tokens for tokens: as somebody, for somebody, never wider, and for nobody unless it was allowed.

use doorward::access::{self, NewApplication};
use doorward::client::{ClientSettings, MayAct, NewClient, TokenExchange};
use doorward::config::Config;
use doorward::domain::{ClientId, GrantType};
use http::StatusCode;

use super::stage::{AUDIENCE, Answer, ISSUER, Stage, claims, new_client, scopes};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
pub(super) const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

fn policy(clients: &[&str], delegation: bool, impersonation: bool) -> ClientSettings {
    let subject_clients = clients.iter().map(|id| ClientId::parse(id).unwrap()).collect();
    ClientSettings {
        token_exchange: Some(TokenExchange {
            subject_clients,
            delegation,
            impersonation,
            ..TokenExchange::default()
        }),
        ..ClientSettings::default()
    }
}

/// A client that exchanges tokens and acts by a service account of its own.
fn new_gateway(stage: &Stage, id: &str, settings: ClientSettings) -> NewClient {
    NewClient {
        grant_types: vec![GrantType::TokenExchange, GrantType::ClientCredentials],
        service_account_id: Some(stage.robot),
        redirect_uris: Vec::new(),
        settings,
        ..new_client(stage, id)
    }
}

pub(super) async fn stage() -> Stage {
    stage_with(|_| {}).await
}

/// After a change of the configuration.
pub(super) async fn stage_with(change: impl FnOnce(&mut Config)) -> Stage {
    let mut stage = Stage::with(change).await;
    for (id, delegation, impersonation) in [
        ("gateway", true, true),
        ("delegate", true, false),
        ("double", false, true),
    ] {
        let settings = policy(
            &["desk", "robot", "gateway", "delegate"],
            delegation,
            impersonation,
        );
        let gateway = new_gateway(&stage, id, settings);
        stage.register(gateway).await;
    }
    stage.register_robot("robot").await;
    stage
}

/// Tokens of Ada at the desk.
pub(super) async fn of_ada(stage: &Stage) -> Answer {
    let code = stage
        .code(&[("scope", Some("openid f:read f:write offline_access"))])
        .await;
    stage.redeem("desk", &code).await
}

async fn own_token(stage: &Stage, client: &str) -> String {
    let fields = [("grant_type", "client_credentials")];
    stage.token(client, &fields).await.text("access_token")
}

pub(super) async fn exchange(stage: &Stage, client: &str, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![("grant_type", GRANT)];
    if !fields.iter().any(|(name, _)| *name == "subject_token_type") {
        all.push(("subject_token_type", ACCESS_TOKEN));
    }
    all.extend(fields.iter().filter(|(_, value)| !value.is_empty()));
    stage.token(client, &all).await
}

#[tokio::test]
async fn a_client_acts_as_a_person_with_fewer_rights() {
    let stage = stage().await;
    let subject = of_ada(&stage).await.text("access_token");
    let fields = [("subject_token", subject.as_str()), ("scope", "f:read")];
    let answer = exchange(&stage, "gateway", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.text("issued_token_type"), ACCESS_TOKEN);
    assert_eq!(answer.text("token_type"), "Bearer");
    assert_eq!(answer.text("scope"), "f:read");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.json().get("refresh_token"), None);
    assert_eq!(answer.json().get("id_token"), None);
    let (before, after) = (claims(&subject), claims(&answer.text("access_token")));
    for same in ["sub", "sid", "acr", "auth_time", "authorization_id", "org_id"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_eq!(after["client_id"], "gateway");
    assert_eq!(after["aud"], AUDIENCE);
    assert_ne!(before["jti"], after["jti"]);
    assert_eq!(after.get("act"), None);
    let events = stage.bare.events("oauth.token.issued").await;
    let event = events.last().unwrap();
    assert_eq!(event["details"]["mode"], "impersonation");
    assert_eq!(event["details"]["subject_client"], "desk");
    assert_eq!(event["on_behalf_of"], stage.ada.to_string());
}

#[tokio::test]
async fn a_client_acts_for_a_person_and_the_chain_of_actors_is_told() {
    let stage = stage().await;
    let subject = of_ada(&stage).await.text("access_token");
    let actor = own_token(&stage, "delegate").await;
    let fields = [
        ("subject_token", subject.as_str()),
        ("actor_token", actor.as_str()),
        ("actor_token_type", ACCESS_TOKEN),
        ("requested_token_type", JWT),
        ("resource", AUDIENCE),
    ];
    let answer = exchange(&stage, "delegate", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.text("issued_token_type"), JWT);
    assert_eq!(answer.text("scope"), "f:read f:write openid");
    let first = answer.text("access_token");
    let robot = stage.robot.to_string();
    assert_eq!(claims(&first)["sub"], stage.ada.to_string());
    assert_eq!(
        claims(&first)["act"],
        serde_json::json!({ "sub": robot, "client_id": "delegate" })
    );
    // Made for a named API, which must not go to userinfo with what it was sent.
    assert_eq!(claims(&first)["aud"], AUDIENCE);
    assert_eq!(stage.userinfo(&first).await.status, StatusCode::UNAUTHORIZED);
    let actor = own_token(&stage, "gateway").await;
    let fields = [
        ("subject_token", first.as_str()),
        ("actor_token", actor.as_str()),
        ("actor_token_type", ACCESS_TOKEN),
    ];
    let answer = exchange(&stage, "gateway", &fields).await;
    let act = serde_json::json!({
        "sub": robot, "client_id": "gateway", "act": { "sub": robot, "client_id": "delegate" }
    });
    assert_eq!(claims(&answer.text("access_token"))["act"], act);
    let events = stage.bare.events("oauth.token.issued").await;
    assert_eq!(events.last().unwrap()["details"]["act"], act);
    // Whoever goes on as the subject does not hide who acted before.
    let fields = [("subject_token", first.as_str())];
    let answer = exchange(&stage, "double", &fields).await;
    assert_eq!(claims(&answer.text("access_token"))["act"], claims(&first)["act"]);
}

#[tokio::test]
async fn an_id_token_stands_for_what_its_client_holds_in_the_session() {
    let stage = stage().await;
    let tokens = of_ada(&stage).await;
    let id_token = tokens.text("id_token");
    let fields = [
        ("subject_token", id_token.as_str()),
        ("subject_token_type", ID_TOKEN),
    ];
    let answer = exchange(&stage, "gateway", &fields).await;
    assert_eq!(answer.text("scope"), "f:read f:write openid", "{answer:?}");
    assert_eq!(claims(&answer.text("access_token"))["sub"], stage.ada.to_string());
    let wrong_type = [("subject_token", id_token.as_str())];
    let answer = exchange(&stage, "gateway", &wrong_type).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
    stage.withdraw("desk").await;
    let answer = exchange(&stage, "gateway", &fields).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn claims_that_one_client_asked_for_are_not_told_to_another() {
    let stage = stage().await;
    let asked = r#"{"userinfo":{"given_name":null}}"#;
    let code = stage.code(&[("claims", Some(asked))]).await;
    let subject = stage.redeem("desk", &code).await.text("access_token");
    let fields = [("subject_token", subject.as_str()), ("scope", "openid")];
    let exchanged = exchange(&stage, "gateway", &fields).await.text("access_token");
    let own = stage.userinfo(&subject).await.json();
    assert_eq!(own["given_name"], "ada");
    let others = stage.userinfo(&exchanged).await.json();
    assert_eq!(others["sub"], own["sub"]);
    assert_eq!(others.get("given_name"), None);
}

#[tokio::test]
async fn a_service_account_is_a_subject_too() {
    let stage = stage().await;
    let subject = own_token(&stage, "robot").await;
    let fields = [
        ("subject_token", subject.as_str()),
        ("subject_token_type", JWT),
        ("scope", "f:read"),
        ("audience", AUDIENCE),
    ];
    let answer = exchange(&stage, "gateway", &fields).await;
    let token = claims(&answer.text("access_token"));
    assert_eq!(token["sub"], stage.robot.to_string());
    assert_eq!(token["scope"], "f:read");
    assert_eq!(token.get("sid"), None);
}

#[tokio::test]
async fn an_audience_is_a_logical_name_that_need_not_be_a_uri() {
    let mut stage = stage().await;
    let mut op = stage.op();
    let plain = NewApplication {
        organisation_id: stage.organisation,
        name: "Ledger".to_owned(),
        audience: "ledger".to_owned(),
        shared: true,
        token_format: doorward::domain::TokenFormat::Jwt,
        permissions: Vec::new(),
    };
    let ledger = access::create_application(&mut op, plain).await.unwrap();
    op.commit().await.unwrap();
    let settings = ClientSettings {
        further_applications: vec![ledger],
        ..policy(&["robot"], true, true)
    };
    let books = new_gateway(&stage, "books", settings);
    stage.register(books).await;
    let subject = own_token(&stage, "robot").await;
    for (name, value, expected) in [
        ("audience", "ledger", "invalid_scope"),
        ("audience", "Ledger", "invalid_target"),
        ("resource", "ledger", "invalid_target"),
    ] {
        let fields = [
            ("subject_token", subject.as_str()),
            ("scope", "f:read"),
            (name, value),
        ];
        // The ledger has no such permission: its name was understood.
        let answer = exchange(&stage, "books", &fields).await;
        assert_eq!(answer.error(), (400, expected.to_owned()), "{name}={value}");
    }
}

#[tokio::test]
async fn nothing_is_exchanged_that_the_policy_does_not_name() {
    let mut stage = stage().await;
    let none = new_gateway(&stage, "none", ClientSettings::default());
    stage.register(none).await;
    let others = new_gateway(&stage, "others", policy(&["robot"], true, true));
    stage.register(others).await;
    let subject = of_ada(&stage).await.text("access_token");
    let actor = own_token(&stage, "double").await;
    let plain = [("subject_token", subject.as_str())];
    let with_actor = [
        ("subject_token", subject.as_str()),
        ("actor_token", actor.as_str()),
        ("actor_token_type", ACCESS_TOKEN),
    ];
    for (client, fields, expected) in [
        ("none", &plain[..], "unauthorized_client"),
        ("desk", &plain[..], "unauthorized_client"),
        ("others", &plain[..], "invalid_request"),
        ("delegate", &plain[..], "invalid_request"),
        ("double", &with_actor[..], "invalid_request"),
    ] {
        let answer = exchange(&stage, client, fields).await;
        assert_eq!(answer.error(), (400, expected.to_owned()), "{client}");
    }
}

#[tokio::test]
async fn a_request_that_is_wrong_is_refused_as_the_specification_says() {
    let stage = stage().await;
    let tokens = of_ada(&stage).await;
    let subject = tokens.text("access_token");
    let refresh = tokens.text("refresh_token");
    let (own, other) = (
        own_token(&stage, "gateway").await,
        own_token(&stage, "robot").await,
    );
    let subject_token = ("subject_token", subject.as_str());
    let (said, _) = subject.rsplit_once('.').unwrap();
    let forged = format!("{said}.{}", own.rsplit_once('.').unwrap().1);
    for (fields, expected) in [
        (vec![], "invalid_request"),
        (vec![("subject_token", "no token")], "invalid_request"),
        (vec![("subject_token", forged.as_str())], "invalid_request"),
        (vec![subject_token, ("subject_token_type", "")], "invalid_request"),
        (
            vec![subject_token, ("subject_token_type", ID_TOKEN)],
            "invalid_request",
        ),
        (
            vec![
                ("subject_token", refresh.as_str()),
                (
                    "subject_token_type",
                    "urn:ietf:params:oauth:token-type:refresh_token",
                ),
            ],
            "invalid_request",
        ),
        (
            vec![
                subject_token,
                (
                    "requested_token_type",
                    "urn:ietf:params:oauth:token-type:refresh_token",
                ),
            ],
            "invalid_request",
        ),
        (
            vec![subject_token, ("actor_token", own.as_str())],
            "invalid_request",
        ),
        (
            vec![subject_token, ("actor_token_type", ACCESS_TOKEN)],
            "invalid_request",
        ),
        (
            vec![
                subject_token,
                ("actor_token", other.as_str()),
                ("actor_token_type", ACCESS_TOKEN),
            ],
            "invalid_request",
        ),
    ] {
        let answer = exchange(&stage, "gateway", &fields).await;
        assert_eq!(answer.error(), (400, expected.to_owned()), "{fields:?}");
    }
}

#[tokio::test]
async fn neither_scope_nor_target_goes_beyond_what_both_may_have() {
    let stage = stage().await;
    let subject = of_ada(&stage).await.text("access_token");
    let subject_token = ("subject_token", subject.as_str());
    for (fields, expected) in [
        (vec![subject_token, ("scope", "f:read f:export")], "invalid_scope"),
        (vec![subject_token, ("scope", "\"")], "invalid_scope"),
        (
            vec![subject_token, ("resource", "https://other.test")],
            "invalid_target",
        ),
        (vec![subject_token, ("audience", "other")], "invalid_target"),
        (
            vec![subject_token, ("resource", AUDIENCE), ("audience", ISSUER)],
            "invalid_target",
        ),
    ] {
        let answer = exchange(&stage, "gateway", &fields).await;
        assert_eq!(answer.error(), (400, expected.to_owned()), "{fields:?}");
    }
}

#[tokio::test]
async fn a_subject_that_has_lost_its_rights_is_exchanged_no_more() {
    let stage = stage().await;
    let subject = of_ada(&stage).await.text("access_token");
    let fields = [("subject_token", subject.as_str())];
    assert_eq!(exchange(&stage, "gateway", &fields).await.status, StatusCode::OK);
    stage.withdraw("desk").await;
    let answer = exchange(&stage, "gateway", &fields).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
    let subject = of_ada(&stage).await.text("access_token");
    stage.disable(stage.ada).await;
    let fields = [("subject_token", subject.as_str())];
    let answer = exchange(&stage, "gateway", &fields).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
    let subject = own_token(&stage, "robot").await;
    stage.advance(std::time::Duration::from_mins(5));
    let fields = [("subject_token", subject.as_str())];
    let answer = exchange(&stage, "gateway", &fields).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn a_token_may_name_who_alone_may_act() {
    let mut stage = stage().await;
    let robot = stage.robot.to_string();
    for (id, sub, client_id) in [
        ("portal", None, Some("teller")),
        ("counter", Some(robot.clone()), None),
        ("vault", Some(robot.clone()), Some("nobody")),
    ] {
        let may_act = MayAct {
            sub,
            client_id: client_id.map(|id| ClientId::parse(id).unwrap()),
        };
        let settings = ClientSettings {
            may_act: Some(may_act),
            ..ClientSettings::default()
        };
        let client = NewClient {
            settings,
            ..new_client(&stage, id)
        };
        stage.register(client).await;
    }
    for id in ["teller", "other"] {
        let settings = policy(&["portal", "counter", "vault"], true, true);
        let client = new_gateway(&stage, id, settings);
        stage.register(client).await;
    }
    for (issued_to, exchanged_by, expected) in [
        ("portal", "teller", StatusCode::OK),
        ("portal", "other", StatusCode::BAD_REQUEST),
        ("counter", "teller", StatusCode::OK),
        ("counter", "other", StatusCode::OK),
        ("vault", "teller", StatusCode::BAD_REQUEST),
    ] {
        let code = stage.code(&[("client_id", Some(issued_to))]).await;
        let subject = stage.redeem(issued_to, &code).await.text("access_token");
        assert!(claims(&subject)["may_act"].is_object());
        let answer = exchange(&stage, exchanged_by, &[("subject_token", subject.as_str())]).await;
        assert_eq!(answer.status, expected, "{issued_to} {exchanged_by} {answer:?}");
    }
}

#[tokio::test]
async fn a_client_gets_nothing_of_another_organisation_unless_it_is_open_to_it() {
    let mut stage = stage().await;
    let stranger = stage.stranger().await;
    let shared = NewClient {
        shared: true,
        scopes: scopes("openid"),
        ..new_client(&stage, "shared")
    };
    stage.register(shared).await;
    for (id, shared) in [("closed", false), ("open", true)] {
        let gateway = NewClient {
            shared,
            ..new_gateway(&stage, id, policy(&["shared"], true, true))
        };
        stage.register(gateway).await;
    }
    let (_, cookie) = stage.signed_in(stranger).await;
    let request = Stage::request(&[("client_id", Some("shared")), ("scope", Some("openid"))]);
    let code = stage.get(&request, &cookie).await.parameter("code").unwrap();
    let subject = stage.redeem("shared", &code).await.text("access_token");
    let fields = [("subject_token", subject.as_str())];
    let closed = exchange(&stage, "closed", &fields).await;
    assert_eq!(closed.error(), (400, "invalid_request".to_owned()));
    let open = exchange(&stage, "open", &fields).await;
    assert_eq!(open.status, StatusCode::OK, "{open:?}");
}
