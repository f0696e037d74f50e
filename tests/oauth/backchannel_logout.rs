//! Applications are told by the back channel that a session has ended.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use data_encoding::BASE64URL_NOPAD;
use doorward::client::{ClientSettings, LogoutSettings, NewClient, SubjectType};
use doorward::domain::{GrantType, PersonStatus, ResponseType, SessionId, Subject, Timestamp};
use doorward::job::{self, Worked, work_on_next};
use doorward::jose::{Expectations, JwkSet, PublicKey, verify};
use doorward::storage::Sql;
use doorward::{oauth, person, session};
use http::StatusCode;

use serde_json::Value;

use super::stage::{AFTER_LOGOUT, Answer, ISSUER, Stage, encoded, new_client};

/// An application's own server: answers with a status, keeps what it is sent.
struct Listener {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<StatusCode>>,
}

impl Listener {
    async fn start() -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let status = Arc::new(Mutex::new(StatusCode::OK));
        let (ears, says) = (Arc::clone(&heard), Arc::clone(&status));
        let answer = move |body: String| {
            ears.lock().unwrap().push(body);
            let status = *says.lock().unwrap();
            async move { status }
        };
        let handle = axum_server::Handle::<SocketAddr>::new();
        let server = axum_server::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).handle(handle.clone());
        let router = Router::new().route("/logout", post(answer));
        tokio::spawn(server.serve(router.into_make_service()));
        Self {
            port: handle.listening().await.unwrap().port(),
            heard,
            status,
        }
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}/logout", self.port)
    }

    fn answers(&self, status: StatusCode) {
        *self.status.lock().unwrap() = status;
    }

    /// The logout tokens that came since the last look.
    fn tokens(&self) -> Vec<String> {
        let bodies = std::mem::take(&mut *self.heard.lock().unwrap());
        let token = |body: String| body.strip_prefix("logout_token=").unwrap().to_owned();
        bodies.into_iter().map(token).collect()
    }
}

async fn stage() -> Stage {
    Stage::with(|config| config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()]).await
}

fn listening(stage: &Stage, id: &str, address: String) -> NewClient {
    let logout = LogoutSettings {
        backchannel_logout_uri: Some(address),
        backchannel_logout_session_required: true,
        ..LogoutSettings::default()
    };
    NewClient {
        settings: ClientSettings {
            logout,
            ..ClientSettings::default()
        },
        ..new_client(stage, id)
    }
}

/// Lets a client have tokens by a session; answers its ID token.
async fn given(stage: &Stage, client: &str, cookie: &str) -> String {
    let answer = stage
        .get(&Stage::request(&[("client_id", Some(client))]), cookie)
        .await;
    let tokens = stage.redeem(client, &answer.parameter("code").unwrap()).await;
    tokens.text("id_token")
}

async fn work(stage: &Stage) {
    let kinds = [session::jobs(), oauth::jobs()].concat();
    while work_on_next(&stage.bare.house, &kinds).await.unwrap() == Worked::Attempted {}
}

fn claims(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

async fn sign_out(stage: &Stage, cookie: &str, hint: &str) {
    let fields = [
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
    ];
    let answer = stage.get(&format!("/logout?{}", encoded(&fields)), cookie).await;
    assert!(answer.location().starts_with(AFTER_LOGOUT), "{answer:?}");
}

#[tokio::test]
async fn a_sign_out_is_told_to_the_applications_of_the_session_and_to_no_others() {
    let mut stage = stage().await;
    let (one, other) = (Listener::start().await, Listener::start().await);
    for (id, listener) in [("one", &one), ("other", &other)] {
        let client = listening(&stage, id, listener.address());
        stage.register(client).await;
    }
    let (session, cookie) = stage.signed_in(stage.ada).await;
    let hint = given(&stage, "desk", &cookie).await;
    given(&stage, "one", &cookie).await;
    let (_, elsewhere) = stage.signed_in(stage.ada).await;
    given(&stage, "other", &elsewhere).await;
    // Tokens may have expired long before.
    stage.advance(Duration::from_mins(20));
    sign_out(&stage, &cookie, &hint).await;
    assert!(
        one.tokens().is_empty(),
        "nothing is told before it is committed and worked on"
    );
    work(&stage).await;
    let told = one.tokens();
    assert_eq!(told.len(), 1);
    assert!(other.tokens().is_empty());

    let set: JwkSet = serde_json::from_str(&stage.get("/jwks", "").await.body).unwrap();
    let keys: Vec<_> = set
        .keys
        .iter()
        .filter_map(|jwk| PublicKey::from_jwk(jwk, jwk.algorithm()?).ok())
        .collect();
    let expected = Expectations {
        typ: Some("logout+jwt"),
        issuer: ISSUER,
        audiences: &["one"],
        required: &["iat", "jti", "events", "sub", "sid"],
    };
    let now = stage.bare.house.clock.now();
    let verified = verify(&told[0], &keys, &expected, now).unwrap();
    assert_eq!(verified.claims["sub"], stage.ada.to_string());
    assert_eq!(verified.claims["sid"], session.id.to_string());
    assert_eq!(
        verified.claims["events"],
        serde_json::json!({ "http://schemas.openid.net/event/backchannel-logout": {} })
    );
    let (iat, exp) = (&verified.claims["iat"], &verified.claims["exp"]);
    assert!(exp.as_i64().unwrap() - iat.as_i64().unwrap() <= 120);
    assert!(!verified.claims.contains_key("nonce"));
    // A logout token is no ID token that signs anybody out.
    let as_hint = stage
        .get(
            &format!("/logout?{}", encoded(&[("id_token_hint", &told[0])])),
            &elsewhere,
        )
        .await;
    assert_eq!(as_hint.status, StatusCode::OK);

    let events = stage.bare.events("oauth.logout.told").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["outcome"], "success");
    assert_eq!(events[0]["client"], "one");
}

/// Waits for the note that a session was used at this moment, which is written beside the request.
async fn until_seen(stage: &Stage, session: SessionId) {
    const SEEN: Sql = Sql::new("SELECT seen_at FROM session WHERE id = $1");
    for _ in 0..500 {
        let mut op = stage.op();
        let now = op.now;
        let tx = op.reading().await.unwrap();
        let seen: Timestamp = tx
            .query(SEEN)
            .bind(&session)
            .one(|row| row.get("seen_at"))
            .await
            .unwrap();
        if seen == now {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody has noted that the session was used");
}

#[tokio::test]
async fn a_code_without_refresh_tokens_counts_for_as_long_as_the_session() {
    let mut stage = stage().await;
    let listener = Listener::start().await;
    let client = NewClient {
        grant_types: vec![GrantType::AuthorizationCode],
        ..listening(&stage, "one", listener.address())
    };
    stage.register(client).await;
    let (session, cookie) = stage.signed_in(stage.ada).await;
    let hint = given(&stage, "one", &cookie).await;
    // Stays used, so that it does not end by itself while the tokens expire.
    for _ in 0..10 {
        stage.advance(Duration::from_mins(29));
        stage.get(&Stage::request(&[]), &cookie).await;
        until_seen(&stage, session.id).await;
        let mut op = stage.op();
        oauth::sweep(&mut op).await.unwrap();
        op.commit().await.unwrap();
    }
    let fields = [("id_token_hint", hint.as_str())];
    let answer = stage.get(&format!("/logout?{}", encoded(&fields)), &cookie).await;
    assert_eq!(answer.location(), "/logout/done");
    work(&stage).await;
    assert_eq!(listener.tokens().len(), 1);
}

#[tokio::test]
async fn an_application_that_fails_is_told_again_until_it_is_given_up() {
    let mut stage = stage().await;
    let listener = Listener::start().await;
    let client = listening(&stage, "one", listener.address());
    stage.register(client).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let hint = given(&stage, "one", &cookie).await;
    listener.answers(StatusCode::SERVICE_UNAVAILABLE);
    let fields = [("id_token_hint", hint.as_str())];
    stage.get(&format!("/logout?{}", encoded(&fields)), &cookie).await;
    work(&stage).await;
    let first = listener.tokens();
    assert_eq!(first.len(), 1);
    stage.advance(Duration::from_secs(9));
    work(&stage).await;
    assert!(listener.tokens().is_empty(), "not before its pause");
    stage.advance(Duration::from_secs(1));
    work(&stage).await;
    let second = listener.tokens();
    assert_eq!(second.len(), 1);
    assert_ne!(
        claims(&first[0])["jti"],
        claims(&second[0])["jti"],
        "a fresh token"
    );
    for _ in 0..20 {
        stage.advance(Duration::from_hours(13));
        work(&stage).await;
    }
    assert_eq!(listener.tokens().len(), 7, "nine attempts in all");
    assert_eq!(stage.bare.events("job.given_up").await.len(), 1);
    let told = stage.bare.events("oauth.logout.told").await;
    assert!(told.iter().all(|event| event["outcome"] == "refused"));
    assert_eq!(told.len(), 9);

    // The operator may have it tried again.
    listener.answers(StatusCode::NO_CONTENT);
    let mut op = stage.op();
    let dead = job::list(&mut op, Some(doorward::domain::JobState::Dead))
        .await
        .unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(
        dead[0].reason.as_deref(),
        Some("the application answered with an error")
    );
    assert!(job::retry(&mut op, dead[0].id).await.unwrap());
    op.commit().await.unwrap();
    work(&stage).await;
    assert_eq!(listener.tokens().len(), 1);
    let events = stage.bare.events("oauth.logout.told").await;
    assert_eq!(events.last().unwrap()["outcome"], "success");
}

#[tokio::test]
async fn a_disabled_person_is_signed_out_of_applications() {
    let mut stage = stage().await;
    let listener = Listener::start().await;
    let client = listening(&stage, "one", listener.address());
    stage.register(client).await;
    let (session, cookie) = stage.signed_in(stage.ada).await;
    given(&stage, "one", &cookie).await;
    let mut op = stage.op();
    let whose = Subject::Person(stage.ada);
    person::set_status(&mut op, stage.organisation, whose, PersonStatus::Disabled, "left")
        .await
        .unwrap();
    op.commit().await.unwrap();
    work(&stage).await;
    let told = listener.tokens();
    assert_eq!(told.len(), 1);
    assert_eq!(claims(&told[0])["sid"], session.id.to_string());
}

#[tokio::test]
async fn what_a_replaced_session_gave_out_is_told_when_its_successor_ends() {
    let mut stage = stage().await;
    let listener = Listener::start().await;
    let client = listening(&stage, "one", listener.address());
    stage.register(client).await;
    let (old, cookie) = stage.signed_in(stage.ada).await;
    given(&stage, "one", &cookie).await;
    let mut op = stage.op();
    let standing = person::may_sign_in(&mut op, Subject::Person(stage.ada))
        .await
        .unwrap()
        .unwrap();
    let (new, _) = session::start(&mut op, &standing, old.strength.clone(), (Some(old.id), None))
        .await
        .unwrap();
    op.commit().await.unwrap();
    work(&stage).await;
    assert!(listener.tokens().is_empty(), "the same person goes on");
    let mut op = stage.op();
    session::end(&mut op, &new, "a test").await.unwrap();
    op.commit().await.unwrap();
    work(&stage).await;
    let told = listener.tokens();
    assert_eq!(told.len(), 1);
    assert_eq!(claims(&told[0])["sid"], old.id.to_string());
}

#[tokio::test]
async fn another_person_at_the_same_browser_ends_the_session_of_the_first() {
    let mut stage = stage().await;
    let listener = Listener::start().await;
    let client = listening(&stage, "one", listener.address());
    stage.register(client).await;
    let (old, cookie) = stage.signed_in(stage.ada).await;
    given(&stage, "one", &cookie).await;
    let stranger = stage.stranger().await;
    let mut op = stage.op();
    let standing = person::may_sign_in(&mut op, Subject::Person(stranger))
        .await
        .unwrap()
        .unwrap();
    session::start(&mut op, &standing, old.strength.clone(), (Some(old.id), None))
        .await
        .unwrap();
    op.commit().await.unwrap();
    work(&stage).await;
    assert_eq!(claims(&listener.tokens()[0])["sid"], old.id.to_string());
}

#[tokio::test]
async fn addresses_of_closed_networks_are_not_called() {
    let mut stage = Stage::new().await;
    let listener = Listener::start().await;
    let client = listening(&stage, "one", listener.address());
    stage.register(client).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let hint = given(&stage, "one", &cookie).await;
    let fields = [("id_token_hint", hint.as_str())];
    stage.get(&format!("/logout?{}", encoded(&fields)), &cookie).await;
    work(&stage).await;
    assert!(listener.tokens().is_empty());
    let told = stage.bare.events("oauth.logout.told").await;
    assert_eq!(
        told[0]["reason"],
        "the address belongs to a network that may not be called"
    );
}

#[tokio::test]
async fn an_address_that_cannot_be_called_is_not_registered() {
    let stage = stage().await;
    for address in [
        "http://app.test/logout",
        "https://app.test/logout#x",
        "https://me@app.test/",
        "app",
        "",
    ] {
        let client = listening(&stage, "one", address.to_owned());
        let mut op = stage.op();
        let refused = doorward::client::create(&mut op, client).await.unwrap_err();
        assert_eq!(refused.field(), Some("backchannel_logout_uri"), "{address}");
    }
}

/// Every `sub` that a client is told of Ada by one answer of the authorization endpoint, and an ID token among it.
async fn subjects(stage: &Stage, answer: &Answer) -> (Vec<Value>, String) {
    let mut tokens: Vec<String> = answer.parameter("id_token").into_iter().collect();
    let mut subjects = Vec::new();
    if let Some(code) = answer.parameter("code") {
        let given = stage.redeem("one", &code).await;
        let access_token = given.text("access_token");
        subjects.push(stage.userinfo(&access_token).await.json()["sub"].clone());
        subjects.push(stage.introspect("one", &access_token).await["sub"].clone());
        let refreshed = stage.refresh("one", &given.text("refresh_token")).await;
        tokens.extend([given.text("id_token"), access_token]);
        tokens.extend([refreshed.text("id_token"), refreshed.text("access_token")]);
    }
    subjects.extend(tokens.iter().map(|token| claims(token)["sub"].clone()));
    (subjects, tokens.swap_remove(0))
}

#[tokio::test]
async fn a_client_is_told_one_subject_in_all_places_by_each_response_type_and_at_the_sign_out_too() {
    for (subject_type, asked, places) in [
        (SubjectType::Public, "code", 6),
        (SubjectType::Public, "id_token", 1),
        (SubjectType::Public, "code id_token", 7),
        (SubjectType::Pairwise, "code", 6),
        (SubjectType::Pairwise, "id_token", 1),
        (SubjectType::Pairwise, "code id_token", 7),
    ] {
        let mut stage = Stage::with(|config| {
            config.outbound.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
            config.oauth.response_types = ResponseType::ALL.to_vec();
        })
        .await;
        let listener = Listener::start().await;
        let mut client = listening(&stage, "one", listener.address());
        client.settings.response_types = ResponseType::ALL.to_vec();
        client.settings.subject_type = subject_type;
        stage.register(client).await;
        let (_, cookie) = stage.signed_in(stage.ada).await;
        let changes = [
            ("client_id", Some("one")),
            ("response_type", Some(asked)),
            ("scope", Some("openid offline_access")),
        ];
        let answer = stage.get(&Stage::request(&changes), &cookie).await;
        let (mut subjects, id_token) = subjects(&stage, &answer).await;
        assert_eq!(subjects.len(), places, "{asked}: {answer:?}");
        let fields = [("id_token_hint", id_token.as_str())];
        let answer = stage.get(&format!("/logout?{}", encoded(&fields)), &cookie).await;
        assert_eq!(answer.location(), "/logout/done");
        work(&stage).await;
        let told = listener.tokens();
        assert_eq!(told.len(), 1, "{asked}");
        subjects.push(claims(&told[0])["sub"].clone());
        let first = subjects[0].clone();
        assert!(subjects.iter().all(|one| *one == first), "{asked}: {subjects:?}");
        let by_name = first == stage.ada.to_string();
        assert_eq!(by_name, subject_type == SubjectType::Public, "{asked}");
    }
}
