//! What an application says of the person fills in the first page, and asks for that very person.

use doorward::domain::ClientAuthMethod;

use super::{PASSWORD, Town, VERIFIER, authorize, enter_password, is_signed_in};
use crate::support::{Browser, Page};

const CALLBACK: &str = "https://app.test/callback";

/// A town with two people and a public client.
async fn town() -> Town {
    let town = Town::new().await;
    town.person("rosa").await;
    town.person("mete").await;
    town.register("app", ClientAuthMethod::None, CALLBACK).await;
    town
}

async fn ask(browser: &Browser, more: &[(&str, &str)]) -> Page {
    browser.get(&authorize("app", CALLBACK, more)).await
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
