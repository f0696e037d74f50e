//! Consent: asked, remembered, refused, withdrawn.

use doorward::client::{ClientSettings, NewClient};
use doorward::domain::{ClientAuthMethod, RedirectUri};
use http::StatusCode;

use super::stage::{Answer, CALLBACK, Stage, new_client};

pub(super) const ASK: &[(&str, Option<&str>)] = &[
    ("client_id", Some("careful")),
    ("scope", Some("openid offline_access f:read f:export")),
];

pub(super) async fn careful() -> Stage {
    let mut stage = Stage::new().await;
    let client = NewClient {
        consent_required: true,
        ..new_client(&stage, "careful")
    };
    stage.register(client).await;
    stage
}

/// Goes to the question; answers its page, the path of its form, and the browser's cookies.
async fn question(stage: &Stage, changes: &[(&str, Option<&str>)]) -> (Answer, String, String) {
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let answer = stage.get(&Stage::request(changes), &cookie).await;
    let cookies = format!("{}; {cookie}", answer.cookies());
    let page = stage.get(answer.location(), &cookies).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let path = action(&page);
    (page, path, cookies)
}

/// Where the form of the question is sent.
pub(super) fn action(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("action=\"/consent/").unwrap();
    format!("/consent/{}", rest.split('"').next().unwrap())
}

pub(super) async fn choose(
    stage: &Stage,
    (page, path, cookies): &(Answer, String, String),
    decision: &str,
) -> Answer {
    let token = page.hidden("form_token");
    let fields = [("form_token", token.as_str()), ("decision", decision)];
    stage.post(path, cookies, &fields).await
}

#[tokio::test]
async fn the_question_says_what_which_resource_who_and_how_long() {
    let stage = careful().await;
    let (page, _, _) = question(&stage, ASK).await;
    for told in [
        "The careful asks to use your account",
        "ada Example (ada)",
        "In Feedback it may act for you",
        "Title of f:read",
        "Purpose of f:read",
        "Recognise you",
        "your roles",
        "your department",
        "at most 30 days",
        "id=\"allow\"",
        "id=\"deny\"",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    // Her roles do not allow it, so it is not asked for.
    assert!(!page.body.contains("f:export"));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("https://desk.test"), "{policy}");
}

#[tokio::test]
async fn the_question_says_where_the_answer_goes_and_shows_nothing_that_is_hidden() {
    let mut stage = careful().await;
    let (page, _, _) = question(&stage, ASK).await;
    for told in ["Answer goes to", "desk.test"] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    assert!(!page.body.contains("registered itself"), "{}", page.body);
    let native =
        ["http://127.0.0.1/cb", "com.example.app:/cb"].map(|uri| RedirectUri::register(uri).unwrap());
    let settings = ClientSettings {
        client_uri: Some("https://app.test/about".to_owned()),
        policy_uri: Some("https://app.test/privacy?a=\"b".to_owned()),
        tos_uri: Some("http://app.test/terms".to_owned()),
        logo_uri: Some("https://app.test/logo.png".to_owned()),
        ..ClientSettings::default()
    };
    let client = NewClient {
        name: "Your\u{202e} bank\u{200b}".to_owned(),
        consent_required: true,
        redirect_uris: native.to_vec(),
        settings,
        ..new_client(&stage, "native")
    };
    stage.register(client).await;
    for (address, told) in [
        ("http://127.0.0.1:49152/cb", "a program on this device"),
        ("com.example.app:/cb", "an app on this device"),
    ] {
        let changes = [
            ("client_id", Some("native")),
            ("redirect_uri", Some(address)),
            ASK[1],
        ];
        let (page, _, _) = question(&stage, &changes).await;
        assert!(page.body.contains(told), "{}", page.body);
        assert!(
            page.body.contains("Your bank asks to use your account"),
            "{}",
            page.body
        );
        assert!(!page.body.contains('\u{202e}') && !page.body.contains('\u{200b}'));
        assert!(
            page.body
                .contains("href=\"https://app.test/about\" target=\"_blank\" rel=\"noopener noreferrer\"")
        );
        assert!(
            page.body.contains("https://app.test/privacy?a=&#34;b"),
            "{}",
            page.body
        );
        assert!(!page.body.contains("app.test/terms"), "only https is a link");
        assert!(!page.body.contains("logo.png"), "no picture is fetched");
    }
}

#[tokio::test]
async fn consent_is_asked_once() {
    let stage = careful().await;
    let asked = question(&stage, ASK).await;
    let answer = choose(&stage, &asked, "allow").await;
    assert!(answer.location().starts_with(CALLBACK));
    let tokens = stage.redeem("careful", &answer.parameter("code").unwrap()).await;
    assert_eq!(tokens.text("scope"), "f:read offline_access openid");
    let given = stage.bare.events("consent.given").await;
    assert_eq!(given[0]["after"]["scope"], "f:read offline_access openid");
    // A second submission and the back button end in a page that says so.
    let again = choose(&stage, &asked, "allow").await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.body.contains("already been done"));
    // The next time nothing is asked, unless there is more to ask or the client wants it so.
    let (_, cookie) = stage.signed_in(stage.ada).await;
    for (name, value, silent) in [
        ("scope", "openid f:read", true),
        ("scope", "openid f:read f:write", false),
        ("prompt", "consent", false),
    ] {
        let changes = [ASK[0], ASK[1], (name, Some(value))];
        let answer = stage.get(&Stage::request(&changes), &cookie).await;
        assert_eq!(answer.location().starts_with(CALLBACK), silent, "{name}={value}");
    }
}

#[tokio::test]
async fn without_a_page_consent_cannot_be_asked() {
    let stage = careful().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let changes = [ASK[0], ASK[1], ("prompt", Some("none"))];
    let answer = stage.get(&Stage::request(&changes), &cookie).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("consent_required"));
}

#[tokio::test]
async fn a_refusal_is_told_to_the_client_and_recorded() {
    let stage = careful().await;
    let asked = question(&stage, ASK).await;
    let answer = choose(&stage, &asked, "deny").await;
    assert_eq!(answer.parameter("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.parameter("state").as_deref(), Some("state of a test"));
    assert_eq!(stage.bare.events("consent.refused").await.len(), 1);
    let after = choose(&stage, &asked, "allow").await;
    assert_eq!(after.status, StatusCode::BAD_REQUEST);
    assert!(stage.bare.events("oauth.code.issued").await.is_empty());
}

#[tokio::test]
async fn a_form_without_its_token_or_of_another_browser_changes_nothing() {
    let stage = careful().await;
    let (page, path, cookies) = question(&stage, ASK).await;
    let bare = stage.post(&path, &cookies, &[("decision", "allow")]).await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN);
    let other = question(&stage, ASK).await;
    let stolen = choose(&stage, &(page, path, other.2), "allow").await;
    assert_eq!(stolen.status, StatusCode::FORBIDDEN);
    assert!(stage.bare.events("consent.given").await.is_empty());
}

#[tokio::test]
async fn a_client_that_anybody_can_pose_as_is_asked_for_each_time() {
    let mut stage = Stage::new().await;
    let app = "com.example.app:/callback";
    let native = NewClient {
        auth_method: ClientAuthMethod::None,
        redirect_uris: vec![RedirectUri::register(app).unwrap()],
        ..new_client(&stage, "native")
    };
    stage.register(native).await;
    let ask = [("client_id", Some("native")), ("redirect_uri", Some(app))];
    for _ in 0..2 {
        let asked = question(&stage, &ask).await;
        let answer = choose(&stage, &asked, "allow").await;
        assert!(answer.location().starts_with("com.example.app:/callback?code="));
    }
}

#[tokio::test]
async fn withdrawing_revokes_all_that_was_given() {
    let stage = careful().await;
    let asked = question(&stage, ASK).await;
    let answer = choose(&stage, &asked, "allow").await;
    let tokens = stage.redeem("careful", &answer.parameter("code").unwrap()).await;
    let cookies = &asked.2;
    let list = stage.get("/account/applications", cookies).await;
    assert_eq!(list.status, StatusCode::OK, "{list:?}");
    assert!(list.body.contains("The careful"));
    assert!(list.body.contains("action=\"/logout/confirm\""));
    for told in [
        "Title of f:read</strong>",
        "Recognise you",
        "Keep access after you sign out",
    ] {
        assert!(list.body.contains(told), "{told}: {}", list.body);
    }
    assert!(!list.body.contains("offline_access"), "{}", list.body);
    let form_token = list.hidden("form_token");
    let fields = [("form_token", form_token.as_str()), ("client", "careful")];
    for _ in 0..2 {
        let answer = stage.post("/account/applications", cookies, &fields).await;
        assert_eq!(answer.location(), "/account/applications");
    }
    let list = stage.get("/account/applications", cookies).await;
    assert!(list.body.contains("No application may use your account"));
    let refreshed = stage.refresh("careful", &tokens.text("refresh_token")).await;
    assert_eq!(refreshed.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(
        stage.userinfo(&tokens.text("access_token")).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(stage.bare.events("consent.withdrawn").await.len(), 1);
    let again = stage.get(&Stage::request(ASK), cookies).await;
    assert!(again.location().starts_with("/authorize/continue?"));
}

#[tokio::test]
async fn the_page_of_applications_is_for_people_who_are_signed_in() {
    let stage = careful().await;
    let answer = stage.get("/account/applications", "").await;
    assert!(answer.location().starts_with("/signin/"), "{answer:?}");
}

/// The hidden fields of this name on a page, in order.
fn kept(page: &Answer, name: &str) -> Vec<String> {
    let mark = format!("name=\"{name}\" value=\"");
    let rests = page.body.split(&mark).skip(1);
    rests
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_person_sees_what_an_application_holds_and_ends_one_access() {
    let stage = careful().await;
    let asked = question(&stage, ASK).await;
    let answer = choose(&stage, &asked, "allow").await;
    let first = stage.redeem("careful", &answer.parameter("code").unwrap()).await;
    let cookies = &asked.2;
    stage.advance(std::time::Duration::from_mins(3));
    let again = stage.get(&Stage::request(ASK), cookies).await;
    let second = stage.redeem("careful", &again.parameter("code").unwrap()).await;
    stage.advance(std::time::Duration::from_mins(2));
    let second = stage.refresh("careful", &second.text("refresh_token")).await;

    let list = stage.get("/account/applications", cookies).await;
    let shown = kept(&list, "authorization");
    assert_eq!(shown.len(), 2, "{}", list.body);
    for told in ["<dt>In</dt><dd>Feedback</dd>", "<dt>Until</dt>", "<dt>Since</dt>"] {
        assert_eq!(list.body.matches(told).count(), 2, "{told}: {}", list.body);
    }
    assert_eq!(
        list.body.matches("<dt>Last used</dt>").count(),
        1,
        "{}",
        list.body
    );
    let form_token = list.hidden("form_token");
    // The newest is shown first.
    let fields = [
        ("form_token", form_token.as_str()),
        ("authorization", shown[1].as_str()),
    ];
    for _ in 0..2 {
        let answer = stage.post("/account/applications", cookies, &fields).await;
        assert_eq!(answer.location(), "/account/applications");
    }
    let list = stage.get("/account/applications", cookies).await;
    assert_eq!(kept(&list, "authorization"), [shown[0].clone()]);
    let refused = stage.refresh("careful", &first.text("refresh_token")).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    let refreshed = stage.refresh("careful", &second.text("refresh_token")).await;
    assert_eq!(refreshed.status, StatusCode::OK);
    let events = stage.bare.events("oauth.token.revoked").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["target"]["id"], shown[1].as_str());
    assert!(stage.bare.events("consent.withdrawn").await.is_empty());
    let nonsense = [("form_token", form_token.as_str()), ("authorization", "x")];
    let answer = stage.post("/account/applications", cookies, &nonsense).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_ends_the_access_that_another_person_gave() {
    let stage = careful().await;
    let code = stage.code(&[("scope", Some("openid offline_access"))]).await;
    let tokens = stage.redeem("desk", &code).await;
    let id = super::stage::claims(&tokens.text("access_token"))["authorization_id"].clone();
    let stranger = stage.stranger().await;
    let (_, cookie) = stage.signed_in(stranger).await;
    let list = stage.get("/account/applications", &cookie).await;
    assert!(list.body.contains("No application may use your account"));
    let cookies = format!("{cookie}; {}", list.cookies());
    let form = stage.get("/logout", &cookies).await;
    let form_token = form.hidden("form_token");
    let fields = [
        ("form_token", form_token.as_str()),
        ("authorization", id.as_str().unwrap()),
    ];
    let answer = stage.post("/account/applications", &cookies, &fields).await;
    assert_eq!(answer.location(), "/account/applications", "{answer:?}");
    let told = stage.introspect("desk", &tokens.text("access_token")).await;
    assert_eq!(told["active"], true);
    assert!(stage.bare.events("oauth.token.revoked").await.is_empty());
}

#[tokio::test]
async fn an_access_that_gives_nothing_any_more_is_not_shown() {
    let stage = Stage::new().await;
    let code = stage.code(&[]).await;
    let tokens = stage.redeem("desk", &code).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let list = stage.get("/account/applications", &cookie).await;
    assert_eq!(kept(&list, "authorization").len(), 1);
    let sid = super::stage::claims(&tokens.text("access_token"))["sid"].clone();
    let mut op = stage.op();
    let sid = sid.as_str().unwrap().parse().unwrap();
    let session = doorward::session::living(&mut op, sid).await.unwrap().unwrap();
    doorward::session::end(&mut op, &session, "a test").await.unwrap();
    op.commit().await.unwrap();
    let list = stage.get("/account/applications", &cookie).await;
    assert!(kept(&list, "authorization").is_empty(), "{}", list.body);
    assert!(list.body.contains("No application may use your account"));
}
