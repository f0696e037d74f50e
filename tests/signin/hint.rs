//! What an application says of the person fills in the first page, and asks for that very person.

use doorward::client::{self, NewClient};
use doorward::domain::{ClientAuthMethod, ClientId, GrantType, RedirectUri, Scopes};
use doorward::jose::Algorithm;
use sha2::Digest as _;

use super::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::{Browser, Page};

const CALLBACK: &str = "https://app.test/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A town with two people and a public client.
async fn town() -> Town {
    let town = Town::new().await;
    town.person("rosa").await;
    town.person("mete").await;
    let mut op = town.op();
    let new = NewClient {
        id: ClientId::parse("app").unwrap(),
        organisation_id: town.organisation,
        name: "App".to_owned(),
        auth_method: ClientAuthMethod::None,
        jwks: None,
        redirect_uris: vec![RedirectUri::register(CALLBACK).unwrap()],
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::AuthorizationCode],
        scopes: Scopes::parse("openid").unwrap(),
        application_id: None,
        service_account_id: None,
        shared: false,
        consent_required: false,
        signing_algorithm: Algorithm::Es256,
        claim_rules: Vec::new(),
    };
    client::create(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    town
}

async fn ask(browser: &Browser, more: &[(&str, &str)]) -> Page {
    let challenge = data_encoding::BASE64URL_NOPAD.encode(&sha2::Sha256::digest(VERIFIER));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", "app")
        .append_pair("redirect_uri", CALLBACK)
        .append_pair("response_type", "code")
        .append_pair("scope", "openid")
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(more)
        .finish();
    browser.get(&format!("/authorize?{query}")).await
}

fn parameter(page: &Page, name: &str) -> Option<String> {
    let to = url::Url::parse(page.location().unwrap_or_else(|| panic!("{}", page.text()))).unwrap();
    let found = to.query_pairs().find(|(key, _)| key == name)?.1.into_owned();
    Some(found)
}

/// An ID token of whoever has just been sent back with a code.
async fn id_token(browser: &Browser, page: &Page) -> String {
    let code = parameter(page, "code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let answer = browser.post("/token", &fields).await;
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    body["id_token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_hint_fills_in_the_first_page_until_the_person_says_not_you() {
    let town = town().await;
    let browser = town.browser();
    let page = ask(&browser, &[("login_hint", "rosa\"><b>")]).await;
    assert!(
        page.body.contains("value=\"rosa&#34;&#62;&#60;b&#62;\""),
        "{}",
        page.body
    );
    let page = ask(&browser, &[("login_hint", "rosa")]).await;
    assert!(page.body.contains("value=\"rosa\""), "{}", page.body);
    let password = browser.submit(&page, &[("username", "rosa")]).await;
    let back = browser.press(&password, "restart").await;
    assert!(back.has_field("username"), "{}", back.text());
    assert!(!back.body.contains("value=\"rosa\""), "{}", back.body);
    // It is a hint: whoever else signs in is welcome.
    let password = browser.submit(&back, &[("username", "mete")]).await;
    let done = browser.submit(&password, &[("password", PASSWORD)]).await;
    assert!(parameter(&done, "code").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_hint_asks_for_that_person_whoever_is_signed_in() {
    let town = town().await;
    let browser = town.browser();
    enter_password(&browser, "rosa", PASSWORD).await;
    let hint = id_token(&browser, &ask(&browser, &[]).await).await;
    let of_rosa = [("id_token_hint", hint.as_str())];
    let at_once = ask(&browser, &of_rosa).await;
    assert!(parameter(&at_once, "code").is_some());

    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "mete", PASSWORD).await));
    let page = ask(&browser, &of_rosa).await;
    assert!(page.body.contains("value=\"rosa\""), "{}", page.body);
    let password = browser.submit(&page, &[("username", "rosa")]).await;
    let done = browser.submit(&password, &[("password", PASSWORD)]).await;
    assert!(parameter(&done, "code").is_some(), "Rosa has signed in now");
    assert!(browser.get("/").await.text().contains("Name of rosa"));

    let browser = town.browser();
    let page = ask(&browser, &of_rosa).await;
    let password = browser.submit(&page, &[("username", "mete")]).await;
    let other = browser.submit(&password, &[("password", PASSWORD)]).await;
    assert_eq!(parameter(&other, "error").as_deref(), Some("login_required"));
}
