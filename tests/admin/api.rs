//! The interface of administrators over HTTP.

use axum::body::Body;
use doorward::access::{self, Holder, NewGrant, NewRole, Period};
use doorward::client::NewClient;
use doorward::config::Config;
use doorward::domain::{AccessGrantId, GrantType, PersonId, RecoveryNeedsTwo, Right, Subject};
use doorward::enrolment::{self, Asked, Delivery};
use doorward::person;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH};
use http::{Method, Request};
use serde_json::{Value, json};

use crate::oauth::stage::{Answer, ISSUER, Stage, claims, new_client, scopes};

pub(super) const ALL: &str =
    "rules:read rules:manage people:read people:manage clients:read clients:manage access:read access:manage";

/// Gives a role with these rights.
pub(super) async fn give(stage: &Stage, to: Subject, name: &str, rights: &[Right]) -> AccessGrantId {
    let mut op = stage.op();
    let role = NewRole {
        organisation_id: stage.organisation,
        name: name.to_owned(),
        about: access::RoleAbout {
            purpose: "A test.".to_owned(),
            rights: rights.iter().copied().collect(),
            ..access::RoleAbout::titled(name)
        },
    };
    let role = access::create_role(&mut op, role).await.unwrap();
    let grant = NewGrant {
        organisation_id: stage.organisation,
        holder: Holder::Subject(to),
        role,
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "a test".to_owned(),
        source: doorward::domain::GrantSource::Direct,
    };
    let id = access::give(&mut op, grant).await.unwrap();
    op.commit().await.unwrap();
    id
}

/// A client of no application that acts for the service account, which has all rights; and a token of it.
pub(super) async fn keeper() -> (Stage, String) {
    keeper_with(|_| ()).await
}

pub(super) async fn keeper_with(configure: impl FnOnce(&mut Config)) -> (Stage, String) {
    let mut stage = Stage::with(|config| {
        config.mail.kept = true;
        configure(config);
    })
    .await;
    give(&stage, Subject::ServiceAccount(stage.robot), "keeper", Right::ALL).await;
    register_program(&mut stage, "keeper").await;
    let token = token(&stage, "keeper", ALL).await;
    (stage, token)
}

/// A client of no application that acts for the service account by itself.
pub(super) async fn register_program(stage: &mut Stage, name: &str) {
    let client = NewClient {
        grant_types: vec![GrantType::ClientCredentials],
        service_account_id: Some(stage.robot),
        application_id: None,
        scopes: scopes(ALL),
        ..new_client(stage, name)
    };
    stage.register(client).await;
}

pub(super) async fn token(stage: &Stage, client: &str, scope: &str) -> String {
    let fields = [("grant_type", "client_credentials"), ("scope", scope)];
    stage.token(client, &fields).await.text("access_token")
}

pub(super) struct Caller<'a> {
    stage: &'a Stage,
    token: &'a str,
}

pub(super) fn caller<'a>(stage: &'a Stage, token: &'a str) -> Caller<'a> {
    Caller { stage, token }
}

impl Caller<'_> {
    pub(super) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.call_seen(method, path, body, None).await
    }

    pub(super) async fn call_seen(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        seen: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/admin/v1{path}"))
            .header(AUTHORIZATION, format!("Bearer {}", self.token));
        if let Some(seen) = seen {
            request = request.header(IF_MATCH, seen);
        }
        let body = match body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.stage.send(request.body(body).unwrap()).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }
}

/// The status and the sentence of a refusal.
pub(super) fn refused(answer: &Answer) -> (u16, String) {
    assert_eq!(
        answer.headers[CONTENT_TYPE], "application/problem+json",
        "{answer:?}"
    );
    (answer.status.as_u16(), answer.text("detail"))
}

pub(super) fn rule() -> Value {
    json!({ "name": "All of us", "then": { "do": "second_factor" } })
}

#[tokio::test]
async fn a_token_opens_it_that_is_meant_for_it_and_has_the_right_as_its_scope() {
    let (mut stage, all) = keeper().await;
    assert_eq!(claims(&all)["aud"], format!("{ISSUER}/admin/v1"));
    let caller = |token| Caller { stage: &stage, token };
    assert_eq!(caller(&all).get("/rules").await.status, 200);
    // A scope that is not the one that is needed.
    let narrow = token(&stage, "keeper", "people:read").await;
    let answer = caller(&narrow).get("/rules").await;
    assert_eq!(refused(&answer).0, 403);
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.contains("error=\"insufficient_scope\"") && challenge.contains("scope=\"rules:read\""),
        "{challenge}"
    );
    assert!(
        challenge.contains("/.well-known/oauth-protected-resource/admin/v1\""),
        "{challenge}"
    );
    // Tokens for another API, and none.
    let code = stage.code(&[]).await;
    let other = stage.redeem("desk", &code).await.text("access_token");
    for wrong in [other.as_str(), "nonsense"] {
        assert_eq!(refused(&caller(wrong).get("/rules").await).0, 401, "{wrong}");
    }
    let bare = Request::get("/admin/v1/rules").body(Body::empty()).unwrap();
    assert_eq!(refused(&stage.send(bare).await).0, 401);
    // A session is no token.
    let (_, cookie) = stage.signed_in(stage.ada).await;
    assert_eq!(stage.get("/admin/v1/rules", &cookie).await.status, 401);
    // What is there says where tokens come from.
    let described = stage
        .get("/.well-known/oauth-protected-resource/admin/v1", "")
        .await;
    assert_eq!(described.json()["resource"], format!("{ISSUER}/admin/v1"));
    assert_eq!(
        described.json()["scopes_supported"],
        json!(ALL.split(' ').chain(["access:delegated"]).collect::<Vec<_>>())
    );
    // Somebody without the right gets no such scope at all.
    stage.register_robot("plain").await;
    let fields = [("grant_type", "client_credentials"), ("scope", "rules:read")];
    assert_eq!(
        stage.token("plain", &fields).await.error(),
        (400, "invalid_scope".to_owned())
    );
}

#[tokio::test]
async fn a_right_that_is_taken_counts_before_the_token_ends() {
    let mut stage = Stage::new().await;
    let robot = Subject::ServiceAccount(stage.robot);
    let grant = give(&stage, robot, "keeper", &[Right::RulesRead]).await;
    let keeper = NewClient {
        grant_types: vec![GrantType::ClientCredentials],
        service_account_id: Some(stage.robot),
        scopes: scopes("rules:read f:read"),
        ..new_client(&stage, "keeper")
    };
    stage.register(keeper).await;
    // It has an application of its own, so that it says which it means.
    let resource = format!("{ISSUER}/admin/v1");
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "rules:read"),
        ("resource", resource.as_str()),
    ];
    let token = stage.token("keeper", &fields).await.text("access_token");
    let caller = caller(&stage, &token);
    assert_eq!(caller.get("/rules").await.status, 200);
    let mut op = stage.op();
    access::end_grant(&mut op, stage.organisation, grant, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(refused(&caller.get("/rules").await).0, 403);
    let events = stage.bare.events("administration.refused").await;
    assert_eq!(events[0]["details"]["right"], "rules:read");
    assert_eq!(events[0]["client"], "keeper");
}

#[tokio::test]
async fn a_person_lets_a_client_act_for_them_and_is_on_record() {
    let mut stage = Stage::new().await;
    give(
        &stage,
        Subject::Person(stage.ada),
        "keeper",
        &[Right::RulesManage],
    )
    .await;
    let console = NewClient {
        application_id: None,
        scopes: scopes(&format!("openid {ALL}")),
        consent_required: true,
        ..new_client(&stage, "console")
    };
    stage.register(console).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let asked = Stage::request(&[
        ("client_id", Some("console")),
        ("scope", Some("openid rules:read rules:manage")),
    ]);
    let answer = stage.get(&asked, &cookie).await;
    let cookies = format!("{}; {cookie}", answer.cookies());
    let page = stage.get(answer.location(), &cookies).await;
    assert!(
        page.body.contains("Change the rules of sign-in") && !page.body.contains("See the rules of sign-in"),
        "what she may do herself, no more: {}",
        page.body
    );
    let (_, rest) = page.body.split_once("action=\"/consent/").unwrap();
    let path = format!("/consent/{}", rest.split('"').next().unwrap());
    let form_token = page.hidden("form_token");
    let fields = [("form_token", form_token.as_str()), ("decision", "allow")];
    let mut answer = stage.post(&path, &cookies, &fields).await;
    if answer.parameter("code").is_none() {
        answer = stage.get(answer.location(), &cookies).await;
    }
    let code = answer.parameter("code").unwrap();
    let token = stage.redeem("console", &code).await.text("access_token");
    let caller = caller(&stage, &token);
    assert_eq!(refused(&caller.get("/rules").await).0, 403);
    assert_eq!(caller.post("/rules", json!({ "rule": rule() })).await.status, 201);
    let events = stage.bare.events("rule.added").await;
    assert_eq!(
        events[0]["actor"],
        json!({ "type": "person", "id": stage.ada.to_string() })
    );
}

#[tokio::test]
async fn a_list_is_changed_as_it_was_seen() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let added = caller.post("/rules", json!({ "rule": rule() })).await;
    assert_eq!(added.status, 201, "{added:?}");
    assert_eq!(
        (&added.json()["mode"], &added.headers[ETAG]),
        (&json!("draft"), &"\"1\"".parse().unwrap())
    );
    let here = format!("/rules/{}", added.text("id"));
    let other = json!({ "rule": { "name": "First", "then": { "do": "allow" } }, "place": 0 });
    caller.post("/rules", other).await;
    // Somebody else was faster.
    let mode = format!("{here}/mode");
    let on = Some(json!({ "mode": "report" }));
    let late = caller
        .call_seen(Method::PUT, &mode, on.clone(), Some("\"1\""))
        .await;
    assert_eq!(refused(&late).0, 412);
    let broken = caller.call_seen(Method::PUT, &mode, on.clone(), Some("2")).await;
    assert_eq!(refused(&broken).0, 400);
    let switched = caller.call_seen(Method::PUT, &mode, on, Some("\"2\"")).await;
    assert_eq!(
        (switched.status.as_u16(), &switched.json()["mode"]),
        (200, &json!("report"))
    );
}

#[tokio::test]
async fn a_rule_is_moved_changed_replayed_and_removed() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let added = caller.post("/rules", json!({ "rule": rule() })).await;
    let here = format!("/rules/{}", added.text("id"));
    let other = json!({ "rule": { "name": "First", "then": { "do": "allow" } }, "place": 0 });
    caller.post("/rules", other).await;
    let moved = caller
        .call(Method::PUT, &format!("{here}/place"), Some(json!({ "place": 0 })))
        .await;
    assert_eq!(moved.status, 200);
    let names = async || -> Vec<String> {
        let list = caller.get("/rules").await.json();
        let rules = list["rules"].as_array().unwrap().clone();
        rules
            .iter()
            .map(|rule| rule["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names().await, ["All of us", "First"]);
    let definition = json!({ "name": "All", "then": { "do": "phishing_resistant" } });
    let double = json!({ "name": "First", "then": { "do": "allow" } });
    assert_eq!(
        refused(&caller.call(Method::PUT, &here, Some(double)).await).0,
        409
    );
    let defined = caller.call(Method::PUT, &here, Some(definition)).await;
    assert_eq!(defined.json()["then"]["do"], "phishing_resistant");
    assert_eq!(caller.get(&here).await.json()["name"], "All");
    assert_eq!(
        caller.get(&format!("{here}/replay")).await.json()["all"]["let_in"],
        0
    );
    let removed = caller.call(Method::DELETE, &here, None).await;
    assert_eq!((removed.status.as_u16(), removed.body.as_str()), (204, ""));
    for gone in [here.as_str(), "/rules/nobody"] {
        assert_eq!(refused(&caller.get(gone).await).0, 404);
        assert_eq!(refused(&caller.call(Method::DELETE, gone, None).await).0, 404);
    }
    let robot = stage.robot.to_string();
    let events = stage.bare.events("rule.added").await;
    assert_eq!(
        events[0]["actor"],
        json!({ "type": "service_account", "id": robot })
    );
}

#[tokio::test]
async fn what_a_rule_reports_is_added_up() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let added = caller.post("/rules", json!({ "rule": rule() })).await;
    let here = format!("/rules/{}", added.text("id"));
    let early = caller.get(&format!("{here}/report")).await;
    assert_eq!(refused(&early).0, 409, "{early:?}");
    let report = Some(json!({ "mode": "report" }));
    let switched = caller.call(Method::PUT, &format!("{here}/mode"), report).await;
    assert!(switched.json()["report_since"].is_i64(), "{switched:?}");
    let told = caller.get(&format!("{here}/report")).await.json();
    let nothing = json!({ "let_in": 0, "stepped_up": 0, "enrol": 0, "refused": 0 });
    assert_eq!((&told["sign_ins"], &told["passages"]), (&nothing, &nothing));
    assert_eq!(told["from"], switched.json()["report_since"]);
    assert_eq!(refused(&caller.get("/rules/nobody/report").await).0, 404);
    let events = stage.bare.events("rule.replayed").await;
    assert_eq!(events[0]["target"]["id"], added.text("id"));
}

#[tokio::test]
async fn a_program_asks_what_somebody_was_given_and_why_they_may_or_may_not() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let here = format!("/people/{}", stage.ada);
    let grants = caller.get(&format!("{here}/grants")).await;
    assert_eq!(grants.status, 200);
    let grants = grants.json()["grants"].as_array().unwrap().clone();
    assert!(
        !grants.is_empty() && grants.iter().all(|one| one["state"] == "counts"),
        "{grants:?}"
    );
    let why = async |body: Value| caller.post(&format!("{here}/why"), body).await;
    let asked = json!({ "action": "f:read", "resource": { "type": "feedback", "id": "f-1" } });
    let told = why(asked.clone()).await;
    assert_eq!(told.status, 200, "{told:?}");
    let told = told.json();
    assert!(
        told["decision"].is_boolean() && told["explanation"].is_string(),
        "{told}"
    );
    assert_eq!(
        told["decision"] == json!(true),
        told["cures"] == json!([]),
        "{told}"
    );
    let event = &stage.bare.events("access.explained").await[0];
    assert_eq!(event["target"]["id"], stage.ada.to_string());
    assert_eq!(event["details"]["resource"], "feedback/f-1");
    let with = |member: &str, value: Value| {
        let mut body = asked.clone();
        body[member] = value;
        body
    };
    for (body, status, says) in [
        (with("action", json!("f:raed")), 422, "has a permission f:raed"),
        (with("action", json!("")), 422, "empty or longer"),
        (with("application", json!("nobody")), 422, "no such application"),
        (with("stray", json!(1)), 400, "expected members"),
        (json!({ "action": "f:read" }), 400, "expected members"),
    ] {
        let (code, detail) = refused(&why(body).await);
        assert_eq!(code, status, "{detail}");
        assert!(detail.contains(says), "{detail}");
    }
    let nobody = caller
        .get("/people/0190a0b0-0000-7000-8000-000000000000/grants")
        .await;
    assert_eq!(refused(&nobody).0, 404);
}

#[tokio::test]
async fn a_rule_that_cannot_be_is_refused_with_what_to_do() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    for (rule, status, says) in [
        (
            json!({ "name": "x", "then": { "do": "allow" }, "stray": 1 }),
            400,
            "expected members",
        ),
        (
            json!({ "name": "", "then": { "do": "allow" } }),
            422,
            "the name is empty",
        ),
        (
            json!({ "name": "x", "when": { "roles": ["nobody"] }, "then": { "do": "allow" } }),
            422,
            "no role called nobody",
        ),
    ] {
        let answer = caller.post("/rules", json!({ "rule": rule })).await;
        let (code, detail) = refused(&answer);
        assert_eq!(code, status, "{answer:?}");
        assert!(detail.contains(says), "{detail}");
    }
    let closed = json!({ "name": "Closed", "then": { "do": "refuse", "sentence": "Closed." } });
    let id = caller.post("/rules", json!({ "rule": closed })).await.text("id");
    let on = Some(json!({ "mode": "on" }));
    let (code, detail) = refused(&caller.call(Method::PUT, &format!("/rules/{id}/mode"), on).await);
    assert_eq!(code, 409);
    assert!(detail.contains("would get in any more"), "{detail}");
    let checked = caller
        .post(
            "/rules/check",
            json!({ "person": "ada", "address": "192.0.2.1", "device": "known" }),
        )
        .await;
    assert_eq!(checked.json()["rules"][0]["rule"], "Closed");
    assert_eq!(checked.json()["verdict"]["refused"], Value::Null);
    stage.stranger().await;
    for nobody in ["nobody", "sam"] {
        let answer = caller.post("/rules/check", json!({ "person": nobody })).await;
        assert_eq!(refused(&answer).0, 422, "{nobody}");
    }
}

#[tokio::test]
async fn people_are_listed_and_looked_at() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let list = caller.get("/people").await.json();
    assert_eq!(
        (&list["people"][0]["username"], &list["next"]),
        (&json!("ada"), &Value::Null)
    );
    assert_eq!(caller.get("/people?name=b").await.json()["people"], json!([]));
    assert_eq!(refused(&caller.get("/people?name=a&name=b").await).0, 400);
    let ada = caller.get(&format!("/people/{}", stage.ada)).await.json();
    assert_eq!(
        (&ada["roles"], &ada["passkeys"], &ada["held"]),
        (&json!(["analyst"]), &json!([]), &json!(false))
    );
    let coverage = caller.get("/coverage").await.json();
    assert_eq!(
        (&coverage["all"]["people"], &coverage["left"][0]["username"]),
        (&json!(1), &json!("ada"))
    );
}

#[tokio::test]
async fn somebody_is_invited_or_nothing_is_left_of_it() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let kim =
        json!({ "username": "kim", "name": "Kim Aydin", "email": "kim@example.test", "roles": ["analyst"] });
    let invited = caller.post("/people", kim.clone()).await;
    assert_eq!(
        (invited.status.as_u16(), invited.text("username").as_str()),
        (201, "kim"),
        "{invited:?}"
    );
    assert_eq!(refused(&caller.post("/people", kim).await).0, 409);
    let unknown =
        json!({ "username": "lee", "name": "Lee", "email": "lee@example.test", "roles": ["nobody"] });
    assert_eq!(refused(&caller.post("/people", unknown).await).0, 422);
    assert_eq!(
        caller.get("/people?name=lee").await.json()["people"],
        json!([]),
        "nothing is left of it"
    );
    let kinds: Vec<String> = doorward::mail::list(&mut stage.op())
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.kind)
        .collect();
    assert_eq!(kinds, ["invitation"]);
}

#[tokio::test]
async fn somebody_is_helped_and_what_they_have_is_ended() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let here = format!("/people/{}", stage.ada);
    let help = caller
        .post(&format!("{here}/help"), json!({ "reason": "lost the phone" }))
        .await;
    assert_eq!(
        (help.status.as_u16(), help.text("state").as_str()),
        (202, "issued")
    );
    assert_eq!(
        refused(
            &caller
                .post(&format!("{here}/help"), json!({ "reason": " " }))
                .await
        )
        .0,
        422
    );
    assert_eq!(
        refused(&caller.post(&format!("{here}/help/agreement"), json!({})).await).0,
        409,
        "nothing waits"
    );
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let ended = caller
        .call(Method::DELETE, &format!("{here}/sessions"), None)
        .await;
    assert_eq!(ended.json()["sessions"], 1);
    assert!(
        stage
            .get(&Stage::request(&[("prompt", Some("none"))]), &cookie)
            .await
            .location()
            .contains("login_required")
    );
}

#[tokio::test]
async fn a_program_is_no_second_pair_of_eyes() {
    let (stage, token) =
        keeper_with(|config| config.signin.recovery_needs_two = RecoveryNeedsTwo::Everybody).await;
    let caller = caller(&stage, &token);
    let mut op = stage.op();
    let ada = person::find(&mut op, stage.ada).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &ada, "lost the phone", Delivery::Mail).await;
    assert!(matches!(asked.unwrap(), Ok(Asked::Waits(_))));
    op.commit().await.unwrap();
    let agreement = format!("/people/{}/help/agreement", stage.ada);
    assert_eq!(refused(&caller.post(&agreement, json!({})).await).0, 403);
    let events = stage.bare.events("pass.issued").await;
    assert_eq!(events[0]["outcome"], "refused", "{events:?}");
}

#[tokio::test]
async fn nobody_is_given_more_than_the_caller_holds_and_nobody_elsewhere_is_found() {
    let mut stage = Stage::with(|config| config.mail.kept = true).await;
    let desk = [Right::PeopleRead, Right::PeopleManage];
    give(&stage, Subject::ServiceAccount(stage.robot), "help_desk", &desk).await;
    give(&stage, Subject::Person(stage.ada), "administrator", Right::ALL).await;
    register_program(&mut stage, "desk2").await;
    let token = token(&stage, "desk2", "people:read people:manage").await;
    let caller = caller(&stage, &token);
    let invite = async |role: &str| {
        let new = json!({ "username": role, "name": "Kim", "email": "kim@example.test", "roles": [role] });
        caller.post("/people", new).await
    };
    let above = invite("administrator").await;
    assert_eq!(refused(&above).0, 403);
    assert!(above.text("detail").contains("gives more than you hold"));
    // The robot is an analyst itself, and at the help desk.
    for role in ["analyst", "help_desk"] {
        assert_eq!(invite(role).await.status, 201, "{role}");
    }
    let ada = format!("/people/{}", stage.ada);
    assert_eq!(
        refused(
            &caller
                .post(&format!("{ada}/help"), json!({ "reason": "x" }))
                .await
        )
        .0,
        403
    );
    assert_eq!(
        refused(
            &caller
                .call(Method::DELETE, &format!("{ada}/sessions"), None)
                .await
        )
        .0,
        403
    );
    let stranger: PersonId = stage.stranger().await;
    assert_eq!(refused(&caller.get(&format!("/people/{stranger}")).await).0, 404);
    let help = caller
        .post(&format!("/people/{stranger}/help"), json!({ "reason": "x" }))
        .await;
    assert_eq!(refused(&help).0, 404);
}

#[tokio::test]
async fn accounts_for_emergencies_are_marked_listed_and_reviewed() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let account = format!("/break-glass/accounts/{}", stage.ada);
    let why = Some(json!({ "reason": "the safe" }));
    assert_eq!(caller.call(Method::PUT, &account, why.clone()).await.status, 204);
    assert_eq!(
        refused(&caller.call(Method::PUT, &account, why.clone()).await).0,
        409
    );
    let mut op = stage.op();
    let whose = (stage.organisation, stage.ada);
    let act = doorward::domain::BreakGlassAct::SignIn;
    doorward::break_glass::used(&mut op, whose, act, None)
        .await
        .unwrap();
    op.commit().await.unwrap();
    let list = caller.get("/break-glass").await.json();
    assert_eq!(
        (&list["accounts"][0]["username"], &list["uses"][0]["reviewed"]),
        (&json!("ada"), &Value::Null)
    );
    let review = format!(
        "/break-glass/uses/{}/review",
        list["uses"][0]["id"].as_str().unwrap()
    );
    let empty = caller.post(&review, json!({ "note": "" })).await;
    assert_eq!(refused(&empty).0, 422);
    // A program is no second pair of eyes.
    let drill = caller.post(&review, json!({ "note": "a drill" })).await;
    assert_eq!(refused(&drill).0, 403);
    let unknown = "/break-glass/uses/0190a0b0-0000-7000-8000-000000000000/review";
    let unknown = caller.post(unknown, json!({ "note": "a drill" })).await;
    assert_eq!(refused(&unknown).0, 404);
    assert_eq!(caller.call(Method::DELETE, &account, why).await.status, 204);
    assert_eq!(caller.get("/break-glass").await.json()["accounts"], json!([]));
}

/// Lets a client act for Ada, who is asked nothing.
async fn for_ada(stage: &mut Stage, scope: &str) -> String {
    let console = NewClient {
        application_id: None,
        scopes: scopes(&format!("openid {ALL}")),
        ..new_client(stage, "console")
    };
    stage.register(console).await;
    let code = stage
        .code(&[("client_id", Some("console")), ("scope", Some(scope))])
        .await;
    stage.redeem("console", &code).await.text("access_token")
}

#[tokio::test]
async fn what_the_console_would_ask_a_person_to_prove_a_token_must_have_proven() {
    let mut stage = Stage::new().await;
    let ada = stage.ada;
    give(&stage, Subject::Person(ada), "keeper", Right::ALL).await;
    let token = for_ada(&mut stage, "rules:read rules:manage").await;
    let caller = caller(&stage, &token);
    let added = caller.post("/rules", json!({ "rule": rule() })).await;
    assert_eq!(added.status, 201, "{added:?}");
    // A rule that came after the token.
    let mut op = stage.op();
    let set = doorward::rule::current(&mut op, stage.organisation)
        .await
        .unwrap();
    let on = doorward::rule::Change::Switch(set.rules[0].id, doorward::domain::RuleMode::On);
    let switched = doorward::factor::rules::change(&mut op, stage.organisation, None, on).await;
    switched.unwrap().unwrap();
    op.commit().await.unwrap();
    for answer in [
        caller.get("/rules").await,
        caller.post("/rules", json!({ "rule": rule() })).await,
    ] {
        assert_eq!(refused(&answer).0, 401);
        let challenge = answer.headers["www-authenticate"].to_str().unwrap();
        assert!(
            challenge.contains("error=\"insufficient_user_authentication\"")
                && challenge.contains("acr_values=\"urn:doorward:acr:2\""),
            "{challenge}"
        );
    }
}

#[tokio::test]
async fn what_a_program_does_is_on_record_with_its_client() {
    let mut stage = Stage::new().await;
    let ada = stage.ada;
    give(&stage, Subject::Person(ada), "keeper", Right::ALL).await;
    let token = for_ada(&mut stage, "rules:read rules:manage").await;
    let caller = caller(&stage, &token);
    caller.post("/rules", json!({ "rule": rule() })).await;
    let events = stage.bare.events("rule.added").await;
    assert_eq!(events[0]["client"], "console");
    assert_eq!(refused(&caller.get("/people").await).0, 403);
    let events = stage.bare.events("administration.refused").await;
    assert_eq!(events[0]["actor"]["id"], ada.to_string());
    assert_eq!(events[0]["reason"], "the token has not the scope");
}

#[tokio::test]
async fn a_department_gives_nobody_more_than_whoever_invites_holds() {
    let mut stage = Stage::with(|config| config.mail.kept = true).await;
    let desk = [Right::PeopleRead, Right::PeopleManage];
    give(&stage, Subject::ServiceAccount(stage.robot), "help_desk", &desk).await;
    let mut op = stage.op();
    let keepers = access::NewGroup {
        organisation_id: stage.organisation,
        kind: doorward::domain::GroupKind::Department,
        name: "keepers".to_owned(),
        about: access::GroupAbout::titled("Keepers"),
    };
    let keepers = access::create_group(&mut op, keepers).await.unwrap();
    let role = NewRole {
        organisation_id: stage.organisation,
        name: "keeper".to_owned(),
        about: access::RoleAbout {
            purpose: "A test.".to_owned(),
            rights: [Right::RulesManage].into(),
            ..access::RoleAbout::titled("Keeper")
        },
    };
    let role = access::create_role(&mut op, role).await.unwrap();
    let grant = NewGrant {
        organisation_id: stage.organisation,
        holder: Holder::Group(keepers),
        role,
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "a test".to_owned(),
        source: doorward::domain::GrantSource::Direct,
    };
    access::give(&mut op, grant).await.unwrap();
    op.commit().await.unwrap();
    register_program(&mut stage, "desk2").await;
    let token = token(&stage, "desk2", "people:read people:manage").await;
    let caller = caller(&stage, &token);
    let kim =
        json!({ "username": "kim", "name": "Kim", "email": "kim@example.test", "department": "keepers" });
    let above = caller.post("/people", kim).await;
    assert_eq!(refused(&above).0, 403, "{above:?}");
    assert_eq!(caller.get("/people?name=kim").await.json()["people"], json!([]));
}
