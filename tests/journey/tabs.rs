//! Two tabs, the back button, a stale form, a second submission: each ends in a sensible page, without JavaScript.

use super::demo::Demo;
use crate::support::{Browser, Page};

async fn begin(browser: &Browser, demo: &Demo) -> Page {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = {
        use sha2::Digest as _;
        data_encoding::BASE64URL_NOPAD.encode(&sha2::Sha256::digest(verifier))
    };
    let redirect: String =
        url::form_urlencoded::byte_serialize(format!("{}/callback", demo.application()).as_bytes()).collect();
    browser
        .get(&format!(
            "/authorize?response_type=code&client_id=own-application&redirect_uri={redirect}&scope=openid+profile\
             &state=s1&code_challenge={challenge}&code_challenge_method=S256"
        ))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_the_back_button_and_second_submissions_never_end_in_a_dead_end() {
    let demo = Demo::start().await;
    let browser = Browser::new(demo.issuer());
    let person = demo.person("analyst", "Northbeam");
    let (username, password) = (
        person["username"].as_str().unwrap(),
        person["password"].as_str().unwrap(),
    );

    let first_tab = begin(&browser, &demo).await;
    let second_tab = begin(&browser, &demo).await;
    assert!(first_tab.has_field("username") && second_tab.has_field("username"));
    assert_ne!(first_tab.url, second_tab.url, "each tab has a sign-in of its own");

    let password_page = browser.submit(&first_tab, &[("username", username)]).await;
    assert!(password_page.has_field("password"), "{}", password_page.text());
    // Back button: the stale form of the first step leads to the step that is due.
    let stale = browser.submit(&first_tab, &[("username", username)]).await;
    assert!(
        stale.status.is_success() && stale.has_field("password"),
        "{}",
        stale.text()
    );

    let wrong = browser.submit(&stale, &[("password", "not the password")]).await;
    assert!(wrong.has_field("password"), "{}", wrong.text());
    let consent = browser.submit(&wrong, &[("password", password)]).await;
    assert!(
        consent.has_button("allow") && consent.has_button("deny"),
        "{}",
        consent.text()
    );

    let allowed = browser.press(&consent, "allow").await;
    let location = allowed
        .location()
        .unwrap_or_else(|| panic!("{}", allowed.text()))
        .to_owned();
    assert!(
        location.starts_with(demo.application()) && location.contains("code="),
        "{location}"
    );

    // The same consent once more, and the finished sign-in once more: sensible pages, no second code.
    let again = browser.press(&consent, "allow").await;
    assert!(
        again.location().is_none_or(|to| !to.contains("code=")),
        "a second submission gives no second code"
    );
    assert!(!again.status.is_server_error());
    let finished = browser.get(&first_tab.url).await;
    assert!(!finished.status.is_server_error(), "{}", finished.text());
    assert!(finished.text().len() > 20);

    // The second tab goes on in the session that is there now: no password again.
    let second = browser.get(&second_tab.url).await;
    let carried_on = second.location().is_some_and(|to| to.contains("code="));
    assert!(carried_on || !second.has_field("password"), "{}", second.text());

    // A form without its token is nobody's.
    let forged = browser
        .post(&consent_path(&consent.url), &[("choice", "allow")])
        .await;
    assert!(forged.status.is_client_error(), "{}", forged.status);
}

fn consent_path(address: &str) -> String {
    url::Url::parse(address).unwrap().path().to_owned()
}
